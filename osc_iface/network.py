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
from typing import Any, NamedTuple

from osc_iface import errors
from osc_iface.answer import Answer
from osc_iface.cloud import Service
from osc_iface.interface import Interface, fixed_ips

# Of a port, what makes an interface and tells whose it is.
_PORT_FIELDS = (
    'id',
    'device_id',
    'device_owner',
    'project_id',
    'network_id',
    'mac_address',
    'fixed_ips',
    'status',
)
# What a port on a server has as device_id; that of other ports may be
# anything: free text of a user, or nothing.
_SERVER_ID = re.compile('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')


class Port(NamedTuple):
    """A port, and the interface that it is for its server.

    ``interface`` is in the words of the Compute service, without the tag,
    which the Network service does not know. ``owner`` is the kind of thing
    that has the port: ``compute:`` and a zone if that is a server, but Nova
    goes by the ID alone.
    """

    server_id: str
    owner: str
    project_id: str | None
    interface: Interface


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
    query = [('device_id', server_id), ('name', name)]
    return _ids_of_name(network, action, 'ports', name, query)


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
    query = [*query, *(('fields', field) for field in _PORT_FIELDS)]
    for answer, ports in network.pages(
        'list the ports', 'ports', 'ports', query=query
    ):
        for port in ports:
            owner = answer.text_or_none(port, 'device_owner') or ''
            server_id = answer.text_or_none(port, 'device_id') or ''
            if not owner.startswith('network:') and _SERVER_ID.fullmatch(
                server_id
            ):
                yield _port(answer, port, server_id, owner)


def list_floating_ips(
    network: Service, addresses: Iterable[str]
) -> list[tuple[str, str]]:
    """Ask where floating IPs lead: ``GET /floatingips``.

    :param network: the Network service
    :param addresses: addresses, in the notation of the service
    :returns: those that are floating IPs in use, each with the ID of the
        port that it leads to; none where the service knows no floating IPs
    :raises osc_iface.errors.CallFailed: the call failed
    """
    query = [('floating_ip_address', address) for address in addresses]
    query += [('fields', 'floating_ip_address'), ('fields', 'port_id')]
    action = 'find the floating IPs'
    try:
        answer = network.get(action, 'floatingips', query=query)
    except errors.CallFailed as exc:
        if exc.response is not None and exc.response.status_code == 404:
            return []
        raise
    return [
        (answer.text(item, 'floating_ip_address'), port_id)
        for item in answer.objects('floatingips')
        if (port_id := answer.text_or_none(item, 'port_id')) is not None
    ]


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


def named(network: Service, kind: str, name: str) -> list[str]:
    """Look for networks or subnets by name: ``GET /networks?name=``.

    :param network: the Network service
    :param kind: ``network`` or ``subnet``
    :param name: the whole name
    :returns: the IDs of those of exactly this name
    :raises osc_iface.errors.CallFailed: the call failed
    """
    action = f'find {kind} {name}'
    return _ids_of_name(network, action, f'{kind}s', name, [('name', name)])


def _ids_of_name(
    network: Service,
    action: str,
    key: str,
    name: str,
    query: list[tuple[str, str]],
) -> list[str]:
    """The IDs of what a query finds that has exactly this name."""
    query = [*query, ('fields', 'id'), ('fields', 'name')]
    answer = network.get(action, key, query=query)
    return [
        answer.text(item, 'id')
        for item in answer.objects(key)
        if item.get('name') == name
    ]


def _port(
    answer: Answer, port: dict[str, Any], server_id: str, owner: str
) -> Port:
    """Take over what makes an interface, checked."""
    return Port(
        server_id=server_id,
        owner=owner,
        project_id=answer.text_or_none(port, 'project_id'),
        interface=Interface(
            port_id=answer.text(port, 'id'),
            net_id=answer.text_or_none(port, 'network_id'),
            mac_addr=answer.text_or_none(port, 'mac_address'),
            fixed_ips=fixed_ips(answer, port),
            port_state=answer.text_or_none(port, 'status'),
        ),
    )
