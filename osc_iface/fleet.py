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

"""Servers with their interfaces, joined from both services.

Where the tag is wanted, Compute is asked for the interfaces of each server,
since it alone knows the tag. Else the ports come from Network in bulk, and
are joined with the servers. The two are the same live data.
"""

from collections.abc import Collection, Iterable
import dataclasses

from osc_lib import exceptions

from osc_iface import attached, errors, find, indirect, names, owners, ports
from osc_iface.columns import Choice, Source
from osc_iface.filters import Filters
from osc_iface.model import Interface, Port, Query, Row, Scope, Server
from osc_iface.names import Names
from osc_iface.ports import Ports
from osc_iface.wire import parallel
from osc_iface.wire.cloud import Cloud
from osc_iface.wire.service import Service


@dataclasses.dataclass
class Listing:
    """What was found.

    ``failures`` are sentences about what could not be read, ``notes`` are
    sentences about what is not as one would expect.
    """

    rows: list[Row] = dataclasses.field(default_factory=list)
    names: Names = dataclasses.field(default_factory=Names)
    failures: list[str] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)


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
    if _needs_tags(filters, choice) or (len(typed) == 1 and not of_ports):
        return _by_compute(cloud, typed, filters, choice, of_ports)
    servers, failures = find.servers(
        cloud, typed, choice.needs(Source.SERVERS)
    )
    _need_some(servers, failures)
    read = ports.passing(
        cloud.network, filters, choice.attributes, _scope(servers)
    )
    rows = _joined(servers, read.by_server())
    return Listing(rows, _names(cloud, choice, rows), failures, read.notes)


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
        if port_id not in known:
            listing.notes.append(
                f'The Network service does not show you port {port_id}.'
            )
    listing.rows = [Row(server, interface, known.get(port_id))]
    listing.names = _names(cloud, choice, listing.rows)
    return listing


def of_all(
    cloud: Cloud, scope: Scope, filters: Filters, choice: Choice
) -> Listing:
    """List interfaces of all servers.

    :param cloud: the services to ask
    :param scope: of which projects
    :param filters: which interfaces to list
    :param choice: which columns are wanted
    :returns: the rows, those of a server together
    :raises osc_lib.exceptions.CommandError: a whole call failed
    """
    servers, read, called, few = _servers_and_ports(
        cloud, scope, filters, choice
    )
    by_server = read.by_server()
    known = {server.id for server in servers}
    left = {id_: by_server[id_] for id_ in by_server if id_ not in known}
    if not few or scope.all_projects:
        # Ports of others than servers have no server, and no fault.
        left = {
            id_: of_server
            for id_, of_server in left.items()
            if any(map(owners.is_servers, of_server))
        }
    others = owners.left_over(cloud, left, scope.project_id)
    rows = _joined([*servers, *others.servers], by_server)
    listing = Listing(
        rows, called, others.failures, [*read.notes, *others.notes]
    )
    return _tagged(cloud, filters, choice, listing)


def _servers_and_ports(
    cloud: Cloud, scope: Scope, filters: Filters, choice: Choice
) -> tuple[list[Server], Ports, Names, bool]:
    """Ask for what does not depend on each other at the same time.

    :returns: the servers, the ports that pass the filters, what their
        networks are called, and whether just the few servers of these ports
        were asked for
    """
    _compute, network = cloud.compute, cloud.network  # made in this thread
    detail = choice.needs(Source.SERVERS)
    if not any(filters.queries()):
        servers, (read, called) = parallel.both(
            lambda: owners.everyone(cloud, scope, detail),
            lambda: _named_ports(network, filters, choice, scope.query),
        )
        return servers, read, called, False
    read = ports.passing(network, filters, choice.attributes, scope.query)
    # Few that pass a filter may be those of few among thousands.
    ids = list(read.by_server())
    few = len(ids) <= find.ONE_BY_ONE
    servers, called = parallel.both(
        lambda: (
            owners.listed(cloud, ids, scope)
            if few
            else owners.everyone(cloud, scope, detail)
        ),
        lambda: _names_of_ports(network, choice, read),
    )
    return servers, read, called, few


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
    listing.names = _names(cloud, choice, listing.rows)
    return listing


def _known_ports(
    cloud: Cloud, filters: Filters, choice: Choice, scope: Query
) -> dict[str, Port]:
    """Return what Network knows of the ports, whatever their addresses."""
    return ports.passing(
        cloud.network, filters.without_addresses(), choice.attributes, scope
    ).by_id


def _named_ports(
    network: Service, filters: Filters, choice: Choice, query: Query
) -> tuple[Ports, Names]:
    """Return ports, and at once what their networks are called."""
    read = ports.passing(network, filters, choice.attributes, query)
    return read, _names_of_ports(network, choice, read)


def _names_of_ports(network: Service, choice: Choice, read: Ports) -> Names:
    """Return what the networks and the like of ports are called."""
    found = list(read.by_id.values())
    return names.asked(
        network, choice.kinds, [port.interface for port in found], found
    )


def _names(cloud: Cloud, choice: Choice, rows: list[Row]) -> Names:
    """Return what the networks and the like of rows are called."""
    if not (rows and choice.kinds):
        return Names()
    try:
        network = cloud.network
    except errors.ServiceNotFound as exc:
        return Names(notes=[f'Networks are listed by ID. {exc}'])
    return names.asked(
        network,
        choice.kinds,
        [row.interface for row in rows],
        [row.port for row in rows if row.port],
    )


def _scope(servers: Iterable[Server]) -> Query:
    """Return a query for the ports of servers."""
    return [('device_id', server.id) for server in servers]


def _need_some(servers: Collection[Server], failures: list[str]) -> None:
    """Fail where none of the servers could be read."""
    if not servers:
        raise exceptions.CommandError('\n'.join(failures))


def _joined(
    servers: Iterable[Server], by_server: dict[str, list[Port]]
) -> list[Row]:
    """Return a row for each port of the servers."""
    return [
        Row(server, port.interface, port)
        for server in servers
        for port in by_server.get(server.id, [])
    ]


def _tagged(
    cloud: Cloud, filters: Filters, choice: Choice, listing: Listing
) -> Listing:
    """Return the rows as Compute has them, in the same order, if wanted."""
    if not _needs_tags(filters, choice):
        return listing
    interfaces, failures = attached.to(
        cloud, dict.fromkeys(row.server for row in listing.rows)
    )
    tagged = {
        interface['port_id']: interface
        for of_server in interfaces.values()
        for interface in of_server
    }
    rows = [
        row._replace(interface=tagged[row.interface['port_id']])
        for row in listing.rows
        if row.interface['port_id'] in tagged  # not detached meanwhile
    ]
    return dataclasses.replace(
        listing,
        rows=[row for row in rows if filters.passes_tag(row.interface)],
        failures=[*listing.failures, *failures],
    )


def _needs_tags(filters: Filters, choice: Choice) -> bool:
    """Return whether Compute is to be asked for each server's tags."""
    return choice.needs(Source.TAGS) or bool(filters.tags)
