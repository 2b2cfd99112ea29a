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

"""The commands: options in, columns out."""

# The client imports this module whichever of its commands runs: what only
# ours need is imported when they run.

import argparse
from collections.abc import Iterable, Iterator, Sequence
import logging
import os
from typing import Any

from osc_lib import exceptions
from osc_lib.command import command

LOG = logging.getLogger(__name__)


class _Output:
    """What every command of ours does around its own work."""

    app: Any
    # Not before the command line is known to be right.
    auth_required = False

    def run(self, parsed_args: argparse.Namespace) -> int:
        """Log in, and run within our limits, leaving none of them behind.

        cliff prepares a command, and so osc-lib logs in, before it parses
        the command line: what is wrong there would cost a login.
        """
        from osc_iface import cloud

        self.auth_required = True
        self.app.prepare_to_run_command(self)
        with cloud.limits(self.app.client_manager):
            status: int = super().run(parsed_args)  # type: ignore[misc]
        return status

    @property
    def required_scope(self) -> bool:
        """Log in; the answer is no, any token will do.

        osc-lib reads this between making the session and logging in. That is
        the one moment to bound how long a silent Identity service is waited
        for, and to say in our words why there is no token. It reads it twice;
        the second time there is a token.
        """
        from osc_iface import cloud

        cloud.log_in(self.app.client_manager)
        return False

    def produce_output(
        self, parsed_args: argparse.Namespace, names: Any, data: Any
    ) -> int:
        """Write the output, and find out here whether that worked."""
        if self.app.stdout is None:
            raise exceptions.CommandError(
                'Cannot write the output: standard output is closed.'
            )
        # Rows are read while others are written.
        rows = data if isinstance(data, Sequence) else _Reading(data)
        try:
            status: int = super().produce_output(  # type: ignore[misc]
                parsed_args, names, rows
            )
            self.app.stdout.flush()
        except (OSError, UnicodeEncodeError) as exc:
            if exc is getattr(rows, 'failure', None):
                raise
            if isinstance(exc, OSError):
                _discard(self.app.stdout)
            if isinstance(exc, BrokenPipeError):
                raise  # cliff's business: quiet, exit 141
            raise exceptions.CommandError(_not_written(exc)) from exc
        return status


class _Reading:
    """Rows on their way, which tell a failure of theirs from another.

    :ivar failure: why the last row did not come; None if it did
    """

    def __init__(self, rows: Iterable[Any]) -> None:
        self._rows = rows
        self.failure: Exception | None = None

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from self._rows
        except Exception as exc:
            self.failure = exc
            raise


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


class ShowServerInterface(_Output, command.ShowOne):
    """Show one network interface of a server.

    The tag is shown by clouds with Compute API version 2.70 or newer, unless
    --os-compute-api-version asks for an older one.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        from osc_iface import options

        parser = super().get_parser(prog_name)
        parser.add_argument(
            'server',
            metavar='<server>',
            type=options.text,
            help='Server that has the interface (name or ID)',
        )
        parser.add_argument(
            'port',
            metavar='<port>',
            nargs='?',
            type=options.text,
            help=(
                'Port of the interface (ID, MAC address, fixed or floating '
                'IP address, or name); may be left out if the server has '
                'only one'
            ),
        )
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[list[str], list[Any]]:
        from osc_iface import choose, cloud, columns, errors, find

        services = cloud.Cloud(self.app.client_manager)
        missing = None
        for server in find.meant(services, parsed_args.server):
            try:
                return columns.one(
                    choose.interface(services, server.id, parsed_args.port)
                )
            except errors.ServerNotFound as exc:
                missing = missing or exc
        raise missing or find.no_server(parsed_args.server)


class ListServerInterface(_Output, command.Lister):
    """List network interfaces of servers.

    Those of one server are what the Compute service lists, including the tag
    if the cloud has Compute API version 2.70 or newer. Those of several
    servers, or all, come from the Network service; --long adds their tags.
    """

    _failures: Sequence[str] = ()

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        from osc_iface import options

        parser = super().get_parser(prog_name)
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            'servers',
            metavar='<server>',
            nargs='*',
            default=[],
            type=options.text,
            help=(
                'Server(s) to list the interfaces of (name or ID); default is '
                'all servers of the project'
            ),
        )
        which.add_argument(
            '--all-projects',
            action='store_true',
            help='List the interfaces of the servers of all projects '
            '(admin only)',
        )
        parser.add_argument(
            '--long',
            action='store_true',
            help=(
                'List the tags of the interfaces of several servers, too; '
                'takes a request for each server (supported by '
                '--os-compute-api-version 2.70 or above)'
            ),
        )
        options.add_filters(parser)
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]:
        from osc_iface import cloud, columns, fleet, options

        services = cloud.Cloud(self.app.client_manager)
        wanted = options.filters(services, parsed_args)
        servers, all_projects = parsed_args.servers, parsed_args.all_projects
        if len(servers) == 1:
            return columns.of_server(
                fleet.of_one(services, servers[0], wanted)
            )
        tags = parsed_args.long or bool(wanted.tags)
        listing = (
            fleet.of_servers(services, servers, wanted, tags)
            if servers
            else fleet.of_all(services, all_projects, wanted, tags)
        )
        for note in listing.notes:
            LOG.warning(note)
        self._failures = listing.failures
        return columns.of_fleet(listing.rows, tags, all_projects)

    def produce_output(self, *args: Any) -> int:
        """Write the rows, then say which servers are missing from them."""
        status = super().produce_output(*args)
        if self._failures:
            raise exceptions.CommandError('\n'.join(self._failures))
        return status
