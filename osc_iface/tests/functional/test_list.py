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
import io
import json
from typing import Any, ClassVar

import yaml

from osc_iface.tests.functional import base, lists
from osc_iface.tests.functional.lists import (
    ADMIN,
    ALL_PROJECTS,
    LIST,
    MEMBER,
    NAMED,
    NOWHERE,
    PLAIN,
    READER,
)


class TestOneServer(lists.ListTestCase):
    def test_values_and_requests(self) -> None:
        for cloud, name, expected in (
            (ADMIN, 'web-1', self.web),
            (READER, 'web-1', self.web),
            (ADMIN, 'db-1', self.db),
            (MEMBER, 'app-1', self.app),
        ):
            server = expected[0]['Server ID']
            by_id = [{**row, 'Server': server} for row in expected]
            for arg, rows, nova in ((server, by_id, 1), (name, expected, 2)):
                for options, ids, neutron in (
                    ((), rows, 1),
                    (('--no-name-lookup',), _by_network_id(rows), 0),
                    (('-n',), _by_network_id(rows), 0),
                ):
                    result = self.succeed(
                        *(*LIST, arg, *options, '-f', 'json'), cloud=cloud
                    )

                    self.assert_rows(ids, NAMED, json.loads(result.stdout))
                    sent = {'keystone': 2, 'nova': nova, 'neutron': neutron}
                    self.assert_requests(
                        result, **{key: n for key, n in sent.items() if n}
                    )
        self.assertEqual(
            ['None', 'mgmt'], sorted(str(row['Tag']) for row in self.web)
        )

    def test_administrator_names_any_server_by_id(self) -> None:
        """He sees the networks of all projects, too."""
        [row] = self.listed(self.app_id)

        self.assertEqual(self.app_id, row['Server'])
        self.assertEqual('apps', row['Network'])
        self.assert_rows(
            [{**each, 'Server': self.app_id} for each in self.app],
            NAMED,
            [row],
        )

    def test_formats(self) -> None:
        """CSV and value hold a line a row, YAML what is in the JSON."""
        values = self.listed('web-1')
        shown = {
            name: self.succeed(*LIST, 'web-1', '-f', name).stdout
            for name in ('yaml', 'csv', 'value')
        }

        self.assertEqual(values, yaml.safe_load(shown['yaml']))
        self.assertEqual(
            [NAMED, *([_text(row[name]) for name in NAMED] for row in values)],
            [*csv.reader(io.StringIO(shown['csv']))],
        )
        self.assertEqual(
            ' '.join(str(row[name]) for row in values for name in NAMED),
            ' '.join(shown['value'].splitlines()),
        )

    def test_table(self) -> None:
        """An address a line; the other cells are in the first."""
        values = self.listed('web-1')

        shown = self.succeed(*LIST, 'web-1', COLUMNS='200').stdout

        cells = [
            [cell.strip() for cell in line[1:-1].split('|')]
            for line in shown.splitlines()
            if line.startswith('|')
        ]
        lines = []
        for row in values:
            first, *more = [
                each['ip_address'] for each in row['Fixed IP Addresses']
            ]
            shown_row = {**row, 'Fixed IP Addresses': first}
            lines.append([shown_row[name] or '' for name in NAMED])
            lines += [['', '', '', '', each, '', ''] for each in more]
        self.assertEqual([NAMED, *lines], cells)
        self.assertEqual(4, len(cells))

    def test_table_of_ordinary_names_is_narrow(self) -> None:
        shown = self.succeed(*LIST, 'db-1', COLUMNS='500').stdout

        self.assertLessEqual(max(map(len, shown.splitlines())), 140)

    def test_some_columns(self) -> None:
        columns = ['MAC Address', 'Tag']

        self.assertEqual(
            [f'{row["MAC Address"]} {row["Tag"]}' for row in self.web],
            self.succeed(
                *(*LIST, 'web-1', '-f', 'value'),
                *('-c', columns[0], '-c', columns[1]),
            ).stdout.splitlines(),
        )

    def test_version_of_the_user(self) -> None:
        """The SDK looks for the endpoint of a chosen version first."""
        for version, tagged in (
            ('2.1', False),
            ('2.69', False),
            ('2.70', True),
        ):
            result = self.succeed(
                *('--os-compute-api-version', version),
                *(*LIST, 'web-1', '-f', 'json'),
            )

            expected = [
                {**row, 'Tag': row['Tag'] if tagged else None}
                for row in self.web
            ]
            self.assert_rows(expected, NAMED, json.loads(result.stdout))
            self.assert_requests(result, keystone=2, nova=3, neutron=1)

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
        self.assert_misused('argument <server>: it must not be empty', '')

    def test_of_another_project(self) -> None:
        """There is none to this user, whatever is asked of it."""
        for options in ((), ('--long',), ('--host', 'sandbox'), ('-n',)):
            for server in ('web-1', self.web_id):
                told = self.refused(*LIST, server, *options, cloud=MEMBER)

                self.assertRegex(told, 'No server has the |no such server: ')
                self.assertIn('See "openstack server list".', told)


