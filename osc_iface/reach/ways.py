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

"""The ways to an address of an interface, and from it to others."""

import dataclasses
from typing import NamedTuple

import netaddr

from osc_iface.check.network_facts import (
    FixedIP,
    Network,
    Nic,
    Subnet,
)
from osc_iface.notation import IPAddress, IPRange
from osc_iface.reach import outside, packets
from osc_iface.reach.known import Known
from osc_iface.reach.packets import Question

# No router forwards these: link-local, multicast, and broadcast addresses.
_LOCAL = {
    'IPv4': netaddr.IPSet(
        ['169.254.0.0/16', '224.0.0.0/4', '255.255.255.255/32']
    ),
    'IPv6': netaddr.IPSet(['fe80::/10', 'ff00::/8']),
}
# What stands in a path for what nobody sees.
_UNKNOWN = '?'


@dataclasses.dataclass(frozen=True)
class Stretch:
    """The way of some of the remotes.

    ``open`` is whether it leads to the interface, None if nobody knows. Where
    it does not, or nobody knows, that is for ``object_id`` and ``why``, a
    sentence without its full stop. ``path`` is what lies on it, from the
    outside to the inside, less the remote and the port. ``translated`` tells
    that rules may see another remote.
    """

    remotes: netaddr.IPSet
    open: bool | None
    path: tuple[str, ...] = ()
    object_id: str = ''
    why: str = ''
    translated: bool = False


def direct(
    known: Known, nic: Nic, fixed: FixedIP, question: Question
) -> list[Stretch]:
    """Return the ways to a fixed address, or from it.

    :param known: what is known
    :param nic: the port
    :param fixed: one of its addresses
    :param question: what is asked
    :returns: what becomes of which remotes; each is in one of them
    """
    subnet = known.subnet(fixed.subnet_id)
    if subnet is None:
        return [
            Stretch(
                question.remotes,
                None,
                (),
                fixed.subnet_id,
                f'The subnet of {fixed.ip} cannot be seen',
            )
        ]
    inside = _of([subnet.cidr])
    found = [
        Stretch(question.remotes & inside, True, (f'subnet {subnet.label}',))
    ]
    rest = question.remotes - inside
    if rest and not rest - _LOCAL[question.family]:
        why = (
            f'No router forwards link-local or multicast addresses; who has '
            f'them on subnet {subnet.label} is not known'
        )
        path = (f'subnet {subnet.label}',)
        found.append(Stretch(rest, None, path, subnet.id, why))
    elif rest:
        found += _from_afar(_Asked(known, nic, fixed, subnet, question), rest)
    found = [
        part for each in found for part in _on_network(each, known, subnet)
    ]
    return [each for each in found if each.remotes]


def _on_network(
    stretch: Stretch, known: Known, subnet: Subnet
) -> list[Stretch]:
    """Return a way, not closed for sure to other subnets of the network.

    DHCP may tell guests that these are at hand, without a router.
    """
    others = stretch.remotes & _of(known.beside(subnet))
    if stretch.open is not False or not others:
        return [stretch]
    why = (
        f'Whether the server sends directly to the other subnets of the '
        f'network of subnet {subnet.label} is not known'
    )
    path = (f'subnet {subnet.label}',)
    return [
        dataclasses.replace(stretch, remotes=stretch.remotes - others),
        Stretch(others, None, path, subnet.id, why),
    ]


class _Asked(NamedTuple):
    """A fixed address, and what is asked of it."""

    known: Known
    nic: Nic
    fixed: FixedIP
    subnet: Subnet
    question: Question

    @property
    def way(self) -> tuple[Known, Nic, IPAddress, bool]:
        """What a router may lead to, or from."""
        return self.known, self.nic, self.fixed.ip, self.question.ingress

    @property
    def network(self) -> Network | None:
        """The network of the port."""
        return self.known.facts.network(self.nic)


