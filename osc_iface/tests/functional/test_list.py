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

"""``server interface list`` against a real Keystone, Nova and Neutron."""

import csv
import functools
import io
import ipaddress
import itertools
import json
from typing import Any, ClassVar

import yaml

from osc_iface.tests.functional import base

LIST = ('server', 'interface', 'list')
NOWHERE = '00000000-0000-4000-8000-000000000000'
OF_SERVER = ['Server ID', 'Server Name']
OF_PORT = [
    'Port ID',
    'Network ID',
    'MAC Address',
    'Fixed IP Addresses',
    'Port State',
]


@functools.cache
def rows_of(name: str, cloud: str = 'sandbox') -> list[dict[str, Any]]:
    """All that can be listed of the interfaces of a server."""
    connection = base.connect(cloud)
    server = base.server(name, cloud)
    attachments = connection.compute.get(
        f'/servers/{server.id}/os-interface', microversion='2.70'
    ).json()['interfaceAttachments']
    tags = {each['port_id']: each['tag'] for each in attachments}
    return [
        {
            'Server ID': server.id,
            'Server Name': name,
            'Project ID': port.project_id,
            'Port ID': port.id,
            'Network ID': port.network_id,
            'MAC Address': port.mac_address,
            'Fixed IP Addresses': port.fixed_ips,
            'Port State': port.status,
            'Tag': tags.pop(port.id),
        }
        for port in connection.network.ports(device_id=server.id)
    ]


class ListTestCase(base.SandboxTestCase):
    """What the sandbox was seeded with, as the SDK tells it."""

    def setUp(self) -> None:
        super().setUp()
        self.web = rows_of('web-1')
        self.db = rows_of('db-1')
        self.app = rows_of('app-1', 'sandbox-member')
        self.web_id = self.web[0]['Server ID']
        self.db_id = self.db[0]['Server ID']
        self.app_id = self.app[0]['Server ID']

    def listed(self, *args: str, **kwargs: Any) -> Any:
        return self.json(*LIST, *args, **kwargs)

    def listed_each(self, *lines: str) -> list[Any]:
        """Make a list with the arguments in each line, by one process."""
        commands = [f'{" ".join(LIST)} {line} -f json\n' for line in lines]
        # The status tells nothing: the client ends its own shell with 1.
        result = self.openstack(commands=''.join(commands))
        self.assertEqual('', result.stderr)
        text = result.stdout.strip()
        found = []
        while text:
            value, end = json.JSONDecoder().raw_decode(text)
            found.append(value)
            text = text[end:].strip()
        self.assertEqual(len(lines), len(found))
        return found

    def assert_rows(
        self, expected: list[dict[str, Any]], columns: list[str], listed: Any
    ) -> None:
        """Compare a list, whatever the order of its rows."""
        self.assertEqual(
            _by_port(
                {name: row[name] for name in columns} for row in expected
            ),
            _by_port(listed),
        )
        for row in listed:
            self.assertEqual(columns, [*row])

    def assert_refused(self, pattern: str, *args: str, **kwargs: Any) -> None:
        """Check that a list fails with one sentence, or two."""
        self.assertRegex(
            self.refused(*LIST, *args, **kwargs), f'^{pattern}\n$'
        )

    def assert_misused(self, message: str, *args: str) -> None:
        """Check that an argument is refused, before logging in."""
        result = self.openstack(*LIST, *args)
        self.assertEqual(('', 2), (result.stdout, result.status))
        self.assertEqual(
            f'{" ".join(("openstack", *LIST))}: error: argument {message}',
            result.stderr.splitlines()[-1],
        )
        self.assert_requests(result)


