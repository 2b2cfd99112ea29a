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

"""The columns: what they show, to people and to programs, and their cost."""

import itertools
import json
from typing import Any, ClassVar

import testtools
import yaml

from osc_iface import cells
from osc_iface.tests.unit import base

LIST = ('server', 'interface', 'list')
HEADERS = (
    *('Server', 'Server ID', 'Server Name', 'Server Status', 'Project ID'),
    *('Port ID', 'Port Name', 'Network', 'Network ID', 'Subnets'),
    *('MAC Address', 'Fixed IP Addresses', 'Floating IP Addresses'),
    *('Port State', 'Admin State', 'Security Groups', 'Port Security'),
    *('Allowed Address Pairs', 'vNIC Type', 'QoS Policy ID', 'Trunk'),
    *('Host', 'VIF Type', 'Tag'),
)
OTHER_PORT_ID = '66666666-6666-4666-8666-666666666666'
OTHER_SERVER_ID = '77777777-7777-4777-8777-777777777777'
OTHER_NETWORK_ID = '88888888-8888-4888-8888-888888888888'
OTHER_SUBNET_ID = '99999999-9999-4999-8999-999999999999'
GROUP_ID = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
OTHER_GROUP_ID = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
TRUNK_ID = 'cccccccc-cccc-4ccc-8ccc-cccccccccccc'
SUBPORT_ID = 'dddddddd-dddd-4ddd-8ddd-dddddddddddd'
QOS_ID = 'eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee'
PAIRS = [{'ip_address': '10.0.0.100', 'mac_address': 'fa:16:3e:4c:2c:30'}]
TRUNK = {
    'trunk_id': TRUNK_ID,
    'sub_ports': [
        {
            'port_id': SUBPORT_ID,
            'segmentation_type': 'vlan',
            'segmentation_id': 101,
            'mac_address': 'fa:16:3e:4c:2c:30',
        }
    ],
}
ONE = base.port(
    **{
        'name': 'web-1-mgmt',
        'admin_state_up': True,
        'security_groups': [GROUP_ID, OTHER_GROUP_ID],
        'port_security_enabled': True,
        'allowed_address_pairs': PAIRS,
        'binding:vnic_type': 'normal',
        'qos_policy_id': QOS_ID,
        'trunk_details': TRUNK,
        'binding:host_id': 'compute-1',
        'binding:vif_type': 'ovs',
    }
)
OTHER = base.port(
    **{
        'id': OTHER_PORT_ID,
        'device_id': OTHER_SERVER_ID,
        'network_id': OTHER_NETWORK_ID,
        'mac_address': 'fa:16:3e:00:00:0a',
        'fixed_ips': [
            {'ip_address': '10.0.0.40', 'subnet_id': base.SUBNET_ID},
            {'ip_address': '10.0.0.41', 'subnet_id': base.SUBNET_ID},
            {'ip_address': '2001:db8::5', 'subnet_id': OTHER_SUBNET_ID},
        ],
        'status': 'DOWN',
        'name': '',
        'admin_state_up': False,
        'security_groups': [],
        'port_security_enabled': False,
        'allowed_address_pairs': [],
        'binding:vnic_type': 'direct',
        'qos_policy_id': None,
        'binding:host_id': 'compute-2',
        'binding:vif_type': 'hw_veb',
    }
)
# What each extension of the Network service adds to a port.
EXTENSIONS = {
    'security-group': ('security_groups',),
    'port-security': ('port_security_enabled',),
    'allowed-address-pairs': ('allowed_address_pairs',),
    'binding': ('binding:vnic_type', 'binding:host_id', 'binding:vif_type'),
    'qos': ('qos_policy_id',),
    'trunk-details': ('trunk_details',),
}
SERVERS = '/v2.1/servers'
DETAIL = '/v2.1/servers/detail'
SHOW = f'{SERVERS}/{base.SERVER_ID}'
TAGS = f'{SHOW}/os-interface'
PORTS = '/v2.0/ports'
NETWORKS = '/v2.0/networks'
SUBNETS = '/v2.0/subnets'
GROUPS = '/v2.0/security-groups'
FLOATING_IPS = '/v2.0/floatingips'


