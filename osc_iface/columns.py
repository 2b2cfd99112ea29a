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

from collections.abc import Iterable
import functools
import ipaddress
from typing import Any

from cliff import columns
from osc_lib import utils

from osc_iface.model import FIELDS, FixedIP, Interface, Row
from osc_iface.printable import printable


class TextColumn(columns.FormattableColumn):  # type: ignore[type-arg]
    """Text from the cloud: shown safely to people, unchanged to programs."""

    _value: str

    def human_readable(self) -> str:
        """Return the text with whatever a terminal might obey written out."""
        return printable(self._value)


_SERVER_HEADERS = ('Server ID', 'Server Name', 'Project ID')
# In the order and the words of "port list".
_HEADERS = {
    'port_id': 'Port ID',
    'net_id': 'Network ID',
    'mac_addr': 'MAC Address',
    'fixed_ips': 'Fixed IP Addresses',
    'port_state': 'Port State',
    'tag': 'Tag',
}


@functools.total_ordering
class FixedIPsColumn(columns.FormattableColumn):  # type: ignore[type-arg]
    """Fixed IPs: a line each to people, a list of objects to programs.

    Columns compare by their addresses as numbers, so that they sort.
    """

    _value: list[FixedIP]

    def human_readable(self) -> str:
        """Return a line for each address, as in ``port show``."""
        return '\n'.join(
            printable(utils.format_dict(dict(fixed_ip)))
            for fixed_ip in self._value
        )

    def machine_readable(self) -> list[dict[str, Any]]:
        """Return the list of ``{"ip_address": ..., "subnet_id": ...}``."""
        return [dict(fixed_ip) for fixed_ip in self._value]

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, FixedIPsColumn):
            return NotImplemented
        return self._sort_key < other._sort_key

    @functools.cached_property
    def _sort_key(self) -> list[tuple[int, int, str]]:
        return [_address_key(item['ip_address']) for item in self._value]


def one(interface: Interface) -> tuple[list[str], list[Any]]:
    """Return an interface for a ShowOne command.

    :param interface: the interface
    :returns: the API's names of the fields it has, and their values
    """
    names = [field for field in FIELDS if field in interface]
    return names, [_value(interface, field) for field in names]


def of_server(
    interfaces: list[Interface],
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return the interfaces of one server for a Lister command.

    :param interfaces: the interfaces
    :returns: the headers, and a row each; the tag where the version of the
        API has it
    """
    tags = any('tag' in interface for interface in interfaces)
    fields = _list_fields(tags or not interfaces)
    rows = [
        tuple(_value(interface, field) for field in fields)
        for interface in interfaces
    ]
    return tuple(fields.values()), rows


def of_fleet(
    rows: Iterable[Row], tags: bool, projects: bool
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return the interfaces of several servers for a Lister command.

    :param rows: servers and interfaces
    :param tags: whether to have a column for the tag
    :param projects: whether to have a column for the project
    :returns: the headers, and a row each
    """
    fields = _list_fields(tags)
    of_server = _SERVER_HEADERS if projects else _SERVER_HEADERS[:2]
    return (*of_server, *fields.values()), [
        (
            *(_text(value) for value in _server_values(row, projects)),
            *(_value(row.interface, field) for field in fields),
        )
        for row in rows
    ]


def _server_values(row: Row, projects: bool) -> list[str | None]:
    """Return what a row says of the server."""
    values = [row.server.id, row.server.name]
    return [*values, row.server.project_id] if projects else values


def _list_fields(tags: bool) -> dict[str, str]:
    """Return the fields of a list, and their headers."""
    return {
        field: header
        for field, header in _HEADERS.items()
        if tags or field != 'tag'
    }


def _text(value: str | None) -> TextColumn | None:
    return None if value is None else TextColumn(value)


def _value(interface: Interface, field: str) -> Any:
    """Return a field as the formatters take it; null stays null."""
    value: Any = interface.get(field)
    if field == 'fixed_ips' and value is not None:
        return FixedIPsColumn(value)
    return _text(value)


def _address_key(address: str) -> tuple[int, int, str]:
    """Order IPv4 before IPv6, each by number; then what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return 9, 0, address
    return parsed.version, int(parsed), address
