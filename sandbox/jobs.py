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

from sandbox.errors import SandboxError
from sandbox.processes import POLL, Processes

# The words of a command.
Command = Sequence[str | Path]

TAIL = 20  # lines of a log that are shown


@dataclasses.dataclass(frozen=True)
class Job:
    """Commands to run one after the other, with one log.

    ``failure`` says what could not be done, as a sentence without its end.
    """

    name: str
    failure: str
    commands: Sequence[Command]
    log: Path
    environment: Mapping[str, str]


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
        raise SandboxError(
            f'{job.failure} (exit status {status}).\n{tail(job.log)}'
        )
    return False


def tail(log: Path) -> str:
    """Return the end of a log, headed by its path."""
    try:
        text = log.read_text(encoding='utf-8', errors='replace')
    except OSError:
        text = ''
    lines = text.splitlines()[-TAIL:]
    return '\n'.join([f'The end of {log}:', *(f'  {line}' for line in lines)])