class ColumnsTestCase(base.ShellTestCase):
    """Lists the interfaces of two servers, which have one each."""

    def setUp(self) -> None:
        super().setUp()
        self.servers: list[dict[str, Any]] = [
            {
                'id': id_,
                'name': name,
                'status': status,
                'tenant_id': base.PROJECT_ID,
                'links': [],
            }
            for id_, name, status in (
                (base.SERVER_ID, 'web-1', 'ACTIVE'),
                (OTHER_SERVER_ID, 'web-2', 'SHUTOFF'),
            )
        ]
        for url in (base.SERVERS_URL, f'{base.SERVERS_URL}/detail'):
            self.cloud.get(url, json=self.answer)
        for server in self.servers:
            url = f'{base.SERVERS_URL}/{server["id"]}'
            self.cloud.get(url, json={'server': server})
        self.register_list(base.interface())
        self.register_list(
            base.interface(
                port_id=OTHER_PORT_ID,
                net_id=OTHER_NETWORK_ID,
                mac_addr=OTHER['mac_address'],
                fixed_ips=OTHER['fixed_ips'],
                port_state='DOWN',
                tag=None,
            ),
            url=f'{base.SERVERS_URL}/{OTHER_SERVER_ID}/os-interface',
        )
        self.register_networks(
            (base.NETWORK_ID, 'front'), (OTHER_NETWORK_ID, 'back')
        )
        self.register_named(
            'subnets', (base.SUBNET_ID, 'v4'), (OTHER_SUBNET_ID, 'v6')
        )
        self.register_named(
            'security-groups', (GROUP_ID, 'web'), (OTHER_GROUP_ID, 'db')
        )
        self.register_resources('ports', ONE, OTHER)
        self.register_floating_ips(
            ('203.0.113.9', base.PORT_ID), ('203.0.113.10', None)
        )

    def answer(self, request: Any, context: Any) -> dict[str, Any]:
        """Return the servers that a query is for, as much as it tells."""
        detail = '/detail' in request.url
        names = request.qs.get('name', [''])[0]
        return {
            'servers': [
                server
                if detail
                else {key: server[key] for key in ('id', 'name', 'links')}
                for server in self.servers
                if not names
                or server['name'] in names.replace('\\', '').strip('^$()')
            ]
        }

    def register_named(self, kind: str, *names: tuple[str, str]) -> None:
        """Let Neutron have things of these IDs and names."""
        self.register_resources(
            kind, *({'id': id_, 'name': name} for id_, name in names)
        )

    def run_list(self, *args: str) -> base.Result:
        """Run ``server interface list``; count its requests from here."""
        self.cloud.reset_mock()
        return self.openstack(*LIST, *args)

    def listed(self, *args: str) -> str:
        """Run it; it must succeed quietly. Give its output."""
        result = self.run_list(*args)
        self.assertEqual(('', 0), (result.stderr, result.status))
        return result.stdout

    def rows(self, *args: str) -> list[dict[str, Any]]:
        """Run it; it must succeed quietly. Give its rows."""
        rows: list[dict[str, Any]] = json.loads(
            self.listed('-f', 'json', *args)
        )
        return rows

    def values(self, header: str, *args: str) -> list[Any]:
        """Run it for one column; give its values."""
        return [row[header] for row in self.rows('-c', header, *args)]

    def cells(self, header: str, *args: str) -> list[str]:
        """Run it for one column; give the lines of its table."""
        lines = self.listed('-c', header, *args).splitlines()
        self.assertEqual(f'| {header} |', ' '.join(lines[1].split()))
        return [line.strip('| ') for line in lines[3:-1]]

    def assert_requests(self, *paths: str) -> None:
        """Check what was asked for; some is at the same time."""
        asked = [
            request.partition('?')[0].split()[1] for request in self.requests
        ]
        self.assertEqual(sorted(paths), sorted(asked))


