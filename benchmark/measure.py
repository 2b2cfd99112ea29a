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

"""Commands run in turn, and what each of them took."""

from collections.abc import Callable, Collection, Mapping, Sequence
import contextlib
import dataclasses
import json
import os
from pathlib import Path
import re
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile

_LAUNCH = Path(__file__).with_name('launch.py')
_ID = re.compile('[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')


class BenchmarkError(Exception):
    """Something the user has to know; its text is the whole message."""


@dataclasses.dataclass(frozen=True)
class Subject:
    """A command to measure.

    :ivar name: what it is called in the tables
    :ivar command: the program's path and its arguments
    :ivar environment: its whole environment, but for what `run` adds
    :ivar requests: tells how many requests there have been so far
    :ivar ids: what must be among its output, or it did something else
    :ivar status: with which it must end
    :ivar wrong: tells what else is wrong with its output; nothing if it is
        right
    """

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)
    requests: Callable[[], int] = lambda: 0
    ids: Collection[str] = ()
    status: int = 0
    wrong: Callable[[str], str] = lambda output: ''


@dataclasses.dataclass(frozen=True)
class Sample:
    """What a run took: HTTP requests, seconds and bytes."""

    requests: int
    cpu: float
    memory: int
    wall: float


@dataclasses.dataclass(frozen=True)
class Figures:
    """The runs of a subject; its figures are their medians."""

    name: str
    samples: list[Sample]

    @property
    def requests(self) -> float:
        """HTTP requests."""
        return statistics.median(sample.requests for sample in self.samples)

    @property
    def cpu(self) -> float:
        """CPU seconds, of the command and all that it started."""
        return statistics.median(sample.cpu for sample in self.samples)

    @property
    def memory(self) -> float:
        """The most bytes of memory at any moment."""
        return statistics.median(sample.memory for sample in self.samples)

    @property
    def wall(self) -> float:
        """Seconds from beginning to end."""
        return statistics.median(sample.wall for sample in self.samples)


def in_turn(
    title: str, subjects: Sequence[Subject], rounds: int
) -> list[Figures]:
    """Run each subject once a round, so that all meet the same conditions.

    Each has a home of its own. A first round fills the caches there and does
    not count.
    """
    samples: list[list[Sample]] = [[] for _subject in subjects]
    with contextlib.ExitStack() as stack:
        homes = [
            Path(stack.enter_context(tempfile.TemporaryDirectory()))
            for _subject in subjects
        ]
        for number in range(rounds + 1):
            say(f'{title}: round {number} of {rounds}')
            for subject, home, of_subject in zip(
                subjects, homes, samples, strict=True
            ):
                sample = _sample(subject, home)
                if number:
                    of_subject.append(sample)
    return [
        Figures(subject.name, of_subject)
        for subject, of_subject in zip(subjects, samples, strict=True)
    ]


def say(news: str) -> None:
    """Tell whoever waits."""
    print(news, file=sys.stderr, flush=True)


def _sample(subject: Subject, home: Path) -> Sample:
    """Run a subject and check that it did its work."""
    before = subject.requests()
    taken, output = run(
        subject.command, subject.environment, home, subject.status
    )
    missing = set(subject.ids).difference(_ID.findall(output))
    if missing:
        raise BenchmarkError(
            f'{subject.name}: {len(missing)} of {len(subject.ids)} IDs are '
            f'missing from the output, such as {min(missing)}.'
        )
    if wrong := subject.wrong(output):
        raise BenchmarkError(f'{subject.name}: {wrong}')
    return Sample(
        requests=subject.requests() - before,
        cpu=taken['cpu'],
        memory=int(taken['memory']),
        wall=taken['wall'],
    )


def run(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    home: Path,
    status: int = 0,
) -> tuple[dict[str, float], str]:
    """Run a command that must succeed; give what it took and its output.

    :param command: the program's path and its arguments
    :param environment: what the command is told
    :param home: where it finds nothing of the user's
    :param status: with which it ends where it succeeds
    """
    report, stdout, stderr = home / 'report', home / 'stdout', home / 'stderr'
    with stdout.open('wb') as out, stderr.open('wb') as err:
        launcher = subprocess.Popen(
            [sys.executable, '-I', '-S', _LAUNCH, report, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**_surroundings(home), **environment},
            cwd=home,
            start_new_session=True,
        )
        try:
            failed = launcher.wait()
        finally:
            if launcher.returncode is None:
                os.killpg(launcher.pid, signal.SIGKILL)
                launcher.wait()
    taken = {} if failed else json.loads(report.read_text(encoding='utf-8'))
    if failed or taken['status'] != status:
        raise BenchmarkError(
            f'{shlex.join(map(str, command))} failed:\n'
            f'{stderr.read_text(encoding="utf-8", errors="replace")}'
        )
    return taken, stdout.read_text(encoding='utf-8')


def _surroundings(home: Path) -> dict[str, str]:
    """Return the environment of every command, without the user's settings."""
    return {
        'PATH': os.environ.get('PATH', os.defpath),
        'LANG': 'C.UTF-8',
        'HOME': str(home),
        'XDG_CACHE_HOME': str(home / 'cache'),
        'OS_CLIENT_CONFIG_FILE': os.devnull,
        'no_proxy': '127.0.0.1',
    }
