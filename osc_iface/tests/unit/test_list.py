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

"""``server interface list`` of one server, and its filters."""

import csv
import io
import json
from typing import Any

import yaml

from osc_iface.tests.unit import base

LIST = f'GET /v2.1/servers/{base.SERVER_ID}/os-interface 2.70'
COLUMNS = (
    'Server',
    'Port ID',
    'Network',
    'MAC Address',
    'Fixed IP Addresses',
    'Port State',
    'Tag',
)
OTHER_ID = '66666666-6666-4666-8666-666666666666'
OTHER_NETWORK_ID = '77777777-7777-4777-8777-777777777777'
OTHER_SUBNET_ID = '88888888-8888-4888-8888-888888888888'
NAMES = (
    f'GET /v2.0/networks?id={base.NETWORK_ID}&id={OTHER_NETWORK_ID}'
    f'&fields=id&fields=name&limit=1000'
)
# Asked for where an address is on no interface.
PORTS = (
    f'GET /v2.0/ports?device_id={base.SERVER_ID}&fields=id&fields=device_id'
    '&fields=device_owner&fields=network_id&fields=mac_address'
    '&fields=fixed_ips&fields=status&fields=allowed_address_pairs'
    '&fields=trunk_details&limit=1000'
)
ONE = base.interface()
OTHER = base.interface(
    fixed_ips=[
        {'ip_address': '10.0.0.40', 'subnet_id': base.SUBNET_ID},
        {'ip_address': '2001:db8::5', 'subnet_id': OTHER_SUBNET_ID},
    ],
    mac_addr='fa:16:3e:00:00:0a',
    net_id=OTHER_NETWORK_ID,
    port_id=OTHER_ID,
    port_state='DOWN',
    tag=None,
)


class ListTestCase(base.ShellTestCase):
    """Lists the interfaces of a server that has two."""

    def setUp(self) -> None:
        super().setUp()
        self.register_list(ONE, OTHER)
        self.register_networks(
            (base.NETWORK_ID, 'front'), (OTHER_NETWORK_ID, 'back')
        )
        self.register_resources('ports', base.port(), base.port(id=OTHER_ID))

    def run_list(self, *args: str) -> base.Result:
        """Run ``server interface list`` for the server."""
        return self.openstack(
            'server', 'interface', 'list', base.SERVER_ID, *args
        )

    def listed(self, *args: str) -> str:
        """Run it; it must succeed quietly. Give its output."""
        result = self.run_list(*args)
        self.assertEqual(('', 0), (result.stderr, result.status))
        return result.stdout

    def ports(self, *args: str) -> list[str]:
        """Run it; give the IDs of the ports in its rows."""
        rows = json.loads(self.listed('-f', 'json', '-c', 'Port ID', *args))
        return [row['Port ID'] for row in rows]


class TestRequests(ListTestCase):
    def test_by_id(self) -> None:
        self.listed()

        self.assertEqual([LIST, NAMES], self.requests)
        self.assertEqual(4, self.count)

    def test_by_name(self) -> None:
        self.register_servers('web-1')

        result = self.openstack('server', 'interface', 'list', 'web-1')

        self.assertEqual(('', 0), (result.stderr, result.status))
        self.assertEqual(
            ['GET /v2.1/servers?name=%5Eweb%5C-1%24&limit=1000', LIST, NAMES],
            self.requests,
        )
        self.assertEqual(5, self.count)

    def test_without_names_of_networks(self) -> None:
        self.register_servers('web-1')
        for option in ('-n', '--no-name-lookup'):
            for server, count in ((base.SERVER_ID, 3), ('web-1', 4)):
                self.cloud.reset_mock()

                result = self.openstack(
                    *('server', 'interface', 'list', server),
                    *(option, '-f', 'value', '-c', 'Network', '-c', 'Tag'),
                )

                self.assertEqual(
                    f'{base.NETWORK_ID} mgmt\n{OTHER_NETWORK_ID} None\n',
                    result.stdout,
                )
                self.assertEqual(count, self.count)

    def test_older_cloud_is_asked_once_more(self) -> None:
        self.register_list({**ONE}, version='2.53')

        [row] = json.loads(self.listed('-f', 'json'))

        self.assertEqual(list(COLUMNS), list(row))
        self.assertIsNone(row['Tag'])
        self.assertEqual(
            [LIST, LIST.replace('2.70', '2.1')], self.requests[:2]
        )


