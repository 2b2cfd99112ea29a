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

"""The checks of DHCP."""

import dataclasses
import ipaddress
from typing import Any

from osc_iface.check.facts import Facts
from osc_iface.check.findings import Severity
from osc_iface.check.host_facts import Agent
from osc_iface.check.network_facts import FixedIP
from osc_iface.tests.unit.base import (
    NETWORK_ID,
    PORT_ID,
    PROJECT_ID,
    SERVER_ID,
    SUBNET_ID,
)
from osc_iface.tests.unit.check_base import (
    DHCP_PORT,
    DHCP_PORT_ID,
    MACHINE,
    NETWORK,
    NIC,
    OTHER_NIC,
    ROUTER_PORT,
    SUBNET,
    FactsTestCase,
    facts,
)

OFF = dataclasses.replace(SUBNET, dhcp=False)
AGENT = Agent('DHCP agent', 'host-1', alive=False)
HOSTED = dataclasses.replace(DHCP_PORT, host='host-1')


def off(**changes: Any) -> Facts:
    """Return a server in a subnet without DHCP."""
    return facts(**{'subnets': {SUBNET_ID: OFF}, **changes})


def served(*ports: Any, **changes: Any) -> Facts:
    """Return a server whose network is served by these ports."""
    return facts(service_ports=[ROUTER_PORT, *ports], **changes)


class TestNoDHCP(FactsTestCase):
    def test_only_interface(self) -> None:
        found = self.assert_one(off(), 'no-dhcp', 'net-v4', 'config drive')

        self.assertEqual(
            ('port', PORT_ID, Severity.WARNING),
            (found.kind, found.object_id, found.severity),
        )
        self.assertEqual(
            (('subnet set', '--dhcp', SUBNET_ID),), found.advice.commands
        )

    def test_subnet_of_somebody_else(self) -> None:
        subnet = dataclasses.replace(OFF, project_id='other')

        found = self.assert_one(off(subnets={SUBNET_ID: subnet}), 'no-dhcp')

        self.assertEqual((), found.advice.commands)

    def test_provider_network(self) -> None:
        """Whose owner may run a DHCP server, or routers that advertise."""
        subnet = dataclasses.replace(OFF, project_id='other')

        for sees_all in (False, True):
            found = self.assert_one(
                off(subnets={SUBNET_ID: subnet}, sees_all=sees_all),
                'no-dhcp',
                'unless the owner',
            )
            self.assertIs(Severity.NOTE, found.severity)

    def test_other_interface_has_dhcp(self) -> None:
        other = dataclasses.replace(
            OTHER_NIC,
            fixed_ips=(FixedIP(ipaddress.ip_address('10.0.1.6'), 'back'),),
        )
        back = dataclasses.replace(SUBNET, id='back')

        for subnets in (
            {SUBNET_ID: OFF, 'back': back},
            {SUBNET_ID: OFF},  # the other is not known
        ):
            found = self.assert_one(
                off(nics=(NIC, other), subnets=subnets), 'no-dhcp'
            )
            self.assertIs(Severity.NOTE, found.severity)

    def test_other_interface_has_none_either(self) -> None:
        other = dataclasses.replace(OTHER_NIC, fixed_ips=())

        found = self.assert_one(off(nics=(NIC, other)), 'no-dhcp')

        self.assertIs(Severity.WARNING, found.severity)

    def test_harmless(self) -> None:
        for changes in (
            {'config_drive': True},
            {'config_drive': None},
            {'status': 'BUILD'},
        ):
            machine = dataclasses.replace(MACHINE, **changes)
            self.assert_none(off(machine=machine), 'no-dhcp')
        for nic in (
            dataclasses.replace(NIC, fixed_ips=()),
            dataclasses.replace(NIC, fixed_ips=None),
            dataclasses.replace(NIC, owner=''),
        ):
            self.assert_none(off(nics=(nic,)), 'no-dhcp')
        unknown = dataclasses.replace(SUBNET, dhcp=None)
        self.assert_none(off(subnets={SUBNET_ID: unknown}), 'no-dhcp')
        self.assert_none(off(subnets={}), 'no-dhcp')
        self.assert_none(off(subnets=None), 'no-dhcp')


