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

"""The interfaces of several servers, without asking for each.

The ports come from the Network service, a page at a time, and are joined
with the servers from the Compute service. Only tags, which the Network
service does not know, cost a request a server.
"""

from collections.abc import Callable, Iterable, Iterator

# Its threads are daemons: an interrupted command need not wait for them.
from multiprocessing.pool import ThreadPool
import re
from typing import NamedTuple
import urllib.parse

from osc_iface import compute, errors, find, network
from osc_iface import filters as filters_
from osc_iface.cloud import Cloud
from osc_iface.compute import Server
from osc_iface.filters import Filters
from osc_iface.interface import Interface
from osc_iface.network import Port
from osc_iface.printable import printable

# Up to so many servers are asked for one by one, more are picked from the
# list of all.
ONE_BY_ONE = 3
# How many characters of a URL the IDs or names of servers may take: Apache
# takes 8,190 for the whole line by default. That is about 150 IDs.
ROOM_IN_URL = 7000
# How many requests for tags are under way at once.
IN_FLIGHT = 8


class Row(NamedTuple):
    """An interface, and the server that has it."""

    server: Server
    interface: Interface


class Fleet:
    """Lists interfaces of several servers.

    :param cloud: the services to ask
    :param filters: which interfaces to list
    :param tags: whether to ask for tags, which takes a request a server
    :ivar failures: what could not be listed, a sentence each; complete when
        the rows have been read
    """

    def __init__(self, cloud: Cloud, filters: Filters, tags: bool) -> None:
        self._cloud = cloud
        self._filters = filters
        self._tags = tags
        self.failures: list[str] = []

    def of_servers(self, names: list[str]) -> Iterator[Row]:
        """List interfaces of some servers.

        :param names: IDs or names of the servers
        :returns: the rows, in the order of the servers
        :raises osc_lib.exceptions.CommandError: a call failed
        """
        servers = self._find(names)
        rows = self._of_found(servers)
        return self._with_tags(rows) if self._tags else rows

    def of_all(self, all_projects: bool) -> Iterator[Row]:
        """List interfaces of all servers.

        :param all_projects: of all projects, not only the user's
        :returns: the rows, those of a server together
        :raises osc_lib.exceptions.CommandError: a call failed
        """
        if (
            self._cloud.is_admin
            and not all_projects
            and not self._filters.by_address
        ):
            # The Network service would answer for all projects.
            found = list(compute.list_servers(self._cloud.compute, False))
            rows = self._of_found(found)
        else:
            rows = self._of_ports(self._ports([[]]), all_projects)
        return self._with_tags(rows) if self._tags else rows

    def _find(self, names: list[str]) -> list[Server]:
        """Find servers by ID or name; what is none of them is a failure."""
        ids = {
            name: find.as_uuid(find.checked('server', name)) for name in names
        }
        by_id = self._servers_of_ids([id_ for id_ in ids.values() if id_])
        by_name = self._servers_of_names(
            [name for name in names if ids[name] not in by_id]
        )
        found: dict[str, Server] = {}
        for name in names:
            id_ = ids[name]
            candidates = [by_id[id_]] if id_ in by_id else by_name[name]
            if len(candidates) == 1:
                found.setdefault(candidates[0].id, candidates[0])
            elif candidates:
                same = [server.id for server in candidates]
                what = f"servers have the name '{name}'"
                self.failures.append(str(find.ambiguous(what, same)))
            else:
                self.failures.append(str(find.no_server(name)))
        return list(found.values())

    def _servers_of_ids(self, ids: list[str]) -> dict[str | None, Server]:
        """The servers that there are of some IDs."""
        found: dict[str | None, Server] = {}
        missing = set(ids)
        if len(missing) > ONE_BY_ONE:
            for server in compute.list_servers(self._cloud.compute, False):
                if server.id in missing:
                    found[server.id] = server
            missing -= found.keys()
        # Administrators see servers of other projects, but not in the list.
        for server_id in sorted(missing):
            try:
                found[server_id] = compute.show_server(
                    self._cloud.compute, server_id
                )
            except errors.ServerNotFound:
                continue  # it may be a name
        return found

    def _servers_of_names(self, names: list[str]) -> dict[str, list[Server]]:
        """The servers of each name."""
        found: dict[str, list[Server]] = {name: [] for name in names}
        for some in _chunks(names, re.escape):
            for server in compute.servers_named(self._cloud.compute, *some):
                found[str(server.name)].append(server)
        return found

    def _ports(self, scopes: Iterable[list[str]]) -> list[Port]:
        """The ports that pass the filters.

        :param scopes: IDs of servers, a list a request; an empty one for all
            ports that the user may see
        """
        found = [
            port
            for scope in scopes
            for port in network.list_ports(
                self._cloud.network,
                [*_device_ids(scope), *self._filters.query()],
            )
        ]
        unknown = self._filters.unknown_addresses(
            port.interface for port in found
        )
        behind = filters_.floating_ip_ports(self._cloud, unknown)
        if behind:
            query = self._filters.without_addresses().query()
            query += [('id', port_id) for port_id in sorted(behind)]
            found += network.list_ports(self._cloud.network, query)
        return found

    def _of_found(self, servers: list[Server]) -> Iterator[Row]:
        """The rows for servers; their ports are still to be asked for."""
        ids = [server.id for server in servers]
        ports = self._ports(_chunks(ids, 'device_id={}&'.format))
        return self._joined(servers, _by_server(ports))

    def _of_ports(
        self, ports: list[Port], all_projects: bool
    ) -> Iterator[Row]:
        """The rows for ports whose servers are still to be asked for."""
        by_server = _by_server(ports)
        servers: Iterable[Server]
        if len(by_server) <= ONE_BY_ONE:
            servers = self._shown(list(by_server), all_projects)
        else:
            servers = compute.list_servers(self._cloud.compute, all_projects)
        yield from self._joined(servers, by_server)
        for server_id, left in by_server.items():
            # Who owns a network sees ports of other projects on it.
            if all_projects or left[0].project_id == self._cloud.project_id:
                self.failures.append(
                    f'Server {printable(server_id)}, which has port '
                    f'{printable(left[0].interface["port_id"])}, is gone.'
                )

    def _shown(self, ids: list[str], all_projects: bool) -> Iterator[Server]:
        """The servers of a few IDs that are in the scope of the command."""
        for server_id in ids:
            try:
                server = compute.show_server(self._cloud.compute, server_id)
            except errors.ServerNotFound:
                continue
            if all_projects or server.project_id == self._cloud.project_id:
                yield server

    def _joined(
        self, servers: Iterable[Server], ports: dict[str, list[Port]]
    ) -> Iterator[Row]:
        """The rows of servers; takes out of ``ports`` what it uses."""
        for server in servers:
            for port in ports.pop(server.id, ()):
                yield Row(server, port.interface)

    def _with_tags(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The rows as the Compute service has them, in the same order."""
        # Nothing else needs rich.progress, which is slow to import.
        from osc_iface import progress

        by_server: dict[Server, list[str]] = {}
        for server, interface in rows:
            by_server.setdefault(server, []).append(interface['port_id'])
        with ThreadPool(IN_FLIGHT) as pool:
            answers = pool.imap(self._interfaces, by_server)
            for server, known in zip(
                by_server,
                progress.shown(answers, len(by_server), 'Reading tags'),
                strict=True,
            ):
                for port_id in by_server[server]:
                    tagged = known.get(port_id)
                    if tagged and self._filters.passes_tag(tagged):
                        yield Row(server, tagged)

    def _interfaces(self, server: Server) -> dict[str, Interface]:
        """The interfaces of a server by port ID; none if that fails."""
        try:
            found = compute.list_interfaces(self._cloud.compute, server.id)
        except errors.CallFailed as exc:
            self.failures.append(str(exc))
            return {}
        return {interface['port_id']: interface for interface in found}


def _by_server(ports: Iterable[Port]) -> dict[str, list[Port]]:
    """Ports by the ID of their server; each port once."""
    found: dict[str, list[Port]] = {}
    seen = set()
    for port in ports:
        port_id = port.interface['port_id']
        if port_id not in seen:
            seen.add(port_id)
            found.setdefault(port.server_id, []).append(port)
    return found


def _device_ids(server_ids: list[str]) -> list[tuple[str, str]]:
    return [('device_id', server_id) for server_id in server_ids]


def _chunks(
    items: list[str], as_sent: Callable[[str], str]
) -> Iterator[list[str]]:
    """Slices of a list, each to fit into a URL.

    :param items: IDs or names
    :param as_sent: what stands in the URL for one of them, unquoted
    """
    chunk: list[str] = []
    room = ROOM_IN_URL
    for item in items:
        width = len(urllib.parse.quote(as_sent(item), safe='=&'))
        if chunk and width > room:
            yield chunk
            chunk, room = [], ROOM_IN_URL
        chunk.append(item)
        room -= width
    if chunk:
        yield chunk
