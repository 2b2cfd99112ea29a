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

"""The way from an interface out, in words: what its traffic passes by."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from osc_iface.check import gateways
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import Finding, Severity
from osc_iface.check.network_facts import (
    OVERLAYS,
    FixedIP,
    Floating,
    Nic,
    Router,
    Subnet,
)

# Findings that say nothing of what passes now.
_OF_LATER = ('cache-', 'other-project', 'leftover-binding')


class Step(NamedTuple):
    """Something on the way; ``ids`` are those of what it depends on."""

    text: str
    ids: Collection[str | None] = ()


def paths(
    facts: Facts, machine: Machine, nic: Nic, findings: Iterable[Finding]
) -> list[str]:
    """Return the ways from a port out, a line for each of its addresses.

    :param facts: what is known
    :param machine: the server
    :param nic: its port
    :param findings: what was found; an error or a warning is named behind
        the step that it is about, unless it is of what comes later alone
    """
    broken: dict[str, list[str]] = {}
    for each in findings:
        if each.weight > Severity.NOTE and not each.check.startswith(
            _OF_LATER
        ):
            broken.setdefault(each.object_id, []).append(each.check)
    ways = [
        way
        for fixed in nic.fixed_ips or ()
        for way in _ways(facts, machine, nic, fixed)
    ]
    if nic.fixed_ips == ():
        ways = [[Step(f'{nic.name or nic.id} without address', _port(nic))]]
    return [' - '.join(_marked(step, broken) for step in way) for way in ways]


def _ways(
    facts: Facts, machine: Machine, nic: Nic, fixed: FixedIP
) -> Iterator[list[Step]]:
    """Yield the ways from one address: by each floating IP, or else one.

    Floating IPs that lead single ports to it come behind these.
    """
    subnet = (facts.subnets or {}).get(fixed.subnet_id)
    ids = (fixed.subnet_id, nic.network_id)
    called = subnet.label if subnet else fixed.subnet_id
    way = [
        Step(f'{nic.name or nic.id} {fixed.ip}', _port(nic)),
        Step(f'subnet {called}', ids),
    ]
    network = facts.network(nic)
    if network and network.external:
        yield [*way, Step(network.label, (network.id,))]
        return
    floating = [
        each
        for each in facts.floating_by_port.get(nic.id, ())
        if each.fixed == fixed.ip
    ]
    for each in floating:
        yield [*way, *_by_floating_ip(facts, each)]
    if not floating:
        yield [*way, *_by_router(facts, machine, nic, subnet)]
    for each in facts.floating_ips or ():
        ports = _forwarded(each, nic, fixed)
        if ports:
            *by, last = _by_floating_ip(facts, each)
            text = f'{last.text} ({", ".join(ports)})'
            yield [*way, *by, Step(text, last.ids)]


def _forwarded(floating: Floating, nic: Nic, fixed: FixedIP) -> list[str]:
    """Return the ports of a floating IP that lead to an address."""
    return [
        f'{each.protocol} {first}' + f'-{last}' * (last != first)
        for each in floating.forwardings
        if (each.port_id, each.fixed) == (nic.id, fixed.ip)
        and each.external_ports is not None
        for first, last in [each.external_ports]
    ]


def _by_floating_ip(facts: Facts, floating: Floating) -> Iterator[Step]:
    """Yield the steps behind the subnet to a floating IP."""
    if floating.router_id:
        yield _router(facts, floating.router_id)
    elif floating.router_id == '':
        yield Step('no router')
    yield _network(facts, floating.network_id)
    yield Step(f'floating IP {floating.address}', (floating.id,))


def _by_router(
    facts: Facts, machine: Machine, nic: Nic, subnet: Subnet | None
) -> Iterator[Step]:
    """Yield the steps behind the subnet, where no floating IP leads in."""
    if facts.service_ports is None or subnet is None:
        yield Step('unknown')
        return
    if subnet.gateway is None and subnet.cidr.version == 4:
        yield Step('no gateway')
        return
    ids = facts.routers_of(subnet)
    if not ids:
        yield from _without_router(facts, machine, nic, subnet)
        return
    yield _router(facts, ids[0])
    router: Router | None = (facts.routers or {}).get(ids[0])
    if router is None or router.external is None:
        yield Step('unknown')
    elif router.gateway:
        outside = _network(facts, router.gateway.network_id)
        version, ips = subnet.cidr.version, router.gateway.ips
        if version == 6 and not (  # which nothing translates
            ips is None or any(each.ip.version == version for each in ips)
        ):
            outside = Step(f'no IPv6 address on {outside.text}')
        yield outside
    elif not router.routes:
        yield Step('no way out')


def _without_router(
    facts: Facts, machine: Machine, nic: Nic, subnet: Subnet
) -> Iterator[Step]:
    """Yield the steps behind a subnet of whose gateway no router is seen."""
    network = facts.network(nic)
    if network is None or network.external is None:
        yield Step('unknown')  # the cloud may not have routers
        return
    # A server may route, or a router that Network does not know.
    outside = network.kind is not None and network.kind not in OVERLAYS
    if subnet.gateway and (
        outside
        or subnet.gateway.is_link_local  # which it tells of itself
        or gateways.held(facts, subnet)
    ):
        yield Step(f'gateway {subnet.gateway}')
        yield Step('unknown')
        return
    # The routers of others are not for everybody to see.
    if not facts.shows(machine, network):
        yield Step('unknown')
    elif facts.routing.get(subnet.id):
        yield Step(f'no router at {subnet.gateway}')
    else:
        yield Step('no router')


def _router(facts: Facts, router_id: str) -> Step:
    """Return a router as a step."""
    router = (facts.routers or {}).get(router_id)
    return Step(
        f'router {router.label if router else router_id}', (router_id,)
    )


def _network(facts: Facts, network_id: str | None) -> Step:
    """Return a network outside as a step."""
    network = (facts.networks or {}).get(network_id or '')
    called = network.label if network else f'network {network_id or "unknown"}'
    return Step(called, (network_id,))


def _port(nic: Nic) -> tuple[str | None, ...]:
    """Return the IDs of what is wrong with a port itself, if it is."""
    return nic.id, nic.trunk_id, nic.host


def _marked(step: Step, broken: dict[str, list[str]]) -> str:
    """Return a step, with the checks that say what is wrong with it."""
    names = [name for id_ in step.ids for name in broken.get(id_ or '', ())]
    return step.text + ''.join(f' [{name}]' for name in names)
