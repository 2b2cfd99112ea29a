#   Licensed under the Apache License, Version 2.0 (the "License"); you may
#   not use this file except in compliance with the License. You may obtain
#   a copy of the License at
#
#        http://www.apache.org/licenses/LICENSE-2.0
#
#   Unless required by applicable law or agreed to in writing, software
#   distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
#   WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
#   License for the specific language governing permissions and limitations
#   under the License.

"""The check of the addresses that Compute remembers, and who has them now."""

from collections.abc import Iterable, Iterator

from osc_iface.check.advice import Advice
from osc_iface.check.compute_facts import Address, Machine
from osc_iface.check.facts import Facts, unique
from osc_iface.check.findings import (
    Finding,
    Need,
    Severity,
    check,
    on_port,
)
from osc_iface.check.fresh import noted
from osc_iface.check.network_facts import Nic
from osc_iface.notation import IPAddress
from osc_iface.printable import printable

# What is put behind a description for a moment, and how long one may be.
_DESCRIPTION = 'checked'
_LONGEST = 255


@check(
    'cache-stale-address',
    Severity.WARNING,
    Severity.NOTE,
    kind='port',
    needs={Need.PORTS, Need.FLOATING_IPS},
    seen='Compute remembers other addresses of the interface than it has.',
    advised='Update the port, or reboot the server hard.',
    unless=('no-fixed-ip',),
    compares=True,
)
def cache_stale_address(facts: Facts) -> Iterator[Finding]:
    """Find interfaces whose addresses have changed unnoticed by Compute."""
    for machine, nics in facts.machines():
        cached = machine.cached or ()
        for mac, nic in unique(nics).items():
            of_nic = [each for each in cached if each.mac == mac]
            if of_nic and nic.fixed_ips is not None:
                yield from _stale(facts, machine, nic, of_nic)


def update(nic: Nic, text: str) -> Advice:
    """Return the advice to have Network tell Compute of a port once more.

    There are no commands where they could not bring the description back:
    it is unknown, cannot be pasted as it is printed, or reads as an option.
    """
    before = nic.description
    if before is None or before != printable(before) or before[:1] == '-':
        return Advice(text)
    other = f'{before} {_DESCRIPTION}'.strip()
    if len(other) > _LONGEST:
        other = _DESCRIPTION
    return Advice(
        text,
        (
            ('port set', '--description', other, nic.id),
            ('port set', '--description', before, nic.id),
        ),
    )


def leftover(facts: Facts) -> list[Address]:
    """Return the fixed addresses that Compute lists and no port has."""
    return [
        address
        for machine, nics in facts.machines()
        for address in machine.cached or ()
        if not address.floating
        and not any(
            each.ip == address.ip
            for nic in nics
            for each in nic.fixed_ips or ()
        )
    ]


def _stale(
    facts: Facts, machine: Machine, nic: Nic, cached: list[Address]
) -> Iterator[Finding]:
    """Yield what of the addresses of one interface is out of date."""
    fixed = {each.ip for each in nic.fixed_ips or ()}
    remembered = {each.ip for each in cached if not each.floating}
    floating, told = set[IPAddress](), set[IPAddress]()
    if facts.floating_ips is not None:
        leading = facts.floating_by_port.get(nic.id, [])
        floating = {each.address for each in leading}
        told = {each.ip for each in cached if each.floating}
    missing = (fixed - remembered) | (floating - told)
    extra = (remembered - fixed) | (told - floating)
    if not (missing or extra):
        return
    seen = {each.address for each in facts.floating_ips or ()}
    hidden = not (
        missing or facts.sees_all or remembered - fixed or extra & seen
    )
    text = _difference(missing, extra)
    if hidden:
        text = (
            f'Compute still lists the floating IP {joined(extra)}, which '
            f'was released, or is that of another project.'
        )
    gone = [each for each in cached if each.ip in extra]
    finding = on_port(
        machine,
        nic,
        text + ''.join(held(facts, machine, each, nic) for each in gone),
        update(nic, 'Update the port, its description for example.'),
        Severity.NOTE if hidden else None,
    )
    since = {each.address: each.age for each in facts.floating_ips or ()}
    ages = [since.get(each) for each in floating ^ told]
    if fixed != remembered:
        ages.append(nic.age)
    yield noted(finding, ages)


def _difference(missing: set[IPAddress], extra: set[IPAddress]) -> str:
    """Return a sentence about addresses that do not agree."""
    if not extra:
        return f'Compute does not know of address {joined(missing)}.'
    if not missing:
        return (
            f'Compute still lists {joined(extra)}, which the port has no more.'
        )
    return (
        f'Compute still lists {joined(extra)}; the port has {joined(missing)}.'
    )


def held(
    facts: Facts, machine: Machine, address: Address, nic: Nic | None = None
) -> str:
    """Return a sentence if another server has an address now."""
    network_id = nic.network_id if nic else None
    if nic is None:
        called = [
            each.id
            for each in (facts.networks or {}).values()
            if each.name == address.network
        ]
        if len(called) != 1:
            return ''
        network_id = called[0]
    for holder in facts.holders:
        if (
            holder.ip == address.ip
            and holder.network_id == network_id
            and holder.server_id not in ('', machine.id)
        ):
            return (
                f' Server {holder.server_id} has {address.ip} now: who uses '
                f'it reaches that one.'
            )
    return ''


def joined(addresses: Iterable[IPAddress]) -> str:
    """Return addresses for a sentence, IPv4 first."""
    ordered = sorted(addresses, key=lambda each: (each.version, int(each)))
    return ', '.join(map(str, ordered))
