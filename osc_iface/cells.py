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

"""What the formatters show for a value: text to people, data to programs."""

import functools
import ipaddress
from typing import Any

from cliff import columns
from osc_lib import utils

from osc_iface.model import FixedIP
from osc_iface.printable import printable


@functools.total_ordering
class Cell(columns.FormattableColumn):  # type: ignore[type-arg]
    """A value; never null, which stands for itself and sorts last."""

    _value: Any

    def human_readable(self) -> str:
        """Return the value as a text, a line for each thing in it."""
        return '\n'.join(printable(line) for line in self._lines())

    def machine_readable(self) -> Any:
        """Return the value as the API has it."""
        return self._value

    def _lines(self) -> list[str]:
        return [str(self._value)]

    def _key(self) -> Any:
        """Return what to sort by."""
        return self._value

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Cell):
            return NotImplemented
        return bool(self._key() < other._key())


class Text(Cell):
    """A text, made safe to show."""


class Flag(Cell):
    """True or false."""


class State(Cell):
    """Up or down to people, true or false to programs."""

    def _lines(self) -> list[str]:
        return ['UP' if self._value else 'DOWN']


class Texts(Cell):
    """A list of texts, a line each."""

    _value: list[str]

    def _lines(self) -> list[str]:
        return self._value


class Objects(Cell):
    """A list of objects of the API, a line each."""

    _value: list[dict[str, Any]]

    def _lines(self) -> list[str]:
        return [utils.format_dict(each) for each in self._value]

    def _key(self) -> list[str]:
        return self._lines()


class Trunk(Cell):
    """A trunk: to people its ID and a line for each subport."""

    _value: dict[str, Any]

    def _lines(self) -> list[str]:
        return [
            str(self._value.get('trunk_id')),
            *(
                f'{str(each.get("segmentation_type")).upper()} '
                f'{each.get("segmentation_id")} {each.get("port_id")}'
                for each in self._value.get('sub_ports') or ()
            ),
        ]

    def _key(self) -> list[str]:
        return self._lines()


class Addresses(Texts):
    """A list of IP addresses; they sort by their numbers."""

    @functools.cached_property
    def _sort_key(self) -> list[tuple[int, int, str]]:
        return [_address_key(each) for each in self._value]

    def _key(self) -> list[tuple[int, int, str]]:
        return self._sort_key


class FixedIPs(Cell):
    """Fixed IPs: to people their addresses; they sort by their numbers."""

    _value: list[FixedIP]

    def machine_readable(self) -> list[dict[str, Any]]:
        """Return the list of ``{"ip_address": ..., "subnet_id": ...}``."""
        return [dict(fixed_ip) for fixed_ip in self._value]

    def _lines(self) -> list[str]:
        return [fixed_ip['ip_address'] for fixed_ip in self._value]

    @functools.cached_property
    def _sort_key(self) -> list[tuple[int, int, str]]:
        return [_address_key(each) for each in self._lines()]

    def _key(self) -> list[tuple[int, int, str]]:
        return self._sort_key


class WholeFixedIPs(FixedIPs):
    """Fixed IPs: to people their subnets, too, as in ``port show``."""

    def _lines(self) -> list[str]:
        return [utils.format_dict(dict(each)) for each in self._value]


def _address_key(address: str) -> tuple[int, int, str]:
    """Order IPv4 before IPv6, each by number; then what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return 9, 0, address
    return parsed.version, int(parsed), address
