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

"""The table of all checks, which the documentation has.

``python -m osc_iface.tests.checks`` prints it.
"""

from osc_iface.check import checks
from osc_iface.check.findings import Check

TABLE_BEGINS = '.. The table is made by "python -m osc_iface.tests.checks".\n'
TABLE_ENDS = '\n.. The table ends here.\n'
_HEADER = """
.. list-table::
   :header-rows: 1
   :widths: 24 12 10 40 34 20

   * - Check
     - Severity
     - Object
     - What is seen
     - What to do
     - Who sees it
"""


def table() -> str:
    """Return the table of the documentation, in reStructuredText."""
    return _HEADER + ''.join(_entry(each) for each in checks.every())


def _entry(check: Check) -> str:
    severities = ', '.join(map(str, check.severities))
    return (
        f'   * - ``{check.name}``\n'
        f'     - {severities}\n'
        f'     - {check.kind}\n'
        f'     - {check.seen}\n'
        f'     - {check.advised}\n'
        f'     - {check.role}\n'
    )


if __name__ == '__main__':
    print(table(), end='')
