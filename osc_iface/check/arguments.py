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

"""The options and arguments of a check, turned into what is meant."""

import argparse

from osc_lib import exceptions

from osc_iface import options
from osc_iface import wanted as wanted_
from osc_iface.check import checks, rows
from osc_iface.check.findings import Severity, Wanted
from osc_iface.check.targets import Target
from osc_iface.wire.cloud import Cloud

_SEVERITIES = {str(each): each for each in Severity}


def add(parser: argparse.ArgumentParser) -> None:
    """Add them to the parser of the command."""
    parser.add_argument(
        'servers',
        metavar='<server>',
        nargs='*',
        default=[],
        type=options.text,
        help=(
            'Server(s) to check (name or ID); default is all servers of the '
            'project'
        ),
    )
    parser.add_argument(
        '--all-projects',
        action='store_true',
        help=(
            'Check the servers of all projects, or look there for the names '
            'of servers (admin only)'
        ),
    )
    options.add_project(
        parser,
        'Check the servers of this project (name or ID), or look there for '
        'the names of servers (admin only; implies --all-projects)',
    )
    parser.add_argument(
        '--host',
        metavar='<host>',
        type=options.text,
        help='Check the servers on this host, of all projects (admin only)',
    )
    parser.add_argument(
        '--severity',
        choices=list(_SEVERITIES),
        help=(
            "The lowest severity to list ('error', 'warning', 'note'); "
            'default is note where servers are named, else warning'
        ),
    )
    parser.add_argument(
        '--ignore',
        metavar='<check>',
        action='append',
        default=[],
        choices=[each.name for each in checks.every()],
        help='Leave out what this check finds, which the report and the '
        'column Check name; repeat for several',
    )


def refuse(parsed_args: argparse.Namespace) -> None:
    """Refuse what makes no sense together, and columns that are none.

    :raises osc_lib.exceptions.CommandError: what is wrong
    """
    if parsed_args.host and parsed_args.servers:
        raise exceptions.CommandError(
            'argument --host: not allowed with argument <server>'
        )
    options.refuse_lone_domain(parsed_args)
    options.of_report(parsed_args, rows.HEADERS)


def wanted(parsed_args: argparse.Namespace) -> Wanted:
    """Return which findings are wanted."""
    default = Severity.NOTE if parsed_args.servers else Severity.WARNING
    return Wanted(
        _SEVERITIES.get(parsed_args.severity, default),
        frozenset(parsed_args.ignore),
        ways=bool(parsed_args.servers) and parsed_args.formatter == 'report',
    )


def target(cloud: Cloud, parsed_args: argparse.Namespace) -> Target:
    """Return which servers are meant.

    :param cloud: the services to ask for the ID of a project
    :param parsed_args: as parsed
    :raises osc_lib.exceptions.CommandError: there is no such project, the
        login is for none, or a call failed
    """
    everywhere = bool(parsed_args.all_projects or parsed_args.host)
    scope = wanted_.scope(cloud, parsed_args, everywhere)
    return Target(scope, parsed_args.servers, parsed_args.host)
