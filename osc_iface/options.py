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

import netaddr

from osc_iface import find, notation
from osc_iface.filters import Filters
from osc_iface.notation import IPAddress
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


def ip_address(value: str) -> IPAddress:
    """Return the IP address that an argument is.

    :raises argparse.ArgumentTypeError: it is none
    """
    parsed = notation.as_ip(value)
    if parsed is None:
        raise _is_not('an IP address', value)
    return parsed


def mac_address(value: str) -> netaddr.EUI:
    """Return the MAC address that an argument is.

    :raises argparse.ArgumentTypeError: it is none
    """
    parsed = notation.as_mac(value)
    if parsed is None:
        raise _is_not('a MAC address', value)
    return parsed


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
            ip_address,
            'with this fixed IP address, or with this floating IP address',
        ),
        ('mac-address', mac_address, 'with this MAC address'),
        (
            'tag',
            text,
            'with this tag (supported by --os-compute-api-version 2.70 or '
            'above)',
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


def filters(cloud: Cloud, options: argparse.Namespace) -> Filters:
    """Return the filters that the options of :func:`add_filters` ask for.

    :param cloud: the services to ask for the IDs of names, and for what is
        behind floating IPs
    :param options: as parsed, with ``all_projects``
    :raises osc_lib.exceptions.CommandError: a name names nothing, or a call
        failed
    """
    ids = {
        kind: frozenset(
            id_
            for typed in values
            for id_ in find.networks_or_subnets(
                cloud, kind, typed, options.all_projects
            )
        )
        for kind, values in (
            ('network', options.network),
            ('subnet', options.subnet),
        )
    }
    addresses = options.ip_address
    behind = (
        network.ports_behind(cloud.network, addresses) if addresses else ()
    )
    return Filters(
        networks=ids['network'],
        subnets=ids['subnet'],
        addresses=frozenset(addresses),
        behind=frozenset(behind),
        macs=frozenset(options.mac_address),
        states=frozenset(options.port_state),
        tags=frozenset(options.tag),
    )


def _is_not(what: str, value: str) -> argparse.ArgumentTypeError:
    """Return an exception that says what an argument is not."""
    return argparse.ArgumentTypeError(f"'{beginning(value)}' is not {what}")
