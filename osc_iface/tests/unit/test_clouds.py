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
"""``server interface list`` in clouds that are not as one would like them."""

import collections
import json
import re
import threading
from typing import Any

import fixtures
from keystoneauth1 import fixture as ksa_fixture

from osc_iface.tests.fake.errors import Refusal
from osc_iface.tests.fake.identity import Login
from osc_iface.tests.unit import base
from osc_iface.tests.unit.test_fleet import (
    DETAIL,
    FLOATING_IPS,
    GONE_ID,
    LIST,
    NETWORKS,
    NO_TAG,
    PORTS,
    SERVERS,
    WITH_TAG,
    FleetTestCase,
)

FORBIDDEN: dict[str, Any] = {
    'status_code': 403,
    'json': {'forbidden': {'code': 403, 'message': 'Policy says no.'}},
}
NO_PROJECT = (
    'This login is for {}, and servers belong to projects: choose one with '
    '--os-project-name or --os-project-id.'
)
UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
OTHER_PROJECT = base.PROJECT_ID.replace('6', '7')


class TestAddresses(FleetTestCase):
    """One address may be a fixed IP, and a floating IP anywhere."""

    def overlap(self, projects: int = 1) -> tuple[Any, Any]:
        """Have two ports with one address: its fixed and its floating IP."""
        self.start(30, projects=projects)
        fixed, floating = (
            self.data.ports_of[each][0] for each in self.ids(1, 10)
        )
        [fixed_ip] = fixed['fixed_ips']
        self.data.floating_ips[1]['floating_ip_address'] = fixed_ip[
            'ip_address'
        ]
        return fixed, floating

    def found(self, *args: str) -> set[str]:
        """List by the address; give the IDs of the ports."""
        address = self.data.floating_ips[1]['floating_ip_address']
        return {
            row['Port ID'] for row in self.rows('--ip-address', address, *args)
        }

    def test_both_are_found(self) -> None:
        fixed, floating = self.overlap()

        self.assertEqual({fixed['id'], floating['id']}, self.found())

        self.assert_requests(
            FLOATING_IPS,
            *[PORTS] * 2,
            *(f'{SERVERS}/{each["device_id"]}' for each in (fixed, floating)),
            NETWORKS,
        )

    def test_floating_ip_of_nothing_hides_no_fixed_ip(self) -> None:
        fixed, _floating = self.overlap()
        self.data.floating_ips[1]['port_id'] = GONE_ID

        self.assertEqual({fixed['id']}, self.found())

    def test_filters_hold_for_both(self) -> None:
        fixed, floating = self.overlap()
        fixed['status'] = 'DOWN'

        self.assertEqual({fixed['id']}, self.found('--port-state', 'DOWN'))
        self.assertEqual(
            {floating['id']}, self.found('--port-state', 'ACTIVE')
        )

    def test_scope_holds_for_both(self) -> None:
        fixed, floating = self.overlap(projects=2)
        self.assertNotEqual(fixed['project_id'], floating['project_id'])
        [own] = {
            each['id']
            for each in (fixed, floating)
            if each['project_id'] == self.data.projects[0]
        }

        self.assertEqual({own}, self.found())
        self.assertEqual(
            {fixed['id'], floating['id']}, self.found('--all-projects')
        )

    def test_of_named_servers(self) -> None:
        fixed, floating = self.overlap()

        self.assertEqual(
            {fixed['id'], floating['id']}, self.found(*self.names(1, 10))
        )
        self.assertEqual({floating['id']}, self.found(*self.names(2, 10)))

    def test_forwardings_of_single_ports(self) -> None:
        self.start(30)
        port = self.data.ports_of[self.ids(4)[0]][1]
        self.data.floating_ips[1].update(
            port_id=None,
            port_forwardings=[
                {'id': 'a', 'internal_port_id': port['id']},
                {'id': 'b', 'internal_port_id': GONE_ID},
            ],
        )

        self.assertEqual({port['id']}, self.found())


