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

"""The calls of the Network service, one function a call, answers checked."""

from collections.abc import Iterable, Iterator
import re
from typing import Any

from osc_iface import errors
from osc_iface.model import Interface, Port
from osc_iface.notation import IPAddress
from osc_iface.wire.answer import Answer
from osc_iface.wire.attachment import fixed_ips
from osc_iface.wire.service import Service

# Of a port, what makes an interface and tells whose it is.
_PORT_FIELDS = (
    'id',
    'device_id',
    'device_owner',
    'network_id',
    'mac_address',
    'fixed_ips',
    'status',
)
_FLOATING_IP_FIELDS = (
    'id',
    'floating_ip_address',
    'port_id',
    'port_forwardings',
)
# What a port on a server has as device_id; that of other ports may be
# anything: free text of a user, or nothing.
_SERVER_ID = re.compile('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')


def ports_named(network: Service, server_id: str, name: str) -> list[str]:
    """Find ports of a server by name: ``GET /ports?device_id=&name=``.

    :param network: the Network service
    :param server_id: ID of the server
    :param name: the whole name; compared once more, since the database of
        the service may fold case
    :returns: the IDs of the ports of exactly this name
    :raises osc_iface.errors.CallFailed: the call failed
    """
    action = f'find port {name} of server {server_id}'
    query = [
        ('device_id', server_id),
        ('name', name),
        ('fields', 'id'),
        ('fields', 'name'),
    ]
    found = _of_name(network, action, 'ports', name, query)
    return [port_id for port_id, _project_id in found]


def list_ports(
    network: Service, query: Iterable[tuple[str, str]]
) -> Iterator[Port]:
    """Ask for ports that servers may have, page by page: ``GET /ports``.

    :param network: the Network service
    :param query: filters of the service; a key given twice means either
    :returns: the ports, by ID, without those that the service uses itself,
        for routers and the like, and those that nothing has
    :raises osc_iface.errors.CallFailed: a call failed
    """
    for answer, ports in network.pages(
        'list the ports', 'ports', 'ports', query=query, fields=_PORT_FIELDS
    ):
        for port in ports:
            owner = answer.text_or_none(port, 'device_owner') or ''
            server_id = answer.text_or_none(port, 'device_id') or ''
            if not owner.startswith('network:') and _SERVER_ID.fullmatch(
                server_id
            ):
                yield _port(answer, port, server_id, owner)


def ports_behind(network: Service, addresses: Iterable[IPAddress]) -> set[str]:
    """Ask where floating IPs lead: ``GET /floatingips``.

    :param network: the Network service
    :param addresses: IP addresses that may be floating IPs; no request goes
        out for IPv6, in which there are none
    :returns: the IDs of the ports that they lead to, by forwardings of
        single ports, too; none where the service knows no floating IPs
    :raises osc_iface.errors.CallFailed: the call failed
    """
    wanted = sorted(str(each) for each in addresses if each.version == 4)
    query = [('floating_ip_address', address) for address in wanted]
    found: set[str] = set()
    if not query:
        return found
    try:
        for answer, floating_ips in network.pages(
            'find the floating IPs',
            'floatingips',
            'floatingips',
            query=query,
            fields=_FLOATING_IP_FIELDS,
        ):
            for each in floating_ips:
                if each.get('floating_ip_address') in wanted:
                    found |= _leads_to(answer, each)
    except errors.CallFailed as exc:
        if exc.status != 404:
            raise
    return found


def exists(network: Service, kind: str, id_: str) -> bool:
    """Look whether there is a network or subnet: ``GET /networks?id=``.

    :param network: the Network service
    :param kind: ``network`` or ``subnet``
    :param id_: its ID, as the API writes it
    :returns: whether there is one that this user may see
    :raises osc_iface.errors.CallFailed: the call failed
    """
    key = f'{kind}s'
    query = [('id', id_), ('fields', 'id')]
    answer = network.get(f'find {kind} {id_}', key, query=query)
    return any(item.get('id') == id_ for item in answer.objects(key))


def named(
    network: Service, kind: str, name: str
) -> list[tuple[str, str | None]]:
    """Look for networks or subnets by name: ``GET /networks?name=``.

    :param network: the Network service
    :param kind: ``network`` or ``subnet``
    :param name: the whole name
    :returns: the IDs of those of exactly this name, each with its project
    :raises osc_iface.errors.CallFailed: the call failed
    """
    fields = [('fields', each) for each in ('id', 'name', 'project_id')]
    query = [('name', name), *fields]
    return _of_name(network, f'find {kind} {name}', f'{kind}s', name, query)


def _of_name(
    network: Service,
    action: str,
    key: str,
    name: str,
    query: list[tuple[str, str]],
) -> list[tuple[str, str | None]]:
    """Return ID and project of what a query finds with exactly this name."""
    answer = network.get(action, key, query=query)
    return [
        (answer.text(item, 'id'), answer.text_or_none(item, 'project_id'))
        for item in answer.objects(key)
        if item.get('name') == name
    ]


def _leads_to(answer: Answer, floating_ip: dict[str, Any]) -> set[str]:
    """Return the IDs of the ports that a floating IP leads to."""
    found = {answer.text_or_none(floating_ip, 'port_id')}
    if floating_ip.get('port_forwardings') is not None:
        found |= {
            answer.text_or_none(each, 'internal_port_id')
            for each in answer.objects_of(floating_ip, 'port_forwardings')
        }
    return {port_id for port_id in found if port_id is not None}


def _port(
    answer: Answer, port: dict[str, Any], server_id: str, owner: str
) -> Port:
    """Take over what makes an interface, checked."""
    return Port(
        server_id=server_id,
        owner=owner,
        interface=Interface(
            port_id=answer.text(port, 'id'),
            net_id=answer.text_or_none(port, 'network_id'),
            mac_addr=answer.text_or_none(port, 'mac_address'),
            fixed_ips=fixed_ips(answer, port),
            port_state=answer.text_or_none(port, 'status'),
        ),
    )
