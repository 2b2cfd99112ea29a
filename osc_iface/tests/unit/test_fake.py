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

"""What the cloud of the tests plays that the sandbox cannot."""

from typing import Any

import requests
import testtools

from osc_iface.tests.fake import neutron, serving
from osc_iface.tests.fake.cloud import Cloud
from osc_iface.tests.fake.data import Data, generated
from osc_iface.tests.fake.identity import Login

READER = Login(role='reader')


class TestNetwork(testtools.TestCase):
    def ask(
        self, data: Data, kind: str, status: int = 200, **options: Any
    ) -> list[dict[str, Any]]:
        """Ask a new cloud for a list; an error has no items.

        :param kind: of what, and the query
        """
        address = self.enterContext(Cloud(data, **options)).address('network')
        answer = requests.get(
            f'{address}/network/v2.0/{kind}',
            headers={'X-Auth-Token': 'token'},
            timeout=60,
        )
        self.assertEqual(status, answer.status_code, answer.text)
        [items] = answer.json().values()
        return items if answer.ok else []

    def test_without_an_extension_its_keys_are_absent(self) -> None:
        for extension, key in (
            (neutron.SECURITY_GROUP, 'security_groups'),
            (neutron.PORT_SECURITY, 'port_security_enabled'),
            (neutron.ADDRESS_PAIRS, 'allowed_address_pairs'),
            (neutron.BINDING, 'binding:vnic_type'),
            (neutron.BINDING, 'binding:host_id'),
            (neutron.QOS, 'qos_policy_id'),
            (neutron.TRUNK, 'trunk_details'),
        ):
            data = generated(1, 1)
            data.add_subport(data.ports[0], 7)
            without = neutron.EXTENSIONS - {extension}
            [port] = self.ask(data, 'ports?device_owner=compute:nova')
            self.assertIn(key, port)
            [port] = self.ask(
                data, 'ports?device_owner=compute:nova', extensions=without
            )
            self.assertNotIn(key, port)

    def test_without_an_extension_its_paths_are_none(self) -> None:
        for extension, path in (
            (neutron.ROUTER, 'floatingips'),
            (neutron.ROUTER, 'routers'),
            (neutron.SECURITY_GROUP, 'security-groups'),
            (neutron.TRUNK, 'trunks'),
            (neutron.AGENT, 'agents'),
        ):
            without = neutron.EXTENSIONS - {extension}
            self.ask(generated(1, 1), path, 404, extensions=without)

    def test_without_an_extension_its_key_is_no_filter(self) -> None:
        for extension, key in (
            (neutron.GROUP_FILTER, 'security_groups'),
            (neutron.BINDING, 'binding:host_id'),
        ):
            without = neutron.EXTENSIONS - {extension}
            asked = f'ports?{key}=nothing'
            self.ask(generated(1, 1), asked, 400, extensions=without)
            without -= {neutron.VALIDATION}
            found = self.ask(generated(1, 1), asked, extensions=without)
            self.assertEqual(1, len(found))

    def test_networks_of_others(self) -> None:
        data = generated(2, 1, projects=2)
        [network] = data.networks

        def seen(kind: str) -> int:
            return len(self.ask(data, kind, login=READER))

        for shared in (True, False):
            network['shared'] = shared
            self.assertEqual(
                (shared, shared, 1),
                (seen('networks'), seen('subnets'), seen('ports')),
            )
        network['router:external'] = True
        self.assertEqual((1, 1), (seen('networks'), seen('subnets')))

    def test_who_owns_a_network_sees_all_its_ports(self) -> None:
        data = generated(2, 1, projects=2)
        data.networks[0]['project_id'] = data.projects[0]

        self.assertEqual(2, len(self.ask(data, 'ports', login=READER)))

    def test_many_networks_and_groups(self) -> None:
        data = generated(10, 2, networks=5, groups=4, hosts=3)

        for kind, key, count in (
            ('networks', 'name', 5),
            ('subnets', 'name', 5),
            ('security-groups', 'name', 4),
            ('ports', 'network_id', 5),
            ('ports', 'binding:host_id', 3),
        ):
            items = self.ask(data, kind)
            self.assertEqual(count, len({item[key] for item in items}))
        [host] = {item['binding:host_id'] for item in items[:1]}
        found = self.ask(data, f'ports?binding:host_id={host}', login=READER)
        self.assertIn(len(found), (6, 8))

    def test_ports_without_a_server(self) -> None:
        data = generated(2, 1)
        address = [{'subnet_id': data.subnet_id, 'ip_address': '10.9.9.9'}]
        vip = data.add_port(name='vip', fixed_ips=address)

        [found] = self.ask(data, 'ports?device_id=&device_owner=')

        self.assertEqual(('vip', address), (found['name'], found['fixed_ips']))
        ids = [port['id'] for port in self.ask(data, 'ports')]
        self.assertEqual(sorted(ids), ids)
        self.assertIn(vip['id'], ids)

    def test_agents_are_for_administrators(self) -> None:
        data = generated(1, 1)
        data.agents = [serving.agent(serving.DHCP, 'host')]

        [agent] = self.ask(data, 'agents?host=host')

        self.assertEqual((True, 'host'), (agent['alive'], agent['host']))
        self.assertEqual([], self.ask(data, 'agents', login=READER))

    def test_bindings(self) -> None:
        data = generated(1, 1)
        [port] = data.ports
        left = {'host': 'other', 'status': 'INACTIVE'}
        data.left_bindings[port['id']] = [left]
        asked = f'ports/{port["id"]}/bindings'

        found = self.ask(data, asked)

        self.assertEqual(
            [('host', 'ACTIVE'), ('other', 'INACTIVE')],
            [(each['host'], each['status']) for each in found],
        )
        self.assertEqual([], self.ask(data, asked, login=READER))
        port['device_owner'] = 'network:dhcp'
        self.ask(data, asked, 400)


