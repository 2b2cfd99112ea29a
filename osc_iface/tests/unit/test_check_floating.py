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

"""The checks of floating IPs."""

import dataclasses
import ipaddress
from typing import Any

from osc_iface.check.facts import Facts
from osc_iface.check.findings import Severity
from osc_iface.check.network_facts import FixedIP, Floating, Forwarding
from osc_iface.tests.unit.base import PORT_ID, SUBNET_ID
from osc_iface.tests.unit.check_base import (
    FLOATING,
    IP,
    LONG_AGO,
    NIC,
    OTHER_IP,
    ROUTER_ID,
    FactsTestCase,
    facts,
)

LEADING = Floating(
    FLOATING,
    PORT_ID,
    IP,
    'f',
    router_id=ROUTER_ID,
    status='ACTIVE',
    age=LONG_AGO,
)
ELSEWHERE = Floating(
    ipaddress.ip_address('203.0.113.9'), 'p', IP, 'g', status='ACTIVE'
)
NAMES = ('floating-ip-unrouted', 'floating-ip-not-active', 'floating-ip-stale')


def leading(*others: Floating, nic: Any = NIC, **changes: Any) -> Facts:
    """Return a server with a floating IP with changes."""
    floating = dataclasses.replace(LEADING, **changes)
    return facts(nics=(nic,), floating_ips=[floating, *others])


class TestFloatingIP(FactsTestCase):
    def test_healthy(self) -> None:
        self.assert_none(leading(), *NAMES)

    def test_unrouted(self) -> None:
        known = leading(router_id='', status='DOWN')

        found = self.assert_one(known, 'floating-ip-unrouted', '203.0.113.5')

        self.assertEqual(
            ('floating ip', 'f', '203.0.113.5'),
            (found.kind, found.object_id, found.label),
        )
        self.assertEqual(
            [
                ('floating ip unset', '--port', 'f'),
                (
                    'floating ip set',
                    *('--port', PORT_ID),
                    *('--fixed-ip-address', '10.0.0.5'),
                    'f',
                ),
            ],
            list(found.advice.commands),
        )
        self.assert_none(known, 'floating-ip-not-active')

    def test_cloud_that_translates_without_routers(self) -> None:
        known = dataclasses.replace(leading(router_id=''), service_ports=[])

        found = self.assert_one(known, 'floating-ip-unrouted', 'do without')

        self.assertIs(Severity.NOTE, found.severity)
        # Where it cannot be seen whether there are routers, nobody knows.
        known = dataclasses.replace(known, service_ports=None)
        found = self.assert_one(known, 'floating-ip-unrouted')
        self.assertIs(Severity.ERROR, found.severity)

    def test_not_active(self) -> None:
        found = self.assert_one(
            leading(ELSEWHERE, status='DOWN'), 'floating-ip-not-active', 'DOWN'
        )

        self.assertIs(Severity.WARNING, found.severity)

    def test_none_is_active(self) -> None:
        """Some backends never set the status."""
        found = self.assert_one(
            leading(status='DOWN'), 'floating-ip-not-active', 'may not tell'
        )

        self.assertIs(Severity.NOTE, found.severity)

    def test_changed_just_now(self) -> None:
        for age in (300.0, None):
            self.assert_none(
                leading(ELSEWHERE, status='DOWN', age=age), *NAMES
            )

    def test_stale(self) -> None:
        nic = dataclasses.replace(
            NIC, fixed_ips=(FixedIP(OTHER_IP, SUBNET_ID),)
        )

        found = self.assert_one(
            leading(nic=nic), 'floating-ip-stale', '10.0.0.5'
        )

        self.assertEqual(
            (
                ('floating ip unset', '--port', 'f'),
                (
                    'floating ip set',
                    *('--port', PORT_ID),
                    *('--fixed-ip-address', '10.0.0.6'),
                    'f',
                ),
            ),
            found.advice.commands,
        )

    def test_stale_with_a_choice_or_none(self) -> None:
        several = tuple(
            FixedIP(ipaddress.ip_address(f'10.0.0.{each}'), SUBNET_ID)
            for each in (7, 8)
        )
        found = self.assert_one(
            leading(nic=dataclasses.replace(NIC, fixed_ips=several)),
            'floating-ip-stale',
        )
        self.assertEqual((), found.advice.commands)
        found = self.assert_one(
            leading(nic=dataclasses.replace(NIC, fixed_ips=())),
            'floating-ip-stale',
        )
        self.assertEqual(
            (('floating ip unset', '--port', 'f'),), found.advice.commands
        )

    def test_harmless(self) -> None:
        forwarding = Forwarding('tcp', IP, PORT_ID, (2222, 2222), (22, 22))
        for changes in (
            {'router_id': None},  # not told
            {'status': None},
            {'status': 'N/A'},
            # It only forwards ports, or is free.
            {'port_id': None, 'fixed': None, 'forwardings': (forwarding,)},
            {'port_id': None, 'fixed': None, 'router_id': ''},
        ):
            self.assert_none(leading(ELSEWHERE, **changes), *NAMES)
        nic = dataclasses.replace(NIC, fixed_ips=None)
        self.assert_none(leading(nic=nic), *NAMES)
        self.assert_none(facts(floating_ips=None), *NAMES)
