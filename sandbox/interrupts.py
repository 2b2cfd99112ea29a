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

"""Ctrl-C and SIGTERM: an exception, but never at a wrong moment."""

from collections.abc import Iterator
import contextlib
import signal
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal asks for the end of the work; ``number`` says which."""

    def __init__(self, number: int) -> None:
        """Keep the signal's number for the exit status."""
        super().__init__(number)
        self.number = number


_deferred = 0
_pending: int | None = None


def install() -> None:
    """Let the signals raise Interrupted in the main thread."""
    for number in SIGNALS:
        signal.signal(number, _handle)


def _handle(number: int, frame: FrameType | None) -> None:
    """Raise Interrupted, or remember the signal while that is deferred."""
    global _pending
    if _deferred:
        _pending = number
    else:
        _interrupt(number)


def _interrupt(number: int) -> NoReturn:
    """Raise Interrupted, for the first and last time.

    What follows is the stopping, which a second signal must not prevent.
    """
    global _deferred
    _deferred += 1
    raise Interrupted(number)


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    """Let no Interrupted break into the block; raise it at the end.

    For what must be done whole: a process started and not yet recorded is
    one that nobody would stop.
    """
    global _deferred
    _deferred += 1
    try:
        yield
    finally:
        _deferred -= 1
    if not _deferred and _pending is not None:
        _interrupt(_pending)
