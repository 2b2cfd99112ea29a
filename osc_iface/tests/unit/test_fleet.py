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

"""``server interface list`` of several servers, and of all.

Most of it runs against a cloud of generated servers, over real HTTP.
"""

import collections
import json
from multiprocessing import dummy
import threading
from typing import Any
import urllib.parse
import uuid

import fixtures
import requests

from osc_iface.tests.fake.cloud import Cloud
from osc_iface.tests.fake.data import generated
from osc_iface.tests.fake.errors import Refusal
from osc_iface.tests.unit import base

LIST = ('server', 'interface', 'list')
COLUMNS = (
    'Server',
    'Port ID',
    'Network',
    'MAC Address',
    'Fixed IP Addresses',
    'Port State',
)
GONE_ID = '99999999-9999-4999-8999-999999999999'


class FleetTestCase(base.ShellTestCase):
    """Lists the interfaces of servers of a generated cloud."""

    def start(
        self, servers: int, ports: int = 2, projects: int = 1, **options: Any
    ) -> None:
        """Have a cloud of so many servers; the newest is listed first."""
        self.cloud.stop()
        self.addCleanup(_wait_for_workers)
        self.data = generated(servers, ports, projects)
        self.generated = self.enterContext(Cloud(self.data, **options))
        self.set_environment(**self.generated.settings)

    def names(self, *indexes: int) -> list[str]:
        """Return the names of servers, counted from the newest."""
        return [self.data.servers[index]['name'] for index in indexes]

    def ids(self, *indexes: int) -> list[str]:
        """Return the IDs of servers, counted from the newest."""
        return [self.data.servers[index]['id'] for index in indexes]

    def run_list(self, *args: str) -> base.Result:
        """Run ``server interface list``; count its requests from here."""
        self.generated.requests.clear()
        return self.openstack(*LIST, *args)

    def rows(self, *args: str) -> list[dict[str, Any]]:
        """Run it; it must succeed quietly. Give its rows."""
        result = self.run_list('-f', 'json', *args)
        self.assertEqual(('', 0), (result.stderr, result.status))
        rows: list[dict[str, Any]] = json.loads(result.stdout)
        return rows

    def listed(self, *args: str) -> list[str]:
        """Run it; give the server in each row, as the user named it."""
        return [row['Server'] for row in self.rows(*args)]

    def incomplete(self, *args: str) -> tuple[list[str], str]:
        """Run it; it must fail, but list some. Give these, and why."""
        result = self.run_list('-f', 'json', *args)
        self.assertEqual(1, result.status)
        rows = json.loads(result.stdout)
        return [row['Server'] for row in rows], result.stderr

    def assert_requests(self, *expected: str) -> None:
        """Return the requests after the login, without the query."""
        sent = [each.partition('?')[0] for each in self.generated.requests]
        self.assertEqual(
            ['keystone GET /v3', 'keystone POST /v3/auth/tokens'], sent[:2]
        )
        # Some are sent at the same time.
        self.assertEqual(sorted(expected), sorted(sent[2:]))

    def queries(self, path: str) -> list[dict[str, list[str]]]:
        """Return the queries of the requests for a path."""
        return [
            urllib.parse.parse_qs(query)
            for request in self.generated.requests
            for asked, _mark, query in [request.partition('?')]
            if asked.endswith(path)
        ]


def _wait_for_workers() -> None:
    """Wait for what a command that gave up has asked, or it comes later."""
    for thread in threading.enumerate():
        if isinstance(thread, dummy.DummyProcess):
            thread.join(60)


# Columns that the tag is not among: then the ports come from Network.
NO_TAG = ('-c', 'Server', '-c', 'Port ID')
WITH_TAG = (*NO_TAG, '-c', 'Tag')
PORTS = 'neutron GET /v2.0/ports'
NETWORKS = 'neutron GET /v2.0/networks'
FLOATING_IPS = 'neutron GET /v2.0/floatingips'
SERVERS = 'nova GET /v2.1/servers'
DETAIL = 'nova GET /v2.1/servers/detail'