class TestScopes(FleetTestCase):
    """Neutron filters a list to what one may see, Nova says no."""

    OPTIONS: tuple[list[str], ...] = (
        [],
        ['--long'],
        ['--tag', 'tag-1'],
        ['--port-state', 'ACTIVE'],
        ['--mac-address', 'fa:16:3e:00:00:01'],
        ['--ip-address', '10.0.0.11'],
        ['--ip-address', '2001:db8::5'],
        ['--ip-address', '10.0.0.0/24'],
        ['--host', 'host'],
        ['-c', 'Tag'],
        ['server-1'],
        ['server-1', 'server-2'],
        ['server-1', *NO_TAG],
    )

    def test_role_without_rights(self) -> None:
        self.start(3, login=Login(role='nothing'))
        for options in (
            *self.OPTIONS,
            ['--all-projects'],
            ['--all-projects', '--port-state', 'ACTIVE'],
            self.ids(0),
        ):
            result = self.run_list(*options)

            self.assertEqual(
                ('', 1), (result.stdout, result.status), str(options)
            )
            self.assertIn("Policy doesn't allow", result.stderr)

        [port, _second] = self.data.ports_of[self.ids(0)[0]]
        result = self.show(*self.ids(0), port['id'])
        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('os-attach-interfaces:show to be', result.stderr)

        for columns in ((), NO_TAG):
            result = self.run_list(*self.ids(0, 1), *columns)
            self.assertEqual(('', 1), (result.stdout, result.status))
            self.assertEqual(2, result.stderr.count("Policy doesn't allow"))

    def test_no_project(self) -> None:
        for login, words in (
            (Login('domain'), "domain 'Default', not for a project"),
            (Login('system'), 'the system, not for a project'),
        ):
            self.start(3, login=login)
            for options in self.OPTIONS:
                self.assert_refused(
                    self.run_list(*options), NO_PROJECT.format(words)
                )

    def test_all_projects_for_the_system(self) -> None:
        """Nova wants a project, whatever is asked for."""
        self.start(3, login=Login('system'))

        result = self.run_list('--all-projects')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('servers:detail to be performed', result.stderr)

    def test_nothing(self) -> None:
        """Then there is no catalog, either."""
        self.start(3, login=Login('nothing'))
        for options in ([], ['--all-projects'], ['server-1']):
            result = self.run_list(*options)

            self.assertEqual(('', 1), (result.stdout, result.status))
            self.assertIn('for no project', result.stderr)

    def test_reader_sees_the_own_project(self) -> None:
        self.start(6, projects=2, login=Login(role='reader'))
        own = [
            each['name']
            for each in self.data.servers
            if each['tenant_id'] == self.data.projects[0]
        ]
        self.assertEqual(3, len(own))

        for options in (
            [],
            ['--long'],
            ['--port-state', 'ACTIVE'],
            ['--network', 'net'],
            ['--ip-address', '10.0.0.0/24'],
            own,
            [*own, *NO_TAG],
        ):
            result = self.run_list('-f', 'json', *options)
            self.assertEqual(0, result.status, result.stderr)
            self.assertEqual(
                sorted(own * 2),
                sorted(row['Server'] for row in json.loads(result.stdout)),
                str(options),
            )

    def test_reader_is_shown_the_own_project(self) -> None:
        self.start(6, projects=2, login=Login(role='reader'))
        for server in self.data.servers[:2]:
            [port, _second] = self.data.ports_of[server['id']]
            result = self.show(server['id'], port['id'])

            if server['tenant_id'] == self.data.projects[0]:
                self.assertEqual(('', 0), (result.stderr, result.status))
            else:
                self.assertEqual(('', 1), (result.stdout, result.status))
                self.assertIn('no such server', result.stderr)

    def test_reader_may_not_see_all(self) -> None:
        self.start(6, projects=2, login=Login(role='reader'))

        for options in ([], ['--port-state', 'ACTIVE']):
            self.assert_refused(
                self.run_list('--all-projects', *options),
                'Cannot list the servers: the Compute service answered 403 '
                "Forbidden: Policy doesn't allow os_compute_api:servers:"
                'detail:get_all_tenants to be performed. By default, all '
                'projects are for administrators to see. (Request ID: '
                'req-66666666-6666-4666-8666-666666666666)',
            )

    def test_reader_finds_no_server_of_another_project(self) -> None:
        self.start(6, projects=2, login=Login(role='reader'))
        [server] = [
            each
            for each in self.data.servers[:2]
            if each['tenant_id'] != self.data.projects[0]
        ]
        for typed, words in (
            (server['id'], 'no such server'),
            (server['name'], 'No server has the name'),
        ):
            result = self.run_list(typed)

            self.assertEqual(('', 1), (result.stdout, result.status))
            self.assertIn(words, result.stderr)


