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
"""The sandbox shows what agents would have done, of what users make, too."""

from typing import Any

from osc_iface.tests.functional import base
from osc_iface.tests.functional.test_sandbox_contents import (
    ADMIN,
    MEMBER,
    ContentsTestCase,
)

_TYPES = ['DHCP agent', 'L3 agent', 'Open vSwitch agent']


class AgentsTestCase(ContentsTestCase):
    """Makes networks for the time of a test."""

    def add_network(self, cloud: str = ADMIN, **values: Any) -> Any:
        """Make a network with a subnet as the user of a cloud; return that."""
        user = base.connect(cloud).network
        network = user.create_network(name='served')
        self.addCleanup(user.delete_network, network)
        return user.create_subnet(
            network_id=network.id,
            ip_version=4,
            cidr='10.0.8.0/24',
            **values,
        )

    def serving(self, subnet: Any) -> list[Any]:
        """Return the ports that serve the network of a subnet with DHCP."""
        found = base.connect().network.ports(
            network_id=subnet.network_id, device_owner='network:dhcp'
        )
        return [*found]

    def assert_up(self, port: Any) -> None:
        """Check that a port is where the agents are, and works."""
        self.assertEqual(
            ('ACTIVE', 'sandbox', 'ovs'),
            (port.status, port.binding_host_id, port.binding_vif_type),
        )


class TestReports(AgentsTestCase):
    """Agents that live."""

    def test_there_is_one_of_each_type(self) -> None:
        agents = base.connect().network.agents(host='sandbox')

        self.assertEqual(
            [(kind, True, True) for kind in _TYPES],
            sorted(
                (each.agent_type, each.is_alive, each.is_admin_state_up)
                for each in agents
            ),
        )

    def test_none_wires_on_some_hosts(self) -> None:
        port = self.add_port('back', binding_host_id='no-switch')
        network = base.connect().network

        self.assertEqual('binding_failed', port.binding_vif_type)
        port = network.update_port(port.id, binding_host_id='sandbox')
        self.assert_up(port)


class TestDhcp(AgentsTestCase):
    """Ports that serve DHCP."""

    def test_what_the_sandbox_was_filled_with(self) -> None:
        network = base.connect().network
        for name in ('front', 'back', 'apps'):
            [subnet, *more] = network.subnets(
                network_id=network.find_network(name).id
            )

            [port] = self.serving(subnet)
            self.assert_up(port)
            self.assertEqual(
                {subnet.id, *(each.id for each in more)},
                {each['subnet_id'] for each in port.fixed_ips},
            )

    def test_a_new_network_is_served(self) -> None:
        subnet = self.add_network(MEMBER)

        [port] = self.serving(subnet)
        self.assert_up(port)
        self.assertEqual(subnet.project_id, port.project_id)
        second = base.connect(MEMBER).network.create_subnet(
            network_id=subnet.network_id, ip_version=4, cidr='10.0.7.0/24'
        )
        [port] = self.serving(subnet)
        self.assertEqual(
            {subnet.id, second.id},
            {each['subnet_id'] for each in port.fixed_ips},
        )

    def test_one_without_dhcp_is_not(self) -> None:
        subnet = self.add_network(enable_dhcp=False)
        network = base.connect().network

        self.assertEqual([], self.serving(subnet))
        network.update_subnet(subnet, enable_dhcp=True)
        self.assertEqual(1, len(self.serving(subnet)))
        network.update_subnet(subnet, enable_dhcp=False)
        self.assertEqual([], self.serving(subnet))


class TestRouters(AgentsTestCase):
    """Routers, and the floating IPs that they have."""

    def add_router(self) -> Any:
        """Make a router to the network outside."""
        network = base.connect().network
        public = network.find_network('public').id
        router = network.create_router(
            external_gateway_info={'network_id': public}
        )
        self.addCleanup(network.delete_router, router)
        return router

    def attach(self, router: Any, **what: str) -> None:
        """Give a router an interface."""
        network = base.connect().network
        network.add_interface_to_router(router, **what)
        self.addCleanup(network.remove_interface_from_router, router, **what)

    def assert_wired(self, router: Any, count: int) -> None:
        """Check the ports of a router."""
        ports = [*base.connect().network.ports(device_id=router.id)]
        self.assertEqual(count, len(ports))
        for port in ports:
            self.assert_up(port)

    def test_what_the_sandbox_was_filled_with(self) -> None:
        network = base.connect().network

        self.assert_wired(network.find_router('router'), 2)
        [floating_ip] = network.ips(port_id=base.port('web-1-mgmt').id)
        self.assertEqual('ACTIVE', floating_ip.status)

    def test_a_new_router_is_wired(self) -> None:
        subnet = self.add_network()
        router = self.add_router()

        self.assert_wired(router, 1)
        self.attach(router, subnet_id=subnet.id)
        self.assert_wired(router, 2)

    def test_a_port_that_becomes_a_routers_is_wired(self) -> None:
        port = self.add_port('back')
        router = self.add_router()

        self.attach(router, port_id=port.id)

        self.assert_wired(router, 2)

    def test_a_floating_ip_is_active_where_it_leads_somewhere(self) -> None:
        port = self.add_port('front')
        network = base.connect().network
        public = network.find_network('public').id
        made = network.create_ip(floating_network_id=public)
        self.addCleanup(network.delete_ip, made)

        def status() -> str:
            return str(network.get_ip(made).status)

        self.assertEqual('DOWN', status())
        network.update_ip(made, port_id=port.id)
        self.assertEqual('ACTIVE', status())
        network.update_ip(made, port_id=None)
        self.assertEqual('DOWN', status())
        [address] = (
            each['ip_address']
            for each in port.fixed_ips
            if '.' in each['ip_address']
        )
        forwarding = network.create_port_forwarding(
            floatingip_id=made.id,
            internal_port_id=port.id,
            internal_ip_address=address,
            internal_port=22,
            external_port=2222,
            protocol='tcp',
        )
        self.assertEqual('ACTIVE', status())
        network.delete_port_forwarding(forwarding, made)
        self.assertEqual('DOWN', status())
