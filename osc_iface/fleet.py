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
import itertools

# Its threads are daemons: an interrupted command need not wait for them.
from multiprocessing.pool import ThreadPool
import re
from typing import NamedTuple, TypeVar
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
# How many characters of a URL the filters and the IDs or names of servers may
# take: Apache takes 8,190 for the whole line by default. That is about 150
# IDs.
ROOM_IN_URL = 7000
# How many requests for tags are under way at once.
IN_FLIGHT = 8

_T = TypeVar('_T')
_Query = list[tuple[str, str]]


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
        taken = len(urllib.parse.urlencode(self._filters.query()))
        chunks = _chunks(
            [server.id for server in servers],
            'device_id={}&'.format,
            ROOM_IN_URL - taken,
        )
        ports = self._ports(
            [('device_id', server_id) for server_id in chunk]
            for chunk in chunks
        )
        rows = self._joined(servers, _by_server(ports))
        return _begun(self._with_tags(rows) if self._tags else rows)

    def of_all(self, all_projects: bool) -> Iterator[Row]:
        """List interfaces of all servers.

        :param all_projects: of all projects, not only the user's
        :returns: the rows, those of a server together
        :raises osc_lib.exceptions.CommandError: a call failed
        """
        scope: _Query = []
        # Nova attaches a port only to a server of the same project.
        if not all_projects and self._cloud.project_id:
            scope = [('project_id', self._cloud.project_id)]
        rows = self._of_ports(_by_server(self._ports([scope])), all_projects)
        return _begun(self._with_tags(rows) if self._tags else rows)

    def _find(self, names: list[str]) -> list[Server]:
        """Find servers by ID or name; what is none of them is a failure."""
        ids = {
            name: find.as_uuid(find.checked('server', name)) for name in names
        }
        by_id = self._servers_of_ids({id_ for id_ in ids.values() if id_})
        by_name = self._servers_of_names(
            [name for name in ids if ids[name] not in by_id]
        )
        found: dict[str, Server] = {}
        for name, id_ in ids.items():
            candidates = by_id[id_] if id_ in by_id else by_name[name]
            if len(candidates) == 1:
                found.setdefault(candidates[0].id, candidates[0])
            elif candidates:
                same = [server.id for server in candidates]
                what = f"servers have the name '{name}'"
                self.failures.append(str(find.ambiguous(what, same)))
            elif id_ not in by_id:
                self.failures.append(str(find.no_server(name)))
        return list(found.values())

    def _servers_of_ids(self, ids: set[str]) -> dict[str | None, list[Server]]:
        """The server of each ID; no server where it cannot be read.

        An ID that is not in the result is that of no server.
        """
        found: dict[str | None, list[Server]] = {}
        for all_projects in (False, True):
            missing = ids - found.keys()
            if len(missing) <= ONE_BY_ONE:
                break
            # Only administrators see more than their project.
            if not all_projects or self._cloud.is_admin:
                found |= self._picked(missing, all_projects)
        else:
            missing = set()
        for server_id in sorted(missing):
            try:
                server = self._shown(server_id)
            except errors.ServerNotFound:
                continue  # it may be a name
            found[server_id] = [server] if server else []
        return found

    def _picked(
        self, ids: set[str], all_projects: bool
    ) -> dict[str | None, list[Server]]:
        """The servers of some IDs, as far as they are in the list of all."""
        found: dict[str | None, list[Server]] = {}
        for server in compute.list_servers(self._cloud.compute, all_projects):
            if server.id in ids:
                found[server.id] = [server]
                if len(found) == len(ids):
                    break
        return found

    def _servers_of_names(self, names: list[str]) -> dict[str, list[Server]]:
        """The servers of each name."""
        found: dict[str, list[Server]] = {name: [] for name in names}
        for some in _chunks(names, re.escape, ROOM_IN_URL):
            for server in compute.servers_named(self._cloud.compute, *some):
                found[str(server.name)].append(server)
        return found

    def _shown(self, server_id: str) -> Server | None:
        """A server; None where it cannot be read, which is a failure.

        :raises osc_iface.errors.ServerNotFound: there is no such server
        """
        try:
            return compute.show_server(self._cloud.compute, server_id)
        except errors.ServerNotFound:
            raise
        except errors.CallFailed as exc:
            self.failures.append(str(exc))
            return None

    def _ports(self, scopes: Iterable[_Query]) -> Iterator[Port]:
        """The ports that pass the filters; some may come twice.

        :param scopes: further filters for the Network service, a request
            for each
        """
        service, filters = self._cloud.network, self._filters
        # In this order an address is found by two requests, whether it is a
        # fixed or a floating IP.
        behind = filters_.floating_ip_ports(self._cloud, filters.addresses)
        if behind:
            ids = sorted(set().union(*behind.values()))
            query = filters.with_addresses([]).query()
            query += [('id', port_id) for port_id in ids]
            yield from network.list_ports(service, query)
            filters = filters.with_addresses(filters.addresses - behind.keys())
            if not filters.addresses:
                return
        for scope in scopes:
            yield from network.list_ports(service, scope + filters.query())

    def _of_ports(
        self, ports: dict[str, list[Port]], all_projects: bool
    ) -> Iterator[Row]:
        """The rows for ports whose servers are still to be asked for."""
        # Whether others may see all projects is for Nova to say, whatever
        # ports there are.
        asked = all_projects and not self._cloud.is_admin
        # Few that pass a filter may be those of few among thousands.
        few = ONE_BY_ONE if self._filters.query() else 0
        if len(ports) <= few and not asked:
            yield from self._joined(self._owners(ports, all_projects), ports)
        else:
            servers = compute.list_servers(self._cloud.compute, all_projects)
            yield from self._joined(servers, ports)
        for server_id, (port, *_others) in ports.items():
            if port.owner.startswith('compute:') and (
                all_projects or self._is_mine(port.project_id)
            ):
                self.failures.append(
                    f'Server {printable(server_id)} is not listed: it has '
                    f'port {printable(port.interface["port_id"])}, but the '
                    f'Compute service does not know it, or no longer.'
                )

    def _owners(
        self, ports: dict[str, list[Port]], all_projects: bool
    ) -> Iterator[Server]:
        """The servers of a few ports, if in the scope of the command.

        Takes out of ``ports`` those of servers that there are.
        """
        for server_id in list(ports):
            try:
                server = self._shown(server_id)
            except errors.ServerNotFound:
                continue
            if server and (all_projects or self._is_mine(server.project_id)):
                yield server
            ports.pop(server_id, None)

    def _is_mine(self, project_id: str | None) -> bool:
        return self._cloud.project_id in (None, project_id)

    def _joined(
        self, servers: Iterable[Server], ports: dict[str, list[Port]]
    ) -> Iterator[Row]:
        """The rows of servers; takes out of ``ports`` what it uses."""
        for server in servers:
            for port in ports.pop(server.id, ()):
                yield Row(server, port.interface)
            if not ports:
                return  # and ask for no further page

    def _with_tags(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The rows as the Compute service has them, in the same order."""
        from osc_iface import progress

        by_server: dict[Server, list[str]] = {}
        for server, interface in rows:
            by_server.setdefault(server, []).append(interface['port_id'])
        known = progress.shown(
            self._asked(by_server), len(by_server), 'Reading tags'
        )
        for server, interfaces in known:
            for port_id in by_server[server]:
                tagged = interfaces.get(port_id)
                if tagged is None:
                    continue  # detached meanwhile
                filters_.tag(tagged)  # or say that there are none
                if self._filters.passes_tag(tagged):
                    yield Row(server, tagged)

    def _asked(
        self, servers: Iterable[Server]
    ) -> Iterator[tuple[Server, dict[str, Interface]]]:
        """Servers in their order, with their interfaces by port ID.

        :raises osc_iface.errors.CallFailed: several in a row got no answer
        """
        silent = 0
        with ThreadPool(IN_FLIGHT) as pool:
            answers = pool.imap(self._interfaces, servers)
            for server, answer in zip(servers, answers, strict=True):
                if not isinstance(answer, errors.CallFailed):
                    silent = 0
                    yield server, answer
                    continue
                silent = silent + 1 if answer.response is None else 0
                if silent == IN_FLIGHT:
                    raise answer  # the others would only take long to fail
                self.failures.append(str(answer))
                yield server, {}

    def _interfaces(
        self, server: Server
    ) -> dict[str, Interface] | errors.CallFailed:
        """The interfaces of a server by port ID, or why there are none."""
        try:
            found = compute.list_interfaces(self._cloud.compute, server.id)
        except errors.CallFailed as exc:
            return exc
        return {interface['port_id']: interface for interface in found}


def _begun(rows: Iterator[_T]) -> Iterator[_T]:
    """The same rows, the first one read, before anything is printed."""
    first = list(itertools.islice(rows, 1))
    return itertools.chain(first, rows)


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


def _chunks(
    items: list[str], as_sent: Callable[[str], str], room: int
) -> Iterator[list[str]]:
    """Slices of a list, each to fit into a URL.

    :param items: IDs or names
    :param as_sent: what stands in the URL for one of them, unquoted
    :param room: how many characters there are for it, quoted
    """
    chunk: list[str] = []
    used = 0
    for item in items:
        width = len(urllib.parse.quote(as_sent(item), safe='=&'))
        if chunk and used + width > room:
            yield chunk
            chunk, used = [], 0
        chunk.append(item)
        used += width
    if chunk:
        yield chunk