class TestServer(ListTestCase):
    """The server is what the user typed: an ID, or a name."""

    def test_id(self) -> None:
        for typed in (base.SERVER_ID, base.SERVER_ID.upper()):
            result = self.openstack(
                *('server', 'interface', 'list', typed),
                *('-f', 'value', '-c', 'Server', '-c', 'Tag'),
            )

            self.assertEqual(
                f'{base.SERVER_ID} mgmt\n{base.SERVER_ID} None\n',
                result.stdout,
            )

    def test_name(self) -> None:
        self.register_servers('web-1')

        result = self.openstack(
            *('server', 'interface', 'list', 'web-1'),
            *('-f', 'value', '-c', 'Server', '-c', 'Tag'),
        )

        self.assertEqual('web-1 mgmt\nweb-1 None\n', result.stdout)

    def test_id_with_the_name_in_a_column_of_its_own(self) -> None:
        self.cloud.get(
            f'{base.SERVERS_URL}/{base.SERVER_ID}',
            json={'server': {'id': base.SERVER_ID, 'name': 'web-1'}},
        )

        self.assertEqual(
            f'{base.SERVER_ID} web-1 mgmt\n{base.SERVER_ID} web-1 None\n',
            self.listed(
                *('-f', 'value', '-c', 'Server', '-c', 'Server Name'),
                *('-c', 'Tag'),
            ),
        )
        self.assertEqual(4, self.count)

    def test_name_that_looks_like_an_id(self) -> None:
        name = base.SUBNET_ID
        self.cloud.get(
            f'{base.SERVERS_URL}/{name}/os-interface',
            status_code=404,
            json={'itemNotFound': {'message': f'Instance {name} ...'}},
        )
        self.register_servers(name)

        result = self.openstack(
            *('server', 'interface', 'list', name),
            *('-f', 'value', '-c', 'Server', '-c', 'Server ID'),
        )

        self.assertEqual(
            f'{name} {base.SERVER_ID}\n' * 2, result.stdout, result.stderr
        )


