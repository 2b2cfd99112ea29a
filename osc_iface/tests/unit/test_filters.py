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

"""Filters as a query and as a test; and those that ask for what they name."""

import ipaddress
import re
from typing import Any
import urllib.parse

import netaddr
import testtools

from osc_iface.filters import Filters
from osc_iface.model import FixedIP, FloatingIP, Interface, Port
from osc_iface.tests.unit import base, test_columns
from osc_iface.tests.unit.test_columns import (
    DETAIL,
    FLOATING_IPS,
    GROUP_ID,
    GROUPS,
    ONE,
    OTHER,
    OTHER_GROUP_ID,
    OTHER_PORT_ID,
    OTHER_SERVER_ID,
    PORTS,
    SERVERS,
    SHOW,
    TAGS,
)

OTHER_PROJECT_ID = 'fedcba9876543210fedcba9876543210'

ADDRESSES = frozenset(map(ipaddress.ip_network, ('10.0.0.9', '10.0.0.10')))
# Those that the interface has.
IPS = ('10.0.0.9', '10.1.0.9')
# Enough of each not to be in order by chance.
DIGITS = '123456'
COMMON = [
    *(('network_id', f'n{digit}') for digit in DIGITS),
    *(('fixed_ips', f'subnet_id=s{digit}') for digit in DIGITS),
    *(('security_groups', f'g{digit}') for digit in DIGITS),
    *(('binding:host_id', f'h{digit}') for digit in DIGITS),
    *(('mac_address', f'fa:16:3e:00:00:0{digit}') for digit in DIGITS),
    *(('status', f'STATE{digit}') for digit in DIGITS),
]


class TestQueries(testtools.TestCase):
    def filters(self, **more: Any) -> Filters:
        return Filters(
            networks=frozenset(f'n{digit}' for digit in DIGITS),
            subnets=frozenset(f's{digit}' for digit in DIGITS),
            groups=frozenset(f'g{digit}' for digit in DIGITS),
            hosts=frozenset(f'h{digit}' for digit in DIGITS),
            macs=frozenset(
                netaddr.EUI(f'fa-16-3e-00-00-0{digit}') for digit in DIGITS
            ),
            states=frozenset(f'STATE{digit}' for digit in DIGITS),
            tags=frozenset(('t',)),
            **more,
        )

    def test_of_nothing_is_one_without_conditions(self) -> None:
        self.assertEqual([[]], Filters().queries())

    def test_has_all_but_the_tag_in_order(self) -> None:
        self.assertEqual([COMMON], self.filters().queries())

    def test_floating_ips_take_another_one(self) -> None:
        first, second = sorted(ADDRESSES)
        filters = self.filters(
            addresses=ADDRESSES,
            floating={
                first: [_floating('p3', 'p1')],
                second: [_floating('p2'), _floating()],
            },
        )

        self.assertEqual(
            [
                [
                    *COMMON,
                    ('fixed_ips', 'ip_address=10.0.0.10'),
                    ('fixed_ips', 'ip_address=10.0.0.9'),
                ],
                [*COMMON, ('id', 'p1'), ('id', 'p2'), ('id', 'p3')],
            ],
            filters.queries(),
        )

    def test_prefixes_are_in_none(self) -> None:
        """The service knows of whole addresses, and of parts of a text."""
        prefix = ipaddress.ip_network('10.0.0.0/24')

        for addresses in ({prefix}, {prefix, *ADDRESSES}):
            filters = self.filters(
                addresses=frozenset(addresses),
                floating={prefix: [_floating('p1')]},
            )

            self.assertEqual([COMMON], filters.queries())


def _floating(*ports: str) -> FloatingIP:
    return FloatingIP('203.0.113.1', None, frozenset(ports))


