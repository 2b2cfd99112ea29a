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

"""Names and IDs of servers, as typed, turned into servers.

An ID comes before a name, and names are compared whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

from osc_lib import exceptions

from osc_iface import errors, notation
from osc_iface.model import Server
from osc_iface.printable import beginning, printable
from osc_iface.wire import compute, parallel
from osc_iface.wire.cloud import Cloud

# Up to so many servers are asked for one by one, more are picked from the
# list of all.
ONE_BY_ONE = 3


class _Identified(Protocol):
    """What is known by an ID, as a server however much is known of it."""

    @property
    def id(self) -> str: ...


_T = TypeVar('_T', bound=_Identified)


class Found(NamedTuple):
    """The servers that were found, and a sentence for each other one."""

    servers: list[Server]
    failures: list[str]


def meant(cloud: Cloud, typed: str) -> Iterator[Server]:
    """Yield the server that the user may mean, the likeliest first.

    What looks like an ID is taken for one without asking, since a call for
    something of the server tells whether there is such a server. Only if the
    caller comes back for another one, it is looked for as a name; if there
    is none of that name either, what that call raised tells all.

    :param cloud: the services to ask
    :param typed: ID (in any notation of a UUID) or name of a server
    :raises osc_lib.exceptions.CommandError: there is no server of a name, or
        more than one; or a call failed
    """
    server_id = notation.as_uuid(typed)
    if server_id is not None:
        yield Server(server_id)
    named = _named(cloud, typed)
    if named or server_id is None:
        yield the_only(typed, named)


def likely(cloud: Cloud, typed: Sequence[str]) -> Found:
    """Find several servers, taking what looks like an ID for one unseen.

    :param cloud: the services to ask
    :param typed: IDs (in any notation of a UUID) or names
    :returns: the servers, each once, in the order of ``typed``; a name that
        is that of no server, or of several, is a failure
    :raises osc_lib.exceptions.CommandError: a list could not be read
    """
    ids = {each: notation.as_uuid(each) for each in typed}
    by_id: dict[str | None, Server | None] = {
        id_: Server(id_, by_id=True) for id_ in ids.values() if id_
    }
    return _in_order(cloud, ids, by_id, [], detail=False)


def servers(cloud: Cloud, typed: Sequence[str], detail: bool) -> Found:
    """Find several servers by ID or name.

    :param cloud: the services to ask
    :param typed: IDs (in any notation of a UUID) or names
    :param detail: whether to ask for status and project, too
    :returns: the servers, each once, in the order of ``typed``; what is
        none of them, or cannot be read, is a failure
    :raises osc_lib.exceptions.CommandError: a list could not be read
    """
    ids = {each: notation.as_uuid(each) for each in typed}
    by_id, failures = _of_ids(
        cloud, {id_ for id_ in ids.values() if id_}, detail
    )
    return _in_order(cloud, ids, by_id, failures, detail)


def of_name(cloud: Cloud, name: str) -> Server | None:
    """Find a server by its name alone, as what is no ID of any.

    :raises osc_lib.exceptions.CommandError: there are several, or a call
        failed
    """
    named = _named(cloud, name)
    return the_only(name, named) if named else None


def the_only(typed: str, candidates: Sequence[_T]) -> _T:
    """Return the one server of a name.

    :raises osc_lib.exceptions.CommandError: there is none, or more than one
    """
    if not candidates:
        raise no_server(typed)
    if len(candidates) > 1:
        raise ambiguous(
            f"servers have the name '{typed}'",
            (each.id for each in candidates),
        )
    return candidates[0]


def ambiguous(what: str, candidates: Iterable[str]) -> exceptions.CommandError:
    """Return an exception that says that several things fit, and which.

    :param what: the things, as in "servers have the name 'x'"
    :param candidates: what to tell them apart by
    """
    return exceptions.CommandError(
        f'Several {beginning(what)}; use the ID of one of them:'
        + listed(candidates)
    )


def no_server(typed: str) -> exceptions.CommandError:
    """Return an exception that says that there is no such server."""
    looked_at = 'ID or name' if notation.as_uuid(typed) else 'name'
    return exceptions.CommandError(
        f"No server has the {looked_at} '{beginning(typed)}'. "
        f'See "openstack server list".'
    )


def listed(candidates: Iterable[str]) -> str:
    """Return lines for a message, each to pick something from."""
    return ''.join(f'\n  {printable(line)}' for line in candidates)


def _in_order(
    cloud: Cloud,
    ids: Mapping[str, str | None],
    by_id: Mapping[str | None, Server | None],
    failures: list[str],
    detail: bool,
) -> Found:
    """Look for the names among what was typed; return all the servers.

    :param ids: what was typed, and which ID it may be
    :param by_id: the servers found by ID; None, and a failure, if one
        cannot be read
    """
    names = [each for each, id_ in ids.items() if id_ not in by_id]
    by_name = _by_name(cloud, names, detail) if names else {}
    found: dict[str, Server] = {}
    for each, id_ in ids.items():
        try:
            server = (
                by_id[id_] if id_ in by_id else the_only(each, by_name[each])
            )
        except exceptions.CommandError as exc:
            failures.append(str(exc))
        else:
            if server is not None:
                found.setdefault(server.id, server)
    return Found(list(found.values()), failures)


def _of_ids(
    cloud: Cloud, ids: set[str], detail: bool
) -> tuple[dict[str | None, Server | None], list[str]]:
    """Return the server of each ID; None, and a failure, if not readable.

    An ID that is not in the result is that of no server.
    """
    found: dict[str | None, Server | None] = {}
    for all_projects in (False, True):
        missing = ids - found.keys()
        if len(missing) > ONE_BY_ONE:
            found.update(_picked(cloud, missing, all_projects, detail))
    failures = []
    service = cloud.compute  # made in this thread
    missing = ids - found.keys()
    for id_, answer in parallel.each(
        lambda id_: compute.show_server(service, id_), sorted(missing)
    ):
        if isinstance(answer, errors.ServerNotFound):
            continue  # it may be a name
        if isinstance(answer, errors.CallFailed):
            failures.append(str(answer))
            found[id_] = None
        else:
            found[id_] = answer._replace(by_id=True)
    return found, failures


def _picked(
    cloud: Cloud, ids: set[str], all_projects: bool, detail: bool
) -> dict[str, Server]:
    """Return the servers of some IDs, as far as a list of all has them."""
    found = {}
    try:
        for server in compute.list_servers(
            cloud.compute, all_projects, detail=detail
        ):
            if server.id in ids:
                found[server.id] = server._replace(by_id=True)
                if len(found) == len(ids):
                    break
    except errors.CallFailed as exc:
        # Whoever may not list them may still see those of some IDs.
        if exc.status != 403:
            raise
    return found


def _by_name(
    cloud: Cloud, names: list[str], detail: bool
) -> dict[str, list[Server]]:
    """Return the servers of each name."""
    found: dict[str, list[Server]] = {name: [] for name in names}
    for server in _named(cloud, *names, detail=detail):
        found[str(server.name)].append(server)
    return found


def _named(cloud: Cloud, *names: str, detail: bool = False) -> list[Server]:
    """Return the servers of names, which are those of a project."""
    cloud.need_project()
    return compute.servers_named(cloud.compute, *names, detail=detail)
