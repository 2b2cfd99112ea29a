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

"""What gets through, written for people: a block for each way."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from cliff.formatters import base

from osc_iface import paragraphs
from osc_iface.check import advice
from osc_iface.printable import printable
from osc_iface.reach.fixes import Fix
from osc_iface.reach.verdicts import Row


class Report(base.ListFormatter):
    """The ways as text, each with its path, and what it lacks."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows = list(rows)

    def add_argument_group(self, parser: argparse.ArgumentParser) -> None:
        """Add no options of its own."""

    def emit_list(
        self,
        column_names: Sequence[str],
        data: Iterable[Sequence[Any]],
        stdout: TextIO,
        parsed_args: argparse.Namespace,
    ) -> None:
        """Write the ways, not the columns that are made of them.

        :param column_names: not used
        :param data: not used
        :param stdout: where to write; its width counts if it is a terminal
        :param parsed_args: with the client's options for tables
        """
        width = paragraphs.width(stdout, parsed_args.max_width)
        blocks = [
            '\n'.join(self._block(row, width)) + '\n' for row in self._rows
        ]
        stdout.write('\n'.join(blocks))

    def _block(self, row: Row, width: int) -> Iterator[str]:
        """Yield the lines about a way."""
        head = f'{row.verdict.value.upper()} {row.address}'
        port = f', port {row.nic.name or row.nic.id}'
        if row.nic.name:
            port += f' ({row.nic.id})'
        yield from paragraphs.folded(head + port, width, '')
        for path in row.paths:
            yield from paragraphs.folded(' -> '.join(path), width, '  ')
        yield from paragraphs.folded(row.why, width, '  ')
        if row.fix:
            yield from _fixed(row.fix, width)


def _fixed(fix: Fix, width: int) -> Iterator[str]:
    """Yield the lines that tell which rules are missing."""
    used = ''
    if fix.others is not None:
        ports = 'port uses' if fix.others == 1 else 'ports use'
        used = f', which {fix.others or "no"} other {ports},'
    rules = 'This rule' if len(fix.commands) == 1 else 'These rules'
    text = f'{rules} in group {fix.group.label}{used} would let it:'
    yield from paragraphs.folded(text, width, '  ')
    for line in advice.several(fix.commands, width - 4):
        yield '    ' + printable(line)
