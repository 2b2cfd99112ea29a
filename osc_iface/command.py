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

"""What all commands share: the login, our limits, and writing the output."""

# The client imports this module whichever of its commands runs.

import argparse
from collections.abc import Iterable, Sequence
import logging
import os
from typing import TYPE_CHECKING, Any

from osc_lib import exceptions

if TYPE_CHECKING:
    from osc_iface.listing import Listing

LOG = logging.getLogger(__name__)


class Command:
    """What every command of ours does around its own work."""

    app: Any
    # Not before the command line is known to be right.
    auth_required = False
    _failures: Sequence[str] = ()
    # What a command that went well has to tell by its exit status.
    _verdict = 0

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser, and keep it to refuse what it lets through."""
        self._parser: argparse.ArgumentParser
        self._parser = super().get_parser(prog_name)  # type: ignore[misc]
        return self._parser

    def check(self, parsed_args: argparse.Namespace) -> None:
        """Refuse what the command line alone shows to be wrong.

        :raises osc_lib.exceptions.CommandError: what is wrong
        """

    def tell(self, listing: 'Listing', notes: Iterable[str] = ()) -> None:
        """Say what is to be known of a listing, and keep what it lacks.

        The latter is said when the rest is written, and is a failure.
        """
        for note in (*listing.notes, *listing.names.notes, *notes):
            LOG.warning(note)
        self._failures = [*listing.failures, *listing.names.failures]

    def run(self, parsed_args: argparse.Namespace) -> int:
        """Log in, and run within our limits, leaving none of them behind.

        cliff prepares a command, and so osc-lib logs in, before it parses
        the command line: what is wrong there would cost a login.
        """
        from osc_iface import garbage
        from osc_iface.wire import login

        try:
            self.check(parsed_args)
        except exceptions.CommandError as exc:
            if self.app.interactive_mode:
                raise  # the shell goes on
            self._parser.error(str(exc))
        self.auth_required = True
        self.app.prepare_to_run_command(self)
        with (
            login.limits(self.app.client_manager),
            garbage.looked_for_rarely(),
        ):
            # cliff's run of what prints columns returns 0, come what may.
            status: int = super().run(parsed_args)  # type: ignore[misc]
        return status or self._verdict

    @property
    def required_scope(self) -> bool:
        """Log in; the answer is no, any token will do.

        osc-lib reads this between making the session and logging in. That is
        the one moment to bound how long a silent Identity service is waited
        for, and to say in our words why there is no token. It reads it twice;
        the second time there is a token.
        """
        from osc_iface.wire import login

        login.log_in(self.app.client_manager)
        return False

    def produce_output(
        self, parsed_args: argparse.Namespace, names: Any, data: Any
    ) -> int:
        """Write the output, find out whether that worked, say what it lacks.

        :raises osc_lib.exceptions.CommandError: it could not be written, or
            something could not be read
        """
        if self.app.stdout is None:
            raise exceptions.CommandError(
                'Cannot write the output: standard output is closed.'
            )
        try:
            status: int = super().produce_output(  # type: ignore[misc]
                parsed_args, names, data
            )
            self.app.stdout.flush()
        except (OSError, UnicodeEncodeError) as exc:
            if isinstance(exc, OSError):
                _discard(self.app.stdout)
            if isinstance(exc, BrokenPipeError):
                raise  # cliff's business: quiet, exit 141
            raise exceptions.CommandError(_not_written(exc)) from exc
        if self._failures:
            raise exceptions.CommandError('\n'.join(self._failures))
        return status


def _discard(stream: Any) -> None:
    """Drop what could not be written, or it would fail again at exit.

    The other commands of the process write to the same place, so that what
    the stream is connected to stays so.
    """
    try:
        number = stream.fileno()
    except (OSError, ValueError):  # one that is no file keeps nothing
        return
    kept, null = os.dup(number), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, number)
        stream.flush()
    finally:
        os.dup2(kept, number)
        os.close(kept)
        os.close(null)


def _not_written(exc: OSError | UnicodeEncodeError) -> str:
    """Say why the output was not written."""
    if isinstance(exc, OSError):
        return f'Cannot write the output: {exc.strerror or exc}.'
    return (
        f'Cannot write the output: {exc.encoding}, the encoding of the '
        f'locale, has no character U+{ord(exc.object[exc.start]):04X}; choose '
        f'a locale with UTF-8, LC_ALL=C.UTF-8 for example.'
    )
