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

"""``server interface show`` against a real Keystone, Nova and Neutron."""

import json
from typing import Any, ClassVar

import yaml

from osc_iface.tests import clients
from osc_iface.tests.functional import base, lists

SHOW = ('server', 'interface', 'show')
NOWHERE = '00000000-0000-4000-8000-000000000000'


class ShowTestCase(base.SandboxTestCase):
    """What the sandbox was seeded with."""

    def setUp(self) -> None:
        super().setUp()
        self.server = base.server('web-1').id
        self.other_server = base.server('db-1').id
        self.port = base.port('web-1-mgmt')
        self.plain_port = base.port('web-1-data')
        self.expected = {
            'fixed_ips': self.port.fixed_ips,
            'mac_addr': self.port.mac_address,
            'net_id': self.port.network_id,
            'port_id': self.port.id,
            'port_state': 'ACTIVE',
            'tag': 'mgmt',
        }

    def show(self, *args: str, **kwargs: Any) -> Any:
        return self.json(*SHOW, *args, **kwargs)


class TestShow(ShowTestCase):
    def test_by_ids(self) -> None:
        result = self.succeed(*SHOW, self.server, self.port.id, '-f', 'json')

        self.assertEqual(self.expected, json.loads(result.stdout))
        self.assertEqual(2, len(self.expected['fixed_ips']))
        self.assert_requests(result, keystone=2, nova=1)

    def test_by_server_name(self) -> None:
        result = self.succeed(*SHOW, 'web-1', self.port.id, '-f', 'json')

        self.assertEqual(self.expected, json.loads(result.stdout))
        self.assert_requests(result, keystone=2, nova=2)

    def test_by_both_names(self) -> None:
        result = self.succeed(*SHOW, 'web-1', 'web-1-mgmt', '-f', 'json')

        self.assertEqual(self.expected, json.loads(result.stdout))
        self.assert_requests(result, keystone=2, nova=2, neutron=1)

    def test_by_address(self) -> None:
        for address in (
            self.port.mac_address.upper().replace(':', '-'),
            *(fixed_ip['ip_address'] for fixed_ip in self.port.fixed_ips),
        ):
            result = self.succeed(*SHOW, self.server, address, '-f', 'json')

            self.assertEqual(self.expected, json.loads(result.stdout))
            self.assert_requests(result, keystone=2, nova=1)

    def test_ids_in_another_notation(self) -> None:
        self.assertEqual(
            self.expected,
            self.show(self.server.upper(), self.port.id.replace('-', '')),
        )

    def test_interface_without_a_tag(self) -> None:
        shown = self.show('web-1', 'web-1-data')

        self.assertEqual(self.plain_port.id, shown['port_id'])
        self.assertIsNone(shown['tag'])

    def test_only_interface(self) -> None:
        result = self.succeed(*SHOW, 'db-1', '-f', 'value', '-c', 'port_id')

        self.assertEqual(base.port('db-1-data').id + '\n', result.stdout)
        self.assert_requests(result, keystone=2, nova=2)

    def test_version_of_the_user(self) -> None:
        for version, tagged in (('2.69', False), ('2.70', True)):
            shown = self.show(
                *('web-1', 'web-1-mgmt'), OS_COMPUTE_API_VERSION=version
            )

            self.assertEqual(tagged, 'tag' in shown)

    def test_version_that_nova_has_not(self) -> None:
        message = self.refused(
            *SHOW, self.server, self.port.id, OS_COMPUTE_API_VERSION='2.9999'
        )

        self.assertRegex(message, clients.NO_SUCH_MICROVERSION)


