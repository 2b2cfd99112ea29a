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

"""Checks: what Compute remembers of interfaces, against what there is.

Compute works from its memory, the network info cache, when it reboots a
server hard, migrates it, or detaches something.
"""

from collections.abc import Iterable, Iterator
import itertools

from osc_iface.check.addresses import held, joined, update
from osc_iface.check.advice import Advice, Command, pasted
from osc_iface.check.compute_facts import Address, Machine
from osc_iface.check.facts import Facts, foreign, unique
from osc_iface.check.findings import (
    Finding,
    Need,
    Severity,
    check,
    on_port,
    on_server,
)
from osc_iface.check.fresh import noted
from osc_iface.check.network_facts import PASSTHROUGH, Nic
from osc_iface.notation import IPAddress


def attach_anew(machine: Machine, nics: Iterable[Nic]) -> Advice:
    """Return the advice to attach ports once more."""
    clear: list[Command] = []
    attach: list[Command] = []
    for nic in nics:
        clear.append(('port unset', '--device', '--device-owner', nic.id))
        attach.append(('server add port', machine.id, nic.id))
    todo = "Clear the port's device and device owner, then attach it"
    if len(attach) > 1:
        todo = 'Clear device and device owner of each port, then attach it'
    quoted = ', '.join(f'"{pasted(each)}"' for each in attach)
    return Advice(
        f'{todo} again.',
        tuple(itertools.chain(*zip(clear, attach, strict=True))),
        f'{todo} with {quoted}. This client cannot do the first: it takes '
        f'one that has "openstack port unset --device", or the operator.',
    )


@check(
    'cache-empty',
    Severity.ERROR,
    Severity.NOTE,
    kind='server',
    needs={Need.PORTS},
    seen='The server has ports with addresses, and Compute remembers none.',
    advised='Do not reboot it; attach its ports once more.',
    compares=True,
)
def cache_empty(facts: Facts) -> Iterator[Finding]:
    """Find servers whose interfaces Compute has forgotten, all of them."""
    for machine, nics in facts.machines():
        if machine.cached == ():
            forgotten = [nic for nic in nics if _counts(machine, nic)]
            if forgotten:
                finding = on_server(
                    machine,
                    'Compute has forgotten its interfaces: after the next '
                    'reboot it has none. Do not reboot it.',
                    attach_anew(machine, forgotten),
                    nics=nics,
                )
                yield noted(finding, (nic.age for nic in forgotten))


@check(
    'cache-lacks-interface',
    Severity.ERROR,
    Severity.NOTE,
    kind='port',
    needs={Need.PORTS},
    seen='Compute remembers other interfaces of the server, and not this.',
    advised='Update the port; if it stays so, attach it once more.',
    unless=('cache-empty', 'not-attached'),
    compares=True,
)
def cache_lacks_interface(facts: Facts) -> Iterator[Finding]:
    """Find single interfaces that Compute has forgotten."""
    for machine, nics in facts.machines():
        for nic in _forgotten(machine, nics):
            finding = on_port(
                machine,
                nic,
                'Compute has forgotten this interface: after the next '
                'reboot the server does not have it.',
                update(
                    nic,
                    'Update the port, its description for example; if it '
                    'stays so, attach it once more.',
                ),
            )
            yield noted(finding, [nic.age])


@check(
    'cache-extra-interface',
    Severity.ERROR,
    kind='server',
    needs={Need.PORTS},
    seen='Compute remembers an interface that no port of the server is.',
    advised='Reboot the server hard.',
    compares=True,
)
def cache_extra_interface(facts: Facts) -> Iterator[Finding]:
    """Find servers of which Compute remembers an interface that is gone."""
    for machine, nics in facts.machines():
        known = {nic.mac for nic in nics}
        gone = [each for each in machine.cached or () if each.mac not in known]
        if gone and not any(nic.mac is None for nic in nics):
            advice = Advice(
                'Reboot the server hard.',
                (('server reboot', '--hard', '--wait', machine.id),),
            )
            if list(_forgotten(machine, nics)):
                # A reboot would take away the interfaces that it has.
                advice = Advice(
                    'Mend first what else Compute has forgotten of this '
                    'server, and then reboot it hard.'
                )
            yield on_server(
                machine,
                f'Compute still counts on {_listed(gone)}, and no port of '
                f'the server has that MAC address.'
                + ''.join(held(facts, machine, each) for each in gone),
                advice,
            )


@check(
    'duplicate-mac',
    Severity.ERROR,
    kind='server',
    needs={Need.PORTS},
    seen='Two interfaces of the server have the same MAC address.',
    advised='Detach one of them, and attach a new port.',
    compares=True,
)
def duplicate_mac(facts: Facts) -> Iterator[Finding]:
    """Find servers with two interfaces of one MAC address."""
    for machine, nics in facts.machines():
        alone = unique(nics)
        for mac in sorted({nic.mac for nic in nics if nic.mac} - set(alone)):
            same = [nic for nic in nics if nic.mac == mac]
            if all(nic.vnic_type in PASSTHROUGH for nic in same):
                continue  # the guest may have them as one, bonded
            last = same[-1]
            commands: tuple[Command, ...] = ()
            if last.network_id is not None:
                commands = (
                    ('server remove port', machine.id, last.id),
                    ('server add network', machine.id, last.network_id),
                )
            yield on_server(
                machine,
                f'{len(same)} of its interfaces have the MAC address {mac}: '
                + ', '.join(nic.label for nic in same)
                + '.',
                Advice('Detach one of them, and attach a new port.', commands),
            )


def _forgotten(machine: Machine, nics: Iterable[Nic]) -> Iterator[Nic]:
    """Yield the interfaces that Compute does not remember, beside others."""
    known = {each.mac for each in machine.cached or ()}
    for mac, nic in unique(nics).items():
        if known and mac not in known and _counts(machine, nic):
            yield nic


def _counts(machine: Machine, nic: Nic) -> bool:
    """Return whether Compute ought to remember a port, and to show it."""
    return nic.attached and bool(nic.fixed_ips) and not foreign(machine, nic)


def _listed(addresses: Iterable[Address]) -> str:
    """Return addresses with their MAC addresses, for a sentence."""
    by_mac: dict[str, list[IPAddress]] = {}
    for each in addresses:
        by_mac.setdefault(each.mac, []).append(each.ip)
    return ', '.join(f'{joined(ips)} ({mac})' for mac, ips in by_mac.items())