class TestNetwork(ListTestCase):
    def networks(self, *args: str) -> list[str | None]:
        """Run it; give the networks in its rows."""
        rows = json.loads(self.listed('-f', 'json', *args))
        return [row['Network'] for row in rows]

    def test_name(self) -> None:
        self.assertEqual(['front', 'back'], self.networks())

    def test_without_a_name(self) -> None:
        self.register_networks((base.NETWORK_ID, ''), (OTHER_NETWORK_ID, 'x'))

        self.assertEqual([base.NETWORK_ID, 'x'], self.networks())

    def test_that_this_user_may_not_see(self) -> None:
        self.register_networks((OTHER_NETWORK_ID, 'back'))

        self.assertEqual([base.NETWORK_ID, 'back'], self.networks())

    def test_null(self) -> None:
        self.register_list(base.interface(net_id=None))

        self.assertEqual([None], self.networks())
        self.assertEqual([LIST], self.requests)

    def test_answer_to_another_question(self) -> None:
        """A service that passes over the filter tells of all."""
        self.cloud.get(
            f'{base.NETWORK_URL}/v2.0/networks',
            json={'networks': [{'id': 'a', 'name': 'b'}]},
        )

        self.assertEqual([base.NETWORK_ID, OTHER_NETWORK_ID], self.networks())

    def test_more_than_one_url_can_hold(self) -> None:
        """All there are, in pages, take fewer requests than parts would."""
        ids = [f'{base.NETWORK_ID[:-3]}{number:03}' for number in range(200)]
        self.register_list(
            *(base.interface(port_id=id_, net_id=id_) for id_ in ids)
        )
        items = [{'id': id_, 'name': f'n-{id_}'} for id_ in ids]
        self.cloud.get(
            f'{base.NETWORK_URL}/v2.0/networks',
            [
                {
                    'json': {
                        'networks': items[:150],
                        'networks_links': [{'rel': 'next'}],
                    }
                },
                {'json': {'networks': [*items[150:], {'id': 'other'}]}},
            ],
        )

        self.assertEqual([f'n-{id_}' for id_ in ids], self.networks())
        asked = 'GET /v2.0/networks?fields=id&fields=name&limit=1000'
        self.assertEqual(
            [LIST, asked, f'{asked}&marker={ids[149]}'], self.requests
        )

    def test_that_cannot_be_read_loses_no_row(self) -> None:
        self.cloud.get(
            f'{base.NETWORK_URL}/v2.0/networks',
            status_code=500,
            json={'NeutronError': {'message': 'Oops.'}},
        )

        result = self.run_list('-f', 'value', '-c', 'Network', '-c', 'Tag')

        self.assertEqual(
            (
                f'{base.NETWORK_ID} mgmt\n{OTHER_NETWORK_ID} None\n',
                'Cannot find the names of networks: the Network service '
                'answered 500 Internal Server Error: Oops. Report it to the '
                'operators of the cloud.\n',
                1,
            ),
            (result.stdout, result.stderr, result.status),
        )

    def test_cloud_without_a_network_service(self) -> None:
        self.register_identity(('compute', base.COMPUTE_URL))

        result = self.run_list('-f', 'value', '-c', 'Network', '-c', 'Tag')

        self.assertEqual(
            (f'{base.NETWORK_ID} mgmt\n{OTHER_NETWORK_ID} None\n', 0),
            (result.stdout, result.status),
        )
        self.assertRegex(
            result.stderr, r'\ANetworks are listed by ID\. .+\n\Z'
        )