class TestOtherProjects(base.ShellTestCase):
    """What no service of the fake does by itself."""

    def setUp(self) -> None:
        super().setUp()
        self.cloud.get(base.PORTS_URL, json={'ports': []})
        self.register_floating_ips()
        for path in ('', '/detail', f'/{base.SERVER_ID}'):
            self.cloud.get(f'{base.SERVERS_URL}{path}', **FORBIDDEN)
        self.cloud.get(base.LIST_URL, **FORBIDDEN)

    def test_unscoped_though_there_is_a_catalog(self) -> None:
        token = ksa_fixture.V3Token()
        for kind, url in (
            ('compute', base.COMPUTE_URL),
            ('network', base.NETWORK_URL),
        ):
            token.add_service(kind).add_standard_endpoints(public=url)
        self.cloud.post(
            f'{base.AUTH_URL}/auth/tokens',
            json=token,
            headers={'X-Subject-Token': 'token'},
        )

        for options in TestScopes.OPTIONS:
            self.assert_refused(
                self.openstack(*LIST, *options),
                NO_PROJECT.format('no project'),
            )

    def test_whose_role_is_called_admin_may_not_see_all(self) -> None:
        """A name says nothing of what a role may do."""
        self.token.add_role('admin')
        self.cloud.get(
            base.PORTS_URL, json={'ports': [base.port(), base.port(id='b')]}
        )

        for options in ([], ['--port-state', 'ACTIVE']):
            self.assert_refused(
                self.openstack(*LIST, '--all-projects', *options),
                'Cannot list the servers: the Compute service answered 403 '
                'Forbidden: Policy says no. By default, all projects are for '
                'administrators to see.',
            )

    def test_port_of_another_projects_server(self) -> None:
        """Such a server is not of the project that is listed."""
        self.cloud.get(base.PORTS_URL, json={'ports': [base.port()]})
        server = {'id': base.SERVER_ID, 'name': 'x', 'tenant_id': 'y'}
        self.cloud.get(
            f'{base.SERVERS_URL}/{base.SERVER_ID}', json={'server': server}
        )

        self.register_networks()

        result = self.openstack(*LIST, '--port-state', 'ACTIVE', '-f', 'value')

        self.assertEqual(
            ('', '', 0), (result.stdout, result.stderr, result.status)
        )

    def test_network_of_a_name_in_all_projects(self) -> None:
        """All of that name count there, and only those of the project else."""
        networks = [
            {'id': 'a', 'name': 'back', 'project_id': base.PROJECT_ID},
            {'id': 'b', 'name': 'back', 'project_id': OTHER_PROJECT},
        ]
        self.cloud.get(
            f'{base.NETWORK_URL}/v2.0/networks', json={'networks': networks}
        )
        for options, asked in (
            ([], ['a']),
            (['--all-projects'], ['a', 'b']),
        ):
            self.cloud.reset_mock()

            self.openstack(*LIST, '--network', 'back', *options)

            [query] = (
                request.qs
                for request in self.cloud.request_history
                if '/ports?' in request.url
            )
            self.assertEqual(asked, query['network_id'])


class TestProjects(FleetTestCase):
    """Identity says which project is meant, and Compute who may see it."""

    def test_by_name_or_id(self) -> None:
        self.start(6, projects=3)
        for index, id_ in enumerate(self.data.projects):
            for typed in (id_, self.data.project_names[id_]):
                rows = self.rows('--project', typed)

                self.assertEqual(
                    [(id_, each['name'])
                     for each in self.data.servers
                     if each['tenant_id'] == id_ for _port in range(2)],
                    [(row['Project ID'], row['Server']) for row in rows],
                    str(index),
                )  # fmt: skip

    def test_without_rights(self) -> None:
        for login in (
            Login(role='reader'),
            Login('domain'),
            Login('system'),
            Login('domain', 'reader'),
            Login('system', 'reader'),
        ):
            self.start(6, projects=2, login=login)
            for id_ in self.data.projects:
                for typed in (id_, self.data.project_names[id_]):
                    for options in ([], ['--port-state', 'ACTIVE']):
                        result = self.run_list('--project', typed, *options)

                        self.assertEqual(
                            ('', 1), (result.stdout, result.status)
                        )
                        self.assertIn('403 Forbidden', result.stderr)

    def test_no_login_for_anything(self) -> None:
        self.start(3, login=Login('nothing'))

        result = self.run_list('--project', 'project')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn(
            'Cannot reach the Identity service: the login is for no project',
            result.stderr,
        )


