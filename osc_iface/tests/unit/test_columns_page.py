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

"""What the documentation says of the columns."""

from pathlib import Path

import testtools

from osc_iface.tests import columns


class TestDocumentation(testtools.TestCase):
    def test_table_is_made_of_the_columns(self) -> None:
        page = Path(__file__).parents[3] / 'doc' / 'source' / 'commands.rst'

        self.assertEqual(
            columns.table(),
            page.read_text()
            .partition(columns.TABLE_BEGINS)[2]
            .partition(columns.TABLE_ENDS)[0],
            'put the output of "python -m osc_iface.tests.columns" there',
        )