class TestFormats(ListTestCase):
    def test_table(self) -> None:
        self.assertEqual(
            """\
+--------------------------------------+------------+------+
| Port ID                              | Port State | Tag  |
+--------------------------------------+------------+------+
| 22222222-2222-4222-8222-222222222222 | ACTIVE     | mgmt |
| 66666666-6666-4666-8666-666666666666 | DOWN       |      |
+--------------------------------------+------------+------+
""",
            self.listed('-c', 'Port ID', '-c', 'Port State', '-c', 'Tag'),
        )

    def test_fixed_ips_have_a_line_each(self) -> None:
        shown = self.listed('-c', 'Fixed IP Addresses')

        self.assertEqual(
            [
                '| 10.0.0.5           |',
                '| 10.0.0.40          |',
                '| 2001:db8::5        |',
            ],
            shown.splitlines()[3:-1],
        )

    def test_json_and_yaml_have_the_structure(self) -> None:
        expected = [
            {
                'Server': base.SERVER_ID,
                'Port ID': each['port_id'],
                'Network': network,
                'MAC Address': each['mac_addr'],
                'Fixed IP Addresses': each['fixed_ips'],
                'Port State': each['port_state'],
                'Tag': each['tag'],
            }
            for each, network in ((ONE, 'front'), (OTHER, 'back'))
        ]

        for form, load in (('json', json.loads), ('yaml', yaml.safe_load)):
            self.assertEqual(expected, load(self.listed('-f', form)))
        self.assertEqual(
            list(COLUMNS), list(json.loads(self.listed('-f', 'json'))[0])
        )

    def test_csv(self) -> None:
        header, *rows = csv.reader(io.StringIO(self.listed('-f', 'csv')))

        self.assertEqual(list(COLUMNS), header)
        self.assertEqual([base.PORT_ID, OTHER_ID], [row[1] for row in rows])
        self.assertEqual(['mgmt', ''], [row[-1] for row in rows])

    def test_value(self) -> None:
        self.assertEqual(
            'fa:16:3e:4c:2c:30 mgmt\nfa:16:3e:00:00:0a None\n',
            self.listed('-f', 'value', '-c', 'MAC Address', '-c', 'Tag'),
        )

    def test_every_column_sorts(self) -> None:
        """Null, lists of addresses and texts of every kind included."""
        nothing = dict.fromkeys(ONE, None)
        self.register_list(
            ONE,
            OTHER,
            {**nothing, 'port_id': 'a'},
            {**ONE, 'port_id': 'b', 'fixed_ips': [], 'tag': 'a'},
            {**OTHER, 'port_id': 'c', 'fixed_ips': ONE['fixed_ips']},
        )

        one, other = base.PORT_ID, OTHER_ID
        # What is equal stays in the order of the ports; null comes last.
        for column, expected in (
            ('Port ID', [one, other, 'a', 'b', 'c']),
            ('Server', [one, other, 'a', 'b', 'c']),
            ('Network', [other, 'c', one, 'b', 'a']),
            ('Network ID', [one, 'b', other, 'c', 'a']),
            ('MAC Address', [other, 'c', one, 'b', 'a']),
            ('Fixed IP Addresses', ['b', one, 'c', other, 'a']),
            ('Port State', [one, 'b', other, 'c', 'a']),
            ('Tag', ['b', one, other, 'a', 'c']),
        ):
            self.assertEqual(
                expected, self.ports('--sort-column', column), column
            )
        for column in COLUMNS:
            rotated = [
                f'--sort-column={each}'
                for each in (column, *(c for c in COLUMNS if c != column))
            ]
            self.assertEqual(5, len(self.ports(*rotated)))

    def test_addresses_sort_as_numbers(self) -> None:
        def with_address(port_id: str, *addresses: str) -> dict[str, Any]:
            fixed_ips = [
                {'ip_address': address, 'subnet_id': base.SUBNET_ID}
                for address in addresses
            ]
            return base.interface(port_id=port_id, fixed_ips=fixed_ips)

        self.register_list(
            with_address('1', 'no address'),
            with_address('2', '2001:db8::5'),
            with_address('3', '10.0.0.40'),
            with_address('4', '10.0.0.5', '10.0.0.6'),
            with_address('5', '10.0.0.5'),
            with_address('6'),
        )

        self.assertEqual(
            ['6', '5', '4', '3', '2', '1'],
            self.ports('--sort-column', 'Fixed IP Addresses'),
        )

    def test_no_interface_is_an_empty_list(self) -> None:
        self.register_list()

        self.assertEqual([], json.loads(self.listed('-f', 'json')))
        self.assertEqual(
            list(COLUMNS), next(csv.reader([self.listed('-f', 'csv')]))
        )

    def test_text_is_shown_safely(self) -> None:
        self.register_list(base.interface(tag='a\x1b[31mb'))

        self.assertIn('| a\\x1b[31mb |', self.listed('-c', 'Tag'))
        self.assertIn('"a\\u001b[31mb"', self.listed('-f', 'json'))


class TestFailures(ListTestCase):
    """The same as of ``show``, by the same code; test_failures has them."""

    def test_missing_field_is_a_warning(self) -> None:
        incomplete = {**OTHER}
        del incomplete['mac_addr']
        self.register_list(ONE, incomplete)

        result = self.run_list('-f', 'value', '-c', 'MAC Address')

        self.assertEqual(
            (
                'fa:16:3e:4c:2c:30\nNone\n',
                f'The Compute service left out mac_addr of interface '
                f'{OTHER_ID}.\n',
                0,
            ),
            (result.stdout, result.stderr, result.status),
        )

    def test_no_such_server(self) -> None:
        message = f'Instance {base.SERVER_ID} could not be found.'
        self.cloud.get(
            base.LIST_URL,
            json={'itemNotFound': {'code': 404, 'message': message}},
            status_code=404,
        )
        self.register_servers()

        self.assert_refused(
            self.run_list(),
            f'Cannot list the interfaces of server {base.SERVER_ID}: no such '
            f'server: the Compute service answered 404 Not Found: {message} '
            f'See "openstack server list".',
        )

    def test_one_broken_interface_is_an_error(self) -> None:
        self.register_list(ONE, {'port_id': None})

        result = self.run_list()

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('port_id is not text', result.stderr)

    def test_servers_and_all_projects(self) -> None:
        self.assert_misused(
            self.run_list('--all-projects'),
            'argument --all-projects: not allowed with argument <server>',
        )


