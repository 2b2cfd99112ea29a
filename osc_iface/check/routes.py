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

"""Checks: the routers that lead from the subnets of a server, if any do."""

from collections.abc import Iterator

from osc_iface.check.advice import Advice
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import (
    Finding,
    Need,
    Severity,
    check,
    on_shared,
)
from osc_iface.check.network_facts import Floating, Nic, Router

# What a router may be without anything being wrong with it.
_WORKING = (None, 'ACTIVE', 'N/A')
# Of a router that is being set up, seconds after it was created.
_COMING_UP = 'ALLOCATING'
# So many floating IPs a sentence names.
_MOST_NAMED = 5


@check(
    'router-disabled',
    Severity.ERROR,
    Severity.NOTE,
    kind='router',
    needs={
        Need.PORTS,
        Need.SUBNETS,
        Need.SERVICE_PORTS,
        Need.ROUTERS,
        Need.FLOATING_IPS,
    },
    seen=(
        'The router is disabled (its admin state is down), or not ACTIVE; a '
        'note where it is being set up.'
    ),
    advised='Enable it, or ask the operator.',
)
def router_disabled(facts: Facts) -> Iterator[Finding]:
    """Find routers that pass nothing on."""
    having: dict[str, list[tuple[Machine, Nic]]] = {}
    for machine, nic, router in _routed(facts):
        if router.enabled is False or router.status not in _WORKING:
            having.setdefault(router.id, []).append((machine, nic))
    for id_, legs in having.items():
        router = (facts.routers or {})[id_]
        floating = [
            each for each in facts.floating_ips or () if each.router_id == id_
        ]
        # Those that have no router at all may have lost this one.
        lost = [
            each
            for _machine, nic in legs
            for each in facts.floating_by_port.get(nic.id, ())
            if each.router_id == ''
        ]
        text = f'The router is {router.status}'
        advice = Advice('Send the operator the ID of the router and the time.')
        coming_up = router.status == _COMING_UP and router.enabled is not False
        if router.enabled is False:
            text = 'The router is disabled'
            advice = Advice('Enable it.', (('router set', '--enable', id_),))
        yield on_shared(
            'router',
            id_,
            router.label,
            legs,
            f'{text}: nothing passes it{_taken_along(floating)}.',
            advice,
            about=[each.id for each in (*floating, *lost)],
            severity=Severity.NOTE if coming_up else None,
        )


@check(
    'router-without-gateway',
    Severity.NOTE,
    kind='router',
    needs={
        Need.PORTS,
        Need.NETWORKS,
        Need.SUBNETS,
        Need.SERVICE_PORTS,
        Need.ROUTERS,
        Need.FLOATING_IPS,
    },
    seen='The router has no external gateway and no routes, and no other '
    'interface of the server leads out.',
    advised='Set an external gateway, if it is to lead out.',
)
def router_without_gateway(facts: Facts) -> Iterator[Finding]:
    """Find routers that lead nowhere outside, and are the only ones."""
    having: dict[str, list[tuple[Machine, Nic]]] = {}
    out: dict[str, bool] = {}
    for machine, nic, router in _routed(facts):
        if router.external is not False or router.routes is not False:
            continue
        if machine.id not in out:
            ways = [
                _leads_out(facts, machine, each)
                for each in facts.by_server[machine.id]
            ]
            out[machine.id] = any(way is not False for way in ways)
        if not out[machine.id]:
            having.setdefault(router.id, []).append((machine, nic))
    for id_, legs in having.items():
        yield on_shared(
            'router',
            id_,
            (facts.routers or {})[id_].label,
            legs,
            'The router has no external gateway, and nothing else leads out.',
            Advice(
                f'If it is to lead out, give it a gateway: "openstack router '
                f'set --external-gateway <network> {id_}".'
            ),
        )


def _routed(facts: Facts) -> Iterator[tuple[Machine, Nic, Router]]:
    """Yield the routers that an interface leads to, if they can be seen."""
    seen = set()
    for machine, nic, subnet in facts.legs():
        ids = dict.fromkeys(facts.routers_of(subnet))
        for floating in facts.floating_by_port.get(nic.id, ()):
            ids[floating.router_id or ''] = None
        for id_ in ids:
            router = (facts.routers or {}).get(id_)
            if router is not None and (nic.id, id_) not in seen:
                seen.add((nic.id, id_))
                yield machine, nic, router


def _leads_out(facts: Facts, machine: Machine, nic: Nic) -> bool | None:
    """Return whether an interface leads out; None where nobody can tell."""
    network = facts.network(nic)
    if facts.floating_by_port.get(nic.id) or (network and network.external):
        return True
    if network is None or nic.fixed_ips is None or facts.routers is None:
        return None
    shown = facts.shows(machine, network)
    ways = [
        _subnet_leads_out(facts, each.subnet_id, shown)
        for each in nic.fixed_ips
    ]
    if True in ways:
        return True
    return None if None in ways else False


def _subnet_leads_out(
    facts: Facts, subnet_id: str, shown: bool
) -> bool | None:
    """Return whether a subnet leads out; None where nobody can tell."""
    subnet = (facts.subnets or {}).get(subnet_id)
    if subnet is None or facts.service_ports is None:
        return None
    known = facts.routers or {}
    routers = [known.get(id_) for id_ in facts.routers_of(subnet)]
    if not routers:
        # What has the gateway address instead may lead anywhere.
        return False if shown and subnet.gateway is None else None
    if any(each and (each.external or each.routes) for each in routers):
        return True
    told = all(
        each and each.external is False and each.routes is False
        for each in routers
    )
    return False if told else None


def _taken_along(floating: list[Floating]) -> str:
    """Return what to say of the floating IPs that a router leads to."""
    if not floating:
        return ''
    named = sorted(str(each.address) for each in floating)
    more = len(named) - _MOST_NAMED
    text = ', '.join(named[:_MOST_NAMED]) + (f' and {more} more' * (more > 0))
    if len(named) == 1:
        return f', and floating IP {text} leads nowhere'
    return f', and floating IPs {text} lead nowhere'
