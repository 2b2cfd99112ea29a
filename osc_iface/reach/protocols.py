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

"""Protocols of IP by their names and numbers, as rules have them."""

_NUMBERS = {
    'ah': 51,
    'dccp': 33,
    'egp': 8,
    'esp': 50,
    'gre': 47,
    'hopopt': 0,
    'icmp': 1,
    'icmpv6': 58,
    'igmp': 2,
    'ip': 0,
    'ipip': 4,
    'ipv6-encap': 41,
    'ipv6-frag': 44,
    'ipv6-icmp': 58,
    'ipv6-nonxt': 59,
    'ipv6-opts': 60,
    'ipv6-route': 43,
    'ospf': 89,
    'pgm': 113,
    'rsvp': 46,
    'sctp': 132,
    'tcp': 6,
    'udp': 17,
    'udplite': 136,
    'vrrp': 112,
}
# Of two names for one number, the later is the one that Network writes.
_NAMES = {number: name for name, number in _NUMBERS.items()} | {0: '0'}
_ICMP, UDP, IPV6_ICMP = 1, 17, 58
# Some backends take this number for any protocol, and others do not.
ANY_SOMEWHERE = 0
# Those of IPv6 alone: its headers, and its own ICMP.
IPV6_ONLY = frozenset((41, 43, 44, IPV6_ICMP, 59, 60))
WITH_PORTS = frozenset((6, UDP, 33, 132, 136))
WITH_TYPES = frozenset((_ICMP, IPV6_ICMP))
# What answers a message of ICMP, by the protocol.
REPLIES = {_ICMP: {8: 0, 13: 14, 17: 18}, IPV6_ICMP: {128: 129}}
HIGHEST = 255


def number(protocol: str) -> int | None:
    """Return the number of a protocol; None for what is none.

    :param protocol: a name or a number, in lower case
    """
    if protocol.isascii() and protocol.isdecimal() and len(protocol) < 4:
        return int(protocol) if int(protocol) <= HIGHEST else None
    return _NUMBERS.get(protocol)


def name(protocol: int) -> str:
    """Return what a protocol is called; its number where that is nothing."""
    return _NAMES.get(protocol, str(protocol))


def of_family(protocol: int, family: str) -> int:
    """Return what Network takes a protocol for: ICMP is IPv6's own there."""
    if protocol == _ICMP and family == 'IPv6':
        return IPV6_ICMP
    return protocol