class TestAll(FleetTestCase):
    def test_joins_ports_with_servers(self) -> None:
        self.start(5)

        rows = self.rows()

        self.assertEqual(
            [
                {
                    'Server': server['name'],
                    'Port ID': port['id'],
                    'Network': 'net',
                    'MAC Address': port['mac_address'],
                    'Fixed IP Addresses': port['fixed_ips'],
                    'Port State': port['status'],
                }
                for server in self.data.servers
                for port in self.data.ports_of[server['id']]
            ],
            rows,
        )
        self.assertEqual(list(COLUMNS), list(rows[0]))
        self.assert_requests(PORTS, SERVERS, NETWORKS)
        self.assertEqual(
            [[self.data.network_id]],
            [query['id'] for query in self.queries('/networks')],
        )

    def test_without_names_of_networks(self) -> None:
        self.start(5)

        rows = self.rows('--no-name-lookup')

        self.assertEqual(
            {self.data.network_id}, {row['Network'] for row in rows}
        )
        self.assert_requests(PORTS, SERVERS)

    def test_names_are_asked_for_while_servers_are_read(self) -> None:
        """The one waits for the other, or both would wait in vain."""
        self.start(5)
        asked = threading.Event()

        def wait(request: str) -> None:
            if '/networks' in request:
                asked.set()
            if '/servers' in request and not asked.wait(60):
                raise Refusal(500, 'Nobody asked for the names meanwhile.')

        self.generated.on_request = wait

        self.assertEqual(10, len(self.rows()))

    def test_two_servers_take_no_more_requests(self) -> None:
        self.start(2)

        self.assertEqual(4, len(self.rows()))

        self.assert_requests(PORTS, SERVERS, NETWORKS)

    def test_pages_are_followed(self) -> None:
        self.start(7, page_limit=3)

        self.assertEqual(
            [server['name'] for server in self.data.servers],
            self.listed()[::2],
        )

        # Neutron links to a page after the last one if that is full.
        self.assert_requests(*[PORTS] * 5, *[SERVERS] * 3, NETWORKS)

    def test_requests_grow_with_the_pages_alone(self) -> None:
        self.start(99, page_limit=50)

        self.assertEqual(198, len(self.rows()))

        self.assert_requests(*[PORTS] * 4, *[SERVERS] * 2, NETWORKS)

    def test_only_what_is_needed_is_asked_for(self) -> None:
        self.start(5, projects=2)

        self.rows()

        [query] = self.queries('/ports')
        self.assertEqual([self.data.projects[0]], query['project_id'])
        self.assertEqual(
            {
                *('id', 'device_id', 'device_owner', 'status'),
                *('network_id', 'mac_address', 'fixed_ips'),
            },
            set(query['fields']),
        )
        self.assertEqual([{'limit': ['1000']}], self.queries('/servers'))

    def test_no_server(self) -> None:
        self.start(0)

        self.assertEqual([], self.rows())

        self.assert_requests(PORTS, SERVERS)

    def test_ports_of_no_server_are_passed_over(self) -> None:
        """Those of routers, of nothing, and of what is not a server."""
        self.start(5)
        _server, *others = self.data.servers
        router, free, foreign = (
            self.data.ports_of[server['id']][0] for server in others[:3]
        )
        router['device_owner'] = 'network:router_interface'
        free['device_id'] = ''
        foreign['device_id'] = 'my device'

        self.assertEqual(7, len(self.rows()))

    def test_port_of_a_server_whatever_its_owner_says(self) -> None:
        self.start(4, ports=1)
        for port in self.data.ports:
            port['device_owner'] = ''

        self.assertEqual(4, len(self.rows()))

    def test_port_that_another_program_uses(self) -> None:
        """Its device may be what is no server; that is no failure."""
        self.start(5, ports=1)
        port = self.data.ports_of[self.ids(0)[0]][0]
        port.update(device_owner='baremetal:none', device_id=GONE_ID)

        self.assertEqual(self.names(1, 2, 3, 4), self.listed())
        # Nor is it asked for, where the list of all servers tells.
        self.assert_requests(PORTS, SERVERS, NETWORKS)

        mac = ('--mac-address', port['mac_address'])
        for options, names in (
            (['--port-state', 'ACTIVE'], self.names(1, 2, 3, 4)),
            (['--all-projects'], self.names(1, 2, 3, 4)),
            ([*mac], []),
            (['--all-projects', *mac], []),
        ):
            self.assertEqual(names, self.listed(*options), str(options))

    def test_ports_of_a_server_are_in_the_order_of_their_ids(self) -> None:
        self.start(3, ports=4)
        expected = [
            (server['name'], port_id)
            for server in self.data.servers
            for port_id in sorted(
                port['id'] for port in self.data.ports_of[server['id']]
            )
        ]
        self.data.ports.reverse()

        self.assertEqual(
            expected,
            [(row['Server'], row['Port ID']) for row in self.rows()],
        )

    def test_port_that_comes_twice_is_listed_once(self) -> None:
        """A page may end where something was deleted meanwhile."""
        self.start(5)
        self.data.ports.append(self.data.ports[0])

        self.assertEqual(10, len(self.rows()))

    def test_formats_and_columns(self) -> None:
        self.start(4, ports=1)

        for form in ('table', 'csv', 'yaml', 'value'):
            shown = self.run_list('-f', form, '-c', 'Server Name').stdout
            self.assertEqual(4, shown.count('server-'), form)
        for column in COLUMNS:
            self.assertEqual(4, len(self.rows('--sort-column', column)))


