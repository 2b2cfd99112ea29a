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

"""What a check has to know, asked in bulk; what it doubts, asked twice."""

from collections.abc import Iterator
import dataclasses
import functools

from osc_iface import errors
from osc_iface.check import calls, network_calls, surroundings, targets
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import Need, Wanted
from osc_iface.check.network_facts import Nic
from osc_iface.check.reading import Reading, called
from osc_iface.check.targets import Target
from osc_iface.model import Query
from osc_iface.wire import parallel
from osc_iface.wire.cloud import Cloud
from osc_iface.wire.service import Service

# What is found in ports of other projects.
_OF_OTHERS = frozenset(('other-project', 'orphan-port'))
# The status of servers of which Compute can say little now.
_LOST = 'UNKNOWN'


def first(cloud: Cloud, target: Target, wanted: Wanted) -> Reading:
    """Read what the checks need.

    :param cloud: the services to ask
    :param target: which servers
    :param wanted: which findings
    :returns: what is known
    :raises osc_lib.exceptions.CommandError: no server could be read
    """
    reading = Reading(Facts({}))
    network = _network(cloud, wanted, reading)
    machines, ports = _servers_and_ports(cloud, network, target, reading)
    servers = {machine.id: machine for machine in machines}
    reading.facts = Facts(
        servers=servers,
        ports=ports,
        sees_all=_sees_all(target, servers, ports, network, reading),
    )
    if network is not None and ports is not None:
        surroundings.read(cloud, target, wanted, reading)
        _look_whether_seen(network, reading)
    lost = [each for each in machines if each.status == _LOST]
    if lost and target.typed:
        reading.failures.append(
            f'Cannot check {called(lost)}: the status is {_LOST}, as in a '
            f'cell that is down.'
        )
    elif lost:
        reading.unseen.append(
            f'what Compute knows of {called(lost)} (the status is {_LOST}, as '
            f'in a cell that is down)'
        )
    if network is not None and not reading.facts.sees_all:
        reading.unseen.extend(_for_administrators(wanted))
    if target.whole and ports is not None:
        absent = {nic.server_id for nic in ports} - servers.keys()
        reading.facts = dataclasses.replace(
            reading.facts, absent=frozenset(absent)
        )
    return reading


def _network(cloud: Cloud, wanted: Wanted, reading: Reading) -> Service | None:
    """Return the Network service, if it is needed and there is one."""
    if not wanted.needs(Need.PORTS):
        return None
    try:
        return cloud.network
    except errors.CallFailed as exc:
        reading.failures.append(str(exc))
        return None


def _servers_and_ports(
    cloud: Cloud, network: Service | None, target: Target, reading: Reading
) -> tuple[list[Machine], list[Nic] | None]:
    """Read the servers and their ports; None for what cannot be read."""

    def read_ports(query: Query) -> list[Nic] | errors.CallFailed | None:
        if network is None:
            return None
        try:
            return list(network_calls.list_ports(network, query))
        except errors.CallFailed as exc:
            return exc

    ports: list[Nic] | errors.CallFailed | None
    compute = cloud.compute  # made in this thread
    if target.whole:
        machines, ports = parallel.both(
            lambda: list(calls.list_servers(compute, target.query)),
            lambda: read_ports(target.scope.query),
        )
    else:
        if target.typed:
            machines, failures = targets.named(cloud, target)
            reading.failures.extend(failures)
        else:
            machines = targets.on_host(cloud, target)
        query = [('device_id', machine.id) for machine in machines]
        ports = read_ports(query) if query else []
    if isinstance(ports, errors.CallFailed):
        reading.missed('ports', ports)
        ports = None
    return machines, ports


def _sees_all(
    target: Target,
    servers: dict[str, Machine],
    ports: list[Nic] | None,
    network: Service | None,
    reading: Reading,
) -> bool:
    """Return whether both services show this user what others have."""
    hosts = any(machine.host is not None for machine in servers.values())
    if network is None or not (hosts or target.scope.all_projects):
        return False
    if ports != []:
        return any(nic.whole for nic in ports or ())
    # Where there are no ports, another server's tells.
    try:
        return network_calls.shows_all(network)
    except errors.CallFailed as exc:
        reading.missed('ports', exc)
        return False


def _for_administrators(wanted: Wanted) -> Iterator[str]:
    """Yield what is not looked at for anybody else."""
    hidden = []
    if not _OF_OTHERS.isdisjoint(each.name for each in wanted.checks):
        hidden.append('ports of other projects')
    if any(each.role == 'administrator' for each in wanted.checks):
        hidden.append('what hosts do')
    if hidden:
        yield (
            f'{", ".join(hidden)} (by default, they are for administrators '
            f'to see)'
        )


def _look_whether_seen(network: Service, reading: Reading) -> None:
    """Find out of which servers this user does not see the ports.

    The Network service does not refuse to list what somebody may not see;
    it lists nothing.
    """
    facts = reading.facts
    if facts.sees_all:
        return
    seen = {nic.project_id for nic in facts.ports or ()}
    bare: dict[str, list[Machine]] = {}
    for machine, nics in facts.machines():
        project = machine.project_id
        if not nics and project is not None and project not in seen:
            bare.setdefault(project, []).append(machine)
    ask = functools.partial(network_calls.shows_ports, network)
    why = (
        'shows you none of the project; by default it takes the role reader '
        'there'
    )
    try:
        for project, answer in parallel.each(ask, list(bare), 'project'):
            if answer is True:
                del bare[project]
            elif answer is None:
                why = 'shows none, and cannot tell whether you might see any'
            elif isinstance(answer, errors.CallFailed):
                reading.missed('security groups', answer)
    except errors.CallFailed as exc:
        reading.failures.append(str(exc))
    hidden = [machine for some in bare.values() for machine in some]
    if hidden:
        reading.unseen.append(
            f'ports of {called(hidden)} (the Network service {why})'
        )
        reading.facts = dataclasses.replace(
            facts, hidden=frozenset(machine.id for machine in hidden)
        )