class TestLong(ColumnsTestCase):
    ROWS: tuple[tuple[Any, ...], ...] = (
        (
            *('web-1', base.SERVER_ID, 'web-1', 'ACTIVE', base.PROJECT_ID),
            *(base.PORT_ID, 'web-1-mgmt', 'front', base.NETWORK_ID, ['v4']),
            *(ONE['mac_address'], ONE['fixed_ips'], ['203.0.113.9']),
            *('ACTIVE', True, ['db', 'web'], True, PAIRS, 'normal', QOS_ID),
            *(TRUNK, 'compute-1', 'ovs'),
        ),
        (
            *('web-2', OTHER_SERVER_ID, 'web-2', 'SHUTOFF', base.PROJECT_ID),
            *(OTHER_PORT_ID, '', 'back', OTHER_NETWORK_ID, ['v4', 'v6']),
            *(OTHER['mac_address'], OTHER['fixed_ips'], []),
            *('DOWN', False, [], False, [], 'direct', None),
            *(None, 'compute-2', 'hw_veb'),
        ),
    )
    ASKED = (PORTS, NETWORKS, SUBNETS, GROUPS, FLOATING_IPS)

    def test_all_servers_take_eight_requests(self) -> None:
        rows = self.rows('--long')

        self.assertEqual(list(HEADERS[:-1]), list(rows[0]))
        self.assertEqual([*self.ROWS], [tuple(row.values()) for row in rows])
        self.assert_requests(DETAIL, *self.ASKED)
        self.assertEqual(8, self.count)

    def test_all_projects_take_eight_requests(self) -> None:
        rows = self.rows('--long', '--all-projects')

        self.assertEqual([*self.ROWS], [tuple(row.values()) for row in rows])
        self.assert_requests(DETAIL, *self.ASKED)

    def test_named_servers(self) -> None:
        for typed, asked in (
            ([base.SERVER_ID], [SHOW]),
            (['web-1'], [DETAIL]),
            (['web-1', 'web-2'], [DETAIL]),
            (
                [base.SERVER_ID, OTHER_SERVER_ID],
                [SHOW, f'{SERVERS}/{OTHER_SERVER_ID}'],
            ),
        ):
            rows = self.rows('--long', *typed)

            self.assertEqual(
                [
                    (name, *row[1:])
                    for name, row in zip(typed, self.ROWS, strict=False)
                ],
                [tuple(row.values()) for row in rows],
            )
            self.assert_requests(*asked, *self.ASKED)
            self.assertLessEqual(self.count, 8 + (len(asked) > 1))

    def test_yaml_has_the_same(self) -> None:
        self.assertEqual(
            self.rows('--long'),
            yaml.safe_load(self.listed('--long', '-f', 'yaml')),
        )

    def test_chosen_columns_come_before_it(self) -> None:
        self.assertEqual(
            [['Tag'], ['Tag']],
            [list(row) for row in self.rows('--long', '-c', 'Tag')],
        )

    def test_no_server_has_one(self) -> None:
        self.register_resources('ports')

        self.assertEqual([], self.rows('--long'))

        self.assert_requests(DETAIL, PORTS)

    def test_only_what_is_shown_is_asked_of_ports(self) -> None:
        interface = (
            '&fields=id&fields=device_id&fields=device_owner'
            '&fields=network_id&fields=mac_address&fields=fixed_ips'
            '&fields=status'
        )
        for header, fields in (
            ('Port ID', ''),
            ('Port Name', '&fields=name'),
            ('Security Groups', '&fields=security_groups'),
            ('Trunk', '&fields=trunk_details'),
            ('vNIC Type', '&fields=binding:vnic_type'),
            ('Host', '&fields=binding:host_id&fields=binding:vnic_type'),
        ):
            self.rows('-c', header)

            [asked] = [each for each in self.requests if PORTS in each]
            self.assertEqual(
                f'GET {PORTS}?project_id={base.PROJECT_ID}{interface}'
                f'{fields}&limit=1000',
                asked.replace('%3A', ':'),
            )


