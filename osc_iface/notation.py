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

"""UUIDs, MAC and IP addresses: as typed, and as they are compared."""

import ipaddress
import re
import uuid

import netaddr

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# A range of addresses; that of a single one has the longest prefix.
IPRange = ipaddress.IPv4Network | ipaddress.IPv6Network

# The usual notations. netaddr takes shorter texts too, and fills them up.
_MAC = re.compile(
    r'(?:[0-9a-f]{1,2}([:-]))(?:[0-9a-f]{1,2}\1){4}[0-9a-f]{1,2}'
    r'|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}'
    r'|[0-9a-f]{6}[:-]?[0-9a-f]{6}',
    re.IGNORECASE | re.ASCII,
)


def as_uuid(text: str) -> str | None:
    """Return the ID in a text, as Nova and Neutron write and compare it.

    :param text: a UUID in any case, with or without dashes, or anything else
    :returns: the UUID in lower case with dashes; None for anything else
    """
    if not re.fullmatch('[0-9a-fA-F-]+', text):
        return None
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def as_mac(text: str) -> netaddr.EUI | None:
    """Return the MAC address in a text, in any usual notation, or None.

    All six bytes have to be there: what is shorter is a part of an address,
    or something else, such as an IP address.
    """
    if not _MAC.fullmatch(text):
        return None
    return netaddr.EUI(text, version=48)


def as_ip(text: str) -> IPAddress | None:
    """Return the IP address in a text, in any notation, or None.

    URLs put IPv6 addresses into brackets, logs of dual-stack sockets map
    IPv4 into IPv6, and a zone (``%eth0``) means nothing on another host.
    """
    try:
        address = ipaddress.ip_address(
            re.sub(r'^\[(.*)\]$', r'\1', text).partition('%')[0]
        )
    except ValueError:
        return None
    return getattr(address, 'ipv4_mapped', None) or address


def as_range(text: str) -> IPRange | None:
    """Return the range in a text, an address or a prefix, or None.

    :param text: an address in any notation, or a prefix such as
        ``10.0.0.0/24``
    :raises ValueError: a prefix with host bits set, which has two readings;
        the text of the exception names both
    """
    if '/' not in text:
        address = as_ip(text)
        return None if address is None else ipaddress.ip_network(address)
    if '%' in text:  # a zone, which a prefix does not have
        return None
    try:
        host = ipaddress.ip_interface(text)
    except ValueError:
        return None
    if host.ip != host.network.network_address:
        raise ValueError(
            f'has host bits set: the prefix is {host.network}, the address '
            f'{host.ip}'
        )
    return _unmapped(host.network)


def as_loose_range(value: object) -> IPRange | None:
    """Return the range in a value of the API, host bits set or not."""
    try:
        return ipaddress.ip_network(str(value), strict=False)
    except ValueError:
        return None


def short(addresses: IPRange) -> str:
    """Return a range as people write it, a single address without prefix."""
    if is_single(addresses):
        return str(addresses.network_address)
    return str(addresses)


def is_single(addresses: IPRange) -> bool:
    """Return whether a range is that of a single address."""
    return addresses.num_addresses == 1


def _unmapped(prefix: IPRange) -> IPRange:
    """Return the IPv4 prefix that is mapped into IPv6, or what it is."""
    mapped = getattr(prefix.network_address, 'ipv4_mapped', None)
    if mapped is None:
        return prefix
    return ipaddress.ip_network((mapped, prefix.prefixlen - 96))


def unix(mac: netaddr.EUI) -> str:
    """Return a MAC address as the Network service writes and compares it."""
    return str(mac.format(netaddr.mac_unix_expanded))
