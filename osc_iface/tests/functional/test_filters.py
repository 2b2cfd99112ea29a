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

"""The filters of ``server interface list`` against the real services."""

import ipaddress
import itertools
import json
from typing import Any, ClassVar

from osc_iface.tests.functional import base, lists
from osc_iface.tests.functional.lists import (
    ADMIN,
    ALL_PROJECTS,
    LIST,
    LONG,
    MEMBER,
    NAMED,
    NOWHERE,
    READER,
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
    ('--ip-address 10.0.0.0/24', 'mgmt'),
    ('--ip-address 10.0.0.0/23', 'mgmt data db down tagged plain'),
    ('--ip-address 10.0.1.12/31', 'db'),
    ('--ip-address 10.0.1.12/32', 'db'),
    ('--ip-address 10.0.1.10/31', 'data'),
    ('--ip-address 0.0.0.0/0', 'mgmt data db down tagged plain'),
    ('--ip-address ::/0', 'mgmt'),
    ('--ip-address 2001:db8:0:1::/64', 'mgmt'),
    ('--ip-address 2001:db8:0:2::/64', '-'),
    ('--ip-address 203.0.113.0/24', 'mgmt'),
    ('--ip-address 203.0.113.0/24 --ip-address 10.0.1.12', 'mgmt db'),
    ('--ip-address 203.0.113.0/24 --network back', '-'),
    ('--ip-address 198.51.100.0/24', '-'),
    ('--ip-address 10.0.0.0/24 --mac-address {mac}', 'mgmt'),
    ('--ip-address 10.0.1.0/24 --mac-address {mac}', '-'),
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
    ('--security-group default', 'mgmt data db tagged plain'),
    ('--security-group filters', 'down'),
    ('--security-group {group}', 'down'),
    ('--security-group {group_undashed}', 'down'),
    (
        '--security-group filters --security-group default',
        'mgmt data db down tagged plain',
    ),
    ('--security-group default --network front', 'mgmt'),
    ('--security-group filters --ip-address 10.0.0.11', '-'),
    ('--security-group filters --ip-address 10.0.1.0/24', 'down'),
    ('--host sandbox', 'mgmt data db tagged plain'),
    ('--host other', '-'),
    ('--host other --host sandbox', 'mgmt data db tagged plain'),
    ('--host SANDBOX', '-'),
    ('--host sandbox --port-state DOWN', '-'),
    ('--host sandbox --network front', 'mgmt'),
    ('--host sandbox --ip-address {floating}', 'mgmt'),
    ('--host sandbox --ip-address 203.0.113.0/24', 'mgmt'),
    ('--host other --ip-address {floating}', '-'),
    ('--host sandbox --security-group default --mac-address {mac}', 'mgmt'),
    ('--tag mgmt', 'mgmt'),
    ('--tag mgmt --tag backup', 'mgmt tagged'),
    ('--tag backup --network back --port-state ACTIVE', 'tagged'),
    ('--tag mgmt --network back', '-'),
    ('--tag mgmt --ip-address {floating}', 'mgmt'),
    ('--tag mgmt --host sandbox --security-group default', 'mgmt'),
    ('--tag mgmt --host other', '-'),
    ('--tag MGMT', '-'),
    (
        '--network front --subnet front-ipv4 --ip-address 10.0.0.11 '
        '--mac-address {mac} --port-state ACTIVE --tag mgmt '
        '--security-group default --host sandbox',
        'mgmt',
    ),
)