class TestCost(ColumnsTestCase):
    """Only what a chosen column or a sort key needs is asked for."""

    ALL: ClassVar[dict[str, tuple[str, ...]]] = {
        **dict.fromkeys(HEADERS, (SERVERS, PORTS)),
        **dict.fromkeys(('Server Status', 'Project ID'), (DETAIL, PORTS)),
        'Network': (SERVERS, PORTS, NETWORKS),
        'Subnets': (SERVERS, PORTS, SUBNETS),
        'Security Groups': (SERVERS, PORTS, GROUPS),
        'Floating IP Addresses': (SERVERS, PORTS, FLOATING_IPS),
        'Tag': (
            *(SERVERS, PORTS, TAGS),
            f'{SERVERS}/{OTHER_SERVER_ID}/os-interface',
        ),
    }
    # Of a server that is named by its ID.
    ONE: ClassVar[dict[str, tuple[str, ...]]] = {
        **dict.fromkeys(HEADERS, (SHOW, PORTS)),
        **dict.fromkeys(
            (
                *('Server', 'Server ID', 'Port ID', 'Network ID'),
                *('MAC Address', 'Fixed IP Addresses', 'Port State', 'Tag'),
            ),
            (TAGS,),
        ),
        **dict.fromkeys(
            ('Server Name', 'Server Status', 'Project ID'), (SHOW, TAGS)
        ),
        'Network': (TAGS, NETWORKS),
        'Subnets': (TAGS, SUBNETS),
        'Security Groups': (SHOW, PORTS, GROUPS),
        'Floating IP Addresses': (TAGS, FLOATING_IPS),
    }

    def test_of_all_servers(self) -> None:
        for header, paths in self.ALL.items():
            self.assertEqual(2, len(self.values(header)), header)
            self.assert_requests(*paths)

    def test_of_one_server(self) -> None:
        for header, paths in self.ONE.items():
            self.assertEqual(
                1, len(self.values(header, base.SERVER_ID)), header
            )
            self.assert_requests(*paths)

    def test_sort_keys_cost_the_same_and_do_not_print(self) -> None:
        for header, paths in self.ALL.items():
            if header in ('Server', 'Port ID'):
                continue
            rows = self.rows('-c', 'Port ID', '--sort-column', header)

            self.assertEqual(['Port ID'], list(rows[0]), header)
            self.assert_requests(*paths)

    def test_sort_keys_that_are_not_shown(self) -> None:
        for header, first in (
            ('Server Name', base.PORT_ID),
            ('Server Status', base.PORT_ID),
            ('Port Name', OTHER_PORT_ID),
            ('Network', OTHER_PORT_ID),
            ('Subnets', base.PORT_ID),
            ('Floating IP Addresses', OTHER_PORT_ID),
            ('Admin State', OTHER_PORT_ID),
            ('Security Groups', OTHER_PORT_ID),
            ('Port Security', OTHER_PORT_ID),
            ('Allowed Address Pairs', OTHER_PORT_ID),
            ('vNIC Type', OTHER_PORT_ID),
            ('QoS Policy ID', base.PORT_ID),  # the other is null
            ('Trunk', base.PORT_ID),
            ('Host', base.PORT_ID),
            ('VIF Type', OTHER_PORT_ID),
            ('Tag', base.PORT_ID),
        ):
            ids = [base.PORT_ID, OTHER_PORT_ID]
            if first == OTHER_PORT_ID:
                ids.reverse()
            for direction, expected in (
                ('--sort-ascending', ids),
                ('--sort-descending', ids[::-1]),
            ):
                shown = self.listed(
                    *('-f', 'value', '-c', 'Port ID', direction),
                    *('--sort-column', header),
                )
                self.assertEqual(expected, shown.split(), header)

    def test_sort_keys_with_the_columns_there_are_by_default(self) -> None:
        for options in ([], ['--all-projects'], ['web-1', 'web-2']):
            columns = list(self.rows(*options)[0])

            rows = self.rows(*options, '--sort-column', 'Host')

            self.assertEqual(columns, list(rows[0]))

    def test_several_sort_keys(self) -> None:
        ids = [f'{digit}{base.PORT_ID[1:]}' for digit in '1234']
        self.register_resources(
            'ports',
            *(
                {**ONE, 'id': id_, 'name': name, 'binding:host_id': host}
                for id_, (host, name) in zip(
                    ids, itertools.product('ba', 'dc'), strict=True
                )
            ),
        )

        shown = self.listed(
            *('-f', 'value', '-c', 'Port ID'),
            *('--sort-column', 'host', '--sort-column', 'port name'),
        )

        self.assertEqual(ids[::-1], shown.split())

    def test_objects_sort_as_they_are_read(self) -> None:
        self.register_resources(
            'ports',
            *(
                {
                    **ONE,
                    'id': id_,
                    'trunk_details': {'trunk_id': id_[::-1]},
                    'allowed_address_pairs': [{'ip_address': id_[::-1]}],
                }
                for id_ in ('az', 'by', 'cx')
            ),
        )

        for header in ('Trunk', 'Allowed Address Pairs'):
            shown = self.listed(
                *('-f', 'value', '-c', 'Port ID', '--sort-column', header)
            )

            self.assertEqual(['cx', 'by', 'az'], shown.split())


class TestCells(testtools.TestCase):
    def test_are_not_compared_with_anything_else(self) -> None:
        for value in ('a', None):
            self.assertRaises(TypeError, lambda v=value: cells.Text('a') < v)