class TestAllProjects(FleetTestCase):
    def test_names_the_project(self) -> None:
        self.start(6, ports=1, projects=2)

        rows = self.rows('--all-projects')

        self.assertEqual(
            [server['tenant_id'] for server in self.data.servers],
            [row['Project ID'] for row in rows],
        )
        self.assertEqual(
            [COLUMNS[0], 'Project ID', *COLUMNS[1:]], list(rows[0])
        )
        self.assert_requests(PORTS, DETAIL, NETWORKS)
        self.assertEqual(['1'], self.queries('/detail')[0]['all_tenants'])

    def test_without_it_there_are_those_of_the_project(self) -> None:
        self.start(8, ports=1, projects=2)

        self.assertEqual(self.names(1, 3, 5, 7), self.listed())

    def test_whether_one_may_is_for_nova_to_say(self) -> None:
        self.register_ports()
        self.cloud.get(
            f'{base.SERVERS_URL}/detail',
            status_code=403,
            json={'forbidden': {'code': 403, 'message': 'No.'}},
        )

        self.assert_refused(
            self.openstack(*LIST, '--all-projects'),
            'Cannot list the servers: the Compute service answered 403 '
            'Forbidden: No. By default, all projects are for administrators '
            'to see.',
        )

    def test_other_failures_are_not_for_administrators(self) -> None:
        self.register_ports()
        for options in ([], ['--port-state', 'ACTIVE']):
            for failure in (
                {'status_code': 500, 'json': {'error': {'message': 'No.'}}},
                {'exc': requests.ConnectionError('no')},
            ):
                self.cloud.get(f'{base.SERVERS_URL}/detail', **failure)

                result = self.openstack(*LIST, '--all-projects', *options)

                self.assertEqual(('', 1), (result.stdout, result.status))
                self.assertRegex(
                    result.stderr,
                    '^Cannot list the servers: (the Compute service answered '
                    '500 |no connection to the Compute service at )',
                )
                self.assertNotIn('administrators', result.stderr)

    def register_ports(self) -> None:
        """Let Neutron have no ports."""
        self.cloud.get(base.PORTS_URL, json={'ports': []})


