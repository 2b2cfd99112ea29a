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

"""The calls about what leads from a network, and what serves it."""

from collections.abc import Iterable, Iterator
from typing import Any

from osc_iface import notation
from osc_iface.check import network_calls, taken
from osc_iface.check.network_facts import Gateway, Router, ServicePort, Subnet
from osc_iface.model import Query
from osc_iface.wire import clock
from osc_iface.wire.answer import Answer
from osc_iface.wire.service import Service, optional

DHCP = 'network:dhcp'
# OVN's port on each network that it serves.
DISTRIBUTED = 'network:distributed'
ROUTER_OWNERS = (
    'network:router_interface',
    'network:router_interface_distributed',
    'network:ha_router_replicated_interface',
)
OWNERS = (DHCP, DISTRIBUTED, *ROUTER_OWNERS)
_SUBNET = (
    'id',
    'name',
    'network_id',
    'cidr',
    'gateway_ip',
    'enable_dhcp',
    'ipv6_address_mode',
    'project_id',
)
_SERVICE_PORT = (
    'id',
    'network_id',
    'device_owner',
    'device_id',
    'project_id',
    'fixed_ips',
    'status',
    'admin_state_up',
    'binding:host_id',
    'updated_at',
)
_GATEWAY = 'external_gateway_info'
_ROUTER = (
    'id',
    'name',
    'admin_state_up',
    'status',
    'project_id',
    'routes',
    _GATEWAY,
)


def list_subnets(
    network: Service, network_ids: Iterable[str]
) -> dict[str, Subnet]:
    """Ask for the subnets of networks: ``GET /subnets?network_id=``.

    :param network: the Network service
    :param network_ids: the IDs of the networks
    :returns: those that this user may see, by ID
    :raises osc_iface.errors.CallFailed: a call failed
    """
    return {
        found.id: found
        for answer, item in network_calls.some(
            network, 'subnets', network_ids, _SUBNET, 'network_id'
        )
        if (found := _subnet(answer, item))
    }


def list_service_ports(
    network: Service, query: Query, owners: Iterable[str] = OWNERS
) -> Iterator[ServicePort]:
    """Ask for the ports by which Network serves networks: ``GET /ports``.

    :param network: the Network service
    :param query: filters; a key given twice means either
    :param owners: their kinds
    :returns: those that this user may see
    :raises osc_iface.errors.CallFailed: a call failed
    """
    for answer, items in network.pages(
        'list the ports',
        'ports',
        'ports',
        query=[*query, *(('device_owner', each) for each in owners)],
        fields=_SERVICE_PORT,
    ):
        for item in items:
            yield _service_port(answer, item)


def dhcp_projects(
    network: Service, project_ids: Iterable[str]
) -> frozenset[str]:
    """Find out which projects have a network that DHCP serves.

    :param network: the Network service
    :param project_ids: the IDs of the projects
    :returns: those of them that have one
    :raises osc_iface.errors.CallFailed: a call failed
    """
    query = [('project_id', each) for each in sorted(project_ids)]
    if len(query) != 1:
        ports = list_service_ports(network, query, [DHCP]) if query else ()
        return frozenset(each.project_id for each in ports if each.project_id)
    query += [('device_owner', DHCP), ('fields', 'id'), ('limit', '1')]
    answer = network.get('list the ports', 'ports', query=query)
    return frozenset(project_ids if answer.objects('ports') else ())


@optional
def list_routers(network: Service, ids: Iterable[str]) -> dict[str, Router]:
    """Ask for routers: ``GET /routers?id=``.

    :param network: the Network service
    :param ids: their IDs
    :returns: those that this user may see, by ID; None where the service
        knows no such thing
    :raises osc_iface.errors.CallFailed: a call failed
    """
    return {
        found.id: found
        for answer, item in network_calls.some(
            network, 'routers', ids, _ROUTER
        )
        if (found := _router(answer, item))
    }


def _subnet(answer: Answer, item: dict[str, Any]) -> Subnet:
    """Take over a subnet."""
    gateway = answer.text_or_none(item, 'gateway_ip')
    return Subnet(
        id=answer.text(item, 'id'),
        network_id=answer.text(item, 'network_id'),
        cidr=taken.address_range(answer, answer.text(item, 'cidr')),
        name=answer.text_or_none(item, 'name') or '',
        gateway=notation.as_ip(gateway or ''),
        dhcp=answer.flag_or_none(item, 'enable_dhcp'),
        project_id=answer.text_or_none(item, 'project_id'),
        address_mode=answer.text_or_none(item, 'ipv6_address_mode'),
    )


def _service_port(answer: Answer, item: dict[str, Any]) -> ServicePort:
    """Take over a port that serves a network."""
    return ServicePort(
        id=answer.text(item, 'id'),
        network_id=answer.text_or_none(item, 'network_id') or '',
        owner=answer.text_or_none(item, 'device_owner') or '',
        device_id=answer.text_or_none(item, 'device_id') or '',
        project_id=answer.text_or_none(item, 'project_id'),
        fixed_ips=taken.fixed_ips(answer, item),
        status=answer.text_or_none(item, 'status'),
        enabled=answer.flag_or_none(item, 'admin_state_up'),
        host=answer.text_or_none(item, 'binding:host_id'),
        age=clock.since(answer, answer.text_or_none(item, 'updated_at')),
    )


def _router(answer: Answer, item: dict[str, Any]) -> Router:
    """Take over a router."""
    outside = answer.object_or_none(item, _GATEWAY)
    routes = answer.objects_or_none(item, 'routes')
    return Router(
        id=answer.text(item, 'id'),
        name=answer.text_or_none(item, 'name') or '',
        enabled=answer.flag_or_none(item, 'admin_state_up'),
        status=answer.text_or_none(item, 'status'),
        project_id=answer.text_or_none(item, 'project_id'),
        gateway=_gateway(answer, outside) if outside else None,
        external=bool(outside) if _GATEWAY in item else None,
        routes=None if routes is None else bool(routes),
    )


def _gateway(answer: Answer, item: dict[str, Any]) -> Gateway:
    """Take over how a router leads out."""
    return Gateway(
        network_id=answer.text_or_none(item, 'network_id') or '',
        snat=answer.flag_or_none(item, 'enable_snat'),
        ips=taken.fixed_ips(answer, item, 'external_fixed_ips'),
    )
