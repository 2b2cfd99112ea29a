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
from collections.abc import Iterable, Sequence
import os
import sys
from typing import Any

from osc_lib import exceptions
from osc_lib.command import command


class _Output:
    """What every command of ours does around its own work."""

    app: Any

    @property
    def required_scope(self) -> bool:
        """Log in; the answer is no, any token will do.

        osc-lib reads this between making the session and logging in. That is
        the one moment to bound how long a silent Identity service is waited
        for, and to say in our words why there is no token.
        """
        from osc_iface import cloud

        cloud.log_in(self.app.client_manager)
        return False

    def produce_output(self, *args: Any) -> int:
        """Write the output, and find out here whether that worked."""
        try:
            status: int = super().produce_output(*args)  # type: ignore[misc]
            self.app.stdout.flush()
        except OSError as exc:
            # What is left in the buffer would fail once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if isinstance(exc, BrokenPipeError):
                raise  # cliff's business: quiet, exit 141
            raise exceptions.CommandError(
                f'Cannot write the output: {exc.strerror}.'
            ) from exc
        return status


class ShowServerInterface(_Output, command.ShowOne):
    """Show one network interface of a server.

    The tag is shown by clouds with Compute API version 2.70 or newer, unless
    --os-compute-api-version asks for an older one.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            'server',
            metavar='<server>',
            help='Server that has the interface (name or ID)',
        )
        parser.add_argument(
            'port',
            metavar='<port>',
            nargs='?',
            help=(
                'Port of the interface (ID, MAC address, fixed IP address or '
                'name); may be left out if the server has only one'
            ),
        )
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[list[str], list[Any]]:
        from osc_iface import cloud, columns, find

        interface = find.interface(
            cloud.Cloud(self.app.client_manager),
            parsed_args.server,
            parsed_args.port,
        )
        return columns.one(interface)


class ListServerInterface(_Output, command.Lister):
    """List network interfaces of servers.

    Those of one server are what the Compute service lists, including the tag
    if the cloud has Compute API version 2.70 or newer. Those of several
    servers, or all, come from the Network service; --long adds their tags.
    """

    _failures: Sequence[str] = ()

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            'servers',
            metavar='<server>',
            nargs='*',
            help=(
                'Server(s) to list the interfaces of (name or ID); default is '
                'all servers of the project'
            ),
        )
        parser.add_argument(
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
        _add_filters(parser)
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]:
        from osc_iface import cloud, columns, filters, find, fleet

        services = cloud.Cloud(self.app.client_manager)
        wanted = filters.from_options(services, parsed_args)
        servers, all_projects = parsed_args.servers, parsed_args.all_projects
        if servers and all_projects:
            raise exceptions.CommandError(
                '--all-projects lists all servers: name none with it.'
            )
        if len(servers) == 1:
            found = find.interfaces(services, servers[0])
            return columns.of_server(filters.select(services, wanted, found))
        tags = parsed_args.long or bool(wanted.tags)
        several = fleet.Fleet(services, wanted, tags)
        rows = (
            several.of_servers(servers)
            if servers
            else several.of_all(all_projects)
        )
        self._failures = several.failures
        return columns.of_fleet(rows, tags, all_projects)

    def produce_output(self, *args: Any) -> int:
        """Write the rows, then say which servers are missing from them."""
        status = super().produce_output(*args)
        if self._failures:
            raise exceptions.CommandError('\n'.join(self._failures))
        return status


def _add_filters(parser: argparse.ArgumentParser) -> None:
    """Add the options that filter a list of interfaces."""
    group = parser.add_argument_group(
        'filters',
        'An interface is listed if it passes each of them. Given more than '
        'once, a filter matches any of its values.',
    )
    for option, metavar, text in (
        ('--network', '<network>', 'on this network (name or ID)'),
        (
            '--subnet',
            '<subnet>',
            'with a fixed IP on this subnet (name or ID)',
        ),
        (
            '--ip-address',
            '<ip-address>',
            'with this fixed IP address, or with this floating IP address',
        ),
        ('--mac-address', '<mac-address>', 'with this MAC address'),
        (
            '--tag',
            '<tag>',
            'with this tag (supported by --os-compute-api-version 2.70 or '
            'above)',
        ),
    ):
        group.add_argument(
            option,
            metavar=metavar,
            action='append',
            default=[],
            help=f'List only interfaces {text}; repeat for several',
        )
    group.add_argument(
        '--port-state',
        metavar='<port-state>',
        action='append',
        default=[],
        type=str.upper,
        choices=('ACTIVE', 'BUILD', 'DOWN', 'ERROR', 'N/A'),
        help=(
            "List only interfaces in this state ('ACTIVE', 'BUILD', 'DOWN', "
            "'ERROR', 'N/A'); repeat for several"
        ),
    )
