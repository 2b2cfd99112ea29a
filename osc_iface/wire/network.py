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

from osc_iface.model import FloatingIP, Port
from osc_iface.wire import pages
from osc_iface.wire import port as port_
from osc_iface.wire.service import Service, optional

# Where the lists are; in the answer the key has underscores.
_PATHS = {
    'network': 'networks',
    'subnet': 'subnets',
    'security group': 'security-groups',
}
# What a port on a server has as device_id; that of other ports may be
# anything: free text of a user, or nothing.
SERVER_ID = re.compile('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')


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
    network: Service,
    query: Iterable[tuple[str, str]],
    attributes: Iterable[str] = (),
) -> Iterator[Port]:
    """Ask for ports that servers may have, page by page: ``GET /ports``.

    :param network: the Network service
    :param query: filters of the service; a key given twice means either
    :param attributes: what else to ask for, keys of
        :class:`osc_iface.model.Attributes`
    :returns: the ports, by ID, without those that the service uses itself,
        for routers and the like, and those that nothing has
    :raises osc_iface.errors.CallFailed: a call failed
    """
    for port in _ports(network, query, attributes):
        if not port.owner.startswith('network:') and SERVER_ID.fullmatch(
            port.server_id
        ):
            yield port


def list_subports(
    network: Service, query: Iterable[tuple[str, str]]
) -> Iterator[Port]:
    """Ask for ports that may be subports of trunks: ``GET /ports``.

    Of most the owner tells, but not before the trunk is on a host, and not
    with every driver: only the trunk itself tells of each.

    :param network: the Network service
    :param query: as for :func:`list_ports`
    :returns: the ports; a subport names no server: the trunk's parent port
        does
    :raises osc_iface.errors.CallFailed: a call failed
    """
    return _ports(network, query, ())


@optional
def list_floating_ips(
    network: Service, addresses: Iterable[str] = (), networks: bool = False
) -> list[FloatingIP]:
    """Ask for floating IPs, and where they lead: ``GET /floatingips``.

    :param network: the Network service
    :param addresses: IPv4 addresses that may be floating IPs; none for all
        of them
    :param networks: whether to ask for the networks behind them, too
    :returns: the floating IPs that this user may see; None where the
        service knows no floating IPs
    :raises osc_iface.errors.CallFailed: the call failed
    """
    wanted = sorted(addresses)
    found = []
    for answer, floating_ips in network.pages(
        'find the floating IPs' if wanted else 'list the floating IPs',
        'floatingips',
        'floatingips',
        query=[('floating_ip_address', each) for each in wanted],
        fields=(
            *port_.FLOATING_IP_FIELDS,
            *([port_.PORT_DETAILS] if networks else []),
        ),
    ):
        found += [
            port_.floating_ip(answer, each)
            for each in floating_ips
            if not wanted or each.get('floating_ip_address') in wanted
        ]
    return found


def disabled(network: Service, port_ids: Iterable[str]) -> set[str]:
    """Ask which ports are disabled: ``GET /ports?id=``.

    :param network: the Network service
    :param port_ids: IDs of ports
    :returns: the IDs of those whose admin state is down
    :raises osc_iface.errors.CallFailed: the call failed
    """
    return {
        answer.text(port, 'id')
        for answer, ports in network.pages(
            'find the ports',
            'ports',
            'ports',
            query=[('id', id_) for id_ in port_ids],
            fields=('id', 'admin_state_up'),
        )
        for port in ports
        if port.get('admin_state_up') is False
    }


def names(network: Service, kind: str, ids: Iterable[str]) -> dict[str, str]:
    """Ask for the names of things: ``GET /networks?id=`` and the like.

    :param network: the Network service
    :param kind: ``network``, ``subnet`` or ``security group``
    :param ids: their IDs; where they do not fit into one URL, all that there
        are are listed instead, which takes fewer requests
    :returns: the names by ID, without what has none and what this user may
        not see
    :raises osc_iface.errors.CallFailed: a call failed
    """
    wanted = set(ids)
    if not wanted:
        return {}
    path = _PATHS[kind]
    return {
        answer.text(item, 'id'): name
        for answer, items in network.pages(
            f'find the names of {kind}s',
            path.replace('-', '_'),
            path,
            query=pages.ids_or_all(wanted),
            fields=('id', 'name'),
        )
        for item in items
        if (name := answer.text_or_none(item, 'name'))
        and answer.text_or_none(item, 'id') in wanted
    }


def exists(network: Service, kind: str, id_: str) -> bool:
    """Look whether there is such a thing: ``GET /networks?id=``.

    :param network: the Network service
    :param kind: ``network``, ``subnet`` or ``security group``
    :param id_: its ID, as the API writes it
    :returns: whether there is one that this user may see
    :raises osc_iface.errors.CallFailed: the call failed
    """
    path = _PATHS[kind]
    query = [('id', id_), ('fields', 'id')]
    answer = network.get(f'find {kind} {id_}', path, query=query)
    items = answer.objects(path.replace('-', '_'))
    return any(item.get('id') == id_ for item in items)


def named(
    network: Service, kind: str, name: str
) -> list[tuple[str, str | None]]:
    """Look for things by name: ``GET /networks?name=`` and the like.

    :param network: the Network service
    :param kind: ``network``, ``subnet`` or ``security group``
    :param name: the whole name
    :returns: the IDs of those of exactly this name, each with its project
    :raises osc_iface.errors.CallFailed: the call failed
    """
    fields = [('fields', each) for each in ('id', 'name', 'project_id')]
    query = [('name', name), *fields]
    return _of_name(network, f'find {kind} {name}', _PATHS[kind], name, query)


def _of_name(
    network: Service,
    action: str,
    path: str,
    name: str,
    query: list[tuple[str, str]],
) -> list[tuple[str, str | None]]:
    """Return ID and project of what a query finds with exactly this name."""
    answer = network.get(action, path, query=query)
    return [
        (answer.text(item, 'id'), answer.text_or_none(item, 'project_id'))
        for item in answer.objects(path.replace('-', '_'))
        if item.get('name') == name
    ]


def _ports(
    network: Service,
    query: Iterable[tuple[str, str]],
    attributes: Iterable[str],
) -> Iterator[Port]:
    """Ask for ports of any kind."""
    for answer, ports in network.pages(
        'list the ports',
        'ports',
        'ports',
        query=query,
        fields=port_.fields(attributes),
    ):
        for port in ports:
            yield port_.taken(answer, port)
