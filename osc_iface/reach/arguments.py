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

"""The options of the question what gets through, turned into packets."""

import argparse
import ipaddress
import re

from osc_lib import exceptions

from osc_iface import options
from osc_iface.notation import IPRange
from osc_iface.printable import beginning
from osc_iface.reach import packets, protocols, rows
from osc_iface.reach.packets import Question, Span

_ANYONE = {
    'IPv4': ipaddress.ip_network('0.0.0.0/0'),
    'IPv6': ipaddress.ip_network('::/0'),
}


def add(parser: argparse.ArgumentParser) -> None:
    """Add them to the parser of the command."""
    parser.add_argument(
        'server',
        metavar='<server>',
        type=options.text,
        help='Server that is to be reached (name or ID)',
    )
    parser.add_argument(
        'port',
        metavar='<port>',
        nargs='?',
        type=options.text,
        help=(
            'Port of one interface (ID, MAC address, fixed or floating IP '
            'address, or name); default is all interfaces of the server'
        ),
    )
    parser.add_argument(
        '--protocol',
        metavar='<protocol>',
        type=protocol,
        help=(
            'IP protocol, a name as in "security group rule create", such as '
            'tcp, udp, icmp or ipv6-icmp, or a number; default is all of them'
        ),
    )
    parser.add_argument(
        '--dst-port',
        metavar='<port-range>',
        type=port_range,
        help=(
            'Destination port, or the first and the last of several: '
            '8000:8010; default is all of them'
        ),
    )
    parser.add_argument(
        '--icmp-type',
        metavar='<icmp-type>',
        type=byte,
        help='ICMP type for ICMP IP protocols',
    )
    parser.add_argument(
        '--icmp-code',
        metavar='<icmp-code>',
        type=byte,
        help='ICMP code for ICMP IP protocols',
    )
    parser.add_argument(
        '--remote-ip',
        metavar='<ip-address>',
        type=options.ip_addresses,
        help=(
            'Address on the other side, or a prefix; default is anyone: '
            '0.0.0.0/0 and ::/0'
        ),
    )
    parser.add_argument(
        '--ethertype',
        metavar='<ethertype>',
        type=_family,
        choices=tuple(_ANYONE),
        help=(
            'IP version (IPv4, IPv6), where address and protocol do not tell; '
            'default is both'
        ),
    )
    parser.add_argument(
        '--egress',
        action='store_true',
        help='Ask what gets out; default is what gets in',
    )


def refuse(parsed_args: argparse.Namespace) -> None:
    """Refuse what makes no sense together, and columns that are none.

    :raises osc_lib.exceptions.CommandError: what is wrong
    """
    number = parsed_args.protocol
    if parsed_args.dst_port and number not in protocols.WITH_PORTS:
        raise exceptions.CommandError(
            'argument --dst-port: needs argument --protocol with tcp, udp, '
            'sctp, dccp or udplite'
        )
    if parsed_args.icmp_type is not None and (
        number not in protocols.WITH_TYPES
    ):
        raise exceptions.CommandError(
            'argument --icmp-type: needs argument --protocol with icmp or '
            'ipv6-icmp'
        )
    if parsed_args.icmp_code is not None and parsed_args.icmp_type is None:
        raise exceptions.CommandError(
            'argument --icmp-code: needs argument --icmp-type'
        )
    remote = parsed_args.remote_ip
    chosen = parsed_args.ethertype
    if remote is not None:
        family = f'IPv{remote.version}'
        if chosen not in (None, family):
            raise exceptions.CommandError(
                f'argument --ethertype: {remote} is {family}'
            )
        chosen = family
    if number in protocols.IPV6_ONLY and chosen == 'IPv4':
        raise exceptions.CommandError(
            f'argument --protocol: {protocols.name(number)} is of IPv6'
        )
    options.of_report(parsed_args, rows.HEADERS)


def questions(parsed_args: argparse.Namespace) -> list[Question]:
    """Return what is asked, a question for each IP version."""
    return [
        _question(parsed_args, family, parsed_args.remote_ip or prefix)
        for family, prefix in _ANYONE.items()
        if family in _families(parsed_args)
    ]


def _families(parsed_args: argparse.Namespace) -> tuple[str, ...]:
    """Return the IP versions that are meant, as rules are created for."""
    if parsed_args.remote_ip is not None:
        return (f'IPv{parsed_args.remote_ip.version}',)
    if parsed_args.ethertype is not None:
        return (parsed_args.ethertype,)
    if parsed_args.protocol in protocols.IPV6_ONLY:
        return ('IPv6',)
    if parsed_args.protocol in protocols.WITH_TYPES:
        return ('IPv4',)
    return tuple(_ANYONE)


def _question(
    parsed_args: argparse.Namespace, family: str, remote: IPRange
) -> Question:
    """Return what is asked of one IP version."""
    number = parsed_args.protocol
    if number is not None:
        number = protocols.of_family(number, family)
    type_, code = parsed_args.icmp_type, parsed_args.icmp_code
    return Question(
        not parsed_args.egress,
        family,
        packets.addresses([remote]),
        number,
        parsed_args.dst_port or packets.PORTS,
        packets.TYPES if type_ is None else (type_, type_),
        packets.CODES if code is None else (code, code),
    )


def protocol(value: str) -> int | None:
    """Return the number of the protocol that an argument is; None for any.

    :raises argparse.ArgumentTypeError: it is none
    """
    if value.lower() == 'any':
        return None
    number = protocols.number(value.lower())
    if number is None:
        raise _is_not('an IP protocol', value)
    return number


def port_range(value: str) -> Span:
    """Return the first and the last port that an argument is.

    :raises argparse.ArgumentTypeError: it is neither a port nor two
    """
    match = re.fullmatch('([0-9]{1,5})(?::([0-9]{1,5}))?', value)
    if match:
        first, last = int(match[1]), int(match[2] or match[1])
        if packets.PORTS[0] <= first <= last <= packets.PORTS[1]:
            return first, last
    raise _is_not('a port, 22 for example, or ports, 8000:8010', value)


def byte(value: str) -> int:
    """Return the ICMP type or code that an argument is.

    :raises argparse.ArgumentTypeError: it is none
    """
    if not re.fullmatch('[0-9]{1,3}', value) or int(value) > packets.TYPES[1]:
        raise _is_not('a number from 0 to 255', value)
    return int(value)


def _family(value: str) -> str:
    """Return an IP version as rules have it, in whichever case."""
    return {each.lower(): each for each in _ANYONE}.get(value.lower(), value)


def _is_not(what: str, value: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"'{beginning(value)}' is not {what}")
