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

"""The options of the commands, checked as typed."""

import argparse
from collections.abc import Callable, Sequence
import math

import netaddr
from osc_lib import exceptions

from osc_iface import columns, notation
from osc_iface.notation import IPRange
from osc_iface.printable import beginning


def text(value: str) -> str:
    """Return the text of an argument that names something.

    This and the other types are for argparse, which refuses the command
    with status 2, before anybody is asked.

    :raises argparse.ArgumentTypeError: it is empty, or no valid text
    """
    if not value:
        raise argparse.ArgumentTypeError('it must not be empty')
    try:
        value.encode()
    except UnicodeEncodeError as exc:
        raise argparse.ArgumentTypeError(
            f"'{beginning(value)}' is not valid text"
        ) from exc
    return value


def ip_addresses(value: str) -> IPRange:
    """Return the IP addresses that an argument is: one, or a prefix.

    :raises argparse.ArgumentTypeError: it is neither
    """
    try:
        parsed = notation.as_range(value)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(
            f"'{beginning(value)}' {exc}"
        ) from exc
    if parsed is None:
        raise _is_not('an IP address or a prefix', value)
    return parsed


def mac_address(value: str) -> netaddr.EUI:
    """Return the MAC address that an argument is.

    :raises argparse.ArgumentTypeError: it is none
    """
    parsed = notation.as_mac(value)
    if parsed is None:
        raise _is_not('a MAC address', value)
    return parsed


def seconds(value: str) -> float:
    """Return the seconds that an argument is.

    :raises argparse.ArgumentTypeError: it is no number, or below 0, or has
        no end
    """
    try:
        parsed = float(value)
    except ValueError:
        parsed = -1
    if not 0 <= parsed < math.inf:
        raise _is_not('a number of seconds', value)
    return parsed


def add_servers(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that tell whose interfaces are listed."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        'servers',
        metavar='<server>',
        nargs='*',
        default=[],
        type=text,
        help=(
            'Server(s) to list the interfaces of (name or ID); default is '
            'all servers of the project'
        ),
    )
    which.add_argument(
        '--all-projects',
        action='store_true',
        help='List the interfaces of the servers of all projects (admin only)',
    )
    add_project(
        parser,
        'List the interfaces of the servers of this project (name or ID) '
        'instead of all projects (admin only; implies --all-projects)',
    )


def add_project(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the options that name a project.

    :param parser: the parser of the command
    :param what: what the command does with the project, for the help
    """
    parser.add_argument('--project', metavar='<project>', type=text, help=what)
    parser.add_argument(
        '--project-domain',
        metavar='<project-domain>',
        type=text,
        help=(
            'Domain the project belongs to (name or ID). This can be used in '
            'case collisions between project names exist.'
        ),
    )


def refuse_lone_domain(parsed_args: argparse.Namespace) -> None:
    """Refuse the domain of a project where no project is named.

    :raises osc_lib.exceptions.CommandError: it is so
    """
    if parsed_args.project_domain and not parsed_args.project:
        raise exceptions.CommandError(
            'argument --project-domain: needs argument --project'
        )


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Add the options that filter a list of interfaces."""
    group = parser.add_argument_group(
        'filters',
        'An interface is listed if it passes each of them. Given more than '
        'once, a filter matches any of its values.',
    )
    kind: Callable[[str], object]
    for option, kind, what in (
        ('network', text, 'on this network (name or ID)'),
        ('subnet', text, 'with a fixed IP on this subnet (name or ID)'),
        (
            'ip-address',
            ip_addresses,
            'with this fixed or floating IP address, or with one in this '
            'prefix, as in 10.0.0.0/24; one that no interface has is looked '
            'for in allowed address pairs, and on subports of trunks',
        ),
        (
            'mac-address',
            mac_address,
            'with this MAC address; one that no interface has is looked for '
            'as for --ip-address',
        ),
        ('security-group', text, 'in this security group (name or ID)'),
        ('host', text, 'whose port is bound to this host'),
        (
            'tag',
            text,
            'with this tag, which takes a request a server (supported by '
            '--os-compute-api-version 2.70 or above)',
        ),
    ):
        group.add_argument(
            f'--{option}',
            metavar=f'<{option}>',
            type=kind,
            action='append',
            default=[],
            help=f'List only interfaces {what}; repeat for several',
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


def of_report(parsed_args: argparse.Namespace, headers: Sequence[str]) -> None:
    """Name columns in full, and make a table of a report with such options.

    :param parsed_args: as parsed; changed
    :param headers: of the columns that there are
    :raises osc_lib.exceptions.CommandError: there is no such column
    """
    known = {columns.normal(header): header for header in headers}
    for option in ('columns', 'sort_columns'):
        chosen = []
        for each in getattr(parsed_args, option):
            if columns.normal(each) not in known:
                raise columns.no_column(each, headers)
            chosen.append(known[columns.normal(each)])
        setattr(parsed_args, option, chosen)
    if parsed_args.formatter == 'report' and (
        parsed_args.columns or parsed_args.sort_columns
    ):
        parsed_args.formatter = 'table'  # the report has no columns


def _is_not(what: str, value: str) -> argparse.ArgumentTypeError:
    """Return an exception that says what an argument is not."""
    return argparse.ArgumentTypeError(f"'{beginning(value)}' is not {what}")
