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

"""The checks of what Compute remembers of interfaces."""

import dataclasses

from osc_iface.check import addresses
from osc_iface.check.compute_facts import Address
from osc_iface.check.findings import Severity
from osc_iface.check.network_facts import Floating, Holder
from osc_iface.tests.unit.base import NETWORK_ID, PORT_ID, SERVER_ID
from osc_iface.tests.unit.check_base import (
    ADDRESS,
    FLOATING,
    IP,
    MAC,
    MACHINE,
    NIC,
    OTHER_IP,
    OTHER_MAC,
    OTHER_NIC,
    OTHER_PORT_ID,
    FactsTestCase,
    facts,
)

EMPTY = dataclasses.replace(MACHINE, addresses=())
OTHER_ADDRESS = Address('net', OTHER_IP, OTHER_MAC, floating=False)
BOTH = dataclasses.replace(MACHINE, addresses=(ADDRESS, OTHER_ADDRESS))
LEADING = Floating(FLOATING, PORT_ID, IP)
TOLD = Address('net', FLOATING, MAC, floating=True)
HOLDER = '77777777-7777-4777-8777-777777777777'


class TestCacheEmpty(FactsTestCase):
    def test_port_with_an_address(self) -> None:
        found = self.assert_one(facts(EMPTY), 'cache-empty', 'Do not reboot')

        self.assertEqual(('server', SERVER_ID), (found.kind, found.object_id))
        self.assertEqual(
            [
                ('port unset', '--device', '--device-owner', PORT_ID),
                ('server add port', SERVER_ID, PORT_ID),
            ],
            list(found.advice.commands),
        )

    def test_names_each_port(self) -> None:
        """Also where the client cannot do it."""
        empty = facts(EMPTY, (NIC, OTHER_NIC))
        advice = self.assert_one(empty, 'cache-empty').advice

        self.assertEqual(4, len(advice.commands))
        self.assertIn('of each port', advice.text)
        for id_ in (PORT_ID, OTHER_PORT_ID):
            command = f'"openstack server add port {SERVER_ID} {id_}"'
            self.assertIn(command, advice.instead)

    def test_server_that_failed_later(self) -> None:
        failed = dataclasses.replace(EMPTY, status='ERROR')

        self.assert_one(facts(failed), 'cache-empty')
        unknown = dataclasses.replace(failed, launched=None)
        self.assert_one(facts(unknown), 'cache-empty')

    def test_says_no_more_of_its_ports(self) -> None:
        down = dataclasses.replace(NIC, status='DOWN')

        self.assert_none(
            facts(EMPTY, (down,)), 'cache-lacks-interface', 'port-not-active'
        )

    def test_harmless(self) -> None:
        for machine in (
            dataclasses.replace(EMPTY, status='BUILD'),
            dataclasses.replace(EMPTY, status='ERROR', launched=False),
            dataclasses.replace(EMPTY, status='UNKNOWN'),
            dataclasses.replace(EMPTY, status=None),
            dataclasses.replace(EMPTY, addresses=None),
        ):
            self.assert_none(facts(machine), 'cache-empty')
        for nic in (
            dataclasses.replace(NIC, fixed_ips=()),
            dataclasses.replace(NIC, fixed_ips=None),
            dataclasses.replace(NIC, owner=''),
            dataclasses.replace(NIC, project_id='other'),
        ):
            self.assert_none(facts(EMPTY, (nic,)), 'cache-empty')
        self.assert_none(facts(EMPTY, ()), 'cache-empty')


