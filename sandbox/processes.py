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

"""The processes of a sandbox: started, recorded, stopped.

Each runs in a session of its own, so that a Ctrl-C at the terminal reaches
only the command, which then stops what it started, and so that the children
of a process can be found and stopped with it. A record in a file names them
all, with the time at which each started: a number alone may belong to a
stranger by now.
"""

from collections.abc import Mapping, Sequence
import contextlib
import dataclasses
import os
from pathlib import Path
import signal
import subprocess
import time

from sandbox import interrupts
from sandbox.errors import SandboxError
from sandbox.layout import Layout, read_json, write_json

# Set in the environment of everything that a sandbox starts.
MARK = 'OSC_IFACE_SANDBOX'

PATIENCE = 10  # seconds from SIGTERM to SIGKILL
POLL = 0.05  # seconds

_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT


@dataclasses.dataclass(frozen=True)
class Process:
    """A process: its number, and when it started (in clock ticks)."""

    pid: int
    started: int

    def alive(self) -> bool:
        """Tell whether this very process still runs."""
        stat = _stat(self.pid)
        return stat is not None and stat.started == self.started


class Processes:
    """The processes of one sandbox, by name."""

    def __init__(self, layout: Layout) -> None:
        """Read the record of the sandbox."""
        self.layout = layout
        self.record: dict[str, Process] = {
            name: Process(**values)
            for name, values in read_json(layout.processes, {}).items()
        }
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        environment: Mapping[str, str],
        descriptors: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a command whose output is added to the file ``log``.

        Raises SandboxError where it cannot be started.
        """
        # A process that is not in the record yet would outlive a Ctrl-C.
        with interrupts.deferred():
            output = os.open(log, _APPEND, 0o600)
            try:
                child = subprocess.Popen(
                    list(command),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env={**environment, MARK: str(self.layout.root)},
                    cwd=self.layout.root,
                    pass_fds=descriptors,
                    start_new_session=True,
                    umask=0o077,
                )
            except OSError as error:
                raise SandboxError(
                    f'Cannot start {command[0]}: {error.strerror}.'
                ) from error
            finally:
                os.close(output)
            stat = _stat(child.pid)
            self.children[name] = child
            self.record[name] = Process(child.pid, stat.started if stat else 0)
            self._write()
        return child

    def forget(self, name: str) -> None:
        """Strike a process that has ended from the record."""
        self.children.pop(name, None)
        if self.record.pop(name, None):
            self._write()

    def alive(self, name: str) -> bool:
        """Tell whether the process of that name runs."""
        return name in self.record and self.record[name].alive()

    def stop(self) -> None:
        """Stop all that is recorded, with its children; wait for the end.

        No signal breaks into this.
        """
        with interrupts.deferred():
            asked: set[int] = set()
            end = time.monotonic() + PATIENCE
            while members := self._members():
                late = time.monotonic() > end
                for pid in members if late else members - asked:
                    _kill(pid, signal.SIGKILL if late else signal.SIGTERM)
                asked |= members
                for child in self.children.values():
                    child.poll()  # a dead child is there until it is reaped
                time.sleep(POLL)
            self.record.clear()
            self.children.clear()
            self.layout.processes.unlink(missing_ok=True)

    def _members(self) -> set[int]:
        """Return the processes that run in the recorded ones' sessions.

        A session bears the number of the process that began it. Once that
        process has ended, a stranger may have got its number: then only the
        mark in the environment tells who is ours.
        """
        sessions = {each.pid: each for each in self.record.values()}
        mark = f'{MARK}={self.layout.root}'.encode()
        members = set()
        for pid in map(int, filter(str.isdigit, os.listdir('/proc'))):
            stat = _stat(pid)
            if stat is None or stat.session not in sessions:
                continue
            if sessions[stat.session].alive() or mark in contents(
                Path(f'/proc/{pid}/environ')
            ):
                members.add(pid)
        return members

    def _write(self) -> None:
        """Write the record."""
        write_json(
            self.layout.processes,
            {
                name: dataclasses.asdict(process)
                for name, process in self.record.items()
            },
        )


@dataclasses.dataclass(frozen=True)
class _Stat:
    """What the kernel says of a running process."""

    session: int
    started: int


def _stat(pid: int) -> _Stat | None:
    """Return it, or None where there is no such process or it has ended."""
    try:
        text = Path(f'/proc/{pid}/stat').read_text(encoding='latin-1')
    except OSError:
        return None
    # The second field, the program's name, may hold blanks and brackets.
    fields = text.rpartition(')')[2].split()
    if fields[0] in 'ZX':
        return None
    return _Stat(session=int(fields[3]), started=int(fields[19]))


def contents(file: Path) -> list[bytes]:
    """Return the entries of a file in /proc; of a stranger's, nothing."""
    try:
        return file.read_bytes().split(b'\0')
    except OSError:
        return []


def _kill(pid: int, number: int) -> None:
    """Send a signal to a process that may have ended in the meantime."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
