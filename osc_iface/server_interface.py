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
import logging
from typing import Any

from osc_lib import exceptions
from osc_lib.command import command

from osc_iface.command import Command

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
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[list[str], list[Any]]:
        from osc_iface import choose, columns, errors, find
        from osc_iface.wire import cloud

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


class ListServerInterface(Command, command.Lister):
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
        from osc_iface import columns, fleet, options
        from osc_iface.wire import cloud

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