class TestNamed(FleetTestCase):
    def test_columns_are_those_of_one_server(self) -> None:
        self.start(5)

        rows = {
            count: self.rows(*self.names(*range(count))) for count in (1, 2, 5)
        }

        for count, of_these in rows.items():
            self.assertEqual(2 * count, len(of_these))
            self.assertEqual([*COLUMNS, 'Tag'], list(of_these[0]))
            self.assertEqual(of_these, rows[5][: 2 * count])

    def test_with_the_tag_each_server_is_asked_for(self) -> None:
        self.start(20)
        indexes = (7, 3, 12, 5, 9)

        rows = self.rows(*self.names(*indexes))

        self.assertEqual(
            [
                (server_id, port['id'], port['tag'])
                for server_id in self.names(*indexes)
                for port in self.data.ports_of[
                    self.ids(self.names(*range(20)).index(server_id))[0]
                ]
            ],
            [(row['Server'], row['Port ID'], row['Tag']) for row in rows],
        )
        self.assert_requests(
            SERVERS,
            *(f'{SERVERS}/{each}/os-interface' for each in self.ids(*indexes)),
            NETWORKS,
        )

    def test_rows_are_the_same_from_either_service(self) -> None:
        self.start(8, ports=3)
        for port in self.data.ports_of.values():
            port.reverse()  # as Compute may list them
        typed = (*self.names(4, 2), *self.ids(6, 1))

        rows = self.rows(*typed)

        for row in rows:
            del row['Tag']
        columns = [f'-c{column}' for column in COLUMNS]
        self.assertEqual(rows, self.rows(*typed, *columns))
        self.assertEqual([*typed], [row['Server'] for row in rows[::3]])

    def test_names_take_one_request_for_all(self) -> None:
        self.start(20)
        names = self.names(7, 3, 12, 5, 9)

        self.assertEqual(names, self.listed(*names, *NO_TAG)[::2])

        self.assert_requests(SERVERS, PORTS)
        self.assertEqual(
            sorted(self.ids(7, 3, 12, 5, 9)),
            sorted(self.queries('/ports')[0]['device_id']),
        )

    def test_longer_names_are_not_taken(self) -> None:
        self.start(20)

        self.assertEqual(
            ['server-1', 'server-2'], self.listed('server-1', 'server-2')[::2]
        )

    def test_a_few_ids_are_asked_for_one_by_one(self) -> None:
        self.start(20)
        ids = self.ids(7, 3)

        self.assertEqual(ids, self.listed(*ids, *NO_TAG)[::2])

        self.assert_requests(
            *(f'{SERVERS}/{each}' for each in sorted(ids)), PORTS
        )

    def test_ids_are_not_asked_for_where_their_interfaces_are(self) -> None:
        self.start(20)
        ids = self.ids(7, 3, 2, 5)

        self.assertEqual(ids, self.listed(*ids)[::2])

        self.assert_requests(
            *(f'{SERVERS}/{each}/os-interface' for each in ids), NETWORKS
        )

    def test_more_ids_are_picked_from_the_list(self) -> None:
        self.start(20, page_limit=10)
        indexes = (7, 3, 2, 5)

        self.assertEqual(
            self.ids(*indexes),
            self.listed(*self.ids(*indexes), *NO_TAG)[::2],
        )

        # The first page has them all.
        self.assert_requests(SERVERS, PORTS)

    def test_ids_of_other_projects(self) -> None:
        self.start(20, ports=1, projects=2)

        self.assertEqual(
            self.ids(0, 1, 2, 3, 4, 5, 6),
            self.listed(*self.ids(0, 1, 2, 3, 4, 5, 6), *NO_TAG),
        )

        self.assert_requests(SERVERS, DETAIL, PORTS)

    def test_ids_of_no_server_may_be_names(self) -> None:
        self.start(20, ports=1)
        self.data.servers[4]['name'] = GONE_ID

        for columns in ((), NO_TAG):
            names, why = self.incomplete(
                *(*self.ids(0, 1), GONE_ID, *self.ids(2, 3), 'nothing'),
                *(GONE_ID[::-1], *columns),
            )

            self.assertEqual(
                [*self.ids(0, 1), GONE_ID, *self.ids(2, 3)], names
            )
            self.assertIn(
                "No server has the name 'nothing'. See "
                '"openstack server list".\n',
                why,
            )
            no_server = {
                (): f'server {uuid.UUID(GONE_ID[::-1])}: no such server: ',
                NO_TAG: f"has the ID or name '{GONE_ID[::-1]}'. ",
            }
            self.assertIn(no_server[columns], why)
            self.assertEqual(2, len(why.splitlines()), why)

    def test_name_that_looks_like_an_id_beside_the_id(self) -> None:
        self.start(3, ports=1)
        self.data.servers[1]['name'] = GONE_ID
        [server_id] = self.ids(1)

        for args in ((GONE_ID, server_id), (server_id, GONE_ID)):
            for columns in ((), NO_TAG):
                self.assertEqual(
                    [args[0]], self.listed(*args, *columns), str(args)
                )

    def test_name_of_two_that_looks_like_an_id(self) -> None:
        self.start(4, ports=1)
        for server in self.data.servers[:2]:
            server['name'] = GONE_ID

        for columns in ((), NO_TAG):
            names, why = self.incomplete(GONE_ID, *self.names(2), *columns)

            self.assertEqual(self.names(2), names)
            self.assertIn(f"Several servers have the name '{GONE_ID}'", why)

    def test_server_named_twice_is_listed_once(self) -> None:
        self.start(3, ports=1)
        [name], [server_id] = self.names(1), self.ids(1)

        for args, listed in (
            ((name, name), name),
            ((name, server_id), name),
            ((server_id, server_id.upper()), server_id),
            ((server_id.replace('-', ''), server_id), server_id),
        ):
            for columns in ((), NO_TAG):
                self.assertEqual(
                    [listed], self.listed(*args, *columns), str(args)
                )

    def test_name_of_two_servers_does_not_lose_the_others(self) -> None:
        self.start(5, ports=1)
        for server in self.data.servers[:2]:
            server['name'] = 'twin'

        names, why = self.incomplete('twin', *self.names(2))

        self.assertEqual(self.names(2), names)
        first, second = self.ids(0, 1)
        self.assertEqual(
            "Several servers have the name 'twin'; use the ID of one of "
            f'them:\n  {first}\n  {second}\n',
            why,
        )

    def test_none_found(self) -> None:
        self.start(2)

        for columns in ((), NO_TAG):
            result = self.run_list('a', 'b', *columns)

            self.assertEqual(('', 1), (result.stdout, result.status))
            self.assertEqual(2, result.stderr.count('No server has the name'))
            self.assert_requests(SERVERS)

    def test_empty_name(self) -> None:
        self.start(2)

        result = self.run_list('a', '')

        self.assertEqual(('', 2), (result.stdout, result.status))
        self.assertIn(
            'error: argument <server>: it must not be empty', result.stderr
        )

    def test_names_of_every_kind_reach_nova_as_they_are(self) -> None:
        from osc_iface.tests.names import NAMES

        self.start(len(NAMES) + 1, ports=1)
        for server, name in zip(self.data.servers, NAMES, strict=False):
            server['name'] = name

        self.assertEqual(list(NAMES), self.listed('--', *NAMES))

    def test_more_than_one_url_can_hold(self) -> None:
        self.start(400, ports=1)
        every = range(400)

        self.assertEqual(
            self.names(*every), self.listed(*self.names(*every), *NO_TAG)
        )

        asked = [each for each in self.generated.requests if '?' in each]
        self.assertTrue(all(len(each) < 8190 for each in asked))
        self.assertEqual(3, len(self.queries('/ports')))
        self.assertEqual(
            sorted(self.ids(*every)),
            sorted(
                each
                for query in self.queries('/ports')
                for each in query['device_id']
            ),
        )

    def test_server_that_cannot_be_read_does_not_lose_the_others(
        self,
    ) -> None:
        def refuse(request: str) -> None:
            if request.endswith(broken):
                raise Refusal(500, 'Oops.')

        self.start(3, ports=1)
        [broken] = self.ids(1)
        self.generated.on_request = refuse

        names, why = self.incomplete(*self.ids(0, 1, 2), *NO_TAG)

        self.assertEqual(self.ids(0, 2), names)
        self.assertIn(f'Cannot find server {broken}: ', why)
        self.assertIn('500 Internal Server Error: Oops.', why)

    def test_interfaces_that_cannot_be_read_do_not_lose_the_others(
        self,
    ) -> None:
        def refuse(server_id: str) -> None:
            if server_id == broken:
                raise Refusal(500, 'Oops.')

        self.start(3, ports=1)
        [broken] = self.ids(1)
        self.generated.on_list = refuse

        names, why = self.incomplete(*self.ids(0, 1, 2))

        self.assertEqual(self.ids(0, 2), names)
        self.assertIn(f'Cannot list the interfaces of server {broken}: ', why)
        self.assertIn('500 Internal Server Error: Oops.', why)

    def test_server_in_a_cell_that_is_down_has_no_name(self) -> None:
        self.start(5, ports=1)
        self.data.servers[0]['name'] = None

        rows = self.rows(*self.ids(0, 1), '-c', 'Server Name')
        self.assertEqual(
            [None, *self.names(1)], [row['Server Name'] for row in rows]
        )
        # Where its name is not known, the ID stands for it.
        self.assertEqual([*self.ids(0), *self.names(1)], self.listed()[:2])


