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

"""Tables as wide as the terminal: cells fold where they can be read."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
import os
import re
from typing import Any, TextIO

from cliff import columns
from cliff.formatters import table
import prettytable
from rich import cells

# Where a cell folds, each kind only where the ones before are not enough:
# behind spaces and commas, behind dashes of IDs, behind any sign, anywhere.
_FOLDS = (
    re.compile(r'(?<= )|(?<=,)'),
    re.compile(r'(?<= )|(?<=,)|(?<=[0-9a-f]-)(?=[0-9a-f]{4})'),
    re.compile(r'(?<=\W)|(?<=_)'),
    re.compile(r'(?<=.)'),
)
# The last of these after which everything can still be read.
_READABLE = _FOLDS[1]
# Narrower than this a column cannot be read: an ID's first part takes it.
_NARROWEST = 9


class Folding(table.TableFormatter):
    """The client's table, its header and cells folded to fit."""

    def emit_list(
        self,
        column_names: Sequence[str],
        data: Iterable[Sequence[Any]],
        stdout: TextIO,
        parsed_args: argparse.Namespace,
    ) -> None:
        """Write a table; as the client does where it fits or no width is set.

        :param column_names: the headers
        :param data: the rows, of texts or formattable columns
        :param stdout: where to write; its width counts if it is a terminal
        :param parsed_args: with the client's options for tables
        """
        rows = [[_text(value) for value in row] for row in data]
        width = parsed_args.max_width or _terminal_width(stdout)
        lines = [list(column_names), *rows]
        widths = _widths(lines, width) if rows and width else None
        if widths is None:
            super().emit_list(column_names, rows, stdout, parsed_args)
            return
        folded = [
            [
                '\n'.join(_folded(text, of_column))
                for text, of_column in zip(line, widths, strict=True)
            ]
            for line in lines
        ]
        stdout.write(_drawn(folded))


def _drawn(lines: list[list[str]]) -> str:
    """Return a table whose first line is the header, which may be folded."""
    drawn = prettytable.PrettyTable(header=False)
    drawn.add_rows(lines)
    drawn.align = 'l'
    border, *rest = drawn.get_string().splitlines()
    height = max(text.count('\n') for text in lines[0]) + 1
    return '\n'.join([border, *rest[:height], border, *rest[height:], ''])


def _widths(lines: list[list[str]], width: int) -> list[int] | None:
    """Return widths of columns that fit, as far as that can be.

    The widest column gives way first, and none folds in a worse place
    before all have folded in the better ones. Where even the worst places do
    not make it fit, lines will break at the terminal's edge, and then cells
    fold where they can be read only.

    :param lines: the texts of the header, and of each row
    :param width: of the whole table
    :returns: the widths; None where nothing has to fold
    """
    by_column = list(zip(*lines, strict=True))
    room = width - 3 * len(by_column) - 1  # two blanks and a line each
    widths = [max(map(_width, texts)) for texts in by_column]
    if sum(widths) <= room:
        return None
    readable = widths
    for fold in _FOLDS[:-1]:
        least = _least(by_column, fold)
        if sum(least) <= room:
            return _shrunk(widths, least, room)
        widths = least
        if fold is _READABLE:
            readable = least
    least = [min(each, _NARROWEST) for each in widths]
    return _shrunk(widths, least, room) if sum(least) <= room else readable


def _least(
    by_column: Iterable[Iterable[str]], fold: re.Pattern[str]
) -> list[int]:
    """Return the widths of columns that fold wherever a fold can be."""
    return [
        max(_width(piece) for text in texts for piece in _pieces(text, fold))
        for texts in by_column
    ]


def _shrunk(widths: list[int], least: list[int], room: int) -> list[int]:
    """Return widths that fit, the widest made narrower first."""
    widths = list(widths)
    while sum(widths) > room:
        spare = [
            width if width > less else 0
            for width, less in zip(widths, least, strict=True)
        ]
        widths[spare.index(max(spare))] -= 1
    return widths


def _folded(text: str, width: int) -> Iterator[str]:
    """Yield the lines of a text, folded in the best places that will do."""
    for line in text.split('\n'):
        pieces = [line]
        for fold in _FOLDS:
            pieces = [
                part
                for piece in pieces
                for part in (
                    fold.split(piece) if _width(piece) > width else [piece]
                )
            ]
        filled = ''
        for piece in pieces:
            if filled and _width(filled + piece) > width:
                yield filled.rstrip()
                filled = ''
            filled += piece
        yield filled


def _pieces(text: str, fold: re.Pattern[str]) -> list[str]:
    """Return the parts of a text between which it may fold."""
    return [piece for line in text.split('\n') for piece in fold.split(line)]


def _width(text: str) -> int:
    """Return how many columns the widest line of a text takes."""
    return max(cells.cell_len(line.rstrip()) for line in text.split('\n'))


def _terminal_width(stdout: TextIO) -> int:
    """Return the width of the terminal; 0 where it is none."""
    try:
        return os.get_terminal_size(stdout.fileno()).columns
    except (AttributeError, OSError, ValueError):
        return 0


def _text(value: Any) -> str:
    """Return a value as people read it; null is an empty cell."""
    if value is None:
        return ''
    if isinstance(value, columns.FormattableColumn):
        return str(value.human_readable())
    return str(value)
