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

"""Interfaces as columns: what the formatters show for each field."""

import functools
import ipaddress
from typing import Any

from cliff import columns
from osc_lib import utils

from osc_iface.compute import FixedIP, Interface
from osc_iface.printable import printable


class TextColumn(columns.FormattableColumn):  # type: ignore[type-arg]
    """Text from the cloud: shown safely to people, unchanged to programs."""

    _value: str

    def human_readable(self) -> str:
        """The text with whatever a terminal might obey written out."""
        return printable(self._value)


@functools.total_ordering
class FixedIPsColumn(columns.FormattableColumn):  # type: ignore[type-arg]
    """Fixed IPs: a line each to people, a list of objects to programs.

    Columns compare by their addresses as numbers, so that they sort.
    """

    _value: list[FixedIP]

    def human_readable(self) -> str:
        """A line for each address, as in ``port show``."""
        return '\n'.join(
            printable(utils.format_dict(dict(fixed_ip)))
            for fixed_ip in self._value
        )

    def machine_readable(self) -> list[dict[str, Any]]:
        """The list of ``{"ip_address": ..., "subnet_id": ...}``."""
        return [dict(fixed_ip) for fixed_ip in self._value]

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, FixedIPsColumn):
            return NotImplemented
        return self._sort_key() < other._sort_key()

    def _sort_key(self) -> list[tuple[int, int, str]]:
        return [_address_key(item['ip_address']) for item in self._value]


def one(interface: Interface) -> tuple[list[str], list[Any]]:
    """An interface for a ShowOne command.

    :param interface: the interface
    :returns: the API's names of the fields it has, and their values
    """
    names = [field for field in _FIELDS if field in interface]
    return names, [_value(interface, field) for field in names]


# In the order of the API reference.
_FIELDS = ('fixed_ips', 'mac_addr', 'net_id', 'port_id', 'port_state', 'tag')


def _value(interface: Interface, field: str) -> Any:
    """A field as the formatters take it; null stays null."""
    value = interface.get(field)
    if value is None:
        return None
    if field == 'fixed_ips':
        return FixedIPsColumn(value)
    return TextColumn(value)


def _address_key(address: str) -> tuple[int, int, str]:
    """Order IPv4 before IPv6, each by number; then what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return 9, 0, address
    return parsed.version, int(parsed), address
