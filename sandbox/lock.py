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

"""One command at a time in one sandbox, and peace for what it does."""

from collections.abc import Iterator
import contextlib
import fcntl
import os
from pathlib import Path

from sandbox.errors import SandboxError


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock file at ``path``; its directory must be there.

    The kernel lets go of it however the process ends. Children do not
    inherit it.

    Raises SandboxError where another command holds it, or it cannot be made.
    """
    try:
        descriptor = _open(path)
    except BlockingIOError:
        raise SandboxError(
            f'Another command is at work on the sandbox in {path.parent}; '
            'try again when it is done.'
        ) from None
    except OSError as error:
        raise SandboxError(
            f'Cannot use {path.parent} for a sandbox: {error.strerror}.'
        ) from error
    try:
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def quiet(path: Path) -> Iterator[None]:
    """Have Neutron tell Nova nothing, by a lock on the file at ``path``.

    Neutron looks whether it is locked, which takes a moment at most. The
    kernel lets go of this one, too, however the process ends.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    """Return the descriptor of the locked file."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # A purge may have removed the file after it was opened here;
            # the next command would then lock another one.
            if os.fstat(descriptor).st_ino == os.stat(path).st_ino:
                return descriptor
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