class TestFilters(FleetTestCase):
    def test_fixed_ip_takes_six_requests(self) -> None:
        self.start(30)
        port = self.data.ports_of[self.ids(4)[0]][1]
        address = port['fixed_ips'][0]['ip_address']

        [row] = self.rows('--ip-address', f'::ffff:{address}')

        self.assertEqual(port['id'], row['Port ID'])
        self.assert_requests(
            FLOATING_IPS, PORTS, f'{SERVERS}/{port["device_id"]}', NETWORKS
        )
        self.assertEqual(
            [f'ip_address={address}'], self.queries('/ports')[0]['fixed_ips']
        )

    def test_floating_ip_takes_seven_requests(self) -> None:
        self.start(30)
        floating_ip = self.data.floating_ips[1]

        [row] = self.rows('--ip-address', floating_ip['floating_ip_address'])

        port = self.data.port[floating_ip['port_id']]
        self.assertEqual(port['id'], row['Port ID'])
        self.assert_requests(
            *(FLOATING_IPS, PORTS, PORTS),
            *(f'{SERVERS}/{port["device_id"]}', NETWORKS),
        )

    def test_ipv6_can_be_no_floating_ip(self) -> None:
        self.start(5)
        port = self.data.ports_of[self.ids(2)[0]][0]
        port['fixed_ips'][0]['ip_address'] = '2001:db8::5'

        [row] = self.rows('--ip-address', '2001:db8:0::0:5')

        self.assertEqual(port['id'], row['Port ID'])
        self.assert_requests(PORTS, f'{SERVERS}/{port["device_id"]}', NETWORKS)

    def test_both_kinds_of_addresses_at_once(self) -> None:
        self.start(30)
        floating_ip = self.data.floating_ips[1]
        [fixed_ip] = self.data.ports_of[self.ids(4)[0]][1]['fixed_ips']

        rows = self.rows(
            *('--ip-address', fixed_ip['ip_address']),
            *('--ip-address', floating_ip['floating_ip_address']),
        )

        self.assertEqual(
            {*self.names(4), *self.names(10)},
            {row['Server'] for row in rows},
        )
        self.assertEqual(2, len(self.queries('/ports')))

    def test_few_come_in_the_order_of_their_ports(self) -> None:
        self.start(30, ports=1)
        ports = self.data.ports[10:13]
        options = [f'--mac-address={each["mac_address"]}' for each in ports]
        self.assertNotEqual(
            sorted(each['device_id'] for each in ports),
            [each['device_id'] for each in ports],
        )

        for option in ('--port-state=ACTIVE', '--all-projects'):
            self.assertEqual(
                [each['id'] for each in ports],
                [row['Port ID'] for row in self.rows(*options, option)],
            )

    def test_mac_address_takes_five_requests(self) -> None:
        self.start(30)
        port = self.data.ports_of[self.ids(4)[0]][1]

        [row] = self.rows(
            '--mac-address', port['mac_address'].upper().replace(':', '-')
        )

        self.assertEqual(port['id'], row['Port ID'])
        self.assert_requests(PORTS, f'{SERVERS}/{port["device_id"]}', NETWORKS)

    def test_address_of_another_project(self) -> None:
        self.start(30, projects=2)
        port = self.data.ports_of[self.ids(0)[0]][0]
        assert port['project_id'] != self.data.projects[0]
        [fixed_ip] = port['fixed_ips']
        option = ('--ip-address', fixed_ip['ip_address'])

        self.assertEqual([], self.rows(*option))
        [row] = self.rows(*option, '--all-projects')
        self.assertEqual(port['project_id'], row['Project ID'])

    def test_floating_ip_of_another_project(self) -> None:
        """The Network service tells administrators of those of all."""
        self.start(30, projects=2)
        floating_ip = self.data.floating_ips[0]
        option = ('--ip-address', floating_ip['floating_ip_address'])

        self.assertEqual([], self.rows(*option))
        self.assertEqual(1, len(self.rows(*option, '--all-projects')))

    def test_address_of_nothing(self) -> None:
        self.start(5)

        self.assertEqual([], self.rows('--ip-address', '192.0.2.1'))

        # All ports are read once: it may be in an address pair.
        self.assert_requests(FLOATING_IPS, PORTS, PORTS, SERVERS)
        self.assertNotIn('fixed_ips', self.queries('/ports')[1])
        self.assertEqual(
            {'allowed_address_pairs', 'trunk_details'},
            {*self.queries('/ports')[1]['fields']}
            - {*self.queries('/ports')[0]['fields']},
        )

    def test_few_servers_are_asked_for_one_by_one(self) -> None:
        self.start(30, ports=1)
        ports = [self.data.ports_of[id_][0] for id_ in self.ids(1, 4, 7, 9)]
        options = [f'--mac-address={port["mac_address"]}' for port in ports]

        self.assertEqual(
            sorted(self.names(1, 4, 7)), sorted(self.listed(*options[:3]))
        )
        self.assert_requests(
            PORTS,
            *(f'{SERVERS}/{each}' for each in self.ids(1, 4, 7)),
            NETWORKS,
        )

        self.assertEqual(self.names(1, 4, 7, 9), self.listed(*options))
        self.assert_requests(PORTS, SERVERS, NETWORKS)

    def test_the_service_filters(self) -> None:
        self.start(5)
        state, network = self.data.ports[3], self.data.ports[4]
        state['status'] = 'DOWN'
        network['status'] = 'BUILD'

        rows = self.rows(
            *('--network', 'net', '--subnet', self.data.subnet_id),
            *('--port-state', 'down', '--port-state', 'BUILD'),
        )

        self.assertEqual(
            {state['id'], network['id']}, {row['Port ID'] for row in rows}
        )
        [query] = self.queries('/ports')
        self.assertEqual([self.data.network_id], query['network_id'])
        self.assertEqual(['BUILD', 'DOWN'], query['status'])
        self.assertEqual(
            [f'subnet_id={self.data.subnet_id}'], query['fixed_ips']
        )

    def test_of_named_servers(self) -> None:
        self.start(5)
        port = self.data.ports_of[self.ids(2)[0]][1]
        option = ('--mac-address', port['mac_address'])

        for columns in ((), NO_TAG):
            self.assertEqual(
                self.names(2),
                self.listed(*self.names(2, 3), *option, *columns),
            )
            self.assertEqual(
                [], self.listed(*self.names(3, 4), *option, *columns)
            )