class TestFilters(ListTestCase):
    def test_without_a_further_request(self) -> None:
        for options, ports in (
            (['--ip-address', '2001:DB8:0:0::5'], [OTHER_ID]),
            (['--ip-address', '[2001:db8::5]'], [OTHER_ID]),
            (['--mac-address', 'FA-16-3E-00-00-0A'], [OTHER_ID]),
            (['--mac-address', 'fa16.3e4c.2c30'], [base.PORT_ID]),
            (['--port-state', 'down'], [OTHER_ID]),
            (['--port-state', 'ACTIVE'], [base.PORT_ID]),
            (
                ['--port-state', 'DOWN', '--port-state', 'ACTIVE'],
                [base.PORT_ID, OTHER_ID],
            ),
            (['--tag', 'mgmt'], [base.PORT_ID]),
            (['--tag', 'mgm'], []),
            (['--tag', 'mgmt', '--tag', 'data'], [base.PORT_ID]),
            (['--tag', 'mgmt', '--port-state', 'DOWN'], []),
            (['--tag', 'mgmt', '--port-state', 'ACTIVE'], [base.PORT_ID]),
        ):
            before = len(self.requests)
            self.assertEqual(ports, self.ports(*options), str(options))
            self.assertEqual([LIST], self.requests[before:], str(options))

    def test_address_of_none_takes_one_request_more(self) -> None:
        """It may be in an address pair, or on the subport of a trunk."""
        for option, value in (
            ('--ip-address', '2001:db8::6'),
            ('--mac-address', 'fa:16:3e:ff:ff:ff'),
        ):
            before = len(self.requests)
            self.assertEqual([], self.ports(option, value))
            self.assertEqual([LIST, PORTS], self.requests[before:])

    def test_null_passes_no_filter(self) -> None:
        self.register_list(
            {**dict.fromkeys(ONE, None), 'port_id': base.PORT_ID}
        )

        for option, value in (
            ('--ip-address', '2001:db8::5'),
            ('--mac-address', 'fa:16:3e:00:00:01'),
            ('--port-state', 'N/A'),
            ('--tag', 'None'),
        ):
            self.assertEqual([], self.ports(option, value))

    def test_tag_in_a_version_without_tags(self) -> None:
        self.register_list({**ONE}, version='2.53')

        self.assert_refused(
            self.run_list('--tag', 'mgmt'),
            'Tags need Compute API version 2.70 or newer: this cloud is '
            'older, or --os-compute-api-version asks for an older one.',
        )

    def test_values_that_make_no_sense_cost_no_request(self) -> None:
        for option, value, message in (
            (
                '--ip-address',
                '10.0.0',
                "'10.0.0' is not an IP address or a prefix",
            ),
            ('--ip-address', '', "'' is not an IP address or a prefix"),
            (
                '--ip-address',
                '\x1b',
                "'\\x1b' is not an IP address or a prefix",
            ),
            ('--mac-address', 'fa:16', "'fa:16' is not a MAC address"),
            (
                '--mac-address',
                '192.168.10',
                "'192.168.10' is not a MAC address",
            ),
            ('--tag', '', 'it must not be empty'),
            ('--network', '', 'it must not be empty'),
            ('--subnet', '\udcff', "'\\udcff' is not valid text"),
        ):
            self.assert_misused(
                self.run_list(option, value), f'argument {option}: {message}'
            )

    def test_port_state_that_there_is_not(self) -> None:
        result = self.run_list('--port-state', 'UP')

        self.assertEqual(('', 2), (result.stdout, result.status))
        self.assertIn(
            "argument --port-state: invalid choice: 'UP'", result.stderr
        )


