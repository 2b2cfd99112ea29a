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

"""What has to be known to say what gets through, asked in bulk."""

from collections.abc import Callable, Sequence
import dataclasses
from typing import Any, NamedTuple

from osc_lib import exceptions

from osc_iface import errors
from osc_iface.check import (
    collect,
    facts,
    network_calls,
    reading,
    routing_calls,
)
from osc_iface.check.findings import Check, Need, Wanted
from osc_iface.check.network_facts import Nic
from osc_iface.check.targets import Target
from osc_iface.model import Scope
from osc_iface.reach import calls, chosen, needed
from osc_iface.reach.known import Known
from osc_iface.reach.packets import Question
from osc_iface.reach.rules import Members, Peers
from osc_iface.wire import parallel
from osc_iface.wire.cloud import Cloud
from osc_iface.wire.service import Service


class _Wanted(Wanted):
    """What a check would read, if one wanted all of this."""

    _NEEDS = frozenset(
        (
            Need.PORTS,
            Need.NETWORKS,
            Need.GROUPS,
            Need.FLOATING_IPS,
            Need.SERVICE_PORTS,
            Need.ROUTERS,
        )
    )

    @property
    def checks(self) -> list[Check]:
        """No check is made."""
        return []

    def needs(self, need: Need) -> bool:
        """Return whether something has to be known."""
        return need in self._NEEDS


class Read(NamedTuple):
    """What is known, of which ports something is asked, what is not known."""

    known: Known
    nics: list[Nic]
    reading: reading.Reading


def read(
    cloud: Cloud, server: str, port: str | None, questions: Sequence[Question]
) -> Read:
    """Read what it takes to answer.

    :param cloud: the services to ask
    :param server: ID or name of the server
    :param port: of one of its interfaces, as for ``show``; None for all
    :param questions: what is asked
    :raises osc_lib.exceptions.CommandError: there is no such server or
        interface, its ports could not be read, or a call failed
    """
    target = Target(Scope(False, cloud.project_id), (server,))
    so_far = collect.first(cloud, target, _Wanted())
    if so_far.facts.ports is None or so_far.facts.hidden:
        raise exceptions.CommandError(
            '\n'.join([*so_far.failures, *map(_unseen, so_far.unseen)])
        )
    (machine,) = so_far.facts.servers.values()
    nics = chosen.nics(so_far.facts, machine, port)
    known = Known(so_far.facts)
    if nics:
        known = _read_more(cloud.network, nics, questions, so_far)
    return Read(known, nics, so_far)


def _unseen(what: str) -> str:
    return f'Cannot see {what}.'


def _read_more(
    network: Service,
    nics: Sequence[Nic],
    questions: Sequence[Question],
    so_far: reading.Reading,
) -> Known:
    """Read what follows from ports and groups."""
    routers = _routers(so_far.facts)
    remote = needed.remote_groups(so_far.facts, nics, questions)
    own = {id_ for nic in nics for id_ in nic.groups or ()}
    ask: dict[str, Callable[[], Any]] = {}
    if routers:
        query = [('device_id', each) for each in sorted(routers)]
        ask['ports of routers'] = lambda: list(
            routing_calls.list_service_ports(
                network, query, routing_calls.ROUTER_OWNERS
            )
        )
    if needed.unclear(so_far.facts, nics, questions):
        ask['ports of security groups'] = lambda: calls.users(
            network, own | remote
        )
        others = remote - (so_far.facts.groups or {}).keys()
        if others and not so_far.facts.sees_all:
            ask['remote security groups'] = lambda: calls.closed_groups(
                network, others
            )
        lists = needed.address_groups(so_far.facts, nics, questions)
        if lists:
            ask['address groups'] = lambda: calls.address_groups(
                network, lists
            )
    found = _answers(ask, so_far)
    known = Known(
        so_far.facts,
        router_ports=found.get('ports of routers', None if routers else []),
    )
    known = _with_subnets(network, nics, known, so_far)
    return dataclasses.replace(
        _with_holders(network, nics, known, so_far),
        peers=_peers(so_far.facts, remote, found),
        users=_users(found),
    )


def _answers(
    ask: dict[str, Callable[[], Any]], so_far: reading.Reading
) -> dict[str, Any]:
    """Ask at the same time; return the answers that there are."""
    found = {}
    for what, answer in parallel.each(lambda what: ask[what](), ask, 'the'):
        if isinstance(answer, errors.CallFailed):
            so_far.missed(what, answer)
        else:
            found[what] = answer
    return found


def _routers(known: facts.Facts) -> set[str]:
    """Return the IDs of the routers that may be on the way."""
    found = {
        each.device_id
        for each in known.service_ports or ()
        if each.routes and each.device_id
    }
    return found | {
        each.router_id for each in known.floating_ips or () if each.router_id
    }


def _with_subnets(
    network: Service,
    nics: Sequence[Nic],
    known: Known,
    so_far: reading.Reading,
) -> Known:
    """Return what is known with the subnets of all the networks."""
    ids = {nic.network_id for nic in nics if nic.network_id}
    ids |= {each.network_id for each in known.router_ports or ()}
    try:
        subnets = routing_calls.list_subnets(network, ids)
    except errors.CallFailed as exc:
        so_far.missed('subnets', exc)
        return known
    so_far.facts = dataclasses.replace(so_far.facts, subnets=subnets)
    return dataclasses.replace(known, facts=so_far.facts)


def _with_holders(
    network: Service,
    nics: Sequence[Nic],
    known: Known,
    so_far: reading.Reading,
) -> Known:
    """Return what is known with who has gateways that no router has.

    Where there are routers, too, who has them counts for administrators
    alone: they may see that nothing else leads out.
    """
    gateways = {
        subnet.gateway
        for nic in nics
        for each in nic.fixed_ips or ()
        if (subnet := known.subnet(each.subnet_id)) is not None
        and subnet.gateway is not None
        and known.routers_on(subnet) == {}
    }
    if not gateways or (_routers(known.facts) and not known.facts.sees_all):
        return known
    try:
        holders = network_calls.holders(network, gateways)
    except errors.CallFailed as exc:
        so_far.missed('who has the gateways', exc)
        return known
    return dataclasses.replace(known, holders=holders)


def _peers(
    known: facts.Facts, remote: set[str], found: dict[str, Any]
) -> Peers:
    """Return who is in groups, as far as that was asked for."""
    users: calls.Users | None = found.get('ports of security groups')
    closed = found.get('remote security groups', set()) | {
        group.id
        for group in (known.groups or {}).values()
        if group.shared is not True
    }
    members = {}
    if users is not None:
        members = {
            id_: Members(
                tuple(dict.fromkeys(users.ranges[id_])),
                known.sees_all or id_ in closed,
            )
            for id_ in remote
        }
    return Peers(
        members,
        {
            id_: Members(ranges)
            for id_, ranges in found.get('address groups', {}).items()
        },
    )


def _users(found: dict[str, Any]) -> dict[str, frozenset[str]] | None:
    """Return which ports use which groups; None if that is not known."""
    users: calls.Users | None = found.get('ports of security groups')
    if users is None:
        return None
    return {id_: frozenset(ports) for id_, ports in users.ports.items()}