class TestDHCPNotServed(FactsTestCase):
    def test_no_port_but_on_other_networks(self) -> None:
        found = self.assert_one(
            served(dhcp_projects=frozenset({PROJECT_ID})),
            'dhcp-not-served',
            'as they do on others',
        )

        self.assertEqual(
            ('network', NETWORK_ID, Severity.WARNING),
            (found.kind, found.object_id, found.severity),
        )
        self.assertEqual(((SERVER_ID, 'web-1'),), found.servers)
        self.assertIn('the ID of the network', found.advice.text)

    def test_no_port_anywhere(self) -> None:
        for projects in (None, frozenset(), frozenset({'other'})):
            found = self.assert_one(
                served(dhcp_projects=projects), 'dhcp-not-served'
            )
            self.assertIs(Severity.NOTE, found.severity)

    def test_ports_are_down(self) -> None:
        down = dataclasses.replace(DHCP_PORT, status='DOWN')

        found = self.assert_one(served(down), 'dhcp-not-served', 'down')

        self.assertIs(Severity.WARNING, found.severity)
        self.assert_none(served(down, DHCP_PORT))

    def test_down_for_a_moment(self) -> None:
        for age in (300.0, None):
            down = dataclasses.replace(DHCP_PORT, status='DOWN', age=age)
            self.assert_none(served(down))

    def test_network_is_disabled(self) -> None:
        network = dataclasses.replace(NETWORK, enabled=False)

        self.assert_none(served(network=network), 'dhcp-not-served')

    def test_ovn(self) -> None:
        """Its port is for metadata, and DOWN by nature."""
        port = dataclasses.replace(
            DHCP_PORT, owner='network:distributed', status='DOWN'
        )

        self.assert_none(served(port))

    def test_cannot_be_seen(self) -> None:
        for project in ('other', None):
            network = dataclasses.replace(NETWORK, project_id=project)
            self.assert_none(served(network=network), 'dhcp-not-served')
        other = dataclasses.replace(NETWORK, project_id='other')
        self.assert_one(
            served(network=other, sees_all=True), 'dhcp-not-served'
        )
        self.assert_none(facts(service_ports=None))

    def test_harmless(self) -> None:
        prefix = ipaddress.ip_network('2001:db8::/64')
        for subnet in (
            OFF,
            dataclasses.replace(SUBNET, dhcp=None),
            dataclasses.replace(SUBNET, cidr=prefix),
            dataclasses.replace(SUBNET, cidr=prefix, address_mode='slaac'),
        ):
            self.assert_none(
                served(subnets={SUBNET_ID: subnet}), 'dhcp-not-served'
            )
        stateful = dataclasses.replace(
            SUBNET, cidr=prefix, address_mode='dhcpv6-stateful'
        )
        self.assert_one(
            served(subnets={SUBNET_ID: stateful}), 'dhcp-not-served'
        )
        for changes in ({'status': 'N/A'}, {'status': None}):
            self.assert_none(served(dataclasses.replace(DHCP_PORT, **changes)))
        building = dataclasses.replace(MACHINE, status='BUILD')
        self.assert_none(served(machine=building), 'dhcp-not-served')


class TestDHCPAgentsDown(FactsTestCase):
    def test_the_only_one(self) -> None:
        found = self.assert_one(
            served(HOSTED, agents=[AGENT], sees_all=True),
            'dhcp-agents-down',
            'host-1',
        )

        self.assertEqual(
            ('network', NETWORK_ID, Severity.ERROR),
            (found.kind, found.object_id, found.severity),
        )

    def test_all_of_two(self) -> None:
        second = dataclasses.replace(HOSTED, id=DHCP_PORT_ID, host='host-2')
        dead = dataclasses.replace(AGENT, host='host-2')
        alive = dataclasses.replace(dead, alive=True)

        self.assert_one(
            served(HOSTED, second, agents=[AGENT, dead]), 'dhcp-agents-down'
        )
        self.assert_none(served(HOSTED, second, agents=[AGENT, alive]))
        # Nobody knows what serves it on the second host.
        self.assert_none(served(HOSTED, second, agents=[AGENT]))

    def test_harmless(self) -> None:
        alive = dataclasses.replace(AGENT, alive=True)
        other = dataclasses.replace(AGENT, kind='Metadata agent')
        for agents in (
            [],
            None,
            [alive],
            [AGENT, alive],
            [other],
            [dataclasses.replace(AGENT, alive=None)],
        ):
            self.assert_none(served(HOSTED, agents=agents))
        self.assert_none(served(DHCP_PORT, agents=[AGENT]))