class TestPasses(testtools.TestCase):
    INTERFACE = Interface(
        port_id='p',
        net_id='n',
        mac_addr='fa:16:3e:00:00:01',
        port_state='ACTIVE',
        fixed_ips=[
            FixedIP(ip_address='10.0.0.9', subnet_id='s1'),
            FixedIP(ip_address='10.1.0.9', subnet_id='s2'),
        ],
        tag='t',
    )

    def test_each_filter_alone(self) -> None:
        every: tuple[tuple[str, Any, Any], ...] = (
            ('networks', 'n', 'm'),
            ('subnets', 's2', 's3'),
            (
                'addresses',
                ipaddress.ip_network('10.1.0.9'),
                ipaddress.ip_network('10.1.0.8'),
            ),
            (
                'addresses',
                ipaddress.ip_network('10.1.0.0/24'),
                ipaddress.ip_network('10.1.1.0/24'),
            ),
            (
                'addresses',
                ipaddress.ip_network('0.0.0.0/0'),
                ipaddress.ip_network('::/0'),
            ),
            ('macs', netaddr.EUI('fa-16-3e-00-00-01'), netaddr.EUI(2)),
            ('states', 'ACTIVE', 'DOWN'),
        )
        for name, fits, other in every:
            for values, passes in (
                ({fits}, True),
                ({other}, False),
                ({other, fits}, True),
            ):
                wanted: Any = {name: frozenset(values)}

                self.assertEqual(
                    passes, Filters(**wanted).passes(self.INTERFACE), name
                )

    def test_what_is_not_known_passes_no_filter(self) -> None:
        for interface in (
            Interface(port_id='p'),
            Interface(
                port_id='p',
                net_id=None,
                mac_addr=None,
                port_state=None,
                fixed_ips=None,
                tag=None,
            ),
        ):
            self.assertTrue(Filters().passes(interface))
            for filters in (
                Filters(networks=frozenset('n')),
                Filters(groups=frozenset('g')),
                Filters(subnets=frozenset('s')),
                Filters(addresses=ADDRESSES),
                Filters(macs=frozenset((netaddr.EUI(0),))),
                Filters(states=frozenset(('ACTIVE',))),
            ):
                self.assertFalse(filters.passes(interface), filters)

    def test_port_behind_a_floating_ip(self) -> None:
        addresses = ipaddress.ip_network('203.0.113.1')
        for behind, passes in (('p', True), ('q', False)):
            filters = Filters(
                addresses=frozenset((addresses,)),
                floating={addresses: [_floating(behind)]},
            )

            self.assertEqual(passes, filters.passes(self.INTERFACE))

    def test_port_that_may_answer(self) -> None:
        """Each of the two kinds of addresses lets its own ports pass."""
        ips = {'addresses': ADDRESSES - {*map(ipaddress.ip_network, IPS)}}
        macs = {'macs': frozenset((netaddr.EUI(2),))}
        for wanted, passes in (
            ({**ips, 'answering': frozenset('p')}, True),
            ({**ips, 'answering': frozenset('q')}, False),
            ({**ips, 'answering_macs': frozenset('p')}, False),
            ({**macs, 'answering_macs': frozenset('p')}, True),
            ({**macs, 'answering_macs': frozenset('q')}, False),
            ({**macs, 'answering': frozenset('p')}, False),
            ({**ips, **macs, 'answering': frozenset('p')}, False),
        ):
            more: Any = wanted

            self.assertEqual(
                passes, Filters(**more).passes(self.INTERFACE), str(wanted)
            )

    def test_port(self) -> None:
        """Of a host that is hidden, the service knew when it was asked."""
        for filters, attributes, passes in (
            (Filters(groups=frozenset('g')), {'security_groups': 'fg'}, True),
            (Filters(groups=frozenset('g')), {'security_groups': 'f'}, False),
            (Filters(groups=frozenset('g')), {'security_groups': None}, False),
            (Filters(hosts=frozenset('h')), {'host_id': 'h'}, True),
            (Filters(hosts=frozenset('h')), {'host_id': 'i'}, False),
            (Filters(hosts=frozenset('h')), {'host_id': None}, False),
            (Filters(hosts=frozenset('h')), {'vnic_type': 'n'}, True),
        ):
            known: Any = attributes
            port = Port('s', 'compute:nova', self.INTERFACE, known)

            self.assertEqual(passes, filters.passes(self.INTERFACE, port))

    def test_what_has_to_be_known_of_a_port(self) -> None:
        for filters, attributes in (
            (Filters(networks=frozenset('n')), set()),
            (Filters(groups=frozenset('g')), {'security_groups'}),
            (Filters(hosts=frozenset('h')), {'host_id', 'vnic_type'}),
        ):
            self.assertEqual(attributes, filters.attributes)

    def test_tag(self) -> None:
        self.assertTrue(Filters().passes_tag(Interface(port_id='p')))
        for tags, passes in (('t', True), ('u', False), ('tu', True)):
            filters = Filters(tags=frozenset(tags))

            self.assertEqual(passes, filters.passes_tag(self.INTERFACE))


