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
from collections.abc import Iterable
import logging
from typing import TYPE_CHECKING, Any

from osc_lib import exceptions
from osc_lib.command import command

from osc_iface.command import Command

if TYPE_CHECKING:
    from cliff.formatters.base import ListFormatter

    from osc_iface.check.findings import Finding
    from osc_iface.columns import Choice
    from osc_iface.model import Interface, Server
    from osc_iface.reach.verdicts import Row
    from osc_iface.wire.cloud import Cloud

LOG = logging.getLogger(__name__)


class ShowServerInterface(Command, command.ShowOne):
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
        parser.add_argument(
            '--long',
            action='store_true',
            help='Show what the Network service knows of the port, too',
        )
        return parser

    def check(self, parsed_args: argparse.Namespace) -> None:
        """Refuse fields that there are none of, and name others in full."""
        from osc_iface import columns

        parsed_args.columns = list(map(columns.field, parsed_args.columns))

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[list[str], list[Any]]:
        from osc_iface import choose, columns, errors, find, shown
        from osc_iface.wire import cloud

        services = cloud.Cloud(self.app.client_manager)
        missing = None
        for server in find.meant(services, parsed_args.server):
            try:
                interface = choose.interface(
                    services, server.id, parsed_args.port
                )
            except errors.ServerNotFound as exc:
                missing = missing or exc
                continue
            fields, values = shown.one(interface)
            choice = columns.Choice(
                columns.of_fields(parsed_args.columns, parsed_args.long)
            )
            if choice.shown:
                more = self._more(services, server, interface, choice)
                fields, values = fields + more[0], values + more[1]
            return fields, values
        raise missing or find.no_server(parsed_args.server)

    def _more(
        self,
        services: 'Cloud',
        server: 'Server',
        interface: 'Interface',
        choice: 'Choice',
    ) -> tuple[list[str], list[Any]]:
        """Return the names and values of what Network knows besides."""
        from osc_iface import named, shown

        listing = named.detailed(services, server, interface, choice)
        self.tell(listing, shown.not_shown(choice, listing.rows))
        return shown.more(choice, listing.rows[0], listing.names)


class WaitServerInterface(Command, command.Command):
    """Wait until network interfaces of a server are ACTIVE, or are gone.

    It prints nothing on standard output. The exit status is 1 if they are
    not so in time, or if waiting is in vain: the server is stopped, in ERROR
    or deleted, a port is disabled, or the server's event says that detaching
    failed.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        from osc_iface import options

        parser = super().get_parser(prog_name)
        parser.add_argument(
            'server',
            metavar='<server>',
            type=options.text,
            help='Server that has the interfaces (name or ID)',
        )
        parser.add_argument(
            'ports',
            metavar='<port>',
            nargs='*',
            type=options.text,
            help=(
                'Port(s) of the interfaces to wait for (ID, MAC address, '
                'fixed or floating IP address, or name); default is all '
                'interfaces of the server'
            ),
        )
        parser.add_argument(
            '--for',
            dest='state',
            choices=('active', 'detached'),
            default='active',
            help=(
                'What to wait for: that they are ACTIVE (default), or that '
                'the server has them no more; what it does not have at the '
                'start counts as detached'
            ),
        )
        parser.add_argument(
            '--timeout',
            metavar='<seconds>',
            type=options.seconds,
            default=360,
            help=(
                'How long to wait (default: 360); 0 looks once and does not '
                'wait'
            ),
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> None:
        from osc_iface import active, detached, errors, find, wait
        from osc_iface.wire import cloud

        services = cloud.Cloud(self.app.client_manager)
        kind = {'active': active.Active, 'detached': detached.Detached}[
            parsed_args.state
        ]
        missing = None
        for server in find.meant(services, parsed_args.server):
            goal = kind(services, server.id, parsed_args.ports)
            try:
                wait.wait(goal, parsed_args.timeout, parsed_args.server)
            except errors.ServerNotFound as exc:
                missing = missing or exc
            else:
                return
            finally:
                for note in goal.notes:
                    LOG.warning(note)
        raise missing or find.no_server(parsed_args.server)


class ListServerInterface(Command, command.Lister):
    """List network interfaces of servers.

    Any column can be chosen with -c, also those that are shown with --long
    only; an unknown name is answered with a list of all. The tag, which is a
    column where servers are named, is that of clouds with Compute API version
    2.70 or newer, unless --os-compute-api-version asks for an older one. Only
    what the columns and filters need is asked for.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        from osc_iface import options

        parser = super().get_parser(prog_name)
        options.add_servers(parser)
        parser.add_argument(
            '--long',
            action='store_true',
            help='List all columns but the tag',
        )
        parser.add_argument(
            '-n',
            '--no-name-lookup',
            action='store_true',
            help=(
                'List networks, subnets and security groups by ID, which '
                'takes fewer requests'
            ),
        )
        options.add_filters(parser)
        return parser

    def check(self, parsed_args: argparse.Namespace) -> None:
        """Refuse columns that there are none of, and name others in full."""
        from osc_iface import columns, options

        if parsed_args.servers and parsed_args.project:
            raise exceptions.CommandError(
                'argument --project: not allowed with argument <server>'
            )
        options.refuse_lone_domain(parsed_args)
        for option in ('columns', 'sort_columns'):
            typed = getattr(parsed_args, option)
            headers = [columns.named(each).header for each in typed]
            setattr(parsed_args, option, headers)

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]:
        from osc_iface import fleet, named, shown, wanted
        from osc_iface.wire import cloud

        services = cloud.Cloud(self.app.client_manager)
        choice = wanted.choice(parsed_args)
        # What is only sorted by is no column to cliff but for that.
        parsed_args.columns = [each.header for each in choice.shown]
        scope = wanted.scope(services, parsed_args, parsed_args.all_projects)
        filters = wanted.filters(services, parsed_args, scope.all_projects)
        if parsed_args.servers:
            listing = named.of_servers(
                services, parsed_args.servers, filters, choice
            )
        else:
            listing = fleet.of_all(services, scope, filters, choice)
        self.tell(listing, shown.not_shown(choice, listing.rows))
        return shown.table(choice, listing.rows, listing.names)

    def produce_output(
        self, parsed_args: argparse.Namespace, names: Any, data: Any
    ) -> int:
        """Write the rows, a table as wide as the terminal."""
        if parsed_args.formatter == 'table':
            from osc_iface import table

            self.formatter = table.Folding()
        return super().produce_output(parsed_args, names, data)