class TestFilters(lists.ListTestCase):
    """Three servers more, one of them without an interface."""

    servers: ClassVar[dict[str, Any]] = {}
    down: ClassVar[Any]
    group: ClassVar[Any]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.addClassCleanup(lambda: base.delete(*cls.servers.values()))
        network = base.connect().network
        back = network.find_network('back').id
        for name, networks in (
            ('list-empty', 'none'),
            (
                'list-tagged',
                [{'uuid': back, 'fixed_ip': '10.0.1.101', 'tag': 'backup'}],
            ),
            ('list-plain', [{'uuid': back, 'fixed_ip': '10.0.1.102'}]),
        ):
            cls.servers[name] = base.boot(name, networks)
        cls.group = network.create_security_group(name='filters')
        cls.addClassCleanup(network.delete_security_group, cls.group)
        # Bound to no host, so it stays down; Nova goes by the ID.
        cls.down = network.create_port(
            network_id=back,
            fixed_ips=[{'ip_address': '10.0.1.103'}],
            device_id=cls.servers['list-plain'].id,
            device_owner='compute:nova',
            security_group_ids=[cls.group.id],
        )
        cls.addClassCleanup(network.delete_port, cls.down)

    def setUp(self) -> None:
        super().setUp()
        self.tagged = lists.rows_of(self.servers['list-tagged'].id)
        self.plain = lists.rows_of(self.servers['list-plain'].id)
        self.all = [*self.web, *self.db, *self.tagged, *self.plain]

    def test_each(self) -> None:
        """Of one server, of several, and of all, which a reader may, too."""
        ports = {'db': self.db[0], 'tagged': self.tagged[0]}
        for row in self.web:
            ports['mgmt' if row['Tag'] else 'data'] = row
        for row in self.plain:
            down = row['Port ID'] == self.down.id
            ports['down' if down else 'plain'] = row
        scopes: tuple[list[str], ...] = (
            ['web-1'],
            ['list-plain', 'web-1', '-c', 'Port_ID'],
            ['-n'],
        )
        values = self.values()
        for cloud, some in ((ADMIN, scopes), (READER, scopes[2:])):
            lines = [
                f'{" ".join(scope)} {options.format(**values)}'
                for options, _passing in FILTERS
                for scope in some
            ]
            lists_ = iter(self.listed_each(*lines, cloud=cloud))

            for options, passing in FILTERS:
                for scope in some:
                    servers = {*scope} & {'web-1', 'db-1', *self.servers}
                    expected = [
                        ports[name]['Port ID']
                        for name in passing.replace('-', '').split()
                        if not servers or ports[name]['Server'] in servers
                    ]
                    self.assertEqual(
                        sorted(expected),
                        sorted(row['Port ID'] for row in next(lists_)),
                        f'{cloud} {scope} {options}',
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
            'group': self.group.id,
            'group_undashed': self.group.id.replace('-', '').upper(),
            'mac': mac,
            'mac_dashed': mac.replace(':', '-').upper(),
            'mac_dotted': '.'.join((digits[:4], digits[4:8], digits[8:])),
            'mac_of_db': self.db[0]['MAC Address'],
        }

    def floating_ip(self, port_id: str) -> str:
        found = next(base.connect().network.ips(port_id=port_id))
        return str(found.floating_ip_address)

    def test_requests(self) -> None:
        """Names cost one more, floating IPs too, and what is nowhere one."""
        values = self.values()
        for line, nova, neutron in (
            ('--mac-address {mac}', 1, 1),
            ('--mac-address {mac} --mac-address {mac_of_db}', 2, 1),
            ('--mac-address 02:00:00:00:00:01', 1, 2),
            ('--ip-address 2001:db8:0:1::11', 1, 1),
            ('--ip-address 10.0.0.11', 1, 2),
            ('--ip-address {floating}', 1, 3),
            ('--ip-address 192.0.2.1', 1, 3),
            ('--ip-address 10.0.0.0/24', 1, 2),
            ('--ip-address 203.0.113.0/24', 1, 2),
            ('--ip-address 2001:db8:0:1::/64', 1, 1),
            ('--network {back}', 1, 2),
            ('--network back --subnet back-ipv4', 1, 3),
            ('--port-state DOWN', 1, 1),
            ('--security-group {group}', 1, 2),
            ('--security-group filters', 1, 2),
            ('--host sandbox', 1, 1),
            ('{web} --ip-address 10.0.0.11', 1, 1),
            ('{web} --ip-address 10.0.0.0/24', 1, 1),
            ('{web} --ip-address {floating}', 1, 1),
            ('{web} --host sandbox', 1, 1),
            ('{web} --mac-address {mac} --tag mgmt', 1, 0),
            ('web-1 db-1 --ip-address {floating} -c Port_ID', 1, 3),
            ('web-1 db-1 --ip-address 203.0.113.0/24 -c Port_ID', 1, 2),
        ):
            args = line.format(web=self.web_id, **values).split()
            result = self.succeed(*LIST, '-n', *args)
            counts = {'keystone': 2, 'nova': nova, 'neutron': neutron}

            self.assertEqual(
                counts['neutron'],
                sum(each.startswith('neutron') for each in result.requests),
                line + '\n' + '\n'.join(result.requests),
            )
            self.assert_requests(
                result,
                **{key: count for key, count in counts.items() if count},
            )

    def test_host_for_who_does_not_see_it(self) -> None:
        """The service filters; what passed is shown without it."""
        for args in ((), ('web-1', 'db-1'), ('web-1',), ('--long',)):
            ports, said = self.told(
                *(*args, '--host', 'sandbox', '-c', 'Port ID', '-c', 'Host'),
                cloud=READER,
            )

            expected = [*self.web, *self.db, *self.tagged]
            expected += [
                row for row in self.plain if row['Port ID'] != self.down.id
            ]
            if args not in ((), ('--long',)):
                expected = [x for x in expected if x['Server'] in args]
            self.assertEqual({row['Port ID'] for row in expected}, ports)
            self.assertRegex(said, r'^Not shown to you: Host\. .*\n$')

    def test_sort_by_any_columns(self) -> None:
        """Addresses sort as numbers; what is not there comes last."""
        for scope, columns in (
            ('web-1', NAMED),
            ('--all-projects --long', LONG),
        ):
            sorts: list[tuple[tuple[str, ...], bool]] = [
                *(((name,), False) for name in columns),
                *(((name,), True) for name in columns),
            ]
            if scope == 'web-1':
                sorts += [
                    (two, False) for two in itertools.permutations(columns, 2)
                ]
            # The client's own shell would take quotes off too early.
            lines = [
                ' '.join(
                    f'--sort-column {name.replace(" ", "_")}' for name in names
                )
                + (' --sort-descending' if reverse else '')
                for names, reverse in sorts
            ]
            found = self.listed_each(*(f'{scope} {each}' for each in lines))

            for (names, reverse), rows in zip(sorts, found, strict=True):
                keys = [[_key(row[name]) for name in names] for row in rows]
                self.assertEqual(
                    sorted(keys, reverse=reverse), keys, f'{scope} {names}'
                )