class TestOneServer(ListTestCase):
    def test_values_and_requests(self) -> None:
        for cloud, name, expected in (
            ('sandbox', 'web-1', self.web),
            ('sandbox-reader', 'web-1', self.web),
            ('sandbox', 'db-1', self.db),
            ('sandbox-member', 'app-1', self.app),
        ):
            server = expected[0]['Server ID']
            for arg, nova in ((server, 1), (name, 2)):
                result = self.succeed(*LIST, arg, '-f', 'json', cloud=cloud)

                self.assert_rows(
                    expected, [*OF_PORT, 'Tag'], json.loads(result.stdout)
                )
                self.assert_requests(result, keystone=2, nova=nova)
        self.assertEqual(
            ['None', 'mgmt'], sorted(str(row['Tag']) for row in self.web)
        )

    def test_administrator_names_any_server_by_id(self) -> None:
        self.assert_rows(self.app, [*OF_PORT, 'Tag'], self.listed(self.app_id))

    def test_formats(self) -> None:
        """The four others hold what is in the JSON."""
        columns = [*OF_PORT, 'Tag']
        values = self.listed('web-1', '--sort-column', 'Port ID')
        shown = {
            name: self.succeed(
                *LIST, 'web-1', '--sort-column', 'Port ID', '-f', name
            ).stdout
            for name in ('table', 'yaml', 'csv', 'value')
        }
        texts = [['' if v is None else str(v) for v in _of(r)] for r in values]

        self.assertEqual(values, yaml.safe_load(shown['yaml']))
        self.assertEqual(
            [columns, *texts], [*csv.reader(io.StringIO(shown['csv']))]
        )
        self.assertEqual(
            [' '.join(str(value) for value in _of(row)) for row in values],
            shown['value'].splitlines(),
        )
        cells = [
            [cell.strip() for cell in line[1:-1].split('|')]
            for line in shown['table'].splitlines()
            if line.startswith('|')
        ]
        # A line for each address; the other cells are in the first.
        lines = [
            [*_of(row)[:3], address, row['Port State'], str(row['Tag'])]
            if first
            else ['', '', '', address, '', '']
            for row in values
            for first, address in zip(
                (True, False), _addresses(row), strict=False
            )
        ]
        self.assertEqual([columns, *lines], cells)

    def test_some_columns(self) -> None:
        columns = ['MAC Address', 'Tag']

        self.assertEqual(
            sorted(f'{row["MAC Address"]} {row["Tag"]}' for row in self.web),
            sorted(
                self.succeed(
                    *(*LIST, 'web-1', '-f', 'value'),
                    *('-c', columns[0], '-c', columns[1]),
                ).stdout.splitlines()
            ),
        )

    def test_version_of_the_user(self) -> None:
        """The SDK looks for the endpoint of a chosen version first."""
        for version, columns in (
            ('2.1', OF_PORT),
            ('2.69', OF_PORT),
            ('2.70', [*OF_PORT, 'Tag']),
        ):
            result = self.succeed(
                *('--os-compute-api-version', version),
                *(*LIST, self.web_id, '-f', 'json'),
            )

            self.assert_rows(self.web, columns, json.loads(result.stdout))
            self.assert_requests(result, keystone=2, nova=2)

    def test_no_such_server(self) -> None:
        self.assert_refused(
            'No server has the name \'nope\'. See "openstack server list".',
            'nope',
        )
        self.assert_refused(
            f'Cannot list the interfaces of server {NOWHERE}: no such server: '
            'the Compute service answered 404 Not Found: Instance '
            f'{NOWHERE} could not be found. See "openstack server list". '
            r'\(Request ID: req-[0-9a-f-]+\)',
            NOWHERE,
        )
        self.assert_misused('<server>: it must not be empty', '')

    def test_of_another_project(self) -> None:
        for server, message in (
            ('web-1', "No server has the name 'web-1'."),
            (self.web_id, f'.*Instance {self.web_id} could not be found.'),
        ):
            self.assert_refused(
                f'{message} See "openstack server list".( .*)?',
                server,
                cloud='sandbox-member',
            )