class TestNames(ColumnsTestCase):
    """How columns are called on the command line, whatever the version."""

    def test_case_and_underscores(self) -> None:
        for typed in (
            *('Port ID', 'port id', 'PORT ID', 'port_id', 'Port_ID'),
            *(' port id ', 'pOrT_iD'),
        ):
            self.assertEqual(
                ['Port ID'], list(self.rows('-c', typed)[0]), typed
            )
            shown = self.listed(
                *('-c', 'port_name', '-c', typed, '-f', 'value'),
                *('--sort-column', typed, '--sort-descending'),
            )
            self.assertEqual(
                f'{OTHER_PORT_ID} \n{base.PORT_ID} web-1-mgmt\n', shown
            )

    def test_column_that_there_is_not(self) -> None:
        for option in ('-c', '--sort-column'):
            for typed in ('Ports', 'portid', 'id', '', 'x\x1b'):
                shown = typed.replace('\x1b', r'\x1b')
                self.assert_misused(
                    self.run_list(option, typed),
                    f"no column has the name '{shown}'; there are "
                    + ', '.join(HEADERS),
                )

    def test_one_that_there_is_beside_one_that_there_is_not(self) -> None:
        result = self.run_list('-c', 'Port ID', '-c', 'Ports')

        self.assertEqual((2, ''), (result.status, result.stdout))

    def test_in_the_order_of_the_table_and_each_once(self) -> None:
        rows = self.rows('-c', 'Tag', '-c', 'server', '-c', 'tag')

        self.assertEqual(['Server', 'Tag'], list(rows[0]))

    def test_in_the_shell_of_commands(self) -> None:
        """A wrong column does not end it."""
        from osc_iface.tests import shell

        result = shell.run(
            commands='server interface list -c x\n'
            'server interface list -c port_name -f value\n'
        )

        self.assertIn("no column has the name 'x'", result.stderr)
        self.assertIn('web-1-mgmt', result.stdout)


class TestForms(ColumnsTestCase):
    """What people read. TestLong has what programs get."""

    def test_cells(self) -> None:
        pair = "ip_address='10.0.0.100', mac_address='fa:16:3e:4c:2c:30'"
        for header, lines in (
            ('Server', ['web-1', 'web-2']),
            ('Port Name', ['web-1-mgmt', '']),
            ('Subnets', ['v4', 'v4', 'v6']),
            (
                'Fixed IP Addresses',
                ['10.0.0.5', '10.0.0.40', '10.0.0.41', '2001:db8::5'],
            ),
            ('Floating IP Addresses', ['203.0.113.9', '']),
            ('Admin State', ['UP', 'DOWN']),
            ('Security Groups', ['db', 'web', '']),
            ('Port Security', ['True', 'False']),
            ('Allowed Address Pairs', [pair, '']),
            ('QoS Policy ID', [QOS_ID, '']),
            ('Host', ['compute-1', 'compute-2']),
            ('Tag', ['mgmt', '']),
        ):
            self.assertEqual(lines, self.cells(header), header)
        self.assertEqual(
            [TRUNK_ID, f'VLAN 101 {SUBPORT_ID}', ''], self.cells('Trunk')
        )

    def test_null(self) -> None:
        nothing = {
            key: value
            if key in ('id', 'device_id', 'device_owner', 'project_id')
            else None
            for key, value in ONE.items()
        }
        self.register_resources('ports', nothing)
        self.servers[0].update(status=None)

        for header in HEADERS[:-1]:
            if header in ('Server', 'Server ID', 'Server Name', 'Port ID'):
                continue
            if header in ('Project ID', 'Floating IP Addresses'):
                continue
            self.assertEqual([None], self.values(header), header)
            self.assertEqual([''], self.cells(header), header)

    def test_text_is_shown_safely(self) -> None:
        evil = 'a\x1b[31mb'
        self.register_resources(
            'ports',
            {
                **ONE,
                'name': evil,
                'allowed_address_pairs': [{'ip_address': evil}],
                'trunk_details': {'trunk_id': evil},
                'binding:host_id': evil,
            },
        )
        self.register_networks((base.NETWORK_ID, evil))
        self.register_named('subnets', (base.SUBNET_ID, evil))
        self.register_named('security-groups', (GROUP_ID, evil))
        self.register_floating_ips((evil, base.PORT_ID))

        shown = self.listed('--long')

        self.assertNotIn('\x1b', shown)
        self.assertEqual(8, shown.count(r'a\x1b[31mb'))

    def test_floating_ips_with_forwardings(self) -> None:
        forwardings = [
            {'id': 'a', 'internal_port_id': base.PORT_ID},
            {'id': 'b', 'internal_port_id': base.PORT_ID},
            {'id': 'c', 'internal_port_id': OTHER_PORT_ID},
        ]
        self.register_resources(
            'floatingips',
            {
                'id': 'd',
                'floating_ip_address': '203.0.113.11',
                'port_id': None,
                'port_forwardings': forwardings,
            },
            {
                'id': 'e',
                'floating_ip_address': '203.0.113.9',
                'port_id': base.PORT_ID,
            },
        )

        self.assertEqual(
            [['203.0.113.11', '203.0.113.9'], ['203.0.113.11']],
            self.values('Floating IP Addresses'),
        )

    def test_wrong_types_are_errors(self) -> None:
        for header, attribute, value in (
            ('Port Name', 'name', 5),
            ('Admin State', 'admin_state_up', 'yes'),
            ('Security Groups', 'security_groups', 'web'),
            ('Security Groups', 'security_groups', [None]),
            ('Port Security', 'port_security_enabled', 0),
            ('Allowed Address Pairs', 'allowed_address_pairs', {}),
            ('Allowed Address Pairs', 'allowed_address_pairs', ['a']),
            ('Trunk', 'trunk_details', []),
            ('Trunk', 'trunk_details', {'sub_ports': {}}),
            ('Trunk', 'trunk_details', {'sub_ports': [1]}),
            ('Host', 'binding:host_id', []),
        ):
            self.register_resources('ports', {**ONE, attribute: value})

            result = self.run_list('-c', header)

            self.assertEqual(
                ('', 1), (result.stdout, result.status), str(value)
            )
            self.assertIn('Cannot list the ports: ', result.stderr)


