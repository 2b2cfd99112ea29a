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
"""Servers joined with their ports: the interfaces of many servers.

The ports come from the Network service, a page at a time, and are joined
with the servers from the Compute service. Only tags, which the Network
service does not know, cost a request a server.
"""

from collections.abc import Iterable
import dataclasses

from osc_iface import errors, find, owners
from osc_iface import filters as filters_
from osc_iface.filters import Filters
from osc_iface.model import Interface, Port, Query, Row, Server
from osc_iface.wire import compute, network, parallel
from osc_iface.wire.cloud import Cloud

_Ports = dict[str, list[Port]]


@dataclasses.dataclass
class Listing:
    """What was found.

    ``failures`` are sentences about what could not be read, ``notes`` are
    sentences about what is not as one would expect.
    """

    rows: list[Row] = dataclasses.field(default_factory=list)
    failures: list[str] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)


def of_one(cloud: Cloud, typed: str, filters: Filters) -> list[Interface]:
    """List interfaces of one server, tags included.

    :param cloud: the services to ask
    :param typed: ID or name of the server
    :param filters: which interfaces to list
    :returns: the interfaces, in the order of the Compute service
    :raises osc_lib.exceptions.CommandError: there is no such server, or more
        than one; or a call failed
    """
    missing = None
    for server in find.meant(cloud, typed):
        try:
            found = compute.list_interfaces(cloud.compute, server.id)
        except errors.ServerNotFound as exc:
            missing = missing or exc
        else:
            return [
                each
                for each in found
                if filters.passes(each) and filters.passes_tag(each)
            ]
    raise missing or find.no_server(typed)


def of_servers(
    cloud: Cloud, typed: list[str], filters: Filters, tags: bool
) -> Listing:
    """List interfaces of some servers.

    :param cloud: the services to ask
    :param typed: IDs or names of the servers
    :param filters: which interfaces to list
    :param tags: whether to ask for tags, which takes a request a server
    :returns: the rows in the order of the servers
    :raises osc_lib.exceptions.CommandError: a whole call failed
    """
    servers, failures = find.servers(cloud, typed)
    scope = [('device_id', server.id) for server in servers]
    ports = _ports(cloud, filters, scope) if servers else {}
    listing = Listing(_joined(servers, ports), failures)
    return _tagged(cloud, filters, listing) if tags else listing


def of_all(
    cloud: Cloud, all_projects: bool, filters: Filters, tags: bool
) -> Listing:
    """List interfaces of all servers.

    :param cloud: the services to ask
    :param all_projects: of all projects, not only the user's
    :param filters: which interfaces to list
    :param tags: whether to ask for tags, which takes a request a server
    :returns: the rows, those of a server together
    :raises osc_lib.exceptions.CommandError: a whole call failed, or the
        login is for no project
    """
    project_id = None if all_projects else cloud.need_project()
    # Nova attaches a port only to a server of the same project.
    scope = [('project_id', project_id)] if project_id else []
    if any(filters.queries()):
        ports = _ports(cloud, filters, scope)
        # Few that pass a filter may be those of few among thousands.
        few = len(ports) <= find.ONE_BY_ONE
        servers = (
            owners.listed(cloud, list(ports), all_projects)
            if few
            else list(compute.list_servers(cloud.compute, all_projects))
        )
    else:
        few = False
        service, _network = cloud.compute, cloud.network  # in this thread
        servers, ports = parallel.both(
            lambda: list(compute.list_servers(service, all_projects)),
            lambda: _ports(cloud, filters, scope),
        )
    known = {server.id for server in servers}
    left = {id_: ports[id_] for id_ in ports if id_ not in known}
    if not few or all_projects:
        # Ports of others than servers have no server, and no fault.
        left = {
            id_: of_server
            for id_, of_server in left.items()
            if any(map(owners.is_servers, of_server))
        }
    others = owners.left_over(cloud, left, project_id)
    rows = _joined([*servers, *others.servers], ports)
    listing = Listing(rows, others.failures, others.notes)
    return _tagged(cloud, filters, listing) if tags else listing


def _ports(cloud: Cloud, filters: Filters, scope: Query) -> _Ports:
    """Return the ports that pass the filters, by the ID of their server."""
    found = {
        port.interface['port_id']: port
        for query in filters.queries()
        for port in network.list_ports(cloud.network, scope + query)
    }
    by_server: _Ports = {}
    for _port_id, port in sorted(found.items()):
        by_server.setdefault(port.server_id, []).append(port)
    return by_server


def _joined(servers: Iterable[Server], ports: _Ports) -> list[Row]:
    """Return a row for each port of the servers."""
    return [
        Row(server, port.interface)
        for server in servers
        for port in ports.get(server.id, [])
    ]


def _tagged(cloud: Cloud, filters: Filters, listing: Listing) -> Listing:
    """Return the rows as the Compute service has them, in the same order."""
    from osc_iface import progress

    by_server: dict[str, list[Row]] = {}
    for row in listing.rows:
        by_server.setdefault(row.server.id, []).append(row)
    service = cloud.compute  # made in this thread
    answers = parallel.each(
        lambda id_: compute.list_interfaces(service, id_), by_server
    )
    tagged = Listing(failures=listing.failures, notes=listing.notes)
    for server_id, answer in progress.shown(
        answers, len(by_server), 'Reading tags'
    ):
        if isinstance(answer, errors.CallFailed):
            tagged.failures.append(str(answer))
            continue
        interfaces = {each['port_id']: each for each in answer}
        for server, interface in by_server[server_id]:
            known = interfaces.get(interface['port_id'])
            if known is None:
                continue  # detached meanwhile
            filters_.tag(known)  # or say that there are none
            if filters.passes_tag(known):
                tagged.rows.append(Row(server, known))
    return tagged