class TestLong(lists.EquippedTestCase):
    """What Network knows besides, in the words of the API."""

    COLUMNS: ClassVar[dict[str, str]] = {
        'port_name': 'Port Name',
        'network_name': 'Network',
        'subnet_names': 'Subnets',
        'floating_ips': 'Floating IP Addresses',
        'admin_state_up': 'Admin State',
        'security_groups': 'Security Groups',
        'port_security_enabled': 'Port Security',
        'allowed_address_pairs': 'Allowed Address Pairs',
        'vnic_type': 'vNIC Type',
        'qos_policy_id': 'QoS Policy ID',
        'trunk': 'Trunk',
        'host': 'Host',
        'vif_type': 'VIF Type',
    }
    PLAIN: ClassVar[dict[str, str]] = {
        'fixed_ips': 'Fixed IP Addresses',
        'mac_addr': 'MAC Address',
        'net_id': 'Network ID',
        'port_id': 'Port ID',
        'port_state': 'Port State',
        'tag': 'Tag',
    }

    def of(self, row: dict[str, Any], **fields: str) -> dict[str, Any]:
        """Return the fields of a row."""
        return {field: row[column] for field, column in fields.items()}

    def test_all_fields(self) -> None:
        for cloud in (lists.ADMIN, lists.READER):
            for row in self.equipped:
                expected = self.of(row, **self.PLAIN, **self.COLUMNS)
                said = ''
                if cloud == lists.READER:
                    expected.update(host=None, vif_type=None)
                    said = lists.HIDDEN
                result = self.openstack(
                    *(*SHOW, self.made.id, row['Port ID']),
                    *('--long', '-f', 'json'),
                    cloud=cloud,
                )

                self.assertEqual((said, 0), (result.stderr, result.status))
                self.assertEqual(expected, json.loads(result.stdout))
                self.assertEqual([*expected], [*json.loads(result.stdout)])
                self.assert_requests(result, keystone=2, nova=1, neutron=5)

    def test_without_it_all_is_as_it_was(self) -> None:
        for row in self.equipped:
            result = self.succeed(
                *(*SHOW, self.made.id, row['Port ID'], '-f', 'json')
            )

            self.assertEqual(
                self.of(row, **self.PLAIN), json.loads(result.stdout)
            )
            self.assert_requests(result, keystone=2, nova=1)

    def test_one_field(self) -> None:
        """Only what it needs is asked for, without --long as well."""
        row = next(r for r in self.equipped if r['Port Name'] == 'parent')
        for options in ((), ('--long',)):
            for field, column in {**self.PLAIN, **self.COLUMNS}.items():
                result = self.succeed(
                    *(*SHOW, self.made.id, row['Port ID'], *options),
                    *('-c', field, '-f', 'json'),
                )

                self.assertEqual(
                    {field: row[column]}, json.loads(result.stdout)
                )
                neutron = 0 if field in self.PLAIN else 1
                neutron += field == 'security_groups'
                self.assert_requests(
                    result,
                    keystone=2,
                    nova=1,
                    **({'neutron': neutron} if neutron else {}),
                )

    def test_field_that_there_is_not(self) -> None:
        result = self.openstack(*SHOW, 'equipped', '-c', 'nope')

        self.assertEqual(('', 2), (result.stdout, result.status))
        self.assertIn(
            "no column has the name 'nope'; there are "
            + ', '.join([*self.PLAIN, 'port_name']),
            result.stderr,
        )
        self.assert_requests(result)

    def test_by_what_leads_to_it(self) -> None:
        """A floating IP, and one that forwards; a VIP is no interface."""
        for name in ('parent', 'forwarded'):
            self.assertEqual(
                {'port_name': name},
                self.json(
                    *(*SHOW, 'equipped', self.floating[name]),
                    *('-c', 'port_name'),
                ),
            )
        for typed in (lists.VIP, self.floating['vip']):
            self.assertIn(
                'has the ID, MAC address, IP address or name ',
                self.refused(*SHOW, 'equipped', typed, '--long'),
            )


class TestFormats(ShowTestCase):
    def shown(self, *options: str) -> str:
        return self.succeed(*SHOW, 'web-1', 'web-1-mgmt', *options).stdout

    def test_table(self) -> None:
        lines = self.shown().splitlines()

        self.assertEqual(11, len(lines))
        self.assertRegex(lines[1], r'^\| Field      \| Value +\|$')
        for line, address in zip(lines[3:5], self.port.fixed_ips, strict=True):
            self.assertIn(f"ip_address='{address['ip_address']}'", line)
        self.assertRegex(lines[9], r'^\| tag        \| mgmt +\|$')

    def test_yaml(self) -> None:
        self.assertEqual(
            self.expected, yaml.safe_load(self.shown('-f', 'yaml'))
        )

    def test_value(self) -> None:
        self.assertEqual(
            f'{self.port.mac_address}\nmgmt\n',
            self.shown('-f', 'value', '-c', 'mac_addr', '-c', 'tag'),
        )

    def test_shell(self) -> None:
        self.assertIn(
            f'port_id="{self.port.id}"\nport_state="ACTIVE"\ntag="mgmt"\n',
            self.shown('-f', 'shell'),
        )