class TestMissing(ColumnsTestCase):
    """What the cloud does not have, and what a role does not see."""

    HOST = (
        'Not shown to you: Host. That is for whoever may do '
        'get_port:binding:host_id by the policy of the Network service, by '
        'default administrators.\n'
    )

    def without(self, *fields: str) -> None:
        """Let the ports lack some fields."""
        self.register_resources(
            'ports',
            *(
                {k: v for k, v in port.items() if k not in fields}
                for port in (ONE, OTHER)
            ),
        )

    def test_extensions(self) -> None:
        """It is null, and nothing is said of it."""
        for extension, headers in (
            ('security-group', ['Security Groups']),
            ('port-security', ['Port Security']),
            ('allowed-address-pairs', ['Allowed Address Pairs']),
            ('binding', ['vNIC Type', 'Host', 'VIF Type']),
            ('qos', ['QoS Policy ID']),
            ('trunk-details', ['Trunk']),
        ):
            self.without(*EXTENSIONS[extension])

            rows = self.rows('--long')

            for header in headers:
                self.assertEqual(
                    [None, None], [row[header] for row in rows], header
                )
                self.assertEqual(['', ''], self.cells(header))

    def test_cloud_without_floating_ips(self) -> None:
        self.cloud.get(base.FLOATING_IPS_URL, status_code=404, text='nothing')

        self.assertEqual([None, None], self.values('Floating IP Addresses'))
        self.assertEqual(['', ''], self.cells('Floating IP Addresses'))

    def test_what_a_policy_hides_is_said_once(self) -> None:
        self.without('binding:host_id', 'binding:vif_type')

        for options in ([], ['web-1', 'web-2'], [base.SERVER_ID]):
            result = self.run_list('-c', 'Host', '-f', 'json', *options)

            self.assertEqual((0, self.HOST), (result.status, result.stderr))
            for row in json.loads(result.stdout):
                self.assertEqual({'Host': None}, row)

    def test_two_that_policies_hide(self) -> None:
        self.without('binding:host_id', 'binding:vif_type')

        result = self.run_list('--long', '-f', 'json')

        self.assertEqual(
            'Not shown to you: Host and VIF Type. That is for whoever may '
            'do get_port:binding:host_id and get_port:binding:vif_type by '
            'the policy of the Network service, by default '
            'administrators.\n',
            result.stderr,
        )
        self.assertEqual(0, result.status)

    def test_one_of_two_is_hidden(self) -> None:
        self.without('binding:host_id')

        result = self.run_list('--long', '-f', 'json')

        self.assertEqual(self.HOST, result.stderr)
        self.assertEqual(
            ['ovs', 'hw_veb'],
            [row['VIF Type'] for row in json.loads(result.stdout)],
        )

    def test_sort_key_that_a_policy_hides(self) -> None:
        self.without('binding:host_id')

        for columns in ('Port ID', 'Host'):
            result = self.run_list('-c', columns, '--sort-column', 'Host')

            self.assertEqual((0, self.HOST), (result.status, result.stderr))

    def test_nothing_is_said_where_it_is_not_shown(self) -> None:
        self.without('binding:host_id', 'binding:vif_type')

        self.assertEqual(['normal', 'direct'], self.values('vNIC Type'))
        self.register_resources('ports')
        self.assertEqual([], self.values('Host'))

    def test_host_that_is_null_is_not_hidden(self) -> None:
        self.register_resources('ports', {**ONE, 'binding:host_id': None})

        self.assertEqual([None], self.values('Host'))


