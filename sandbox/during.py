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

"""Run a command while a sandbox is up: ``python -m sandbox.during COMMAND``.

It is the sandbox of the environment variable OSC_IFACE_SANDBOX. It is brought
up if need be, and stopped at the end unless it was up before, also after a
Ctrl-C.
"""

from collections.abc import Iterator
import contextlib
import ctypes
import os
from pathlib import Path
import signal
import subprocess
import sys
import tempfile

from sandbox import interrupts, up
from sandbox.errors import SandboxError
from sandbox.layout import DEFAULT_DIR, Layout
from sandbox.lock import held
from sandbox.processes import MARK, Processes

PATIENCE = 60  # seconds for the command to end after a Ctrl-C

_PR_SET_CHILD_SUBREAPER = 36  # of linux/prctl.h


def main() -> int:
    """Run the command; return its exit status."""
    interrupts.install()
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _run(sys.argv[1:], folder)
    except (SandboxError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except interrupts.Interrupted as interrupt:
        print('Interrupted.', file=sys.stderr)
        return 128 + interrupt.number


@contextlib.contextmanager
def running() -> Iterator[Layout]:
    """Bring the sandbox up, and stop it again unless it was up before."""
    path = Path(os.path.abspath(os.environ.get(MARK) or DEFAULT_DIR))
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    layout = Layout(path)
    with held(layout.lock):
        started = up.run(layout, None, sys.stderr)
    try:
        yield layout
    finally:
        if started:
            with interrupts.deferred(), held(layout.lock):
                Processes(layout).stop()


def _run(command: list[str], folder: str) -> int:
    """Run the command, with a folder for its temporary files."""
    # Tests start sandboxes, too. These become our children when the tests
    # are broken off.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        with running():
            return _wait(command, {**os.environ, 'TMPDIR': folder})
    except interrupts.Interrupted:
        _end_children()
        raise


def _wait(command: list[str], environment: dict[str, str]) -> int:
    """Run the command; should that be interrupted, end it."""
    # A session of its own: a signal that comes twice, from the terminal and
    # from who started us, reaches it once, and all of its processes.
    child = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        return child.wait()
    except interrupts.Interrupted:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(PATIENCE)
            os.killpg(child.pid, signal.SIGKILL)
        raise


def _end_children() -> None:
    """End all children, and those that their end makes ours."""
    children = Path(f'/proc/self/task/{os.getpid()}/children')
    while pids := children.read_text().split():
        for pid in map(int, pids):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


if __name__ == '__main__':
    sys.exit(main())
