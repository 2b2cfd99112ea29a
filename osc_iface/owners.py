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

"""Which servers the ports are on, where a list of servers does not tell."""

from typing import NamedTuple

from osc_iface import errors
from osc_iface.model import Port, Scope, Server
from osc_iface.printable import printable
from osc_iface.wire import compute, parallel
from osc_iface.wire.cloud import Cloud

# Nova gives a server's port this owner, with its availability zone behind.
_SERVERS = 'compute:'
# What looks like it and is a container's.
_CONTAINERS = 'compute:kuryr'
# Of so many servers that are not in a list, each is asked for.
_MOST_ASKED_FOR = 100


class LeftOver(NamedTuple):
    """Servers that are in no list, and sentences about those not found."""

    servers: list[Server]
    failures: list[str]
    notes: list[str]


def everyone(cloud: Cloud, scope: Scope, detail: bool) -> list[Server]:
    """Return all servers.

    :param detail: whether to ask for status and project in any case
    :raises osc_iface.errors.CallFailed: a call failed
    """
    query = scope.query if scope.all_projects else []
    return list(
        compute.list_servers(
            cloud.compute, scope.all_projects, *query, detail=detail
        )
    )


def listed(cloud: Cloud, ids: list[str], scope: Scope) -> list[Server]:
    """Return the servers of a few IDs, as far as lists tell of them.

    Whether somebody may see the servers of all projects is for Compute to
    say, and of the user's project where there is nothing to ask for.
    """
    if not ids:
        compute.check_list(cloud.compute, scope.all_projects)
    if not scope.all_projects:
        return []
    return [
        server
        for id_ in ids
        for server in compute.list_servers(
            cloud.compute, True, *scope.query, ('uuid', id_)
        )
        if server.id == id_
    ]


def left_over(
    cloud: Cloud, ports: dict[str, list[Port]], project_id: str | None
) -> LeftOver:
    """Ask for servers that have ports, but are in no list.

    Lists lack servers that are soft-deleted, and those that were made only
    just now.

    :param ports: the ports, by the ID of the server
    :param project_id: the project whose servers are wanted; None for all
    :returns: the servers that belong in the list, what could not be read,
        and what nobody knows
    :raises osc_iface.errors.CallFailed: Compute is out of order
    """
    service = cloud.compute  # made in this thread
    ids = list(ports)
    found = LeftOver([], [], [])
    unknown = ids[_MOST_ASKED_FOR:]
    for id_, server in parallel.each(
        lambda id_: compute.show_server(service, id_),
        ids[:_MOST_ASKED_FOR],
    ):
        if isinstance(server, errors.ServerNotFound):
            unknown.append(id_)
        elif isinstance(server, errors.CallFailed):
            found.failures.append(str(server))
        elif server.status not in ('SOFT_DELETED', 'DELETED') and (
            project_id in (None, server.project_id)
        ):
            found.servers.append(server)
    lost = [port for id_ in unknown for port in ports[id_]]
    lost = [port for port in lost if is_servers(port)]
    if lost:
        found.notes.append(_not_listed(lost))
    return found


def is_servers(port: Port) -> bool:
    """Return whether a port is a server's by what it says of its owner."""
    return port.owner.startswith(_SERVERS) and port.owner != _CONTAINERS


def _not_listed(ports: list[Port]) -> str:
    """Return a sentence about ports whose servers nobody knows."""
    port = ports[0]
    first = (
        f'port {printable(port.interface["port_id"])} of server '
        f'{printable(port.server_id)}'
    )
    unknown = 'that the Compute service does not know or does not show to you'
    if len(ports) == 1:
        return f'Not listed: {first}, a server {unknown}.'
    return (
        f'Not listed: {len(ports)} ports of servers {unknown}, such as '
        f'{first}.'
    )
