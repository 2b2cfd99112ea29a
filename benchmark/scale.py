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

"""Thousands of servers in one command, in a cloud that is generated."""

import contextlib
import dataclasses
import shlex

from benchmark.measure import Figures, Subject, in_turn
from benchmark.one_interface import OPENSTACK
from osc_iface.tests.fake.cloud import Cloud
from osc_iface.tests.fake.data import generated

PORTS = 2  # of each server
# What the ports share, and the columns tell the names of.
NETWORKS = 300
GROUPS = 500


@dataclasses.dataclass(frozen=True)
class AtSize:
    """What a list of so many rows takes."""

    servers: int
    rows: int
    figures: Figures


def measure(
    options: tuple[str, ...], sizes: tuple[int, ...], rounds: int
) -> list[AtSize]:
    """Measure the list of all servers, in clouds of these sizes, in turn.

    :param options: of the command
    :param sizes: numbers of servers
    """
    command = f'openstack server interface list {shlex.join(options)}'.strip()
    with contextlib.ExitStack() as stack:
        clouds = [
            stack.enter_context(
                Cloud(generated(size, PORTS, networks=NETWORKS, groups=GROUPS))
            )
            for size in sizes
        ]
        figures = in_turn(
            f'{command}, {min(sizes)} to {max(sizes)} servers',
            [_subject(command, options, cloud) for cloud in clouds],
            rounds,
        )
    return [
        AtSize(size, size * PORTS, each)
        for size, each in zip(sizes, figures, strict=True)
    ]


@dataclasses.dataclass(frozen=True)
class Slow:
    """What a list takes in a cloud that takes its time for each row.

    :ivar seconds: what each service took for its part of one list
    :ivar at_once: the list in the same cloud without that time
    """

    servers: int
    seconds: dict[str, float]
    figures: Figures
    at_once: Figures


def measure_slow(servers: int, seconds_a_row: float, rounds: int) -> Slow:
    """Measure the list of all servers where each row takes a while."""
    command = 'openstack server interface list'
    with (
        Cloud(generated(servers, PORTS)) as quick,
        Cloud(generated(servers, PORTS), seconds_a_row=seconds_a_row) as slow,
    ):
        figures, at_once = in_turn(
            f'{command}, {1000 * seconds_a_row:g} ms a row',
            [_subject(command, (), slow), _subject(command, (), quick)],
            rounds,
        )
        seconds = {
            service: total / (rounds + 1)
            for service, total in slow.seconds.items()
        }
    return Slow(servers, seconds, figures, at_once)


def _subject(
    command: str,
    options: tuple[str, ...],
    cloud: Cloud,
) -> Subject:
    return Subject(
        command,
        (OPENSTACK, 'server', 'interface', 'list', *options),
        cloud.settings,
        lambda: len(cloud.requests),
        cloud.data.port,
    )