class TestTags(FleetTestCase):
    def test_same_rows_and_the_tag(self) -> None:
        self.start(12)

        rows = self.rows(*WITH_TAG)

        self.assertEqual(
            [
                port['tag']
                for server in self.data.servers
                for port in self.data.ports_of[server['id']]
            ],
            [row['Tag'] for row in rows],
        )
        requests = collections.Counter(
            each.partition('?')[0] for each in self.generated.requests[4:]
        )
        self.assertEqual(
            {
                f'{SERVERS}/{each}/os-interface': 1
                for each in self.ids(*range(12))
            },
            dict(requests),
        )
        for row in rows:
            del row['Tag']
        self.assertEqual(rows, self.rows(*NO_TAG))

    def test_tag_filter_needs_no_column(self) -> None:
        self.start(5)
        ports = [
            port['id']
            for id_ in self.ids(0, 1)
            for port in self.data.ports_of[id_]
            if port['tag']
        ]

        self.assertEqual(5, len(self.rows('--tag', 'tag-1')))
        rows = self.rows('--tag', 'tag-1', *NO_TAG, *self.names(0, 1))

        self.assertEqual(ports, [row['Port ID'] for row in rows])

    def test_tag_alone_sorts(self) -> None:
        """A sort key that is not shown is asked for, and not printed."""
        self.start(3)

        rows = self.rows(*NO_TAG, '--sort-column', 'tag')

        self.assertEqual(['Server', 'Port ID'], list(rows[0]))
        self.assertEqual(
            [
                port['id']
                for tag in ('tag-1', None)
                for id_ in self.ids(0, 1, 2)
                for port in self.data.ports_of[id_]
                if port['tag'] == tag
            ],
            [row['Port ID'] for row in rows],
        )

    def test_so_many_requests_at_once_and_no_more(self) -> None:
        self.start(32, ports=1)
        lock = threading.Lock()
        under_way, most = 0, 0
        full = threading.Barrier(8)

        def wait(_server_id: str) -> None:
            nonlocal under_way, most
            with lock:
                under_way += 1
                most = max(most, under_way)
            full.wait(60)
            with lock:
                under_way -= 1

        self.generated.on_list = wait

        self.rows(*WITH_TAG)

        self.assertEqual(8, most)

    def test_order_does_not_depend_on_who_answers_first(self) -> None:
        self.start(8, ports=1)
        last = threading.Event()
        first_id, last_id = self.ids(0, 7)

        def wait(server_id: str) -> None:
            if server_id == last_id:
                last.set()
            if server_id == first_id:
                last.wait(60)

        self.generated.on_list = wait

        self.assertEqual(self.names(*range(8)), self.listed(*WITH_TAG))

    def test_server_that_has_gone_does_not_lose_the_others(self) -> None:
        self.start(5, ports=1)
        [gone] = self.ids(2)

        def delete(server_id: str) -> None:
            if server_id == gone:
                message = f'Instance {gone} could not be found.'
                raise Refusal(404, message)

        self.generated.on_list = delete

        names, why = self.incomplete(*WITH_TAG)

        self.assertEqual(self.names(0, 1, 3, 4), names)
        self.assertIn(f'interfaces of server {gone}: no such server', why)

    def test_interface_that_has_gone_is_not_listed(self) -> None:
        self.start(5)
        [server_id] = self.ids(2)

        def detach(asked: str) -> None:
            if asked == server_id:
                self.data.ports_of[server_id] = ports[:1]

        ports = self.data.ports_of[server_id]
        self.generated.on_list = detach

        self.assertEqual(9, len(self.rows(*WITH_TAG)))

    def test_cloud_that_does_not_answer_is_given_up(self) -> None:
        """Each server would take its retries, and its time limits."""
        self.start(32, ports=1)
        asked: list[str] = []

        def hang_up(server_id: str) -> None:
            asked.append(server_id)
            raise ConnectionError

        self.generated.on_list = hang_up
        self.useFixture(
            fixtures.MonkeyPatch('osc_iface.wire.request.RETRIES', 0)
        )

        result = self.run_list(*WITH_TAG)

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertEqual(1, len(result.stderr.splitlines()), result.stderr)
        # The ninth to the fifteenth were under way by then.
        self.assertLess(len(asked), 16)

    def test_tag_in_a_version_without_tags(self) -> None:
        self.start(5)

        version = ('--os-compute-api-version', '2.1')

        for options in ([], self.names(0), self.names(0, 1)):
            self.assert_refused(
                self.run_list('--tag', 'x', *version, *options),
                'Tags need Compute API version 2.70 or newer: this cloud is '
                'older, or --os-compute-api-version asks for an older one.',
            )

    def test_column_in_a_version_without_tags(self) -> None:
        self.start(5)

        for options in ([], self.names(0), self.names(0, 1)):
            rows = self.rows(
                *WITH_TAG, '--os-compute-api-version', '2.1', *options
            )

            self.assertEqual([None] * len(rows), [row['Tag'] for row in rows])
            self.assertEqual(2 * (len(options) or 5), len(rows))

    def test_progress_at_a_terminal(self) -> None:
        self.start(5, ports=1)

        self.useFixture(
            fixtures.MonkeyPatch(
                'osc_iface.tests.shell.Stream.isatty', lambda _stream: True
            )
        )
        self.set_variable('TERM', 'xterm')

        result = self.run_list('-f', 'value', *WITH_TAG)

        self.assertEqual(5, len(result.stdout.splitlines()))
        self.assertIn('Reading interfaces', result.stderr)