class TestSeveral(ListTestCase):
    def test_named(self) -> None:
        """They come in the order that was asked for, each once."""
        for args, nova in (
            (('web-1', 'db-1'), 1),
            ((self.web_id, self.db_id), 2),
            ((self.web_id.upper(), 'db-1', 'web-1'), 2),
        ):
            result = self.succeed(*LIST, *args, '-f', 'json')
            rows = json.loads(result.stdout)

            self.assert_rows(self.web + self.db, [*OF_SERVER, *OF_PORT], rows)
            self.assertEqual(
                [self.web_id, self.web_id, self.db_id],
                [row['Server ID'] for row in rows],
            )
            self.assert_requests(result, keystone=2, nova=nova, neutron=1)

    def test_of_any_project_by_id(self) -> None:
        """That takes the answer of Nova, and the role of Neutron."""
        listed = self.listed(self.app_id, 'web-1')

        self.assert_rows(self.app + self.web, [*OF_SERVER, *OF_PORT], listed)

    def test_all(self) -> None:
        """They take four requests, as those of many servers do."""
        one = [*OF_SERVER, *OF_PORT]
        every = [*OF_SERVER, 'Project ID', *OF_PORT]
        for cloud, args, columns, expected in (
            ('sandbox', (), one, self.web + self.db),
            ('sandbox-reader', (), one, self.web + self.db),
            ('sandbox-member', (), one, self.app),
            (
                'sandbox',
                ('--all-projects',),
                every,
                self.web + self.db + self.app,
            ),
        ):
            result = self.succeed(*LIST, *args, '-f', 'json', cloud=cloud)

            self.assert_rows(expected, columns, json.loads(result.stdout))
            self.assert_requests(result, keystone=2, nova=1, neutron=1)

    def test_all_projects_is_for_administrators(self) -> None:
        for cloud in ('sandbox-member', 'sandbox-reader'):
            self.assert_refused(
                'Cannot list the servers: the Compute service answered 403 '
                "Forbidden: Policy doesn't allow os_compute_api:servers:"
                'detail:get_all_tenants to be performed. By default, all '
                'projects are for administrators to see. '
                r'\(Request ID: req-[0-9a-f-]+\)',
                '--all-projects',
                cloud=cloud,
            )

    def test_servers_and_all_projects(self) -> None:
        self.assert_misused(
            '--all-projects: not allowed with argument <server>',
            *('web-1', '--all-projects'),
        )

    def test_tags(self) -> None:
        for args in ((), ('db-1', 'web-1'), ('--all-projects',)):
            plain, tagged = self.listed(*args), self.listed(*args, '--long')
            tags = {
                row['Port ID']: row['Tag']
                for row in self.web + self.db + self.app
            }

            self.assertEqual(
                [{**row, 'Tag': tags[row['Port ID']]} for row in plain],
                tagged,
            )
            self.assertEqual('Tag', [*tagged[0]][-1])

    def test_one_that_there_is_not(self) -> None:
        for cloud, missing, server, expected in (
            ('sandbox', "name 'nope'", 'web-1', self.web),
            ('sandbox', f"ID or name '{NOWHERE}'", self.db_id, self.db),
            ('sandbox-member', "name 'web-1'", 'app-1', self.app),
        ):
            typed = missing.split("'")[1]
            result = self.openstack(
                *LIST, typed, server, '-f', 'json', cloud=cloud
            )

            self.assertEqual(1, result.status)
            self.assertEqual(
                f'No server has the {missing}. See "openstack server list".\n',
                result.stderr,
            )
            self.assert_rows(
                expected, [*OF_SERVER, *OF_PORT], json.loads(result.stdout)
            )

    def test_none_that_there_is(self) -> None:
        result = self.openstack(*LIST, 'nope', 'neither', '-f', 'json')

        self.assertEqual(
            (
                [],
                "No server has the name 'nope'. See \"openstack server "
                'list".\nNo server has the name \'neither\'. See "openstack '
                'server list".\n',
                1,
            ),
            (json.loads(result.stdout), result.stderr, result.status),
        )


