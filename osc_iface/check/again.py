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

"""What seems to disagree, read once more before it is said."""

import dataclasses
import functools

from osc_iface import errors
from osc_iface.check import (
    addresses,
    calls,
    closely,
    collect,
    history,
    network_calls,
    servers,
    surroundings,
)
from osc_iface.check.compute_facts import Machine
from osc_iface.check.findings import REGISTRY, Finding, Need, Wanted
from osc_iface.check.judging import Judge, confirmed
from osc_iface.check.network_facts import Floating, Network, Nic
from osc_iface.check.reading import Reading
from osc_iface.check.targets import Target
from osc_iface.wire.cloud import Cloud
from osc_iface.wire.service import Service

# Above so many servers, all are listed once more.
_ONE_BY_ONE = 20
# Of so many servers that are in no list, each is asked for.
_MOST_ASKED_FOR = 100
_OF_FLOATING_IPS = ('cache-stale-address', 'floating-ip-stale')


def checked(
    cloud: Cloud, target: Target, wanted: Wanted
) -> tuple[list[Finding], Reading]:
    """Read and judge, and read what is in doubt once more.

    :param cloud: the services to ask
    :param target: which servers
    :param wanted: which findings
    :returns: what is found, the worst first, and what it is found in
    :raises osc_lib.exceptions.CommandError: no server could be read
    """
    reading = collect.first(cloud, target, wanted)
    judge = Judge(wanted)
    found = judge.judged(reading.facts, everything=True)
    if closely.read(cloud, target, wanted, reading, found):
        found = judge.judged(reading.facts, Need.BINDINGS, Need.DIAGNOSTICS)
    doubted = [each for each in found if REGISTRY[each.check].compares]
    if doubted:
        once = _read_again(cloud, target, reading, doubted)
        twice = [
            each
            for each in doubted
            if once.isdisjoint(id_ for id_, _name in each.servers)
        ]
        _find_holders(cloud, reading)
        found = confirmed(twice, judge.judged(reading.facts, everything=True))
    if wanted.needs(Need.ACTIONS):
        history.read_actions(cloud, reading, found)
        found = confirmed(found, judge.judged(reading.facts, Need.ACTIONS))
        if history.read_reasons(cloud, reading, found):
            found = confirmed(found, judge.judged(reading.facts, Need.ACTIONS))
        reading.unseen.extend(servers.hidden_faults(reading.facts))
    return found, reading


def _read_again(
    cloud: Cloud, target: Target, reading: Reading, doubted: list[Finding]
) -> set[str]:
    """Put a second reading in the place of what is in doubt.

    :returns: the IDs of servers that could not be read a second time
    """
    ids = list(
        dict.fromkeys(id_ for each in doubted for id_, _name in each.servers)
    )
    facts = reading.facts
    known = [id_ for id_ in ids if id_ in facts.servers]
    others = [id_ for id_ in ids if id_ not in facts.servers]
    if len(others) > _MOST_ASKED_FOR:
        reading.unseen.append(
            f'ports of {len(others) - _MOST_ASKED_FOR} more servers that '
            f'Compute does not list (100 are asked for)'
        )
    others = others[:_MOST_ASKED_FOR]
    fresh, absent, once = _servers_again(cloud, target, reading, known, others)
    current = {
        id_: fresh.get(id_, machine)
        for id_, machine in facts.servers.items()
        if id_ not in absent
    }
    ports = _ports_again(cloud.network, reading, [*known, *others])
    if ports is None:
        once.update(ids)
    floating_ips = facts.floating_ips
    if any(each.check in _OF_FLOATING_IPS for each in doubted):
        floating_ips = _floating_ips_again(cloud.network, target, reading)
    reading.facts = dataclasses.replace(
        facts,
        servers=current,
        ports=facts.ports if ports is None else ports,
        floating_ips=floating_ips,
        absent=None if facts.absent is None else frozenset(absent),
    )
    return once


def _servers_again(
    cloud: Cloud,
    target: Target,
    reading: Reading,
    known: list[str],
    others: list[str],
) -> tuple[dict[str, Machine], set[str], set[str]]:
    """Return servers as they are now.

    :returns: those that are there, the IDs of those that are not, and of
        those that could not be read
    """
    fresh: dict[str, Machine] = {}
    absent: set[str] = set()
    ids = [*known, *others]
    if len(known) > _ONE_BY_ONE and not target.typed:
        try:
            # The others stay as they were read with their ports.
            for machine in calls.list_servers(
                cloud.compute, target.query, set(known)
            ):
                fresh[machine.id] = machine
        except errors.CallFailed as exc:
            reading.missed('servers, a second time', exc)
            return {}, set(), set(ids)
    asked = [id_ for id_ in ids if id_ not in fresh]
    ask = functools.partial(calls.show_server, cloud.compute)
    for id_, answer in reading.answers(ask, asked, 'Reading servers'):
        if isinstance(answer, errors.ServerNotFound):
            absent.add(id_)
        elif isinstance(answer, errors.CallFailed):
            reading.missed(f'server {id_}', answer)
        else:
            fresh[id_] = answer
    return fresh, absent, set(ids) - fresh.keys() - absent


def _ports_again(
    network: Service, reading: Reading, ids: list[str]
) -> list[Nic] | None:
    """Return the ports, those of some servers as they are now.

    :returns: None if they could not be read
    """
    query = [('device_id', id_) for id_ in ids]
    try:
        fresh = list(network_calls.list_ports(network, query))
    except errors.CallFailed as exc:
        reading.missed('ports', exc)
        return None
    again = set(ids)
    kept = [
        nic for nic in reading.facts.ports or () if nic.server_id not in again
    ]
    return [*kept, *fresh]


def _floating_ips_again(
    network: Service, target: Target, reading: Reading
) -> list[Floating] | None:
    """Return the floating IPs as they are now; None if they are unknown."""
    try:
        return surroundings.read_floating_ips(network, target, reading.facts)
    except errors.CallFailed as exc:
        reading.missed('floating IPs', exc)
        return None


def _find_holders(cloud: Cloud, reading: Reading) -> None:
    """Find out who has the addresses that Compute wrongly remembers."""
    left = addresses.leftover(reading.facts)
    if not left:
        return
    try:
        holders = network_calls.holders(
            cloud.network, {each.ip for each in left}
        )
        networks: dict[str, Network] = {}
        if holders:
            networks = network_calls.networks_named(
                cloud.network, {each.network for each in left}
            )
    except errors.CallFailed as exc:
        reading.missed('who has old addresses', exc)
        return
    reading.facts = dataclasses.replace(
        reading.facts,
        holders=holders,
        networks={**(reading.facts.networks or {}), **networks},
    )
