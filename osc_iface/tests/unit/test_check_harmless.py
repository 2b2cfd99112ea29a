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

"""What is ordinary and no fault, over HTTP: no error and no warning."""

from typing import Any

from osc_iface.tests.unit.base import (
    PORT_ID,
    PROJECT_ID,
    SERVER_ID,
    SUBNET_ID,
)
from osc_iface.tests.unit.check_base import (
    EXTERNAL_ID,
    OTHER_MAC,
    OTHER_PORT_ID,
    ROUTER_ID,
)
from osc_iface.tests.unit.check_cloud import (
    BEFORE,
    CheckTestCase,
    Item,
    address,
    agent,
    dhcp_port,
    port,
    router,
    router_port,
    rule,
    server,
    subnet,
    trunk,
)

OTHER_SERVER = '77777777-7777-4777-8777-777777777777'
OTHER_NETWORK = 'eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee'
OTHER_SUBNET = 'ffffffff-ffff-4fff-8fff-ffffffffffff'
OTHER_ROUTER = 'abababab-abab-4bab-8bab-abababababab'


def floating(**changes: Any) -> Item:
    """Return a floating IP of the server."""
    return {
        'id': 'f',
        'floating_ip_address': '203.0.113.5',
        'floating_network_id': EXTERNAL_ID,
        'fixed_ip_address': '10.0.0.5',
        'port_id': PORT_ID,
        'router_id': ROUTER_ID,
        'status': 'ACTIVE',
        'project_id': PROJECT_ID,
        'updated_at': BEFORE,
        'port_forwardings': [],
        **changes,
    }


class HarmlessTestCase(CheckTestCase):
    """Looks at a state as everybody, at one server and at all."""

    def assert_harmless(self, *notes: str) -> None:
        """Check that a reader is told of nothing but these notes."""
        for args in (['web-1'], []):
            found = self.checks(*args, '--severity', 'note')
            self.assertEqual(set(), _bad(found))
            self.assertLessEqual(
                set(found), {f'note {each}' for each in notes}
            )

    def assert_harmless_to_administrators(
        self, *notes: str, warning: str = ''
    ) -> None:
        """Check that an administrator is not told of more, either."""
        self.be_administrator()
        for args in (['web-1'], ['--all-projects']):
            found = self.checks(*args, '--severity', 'note')
            expected = {f'warning {warning}'} if warning else set()
            self.assertLessEqual(_bad(found), expected)
            self.assertLessEqual(
                set(found), {f'note {each}' for each in notes} | expected
            )

    def assert_harmless_to_all(self, *notes: str) -> None:
        """Check that nobody is told of anything but these notes."""
        self.assert_harmless(*notes)
        self.assert_harmless_to_administrators(*notes)

    def add_leg(self, ip: str = '10.0.1.6', **changes: Any) -> None:
        """Give the server an interface on a second network."""
        self.items['networks'].append(
            {
                **self.items['networks'][0],
                'id': OTHER_NETWORK,
                'name': 'back',
                'subnets': [OTHER_SUBNET],
            }
        )
        self.items['ports'].append(
            port(
                id=OTHER_PORT_ID,
                name='port-2',
                mac_address=OTHER_MAC,
                network_id=OTHER_NETWORK,
                fixed_ips=[{'ip_address': ip, 'subnet_id': OTHER_SUBNET}],
            )
        )
        self.items['subnets'].append(
            subnet(
                **{
                    'id': OTHER_SUBNET,
                    'name': 'back-v4',
                    'network_id': OTHER_NETWORK,
                    'cidr': '10.0.1.0/24',
                    'gateway_ip': '10.0.1.1',
                    **changes,
                }
            )
        )
        self.servers[0]['addresses']['back'] = [address(ip, mac=OTHER_MAC)]
        self.plugged.append({'mac_address': OTHER_MAC})
        gateway = self.items['subnets'][1]['gateway_ip']
        self.serving += [
            dhcp_port(
                id='dhcp-2',
                network_id=OTHER_NETWORK,
                fixed_ips=[],
            ),
            router_port(
                id='router-port-2',
                network_id=OTHER_NETWORK,
                device_id=OTHER_ROUTER,
                fixed_ips=[{'ip_address': gateway, 'subnet_id': OTHER_SUBNET}],
            ),
        ]
        self.items['routers'].append(router(id=OTHER_ROUTER, name='back'))