class TestUsers(ShowTestCase):
    def test_reader_of_the_project(self) -> None:
        self.assertEqual(
            self.expected,
            self.show('web-1', 'web-1-mgmt', cloud='sandbox-reader'),
        )

    def test_member_of_another_project(self) -> None:
        shown = self.show('app-1', cloud='sandbox-member')

        self.assertEqual('ACTIVE', shown['port_state'])

    def test_server_of_another_project_is_none(self) -> None:
        self.assertEqual(
            'No server has the name \'web-1\'. See "openstack server list".\n',
            self.refused(*SHOW, 'web-1', cloud='sandbox-member'),
        )
        self.assertIn(
            'no such server: the Compute service answered 404 Not Found: '
            f'Instance {self.server} could not be found.',
            self.refused(*SHOW, self.server, cloud='sandbox-member'),
        )

    def test_administrator_names_any_server_by_id(self) -> None:
        app = base.server('app-1', 'sandbox-member').id

        self.assertEqual('ACTIVE', self.show(app)['port_state'])

    def test_user_without_a_role_that_allows_it(self) -> None:
        cloud = base.connect()
        role = cloud.identity.create_role(name='osc-iface-onlooker')
        self.addCleanup(cloud.identity.delete_role, role)
        user = cloud.identity.create_user(
            name='osc-iface-onlooker', password='onlooker'
        )
        self.addCleanup(cloud.identity.delete_user, user)
        project = cloud.identity.find_project('sandbox')
        cloud.identity.assign_project_role_to_user(project, user, role)

        message = self.refused(
            *SHOW,
            *(self.server, self.port.id),
            OS_USERNAME=user.name,
            OS_PASSWORD='onlooker',
        )

        self.assertRegex(
            message,
            f'^Cannot show interface {self.port.id} of server {self.server}: '
            "the Compute service answered 403 Forbidden: Policy doesn't "
            'allow os_compute_api:os-attach-interfaces:show to be performed. '
            'Ask an administrator of the cloud for a role that allows this: '
            r'reader on the project is the usual one. \(Request ID: '
            r'req-[0-9a-f-]+\)\n$',
        )


class TestOrdinaryErrors(ShowTestCase):
    def test_no_such_server(self) -> None:
        self.assertEqual(
            'No server has the name \'nope\'. See "openstack server list".\n',
            self.refused(*SHOW, 'nope', self.port.id),
        )
        self.assertRegex(
            self.refused(*SHOW, NOWHERE, self.port.id),
            f'^Cannot show interface {self.port.id} of server {NOWHERE}: no '
            'such server: the Compute service answered 404 Not Found: '
            f'Instance {NOWHERE} could not be found. See "openstack server '
            r'list". \(Request ID: req-[0-9a-f-]+\)\n$',
        )

    def test_no_such_port(self) -> None:
        self.assertRegex(
            self.refused(*SHOW, self.server, NOWHERE),
            f'^Cannot show interface {NOWHERE} of server {self.server}: no '
            'such port: the Compute service answered 404 Not Found: Port id '
            f'{NOWHERE} could not be found. See "openstack server interface '
            r'list" for those of the server. \(Request ID: '
            r'req-[0-9a-f-]+\)\n$',
        )
        self.assertIn(
            f'No interface of server {self.server} has the ID, MAC address, '
            "IP address or name 'nope'. It has:\n",
            self.refused(*SHOW, 'web-1', 'nope'),
        )

    def test_port_on_another_server(self) -> None:
        self.assertIn(
            f'Cannot show interface {self.port.id} of server '
            f'{self.other_server}: the port is not on this server: ',
            self.refused(*SHOW, 'db-1', self.port.id),
        )

    def test_not_authenticated(self) -> None:
        message = self.refused(
            *SHOW, self.server, self.port.id, OS_PASSWORD='wrong'
        )

        self.assertRegex(
            message,
            '^Cannot log in: the Identity service answered 401 Unauthorized: '
            'The request you have made requires authentication. Check the '
            'user name, password or token, and the project. '
            r'\(Request ID: req-[0-9a-f-]+\)\n$',
        )

    def test_several_interfaces(self) -> None:
        message = self.refused(*SHOW, 'web-1')

        self.assertIn(self.port.id, message)
        self.assertIn(self.plain_port.id, message)

    def test_traceback_only_with_debug(self) -> None:
        args = ('server', 'interface', 'show', 'nope', 'nope')

        self.assertNotIn('Traceback', self.openstack(*args).stderr)
        self.assertIn('Traceback', self.openstack('--debug', *args).stderr)
