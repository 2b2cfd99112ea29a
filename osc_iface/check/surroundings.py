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

"""What the ports of servers depend on, asked of Network in bulk."""

from collections.abc import Callable, Iterator
import dataclasses
from typing import Any, NamedTuple

from osc_iface import errors
from osc_iface.check import (
    dhcp,
    gateways,
    host_calls,
    network_calls,
    routing_calls,
    trunk_calls,
)
from osc_iface.check.facts import Facts
from osc_iface.check.findings import Need, Wanted
from osc_iface.check.network_facts import Floating
from osc_iface.check.reading import Reading
from osc_iface.check.targets import Target
from osc_iface.model import Query
from osc_iface.wire import pages, parallel
from osc_iface.wire.cloud import Cloud
from osc_iface.wire.service import Service


class Ask(NamedTuple):
    """Something to ask for: the field of the facts that it is for.

    ``what`` is what it is called where it may not be seen.
    """

    field: str
    need: Need
    what: str
    call: Callable[[], Any]


def read(
    cloud: Cloud, target: Target, wanted: Wanted, reading: Reading
) -> None:
    """Read what the ports depend on, as far as it is needed.

    :param cloud: the services to ask
    :param target: which servers
    :param wanted: which findings
    :param reading: with servers and ports; the rest is put there
    """
    nics = [nic for _machine, nic in reading.facts.nics()]
    if not nics:
        return
    network = cloud.network
    networks = {nic.network_id for nic in nics if nic.network_id}
    trunks = {nic.trunk_id for nic in nics if nic.trunk_id}
    groups = {id_ for nic in nics for id_ in nic.groups or ()}
    facts = reading.facts
    _ask(
        wanted,
        reading,
        Ask(
            'networks',
            Need.NETWORKS,
            'networks',
            lambda: network_calls.list_networks(network, networks),
        ),
        Ask(
            'groups',
            Need.GROUPS,
            'security groups',
            lambda: network_calls.list_groups(network, groups),
        ),
        Ask(
            'floating_ips',
            Need.FLOATING_IPS,
            'floating IPs',
            lambda: read_floating_ips(network, target, facts),
        ),
        Ask(
            'subnets',
            Need.SUBNETS,
            'subnets',
            lambda: routing_calls.list_subnets(network, networks),
        ),
        Ask(
            'service_ports',
            Need.SERVICE_PORTS,
            'ports',
            lambda: list(
                routing_calls.list_service_ports(
                    network, pages.ids_or_all(networks, 'network_id')
                )
            ),
        ),
        Ask(
            'trunks',
            Need.TRUNKS,
            'trunks',
            lambda: trunk_calls.list_trunks(network, trunks),
        ),
    )
    _read_what_these_name(cloud, wanted, reading)
    if wanted.ways:
        _read_networks_outside(network, reading)


def _read_what_these_name(
    cloud: Cloud, wanted: Wanted, reading: Reading
) -> None:
    """Read what can be asked for only when the others are known."""
    network, facts = cloud.network, reading.facts
    subports = {
        subport.port_id
        for trunk in (facts.trunks or {}).values()
        for subport in trunk.subports
    }
    routers = {
        each.device_id
        for each in facts.service_ports or ()
        if each.routes and each.device_id
    }
    routers |= {each.router_id for each in _leading(facts) if each.router_id}
    missing = {
        subnet.gateway
        for _machine, _nic, subnet in gateways.without_gateway(facts)
        if subnet.gateway
    }
    _ask(
        wanted,
        reading,
        Ask(
            'routers',
            Need.ROUTERS,
            'routers',
            lambda: routing_calls.list_routers(network, routers),
        ),
        Ask(
            'gateway_holders',
            Need.GATEWAYS,
            'ports',
            lambda: network_calls.holders(network, missing),
        ),
        Ask(
            'dhcp_projects',
            Need.DHCP_PROJECTS,
            'ports',
            lambda: _dhcp_projects(network, facts),
        ),
        Ask(
            'subports',
            Need.TRUNKS,
            'ports',
            lambda: trunk_calls.list_subports(network, subports),
        ),
        *_of_hosts(cloud, facts),
    )


def _leading(facts: Facts) -> Iterator[Floating]:
    """Yield the floating IPs that lead to a port of one of the servers."""
    for _machine, nic in facts.nics():
        yield from facts.floating_by_port.get(nic.id, ())


def _read_networks_outside(network: Service, reading: Reading) -> None:
    """Read the networks that routers lead to, for their names."""
    facts = reading.facts
    known = facts.networks or {}
    outside = {
        router.gateway.network_id
        for router in (facts.routers or {}).values()
        if router.gateway
    }
    outside |= {each.network_id for each in _leading(facts) if each.network_id}
    try:
        found = network_calls.list_networks(network, outside - known.keys())
    except errors.CallFailed as exc:
        reading.missed('networks', exc)
        return
    reading.facts = dataclasses.replace(facts, networks={**known, **found})


def floating_query(target: Target, facts: Facts) -> list[Query]:
    """Return how to ask for the floating IPs in question.

    Those of named servers are their project's; what else leads to their
    ports only administrators see.
    """
    if not target.typed:
        return [[]]
    projects = {
        each.project_id for each in facts.servers.values() if each.project_id
    }
    queries = [[('project_id', each) for each in sorted(projects)]]
    if facts.sees_all and facts.ports:
        queries.append([('port_id', nic.id) for nic in facts.ports])
    return [query for query in queries if query]


def read_floating_ips(
    network: Service, target: Target, facts: Facts
) -> list[Floating] | None:
    """Read the floating IPs in question, each once.

    :raises osc_iface.errors.CallFailed: a call failed
    """
    found: dict[str, Floating] = {}
    for query in floating_query(target, facts):
        some = network_calls.list_floating_ips(network, query)
        if some is None:
            return None
        # Its age is another in each answer.
        found.update((each.id or str(each.address), each) for each in some)
    return list(found.values())


def _dhcp_projects(network: Service, facts: Facts) -> frozenset[str]:
    """Return which of the projects in doubt have DHCP anywhere.

    :raises osc_iface.errors.CallFailed: a call failed
    """
    known = {
        each.project_id
        for each in facts.service_ports or ()
        if each.owner == routing_calls.DHCP and each.project_id
    }
    asked = dhcp.suspected(facts) - known
    return routing_calls.dhcp_projects(network, asked) | known


def _of_hosts(cloud: Cloud, facts: Facts) -> list[Ask]:
    """Return what to ask about hosts, which administrators alone see."""
    if not facts.sees_all:
        return []
    hosts = {each.host for each in facts.servers.values() if each.host}
    network, compute = cloud.network, cloud.compute
    served = {each.host for each in facts.service_ports or () if each.host}
    return [
        Ask(
            'agents',
            Need.AGENTS,
            'agents',
            lambda: host_calls.list_agents(network, hosts | served),
        ),
        Ask(
            'services',
            Need.SERVICES,
            'services of Compute',
            lambda: host_calls.list_services(compute, hosts),
        ),
    ]


def _ask(wanted: Wanted, reading: Reading, *asks: Ask) -> None:
    """Ask for what is needed, at the same time."""
    needed = {each.field: each for each in asks if wanted.needs(each.need)}
    # What the cloud does not have is None, but an answer.
    for field, answer in parallel.each(
        lambda field: (needed[field].call(),), needed, 'the'
    ):
        if isinstance(answer, errors.CallFailed):
            reading.missed(needed[field].what, answer)
        else:
            reading.facts = dataclasses.replace(
                reading.facts, **{field: answer[0]}
            )