class TestCompute(testtools.TestCase):
    def test_diagnostics(self) -> None:
        data = generated(1, 2)
        [server] = data.servers
        plugged, unplugged = data.ports
        data.unplugged.add(unplugged['id'])
        address = self.enterContext(Cloud(data)).address('compute')

        def ask() -> requests.Response:
            return requests.get(
                f'{address}/compute/v2.1/servers/{server["id"]}/diagnostics',
                headers={
                    'X-Auth-Token': 'token',
                    'OpenStack-API-Version': 'compute 2.48',
                },
                timeout=60,
            )

        [nic] = ask().json()['nic_details']
        self.assertEqual(plugged['mac_address'], nic['mac_address'])
        server['status'] = 'SHUTOFF'
        self.assertEqual(409, ask().status_code)


class TestProjects(testtools.TestCase):
    def ask(self, login: Login, path: str) -> requests.Response:
        """Ask a cloud of two projects as whoever logs in."""
        cloud = self.enterContext(Cloud(generated(2, 1, 2), login))
        return requests.get(
            f'{cloud.auth_url}/projects{path}',
            headers={'X-Auth-Token': 'token'},
            timeout=60,
        )

    def test_who_may_list_them(self) -> None:
        for login, status in (
            (Login(), 200),
            (READER, 403),
            (Login('system', 'reader'), 200),
            (Login('domain', 'reader'), 200),
            (Login('domain', 'admin'), 200),
            (Login('system', 'nothing'), 403),
            (Login('nothing', 'admin'), 403),
        ):
            answer = self.ask(login, '?name=project-1')
            self.assertEqual(status, answer.status_code, str(login))
            if answer.ok:
                self.assertEqual(
                    ['project-1'],
                    [each['name'] for each in answer.json()['projects']],
                )

    def test_no_such_path(self) -> None:
        self.assertEqual(404, self.ask(Login(), '/1/tags').status_code)