class TestSeveral(lists.ListTestCase):
    def test_named(self) -> None:
        """They come in the order that was asked for, each once."""
        for args, nova in (
            (('web-1', 'db-1'), 1 + 2),
            ((self.web_id, self.db_id), 2),
            ((self.web_id.upper(), 'db-1', 'web-1'), 1 + 2),
        ):
            result = self.succeed(*LIST, *args, '-f', 'json')
            rows = json.loads(result.stdout)

            expected = [
                {**row, 'Server': row['Server ID']}
                if any(row['Server ID'] == each.lower() for each in args)
                else row
                for row in (*self.web, *self.db)
            ]
            self.assert_rows(expected, NAMED, rows)
            self.assertEqual(
                [row['Server'] for row in expected],
                [row['Server'] for row in rows],
            )
            self.assert_requests(result, keystone=2, nova=nova, neutron=1)

    def test_one_of_several_has_the_columns_of_one(self) -> None:
        """The same rows, whether one server is named, several, or none."""
        chosen = [word for name in PLAIN for word in ('-c', name)]
        of_all = self.listed(*chosen)

        for names in (('web-1',), ('web-1', 'db-1'), ('db-1',)):
            rows = self.listed(*names)
            self.assertEqual(
                [row for row in of_all if row['Server'] in names],
                sorted(
                    (
                        {name: row[name] for name in PLAIN}
                        for row in self.listed(*names, '-c', 'Tag', *chosen)
                    ),
                    key=of_all.index,
                ),
            )
            self.assertEqual([NAMED] * len(rows), [[*row] for row in rows])

    def test_of_any_project_by_id(self) -> None:
        """That takes the answer of Nova, and the role of Neutron."""
        listed = self.listed(self.app_id, 'web-1')

        self.assert_rows(
            [*({**row, 'Server': self.app_id} for row in self.app), *self.web],
            NAMED,
            listed,
        )

    def test_all(self) -> None:
        """They take five requests, as those of many servers do."""
        every = [*self.web, *self.db, *self.app]
        for cloud, args, columns, expected in (
            (ADMIN, (), PLAIN, [*self.web, *self.db]),
            (READER, (), PLAIN, [*self.web, *self.db]),
            (MEMBER, (), PLAIN, self.app),
            (ADMIN, ('--all-projects',), ALL_PROJECTS, every),
            (ADMIN, ('--project', 'second'), ALL_PROJECTS, self.app),
        ):
            for option, rows, neutron in (
                ((), expected, 1 + 1),
                (('-n',), _by_network_id(expected), 1),
            ):
                result = self.succeed(
                    *(*LIST, *args, *option, '-f', 'json'), cloud=cloud
                )

                self.assert_rows(rows, columns, json.loads(result.stdout))
                keystone = 4 if '--project' in args else 2
                self.assert_requests(
                    result, keystone=keystone, nova=1, neutron=neutron
                )

    def test_all_projects_is_for_administrators(self) -> None:
        for cloud in (MEMBER, READER):
            for options in (
                (),
                ('--long',),
                ('--ip-address', '10.0.0.11'),
                ('--ip-address', '192.0.2.0/24'),
                ('--host', 'sandbox'),
            ):
                self.assert_refused(
                    'Cannot list the servers: the Compute service answered '
                    "403 Forbidden: Policy doesn't allow os_compute_api:"
                    'servers:detail:get_all_tenants to be performed. By '
                    'default, all projects are for administrators to see. '
                    r'\(Request ID: req-[0-9a-f-]+\)',
                    *('--all-projects', *options),
                    cloud=cloud,
                )

    def test_servers_and_all_projects(self) -> None:
        self.assert_misused(
            'argument --all-projects: not allowed with argument <server>',
            *('web-1', '--all-projects'),
        )
        self.assert_misused(
            'argument --project: not allowed with argument <server>',
            *('web-1', '--project', 'second'),
        )

    def test_tags(self) -> None:
        """Each takes a request a server."""
        chosen = [word for name in NAMED for word in ('-c', name)]
        for args, expected in (
            ((), [*self.web, *self.db]),
            (('db-1', 'web-1'), [*self.db, *self.web]),
            (('--all-projects',), [*self.web, *self.db, *self.app]),
        ):
            result = self.succeed(*LIST, *args, *chosen, '-f', 'json')

            self.assert_rows(expected, NAMED, json.loads(result.stdout))
            servers = {row['Server'] for row in expected}
            neutron = 1 if 'web-1' in args else 2
            self.assert_requests(
                result, keystone=2, nova=1 + len(servers), neutron=neutron
            )

    def test_one_that_there_is_not(self) -> None:
        for cloud, missing, server, expected in (
            (ADMIN, 'nope', 'web-1', self.web),
            (ADMIN, NOWHERE, 'db-1', self.db),
            (MEMBER, 'web-1', 'app-1', self.app),
            (MEMBER, self.web_id, 'app-1', self.app),
        ):
            for options, columns in (
                ((), NAMED),
                (('--long',), lists.LONG),
                (('-c', 'Port ID', '-c', 'Host'), ['Port ID', 'Host']),
            ):
                result = self.openstack(
                    *(*LIST, missing, server, *options, '-f', 'json'),
                    cloud=cloud,
                )

                self.assertEqual(1, result.status)
                told = result.stderr.splitlines()
                self.assertIn(missing, told[-1])
                self.assertIn('See "openstack server list".', told[-1])
                hidden = 'Host' in columns and cloud == MEMBER
                self.assertEqual(1 + hidden, len(told))
                self.assert_rows(expected, columns, json.loads(result.stdout))

    def test_none_that_there_is(self) -> None:
        """Nothing is printed then, as for one."""
        for options in ((), ('--long',), ('--ip-address', '10.0.0.11')):
            self.assertEqual(
                "No server has the name 'nope'. See \"openstack server "
                "list\".\nNo server has the name 'neither'. See "
                '"openstack server list".\n',
                self.refused(*LIST, 'nope', 'neither', *options),
            )


