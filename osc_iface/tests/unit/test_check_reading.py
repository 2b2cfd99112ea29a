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

"""What ``check`` asks for, and of whom: requests, over HTTP."""

from typing import Any

from osc_iface.tests.unit.base import (
    COMPUTE_URL,
    FLOATING_IPS_URL,
    NETWORK_ID,
    NETWORK_URL,
    PORT_ID,
    SERVER_ID,
    SERVERS_URL,
)
from osc_iface.tests.unit.check_base import (
    OTHER_MAC,
    OTHER_PORT_ID,
    ROUTER_ID,
)
from osc_iface.tests.unit.check_cloud import (
    BEFORE,
    OVERVIEW,
    CheckTestCase,
    Item,
    address,
    agent,
    copied,
    port,
    server,
    service,
    trunk,
)
from osc_iface.tests.unit.test_check_harmless import floating

# Requests for a healthy server, login included.
READER = 10
ADMINISTRATOR = READER + 3 + 1


class TestReader(CheckTestCase):
    def add_trunk(self, **changes: str) -> None:
        """Put a trunk behind the port."""
        self.items['ports'][0]['trunk_details'] = {
            'trunk_id': 'trunk',
            'sub_ports': [],
        }
        self.items['trunks'] = [trunk()]
        self.serving.append(
            port(
                **{
                    'id': 'sub',
                    'device_id': '',
                    'device_owner': 'trunk:subport',
                    'mac_address': OTHER_MAC,
                    **changes,
                }
            )
        )

    def test_trunk(self) -> None:
        self.add_trunk()

        self.assertEqual([], self.checks('web-1', '--severity', 'note'))
        self.assertEqual(READER + 2, self.count)

    def test_subport_that_is_down(self) -> None:
        self.add_trunk(status='DOWN')

        self.assertEqual(['warning trunk-not-active'], self.checks('web-1'))
        self.assertEqual(READER + 2, self.count)

    def test_nobody_has_the_gateway(self) -> None:
        """One request for who else may have it."""
        del self.serving[0]

        self.assertEqual(['note subnet-without-router'], self.checks('web-1'))
        self.assertIn('fixed_ips=ip_address%3D10.0.0.1&', self.told())
        self.assertNotIn('/routers', self.told())
        self.assertEqual(READER, self.count)

    def test_dhcp_elsewhere(self) -> None:
        del self.serving[1]

        self.assertEqual(['note dhcp-not-served'], self.checks('web-1'))
        self.assertEqual(READER + 1, self.count)
        self.assertIn('fields=id&limit=1', self.told())

    def test_dhcp_is_served_elsewhere(self) -> None:
        self.serving[1]['network_id'] = 'another'

        self.assertEqual(['warning dhcp-not-served'], self.checks('web-1'))

    def test_dhcp_of_several_projects(self) -> None:
        """Asked for at once, as far as it is not known by then."""
        self.items['networks'] += [
            {
                **self.items['networks'][0],
                'id': f'net-{each}',
                'project_id': each,
            }
            for each in ('p', 'q')
        ]
        for each in ('p', 'q'):
            self.items['subnets'].append(
                {
                    **self.items['subnets'][0],
                    'id': f'subnet-{each}',
                    'network_id': f'net-{each}',
                }
            )
            self.items['ports'].append(
                port(
                    id=f'port-{each}',
                    network_id=f'net-{each}',
                    mac_address=f'fa:16:3e:00:09:0{ord(each) - ord("p")}',
                    fixed_ips=[
                        {
                            'ip_address': '10.0.0.5',
                            'subnet_id': f'subnet-{each}',
                        }
                    ],
                )
            )
        self.be_administrator()
        self.serving.append(
            {
                **self.serving[1],
                'id': 'd',
                'network_id': 'x',
                'project_id': 'q',
            }
        )

        found = self.checks('web-1')

        self.assertIn('warning dhcp-not-served', found)
        self.assertIn('note dhcp-not-served', found)
        self.assertIn('project_id=p&project_id=q&device_owner', self.told())

    def test_shared_fault_is_one_row(self) -> None:
        """And nobody is asked about its servers once more."""
        self.servers = [
            server(f'{each:08}{SERVER_ID[8:]}', f'web-{each}', addresses={})
            for each in range(50)
        ]
        self.items['ports'] = [
            port(
                id=f'{each:08}{PORT_ID[8:]}',
                device_id=f'{each:08}{SERVER_ID[8:]}',
                mac_address=f'fa:16:3e:00:00:{each:02}',
            )
            for each in range(50)
        ]
        for each, having in zip(
            self.servers, self.items['ports'], strict=True
        ):
            mac = having['mac_address']
            each['addresses'] = {'net': [address(mac=mac)]}
        self.items['routers'][0]['admin_state_up'] = False

        result = self.check()

        self.assertEqual(3, result.status)
        self.assertEqual(1, result.stdout.count('router-disabled'))
        self.assertIn('50 servers: web-0, web-1, web-2', result.stdout)
        self.assertIn(
            f'openstack router set --enable {ROUTER_ID}', result.stdout
        )
        self.assertEqual(READER, self.count)

    def test_many_networks_are_listed_all(self) -> None:
        self.items['ports'] += [
            port(
                id=f'{each:08}{PORT_ID[8:]}',
                network_id=f'{each:08}{NETWORK_ID[8:]}',
                mac_address=f'fa:16:3e:00:{each // 100:02}:{each % 100:02}',
                fixed_ips=[],
            )
            for each in range(300)
        ]

        self.checks('--severity', 'note', '--ignore', 'cache-empty')

        self.assertNotIn('network_id=', self.told())

    def test_stale_floating_ip_is_read_twice(self) -> None:
        self.items['floatingips'] = [floating(fixed_ip_address='10.0.0.9')]
        self.servers[0]['addresses']['net'].append(
            address('203.0.113.5', 'floating')
        )

        self.assertEqual(['warning floating-ip-stale'], self.checks('web-1'))
        # The server, its ports, and the floating IPs.
        self.assertEqual(READER + 3, self.count)

    def test_floating_ip_was_just_set(self) -> None:
        self.items['floatingips'] = [floating(fixed_ip_address='10.0.0.9')]
        self.again['floatingips'] = [floating()]
        self.servers[0]['addresses']['net'].append(
            address('203.0.113.5', 'floating')
        )

        self.assertEqual([], self.checks('web-1'))

    def test_what_cannot_be_read(self) -> None:
        """It is told, and the rest is checked."""
        for kind in ('subnets', 'routers'):
            self.cloud.get(
                f'{NETWORK_URL}/v2.0/{kind}', status_code=500, json={}
            )

            result = self.check('web-1')

            self.assertNotIn('ERROR', result.stdout)
            self.assertIn('- unknown', result.stdout)
            self.assertEqual(1, result.status)
            self.assertIn(f'Cannot list the {kind}', result.stderr)

    def test_what_is_no_prefix(self) -> None:
        self.items['subnets'][0]['cidr'] = 'x'

        result = self.check('web-1')

        self.assertEqual(1, result.status)
        self.assertIn('a prefix that is none', result.stderr)

    def told(self) -> str:
        """Return all requests in one text."""
        return ' '.join(self.requests)


