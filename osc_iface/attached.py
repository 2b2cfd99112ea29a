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

"""What Compute lists of each of several servers, tags included."""

from collections.abc import Iterable, Sequence
import functools
from typing import NamedTuple

from osc_lib import exceptions

from osc_iface import errors, find, notation
from osc_iface.model import Interface, Server
from osc_iface.wire import compute, parallel
from osc_iface.wire.cloud import Cloud


class Attached(NamedTuple):
    """Servers with their interfaces by port ID, and what was not read."""

    interfaces: dict[Server, list[Interface]]
    failures: list[str]


def to(cloud: Cloud, servers: Iterable[Server]) -> Attached:
    """Ask for the interfaces of servers, several at once.

    :param cloud: the services to ask
    :param servers: the servers
    :returns: the interfaces of each server that could be read
    :raises osc_iface.errors.CallFailed: Compute is out of order
    """
    attached, unknown = _asked(cloud, servers)
    attached.failures.extend(map(str, unknown.values()))
    return attached


def to_typed(
    cloud: Cloud, typed: Sequence[str], servers: Iterable[Server]
) -> Attached:
    """Ask for the interfaces of servers, which may not be what was meant.

    :param cloud: the services to ask
    :param typed: IDs or names of the servers; what looks like an ID, but is
        that of no server, may be a name
    :param servers: what these were taken for
    :returns: the interfaces of each server that could be read, in the order
        of ``servers``
    :raises osc_lib.exceptions.CommandError: Compute is out of order, or a
        list could not be read
    """
    servers = list(servers)
    attached, unknown = _asked(cloud, servers)
    named: dict[str, list[Server]] = {}
    for each in typed:
        id_ = notation.as_uuid(each) or ''
        if id_ not in unknown:
            continue
        try:
            server = find.of_name(cloud, each)
        except exceptions.CommandError as exc:
            attached.failures.append(str(exc))
            continue
        if server is None:
            attached.failures.append(str(unknown[id_]))
            continue
        others = to(cloud, [server])
        attached.failures.extend(others.failures)
        attached.interfaces.update(others.interfaces)
        named.setdefault(id_, []).append(server)
    return _in_order(attached, servers, named)


def _in_order(
    attached: Attached,
    servers: Iterable[Server],
    named: dict[str, list[Server]],
) -> Attached:
    """Return each server once, in the order that they were asked for in.

    :param attached: what was read, in any order
    :param servers: what was asked for
    :param named: the servers whose names are IDs of none of these
    """
    found: dict[str, Server] = {}
    for server in servers:
        for each in (server, *named.get(server.id, ())):
            if each in attached.interfaces:
                found.setdefault(each.id, each)
    in_order = {each: attached.interfaces[each] for each in found.values()}
    return attached._replace(interfaces=in_order)


def _asked(
    cloud: Cloud, servers: Iterable[Server]
) -> tuple[Attached, dict[str, errors.CallFailed]]:
    """Return the interfaces of each server, and what there is none of."""
    from osc_iface import progress

    by_id = {server.id: server for server in servers}
    attached = Attached({}, [])
    unknown: dict[str, errors.CallFailed] = {}
    answers = parallel.each(
        functools.partial(compute.list_interfaces, cloud.compute), by_id
    )
    for id_, answer in progress.shown(
        answers, len(by_id), 'Reading interfaces'
    ):
        if isinstance(answer, errors.ServerNotFound):
            unknown[id_] = answer
        elif isinstance(answer, errors.CallFailed):
            attached.failures.append(str(answer))
        else:
            attached.interfaces[by_id[id_]] = sorted(
                answer, key=lambda interface: interface['port_id']
            )
    return attached, unknown
