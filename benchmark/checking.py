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

"""A whole cloud checked in one command, of which 1 % is broken."""

import collections
import contextlib
import dataclasses
import json
import shlex

from benchmark.measure import Subject, in_turn
from benchmark.one_interface import OPENSTACK
from benchmark.scale import GROUPS, NETWORKS, PORTS, AtSize
from osc_iface.tests.fake.breaks import Pair
from osc_iface.tests.fake.broken import broken
from osc_iface.tests.fake.cloud import Cloud
from osc_iface.tests.fake.healthy import healthy

_SEED = 1
_FOUND = 3  # the status where errors and warnings are found
_COMMAND = (
    *('server', 'interface', 'check'),
    *('--all-projects', '--severity', 'note', '-f', 'json'),
)


@dataclasses.dataclass(frozen=True)
class Checked(AtSize):
    """What checking so many servers takes, and how much is found."""

    found: int


def measure(sizes: tuple[int, ...], rounds: int) -> list[Checked]:
    """Measure the check of all servers, in clouds of these sizes, in turn.

    What it finds must be what has been broken, no more and no less.

    :param sizes: numbers of servers
    """
    command = f'openstack {shlex.join(_COMMAND)}'
    with contextlib.ExitStack() as stack:
        subjects, broken_things = [], []
        for size in sizes:
            data = healthy(size, NETWORKS, GROUPS)
            pairs = broken(data, _SEED)
            cloud = stack.enter_context(Cloud(data))
            broken_things.append(len(pairs))
            subjects.append(_subject(command, cloud, pairs))
        figures = in_turn(
            f'{command}, {min(sizes)} to {max(sizes)} servers',
            subjects,
            rounds,
        )
    return [
        Checked(size, size * PORTS, each, count)
        for size, each, count in zip(
            sizes, figures, broken_things, strict=True
        )
    ]


def _subject(command: str, cloud: Cloud, pairs: list[Pair]) -> Subject:
    def wrong(output: str) -> str:
        found = collections.Counter(
            (row['Check'], row['Object ID']) for row in json.loads(output)
        )
        expected = collections.Counter(pairs)
        missed, more = expected - found, found - expected
        return f'missed: {missed}, found besides: {more}' * bool(missed + more)

    return Subject(
        command,
        (OPENSTACK, *_COMMAND),
        cloud.settings,
        lambda: len(cloud.requests),
        status=_FOUND,
        wrong=wrong,
    )