class TestIPv4(ListTestCase):
    """An address may be a fixed IP, and a floating IP as well."""

    def test_fixed_ip(self) -> None:
        self.register_floating_ips()
        for options, ports in (
            (['10.0.0.40'], [OTHER_ID]),
            (['::ffff:10.0.0.5'], [base.PORT_ID]),
            (['10.0.0.40', '10.0.0.5'], [base.PORT_ID, OTHER_ID]),
            (['10.0.0.41'], []),
        ):
            given = [f'--ip-address={each}' for each in options]
            self.assertEqual(ports, self.ports(*given), str(given))

    def test_floating_ip(self) -> None:
        self.register_floating_ips(('203.0.113.9', OTHER_ID))

        self.assertEqual([OTHER_ID], self.ports('--ip-address', '203.0.113.9'))

        self.assertEqual(
            [
                'GET /v2.0/floatingips?floating_ip_address=203.0.113.9'
                '&fields=id&fields=floating_ip_address'
                '&fields=fixed_ip_address&fields=port_id'
                '&fields=port_forwardings&fields=port_details&limit=1000',
                LIST,
            ],
            self.requests,
        )
        self.assertEqual(4, self.count)

    def test_fixed_ip_of_one_and_floating_ip_of_another(self) -> None:
        self.register_floating_ips(('10.0.0.5', OTHER_ID))

        self.assertEqual(
            [base.PORT_ID, OTHER_ID], self.ports('--ip-address', '10.0.0.5')
        )

    def test_floating_ip_that_forwards_single_ports(self) -> None:
        forwardings = [
            {'id': 'a', 'internal_port_id': base.NETWORK_ID},
            {'id': 'b', 'internal_port_id': OTHER_ID},
        ]
        floating_ip = {
            'id': 'c',
            'floating_ip_address': '203.0.113.9',
            'port_id': None,
            'port_forwardings': forwardings,
        }
        self.cloud.get(
            base.FLOATING_IPS_URL, json={'floatingips': [floating_ip]}
        )

        self.assertEqual([OTHER_ID], self.ports('--ip-address', '203.0.113.9'))

    def test_cloud_without_forwardings(self) -> None:
        floating_ip = {
            'id': 'c',
            'floating_ip_address': '203.0.113.9',
            'port_id': OTHER_ID,
        }
        self.cloud.get(
            base.FLOATING_IPS_URL, json={'floatingips': [floating_ip]}
        )

        self.assertEqual([OTHER_ID], self.ports('--ip-address', '203.0.113.9'))

    def test_other_filters_hold(self) -> None:
        self.register_floating_ips(('203.0.113.9', OTHER_ID))

        self.assertEqual(
            [],
            self.ports(
                *('--ip-address', '203.0.113.9', '--port-state', 'ACTIVE')
            ),
        )

    def test_leads_nowhere_or_elsewhere(self) -> None:
        for port_id in (None, base.NETWORK_ID):
            self.register_floating_ips(('203.0.113.9', port_id))

            self.assertEqual([], self.ports('--ip-address', '203.0.113.9'))

    def test_answer_to_another_question(self) -> None:
        """A service that passes over the filter tells of all."""
        self.register_floating_ips(('203.0.113.9', OTHER_ID))

        self.assertEqual([], self.ports('--ip-address', '203.0.113.10'))

    def test_cloud_that_has_none(self) -> None:
        """Without the router extension there is no such resource."""
        self.cloud.get(base.FLOATING_IPS_URL, status_code=404, text='nothing')

        self.assertEqual([], self.ports('--ip-address', '203.0.113.9'))

    def test_failure_is_a_failure(self) -> None:
        self.cloud.get(base.FLOATING_IPS_URL, status_code=403)

        result = self.run_list('--ip-address', '203.0.113.9')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('Cannot find the floating IPs', result.stderr)