# Options, and the ports that pass; a dash stands for none.
FILTERS = (
    ('--network back', 'data db down tagged plain'),
    ('--network {back}', 'data db down tagged plain'),
    ('--network {back_undashed}', 'data db down tagged plain'),
    ('--network back --network front', 'mgmt data db down tagged plain'),
    ('--network public', '-'),
    ('--subnet front-ipv6', 'mgmt'),
    ('--subnet front-ipv6 --ip-address 10.0.0.11', 'mgmt'),
    ('--subnet {front_ipv6}', 'mgmt'),
    ('--subnet front-ipv4 --subnet front-ipv6', 'mgmt'),
    ('--subnet back-ipv4 --network front', '-'),
    ('--ip-address 10.0.0.11', 'mgmt'),
    ('--ip-address 10.0.0.1', '-'),  # that of the router
    ('--ip-address ::ffff:10.0.1.12', 'db'),
    ('--ip-address 2001:DB8:0:1:0:0:0:11', 'mgmt'),
    ('--ip-address [2001:db8:0:1::0011]', 'mgmt'),
    ('--ip-address {floating}', 'mgmt'),
    ('--ip-address {floating} --ip-address 10.0.1.12', 'mgmt db'),
    ('--ip-address {floating} --network front', 'mgmt'),
    ('--ip-address {floating} --network back', '-'),
    ('--ip-address 10.0.0.11 --subnet front-ipv4', 'mgmt'),
    ('--ip-address 10.0.0.11 --subnet back-ipv4', '-'),
    ('--ip-address 10.0.0.11 --ip-address 10.0.1.11', 'mgmt data'),
    ('--ip-address 10.0.0.11 --mac-address {mac}', 'mgmt'),
    ('--ip-address 10.0.1.11 --mac-address {mac}', '-'),
    ('--ip-address 192.0.2.1', '-'),
    ('--mac-address {mac}', 'mgmt'),
    ('--mac-address {mac_dashed}', 'mgmt'),
    ('--mac-address {mac_dotted}', 'mgmt'),
    ('--mac-address {mac} --mac-address {mac_of_db}', 'mgmt db'),
    ('--mac-address 02:00:00:00:00:01', '-'),
    ('--port-state ACTIVE', 'mgmt data db tagged plain'),
    ('--port-state active --network front', 'mgmt'),
    ('--port-state DOWN', 'down'),
    ('--port-state DOWN --port-state ERROR', 'down'),
    ('--port-state DOWN --network front', '-'),
    ('--tag mgmt', 'mgmt'),
    ('--tag mgmt --tag backup', 'mgmt tagged'),
    ('--tag backup --network back --port-state ACTIVE', 'tagged'),
    ('--tag mgmt --network back', '-'),
    ('--tag mgmt --ip-address {floating}', 'mgmt'),
    ('--tag MGMT', '-'),
    (
        '--network front --subnet front-ipv4 --ip-address 10.0.0.11 '
        '--mac-address {mac} --port-state ACTIVE --tag mgmt',
        'mgmt',
    ),
)


