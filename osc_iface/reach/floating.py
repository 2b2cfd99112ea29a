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

"""The ways in by floating IPs, whole ones and single ports of one."""

from collections.abc import Iterator
import dataclasses
from typing import NamedTuple

from osc_iface.check.compute_facts import Machine
from osc_iface.check.network_facts import Floating, Forwarding, Nic
from osc_iface.notation import IPAddress
from osc_iface.reach import packets, protocols
from osc_iface.reach.known import Known
from osc_iface.reach.packets import ANYONE, Question, Span
from osc_iface.reach.ways import Stretch


class Entry(NamedTuple):
    """A way in: the address to connect to, and what becomes of remotes.

    ``carries`` is what it is for, where that is less than was asked, for the
    sake of ``object_id``.
    """

    address: str
    stretches: list[Stretch]
    carries: Question | None = None
    object_id: str = ''


def entries(
    known: Known, machine: Machine, nic: Nic, question: Question
) -> Iterator[Entry]:
    """Yield the ways to a port by floating IPs.

    :param known: what is known
    :param machine: the server
    :param nic: the port
    :param question: what is asked
    """
    if question.family != 'IPv4' or not question.ingress:
        return
    for each in known.floating(nic):
        stretches = _stretches(known, nic, each, each.fixed, question)
        yield Entry(str(each.address), stretches)
    for each in known.facts.floating_ips or ():
        for forwarding in each.forwardings:
            if forwarding.port_id == nic.id:
                yield from _forwarded(known, nic, each, forwarding, question)
    yield from _hidden(known, machine, nic, question)


def _stretches(
    known: Known,
    nic: Nic,
    floating: Floating,
    fixed: IPAddress | None,
    question: Question,
) -> list[Stretch]:
    """Return what becomes of all that comes by a floating IP."""
    router = known.router(floating.router_id or '')
    label = router.label if router else floating.router_id
    name = f'floating IP {floating.address}'
    subnet = None
    for each in nic.fixed_ips or ():
        if each.ip == fixed:
            subnet = known.subnet(each.subnet_id)
    path = [name]
    if label:
        path.append(f'router {label}')
    if subnet is not None:
        path.append(f'subnet {subnet.label}')
    open_, object_id, why = _checked(known, nic, floating, fixed)
    found = [Stretch(question.remotes, open_, tuple(path), object_id, why)]
    # Who asks for anyone means those outside.
    if not open_ or router is None or question.remotes == ANYONE['IPv4']:
        return found
    inside = question.remotes & packets.addresses(
        each.cidr for each in known.attached(router.id).subnets
    )
    why = (
        f'From behind router {label} itself, addresses may be translated on '
        f'the way to a floating IP'
    )
    found = [
        Stretch(inside, None, tuple(path), router.id, why, translated=True),
        dataclasses.replace(found[0], remotes=question.remotes - inside),
    ]
    return [each for each in found if each.remotes]


def _checked(
    known: Known,
    nic: Nic,
    floating: Floating,
    fixed: IPAddress | None,
) -> tuple[bool | None, str, str]:
    """Return whether a floating IP leads in, else who is in the way, how."""
    id_, name = floating.id, f'Floating IP {floating.address}'
    if fixed is None or nic.fixed_ips is None:
        why = f'Where floating IP {floating.address} leads is not told'
        return None, id_, why
    subnets = [each.subnet_id for each in nic.fixed_ips if each.ip == fixed]
    if not subnets:
        why = f'{name} leads to {fixed}, which the port does not have'
        return False, id_, why
    if floating.router_id is None:
        why = f'The router of floating IP {floating.address} is not told'
        return None, id_, why
    if not floating.router_id:
        return False, id_, f'{name} has no router'
    router = known.router(floating.router_id)
    if router is None:
        why = f'Router {floating.router_id} cannot be seen'
        return None, floating.router_id, why
    if router.enabled is False:
        return False, router.id, f'Router {router.label} is disabled'
    if router.gateway is None:
        if router.external is None:
            why = f'The gateway of router {router.label} cannot be seen'
            return None, router.id, why
        why = f'Router {router.label} has no external gateway'
        return False, router.id, why
    if router.gateway.network_id != floating.network_id:
        why = (
            f'Whether router {router.label} has an external gateway on the '
            f'network of floating IP {floating.address} is not known'
        )
        return None, router.id, why  # it may have several, and one is told
    attached = known.attached(router.id)
    if subnets[0] not in {each.id for each in attached.subnets}:
        if not attached.whole:
            why = f'Not all subnets of router {router.label} can be seen'
            return None, router.id, why
        why = f'Router {router.label} is not attached to the subnet of {fixed}'
        return False, router.id, why
    subnet = known.subnet(subnets[0])
    if subnet is not None and not known.is_gateway(router.id, subnet):
        why = (
            f'Router {router.label} is not the gateway of subnet '
            f'{subnet.label}: whether replies go by it is not known'
        )
        return None, router.id, why
    return True, '', ''


def _forwarded(
    known: Known,
    nic: Nic,
    floating: Floating,
    forwarding: Forwarding,
    question: Question,
) -> Iterator[Entry]:
    """Yield the way in by a port of a floating IP, if it is one for this."""
    protocol = protocols.number(forwarding.protocol)
    inside, outside = forwarding.internal_ports, forwarding.external_ports
    if (
        protocol is None
        or protocol not in question.protocols
        or inside is None
        or outside is None
    ):
        return
    ports = (
        max(inside[0], question.ports[0]),
        min(inside[1], question.ports[1]),
    )
    if ports[0] > ports[1]:
        return
    carries = dataclasses.replace(question, protocol=protocol, ports=ports)
    yield Entry(
        f'{floating.address}:{_shown(_outer(ports, inside, outside))}',
        _stretches(known, nic, floating, forwarding.fixed, question),
        carries if carries != question else None,
        floating.id,
    )


def _outer(ports: Span, inside: Span, outside: Span) -> Span:
    """Return the ports of a floating IP that lead to ports of the server."""
    if outside[1] - outside[0] != inside[1] - inside[0]:
        return outside  # several that lead to one
    ahead = outside[0] - inside[0]
    return ports[0] + ahead, ports[1] + ahead


def _shown(ports: Span) -> str:
    """Return ports as people write them behind an address."""
    return str(ports[0]) if ports[0] == ports[1] else f'{ports[0]}-{ports[1]}'


def _hidden(
    known: Known, machine: Machine, nic: Nic, question: Question
) -> Iterator[Entry]:
    """Yield floating IPs that only Compute tells of: of another project."""
    every = known.facts.floating_ips
    if known.facts.sees_all and every is not None:
        return
    seen = {each.address for each in every or ()}
    why = 'as of another project, or from before'
    if every is None:
        why = 'and Network shows none'
    for each in machine.cached or ():
        if each.floating and each.mac == nic.mac and each.ip not in seen:
            stretch = Stretch(
                question.remotes,
                None,
                (f'floating IP {each.ip}',),
                nic.id,
                f'Floating IP {each.ip} cannot be seen: only Compute lists '
                f'it, {why}',
            )
            yield Entry(str(each.ip), [stretch])
