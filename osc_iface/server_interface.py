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