class TestFleet(lists.ListTestCase):
    """Two servers more, one of them without an interface."""

    servers: ClassVar[dict[str, Any]] = {}

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.addClassCleanup(lambda: base.delete(*cls.servers.values()))
        back = base.connect().network.find_network('back').id
        for name, networks in (
            ('list-empty', 'none'),
            ('list-tagged', [{'uuid': back, 'tag': 'backup'}]),
        ):
            cls.servers[name] = base.boot(name, networks)

    def setUp(self) -> None:
        super().setUp()
        self.tagged = lists.rows_of(self.servers['list-tagged'].id)
        self.all = [*self.web, *self.db, *self.tagged]

    def test_server_without_an_interface(self) -> None:
        """There is nothing to ask Network for."""
        result = self.succeed(*LIST, 'list-empty')

        self.assertEqual('\n', result.stdout)
        self.assert_requests(result, keystone=2, nova=2)
        self.assertEqual([], self.listed(self.servers['list-empty'].id))
        self.assertEqual(
            ','.join(f'"{each}"' for each in NAMED) + '\n',
            self.succeed(*LIST, 'list-empty', '-f', 'csv').stdout,
        )
        self.assert_rows(self.db, NAMED, self.listed('db-1', 'list-empty'))
        self.assertEqual([], self.listed('list-empty', '--long'))

    def test_requests_do_not_grow(self) -> None:
        """Three of the project have interfaces, four of all projects."""
        names = ('web-1', 'db-1', *self.servers)
        ids = [self.web_id, self.db_id]
        ids += [server.id for server in self.servers.values()]
        chosen = [word for name in PLAIN for word in ('-c', name)]
        by_id = [{**row, 'Server': row['Server ID']} for row in self.all]
        for args, columns, expected in (
            ((), PLAIN, self.all),
            ((*names, *chosen), PLAIN, self.all),
            ((*ids, *chosen), PLAIN, by_id),
            (('--all-projects',), ALL_PROJECTS, [*self.all, *self.app]),
        ):
            result = self.succeed(*LIST, *args, '-f', 'json')

            self.assert_rows(expected, columns, json.loads(result.stdout))
            self.assert_requests(result, keystone=2, nova=1, neutron=2)


def _by_network_id(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows as without the lookup of names."""
    return [{**row, 'Network': row['Network ID']} for row in rows]


def _text(value: Any) -> str:
    """Return a value as it is in CSV."""
    return '' if value is None else str(value)
