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

"""Which servers are checked: named ones, those of projects, of a host."""

from collections.abc import Sequence
import functools
from typing import NamedTuple

from osc_lib import exceptions

from osc_iface import errors, find, notation
from osc_iface.check import calls
from osc_iface.check.compute_facts import Machine
from osc_iface.model import Query, Scope
from osc_iface.printable import beginning
from osc_iface.wire import parallel
from osc_iface.wire.cloud import Cloud


class Target(NamedTuple):
    """What is to be checked: the servers named, or all, or those of a host.

    ``scope`` tells of which projects, or where names are looked for.
    """

    scope: Scope
    typed: Sequence[str] = ()
    host: str | None = None

    @property
    def query(self) -> Query:
        """How Compute is asked for the servers of the scope."""
        found: Query = []
        if self.scope.all_projects or self.host is not None:
            found = [('all_tenants', '1'), *self.scope.query]
        if self.host is not None:
            found.append(('host', self.host))
        return found

    @property
    def whole(self) -> bool:
        """Whether all servers of the projects are meant."""
        return not self.typed and self.host is None


class Found(NamedTuple):
    """The servers that were found, and a sentence for each other one."""

    machines: list[Machine]
    failures: list[str]


def named(cloud: Cloud, target: Target) -> Found:
    """Find the servers that are named; an ID comes before a name.

    :param cloud: the services to ask
    :param target: what is to be checked
    :returns: the servers, each once, in the order in which they are named
    :raises osc_lib.exceptions.CommandError: a list could not be read, or
        none of the servers
    """
    ids = {each: notation.as_uuid(each) for each in target.typed}
    by_id, broken = _of_ids(cloud, [id_ for id_ in ids.values() if id_])
    unknown = [each for each, id_ in ids.items() if id_ not in by_id | broken]
    by_name: dict[str, list[Machine]] = {}
    if unknown:
        if not target.scope.all_projects:
            cloud.need_project()
        by_name = calls.servers_named(cloud.compute, unknown, target.query)
    found = Found([], [])
    for each, id_ in ids.items():
        if id_ in broken:
            found.failures.append(broken[str(id_)])
        elif id_ in by_id:
            found.machines.append(by_id[str(id_)])
        else:
            try:
                found.machines.append(find.the_only(each, by_name[each]))
            except exceptions.CommandError as exc:
                found.failures.append(str(exc))
    if not found.machines:
        raise exceptions.CommandError('\n'.join(found.failures))
    return found


def on_host(cloud: Cloud, target: Target) -> list[Machine]:
    """Return the servers of a host.

    :param cloud: the services to ask
    :param target: what is to be checked
    :raises osc_lib.exceptions.CommandError: there is no such host, this user
        may not ask for the servers of one, or a call failed
    """
    host = target.host or ''
    machines = list(calls.list_servers(cloud.compute, target.query))
    # Nova passes over what somebody may not filter by.
    if any(machine.host != host for machine in machines):
        raise exceptions.CommandError(
            f"Cannot list the servers of host '{beginning(host)}': the "
            f'Compute service does not let you choose servers by their host. '
            f'By default, hosts are for administrators to see.'
        )
    if not machines and not calls.host_exists(cloud.compute, host):
        raise exceptions.CommandError(
            f"No host has the name '{beginning(host)}'. "
            f'See "openstack compute service list".'
        )
    return machines


def _of_ids(
    cloud: Cloud, ids: list[str]
) -> tuple[dict[str, Machine], dict[str, str]]:
    """Return servers by ID, and why others could not be read.

    What is in neither may be a name.
    """
    found: dict[str, Machine] = {}
    broken: dict[str, str] = {}
    ask = functools.partial(calls.show_server, cloud.compute)
    for id_, answer in parallel.each(ask, dict.fromkeys(ids)):
        if isinstance(answer, errors.ServerNotFound):
            continue
        if isinstance(answer, errors.CallFailed):
            broken[id_] = str(answer)
        else:
            found[id_] = answer
    return found, broken