class TestIdentity(base.ShellTestCase):
    """What Keystone may answer of projects."""

    URL = f'{base.AUTH_URL}/projects'

    def setUp(self) -> None:
        super().setUp()
        self.register_resources('ports', base.port(project_id=OTHER_PROJECT))
        self.register_networks((base.NETWORK_ID, 'net'))
        server = {'id': base.SERVER_ID, 'name': 'x'}
        self.cloud.get(
            f'{base.SERVERS_URL}/detail',
            json={'servers': [{**server, 'tenant_id': OTHER_PROJECT}]},
        )
        self.cloud.get(re.compile(f'{self.URL}/.*'), status_code=404)
        self.cloud.get(re.compile(f'{base.AUTH_URL}/domains/'), **FORBIDDEN)

    def register_projects(self, *ids: str, name: str = 'p') -> None:
        """Let Keystone find these, whatever it is asked for."""
        projects = [{'id': id_, 'name': name} for id_ in ids]
        self.cloud.get(self.URL, json={'projects': projects})

    def listed(self, *args: str) -> base.Result:
        return self.openstack(*LIST, '-f', 'value', '-c', 'Project ID', *args)

    def test_name_that_only_a_list_tells(self) -> None:
        """GET of what is no ID may be forbidden, and the list not."""
        self.cloud.get(re.compile(f'{self.URL}/'), **FORBIDDEN)
        self.register_projects(OTHER_PROJECT)

        self.assertEqual(
            (0, f'{OTHER_PROJECT}\n', ''), self.listed('--project', 'p')
        )

    def test_nothing_that_may_be_read(self) -> None:
        self.cloud.get(re.compile(f'{self.URL}/'), **FORBIDDEN)
        self.cloud.get(self.URL, **FORBIDDEN)

        why = (
            'the Identity service answered 403 Forbidden: Policy says no. Ask '
            'an administrator of the cloud for a role that allows this.'
        )
        self.assert_refused(
            self.listed('--project', 'p'), f'Cannot find project p: {why}'
        )
        # What is an ID beyond doubt is for the other services to judge.
        result = self.listed('--project', OTHER_PROJECT)
        self.assertEqual(
            f'Taken for the ID of a project, unseen. Cannot find project '
            f'{OTHER_PROJECT}: {why}\n',
            result.stderr,
        )
        self.assertEqual(0, result.status)

    def test_other_failures_are_not_passed_over(self) -> None:
        self.register_projects(OTHER_PROJECT)
        self.cloud.get(re.compile(f'{self.URL}/'), status_code=500)

        result = self.listed('--project', 'p')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('Cannot find project p: the Identity', result.stderr)

    def test_two_of_one_name(self) -> None:
        self.register_projects(base.PROJECT_ID, OTHER_PROJECT)

        self.assert_refused(
            self.listed('--project', 'p'),
            "Several projects have the name 'p'; use the ID of one of them:\n"
            f'  {base.PROJECT_ID}\n  {OTHER_PROJECT}',
        )

    def test_of_another_domain(self) -> None:
        self.register_projects(OTHER_PROJECT)
        domains = f'{base.AUTH_URL}/domains'
        self.cloud.get(domains, json={'domains': [{'id': 'd', 'name': 'D'}]})

        result = self.listed('--project', 'p', '--project-domain', 'D')

        self.assertEqual((0, f'{OTHER_PROJECT}\n', ''), result)
        [query] = [
            request.qs
            for request in self.cloud.request_history
            if request.url.startswith(f'{self.URL}?')
        ]
        self.assertEqual({'name': ['p'], 'domain_id': ['d']}, query)

    def test_of_none(self) -> None:
        self.register_projects()
        domains = f'{base.AUTH_URL}/domains'
        self.cloud.get(domains, json={'domains': []})

        for kind, options in (
            ('project', ()),
            ('domain', ('--project-domain', 'p')),
        ):
            self.assert_refused(
                self.listed('--project', 'p', *options),
                f"No {kind} has the ID or name 'p'. See \"openstack {kind} "
                'list".',
            )

    def test_longer_names_are_not_taken(self) -> None:
        self.register_projects(OTHER_PROJECT, name='P')

        self.assertIn(
            'No project has the ID or name', self.listed('--project', 'p')[2]
        )

    def test_catalog_without_identity(self) -> None:
        self.register_identity(
            ('compute', base.COMPUTE_URL), ('network', base.NETWORK_URL)
        )

        result = self.listed('--project', 'p')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('the catalog has no Identity service', result.stderr)

    def test_catalog_without_network(self) -> None:
        """Names are not needed, ports and floating IPs are."""
        self.register_identity(
            ('identity', base.AUTH_URL), ('compute', base.COMPUTE_URL)
        )
        self.register_list(base.interface())
        why = (
            'Cannot reach the Network service: the catalog has no Network '
            'service for this region and interface, or clouds.yaml switches '
            'it off. Check the region and the interface in "openstack '
            'catalog list".'
        )

        for columns, row, what in (
            (['Network'], base.NETWORK_ID, 'Networks'),
            (['Subnets'], f"['{base.SUBNET_ID}']", 'Subnets'),
            (
                ['Network', 'Subnets'],
                f"{base.NETWORK_ID} ['{base.SUBNET_ID}']",
                'Networks and subnets',
            ),
        ):
            chosen = [x for column in columns for x in ('-c', column)]

            result = self.openstack(
                *(*LIST, base.SERVER_ID, '-f', 'value', *chosen)
            )

            self.assertEqual(
                (0, f'{row}\n', f'{what} are listed by ID. {why}\n'), result
            )
        for args in (
            [],
            [base.SERVER_ID, '-c', 'Tag', '-c', 'Host'],
            [base.SERVER_ID, '-c', 'Network', '-c', 'Floating IP Addresses'],
            [base.SERVER_ID, '--ip-address', '2001:db8::1'],
        ):
            self.assert_refused(self.openstack(*LIST, *args), why)