class _Reporting(Command, command.Lister):
    """A command with a report for people, and rows for programs.

    ``_last`` is what it says in the end on standard error, by level; what is
    empty is left out.
    """

    _last: list[tuple[int, str]]

    @property
    def formatter_default(self) -> str:
        """The report."""
        return 'report'

    def report(self) -> 'ListFormatter':
        """Return what writes the report of what has been found."""
        raise NotImplementedError

    def produce_output(
        self, parsed_args: argparse.Namespace, names: Any, data: Any
    ) -> int:
        """Write what was found, then say what it was found in."""
        if parsed_args.formatter == 'report':
            self.formatter = self.report()
        elif parsed_args.formatter == 'table':
            from osc_iface import table

            self.formatter = table.Folding()
        status = super().produce_output(parsed_args, names, data)
        for level, line in self._last:
            if line:
                LOG.log(level, line)
        return status


class CheckServerInterface(_Reporting):
    """Check why servers have no network.

    This compares what the Compute service remembers of the interfaces of
    servers with what the Network service has, and looks at the states of
    servers, ports and all that these depend on: networks, DHCP, security
    groups, routers, floating IPs, trunks and hosts. It says what to do, and
    changes nothing. The exit status is 3 if an error or a warning is listed.
    """

    # Errors and warnings are for cron jobs to see.
    _FOUND = 3

    @property
    def formatter_namespace(self) -> str:
        """The client's formats, and the report."""
        return 'osc_iface.formatter.check'

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        from osc_iface.check import arguments

        parser = super().get_parser(prog_name)
        arguments.add(parser)
        return parser

    def check(self, parsed_args: argparse.Namespace) -> None:
        from osc_iface.check import arguments

        arguments.refuse(parsed_args)

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]:
        from osc_iface.check import advice, again, arguments, findings, rows
        from osc_iface.wire import cloud

        services = cloud.Cloud(self.app.client_manager)
        wanted = arguments.wanted(parsed_args)
        self._found: list[Finding]
        self._found, reading = again.checked(
            services, arguments.target(services, parsed_args), wanted
        )
        self._client = advice.Client(self.app)
        self._shown = reading.facts if wanted.ways else None
        self._last = [
            *((logging.ERROR, each) for each in reading.failures),
            (logging.WARNING, rows.summary(self._found, reading, wanted)),
            (logging.WARNING, rows.not_checked(reading)),
        ]
        if any(f.weight > findings.Severity.NOTE for f in self._found):
            self._verdict = self._FOUND
        if reading.failures:
            self._verdict = 1
        return rows.HEADERS, rows.rows(
            self._found, self._client, parsed_args.formatter
        )

    def report(self) -> 'ListFormatter':
        from osc_iface.check import report

        return report.Report(self._found, self._client, self._shown)


class ReachServerInterface(_Reporting):
    """Show what gets in to a server, and which rule decides.

    This goes through the rules of all security groups of the interfaces and,
    for each address, what lies on the way there: floating IPs, routers,
    networks, ports. Packets are described by the options of "security group
    rule create". None is sent, and nothing is changed. The exit status is 0
    if at least one way is allowed for all that was asked for, and 3 if none
    is, or if that is unknown.
    """

    # Nothing gets in, or nobody knows.
    _NOT_ALLOWED = 3

    @property
    def formatter_namespace(self) -> str:
        """The client's formats, and the report."""
        return 'osc_iface.formatter.reach'

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        from osc_iface.reach import arguments

        parser = super().get_parser(prog_name)
        arguments.add(parser)
        return parser

    def check(self, parsed_args: argparse.Namespace) -> None:
        from osc_iface.reach import arguments

        arguments.refuse(parsed_args)

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]:
        from osc_iface.reach import arguments, collect, rows, verdicts
        from osc_iface.wire import cloud

        services = cloud.Cloud(self.app.client_manager)
        questions = arguments.questions(parsed_args)
        known, nics, reading = collect.read(
            services, parsed_args.server, parsed_args.port, questions
        )
        self._found: list[Row] = verdicts.rows(known, nics, questions)
        self._last = [
            *((logging.ERROR, each) for each in reading.failures),
            (
                logging.WARNING,
                rows.nothing(self._found, questions, parsed_args.server),
            ),
            (logging.WARNING, rows.not_seen(reading)),
        ]
        if not any(
            each.verdict is verdicts.Verdict.ALLOWED for each in self._found
        ):
            self._verdict = self._NOT_ALLOWED
        if reading.failures:
            self._verdict = 1
        return rows.HEADERS, rows.rows(self._found)

    def report(self) -> 'ListFormatter':
        from osc_iface.reach import report

        return report.Report(self._found)
