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

The ports come from Network in bulk, and are joined with all servers. Where
the tag is wanted, Compute is asked for the interfaces of each of them, since
it alone knows the tag. The two are the same live data.
"""

import dataclasses

from osc_iface import attached, find, names, owners, ports
from osc_iface.columns import Choice, Source
from osc_iface.filters import Filters
from osc_iface.listing import Listing, joined, needs_tags
from osc_iface.model import Query, Scope, Server
from osc_iface.names import Names
from osc_iface.ports import Ports
from osc_iface.wire import parallel
from osc_iface.wire.cloud import Cloud
from osc_iface.wire.service import Service


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
    rows = joined([*servers, *others.servers], by_server)
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


def _tagged(
    cloud: Cloud, filters: Filters, choice: Choice, listing: Listing
) -> Listing:
    """Return the rows as Compute has them, in the same order, if wanted."""
    if not needs_tags(filters, choice):
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