class TestFleet(ListTestCase):
    """Three servers more, one of them without an interface."""

    servers: ClassVar[dict[str, Any]] = {}
    down: ClassVar[Any]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.addClassCleanup(lambda: base.delete(*cls.servers.values()))
        network = base.connect().network
        back = network.find_network('back').id
        for name, networks in (
            ('list-empty', 'none'),
            ('list-tagged', [{'uuid': back, 'tag': 'backup'}]),
            ('list-plain', [{'uuid': back}]),
        ):
            cls.servers[name] = base.boot(name, networks)
        # Bound to no host, so it stays down; Nova goes by the ID.
        cls.down = network.create_port(
            network_id=back,
            device_id=cls.servers['list-plain'].id,
            device_owner='compute:nova',
        )
        cls.addClassCleanup(network.delete_port, cls.down)

    def setUp(self) -> None:
        super().setUp()
        self.tagged = rows_of('list-tagged')
        self.plain = rows_of('list-plain')
        self.all = [*self.web, *self.db, *self.tagged, *self.plain]

    def test_server_without_an_interface(self) -> None:
        result = self.succeed(*LIST, 'list-empty')

        self.assertEqual('\n', result.stdout)
        self.assert_requests(result, keystone=2, nova=2)
        self.assertEqual([], self.listed(self.servers['list-empty'].id))
        self.assertEqual(
            ','.join(f'"{each}"' for each in (*OF_PORT, 'Tag')) + '\n',
            self.succeed(*LIST, 'list-empty', '-f', 'csv').stdout,
        )
        self.assert_rows(
            self.db,
            [*OF_SERVER, *OF_PORT],
            self.listed('db-1', 'list-empty'),
        )

    def test_requests_do_not_grow(self) -> None:
        """Four of the project have interfaces, five of all projects."""
        names = ('web-1', 'db-1', *self.servers)
        ids = [self.web_id, self.db_id]
        ids += [server.id for server in self.servers.values()]
        one = [*OF_SERVER, *OF_PORT]
        every = [*OF_SERVER, 'Project ID', *OF_PORT]
        for args, columns, expected in (
            ((), one, self.all),
            (names, one, self.all),
            (ids, one, self.all),
            (('--all-projects',), every, [*self.all, *self.app]),
        ):
            result = self.succeed(*LIST, *args, '-f', 'json')

            self.assert_rows(expected, columns, json.loads(result.stdout))
            self.assert_requests(result, keystone=2, nova=1, neutron=1)

    def test_a_tag_takes_a_request_for_each_server(self) -> None:
        result = self.succeed(*LIST, '--long', '-f', 'json')

        self.assert_rows(
            self.all, [*OF_SERVER, *OF_PORT, 'Tag'], json.loads(result.stdout)
        )
        self.assert_requests(result, keystone=2, nova=1 + 4, neutron=1)

    def test_filters(self) -> None:
        """Of one server, of several, and of all."""
        ports = {'db': self.db[0], 'tagged': self.tagged[0]}
        for row in self.web:
            ports['mgmt' if row['Tag'] else 'data'] = row
        for row in self.plain:
            down = row['Port ID'] == self.down.id
            ports['down' if down else 'plain'] = row
        scopes: tuple[list[str], ...] = (
            ['web-1'],
            ['list-plain'],
            ['db-1', 'web-1'],
            [],
        )
        values = self.values()

        lines = [
            f'{" ".join(scope)} {options.format(**values)}'
            for options, _passing in FILTERS
            for scope in scopes
        ]
        lists = iter(self.listed_each(*lines))

        for options, passing in FILTERS:
            for scope in scopes:
                expected = [
                    ports[name]['Port ID']
                    for name in passing.replace('-', '').split()
                    if not scope or ports[name]['Server Name'] in scope
                ]
                self.assertEqual(
                    sorted(expected),
                    sorted(row['Port ID'] for row in next(lists)),
                    f'{scope} {options}',
                )

    def values(self) -> dict[str, str]:
        """Return what the options of the filters are to be filled with."""
        cloud = base.connect()
        mgmt = base.port('web-1-mgmt')
        back = cloud.network.find_network('back').id
        mac = mgmt.mac_address
        digits = mac.replace(':', '')
        return {
            'back': back,
            'back_undashed': back.replace('-', '').upper(),
            'front_ipv6': cloud.network.find_subnet('front-ipv6').id,
            'floating': self.floating_ip(mgmt.id),
            'mac': mac,
            'mac_dashed': mac.replace(':', '-').upper(),
            'mac_dotted': '.'.join((digits[:4], digits[4:8], digits[8:])),
            'mac_of_db': self.db[0]['MAC Address'],
        }

    def floating_ip(self, port_id: str) -> str:
        found = next(base.connect().network.ips(port_id=port_id))
        return str(found.floating_ip_address)

    def test_requests_of_filters(self) -> None:
        """Names of networks cost one more, floating IPs too."""
        values = self.values()
        for line, nova, neutron in (
            ('--mac-address {mac}', 1, 1),
            ('--mac-address {mac} --mac-address {mac_of_db}', 2, 1),
            ('--mac-address 02:00:00:00:00:01', 1, 1),
            ('--ip-address 2001:db8:0:1::11', 1, 1),
            ('--ip-address 10.0.0.11', 1, 2),
            ('--ip-address {floating}', 1, 3),
            ('--ip-address 192.0.2.1', 1, 2),
            ('--network {back}', 1, 2),
            ('--network back --subnet back-ipv4', 1, 3),
            ('--port-state DOWN', 1, 1),
            ('{web} --ip-address 10.0.0.11', 1, 1),
            ('{web} --ip-address {floating}', 1, 1),
            ('{web} --mac-address {mac} --tag mgmt', 1, 0),
            ('web-1 db-1 --ip-address {floating}', 1, 3),
        ):
            args = line.format(web=self.web_id, **values).split()
            result = self.succeed(*LIST, *args)
            counts = {'keystone': 2, 'nova': nova, 'neutron': neutron}

            self.assert_requests(
                result,
                **{key: count for key, count in counts.items() if count},
            )

    def test_sort_by_any_columns(self) -> None:
        """Addresses sort as numbers; what is not there comes last."""
        for scope, columns in (
            ('web-1', [*OF_PORT, 'Tag']),
            (
                '--all-projects --long',
                [*OF_SERVER, 'Project ID', *OF_PORT, 'Tag'],
            ),
        ):
            sorts = [
                *(((name,), False) for name in columns),
                *(((name,), True) for name in columns),
                *((two, False) for two in itertools.permutations(columns, 2)),
            ]
            # The client's own shell would take quotes off too early.
            lines = [
                ' '.join(
                    f'--sort-column {name.replace(" ", "_")}' for name in names
                )
                + (' --sort-descending' if reverse else '')
                for names, reverse in sorts
            ]
            lists = self.listed_each(*(f'{scope} {each}' for each in lines))

            for (names, reverse), rows in zip(sorts, lists, strict=True):
                keys = [[_key(row[name]) for name in names] for row in rows]
                self.assertEqual(
                    sorted(keys, reverse=reverse), keys, f'{scope} {names}'
                )