class TestCacheLacksInterface(FactsTestCase):
    def test_one_of_two(self) -> None:
        nic = dataclasses.replace(OTHER_NIC, description='of mine')

        found = self.assert_one(
            facts(nics=(NIC, nic)), 'cache-lacks-interface', 'forgotten'
        )

        self.assertEqual(OTHER_PORT_ID, found.object_id)
        self.assertEqual(
            ['of mine checked', 'of mine'],
            [command[2] for command in found.advice.commands],
        )

    def test_description_that_would_be_lost(self) -> None:
        """There is a sentence then, and no command."""
        for description in (None, 'two\nlines', '-x', '\x1b[31m'):
            nic = dataclasses.replace(OTHER_NIC, description=description)
            found = self.assert_one(
                facts(nics=(NIC, nic)), 'cache-lacks-interface'
            )
            self.assertEqual((), found.advice.commands)
            self.assertIn('Update the port', found.advice.text)

    def test_description_that_is_long(self) -> None:
        """Neutron takes 255 characters."""
        nic = dataclasses.replace(OTHER_NIC, description='d' * 250)
        found = self.assert_one(
            facts(nics=(NIC, nic)), 'cache-lacks-interface'
        )
        self.assertEqual(
            ['checked', 'd' * 250],
            [command[2] for command in found.advice.commands],
        )

    def test_harmless(self) -> None:
        for nic in (
            dataclasses.replace(OTHER_NIC, fixed_ips=()),
            dataclasses.replace(OTHER_NIC, owner=''),
            dataclasses.replace(OTHER_NIC, project_id='other'),
            dataclasses.replace(OTHER_NIC, mac=MAC),
            dataclasses.replace(OTHER_NIC, mac=None),
        ):
            self.assert_none(facts(nics=(NIC, nic)), 'cache-lacks-interface')
        self.assert_none(
            facts(BOTH, (NIC, OTHER_NIC)), 'cache-lacks-interface'
        )


class TestCacheExtraInterface(FactsTestCase):
    def test_one_of_two_has_gone(self) -> None:
        found = self.assert_one(
            facts(BOTH), 'cache-extra-interface', f'10.0.0.6 ({OTHER_MAC})'
        )

        self.assertEqual(
            (('server reboot', '--hard', '--wait', SERVER_ID),),
            found.advice.commands,
        )

    def test_no_reboot_that_takes_away_more(self) -> None:
        machine = dataclasses.replace(MACHINE, addresses=(OTHER_ADDRESS,))

        found = self.assert_one(facts(machine), 'cache-extra-interface')

        self.assertEqual((), found.advice.commands)
        self.assertIn('first', found.advice.text)

    def test_who_has_the_address_now(self) -> None:
        holder = Holder('port', HOLDER, NETWORK_ID, OTHER_IP)

        self.assert_one(
            facts(BOTH, holders=[holder]), 'cache-extra-interface', HOLDER
        )

    def test_several_networks_of_the_name(self) -> None:
        known = facts(BOTH, holders=[Holder('p', HOLDER, 'n', OTHER_IP)])
        network = known.network(NIC)
        assert network is not None
        twice = {
            NETWORK_ID: network,
            'n': dataclasses.replace(network, id='n'),
        }

        found = self.assert_one(
            dataclasses.replace(known, networks=twice),
            'cache-extra-interface',
        )

        self.assertNotIn(HOLDER, found.text)

    def test_harmless(self) -> None:
        unknown = dataclasses.replace(OTHER_NIC, mac=None)
        self.assert_none(facts(BOTH, (NIC, unknown)), 'cache-extra-interface')
        self.assert_none(
            facts(BOTH, hidden=frozenset({SERVER_ID})),
            'cache-extra-interface',
        )
        self.assert_none(facts(BOTH, ports=None), 'cache-extra-interface')


