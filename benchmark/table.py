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

"""A table, to be printed and to be kept."""

import dataclasses
from pathlib import Path

from prettytable import PrettyTable


@dataclasses.dataclass(frozen=True)
class Table:
    """A table with the name of the file to keep it in."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]

    def __str__(self) -> str:
        return f'{self.title}\n{self._pretty().get_string()}\n'

    def write(self, directory: Path) -> None:
        """Write it as comma-separated values."""
        text: str = self._pretty().get_csv_string(lineterminator='\n')
        (directory / f'{self.name}.csv').write_text(text, encoding='utf-8')

    def _pretty(self) -> PrettyTable:
        table = PrettyTable(self.heads)
        table.align = 'r'
        table.align[self.heads[0]] = 'l'
        table.add_rows([list(row) for row in self.rows])
        return table
