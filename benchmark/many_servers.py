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

"""All servers in one command, against a shell loop over them."""

import dataclasses
from pathlib import Path

from benchmark import box
from benchmark.measure import Figures, Subject, in_turn
from benchmark.one_interface import NOVA, OPENSTACK
from benchmark.proxy import Proxy
from sandbox.layout import Layout

LIST = 'openstack server interface list'
LOOP = 'shell loop of nova interface-list'
_LOOP = 'for server; do "$0" interface-list "$server" || exit; done'


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What listing so many servers takes, by both ways."""

    servers: int
    ours: Figures
    loop: Figures


def measure(
    layout: Layout, numbers: tuple[int, ...], rounds: int
) -> list[Comparison]:
    """Measure both in turn, in a project of each of the numbers of servers.

    :param numbers: in ascending order
    """
    with box.more_servers(layout) as more, Proxy(box.ports(layout)) as proxy:
        comparisons = []
        for number in numbers:
            more.fill_up(number)
            comparisons.append(_compare(layout, proxy, rounds))
        return comparisons


def _compare(layout: Layout, proxy: Proxy, rounds: int) -> Comparison:
    """Measure both over the servers that there are."""
    environment = box.environment(layout, proxy)
    there = box.interfaces(layout)
    ports = [port for of_server in there.values() for port in of_server]
    commands: dict[str, tuple[str | Path, ...]] = {
        LIST: (OPENSTACK, 'server', 'interface', 'list'),
        LOOP: ('/bin/sh', '-c', _LOOP, NOVA, *there),
    }
    ours, loop = in_turn(
        f'{len(there)} servers',
        [
            Subject(name, command, environment, lambda: proxy.requests, ports)
            for name, command in commands.items()
        ],
        rounds,
    )
    return Comparison(len(there), ours, loop)