class TestAdministrator(CheckTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.be_administrator()

    def test_named(self) -> None:
        """Floating IPs by port, agents, services, a port's bindings."""
        self.assertEqual([], self.checks('web-1', '--severity', 'note'))
        self.assertEqual(ADMINISTRATOR, self.count)

    def test_fleet(self) -> None:
        """No bindings, and no diagnostics."""
        self.assertEqual([], self.checks('--all-projects'))
        self.assertFalse(self.asked('/bindings', '/diagnostics'))

    def test_only_what_is_wanted(self) -> None:
        self.checks(
            *('web-1', '--ignore', 'leftover-binding'),
            *('--ignore', 'host-agent-down', '--ignore', 'port-not-active'),
        )

        self.assertFalse(self.asked('/bindings', '/os-services'))

    def test_hosts(self) -> None:
        self.items['agents'] = [
            agent('Open vSwitch agent', alive=False),
            agent('DHCP agent', alive=False),
        ]
        self.services = [service(state='down')]
        self.items['ports'][0]['status'] = 'DOWN'

        self.assertEqual(
            ['error dhcp-agents-down', 'error host-agent-down'],
            sorted(self.checks('web-1')),
        )
        self.assertTrue(self.asked('binary=nova-compute&host=host-1'))

    def test_floating_ip_that_is_read_by_port_and_by_project(self) -> None:
        """It is one, though it is a second older in the second answer."""
        seconds = iter(range(60))

        def answer(_request: Any, context: Any) -> Item:
            date = f'Thu, 26 Nov 2026 12:00:{next(seconds):02} GMT'
            context.headers['Date'] = date
            return {'floatingips': [floating()]}

        self.cloud.get(FLOATING_IPS_URL, json=answer)
        self.items['routers'][0]['admin_state_up'] = False

        result = self.check('web-1', '--ignore', 'cache-stale-address')

        self.assertIn('and floating IP 203.0.113.5 leads', result.stdout)

    def test_agents_may_not_be_seen(self) -> None:
        """Network lists nothing then, and Compute refuses."""
        self.items['agents'] = []
        self.forbid(f'{COMPUTE_URL}/os-services')

        result = self.check('web-1')

        self.assertEqual((OVERVIEW, 0), (result.stdout, result.status))
        self.assertIn('Not checked: services of Compute (', result.stderr)

    def test_clouds_without_agents_and_trunks(self) -> None:
        self.items['ports'][0]['trunk_details'] = {'trunk_id': 'trunk'}
        for kind in ('agents', 'trunks'):
            url = f'{NETWORK_URL}/v2.0/{kind}'
            self.cloud.get(url, status_code=404, json={})

        result = self.check('web-1')

        self.assertEqual((OVERVIEW, 0), (result.stdout, result.status))

    def test_what_is_no_id(self) -> None:
        for kind, key in (
            ('agents', 'host'),
            ('routers', 'id'),
            ('subnets', 'network_id'),
        ):
            self.register_answers()
            self.cloud.get(
                f'{NETWORK_URL}/v2.0/{kind}',
                json={kind: [{**each, key: []} for each in self.items[kind]]},
            )

            result = self.check('web-1')

            self.assertEqual(1, result.status)
            self.assertIn(f'JSON in which {key} is not text', result.stderr)

    def test_server_on_no_host(self) -> None:
        self.servers[0].update(
            {'status': 'SHELVED_OFFLOADED', 'OS-EXT-SRV-ATTR:host': ''}
        )

        self.checks('--all-projects')

        self.assertFalse(self.asked('/os-services'))

    def test_only_errors_but_of_the_hypervisor(self) -> None:
        self.unplug()

        self.checks('web-1', '--ignore', 'not-plugged')

        self.assertFalse(self.asked('/diagnostics'))

    def test_several_hosts(self) -> None:
        self.servers.append(server(f'7{SERVER_ID[1:]}', 'web-2', addresses={}))
        self.servers[1]['OS-EXT-SRV-ATTR:host'] = 'host-2'
        self.items['ports'].append(
            port(
                id=OTHER_PORT_ID,
                device_id=f'7{SERVER_ID[1:]}',
                fixed_ips=[],
            )
        )

        self.checks('--all-projects')

        self.assertFalse(self.asked('nova-compute&host='))
        self.assertTrue(self.asked('agents?host=host-1&host=host-2'))

    def test_leftover_binding(self) -> None:
        """The server and its ports are read again."""
        self.bindings.append({'host': 'host-2', 'status': 'INACTIVE'})

        self.assertEqual(['warning leftover-binding'], self.checks('web-1'))
        self.assertEqual(ADMINISTRATOR + 2, self.count)

    def test_migration_has_begun(self) -> None:
        self.bindings.append({'host': 'host-2', 'status': 'INACTIVE'})
        self.again['servers'] = copied(
            self.servers, **{'OS-EXT-STS:task_state': 'migrating'}
        )

        self.assertEqual([], self.checks('web-1'))

    def test_leftover_binding_of_a_fleet(self) -> None:
        self.bindings.append({'host': 'host-3', 'status': 'INACTIVE'})
        self.items['ports'][0]['binding:host_id'] = 'host-2'

        self.assertEqual(
            ['error wrong-host', 'warning leftover-binding'],
            self.checks('--all-projects'),
        )

    def test_bindings_cannot_be_read(self) -> None:
        url = f'{NETWORK_URL}/v2.0/ports/{PORT_ID}/bindings'
        for status, wanted in ((404, 0), (400, 0), (403, 0), (500, 1)):
            self.cloud.get(url, status_code=status, json={})
            result = self.check('web-1')
            self.assertEqual(
                (OVERVIEW, wanted), (result.stdout, result.status)
            )
            self.assertEqual(status == 403, 'Not checked' in result.stderr)

    def test_not_plugged(self) -> None:
        self.unplug()

        self.assertEqual(
            ['error port-not-active', 'error not-plugged'],
            sorted(self.checks('web-1', '--severity', 'error'), reverse=True),
        )
        self.assertTrue(self.asked('/diagnostics 2.48'))

    def test_diagnostics_of_a_chosen_version(self) -> None:
        self.unplug()
        self.configure(compute_default_microversion='2.60')
        version = {
            'id': 'v2.1',
            'status': 'CURRENT',
            'version': '2.96',
            'min_version': '2.1',
            'links': [{'rel': 'self', 'href': COMPUTE_URL}],
        }
        self.cloud.get(COMPUTE_URL, json={'version': version})

        self.checks('--all-projects')

        self.assertTrue(self.asked('/diagnostics 2.60'))

    def test_diagnostics_cannot_be_read(self) -> None:
        self.unplug()
        url = f'{SERVERS_URL}/{SERVER_ID}/diagnostics'
        for status in (400, 403, 404, 406, 409, 501):
            self.cloud.get(url, status_code=status, json={})
            result = self.check('web-1')
            self.assertEqual(3, result.status)
            self.assertNotIn('not-plugged', result.stdout)
        for body in ({}, {'nic_details': [{'mac_address': None}]}):
            self.cloud.get(url, json=body)
            self.assertNotIn('error not-plugged', self.checks('web-1'))

    def unplug(self) -> None:
        """Have a port that is DOWN and that the hypervisor does not have."""
        ours: Item = port(
            id=OTHER_PORT_ID,
            mac_address=OTHER_MAC,
            status='DOWN',
            updated_at=BEFORE,
            fixed_ips=[],
            ip_allocation='none',
        )
        self.items['ports'].append(
            {**ours, 'binding:vif_type': 'ovs', 'binding:host_id': 'host-1'}
        )

    def asked(self, *parts: str) -> list[str]:
        """Return the requests that have one of these parts."""
        return [
            each
            for each in self.requests
            if any(part in each for part in parts)
        ]