class FiltersTestCase(test_columns.ColumnsTestCase):
    """Lists the interfaces of two servers, as far as they pass."""

    # Where the rows come from: Network, for all or some; Compute.
    SOURCES: tuple[tuple[str, ...], ...] = (
        (),
        ('--all-projects',),
        ('web-1', 'web-2', '-c', 'Port ID'),
        ('web-1', 'web-2', '-c', 'Port ID', '-c', 'Tag'),
    )

    def assert_passing(self, ports: list[str], *args: str) -> None:
        """Check which ports pass, wherever the rows come from."""
        for source in self.SOURCES:
            self.assertEqual(
                ports,
                [row['Port ID'] for row in self.rows(*source, *args)],
                str(source),
            )

    def query(self) -> dict[str, list[str]]:
        """Return the query that ports were last asked for with."""
        asked = [each for each in self.requests if f' {PORTS}?' in each][-1]
        return urllib.parse.parse_qs(asked.partition('?')[2])


class TestSecurityGroup(FiltersTestCase):
    def test_by_id_and_by_name(self) -> None:
        for typed in (GROUP_ID, GROUP_ID.upper(), 'web'):
            self.assert_passing([base.PORT_ID], '--security-group', typed)

    def test_requests(self) -> None:
        for args, paths in (
            ([], [SHOW]),
            (['--all-projects'], [DETAIL]),
            (['web-1', 'web-2'], [SERVERS]),
            (
                ['web-1', 'web-2', '-c', 'Tag'],
                [
                    *(SERVERS, TAGS),
                    f'{SERVERS}/{OTHER_SERVER_ID}/os-interface',
                ],
            ),
        ):
            self.rows('--security-group', 'web', '-c', 'Port ID', *args)

            self.assert_requests(GROUPS, PORTS, *paths)
            self.assertEqual([GROUP_ID], self.query()['security_groups'])

    def test_any_of_two(self) -> None:
        self.register_resources(
            'ports', ONE, {**OTHER, 'security_groups': [OTHER_GROUP_ID]}
        )

        self.assert_passing(
            [base.PORT_ID, OTHER_PORT_ID],
            *('--security-group', 'web', '--security-group', 'db'),
        )
        self.assert_passing(
            [base.PORT_ID],
            *('--security-group', 'web', '--port-state', 'ACTIVE'),
        )

    def test_of_no_port(self) -> None:
        self.register_resources('ports', {**ONE, 'security_groups': []}, OTHER)

        self.assert_passing([], '--security-group', 'web')

    def test_that_there_is_not(self) -> None:
        for source in self.SOURCES:
            self.assert_refused(
                self.run_list('--security-group', 'x\x1b', *source),
                r"No security group has the ID or name 'x\x1b'. "
                'See "openstack security group list".',
            )

    def test_name_of_two(self) -> None:
        self.register_named(
            'security-groups', (GROUP_ID, 'web'), (OTHER_GROUP_ID, 'web')
        )

        self.assert_refused(
            self.run_list('--security-group', 'web'),
            "Several security groups have the name 'web'; use the ID of one "
            f'of them:\n  {GROUP_ID}\n  {OTHER_GROUP_ID}',
        )
        # Those of all projects are meant then.
        rows = self.rows('--security-group', 'web', '--all-projects')
        self.assertEqual(1, len(rows))
        self.assertEqual(
            [GROUP_ID, OTHER_GROUP_ID], self.query()['security_groups']
        )


