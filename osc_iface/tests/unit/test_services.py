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

"""``server interface list`` of services that are set up in other ways."""

from osc_iface.tests import clients
from osc_iface.tests.fake.items import trunk
from osc_iface.tests.fake.neutron import (
    ADDRESS_PAIRS,
    BINDING,
    EXTENSIONS,
    PORT_FORWARDING,
    PORT_SECURITY,
    QOS,
    ROUTER,
    SECURITY_GROUP,
    TRUNK,
    VALIDATION,
)
from osc_iface.tests.unit import base
from osc_iface.tests.unit.test_fleet import (
    FLOATING_IPS,
    NETWORKS,
    NO_TAG,
    PORTS,
    SERVERS,
    WITH_TAG,
    FleetTestCase,
)


class TestLinks(FleetTestCase):
    """Each page of Neutron's has a link to a previous one, even the first."""

    def test_link_to_a_previous_page_is_not_followed(self) -> None:
        self.start(25, ports=1, page_limit=10)

        self.assertEqual(self.names(*range(25)), self.listed())

        self.assert_requests(*[PORTS] * 3, *[SERVERS] * 3, NETWORKS)
        self.assertFalse(
            [query for query in self.queries('/ports') if len(query) > 11]
        )

    def test_no_page_behind_an_empty_one(self) -> None:
        self.start(3)

        self.assertEqual([], self.rows('--port-state', 'DOWN'))

        self.assert_requests(PORTS, SERVERS)


class TestBeginningAnew(FleetTestCase):
    """Neutron does so where the item before a page has gone."""

    def test_floating_ip_that_is_deleted_meanwhile(self) -> None:
        self.start(100, ports=1, page_limit=2)
        wanted = self.data.floating_ips[:7]
        options = [
            f'--ip-address={each["floating_ip_address"]}' for each in wanted
        ]
        ports = {each['port_id'] for each in wanted}

        def delete(request: str) -> None:
            if '/floatingips' in request and '&marker=' in request:
                pages.append(request)
            if len(pages) == 2:
                marker = request.rpartition('&marker=')[2].partition('&')[0]
                self.data.floating_ips[:] = [
                    each
                    for each in self.data.floating_ips
                    if each['id'] != marker
                ]
                self.generated.on_request = lambda request: None

        pages: list[str] = []
        self.generated.on_request = delete

        rows = self.rows(*options)

        # What was read before it was deleted is listed, and all once.
        self.assertEqual(sorted(ports), sorted(row['Port ID'] for row in rows))

    def test_service_that_always_does(self) -> None:
        links = [{'rel': 'next', 'href': 'x'}]
        page = {'ports': [base.port(id='a'), base.port(id='b')]}
        self.cloud.get(base.PORTS_URL, json={**page, 'ports_links': links})
        self.register_servers()

        result = self.openstack('server', 'interface', 'list')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('a page that it had sent before', result.stderr)
        self.assertLess(self.count, 50)


class TestVersions(FleetTestCase):
    """Endpoints without a version, and versions that the user chose."""

    def test_catalog_without_a_version(self) -> None:
        self.start(5, versioned=False)
        for options in ([], ['--long'], self.names(0, 1), ['--all-projects']):
            self.assertEqual(
                self.names(0)[0], self.rows(*options)[0]['Server']
            )
        self.rows()

        self.assert_requests('nova GET /', PORTS, SERVERS, NETWORKS)

    def test_show_in_a_catalog_without_a_version(self) -> None:
        self.start(5, versioned=False)
        [server] = self.names(1)

        shown = self.assert_shown(
            *(server, f'{server}-1', '-f', 'value', '-c', 'tag')
        )

        self.assertEqual('tag-1\n', shown)
        self.assertEqual(6, len(self.generated.requests))
        self.assertEqual('nova GET /', self.generated.requests[2])

    def test_identity_without_a_version(self) -> None:
        self.start(5)
        self.set_variable(
            'OS_AUTH_URL', self.generated.auth_url.removesuffix('/v3')
        )

        self.assertEqual(10, len(self.rows()))

        self.assertEqual('keystone GET /', self.generated.requests[0])

    def test_version_that_refuses_unknown_parameters(self) -> None:
        """Nova does so since 2.75; Neutron does by default."""
        self.start(5)
        [fixed_ip] = self.data.ports[0]['fixed_ips']
        for options in (
            ['--long'],
            ['--all-projects'],
            ['--all-projects', '--ip-address', fixed_ip['ip_address']],
            ['--network', 'net', '--subnet', 'net'],
            ['--all-projects', '--project', 'project'],
            ['--host', 'host', '--security-group', 'default'],
            ['-c', 'Tag'],
            self.names(0),
            self.ids(0, 1, 2, 3),
            [*self.ids(0, 1, 2, 3), *NO_TAG],
        ):
            rows = self.rows('--os-compute-api-version', '2.90', *options)

            self.assertNotEqual([], rows)

    def test_version_without_a_version_in_the_catalog(self) -> None:
        self.start(5, versioned=False)

        rows = self.rows('--os-compute-api-version', '2.90', *WITH_TAG)

        self.assertEqual('tag-1', rows[1]['Tag'])

    def test_version_that_the_cloud_does_not_have(self) -> None:
        self.start(5)

        result = self.run_list('--os-compute-api-version', '2.9999')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertRegex(result.stderr, clients.NO_SUCH_MICROVERSION)


