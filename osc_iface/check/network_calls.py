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

"""The calls that a check makes of the Network service."""

from collections.abc import Iterable, Iterator
from typing import Any

from osc_iface.check import taken
from osc_iface.check.network_facts import Floating, Group, Holder, Network, Nic
from osc_iface.model import Query
from osc_iface.notation import IPAddress
from osc_iface.wire import pages
from osc_iface.wire.answer import Answer
from osc_iface.wire.network import SERVER_ID
from osc_iface.wire.service import Service, optional

# The service's own ports, and what is behind the port of a trunk.
_NOT_SERVERS = ('network:', 'trunk:subport')


def list_ports(network: Service, query: Query) -> Iterator[Nic]:
    """Ask for the ports that servers may have: ``GET /ports``.

    :param network: the Network service
    :param query: filters; a key given twice means either
    :returns: the ports, without those that the service uses itself
    :raises osc_iface.errors.CallFailed: a call failed
    """
    for answer, items in network.pages(
        'list the ports', 'ports', 'ports', query=query, fields=taken.PORT
    ):
        for item in items:
            nic = taken.nic(answer, item)
            used = nic.owner.startswith(_NOT_SERVERS)
            if not used and SERVER_ID.fullmatch(nic.server_id):
                yield nic


def list_networks(network: Service, ids: Iterable[str]) -> dict[str, Network]:
    """Ask for networks: ``GET /networks?id=``.

    :param network: the Network service
    :param ids: their IDs
    :returns: those that this user may see, by ID
    :raises osc_iface.errors.CallFailed: a call failed
    """
    return {
        found.id: found
        for answer, item in some(network, 'networks', ids, taken.NETWORK)
        if (found := taken.network(answer, item))
    }


def networks_named(
    network: Service, names: Iterable[str]
) -> dict[str, Network]:
    """Find networks by name: ``GET /networks?name=``.

    :param network: the Network service
    :param names: the whole names
    :returns: all of these names that this user may see, by ID
    :raises osc_iface.errors.CallFailed: a call failed
    """
    wanted = set(names)
    return {
        found.id: found
        for answer, items in network.pages(
            'find networks',
            'networks',
            'networks',
            query=[('name', each) for each in sorted(wanted)],
            fields=taken.NETWORK,
        )
        for item in items
        if (found := taken.network(answer, item)).name in wanted
    }


@optional
def list_groups(network: Service, ids: Iterable[str]) -> dict[str, Group]:
    """Ask for security groups and rules: ``GET /security-groups?id=``.

    :param network: the Network service
    :param ids: their IDs
    :returns: those that this user may see, by ID; None where the service
        knows no such thing
    :raises osc_iface.errors.CallFailed: a call failed
    """
    return {
        found.id: found
        for answer, item in some(network, 'security-groups', ids, taken.GROUP)
        if (found := taken.group(answer, item))
    }


@optional
def list_floating_ips(network: Service, query: Query) -> list[Floating]:
    """Ask for floating IPs: ``GET /floatingips``.

    :param network: the Network service
    :param query: filters; a key given twice means either
    :returns: those that this user may see; None where the service knows no
        such thing
    :raises osc_iface.errors.CallFailed: a call failed
    """
    return [
        taken.floating_ip(answer, item)
        for answer, items in network.pages(
            'list the floating IPs',
            'floatingips',
            'floatingips',
            query=query,
            fields=taken.FLOATING_IP,
        )
        for item in items
    ]


@optional
def shows_ports(network: Service, project_id: str) -> bool:
    """Find out whether this user sees what a project has in Network.

    Every project has a security group, and its own policy filters ports, to
    nothing where somebody may see nothing.

    :param network: the Network service
    :param project_id: the project
    :returns: whether anything is seen; None where the service knows no
        security groups
    :raises osc_iface.errors.CallFailed: the call failed
    """
    answer = network.get(
        'list the security groups',
        'security-groups',
        query=[
            ('project_id', project_id),
            ('fields', 'id'),
            ('limit', '1'),
        ],
    )
    return bool(answer.objects('security_groups'))


def shows_all(network: Service) -> bool:
    """Find out whether this user sees of ports what administrators see.

    :param network: the Network service
    :returns: whether a port shows it; False where no port is shown
    :raises osc_iface.errors.CallFailed: the call failed
    """
    answer = network.get(
        'list the ports',
        'ports',
        query=[('fields', taken.ADMINISTRATORS), ('limit', '1')],
    )
    return any(
        taken.ADMINISTRATORS in item for item in answer.objects('ports')
    )


def holders(network: Service, ips: Iterable[IPAddress]) -> list[Holder]:
    """Ask which ports have addresses: ``GET /ports?fixed_ips=``.

    :param network: the Network service
    :param ips: the addresses
    :returns: the ports that this user may see, once for each address
    :raises osc_iface.errors.CallFailed: a call failed
    """
    wanted = set(ips)
    if not wanted:
        return []
    found = []
    for answer, items in network.pages(
        'find the ports of addresses',
        'ports',
        'ports',
        query=[
            ('fixed_ips', f'ip_address={ip}')
            for ip in sorted(map(str, wanted))
        ],
        fields=('id', 'device_id', 'network_id', 'fixed_ips'),
    ):
        for item in items:
            server_id = answer.text_or_none(item, 'device_id') or ''
            found += [
                Holder(
                    port_id=answer.text(item, 'id'),
                    server_id=(
                        server_id if SERVER_ID.fullmatch(server_id) else ''
                    ),
                    network_id=answer.text_or_none(item, 'network_id') or '',
                    ip=each.ip,
                )
                for each in taken.fixed_ips(answer, item) or ()
                if each.ip in wanted
            ]
    return found


def some(
    network: Service,
    path: str,
    ids: Iterable[str],
    fields: tuple[str, ...],
    key: str = 'id',
) -> Iterator[tuple[Answer, dict[str, Any]]]:
    """Ask for things by their IDs, or by those of what they belong to.

    :param network: the Network service
    :param path: what they are, as in the URL
    :param ids: the IDs
    :param fields: the fields to ask for
    :param key: the field that has these IDs
    :returns: things, with the answer that each is in
    :raises osc_iface.errors.CallFailed: a call failed
    """
    wanted = set(ids)
    if not wanted:
        return
    for answer, items in network.pages(
        f'list the {path.replace("-", " ")}',
        path.replace('-', '_'),
        path,
        query=pages.ids_or_all(wanted, key),
        fields=fields,
    ):
        for item in items:
            if answer.text_or_none(item, key) in wanted:
                yield answer, item