class TestLeftOver(FleetTestCase):
    """A port whose server is in no list proves nothing by itself."""

    OPTIONS: tuple[list[str], ...] = (
        [],
        ['--long'],
        ['--port-state', 'ACTIVE'],
        ['--all-projects'],
    )

    def without(self, index: int) -> tuple[Any, Any]:
        """Take a server out of the lists; give it and its first port."""
        server = self.data.servers.pop(index)
        del self.data.server[server['id']]
        return server, self.data.ports_of[server['id']][0]

    def noted(self, *args: str) -> tuple[list[str], str]:
        """Run it; it must succeed. Give what it lists, and its warnings."""
        result = self.run_list('-f', 'value', '-c', 'Server Name', *args)
        self.assertEqual(0, result.status, result.stderr)
        return result.stdout.split(), result.stderr

    def test_soft_deleted_server(self) -> None:
        """``server list`` does not show it either."""
        for options, status in (
            *((each, 'SOFT_DELETED') for each in self.OPTIONS),
            ([], 'DELETED'),
        ):
            self.start(5, ports=1)
            server, _port = self.without(2)
            self.data.soft_deleted[server['id']] = {
                **server,
                'status': status,
            }

            listed, noted = self.noted(*options)

            self.assertEqual(
                (sorted(self.names(0, 1, 2, 3)), ''), (sorted(listed), noted)
            )

    def test_servers_that_were_made_meanwhile(self) -> None:
        """They come last, in the order of their ports."""
        self.start(12, ports=1)
        made = [self.without(0)[0] for _index in range(8)]
        for server in made:
            self.data.soft_deleted[server['id']] = server  # in no list
        made.sort(
            key=lambda server: str(self.data.ports_of[server['id']][0]['id'])
        )

        listed, noted = self.noted()

        self.assertEqual(
            (
                [*self.names(0, 1, 2, 3), *(each['name'] for each in made)],
                '',
            ),
            (listed, noted),
        )

    def test_container(self) -> None:
        for options in self.OPTIONS:
            self.start(5, ports=1)
            _server, port = self.without(2)
            port['device_owner'] = 'compute:kuryr'

            listed, noted = self.noted(*options)

            self.assertEqual((4, ''), (len(listed), noted))

    def test_port_that_a_server_left(self) -> None:
        for options in self.OPTIONS:
            self.start(3, ports=1)
            server, port = self.without(1)

            listed, noted = self.noted(*options)

            self.assertEqual(2, len(listed))
            self.assertEqual(
                f'Not listed: port {port["id"]} of server {server["id"]}, a '
                'server that the Compute service does not know or does not '
                'show to you.\n',
                noted,
            )

    def test_many_such_ports_are_one_line(self) -> None:
        self.start(200, ports=2)
        gone = {self.without(3)[0]['id'] for _index in range(150)}

        listed, noted = self.noted()

        self.assertEqual(100, len(listed))
        self.assertEqual(
            'Not listed: 300 ports of servers that the Compute service does '
            'not know or does not show to you, such as port {} of server '
            '{}.\n',
            re.sub(UUID, '{}', noted),
        )
        told = re.findall(UUID, noted)
        self.assertIn(told[1], gone)
        self.assertIn(
            told[0], [port['id'] for port in self.data.ports_of[told[1]]]
        )
        asked = [
            each
            for each in self.generated.requests
            if re.search(f'/servers/{UUID}$', each)
        ]
        self.assertEqual(100, len(asked))

    def test_server_that_cannot_be_read(self) -> None:
        self.start(5, ports=1)
        server, _port = self.without(2)

        def refuse(request: str) -> None:
            if request.endswith(server['id']):
                raise Refusal(500, 'Oops.')

        self.generated.on_request = refuse

        for options in ([], ['--long']):
            names, why = self.incomplete(*options)

            self.assertEqual(self.names(0, 1, 2, 3), names)
            self.assertIn(f'Cannot find server {server["id"]}: ', why)