class TestLookups(ColumnsTestCase):
    """Names of networks, subnets and security groups."""

    KINDS = (
        ('Network', 'networks', base.NETWORK_ID, 'networks'),
        ('Subnets', 'subnets', [base.SUBNET_ID], 'subnets'),
        (
            'Security Groups',
            'security-groups',
            [GROUP_ID, OTHER_GROUP_ID],
            'security groups',
        ),
    )

    def test_that_fail_lose_no_row(self) -> None:
        for header, path, ids, kind in self.KINDS:
            self.cloud.get(
                f'{base.NETWORK_URL}/v2.0/{path}',
                status_code=403,
                json={'NeutronError': {'message': 'No.'}},
            )
            for options in ([], ['web-1']):
                result = self.run_list('-c', header, '-f', 'json', *options)

                self.assertEqual(1, result.status)
                self.assertEqual(ids, json.loads(result.stdout)[0][header])
                self.assertIn(
                    f'Cannot find the names of {kind}: the Network service '
                    f'answered 403 Forbidden: No.',
                    result.stderr,
                )

    def test_floating_ips_that_cannot_be_read_are_null(self) -> None:
        self.cloud.get(
            base.FLOATING_IPS_URL,
            status_code=403,
            json={'NeutronError': {'message': 'No.'}},
        )

        result = self.run_list('-c', 'Floating IP Addresses', '-f', 'json')

        self.assertEqual(1, result.status)
        self.assertEqual(
            [{'Floating IP Addresses': None}] * 2, json.loads(result.stdout)
        )
        self.assertIn('Cannot list the floating IPs: ', result.stderr)

    def test_each_that_fails_is_said(self) -> None:
        for _header, path, _ids, _kind in self.KINDS:
            self.cloud.get(f'{base.NETWORK_URL}/v2.0/{path}', status_code=403)

        result = self.run_list('--long', '-f', 'json')

        self.assertEqual(1, result.status)
        self.assertEqual(2, len(json.loads(result.stdout)))
        self.assertEqual(3, result.stderr.count('Cannot find the names of'))
        self.assertEqual(3, len(result.stderr.splitlines()))

    def test_none_is_looked_up(self) -> None:
        for header, _path, ids, _kind in self.KINDS:
            self.assertEqual(ids, self.values(header, '-n')[0])
            self.assert_requests(SERVERS, PORTS)

    def test_floating_ips_are_no_names(self) -> None:
        self.assertEqual(
            [['203.0.113.9'], []], self.values('Floating IP Addresses', '-n')
        )

    def test_long_takes_five_requests_without_names(self) -> None:
        rows = self.rows('--long', '-n')

        self.assert_requests(DETAIL, PORTS, FLOATING_IPS)
        self.assertEqual(
            [GROUP_ID, OTHER_GROUP_ID], rows[0]['Security Groups']
        )

    def test_what_has_no_name_or_is_not_seen(self) -> None:
        self.register_named('subnets', (OTHER_SUBNET_ID, ''))
        self.register_named('security-groups', (GROUP_ID, 'web'))

        self.assertEqual(
            [[base.SUBNET_ID], [base.SUBNET_ID, OTHER_SUBNET_ID]],
            self.values('Subnets'),
        )
        self.assertEqual(
            [[OTHER_GROUP_ID, 'web'], []], self.values('Security Groups')
        )

    def test_by_id(self) -> None:
        self.rows('-c', 'Security Groups', '-c', 'Subnets', '-c', 'Network')

        for path, ids in (
            (GROUPS, (GROUP_ID, OTHER_GROUP_ID)),
            (SUBNETS, (base.SUBNET_ID, OTHER_SUBNET_ID)),
            (NETWORKS, (base.NETWORK_ID, OTHER_NETWORK_ID)),
        ):
            query = '&'.join(f'id={id_}' for id_ in ids)
            self.assertIn(
                f'GET {path}?{query}&fields=id&fields=name&limit=1000',
                self.requests,
            )