class TestCacheStaleAddress(FactsTestCase):
    def test_another_fixed_ip(self) -> None:
        nic = dataclasses.replace(OTHER_NIC, mac=MAC)

        found = self.assert_one(
            facts(nics=(nic,)),
            'cache-stale-address',
            'still lists 10.0.0.5; the port has 10.0.0.6',
        )

        self.assertIs(Severity.WARNING, found.severity)

    def test_who_has_the_old_one_now(self) -> None:
        nic = dataclasses.replace(OTHER_NIC, mac=MAC)
        holder = Holder('port', HOLDER, NETWORK_ID, IP)
        elsewhere = dataclasses.replace(holder, network_id='other')
        own = dataclasses.replace(holder, server_id=SERVER_ID)

        self.assert_one(
            facts(nics=(nic,), holders=[holder]),
            'cache-stale-address',
            f'Server {HOLDER} has 10.0.0.5 now',
        )
        found = self.assert_one(
            facts(nics=(nic,), holders=[elsewhere, own]), 'cache-stale-address'
        )
        self.assertNotIn('now', found.text)

    def test_floating_ip_that_compute_does_not_know(self) -> None:
        self.assert_one(
            facts(floating_ips=[LEADING]),
            'cache-stale-address',
            'does not know of address 203.0.113.5',
        )

    def test_floating_ip_that_was_taken_away(self) -> None:
        machine = dataclasses.replace(MACHINE, addresses=(ADDRESS, TOLD))

        found = self.assert_one(
            facts(machine, floating_ips=[Floating(FLOATING)]),
            'cache-stale-address',
            'still lists 203.0.113.5, which the port has no more',
        )
        self.assertIs(Severity.WARNING, found.severity)

    def test_floating_ip_that_may_be_somebody_elses(self) -> None:
        machine = dataclasses.replace(MACHINE, addresses=(ADDRESS, TOLD))

        found = self.assert_one(
            facts(machine), 'cache-stale-address', 'of another project'
        )
        self.assertIs(Severity.NOTE, found.severity)
        found = self.assert_one(
            facts(machine, sees_all=True), 'cache-stale-address', 'no more'
        )
        self.assertIs(Severity.WARNING, found.severity)

    def test_harmless(self) -> None:
        """Floating IPs unknown, the same, or forwarding single ports."""
        machine = dataclasses.replace(MACHINE, addresses=(ADDRESS, TOLD))
        forwarding = Floating(FLOATING, None, None)
        changed = dataclasses.replace(OTHER_NIC, mac=MAC)

        self.assert_none(facts(machine, floating_ips=None))
        self.assert_none(facts(machine, floating_ips=[LEADING]))
        self.assert_none(facts(floating_ips=[forwarding]))
        self.assert_none(
            facts(nics=(changed, dataclasses.replace(NIC, mac=MAC))),
            'cache-stale-address',
        )
        bare = dataclasses.replace(NIC, fixed_ips=())
        self.assert_none(facts(nics=(bare,)), 'cache-stale-address')

    def test_fixed_and_floating_ips_at_once(self) -> None:
        machine = dataclasses.replace(MACHINE, addresses=(ADDRESS, TOLD))
        bare = dataclasses.replace(NIC, fixed_ips=(), ip_allocation='none')

        found = self.assert_one(
            facts(machine, (bare,)),
            'cache-stale-address',
            'still lists 10.0.0.5, 203.0.113.5, which the port has no more',
        )

        self.assertIs(Severity.WARNING, found.severity)

    def test_addresses_of_the_port_are_unknown(self) -> None:
        hidden = dataclasses.replace(NIC, fixed_ips=None)

        self.assert_none(facts(nics=(hidden,)), 'cache-stale-address')

    def test_interface_that_compute_does_not_know(self) -> None:
        """That is said by another check."""
        self.assert_none(facts(nics=(NIC, OTHER_NIC)), 'cache-stale-address')

    def test_who_has_another_address(self) -> None:
        nic = dataclasses.replace(OTHER_NIC, mac=MAC)
        holder = Holder('port', HOLDER, NETWORK_ID, OTHER_IP)

        found = self.assert_one(
            facts(nics=(nic,), holders=[holder]), 'cache-stale-address'
        )

        self.assertNotIn(HOLDER, found.text)


class TestLeftover(FactsTestCase):
    def test_fixed_ips_that_no_port_of_the_server_has(self) -> None:
        machine = dataclasses.replace(
            BOTH, addresses=(ADDRESS, OTHER_ADDRESS, TOLD)
        )

        self.assertEqual([OTHER_ADDRESS], addresses.leftover(facts(machine)))
        self.assertEqual(
            [], addresses.leftover(facts(machine, (NIC, OTHER_NIC)))
        )
        unknown = dataclasses.replace(NIC, fixed_ips=None)
        self.assertEqual(
            [ADDRESS, OTHER_ADDRESS],
            addresses.leftover(facts(machine, (unknown,))),
        )
        unsettled = dataclasses.replace(machine, addresses=None)
        self.assertEqual([], addresses.leftover(facts(unsettled)))


class TestDuplicateMac(FactsTestCase):
    def test_two_of_one_address(self) -> None:
        twin = dataclasses.replace(OTHER_NIC, mac=MAC)

        found = self.assert_one(
            facts(nics=(NIC, twin)),
            'duplicate-mac',
            MAC,
            'port-1 10.0.0.5, port-2 10.0.0.6',
        )

        self.assertEqual(
            [
                ('server remove port', SERVER_ID, OTHER_PORT_ID),
                ('server add network', SERVER_ID, NETWORK_ID),
            ],
            list(found.advice.commands),
        )

    def test_harmless(self) -> None:
        self.assert_none(facts(nics=(NIC, OTHER_NIC)), 'duplicate-mac')
        bonded = tuple(
            dataclasses.replace(nic, mac=MAC, vnic_type='direct')
            for nic in (NIC, OTHER_NIC)
        )
        self.assert_none(facts(nics=bonded), 'duplicate-mac')