class TestProjects(lists.ListTestCase):
    """Whose servers are listed, for administrators."""

    def test_by_name_and_id(self) -> None:
        """A name takes a request more, and so does its domain."""
        identity = base.connect().identity
        ids = {
            name: identity.find_project(name).id
            for name in ('sandbox', 'second')
        }
        for args, keystone, expected in (
            (('second',), 4, self.app),
            ((ids['second'],), 3, self.app),
            (('sandbox',), 4, [*self.web, *self.db]),
            ((ids['sandbox'],), 3, [*self.web, *self.db]),
            (('second', '--project-domain', 'default'), 5, self.app),
            (('second', '--project-domain', 'Default'), 6, self.app),
            (('second', '--all-projects'), 4, self.app),
        ):
            result = self.succeed(*LIST, '--project', *args, '-f', 'json')

            self.assert_rows(expected, ALL_PROJECTS, json.loads(result.stdout))
            self.assert_requests(result, keystone=keystone, nova=1, neutron=2)

    def test_with_filters(self) -> None:
        app = self.app[0]
        group = next(
            each.id
            for each in base.connect(MEMBER).network.security_groups()
            if each.name == 'default'
        )
        for options in (
            ('--network', 'apps'),
            ('--mac-address', app['MAC Address']),
            ('--ip-address', '10.0.2.0/24'),
            ('--host', 'sandbox'),
            ('--security-group', group),
            # There is one in each project, and all are meant.
            ('--security-group', 'default'),
            ('--port-state', 'ACTIVE'),
            ('-c', 'Port ID', '-c', 'Tag'),
        ):
            self.assertEqual(
                {app['Port ID']},
                self.ports('--project', 'second', *options),
                str(options),
            )
            self.assertLessEqual(
                {app['Port ID']}, self.ports('--all-projects', *options)
            )
        for options in (('--network', 'back'), ('--ip-address', '10.0.0.11')):
            self.assertEqual(
                [], self.listed('--project', 'second', *options), str(options)
            )

    def test_one_that_there_is_not(self) -> None:
        for args, kind, typed in (
            (('nope',), 'project', 'nope'),
            ((NOWHERE,), 'project', NOWHERE),
            (('SECOND',), 'project', 'SECOND'),
            (('a/../b?c',), 'project', r'a/\.\./b\?c'),
            (('second', '--project-domain', 'nope'), 'domain', 'nope'),
        ):
            self.assert_refused(
                f"No {kind} has the ID or name '{typed}'. "
                f'See "openstack {kind} list".',
                *('--project', *args),
            )

    def test_two_of_a_name(self) -> None:
        identity = base.connect().identity
        domain = identity.create_domain(name='another', is_enabled=True)
        self.addCleanup(identity.delete_domain, domain)
        self.addCleanup(identity.update_domain, domain, is_enabled=False)
        project = identity.create_project(name='second', domain_id=domain.id)
        self.addCleanup(identity.delete_project, project)

        told = self.refused(*LIST, '--project', 'second')

        self.assertIn("Several projects have the name 'second'; ", told)
        self.assertIn(project.id, told)
        for typed in ('another', domain.id):
            args = ('--project', 'second', '--project-domain', typed)
            self.assertEqual([], self.listed(*args))
        self.assert_rows(
            self.app,
            ALL_PROJECTS,
            self.listed('--project', 'second', '--project-domain', 'default'),
        )

    def test_is_for_administrators(self) -> None:
        """Of one's own project as well: Compute, or Identity, says no."""
        identity = base.connect().identity
        for cloud in (READER, MEMBER):
            for name in ('sandbox', 'second'):
                for typed in (name, identity.find_project(name).id):
                    for options in ((), ('--ip-address', '10.0.0.0/8')):
                        self.assertIn(
                            '403 Forbidden',
                            self.refused(
                                *(*LIST, '--project', typed, *options),
                                cloud=cloud,
                            ),
                        )


