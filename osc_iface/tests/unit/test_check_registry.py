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

"""The register of checks, and the page that is made of it."""

from pathlib import Path

import testtools

from osc_iface.check import checks as every
from osc_iface.check.findings import Need, Severity, Wanted
from osc_iface.tests import checks

_PAGE = Path(__file__).parents[3] / 'doc' / 'source' / 'why.rst'
KINDS = (
    *('port', 'server', 'network', 'subnet', 'router', 'floating ip'),
    *('trunk', 'host'),
)


class TestRegistry(testtools.TestCase):
    def test_names_severities_and_objects(self) -> None:
        for check in every.every():
            self.assertRegex(check.name, '^[a-z]+(-[a-z]+)*$')
            self.assertEqual(
                sorted(check.severities, reverse=True), list(check.severities)
            )
            self.assertIn(check.kind, KINDS)
            for sentence in (check.seen, check.advised):
                self.assertRegex(sentence, '^[A-Z].*[.?]$')

    def test_what_explains_is_a_check(self) -> None:
        names = {check.name for check in every.every()}

        for check in every.every():
            self.assertEqual(set(), set(check.unless) - names)
            self.assertNotIn(check.name, check.unless)

    def test_page_is_made_of_it(self) -> None:
        self.assertEqual(
            checks.table(),
            _PAGE.read_text()
            .partition(checks.TABLE_BEGINS)[2]
            .partition(checks.TABLE_ENDS)[0],
            'put the output of "python -m osc_iface.tests.checks" there',
        )


class TestWanted(testtools.TestCase):
    def test_only_what_is_wanted_is_needed(self) -> None:
        every.every()
        errors = Wanted(Severity.ERROR)

        self.assertTrue(Wanted().needs(Need.GROUPS))
        self.assertFalse(errors.needs(Need.GROUPS))
        self.assertFalse(errors.needs(Need.ACTIONS))

    def test_what_explains_it_is_needed_too(self) -> None:
        """A port that is DOWN may be one of a disabled network."""
        others = {
            each.name
            for each in every.every()
            if each.name != 'port-not-active'
        }
        alone = Wanted(ignored=frozenset(others))

        self.assertEqual(
            ['port-not-active'], [each.name for each in alone.checks]
        )
        self.assertTrue(alone.needs(Need.NETWORKS))
