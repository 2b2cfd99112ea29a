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

"""Each column of ``server interface list`` against the real services."""

import json
from typing import Any

from osc_iface.tests.functional import base, lists
from osc_iface.tests.functional.lists import (
    ADMIN,
    HIDDEN,
    LIST,
    LONG,
    MEMBER,
    READER,
)

# What each column takes for one server by ID: requests to Nova and Neutron.
COSTS = {
    'Server': (1, 0),
    'Server ID': (1, 0),
    'Server Name': (2, 0),
    'Server Status': (2, 0),
    'Project ID': (2, 0),
    'Port ID': (1, 0),
    'Port Name': (1, 1),
    'Network': (1, 1),
    'Network ID': (1, 0),
    'Subnets': (1, 1),
    'MAC Address': (1, 0),
    'Fixed IP Addresses': (1, 0),
    'Floating IP Addresses': (1, 1),
    'Port State': (1, 0),
    'Admin State': (1, 1),
    'Security Groups': (1, 2),
    'Port Security': (1, 1),
    'Allowed Address Pairs': (1, 1),
    'vNIC Type': (1, 1),
    'QoS Policy ID': (1, 1),
    'Trunk': (1, 1),
    'Host': (1, 1),
    'VIF Type': (1, 1),
    'Tag': (1, 0),
}