class TestBadValues(ListTestCase):
    def test_one_sentence(self) -> None:
        for option, value, message in (
            ('--ip-address', '10.0.0', "'10.0.0' is not an IP address"),
            (
                '--ip-address',
                '10.0.0.0/24',
                "'10.0.0.0/24' is not an IP address",
            ),
            ('--ip-address', '', "'' is not an IP address"),
            ('--mac-address', 'fa:16', "'fa:16' is not a MAC address"),
            ('--network', '', 'it must not be empty'),
            ('--subnet', '', 'it must not be empty'),
        ):
            self.assert_misused(f'{option}: {message}', option, value)

    def test_what_there_is_not(self) -> None:
        for kind in ('network', 'subnet'):
            for value in ('nope', NOWHERE):
                self.assert_refused(
                    f"No {kind} has the ID or name '{value}'. "
                    f'See "openstack {kind} list".',
                    *(f'--{kind}', value),
                )

    def test_state_that_there_is_not(self) -> None:
        result = self.openstack(*LIST, '--port-state', 'nope')

        self.assertEqual(('', 2), (result.stdout, result.status))
        self.assertIn(
            "argument --port-state: invalid choice: 'N", result.stderr
        )

    def test_tag_in_a_version_without(self) -> None:
        for servers in ((), ('web-1',), ('web-1', 'db-1')):
            self.assert_refused(
                'Tags need Compute API version 2.70 or newer: this cloud is '
                'older, or --os-compute-api-version asks for an older one.',
                *(*servers, '--tag', 'mgmt'),
                OS_COMPUTE_API_VERSION='2.69',
            )


def _by_port(rows: Any) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str(row['Port ID']))


def _of(row: dict[str, Any]) -> list[Any]:
    return [*row.values()]


def _addresses(row: dict[str, Any]) -> list[str]:
    return [
        f"ip_address='{each['ip_address']}', subnet_id='{each['subnet_id']}'"
        for each in row['Fixed IP Addresses']
    ]


def _key(value: Any) -> Any:
    """Return what a value of a column sorts by."""
    if isinstance(value, list):
        parsed = [ipaddress.ip_address(each['ip_address']) for each in value]
        value = [(each.version, int(each)) for each in parsed]
    return value is None, value or ''