def _from_afar(asked: _Asked, rest: netaddr.IPSet) -> list[Stretch]:
    """Return the ways for remotes that are not on the subnet itself."""
    subnet = asked.subnet
    network = asked.network
    if network is not None and network.external:
        path = (f'network {network.label}', f'subnet {subnet.label}')
        if subnet.gateway is not None:
            return [Stretch(rest, True, path)]
        why = f'Subnet {subnet.label} has no gateway'
        return [Stretch(rest, None, path, subnet.id, why)]
    routers = asked.known.routers_on(subnet)
    if routers is None:
        return [
            Stretch(
                rest,
                None,
                (_UNKNOWN, f'subnet {subnet.label}'),
                subnet.id,
                f'The routers of subnet {subnet.label} are not known',
            )
        ]
    if not routers:
        path = (_UNKNOWN, f'subnet {subnet.label}')
        open_, object_id, why = outside.without_router(
            asked.known, asked.nic, subnet
        )
        return [Stretch(rest, open_, path, object_id, why)]
    found = []
    others: list[tuple[str, str]] = []
    for router_id, leads in sorted(routers.items(), key=lambda each: each[1]):
        if leads:
            found += _doubted(
                _by_router(asked, router_id, rest), others, subnet
            )
            return found
        # What comes by another router goes back by the gateway.
        router = asked.known.router(router_id)
        beyond = asked.known.attached(router_id)
        through = (
            rest
            if router is None or not beyond.whole
            else rest & _of([each.cidr for each in beyond.subnets])
        )
        label = router.label if router else router_id
        found.append(
            Stretch(
                through,
                None,
                (f'router {label}', f'subnet {subnet.label}'),
                router_id,
                f'Router {label} is not the gateway of subnet '
                f'{subnet.label}: whether the server sends by it is not known',
            )
        )
        if router is None or outside.may_lead(*asked.way, router):
            others.append((router_id, label))
        rest -= through
    gateway = f'gateway {subnet.gateway}' if subnet.gateway else 'no gateway'
    found.append(
        Stretch(
            rest,
            None,
            (_UNKNOWN, f'subnet {subnet.label}'),
            subnet.id,
            f'Subnet {subnet.label} has {gateway}, and no router there: where '
            f'the server sends to is not known',
        )
    )
    return found


def _by_router(
    asked: _Asked, router_id: str, rest: netaddr.IPSet
) -> list[Stretch]:
    """Return the ways for remotes beyond the router of a subnet."""
    known, subnet = asked.known, asked.subnet
    router = known.router(router_id)
    label = router.label if router else router_id
    path = (f'router {label}', f'subnet {subnet.label}')
    if router is None:
        why = f'Router {label} cannot be seen'
        return [Stretch(rest, None, path, router_id, why)]
    if router.enabled is False:
        why = f'Router {label} is disabled'
        return [Stretch(rest, False, path, router_id, why)]
    attached = known.attached(router_id)
    found = []
    for other in attached.subnets:
        inside = rest & _of([other.cidr])
        way = (f'subnet {other.label}', *path)
        if known.is_gateway(router_id, other):
            found.append(Stretch(inside, True, way))
        else:
            why = (
                f'Router {label} is not the gateway of subnet {other.label}: '
                f'whether anybody there sends by it is not known'
            )
            found.append(Stretch(inside, None, way, router_id, why))
        rest -= inside
    if rest:
        open_, why = None, ''
        if router.routes:
            why = f'Router {label} has extra routes, which are not followed'
        elif not attached.whole:
            why = f'Not all subnets of router {label} can be seen'
        else:
            open_, why = outside.leads(*asked.way, router)
        found.append(Stretch(rest, open_, path, router_id, why))
    return found


def _doubted(
    stretches: list[Stretch], others: list[tuple[str, str]], subnet: Subnet
) -> list[Stretch]:
    """Return ways, none of them closed for sure if other routers may lead.

    Routes of the subnet, or of the guest, may lead to these.
    """
    if not others:
        return stretches
    router_id, label = others[0]
    why = (
        f'Router {label}, which is not the gateway of subnet {subnet.label}, '
        f'may lead there: whether the server sends by it is not known'
    )
    return [
        dataclasses.replace(each, open=None, object_id=router_id, why=why)
        if each.open is False
        else each
        for each in stretches
    ]


def _of(ranges: list[IPRange]) -> netaddr.IPSet:
    return packets.addresses(ranges)