class TestRouters(HarmlessTestCase):
    def test_router_of_an_administrator(self) -> None:
        """The project sees its port, by which it belongs to nobody else."""
        self.serving[0]['project_id'] = 'admin'
        routers, self.items['routers'] = self.items['routers'], []
        self.assert_harmless()
        self.items['routers'] = routers
        routers[0]['project_id'] = 'admin'
        self.assert_harmless_to_administrators()

    def test_server_that_is_the_gateway_and_one_behind_it(self) -> None:
        del self.serving[0]
        behind = server(
            OTHER_SERVER,
            'web-2',
            addresses={'net': [address('10.0.0.6', mac=OTHER_MAC)]},
        )
        self.servers[0]['addresses'] = {'net': [address('10.0.0.1')]}
        self.servers.append(behind)
        self.items['ports'] = [
            port(
                fixed_ips=[{'ip_address': '10.0.0.1', 'subnet_id': SUBNET_ID}]
            ),
            port(
                id=OTHER_PORT_ID,
                device_id=OTHER_SERVER,
                mac_address=OTHER_MAC,
                fixed_ips=[{'ip_address': '10.0.0.6', 'subnet_id': SUBNET_ID}],
            ),
        ]
        self.assert_harmless_to_all()
        self.assertEqual([], self.checks('web-2', '--severity', 'note'))

    def test_second_leg_on_a_router_without_gateway(self) -> None:
        self.add_leg()
        self.items['routers'][1]['external_gateway_info'] = None

        self.assert_harmless_to_all('several-gateways')


class TestFamilies(HarmlessTestCase):
    def test_dual_stack_with_ipv4_rules_only(self) -> None:
        six = {'ip_address': '2001:db8::5', 'subnet_id': OTHER_SUBNET}
        self.items['ports'][0]['fixed_ips'].append(six)
        self.servers[0]['addresses']['net'].append(address('2001:db8::5'))
        self.items['subnets'].append(
            subnet(
                id=OTHER_SUBNET,
                cidr='2001:db8::/64',
                gateway_ip='2001:db8::1',
                ipv6_address_mode='slaac',
            )
        )
        self.serving[0]['fixed_ips'].append(
            {'ip_address': '2001:db8::1', 'subnet_id': OTHER_SUBNET}
        )

        self.assert_harmless_to_all('no-ingress', 'no-egress')

    def test_one_leg_ipv4_one_ipv6(self) -> None:
        self.items['security_groups'][0]['security_group_rules'] += [
            rule('ingress', 'IPv6'),
            rule('egress', 'IPv6'),
        ]
        self.add_leg(
            '2001:db8::6',
            cidr='2001:db8::/64',
            gateway_ip='2001:db8::1',
            ipv6_address_mode='slaac',
        )

        self.assert_harmless_to_all()


class TestFloatingIPs(HarmlessTestCase):
    def test_of_an_administrator(self) -> None:
        self.servers[0]['addresses']['net'].append(
            address('203.0.113.5', 'floating')
        )
        self.assert_harmless('cache-stale-address')
        self.items['floatingips'] = [floating(project_id='admin')]
        self.assert_harmless_to_administrators()

    def test_of_a_server_that_is_shelved(self) -> None:
        """With distributed routers its host set up the floating IP."""
        self.servers[0].update({'status': 'SHELVED_OFFLOADED'})
        self.servers[0]['addresses']['net'].append(
            address('203.0.113.5', 'floating')
        )
        self.items['ports'][0]['status'] = 'DOWN'
        self.items['floatingips'] = [
            floating(status='DOWN'),
            floating(
                id='g', floating_ip_address='203.0.113.6', port_id='other'
            ),
        ]
        self.assert_harmless('server-not-running')
        self.servers[0]['OS-EXT-SRV-ATTR:host'] = ''
        self.items['ports'][0].update(
            {'binding:vif_type': 'unbound', 'binding:host_id': ''}
        )
        self.assert_harmless_to_administrators('server-not-running')

    def test_that_only_forwards_ports(self) -> None:
        self.items['floatingips'] = [
            floating(
                port_id=None,
                fixed_ip_address=None,
                port_forwardings=[
                    {
                        'protocol': 'tcp',
                        'internal_ip_address': '10.0.0.5',
                        'internal_port_id': PORT_ID,
                        'internal_port': 22,
                        'external_port': 2222,
                    }
                ],
            )
        ]

        self.assert_harmless_to_all()


