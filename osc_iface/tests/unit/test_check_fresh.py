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

"""What was changed a moment ago, Compute may hear of yet."""

import dataclasses

from osc_iface.check.facts import Facts
from osc_iface.check.findings import Severity
from osc_iface.check.network_facts import Floating, Nic
from osc_iface.tests.unit.check_base import (
    ADDRESS,
    FLOATING,
    IP,
    LONG_AGO,
    MACHINE,
    NIC,
    OTHER_NIC,
    FactsTestCase,
    facts,
)

EMPTY = dataclasses.replace(MACHINE, addresses=())


def aged(nic: Nic, age: float | None) -> Nic:
    """Return a port that was changed so long ago."""
    return dataclasses.replace(nic, age=age)


class TestFresh(FactsTestCase):
    def assert_note(self, known: Facts, check: str, since: str) -> None:
        found = self.assert_one(known, check, f' changed {since} s ago')
        self.assertIs(Severity.NOTE, found.severity)
        self.assertEqual((), found.advice.commands)
        self.assertIn('again in 30 s', found.advice.text)

    def assert_worse(self, known: Facts, check: str) -> None:
        found = self.assert_one(known, check)
        self.assertIsNot(Severity.NOTE, found.severity)
        self.assertNotIn(' s ago', found.text)

    def test_one_port(self) -> None:
        loose = dataclasses.replace(NIC, owner='')
        moved = dataclasses.replace(NIC, fixed_ips=OTHER_NIC.fixed_ips)
        for check, machine, others, nic in (
            ('cache-empty', EMPTY, (), NIC),
            ('cache-lacks-interface', MACHINE, (NIC,), OTHER_NIC),
            ('cache-stale-address', MACHINE, (), moved),
            ('not-attached', MACHINE, (), loose),
        ):
            for age, since in ((12.4, '12'), (30.0, '30'), (-3.0, '0')):
                known = facts(machine, (*others, aged(nic, age)))
                self.assert_note(known, check, since)
            for old in (30.1, LONG_AGO, None):
                known = facts(machine, (*others, aged(nic, old)))
                self.assert_worse(known, check)

    def test_all_of_several(self) -> None:
        for age, old in ((20.0, LONG_AGO), (20.0, None)):
            known = facts(EMPTY, (aged(NIC, age), aged(OTHER_NIC, old)))
            self.assert_worse(known, 'cache-empty')
        known = facts(EMPTY, (aged(NIC, 20.0), aged(OTHER_NIC, 9.0)))
        self.assert_note(known, 'cache-empty', '9')

    def test_floating_ip(self) -> None:
        """It is changed without its port."""
        told = dataclasses.replace(ADDRESS, ip=FLOATING, floating=True)
        remembered = dataclasses.replace(MACHINE, addresses=(ADDRESS, told))
        for machine, port_id in ((MACHINE, NIC.id), (remembered, None)):
            leading = Floating(FLOATING, port_id, IP, age=5.0)
            known = facts(machine, floating_ips=[leading])
            self.assert_note(known, 'cache-stale-address', '5')
            leading = dataclasses.replace(leading, age=LONG_AGO)
            known = facts(machine, (aged(NIC, 5.0),), floating_ips=[leading])
            self.assert_worse(known, 'cache-stale-address')