class TestColumns(lists.EquippedTestCase):
    """Of one server whose interfaces have all that there is."""

    @classmethod
    def setUpClass(cls) -> None:
        """Let the member of the other project be one of this, too."""
        super().setUpClass()
        identity = base.connect().identity
        role = identity.find_role('member')
        project = identity.find_project('sandbox')
        user = identity.find_user('member')
        identity.assign_project_role_to_user(project, user, role)
        cls.addClassCleanup(
            identity.unassign_project_role_from_user, project, user, role
        )

    def as_each(self) -> list[tuple[dict[str, Any], bool]]:
        """Return who looks at the project, and if Host is shown to them."""
        return [
            ({'cloud': ADMIN}, True),
            ({'cloud': MEMBER, 'OS_PROJECT_NAME': 'sandbox'}, False),
            ({'cloud': READER}, False),
        ]

    def hidden(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row as whoever is no administrator sees it."""
        return {**row, 'Host': None, 'VIF Type': None}

    def test_all_columns_have_a_value(self) -> None:
        parent, _other = self.both()

        for column in (*LONG, 'Tag'):
            self.assertNotIn(parent[column], (None, '', [], {}), column)

    def both(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the row of the trunk's parent, and the other one."""
        rows = {row['Port Name']: row for row in self.equipped}
        return rows['parent'], rows['forwarded']

    def test_values_by_hand(self) -> None:
        """What the rows are compared with is what was made."""
        parent, other = self.both()

        self.assertEqual(['equipped'], parent['Security Groups'])
        self.assertEqual(['default'], other['Security Groups'])
        self.assertEqual({'front-ipv4', 'front-ipv6'}, set(parent['Subnets']))
        self.assertEqual(
            [self.floating['parent']], parent['Floating IP Addresses']
        )
        self.assertEqual(
            [self.floating['forwarded']], other['Floating IP Addresses']
        )
        self.assertEqual(self.policy.id, parent['QoS Policy ID'])
        [sub] = parent['Trunk']['sub_ports']
        self.assertEqual(self.subport.id, sub['port_id'])
        self.assertEqual(
            ('sandbox', 'ovs', 'trunk'),
            (parent['Host'], parent['VIF Type'], parent['Tag']),
        )
        self.assertEqual((None, None), (other['Trunk'], other['Tag']))

    def test_each_column_and_what_it_takes(self) -> None:
        for column, (nova, neutron) in COSTS.items():
            for who, is_admin in self.as_each():
                result = self.openstack(
                    *(*LIST, self.made.id, '-c', column, '-f', 'json'), **who
                )

                rows = self.equipped
                said = ''
                if column in ('Host', 'VIF Type') and not is_admin:
                    rows = [self.hidden(row) for row in rows]
                    said = f'Not shown to you: {column}. That is for whoever '
                self.assertEqual(0, result.status, result.stderr)
                self.assertEqual(said, result.stderr[: len(said) or None])
                self.assertEqual(bool(said), result.stderr.count('\n') == 1)
                wanted = [{column: row[column]} for row in rows]
                if column == 'Server':
                    wanted = [{column: self.made.id} for row in rows]
                self.assertEqual(wanted, json.loads(result.stdout), column)
                counts = {'keystone': 2, 'nova': nova, 'neutron': neutron}
                self.assert_requests(
                    result, **{key: n for key, n in counts.items() if n}
                )

    def test_all_of_them(self) -> None:
        """Of one server, of several, and of all: eight requests at most."""
        both = [*self.equipped, *self.db]
        every = [*both, *self.web]
        for args, expected, nova, neutron in (
            (('equipped',), self.equipped, 1, 5),
            (('equipped', 'db-1'), both, 1, 5),
            ((), every, 1, 5),
        ):
            for who, is_admin in self.as_each():
                result = self.openstack(
                    *(*LIST, *args, '--long', '-f', 'json'), **who
                )

                self.assertEqual(0, result.status, result.stderr)
                self.assertEqual('' if is_admin else HIDDEN, result.stderr)
                rows = expected if is_admin else map(self.hidden, expected)
                self.assert_rows(list(rows), LONG, json.loads(result.stdout))
                self.assert_requests(
                    result, keystone=2, nova=nova, neutron=neutron
                )

    def test_all_of_all_projects(self) -> None:
        result = self.succeed(*LIST, '--all-projects', '--long', '-f', 'json')

        rows = json.loads(result.stdout)
        app = lists.rows_of(self.app_id)
        self.assert_rows(
            [*self.equipped, *self.web, *self.db, *app], LONG, rows
        )
        self.assert_requests(result, keystone=2, nova=1, neutron=5)

    def test_all_with_ids_for_names(self) -> None:
        """Those of networks, subnets and groups are not looked up."""
        result = self.succeed(*LIST, '--long', '-n', 'equipped', '-f', 'json')

        ids = {
            port.id: port
            for port in base.connect().network.ports(device_id=self.made.id)
        }
        for row in json.loads(result.stdout):
            port = ids.pop(row['Port ID'])
            self.assertEqual(port.network_id, row['Network'])
            self.assertEqual(
                [each['subnet_id'] for each in port.fixed_ips], row['Subnets']
            )
            self.assertEqual(port.security_group_ids, row['Security Groups'])
        self.assertEqual({}, ids)
        self.assert_requests(result, keystone=2, nova=1, neutron=2)

    def test_rows_are_the_same_from_either_service(self) -> None:
        """With the tag the rows are Compute's, without it Network's."""
        columns = [*LONG, 'Tag']
        chosen = [word for each in columns for word in ('-c', each)]
        for cloud in (ADMIN, READER):
            for server in ('equipped', 'web-1', 'db-1'):
                tagged = self.openstack(
                    *(*LIST, server, *chosen, '-f', 'json'), cloud=cloud
                )
                plain = self.openstack(
                    *(*LIST, server, '--long', '-f', 'json'), cloud=cloud
                )

                rows = json.loads(tagged.stdout)
                for row in rows:
                    del row['Tag']
                self.assertEqual(json.loads(plain.stdout), rows)
                self.assertEqual(plain.stderr, tagged.stderr)

    def test_names_in_any_form(self) -> None:
        expected = [
            {
                'vNIC Type': row['vNIC Type'],
                'QoS Policy ID': row['QoS Policy ID'],
            }
            for row in self.equipped
        ]
        for names in (
            ('vNIC Type', 'QoS Policy ID'),
            ('vnic type', 'qos policy id'),
            ('VNIC_TYPE', 'Qos_Policy_ID'),
        ):
            self.assertEqual(
                expected,
                self.listed('equipped', '-c', names[0], '-c', names[1]),
            )

    def test_in_the_order_of_the_table(self) -> None:
        listed = self.listed('equipped', '-c', 'Tag', '-c', 'Server ID')

        self.assertEqual([['Server ID', 'Tag']] * 2, [[*r] for r in listed])

    def test_one_that_there_is_not(self) -> None:
        there = ', '.join([*LONG, 'Tag'])
        for option in ('-c', '--sort-column'):
            self.assert_misused(
                f"no column has the name 'Nope'; there are {there}",
                *('equipped', option, 'Nope'),
            )

    def test_sort_key_that_is_not_shown(self) -> None:
        """It is asked for, and not printed."""
        ports = [
            row['Port ID']
            for row in sorted(
                self.equipped, key=lambda row: str(row['Port Name'])
            )
        ]
        result = self.succeed(
            *(*LIST, 'equipped', '-c', 'Port ID', '-f', 'value'),
            *('--sort-column', 'Port Name'),
        )

        self.assertEqual(ports, result.stdout.split())
        self.assert_requests(result, keystone=2, nova=1, neutron=1)

    def test_lists_are_lines_to_people(self) -> None:
        chosen = ('Fixed IP Addresses', 'Admin State', 'Trunk', 'Tag')
        shown = self.succeed(
            *(*LIST, 'equipped', '--sort-column', 'Port Name'),
            *(word for each in chosen for word in ('-c', each)),
            COLUMNS='200',
        ).stdout

        cells = [
            [cell.strip() for cell in line[1:-1].split('|')]
            for line in shown.splitlines()
            if line.startswith('|')
        ]
        parent, other = self.both()
        for row in (other, parent):
            for address in row['Fixed IP Addresses']:
                self.assertIn(
                    address['ip_address'], [line[0] for line in cells]
                )
        self.assertEqual(['UP', 'UP'], [x[1] for x in cells[1:] if x[1]])
        # Null is an empty cell.
        self.assertNotIn('None', shown)
        self.assertIn(self.subport.id, shown)


class TestVersions(lists.ListTestCase):
    """Tags come with 2.70; all else is the same in any version."""

    def test_tag_is_null_before(self) -> None:
        for version in ('2.1', '2.69'):
            result = self.succeed(
                *('--os-compute-api-version', version),
                *(*LIST, self.web_id, '-f', 'json'),
            )

            expected = [
                {**row, 'Server': self.web_id, 'Tag': None} for row in self.web
            ]
            self.assert_rows(expected, lists.NAMED, json.loads(result.stdout))

    def test_long_in_any(self) -> None:
        for version in ('2.1', '2.70', '2.96'):
            result = self.succeed(
                *('--os-compute-api-version', version),
                *(*LIST, 'web-1', '--long', '-f', 'json'),
            )

            self.assert_rows(self.web, LONG, json.loads(result.stdout))