class TestExtensions(FleetTestCase):
    """Neutron knows floating IPs where it has routers."""

    def test_no_routers(self) -> None:
        self.start(30, extensions=frozenset())
        port = self.data.ports_of[self.ids(4)[0]][1]
        [fixed_ip] = port['fixed_ips']

        [row] = self.rows('--ip-address', fixed_ip['ip_address'])

        self.assertEqual(port['id'], row['Port ID'])
        self.assert_requests(
            *(FLOATING_IPS, PORTS, f'{SERVERS}/{port["device_id"]}', NETWORKS)
        )

    def test_no_routers_and_nothing_of_the_address(self) -> None:
        self.start(30, extensions=frozenset())
        floating_ip = self.data.floating_ips[1]

        self.assertEqual(
            [], self.rows('--ip-address', floating_ip['floating_ip_address'])
        )

    def test_no_forwardings_of_single_ports(self) -> None:
        self.start(30, extensions=frozenset((ROUTER,)))
        port = self.data.ports_of[self.ids(4)[0]][1]
        to_one, to_none = self.data.floating_ips[1:3]
        forwarding = {'id': 'a', 'internal_port_id': port['id']}
        to_none.update(port_id=None, port_forwardings=[forwarding])
        options = [
            f'--ip-address={each["floating_ip_address"]}'
            for each in (to_one, to_none)
        ]

        [row] = self.rows(*options)

        self.assertEqual(to_one['port_id'], row['Port ID'])

    def test_all_extensions(self) -> None:
        """The same with what is missing above."""
        self.start(30, extensions=frozenset((ROUTER, PORT_FORWARDING)))
        port = self.data.ports_of[self.ids(4)[0]][1]
        floating_ip = self.data.floating_ips[2]
        forwarding = {'id': 'a', 'internal_port_id': port['id']}
        floating_ip.update(port_id=None, port_forwardings=[forwarding])

        [row] = self.rows('--ip-address', floating_ip['floating_ip_address'])

        self.assertEqual(port['id'], row['Port ID'])

    def test_each_may_be_missing(self) -> None:
        """Its column is empty then; of all others, nothing changes."""
        columns = {
            ROUTER: {'Floating IP Addresses'},
            SECURITY_GROUP: {'Security Groups'},
            PORT_SECURITY: {'Port Security'},
            ADDRESS_PAIRS: {'Allowed Address Pairs'},
            TRUNK: {'Trunk'},
            QOS: {'QoS Policy ID'},
            BINDING: {'vNIC Type', 'Host', 'VIF Type'},
        }
        self.start(3)
        self.change()
        every = self.rows('--long')
        for row in every:
            self.assertEqual(
                set(), {header for header in row if row[header] is None}
            )

        for extension, headers in columns.items():
            self.start(3, extensions=EXTENSIONS - {extension})
            self.change()
            for options in ((), self.names(0, 1, 2)):
                rows = self.rows('--long', *options)

                self.assertEqual(
                    [{**row, **dict.fromkeys(headers)} for row in every],
                    rows,
                    extension,
                )

    def change(self) -> None:
        """Have something in all columns of each port."""
        for port in self.data.ports:
            port['qos_policy_id'] = self.data.network_id
            port['trunk_details'] = trunk(port)

    def test_none_of_them(self) -> None:
        """Nor is it said that anything is hidden."""
        self.start(3, extensions=frozenset())

        for options in ([], self.names(0), ['--all-projects']):
            for row in self.rows('--long', *options):
                self.assertIsNone(row['Host'])
                self.assertEqual('net', row['Network'])

        for server_id, ports in self.data.ports_of.items():
            self.assertIn(
                'network_name', self.assert_shown(server_id, ports[0]['id'],
                                                  '--long')
            )  # fmt: skip

    def test_filter_of_none(self) -> None:
        """What nobody can tell is no empty list."""
        for validation in (frozenset((VALIDATION,)), frozenset[str]()):
            self.start(3, extensions=validation)
            for options in (
                ['--host', 'host'],
                ['--security-group', 'default'],
            ):
                for servers in ([], self.names(0), self.names(0, 1)):
                    result = self.run_list(*options, *servers)

                    self.assertEqual(
                        ('', 1), (result.stdout, result.status), str(options)
                    )
                    self.assertNotEqual('', result.stderr)