class TestPages(FleetTestCase):
    """What is deleted while a list is read."""

    def delete_before(self, count: int, kind: str, items: list[Any]) -> None:
        """Delete the last items of the first page before the second."""

        def delete(request: str) -> None:
            if f'{kind}?' in request and '&marker=' in request:
                lock.acquire()
                gone.extend(items[page - count : page])
                del items[page - count : page]
                lock.release()
                self.generated.on_request = lambda request: None

        lock = threading.Lock()
        gone: list[Any] = []
        page = 10
        self.gone = gone
        self.generated.on_request = delete

    def test_ports(self) -> None:
        for count in (1, 3, 10):
            self.start(15, ports=2, page_limit=10)
            every = [port['id'] for port in self.data.ports]
            self.delete_before(count, '/ports', self.data.ports)

            rows = self.rows()

            # What was read before it was deleted is listed, and all once.
            self.assertEqual(
                sorted(every), sorted(row['Port ID'] for row in rows)
            )
            self.assertEqual(count, len(self.gone))

    def test_servers(self) -> None:
        for count in (1, 10):
            self.start(25, ports=1, page_limit=10)
            names = self.names(*range(25))
            self.delete_before(count, '/servers', self.data.servers)

            self.assertEqual(names, self.listed())
            self.assertEqual(count, len(self.gone))

    def test_service_that_refuses_every_marker(self) -> None:
        self.start(25, ports=1, page_limit=10)

        def refuse(request: str) -> None:
            if '&marker=' in request:
                marker = request.rpartition('=')[2]
                raise Refusal(404, f'Port {marker} could not be found.')

        self.generated.on_request = refuse

        result = self.run_list('--port-state', 'ACTIVE')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertLess(len(self.generated.requests), 50)

    def test_another_failure_is_not_asked_for_again(self) -> None:
        self.start(25, ports=1, page_limit=10)

        def refuse(request: str) -> None:
            if '&marker=' in request:
                raise Refusal(400, 'No.')

        self.generated.on_request = refuse

        result = self.run_list('--port-state', 'ACTIVE')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assert_requests(PORTS, PORTS)


