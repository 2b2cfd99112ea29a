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

"""The interfaces of named servers.

Where the tag is wanted, Compute is asked for the interfaces of each server,
since it alone knows the tag. Else the ports come from Network in bulk. The
two are the same live data.
"""

from collections.abc import Collection, Iterable

from osc_lib import exceptions

from osc_iface import attached, find, indirect, ports
from osc_iface.columns import Choice, Source
from osc_iface.filters import Filters
from osc_iface.listing import Listing, joined, names_of, needs_tags
from osc_iface.model import Interface, Port, Query, Row, Server
from osc_iface.printable import printable
from osc_iface.wire.cloud import Cloud


def of_servers(
    cloud: Cloud, typed: list[str], filters: Filters, choice: Choice
) -> Listing:
    """List interfaces of some servers.

    :param cloud: the services to ask
    :param typed: IDs or names of the servers
    :param filters: which interfaces to list
    :param choice: which columns are wanted
    :returns: the rows in the order of the servers, then of the ports
    :raises osc_lib.exceptions.CommandError: a whole call failed, or none of
        the servers could be read
    """
    of_ports = bool(choice.attributes or filters.attributes)
    if needs_tags(filters, choice) or (len(typed) == 1 and not of_ports):
        return _by_compute(cloud, typed, filters, choice, of_ports)
    servers, failures = find.servers(
        cloud, typed, choice.needs(Source.SERVERS)
    )
    _need_some(servers, failures)
    read = ports.passing(
        cloud.network, filters, choice.attributes, _scope(servers)
    )
    rows = joined(servers, read.by_server())
    return Listing(rows, names_of(cloud, choice, rows), failures, read.notes)


def detailed(
    cloud: Cloud, server: Server, interface: Interface, choice: Choice
) -> Listing:
    """Return one interface, with what Network knows of it.

    :param cloud: the services to ask
    :param server: its server
    :param interface: the interface
    :param choice: which columns are wanted
    :returns: the one row
    :raises osc_iface.errors.CallFailed: a call failed
    """
    port_id = interface['port_id']
    known: dict[str, Port] = {}
    listing = Listing()
    if choice.attributes:
        known = _known_ports(cloud, Filters(), choice, [('id', port_id)])
    listing.rows = [Row(server, interface, known.get(port_id))]
    if choice.attributes:
        listing.notes += _hidden(listing.rows)
    listing.names = names_of(cloud, choice, listing.rows)
    return listing


def _by_compute(
    cloud: Cloud,
    typed: list[str],
    filters: Filters,
    choice: Choice,
    of_ports: bool,
) -> Listing:
    """List interfaces of some servers as Compute lists them."""
    if choice.needs(Source.SERVER_NAMES, Source.SERVERS):
        found = find.servers(cloud, typed, choice.needs(Source.SERVERS))
    else:
        found = find.likely(cloud, typed)
    interfaces, failures = attached.to_typed(cloud, typed, found.servers)
    listing = Listing(failures=[*found.failures, *failures])
    _need_some(interfaces, listing.failures)
    scope = _scope(interfaces)
    known = _known_ports(cloud, filters, choice, scope) if of_ports else {}
    if filters.addresses or filters.macs:
        having = [each for some in interfaces.values() for each in some]
        further = indirect.looked_for(
            cloud.network, filters, having, scope, ()
        )
        if further is not None:
            filters, _ports, listing.notes = further
    listing.rows = [
        Row(server, interface, known.get(interface['port_id']))
        for server, of_server in interfaces.items()
        for interface in of_server
        if (not filters.attributes or interface['port_id'] in known)
        and filters.passes(interface, known.get(interface['port_id']))
        and filters.passes_tag(interface)
    ]
    if choice.attributes:
        listing.notes += _hidden(listing.rows)
    listing.names = names_of(cloud, choice, listing.rows)
    return listing


def _hidden(rows: Iterable[Row]) -> list[str]:
    """Return a sentence about ports that Network does not show, if any."""
    ids = [row.interface['port_id'] for row in rows if row.port is None]
    if not ids:
        return []
    others = f' and {len(ids) - 1} more' if len(ids) > 1 else ''
    return [
        f'The Network service does not show you port {printable(ids[0])}'
        f'{others}.'
    ]


def _known_ports(
    cloud: Cloud, filters: Filters, choice: Choice, scope: Query
) -> dict[str, Port]:
    """Return what Network knows of the ports, whatever their addresses."""
    return ports.passing(
        cloud.network, filters.without_addresses(), choice.attributes, scope
    ).by_id


def _need_some(servers: Collection[Server], failures: list[str]) -> None:
    """Fail where none of the servers could be read."""
    if not servers:
        raise exceptions.CommandError('\n'.join(failures))


def _scope(servers: Iterable[Server]) -> Query:
    """Return a query for the ports of servers."""
    return [('device_id', server.id) for server in servers]
