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

"""The table of columns in the documentation.

It is made of the one that the commands use: ``python -m
osc_iface.tests.columns`` prints it.
"""

from osc_iface.columns import TABLE, Column

TABLE_BEGINS = '.. The table is made by "python -m osc_iface.tests.columns".\n'
TABLE_ENDS = '\n.. The table ends here.\n'
_HEADER = """
.. list-table::
   :header-rows: 1
   :widths: 20 20 20 20 20

   * - Column
     - ``show --long`` adds
     - Service, and what it is asked for
     - Requests more
     - Needs
"""


def table() -> str:
    """Return the table of the documentation, in reStructuredText."""
    return _HEADER + ''.join(map(_entry, TABLE))


def _entry(column: Column) -> str:
    field = f'``{column.field}``' if column.field else '\\-'
    return (
        f'   * - *{column.header}*\n'
        f'     - {field}\n'
        f'     - {column.source.asked}\n'
        f'     - {column.source.cost}\n'
        f'     - {_needs(column)}\n'
    )


def _needs(column: Column) -> str:
    """Return what a cloud must have, and let the user see."""
    if not column.since:
        return '\\-'
    if column.since[0].isdigit():
        return f'Compute API version {column.since}'
    extension = f'extension ``{column.since}``'
    if not column.policy:
        return extension
    return f'{extension}, policy ``{column.policy}``'


if __name__ == '__main__':
    print(table(), end='')