class TestHost(FiltersTestCase):
    def setUp(self) -> None:
        super().setUp()
        # Only the service may know where a port is.
        self.shown = [{**ONE}, {**OTHER}]
        self.cloud.get(base.PORTS_URL, json=self.ports)

    def ports(self, request: Any, _context: Any) -> dict[str, Any]:
        """Return the ports on a host, as the service knows it."""
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(request.url).query)
        hosts = query.get('binding:host_id', ['compute-1', 'compute-2'])
        return {
            'ports': [
                shown
                for shown, port in zip(self.shown, (ONE, OTHER), strict=True)
                if port['binding:host_id'] in hosts
            ]
        }

    def test_host(self) -> None:
        for host, ports in (
            ('compute-1', [base.PORT_ID]),
            ('compute-2', [OTHER_PORT_ID]),
            ('compute', []),
        ):
            self.assert_passing(ports, '--host', host)

    def test_any_of_two(self) -> None:
        self.assert_passing(
            [base.PORT_ID, OTHER_PORT_ID],
            *('--host', 'compute-1', '--host', 'compute-2'),
        )

    def test_who_may_not_read_it_may_filter_by_it(self) -> None:
        for shown in self.shown:
            del shown['binding:host_id']

        self.test_host()

    def test_empty(self) -> None:
        self.assert_misused(
            self.run_list('--host', ''),
            'argument --host: it must not be empty',
        )