class TestBadValues(lists.ListTestCase):
    def test_one_sentence(self) -> None:
        no_ip = 'is not an IP address or a prefix'
        for option, value, message in (
            ('--ip-address', '10.0.0', f"'10.0.0' {no_ip}"),
            ('--ip-address', '', f"'' {no_ip}"),
            ('--ip-address', '10.0.0.0/33', f"'10.0.0.0/33' {no_ip}"),
            ('--ip-address', '10.0.0.0/', f"'10.0.0.0/' {no_ip}"),
            (
                '--ip-address',
                '10.0.0.11/24',
                "'10.0.0.11/24' has host bits set: the prefix is 10.0.0.0/24, "
                'the address 10.0.0.11',
            ),
            (
                '--ip-address',
                '2001:db8::11/64',
                "'2001:db8::11/64' has host bits set: the prefix is "
                '2001:db8::/64, the address 2001:db8::11',
            ),
            ('--mac-address', 'fa:16', "'fa:16' is not a MAC address"),
            ('--network', '', 'it must not be empty'),
            ('--subnet', '', 'it must not be empty'),
            ('--security-group', '', 'it must not be empty'),
            ('--host', '', 'it must not be empty'),
            ('--project', '', 'it must not be empty'),
            ('--project-domain', '', 'it must not be empty'),
        ):
            self.assert_misused(f'argument {option}: {message}', option, value)

    def test_what_there_is_not(self) -> None:
        for kind in ('network', 'subnet', 'security group'):
            for value in ('nope', NOWHERE):
                for cloud in (ADMIN, READER):
                    self.assert_refused(
                        f"No {kind} has the ID or name '{value}'. "
                        f'See "openstack {kind} list".',
                        *(f'--{kind.replace(" ", "-")}', value),
                        cloud=cloud,
                    )

    def test_what_is_another_project_s(self) -> None:
        """It is not there for who may not see it."""
        for kind, value in (
            ('network', 'back'),
            ('subnet', 'back-ipv4'),
            ('network', base.connect().network.find_network('back').id),
        ):
            self.assert_refused(
                f"No {kind} has the ID or name '{value}'. "
                f'See "openstack {kind} list".',
                *(f'--{kind}', value),
                cloud=MEMBER,
            )

    def test_state_that_there_is_not(self) -> None:
        result = self.openstack(*LIST, '--port-state', 'nope')

        self.assertEqual(('', 2), (result.stdout, result.status))
        self.assertIn(
            "argument --port-state: invalid choice: 'N", result.stderr
        )

    def test_tag_in_a_version_without(self) -> None:
        for args in ((), ('web-1',), ('web-1', 'db-1'), ('--host', 'sandbox')):
            self.assert_refused(
                'Tags need Compute API version 2.70 or newer: this cloud is '
                'older, or --os-compute-api-version asks for an older one.',
                *(*args, '--tag', 'mgmt'),
                OS_COMPUTE_API_VERSION='2.69',
            )


def _key(value: Any) -> Any:
    """Return what a value of a column sorts by."""
    if isinstance(value, list):
        parsed = [_part(each) for each in value]
        return False, parsed
    if isinstance(value, dict):
        return False, ', '.join(
            f"{key}='{value[key]}'" for key in sorted(value)
        )
    return value is None, value or ''


def _part(value: Any) -> Any:
    """Return what a part of a value sorts by: addresses by number."""
    text = value['ip_address'] if isinstance(value, dict) else value
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return 9, 0, text
    return parsed.version, int(parsed), ''