class TestNetworkAndSubnet(ListTestCase):
    def register(self, kind: str, *found: dict[str, str]) -> None:
        """Let Neutron find these, by ID as by name."""
        self.register_resources(f'{kind}s', *found)

    def test_by_id(self) -> None:
        self.register('network', {'id': OTHER_NETWORK_ID, 'name': 'back'})

        for typed in (OTHER_NETWORK_ID, OTHER_NETWORK_ID.replace('-', '')):
            self.assertEqual([OTHER_ID], self.ports('--network', typed))

        self.assertEqual(
            [f'GET /v2.0/networks?id={OTHER_NETWORK_ID}&fields=id', LIST],
            self.requests[:2],
        )

    def test_by_name(self) -> None:
        self.register('network', {'id': OTHER_NETWORK_ID, 'name': 'back'})

        self.assertEqual([OTHER_ID], self.ports('--network', 'back'))

        self.assertEqual(
            [
                'GET /v2.0/networks?name=back'
                '&fields=id&fields=name&fields=project_id',
                LIST,
            ],
            self.requests,
        )

    def test_name_that_looks_like_an_id(self) -> None:
        name = base.NETWORK_ID.replace('4', 'a')
        self.register('network', {'id': OTHER_NETWORK_ID, 'name': name})

        self.assertEqual([OTHER_ID], self.ports('--network', name))

    def test_subnet(self) -> None:
        self.register('subnet', {'id': base.SUBNET_ID, 'name': 'v4'})

        self.assertEqual([base.PORT_ID, OTHER_ID], self.ports('--subnet=v4'))
        self.register_floating_ips()
        # Another fixed IP may have the address, as in the Network service.
        for address, ports in (
            ('10.0.0.5', [base.PORT_ID]),
            ('2001:db8::5', [OTHER_ID]),
        ):
            self.assertEqual(
                ports, self.ports('--subnet=v4', f'--ip-address={address}')
            )

    def test_neither_id_nor_name_of_one(self) -> None:
        for kind in ('network', 'subnet'):
            self.register(kind)

            self.assert_refused(
                self.run_list(f'--{kind}', 'x\x1b'),
                f"No {kind} has the ID or name 'x\\x1b'. "
                f'See "openstack {kind} list".',
            )

    def test_name_of_two(self) -> None:
        ids = (base.NETWORK_ID, OTHER_NETWORK_ID)
        self.register('network', *({'id': i, 'name': 'back'} for i in ids))

        self.assert_refused(
            self.run_list('--network', 'back'),
            "Several networks have the name 'back'; use the ID of one of "
            f'them:\n  {base.NETWORK_ID}\n  {OTHER_NETWORK_ID}',
        )

    def test_own_before_others(self) -> None:
        self.register(
            'network',
            {
                'id': base.NETWORK_ID,
                'name': 'back',
                'project_id': base.SUBNET_ID,
            },
            {
                'id': OTHER_NETWORK_ID,
                'name': 'back',
                'project_id': base.PROJECT_ID,
            },
        )

        self.assertEqual([OTHER_ID], self.ports('--network', 'back'))


class TestHelp(base.ShellTestCase):
    def test_names_every_option(self) -> None:
        result = self.openstack('server', 'interface', 'list', '--help')

        self.assertEqual(0, result.status)
        for word in (
            '<server>',
            '--all-projects',
            '--long',
            '--no-name-lookup',
            '--project <project>',
            '--project-domain <project-domain>',
            '--network <network>',
            '--subnet <subnet>',
            '--ip-address <ip-address>',
            '--mac-address <mac-address>',
            '--security-group <security-group>',
            '--host <host>',
            '--port-state <port-state>',
            '--tag <tag>',
        ):
            self.assertIn(word, result.stdout)