class TestPrefix(FiltersTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.register_resources(
            'floatingips',
            *(
                {
                    'id': address,
                    'floating_ip_address': address,
                    'port_id': port_id,
                }
                for address, port_id in (
                    ('203.0.113.9', base.PORT_ID),
                    ('203.0.113.130', OTHER_PORT_ID),
                    ('203.0.113.131', None),
                )
            ),
        )

    def test_fixed_ips(self) -> None:
        for prefix, ports in (
            ('10.0.0.0/24', [base.PORT_ID, OTHER_PORT_ID]),
            ('10.0.0.0/28', [base.PORT_ID]),
            ('10.0.0.40/31', [OTHER_PORT_ID]),
            ('0.0.0.0/0', [base.PORT_ID, OTHER_PORT_ID]),
            ('2001:DB8::/32', [OTHER_PORT_ID]),
            ('::/0', [OTHER_PORT_ID]),
            ('10.0.0.5/32', [base.PORT_ID]),
            ('2001:db8::5/128', [OTHER_PORT_ID]),
            # IPv4, mapped as logs of dual-stack sockets have it.
            ('::ffff:10.0.0.0/124', [base.PORT_ID]),
            ('::ffff:10.0.0.5/128', [base.PORT_ID]),
        ):
            self.assert_passing(ports, '--ip-address', prefix)

    def test_floating_ips(self) -> None:
        for prefix, ports in (
            ('203.0.113.0/24', [base.PORT_ID, OTHER_PORT_ID]),
            ('203.0.113.128/25', [OTHER_PORT_ID]),
        ):
            self.assert_passing(ports, '--ip-address', prefix)

    def test_beside_an_address(self) -> None:
        self.assert_passing(
            [base.PORT_ID, OTHER_PORT_ID],
            *('--ip-address', '10.0.0.5', '--ip-address', '2001:db8::/64'),
        )
        self.assert_passing(
            [base.PORT_ID, OTHER_PORT_ID],
            *('--ip-address', '10.0.0.40/31', '--ip-address', '203.0.113.9'),
        )

    def test_other_filters_hold(self) -> None:
        self.assert_passing(
            [OTHER_PORT_ID],
            *('--ip-address', '10.0.0.0/24', '--port-state', 'DOWN'),
        )

    def test_requests(self) -> None:
        for prefix, paths in (
            ('10.0.0.0/24', (FLOATING_IPS, PORTS, SERVERS)),
            # Of IPv6 there are no floating IPs.
            ('2001:db8::/64', (PORTS, SERVERS)),
        ):
            self.rows('--ip-address', prefix, '-c', 'Port ID')

            self.assert_requests(*paths)
            self.assertNotIn('fixed_ips', self.query())
        self.rows('--ip-address', '10.0.0.0/24')
        self.assertEqual(
            [
                f'GET {FLOATING_IPS}?fields=id&fields=floating_ip_address'
                '&fields=fixed_ip_address&fields=port_id'
                '&fields=port_forwardings&fields=port_details&limit=1000'
            ],
            [each for each in self.requests if FLOATING_IPS in each],
        )

    def test_host_bits(self) -> None:
        """Who types that may mean either."""
        for typed, prefix, address in (
            ('10.0.0.5/24', '10.0.0.0/24', '10.0.0.5'),
            ('2001:DB8::5/64', '2001:db8::/64', '2001:db8::5'),
        ):
            self.assert_misused(
                self.run_list('--ip-address', typed),
                f"argument --ip-address: '{typed}' has host bits set: the "
                f'prefix is {prefix}, the address {address}',
            )

    def test_that_is_none(self) -> None:
        for typed in (
            *('10.0.0.0/33', '10.0.0.0/', '/24', '10.0.0/24', '::/x'),
            *('fe80::1%eth0/64', 'fe80::%eth0/64', '10.0.0.0%5/24'),
        ):
            self.assert_misused(
                self.run_list('--ip-address', typed),
                f"argument --ip-address: '{typed}' is not an IP address or a "
                f'prefix',
            )


class TestProject(FiltersTestCase):
    def setUp(self) -> None:
        super().setUp()
        for server in self.servers:
            server['tenant_id'] = OTHER_PROJECT_ID
        ports = [{**p, 'project_id': OTHER_PROJECT_ID} for p in (ONE, OTHER)]
        self.register_resources('ports', *ports)
        self.register_projects((OTHER_PROJECT_ID, 'other'))

    def register_projects(self, *projects: tuple[str, str]) -> None:
        """Let Keystone have projects, by ID and by name."""
        self.register_kind('project', *projects)

    def register_kind(self, kind: str, *items: tuple[str, str]) -> None:
        """Let Keystone have projects or domains."""
        self.cloud.get(
            requests_under(f'{kind}s'), status_code=404, json={'error': {}}
        )
        for id_, name in items:
            self.cloud.get(
                f'{base.AUTH_URL}/{kind}s/{id_}',
                json={kind: {'id': id_, 'name': name}},
            )
        self.cloud.get(
            f'{base.AUTH_URL}/{kind}s',
            json={f'{kind}s': [{'id': i, 'name': n} for i, n in items]},
        )

    @property
    def asked(self) -> list[str]:
        """What Keystone was asked for after the login."""
        return [
            each.url.removeprefix(base.AUTH_URL)
            for each in self.cloud.request_history
            if each.method == 'GET'
            and each.url.startswith(f'{base.AUTH_URL}/')
        ]

    def test_by_id(self) -> None:
        rows = self.rows('--project', OTHER_PROJECT_ID)

        self.assertEqual(
            [OTHER_PROJECT_ID] * 2, [row['Project ID'] for row in rows]
        )
        self.assertEqual(['Server', 'Project ID'], list(rows[0])[:2])
        self.assertEqual([f'/projects/{OTHER_PROJECT_ID}'], self.asked)
        self.assertEqual([OTHER_PROJECT_ID], self.query()['project_id'])
        self.assertIn(
            f'GET {DETAIL}?all_tenants=1&project_id={OTHER_PROJECT_ID}'
            '&limit=1000',
            self.requests,
        )

    def test_by_name(self) -> None:
        for options in ([], ['--all-projects']):
            rows = self.rows('--project', 'other', *options)

            self.assertEqual(2, len(rows))
            self.assertEqual(
                ['/projects/other', '/projects?name=other'], self.asked
            )
            self.assertEqual([OTHER_PROJECT_ID], self.query()['project_id'])

    def test_domain(self) -> None:
        for domain, path in (('d1', '/domains/d1'), ('Default', '/domains')):
            self.register_kind('domain', ('d1', 'Default'))

            self.rows('--project', 'other', '--project-domain', domain)

            self.assertIn(path, self.asked[0])
            self.assertEqual(
                '/projects?name=other&domain_id=d1', self.asked[-1]
            )

    def test_others_do_not_count(self) -> None:
        """A database may fold the case of names."""
        self.register_projects(('a', 'Other'), (OTHER_PROJECT_ID, 'other'))

        self.assertEqual(2, len(self.rows('--project', 'other')))

    def test_with_filters(self) -> None:
        [row] = self.rows('--project', 'other', '--port-state', 'DOWN')

        self.assertEqual(OTHER_PORT_ID, row['Port ID'])
        self.assertIn(
            f'GET {DETAIL}?all_tenants=1&project_id={OTHER_PROJECT_ID}'
            f'&uuid={OTHER_SERVER_ID}&limit=1000',
            self.requests,
        )

    def test_that_there_is_not(self) -> None:
        for options in ([], ['--project-domain', 'd1']):
            self.register_kind('domain', ('d1', 'Default'))

            self.assert_refused(
                self.run_list('--project', 'x\x1b', *options),
                r"No project has the ID or name 'x\x1b'. "
                'See "openstack project list".',
            )
        self.assert_refused(
            self.run_list('--project', 'other', '--project-domain', 'x'),
            'No domain has the ID or name \'x\'. See "openstack domain list".',
        )

    def test_name_of_two(self) -> None:
        self.register_projects(('a', 'other'), ('b', 'other'))

        self.assert_refused(
            self.run_list('--project', 'other'),
            "Several projects have the name 'other'; use the ID of one of "
            'them:\n  a\n  b',
        )

    def test_that_this_user_may_not_look_for(self) -> None:
        self.cloud.get(f'{base.AUTH_URL}/projects/other', status_code=403)
        self.cloud.get(f'{base.AUTH_URL}/projects', status_code=403)

        result = self.run_list('--project', 'other')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('Cannot find project other: ', result.stderr)

    def test_id_that_this_user_may_not_look_for(self) -> None:
        self.cloud.get(f'{base.AUTH_URL}/projects/other', status_code=403)

        self.assertEqual(2, len(self.rows('--project', 'other')))

    def test_failure_is_a_failure(self) -> None:
        self.cloud.get(f'{base.AUTH_URL}/projects/other', status_code=500)

        result = self.run_list('--project', 'other')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('Cannot find project other: ', result.stderr)

    def test_answer_to_another_question(self) -> None:
        self.cloud.get(
            f'{base.AUTH_URL}/projects/other',
            json={'project': {'id': 'a', 'name': 'b'}},
        )

        self.assertEqual(2, len(self.rows('--project', 'other')))
        self.assertEqual([OTHER_PROJECT_ID], self.query()['project_id'])

    def test_beside_servers(self) -> None:
        self.assert_misused(
            self.run_list('web-1', '--project', 'other'),
            'argument --project: not allowed with argument <server>',
        )

    def test_domain_of_no_project(self) -> None:
        for options in ([], ['--all-projects'], ['web-1']):
            self.assert_misused(
                self.run_list(*options, '--project-domain', 'Default'),
                'argument --project-domain: needs argument --project',
            )

    def test_empty(self) -> None:
        for option in ('--project', '--project-domain'):
            self.assert_misused(
                self.run_list(option, ''),
                f'argument {option}: it must not be empty',
            )


def requests_under(path: str) -> re.Pattern[str]:
    """Return what matches the URLs of all things of a kind."""
    return re.compile(f'{re.escape(base.AUTH_URL)}/{path}/')
