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

"""The options of the commands: checked as typed, and turned into filters."""

import argparse
from collections.abc import Callable
import math

import netaddr

from osc_iface import columns, find_others, notation
from osc_iface.columns import Choice
from osc_iface.filters import Filters
from osc_iface.model import FloatingIP, Scope
from osc_iface.notation import IPRange
from osc_iface.printable import beginning
from osc_iface.wire import network
from osc_iface.wire.cloud import Cloud


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
    parser.add_argument(
        '--project',
        metavar='<project>',
        type=text,
        help=(
            'List the interfaces of the servers of this project (name or '
            'ID) instead of all projects (admin only; implies --all-projects)'
        ),
    )
    parser.add_argument(
        '--project-domain',
        metavar='<project-domain>',
        type=text,
        help=(
            'Domain the project belongs to (name or ID). This can be used in '
            'case collisions between project names exist.'
        ),
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


def choice(options: argparse.Namespace) -> Choice:
    """Return the columns that are asked for.

    :param options: as parsed, columns by their headers
    """
    shown = [columns.named(each) for each in options.columns]
    if not shown and options.long:
        shown = columns.long()
    if not shown:
        shown = columns.default(
            named=bool(options.servers),
            all_projects=bool(options.all_projects or options.project),
        )
    return Choice(
        shown=shown,
        sorted_by=[columns.named(each) for each in options.sort_columns],
        names=not options.no_name_lookup,
    )


def scope(cloud: Cloud, options: argparse.Namespace) -> Scope:
    """Return whose servers are meant, where none are named.

    :param cloud: the services to ask for the ID of a project
    :param options: as parsed
    :raises osc_lib.exceptions.CommandError: there is no such project, the
        login is for none, or a call failed
    """
    if options.project:
        project_id = find_others.project(
            cloud, options.project, options.project_domain
        )
        return Scope(all_projects=True, project_id=project_id)
    if options.all_projects:
        return Scope(all_projects=True, project_id=None)
    if options.servers:
        return Scope(all_projects=False, project_id=cloud.project_id)
    return Scope(all_projects=False, project_id=cloud.need_project())


def filters(
    cloud: Cloud, options: argparse.Namespace, all_projects: bool
) -> Filters:
    """Return the filters that the options of :func:`add_filters` ask for.

    :param cloud: the services to ask for the IDs of names, and for what is
        behind floating IPs
    :param options: as parsed
    :param all_projects: whether all networks of a name are meant
    :raises osc_lib.exceptions.CommandError: a name names nothing, or a call
        failed
    """
    # Servers of any project may be named by ID; theirs are its groups.
    any_group = all_projects or any(map(notation.as_uuid, options.servers))
    ids = {
        kind: frozenset(
            id_
            for typed in values
            for id_ in find_others.of_network(cloud, kind, typed, everyone_s)
        )
        for kind, values, everyone_s in (
            ('network', options.network, all_projects),
            ('subnet', options.subnet, all_projects),
            ('security group', options.security_group, any_group),
        )
    }
    return Filters(
        networks=ids['network'],
        subnets=ids['subnet'],
        groups=ids['security group'],
        hosts=frozenset(options.host),
        addresses=frozenset(options.ip_address),
        macs=frozenset(options.mac_address),
        states=frozenset(options.port_state),
        tags=frozenset(options.tag),
        floating=_floating(cloud, options.ip_address),
    )


def _floating(
    cloud: Cloud, wanted: list[IPRange]
) -> dict[IPRange, list[FloatingIP]]:
    """Return the floating IPs among addresses; IPv6 has none."""
    ranges = [each for each in wanted if each.version == 4]
    if not ranges:
        return {}
    single = all(map(notation.is_single, ranges))
    found = network.list_floating_ips(
        cloud.network,
        [str(each.network_address) for each in ranges] if single else (),
        networks=True,
    )
    return {
        each: [
            floating_ip
            for floating_ip in found or ()
            if (address := notation.as_ip(floating_ip.address)) is not None
            and address in each
        ]
        for each in ranges
    }


def _is_not(what: str, value: str) -> argparse.ArgumentTypeError:
    """Return an exception that says what an argument is not."""
    return argparse.ArgumentTypeError(f"'{beginning(value)}' is not {what}")