class TestBrokenPages(base.ShellTestCase):
    """What no real service plays."""

    def page(self, *items: dict[str, Any], more: bool) -> dict[str, Any]:
        links = [{'rel': 'next', 'href': 'https://elsewhere.example.com'}]
        return {'ports': list(items), 'ports_links': links if more else []}

    def test_page_that_comes_again(self) -> None:
        self.cloud.get(
            base.PORTS_URL, json=self.page(base.port(id='a'), more=True)
        )
        self.register_servers()

        result = self.openstack(*LIST)

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('a page that it had sent before', result.stderr)

    def test_empty_page_is_the_last(self) -> None:
        self.cloud.get(base.PORTS_URL, json=self.page(more=True))
        self.register_servers()

        self.assertEqual(0, self.openstack(*LIST).status)

        self.assertEqual(2, len(self.requests))

    def test_links_of_any_shape(self) -> None:
        # Neutron links to the page before from the second one on.
        previous = {'rel': 'previous', 'href': 'https://elsewhere.example.com'}
        every: tuple[Any, ...] = (
            *(None, 'next', [None], ['next'], [{}], {'rel': 'next'}),
            *([previous], [previous, None]),
        )
        self.register_servers('web-1')
        for links in every:
            body = {'ports': [base.port()], 'ports_links': links}
            self.cloud.reset_mock()
            self.cloud.get(base.PORTS_URL, json=body)

            result = self.openstack(*LIST, '-f', 'value', '-c', 'Port ID')

            self.assertEqual(
                (f'{base.PORT_ID}\n', '', 0),
                (result.stdout, result.stderr, result.status),
                str(links),
            )
            self.assertEqual(2, len(self.requests), str(links))

    def test_link_to_the_next_page_is_found_among_others(self) -> None:
        links = [None, {'rel': 'previous'}, {'rel': 'next'}]
        self.register_servers('web-1')
        self.cloud.get(
            base.PORTS_URL,
            [
                {'json': {'ports': [base.port()], 'ports_links': links}},
                {'json': {'ports': [base.port(id='b')]}},
            ],
        )

        result = self.openstack(*LIST, '-f', 'value', '-c', 'Port ID')

        self.assertEqual(f'{base.PORT_ID}\nb\n', result.stdout)

    def test_link_is_not_followed_to_where_it_leads(self) -> None:
        self.cloud.get(
            base.PORTS_URL,
            [
                {'json': self.page(base.port(id='a'), more=True)},
                {'json': self.page(base.port(id='b'), more=False)},
            ],
        )
        self.cloud.get(
            f'{base.SERVERS_URL}/{base.SERVER_ID}',
            json={
                'server': {
                    'id': base.SERVER_ID,
                    'name': 'web-1',
                    'tenant_id': base.PROJECT_ID,
                }
            },
        )

        result = self.openstack(
            *LIST,
            *('--port-state', 'ACTIVE', '-f', 'value', '-c', 'Port ID'),
        )

        self.assertEqual('a\nb\n', result.stdout)
        self.assertIn('&limit=1000&marker=a', self.requests[1])

    def test_another_server_than_was_asked_for(self) -> None:
        self.cloud.get(
            base.PORTS_URL, json=self.page(base.port(id='a'), more=False)
        )
        self.cloud.get(
            f'{base.SERVERS_URL}/{base.SERVER_ID}',
            json={'server': {'id': GONE_ID, 'name': 'x', 'tenant_id': 'x'}},
        )

        result = self.openstack(*LIST, '--port-state', 'ACTIVE')

        self.assertEqual(1, result.status)
        self.assertIn('another server than was asked for', result.stderr)

    def test_servers_that_were_not_asked_for(self) -> None:
        """Nova passes over what it does not take for a filter."""
        self.cloud.get(base.PORTS_URL, json=self.page(base.port(), more=False))
        servers = [
            {'id': id_, 'name': id_[0], 'tenant_id': base.PROJECT_ID}
            for id_ in (GONE_ID, base.SERVER_ID)
        ]
        self.cloud.get(f'{base.SERVERS_URL}/detail', json={'servers': servers})

        result = self.openstack(
            *(*LIST, '--all-projects', '--port-state', 'ACTIVE'),
            *('-f', 'value', '-c', 'Server ID'),
        )

        self.assertEqual(
            (f'{base.SERVER_ID}\n', '', 0),
            (result.stdout, result.stderr, result.status),
        )

    def test_port_that_is_not_listed_is_named_safely(self) -> None:
        self.cloud.get(
            base.PORTS_URL,
            json=self.page(base.port(id='a\x1b[2J'), more=False),
        )
        message = f'Instance {base.SERVER_ID} could not be found.'
        self.cloud.get(
            f'{base.SERVERS_URL}/{base.SERVER_ID}',
            status_code=404,
            json={'itemNotFound': {'message': message}},
        )

        result = self.openstack(*LIST, '--port-state', 'ACTIVE')

        self.assertIn(r'Not listed: port a\x1b[2J of server', result.stderr)

    def test_first_page_that_fails(self) -> None:
        """Not even the header is written before there is a row."""
        ports = [base.port(id=n, device_id=n * 8 + GONE_ID[8:])
                 for n in '1234']  # fmt: skip
        self.cloud.get(base.PORTS_URL, json=self.page(*ports, more=False))
        self.cloud.get(base.SERVERS_URL, status_code=500)

        result = self.openstack(*LIST, '-f', 'csv')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('Cannot list the servers', result.stderr)

    def test_ids_that_only_an_administrator_could_see(self) -> None:
        """Who may not list all servers may still see those of some IDs."""
        ids = [GONE_ID.replace('9', n) for n in '1234']
        self.register_servers()
        self.cloud.get(f'{base.SERVERS_URL}/detail', status_code=403)
        for id_ in ids[:3]:
            message = f'Instance {id_} could not be found.'
            self.cloud.get(
                f'{base.SERVERS_URL}/{id_}',
                status_code=404,
                json={'itemNotFound': {'message': message}},
            )
        self.cloud.get(
            f'{base.SERVERS_URL}/{ids[3]}',
            json={'server': {'id': ids[3], 'name': 'web-1'}},
        )
        self.cloud.get(
            base.PORTS_URL,
            json={'ports': [base.port(device_id=ids[3])]},
        )

        result = self.openstack(*LIST, *ids, '-f', 'value', '-c', 'Server ID')

        self.assertEqual((f'{ids[3]}\n', 1), (result.stdout, result.status))
        self.assertEqual(3, result.stderr.count('has the ID or name'))

    def test_page_that_fails(self) -> None:
        """Nothing is written before all is known."""
        self.cloud.get(
            base.PORTS_URL, json=self.page(base.port(id='a'), more=False)
        )
        page = {
            'servers': [{'id': base.SERVER_ID, 'name': 'web-1'}],
            'servers_links': [{'rel': 'next'}],
        }
        self.cloud.get(
            base.SERVERS_URL, [{'json': page}, {'status_code': 500}]
        )

        result = self.openstack(*LIST, '-f', 'value', '-c', 'Port ID')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('Cannot list the servers', result.stderr)