class TestShow(ColumnsTestCase):
    MORE: ClassVar[dict[str, Any]] = {
        'port_name': 'web-1-mgmt',
        'network_name': 'front',
        'subnet_names': ['v4'],
        'floating_ips': ['203.0.113.9'],
        'admin_state_up': True,
        'security_groups': ['db', 'web'],
        'port_security_enabled': True,
        'allowed_address_pairs': PAIRS,
        'vnic_type': 'normal',
        'qos_policy_id': QOS_ID,
        'trunk': TRUNK,
        'host': 'compute-1',
        'vif_type': 'ovs',
    }

    def shown(self, *args: str) -> dict[str, Any]:
        """Run ``show``; it must succeed quietly. Give what it shows."""
        self.cloud.reset_mock()
        shown: dict[str, Any] = json.loads(
            self.assert_shown(base.SERVER_ID, *args, '-f', 'json')
        )
        return shown

    def test_long(self) -> None:
        shown = self.shown('--long')

        self.assertEqual({**base.interface(), **self.MORE}, shown)
        self.assert_requests(
            *(TAGS, PORTS, NETWORKS, SUBNETS, GROUPS, FLOATING_IPS)
        )

    def test_without_it_nothing_more_is_asked_for(self) -> None:
        self.assertEqual(base.interface(), self.shown())
        self.assert_requests(TAGS)

    def test_port(self) -> None:
        self.register_show()

        self.assertEqual(
            {**base.interface(), **self.MORE},
            self.shown(base.PORT_ID, '--long'),
        )

    def test_only_what_is_wanted_is_asked_for(self) -> None:
        for field, paths in (
            ('mac_addr', [TAGS]),
            ('host', [TAGS, PORTS]),
            ('network_name', [TAGS, NETWORKS]),
            ('floating_ips', [TAGS, FLOATING_IPS]),
            ('security_groups', [TAGS, PORTS, GROUPS]),
        ):
            shown = self.shown('--long', '-c', field)

            self.assertEqual([field], list(shown))
            self.assert_requests(*paths)

    def test_people_read_fixed_ips_with_their_subnets(self) -> None:
        for options in ([], ['--long']):
            self.assertIn(
                f"ip_address='10.0.0.5', subnet_id='{base.SUBNET_ID}'",
                self.assert_shown(base.SERVER_ID, *options),
            )

    def test_ports_of_a_list_that_network_does_not_show(self) -> None:
        self.register_resources('ports')
        self.register_list(
            base.interface(), base.interface(port_id=OTHER_PORT_ID)
        )

        result = self.run_list(
            base.SERVER_ID, '-c', 'Tag', '-c', 'Port Name', '-f', 'json'
        )

        self.assertEqual(
            f'The Network service does not show you port {base.PORT_ID} and '
            f'1 more.\n',
            result.stderr,
        )
        self.assertEqual(
            [None, None],
            [row['Port Name'] for row in json.loads(result.stdout)],
        )

    def test_port_that_network_does_not_show(self) -> None:
        self.register_resources('ports')

        result = self.show(base.SERVER_ID, '--long', '-f', 'json')

        self.assertEqual(
            (
                f'The Network service does not show you port '
                f'{base.PORT_ID}.\n',
                0,
            ),
            (result.stderr, result.status),
        )
        shown = json.loads(result.stdout)
        self.assertEqual(
            ['front', None],
            [
                shown['network_name'],
                shown['port_name'],
            ],
        )

    def test_policy(self) -> None:
        hidden = {k: v for k, v in ONE.items() if k != 'binding:host_id'}
        self.register_resources('ports', hidden)

        result = self.show(base.SERVER_ID, '--long', '-f', 'json')

        self.assertEqual(TestMissing.HOST, result.stderr)
        self.assertIsNone(json.loads(result.stdout)['host'])

    def test_names_that_fail(self) -> None:
        self.cloud.get(f'{base.NETWORK_URL}/v2.0/networks', status_code=403)

        result = self.show(base.SERVER_ID, '--long', '-f', 'json')

        self.assertEqual(1, result.status)
        self.assertIn('Cannot find the names of networks', result.stderr)
        shown = json.loads(result.stdout)
        self.assertEqual(base.NETWORK_ID, shown['network_name'])