class TestOtherProjects(HarmlessTestCase):
    def test_port_on_the_server_of_another_project(self) -> None:
        foreign = server(OTHER_SERVER, 'db-1', tenant_id='other')
        ours = port(
            id=OTHER_PORT_ID, device_id=OTHER_SERVER, mac_address=OTHER_MAC
        )
        self.items['ports'].append(ours)
        foreign['addresses'] = {'net': []}
        self.assert_harmless('orphan-port')
        self.servers.append(foreign)
        self.assert_harmless_to_administrators(warning='other-project')
        self.assertEqual(
            ['warning other-project'], self.checks('--all-projects')
        )

    def test_shared_network(self) -> None:
        """Of which a reader sees no routers, and no ports but its own."""
        self.items['networks'][0]['project_id'] = 'other'
        self.items['subnets'][0]['project_id'] = 'other'
        serving, self.serving = self.serving, []
        self.items['routers'] = []
        self.assert_harmless()
        self.serving = serving
        self.assert_harmless_to_administrators()

    def test_external_network(self) -> None:
        self.items['networks'][0].update(
            {'project_id': 'admin', 'router:external': True}
        )
        del self.serving[0]

        self.assert_harmless_to_all()


class TestBackends(HarmlessTestCase):
    def test_ovn(self) -> None:
        self.serving[1].update(
            {'device_owner': 'network:distributed', 'status': 'DOWN'}
        )
        self.items['agents'] = []

        self.assert_harmless_to_all()

    def test_statuses_are_never_set(self) -> None:
        self.items['ports'][0]['status'] = 'N/A'
        self.items['routers'][0]['status'] = 'N/A'
        for each in self.serving:
            each['status'] = 'N/A'
        self.items['floatingips'] = [floating(status='DOWN')]
        self.servers[0]['addresses']['net'].append(
            address('203.0.113.5', 'floating')
        )

        self.assert_harmless_to_all('floating-ip-not-active')

    def test_bare_metal_that_is_being_built(self) -> None:
        self.servers = [
            server(
                status='BUILD',
                addresses={},
                created='2026-11-26T11:40:00Z',
                updated='2026-11-26T11:40:00Z',
            )
        ]
        self.servers[0].update(
            {
                'OS-EXT-STS:task_state': 'spawning',
                'OS-SRV-USG:launched_at': None,
            }
        )
        self.items['ports'][0]['status'] = 'DOWN'
        self.assert_harmless()
        self.servers[0]['OS-EXT-SRV-ATTR:hypervisor_hostname'] = SERVER_ID
        self.items['ports'][0].update(
            {'binding:vif_type': 'unbound', 'binding:host_id': ''}
        )
        self.assert_harmless_to_administrators()

    def test_bare_metal_that_runs(self) -> None:
        self.be_administrator()
        self.servers[0]['OS-EXT-SRV-ATTR:hypervisor_hostname'] = SERVER_ID
        for changes in (
            {'binding:vif_type': 'unbound', 'binding:host_id': ''},
            {'binding:vif_type': 'other', 'binding:host_id': SERVER_ID},
            # Of a flat network, where no driver binds such ports.
            {'binding:vif_type': 'binding_failed', 'status': 'DOWN'},
        ):
            self.items['ports'][0].update(changes)
            self.assert_harmless_to_administrators()

    def test_bare_metal_on_the_host_of_an_agent_that_is_down(self) -> None:
        self.be_administrator()
        self.servers[0]['OS-EXT-SRV-ATTR:hypervisor_hostname'] = SERVER_ID
        self.items['agents'] = [agent('Open vSwitch agent', alive=False)]

        self.assert_harmless_to_administrators()

    def test_trunk_of_a_card(self) -> None:
        """What is behind it need not have a status either."""
        self.items['ports'][0].update(
            {
                'binding:vnic_type': 'direct',
                'status': 'DOWN',
                'trunk_details': {'trunk_id': 'trunk', 'sub_ports': []},
            }
        )
        self.items['trunks'] = [trunk(status='DOWN')]
        self.assert_harmless_to_all('groups-not-enforced')
        self.items['ports'][0]['status'] = 'ACTIVE'
        self.assert_harmless_to_all('groups-not-enforced')

    def test_no_routers_and_no_trunks(self) -> None:
        """A cloud without these extensions."""
        del self.serving[0]
        for kind in ('routers', 'trunks', 'floatingips', 'agents'):
            self.fail_kind(kind)
        del self.items['networks'][0]['router:external']

        self.assert_harmless_to_all()

    def fail_kind(self, kind: str) -> None:
        """Let Network know nothing of something."""
        url = f'https://network.example.com/v2.0/{kind}'
        self.cloud.get(url, status_code=404, json={})


def _bad(found: list[str]) -> set[str]:
    """Return what is more than a note."""
    return {each for each in found if not each.startswith('note ')}
