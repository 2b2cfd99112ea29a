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

"""The checks of what security groups let through."""

import dataclasses
import ipaddress
from typing import Any

from osc_iface.check.facts import Facts
from osc_iface.check.findings import Severity
from osc_iface.check.network_facts import FixedIP, Group, Rule
from osc_iface.tests.unit.base import SUBNET_ID
from osc_iface.tests.unit.check_base import (
    GROUP_ID,
    NIC,
    OPEN,
    FactsTestCase,
    facts,
)

V6 = FixedIP(ipaddress.ip_address('2001:db8::5'), SUBNET_ID)
DUAL = (dataclasses.replace(NIC, fixed_ips=(*(NIC.fixed_ips or ()), V6)),)
OUT = tuple(rule for rule in OPEN if not rule.ingress)
IN = tuple(rule for rule in OPEN if rule.ingress)
INSIDE = tuple(dataclasses.replace(rule, group_id=GROUP_ID) for rule in IN)


def ruled(*rules: Rule, nics: Any = (NIC,)) -> Facts:
    """Return the facts about a server whose group has these rules."""
    return facts(nics=nics, group=Group(GROUP_ID, 'web', rules))


def nics(**changes: Any) -> Any:
    """Return the port with changes, as the only one."""
    return (dataclasses.replace(NIC, **changes),)


class TestNoSecurityGroup(FactsTestCase):
    def test_none(self) -> None:
        known = facts(nics=nics(groups=()))

        self.assert_one(known, 'no-security-group', 'dropped')
        self.assert_none(known, 'no-ingress', 'no-egress')

    def test_harmless(self) -> None:
        for changes in (
            {'groups': (), 'secured': False},
            {'groups': (), 'secured': None},
            {'groups': None},
            {'groups': (), 'vnic_type': 'direct'},
        ):
            self.assert_none(facts(nics=nics(**changes)))


class TestNoIngress(FactsTestCase):
    def test_none(self) -> None:
        found = self.assert_one(ruled(*OUT), 'no-ingress', 'Nothing is let in')

        self.assertIs(Severity.NOTE, found.severity)
        self.assertIn(GROUP_ID, found.advice.text)

    def test_one_of_two(self) -> None:
        self.assert_one(
            ruled(*OUT, IN[0], nics=DUAL), 'no-ingress', 'by IPv6', 'web'
        )

    def test_harmless(self) -> None:
        self.assert_none(ruled(*OUT, IN[0]))
        self.assert_none(ruled(*OUT, Rule(True, ''), nics=DUAL), 'no-ingress')
        self.assert_none(facts(groups={}))
        self.assert_none(facts(groups=None))
        for changes in (
            {'secured': False},
            {'secured': None},
            {'groups': None},
            {'fixed_ips': ()},
        ):
            self.assert_none(
                ruled(nics=nics(**changes)), 'no-ingress', 'no-egress'
            )


class TestIngressFromGroupsOnly(FactsTestCase):
    def test_members(self) -> None:
        self.assert_one(
            ruled(*OUT, *INSIDE), 'ingress-from-groups-only', 'Only members'
        )

    def test_harmless(self) -> None:
        self.assert_none(ruled(*OUT, *INSIDE, IN[0]))
        self.assert_none(ruled(*OUT), 'ingress-from-groups-only')


class TestNoEgress(FactsTestCase):
    def test_none(self) -> None:
        found = self.assert_one(ruled(*IN), 'no-egress', 'Nothing is let out')

        self.assertIs(Severity.WARNING, found.severity)
        self.assertEqual(
            (
                (
                    'security group rule create',
                    '--egress',
                    '--ethertype',
                    'IPv4',
                    GROUP_ID,
                ),
            ),
            found.advice.commands,
        )

    def test_group_that_others_share(self) -> None:
        """It is not for this project to change."""
        groups = {
            'g1': Group('g1', 'all', IN, project_id='other'),
            'g2': Group('g2', 'web', IN, project_id=NIC.project_id),
        }
        known = facts(nics=nics(groups=('g1', 'g2')), groups=groups)

        found = self.assert_one(known, 'no-egress', 'all, web')

        self.assertEqual('g2', found.advice.commands[0][-1])

    def test_one_of_two(self) -> None:
        found = self.assert_one(
            ruled(*IN, OUT[0], nics=DUAL), 'no-egress', 'by IPv6'
        )
        self.assertIs(Severity.NOTE, found.severity)


class TestGroupsNotEnforced(FactsTestCase):
    def test_passed_by(self) -> None:
        known = facts(nics=nics(vnic_type='direct'))

        self.assert_one(known, 'groups-not-enforced', 'direct', 'unless')

    def test_passed_by_for_sure(self) -> None:
        found = self.assert_one(
            facts(nics=nics(vnic_type='macvtap')), 'groups-not-enforced'
        )

        self.assertNotIn('unless', found.text)

    def test_harmless(self) -> None:
        for changes in (
            {'vnic_type': 'direct', 'groups': ()},
            {'vnic_type': 'direct', 'secured': False},
            {'vnic_type': 'normal'},
        ):
            self.assert_none(facts(nics=nics(**changes)))