class TestLongUrls(FleetTestCase):
    """The fake refuses a URL that is too long, as servers do."""

    def test_addresses(self) -> None:
        self.start(500, ports=1)
        ports = self.data.ports[:400]
        options = [
            f'--ip-address={port["fixed_ips"][0]["ip_address"]}'
            for port in ports
        ]

        rows = self.rows(*options)

        self.assertEqual(
            sorted(port['id'] for port in ports),
            sorted(row['Port ID'] for row in rows),
        )

    def test_two_long_filters(self) -> None:
        """A port may pass in several parts of the query; it is one row."""
        self.start(400, ports=1)
        options = [
            f'--mac-address={p["mac_address"]}' for p in self.data.ports
        ]
        self.data.ports[0]['fixed_ips'] += [
            {'ip_address': '10.9.9.9', 'subnet_id': self.data.subnet_id}
        ]
        options += [f'--ip-address=2001:db8::{n:x}' for n in range(400)]
        options += ['--ip-address=10.9.9.9']
        options += [f'--ip-address={f["ip_address"]}'
                    for f in self.data.ports[0]['fixed_ips']]  # fmt: skip

        [row] = self.rows(*options)

        self.assertEqual(self.data.ports[0]['id'], row['Port ID'])
        self.assertLess(len(self.generated.requests), 40)

    def test_ids_of_servers(self) -> None:
        self.start(400, ports=1)

        for columns in ((), NO_TAG):
            self.assertEqual(
                self.ids(*range(400)),
                self.listed(*self.ids(*range(400)), *columns),
            )


class TestOutage(FleetTestCase):
    def answer_all(self, status: int) -> collections.Counter[str]:
        """Let Compute answer like this for every server; count requests."""

        def refuse(server_id: str) -> None:
            with lock:
                asked[server_id] += 1
            raise Refusal(status, 'Oops.')

        lock = threading.Lock()
        asked: collections.Counter[str] = collections.Counter()
        self.generated.on_list = refuse
        self.useFixture(
            fixtures.MonkeyPatch('keystoneauth1.session.time.sleep', id)
        )
        return asked

    def test_ends_with_one_sentence(self) -> None:
        for status in (503, 429, 401, 500):
            self.start(40, ports=1)
            asked = self.answer_all(status)

            result = self.run_list(*WITH_TAG)

            self.assertEqual(('', 1), (result.stdout, result.status))
            self.assertEqual(1, len(result.stderr.splitlines()))
            self.assertIn('No usable answer 8 times in a row', result.stderr)
            self.assertIn(
                f': the Compute service answered {status}', result.stderr
            )
            # Seven more were under way by then.
            self.assertLess(len(asked), 16)

    def test_what_is_about_one_server_is_no_outage(self) -> None:
        self.start(12, ports=1)
        asked = self.answer_all(403)

        names, why = self.incomplete(*WITH_TAG)

        self.assertEqual(([], 12), (names, len(why.splitlines())))
        self.assertEqual(12, len(asked))

    def test_whatever_goes_wrong_with_one_server(self) -> None:
        self.start(4, ports=1)
        [broken] = self.ids(1)
        ask = self.useFixture(
            fixtures.MockPatch('osc_iface.wire.compute.list_interfaces')
        ).mock

        def answer(_service: Any, server_id: str) -> Any:
            if server_id == broken:
                raise KeyError('x')
            port = self.data.ports_of[server_id][0]
            return [base.interface(port_id=port['id'])]

        ask.side_effect = answer

        names, why = self.incomplete(*WITH_TAG)

        self.assertEqual(self.names(0, 2, 3), names)
        self.assertIn(broken, why)


class TestFailureOfOneService(FleetTestCase):
    def test_no_request_comes_after_the_end(self) -> None:
        """The other service may still be at work when the first says no."""
        self.start(5)
        asked = threading.Event()

        def refuse(request: str) -> None:
            if '/ports' in request:
                asked.wait(60)
                threading.Event().wait(0.5)  # who does not wait is gone
                answered.append(request)
            elif '/servers' in request:
                asked.set()
                raise Refusal(403, 'No.')

        answered: list[str] = []
        self.generated.on_request = refuse

        result = self.run_list()

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertEqual(1, len(answered))


class TestAllProjects(FleetTestCase):
    def test_few_are_asked_for_in_all_projects(self) -> None:
        """That takes no more requests, and Nova says who may."""
        self.start(30, projects=2)
        port = self.data.ports_of[self.ids(4)[0]][1]

        [row] = self.rows(
            '--all-projects', '--mac-address', port['mac_address']
        )

        self.assertEqual(port['id'], row['Port ID'])
        self.assert_requests(PORTS, DETAIL, NETWORKS)
        [query] = self.queries('/detail')
        self.assertEqual([port['device_id']], query['uuid'])
