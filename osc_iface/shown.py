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

"""Interfaces as the formatters take them: headers or fields, and values."""

from collections.abc import Iterable
from typing import Any

from osc_iface import cells
from osc_iface.columns import TABLE, Choice, Column
from osc_iface.model import FIELDS, Interface, Row
from osc_iface.names import Names


def table(
    choice: Choice, rows: Iterable[Row], names: Names
) -> tuple[tuple[str, ...], list[tuple[cells.Cell | None, ...]]]:
    """Return interfaces for a Lister command.

    :param choice: the columns
    :param rows: the interfaces
    :param names: what networks and the like are called
    :returns: the headers, and a row each
    """
    columns = [
        each
        for each in TABLE
        if each in choice.shown or each in choice.sorted_by
    ]
    return tuple(each.header for each in columns), [
        tuple(_cell(each, each.value(row, names)) for each in columns)
        for row in rows
    ]


def one(interface: Interface) -> tuple[list[str], list[Any]]:
    """Return an interface for a ShowOne command.

    :param interface: the interface
    :returns: the API's names of the fields it has, and their values
    """
    fields = [field for field in FIELDS if field in interface]
    return fields, [_value(interface.get(field)) for field in fields]


def more(
    choice: Choice, row: Row, names: Names
) -> tuple[list[str], list[Any]]:
    """Return what else is known of an interface, for a ShowOne command.

    :param choice: the columns whose fields are wanted
    :param row: the interface
    :param names: what networks and the like are called
    :returns: the names of the fields, and their values
    """
    shown = [each for each in choice.shown if each.field]
    values = [each.value(row, names) for each in shown]
    return [each.field for each in shown], [
        _cell(column, value)
        for column, value in zip(shown, values, strict=True)
    ]


def not_shown(choice: Choice, rows: Iterable[Row]) -> list[str]:
    """Return a sentence about what a policy hides from this user, if any.

    What the cloud has no extension for is missing as well; with ``binding``
    everybody may see the vNIC type.
    """
    ports = [row.port.attributes for row in rows if row.port]
    hidden = [
        each
        for each in dict.fromkeys((*choice.shown, *choice.sorted_by))
        if each.policy
        and any(
            'vnic_type' in port and each.attribute not in port
            for port in ports
        )
    ]
    if not hidden:
        return []
    headers = ' and '.join(each.header for each in hidden)
    policies = ' and '.join(each.policy for each in hidden)
    return [
        f'Not shown to you: {headers}. That is for whoever may do '
        f'{policies} by the policy of the Network service, by default '
        f'administrators.'
    ]


def _cell(column: Column, value: Any) -> cells.Cell | None:
    """Return a value as the formatters take it; null stays, as in CSV."""
    return None if value is None else column.form(value)


def _value(value: Any) -> Any:
    """Return a field of the API as the formatters take it; null stays."""
    if value is None:
        return None
    return (cells.WholeFixedIPs if isinstance(value, list) else cells.Text)(
        value
    )
