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

"""The client's own shell in this process, as its script runs it.

It costs a tenth of what a process costs. What only a process has is tested in
one: its exit, its signals, its descriptors, its arguments as bytes.
"""

from collections.abc import Iterator, Mapping
import contextlib
import io
import logging
import os
from pathlib import Path
import sys
from typing import NamedTuple
from unittest import mock
import warnings

from osc_iface.tests import clients

SCRIPT = Path(sys.executable).with_name('openstack')
# What the shell makes of a Ctrl-C.
_INTERRUPTED = 130
# What Python says nothing of, unless told to, as test runners do.
_UNHEARD = (
    DeprecationWarning,
    ImportWarning,
    PendingDeprecationWarning,
    ResourceWarning,
)


class Result(NamedTuple):
    """What a command left behind."""

    status: int
    stdout: str
    stderr: str


class Stream(io.TextIOWrapper):
    """A standard stream, as strict as one about what is written to it."""

    def __init__(self, errors: str) -> None:
        super().__init__(io.BytesIO(), 'utf-8', errors, newline='')

    def text(self) -> str:
        """Return what was written to it."""
        self.flush()
        self.seek(0)
        return self.read()


def run(
    *args: str,
    environment: Mapping[str, str] | None = None,
    commands: str = '',
) -> Result:
    """Run ``openstack`` with these arguments, and leave nothing of it.

    :param args: the arguments
    :param environment: all environment variables; None for those that are
    :param commands: what it reads from standard input: without arguments, a
        command a line
    """
    from cliff import app
    from openstackclient import shell

    _forget_clients()
    out, err = Stream('strict'), Stream('backslashreplace')
    with (
        mock.patch.dict(
            os.environ, environment or {}, clear=bool(environment)
        ),
        mock.patch.object(sys, 'argv', ['openstack', *args]),
        mock.patch.object(sys, 'stdin', io.StringIO(commands)),
        mock.patch.object(app.App, 'NAME', 'openstack'),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        warnings.catch_warnings(),
        _fresh_logging(),
    ):
        for category in _UNHEARD:
            warnings.simplefilter('ignore', category)
        try:
            status = shell.main(list(args))
        except SystemExit as exc:
            status = int(exc.code or 0)
    if status == _INTERRUPTED:
        raise KeyboardInterrupt  # it was for the tests
    return Result(status, out.text(), clients.as_newest(err.text()))


def _forget_clients() -> None:
    """Drop the clients of the command before.

    osc-lib keeps them with the class, and with them its session.
    """
    from osc_lib import clientmanager

    for attribute in vars(clientmanager.ClientManager).values():
        if isinstance(attribute, clientmanager.ClientCache):
            attribute._handle = None


@contextlib.contextmanager
def _fresh_logging() -> Iterator[None]:
    """Have no handlers as long as the block runs, and undo what it sets."""
    root = logging.getLogger()
    handlers, levels = list(root.handlers), {root: root.level}
    for logger in root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            levels[logger] = logger.level
    root.handlers.clear()
    try:
        yield
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers[:] = handlers
        for logger, level in levels.items():
            if logger.level != level:  # setLevel goes through all loggers
                logger.setLevel(level)
