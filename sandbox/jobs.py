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

"""Programs that do something and end: run, waited for, checked."""

from collections.abc import Callable, Mapping, Sequence
import dataclasses
from pathlib import Path
import time

from sandbox import trouble
from sandbox.errors import SandboxError
from sandbox.processes import POLL, Processes

# The words of a command.
Command = Sequence[str | Path]

TAIL = 20  # lines of a log that are shown


@dataclasses.dataclass(frozen=True)
class Job:
    """Commands to run one after the other, with one log.

    ``failure`` says what could not be done, as a sentence without its end.
    ``cause`` finds the end in the log, where it can.
    """

    name: str
    failure: str
    commands: Sequence[Command]
    log: Path
    environment: Mapping[str, str]
    cause: Callable[[str, Path], str | None] = trouble.of_disk


def run(
    processes: Processes,
    jobs: Sequence[Job],
    watch: Callable[[], None] = lambda: None,
) -> None:
    """Run the jobs side by side until all are done.

    ``watch`` is called again and again meanwhile.

    Raises SandboxError, with the end of the log, when a command fails. The
    other jobs then still run: the caller stops them.
    """
    left = {job.name: list(job.commands) for job in jobs}
    by_name = {job.name: job for job in jobs}
    while left:
        for name, job in by_name.items():
            if name in left and not _running(processes, job):
                if not left[name]:
                    del left[name]
                    continue
                command = left[name].pop(0)
                processes.start(name, command, job.log, job.environment)
        watch()
        time.sleep(POLL)


def _running(processes: Processes, job: Job) -> bool:
    """Tell whether a command of the job runs; check how the last ended."""
    child = processes.children.get(job.name)
    if child is None:
        return False
    status = child.poll()
    if status is None:
        return True
    processes.forget(job.name)
    if status:
        failure = f'{job.failure} (exit status {status})'
        raise failed(failure, job.log, job.cause)
    return False


def failed(
    failure: str,
    log: Path,
    cause: Callable[[str, Path], str | None] = trouble.of_disk,
) -> SandboxError:
    """Return what tells of a failure, with its cause or else its log's end.

    ``failure`` is a sentence without its end.
    """
    try:
        text = log.read_text(encoding='utf-8', errors='replace')
    except OSError:
        text = ''
    if why := cause(text, log.parents[1]):  # the sandbox's own directory
        return SandboxError(f'{failure}: {why}')
    lines = [f'  {line}' for line in text.splitlines()[-TAIL:]]
    return SandboxError(
        '\n'.join([f'{failure}.', f'The end of {log}:', *lines])
    )
