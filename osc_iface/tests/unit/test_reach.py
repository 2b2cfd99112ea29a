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

"""The command ``server interface reach``, over HTTP."""

import json

from osc_iface.tests.unit.base import (
    NETWORK_ID,
    NETWORK_URL,
    PORT_ID,
    SERVER_ID,
)
from osc_iface.tests.unit.check_base import (
    GROUP_ID,
    MAC,
    OTHER_MAC,
    OTHER_PORT_ID,
    ROUTER_ID,
)
from osc_iface.tests.unit.check_cloud import (
    address,
    port,
    rule,
    server,
)
from osc_iface.tests.unit.reach_cloud import (
    FLOATING,
    FLOATING_ID,
    LIST_ID,
    MEMBER_ID,
    OUTSIDE,
    REMOTE_ID,
    RULE_ID,
    SSH,
    ReachTestCase,
    allowing,
    floating_ip,
)


class TestAnswers(ReachTestCase):
    def test_report(self) -> None:
        result = self.reach('web-1', *SSH, '--remote-ip', OUTSIDE)

        self.assertEqual(
            f'ALLOWED {FLOATING}, port port-1 ({PORT_ID})\n'
            f'  {OUTSIDE} -> floating IP {FLOATING} -> router router-1 -> '
            f'subnet net-v4 -> port port-1\n'
            f'  Rule {RULE_ID} of group web lets tcp 22 in from {OUTSIDE}.\n'
            f'\n'
            f'BLOCKED 10.0.0.5, port port-1 ({PORT_ID})\n'
            f'  {OUTSIDE} -> router router-1 -> subnet net-v4 -> port '
            f'port-1\n'
            f'  Router router-1 translates addresses: from outside nothing '
            f'reaches 10.0.0.5 itself.\n',
            result.stdout,
        )
        self.assertEqual((0, ''), (result.status, result.stderr))

    def test_rule_is_missing(self) -> None:
        self.items['ports'] += [
            port(id=f'{each}{PORT_ID[1:]}', device_id='x') for each in '789'
        ]

        result = self.reach(
            'web-1', '--protocol', 'tcp', '--remote-ip', OUTSIDE
        )

        self.assertIn(
            f'  No rule of group web lets tcp in from {OUTSIDE}; of it, only '
            f'tcp 22 gets in.\n'
            f'  This rule in group web, which 3 other ports use, would let '
            f'it:\n'
            f'    openstack security group rule create --ingress --ethertype '
            f'IPv4 --protocol tcp --remote-ip {OUTSIDE}/32 \\\n'
            f'      {GROUP_ID}\n',
            result.stdout,
        )
        self.assertEqual(3, result.status)

    def test_two_rules_are_missing(self) -> None:
        self.let_in(stateful=False)

        result = self.reach(
            'web-1', *SSH, '--remote-ip', OUTSIDE, '--max-width', '90'
        )

        self.assertIn(
            f'  These rules in group web, which no other ports use, would let '
            f'it:\n'
            f'    openstack security group rule create --ingress --ethertype '
            f'IPv4 --protocol tcp \\\n'
            f'      --dst-port 22 --remote-ip {OUTSIDE}/32 {GROUP_ID} &&\n'
            f'    openstack security group rule create --egress --ethertype '
            f'IPv4 --protocol tcp \\\n'
            f'      --dst-port 1024:65535 --remote-ip {OUTSIDE}/32 \\\n'
            f'      {GROUP_ID}\n',
            result.stdout,
        )

    def test_port_without_name(self) -> None:
        self.items['ports'][0]['name'] = ''

        result = self.reach('web-1', *SSH, '--remote-ip', OUTSIDE)

        self.assertIn(f'ALLOWED {FLOATING}, port {PORT_ID}\n', result.stdout)

    def test_rows(self) -> None:
        self.assertEqual(
            [
                {
                    'Port ID': PORT_ID,
                    'Address': FLOATING,
                    'Verdict': 'allowed',
                    'Decided By': RULE_ID,
                    'Why': f'Rule {RULE_ID} of group web lets tcp 22 in from '
                    f'anyone.',
                },
                {
                    'Port ID': PORT_ID,
                    'Address': '10.0.0.5',
                    'Verdict': 'blocked',
                    'Decided By': ROUTER_ID,
                    'Why': 'Router router-1 translates addresses: from '
                    'outside nothing reaches 10.0.0.5 itself; of it, only '
                    'what comes from 10.0.0.0/23 gets in.',
                },
            ],
            self.rows(*SSH, '--ethertype', 'ipv4'),
        )

    def test_formats(self) -> None:
        for format_, output in (
            ('value', f'{FLOATING} allowed\n10.0.0.5 blocked\n'),
            (
                'csv',
                f'"Address","Verdict"\n"{FLOATING}","allowed"\n'
                f'"10.0.0.5","blocked"\n',
            ),
        ):
            result = self.reach(
                'web-1', *SSH, '-f', format_, '-c', 'address', '-c', 'Verdict'
            )
            self.assertEqual((output, 0), (result.stdout, result.status))
        result = self.reach('web-1', *SSH, '-c', 'Decided By')
        self.assertIn(f'| {RULE_ID} |', result.stdout)

    def test_same_subnet_and_other_by_router(self) -> None:
        for remote, path in (
            ('10.0.0.9', 'subnet net-v4 -> port port-1'),
            (
                '10.0.1.9',
                'subnet back-v4 -> router router-1 -> subnet net-v4 -> port '
                'port-1',
            ),
        ):
            result = self.reach('web-1', *SSH, '--remote-ip', remote)
            self.assertIn(
                f'ALLOWED 10.0.0.5, port port-1 ({PORT_ID})\n'
                f'  {remote} -> {path}\n',
                result.stdout,
            )
            # A floating IP is not for who is behind its router.
            self.assertIn(f'UNKNOWN {FLOATING}', result.stdout)

    def test_egress(self) -> None:
        self.let_in(rule('egress', id=RULE_ID, protocol=None))

        result = self.reach('web-1', '--egress', '--remote-ip', OUTSIDE)

        self.assertIn(
            f'  port port-1 -> subnet net-v4 -> router router-1 -> {OUTSIDE}\n'
            f'  Rule {RULE_ID} of group web lets everything out to {OUTSIDE}.',
            result.stdout,
        )
        self.assertEqual(1, result.stdout.count('ALLOWED 10.0.0.5'))
        self.assertEqual(0, result.status)

    def test_other_ip_version(self) -> None:
        for args in (['--remote-ip', '2001:db8::7'], ['--protocol', '58']):
            result = self.reach('web-1', *args)
            self.assertEqual(
                (
                    '',
                    'No interface of server web-1 has an IPv6 address.\n',
                    3,
                ),
                (result.stdout, result.stderr, result.status),
            )

    def test_one_port(self) -> None:
        self.items['ports'].append(
            port(
                id=OTHER_PORT_ID,
                name='port-2',
                mac_address=OTHER_MAC,
                fixed_ips=[
                    {
                        'ip_address': '10.0.0.6',
                        'subnet_id': self.items['subnets'][0]['id'],
                    }
                ],
            )
        )

        self.assertEqual(3, len(self.verdicts(*SSH)))
        for typed in (PORT_ID.upper(), MAC, '10.0.0.5', FLOATING, 'port-1'):
            self.assertEqual(
                [FLOATING, '10.0.0.5'], list(self.verdicts(typed, *SSH))
            )
        result = self.reach('web-1', 'nothing')
        self.assertIn(
            f'No interface of server {SERVER_ID} has the ID, MAC address, IP '
            f"address or name 'nothing'. It has:\n  {PORT_ID}  {MAC}  "
            f'10.0.0.5\n  {OTHER_PORT_ID}',
            result.stderr,
        )
        self.assertEqual((1, ''), (result.status, result.stdout))
        self.items['ports'][1]['name'] = 'port-1'
        result = self.reach('web-1', 'port-1')
        self.assertIn('Several ports of server', result.stderr)
        self.assertEqual(1, result.status)

    def test_no_such_server(self) -> None:
        self.servers = []

        result = self.reach('web-1')

        self.assertIn("No server has the name 'web-1'", result.stderr)
        self.assertEqual((1, ''), (result.status, result.stdout))


class TestGroups(ReachTestCase):
    """Who is in groups is read only where rules for all do not decide."""

    def setUp(self) -> None:
        super().setUp()
        self.items['security_groups'].append(
            {
                'id': REMOTE_ID,
                'name': 'clients',
                'shared': False,
                'project_id': self.items['ports'][0]['project_id'],
                'security_group_rules': [],
            }
        )
        self.items['ports'].append(
            port(
                id=MEMBER_ID,
                device_id='',
                fixed_ips=[{'ip_address': OUTSIDE, 'subnet_id': 'somewhere'}],
                security_groups=[REMOTE_ID],
                allowed_address_pairs=[{'ip_address': '192.0.2.0/24'}],
            )
        )
        self.let_in(allowing(remote_group_id=REMOTE_ID))

    def test_members_and_their_address_pairs(self) -> None:
        for remote in (OUTSIDE, '192.0.2.0/25'):
            self.assertEqual(
                ('allowed', RULE_ID),
                self.verdicts(*SSH, '--remote-ip', remote)[FLOATING],
            )
        (row, *_) = self.rows(*SSH, '--remote-ip', '192.0.0.0/16')
        self.assertEqual(
            ('blocked', None), (row['Verdict'], row['Decided By'])
        )
        self.assertIn(
            'of it, only what comes from 192.0.2.0/24 gets in', row['Why']
        )

    def test_shared_group(self) -> None:
        self.items['security_groups'][1]['shared'] = True

        self.assertEqual(
            ('unknown', REMOTE_ID),
            self.verdicts(*SSH, '--remote-ip', '192.0.3.1')[FLOATING],
        )
        self.assertEqual(
            ('allowed', RULE_ID),
            self.verdicts(*SSH, '--remote-ip', OUTSIDE)[FLOATING],
        )

    def test_address_group(self) -> None:
        self.let_in(allowing(remote_address_group_id=LIST_ID))

        self.assertEqual(
            ('unknown', LIST_ID),
            self.verdicts(*SSH, '--remote-ip', OUTSIDE)[FLOATING],
        )
        self.items['address_groups'] = [
            {'id': LIST_ID, 'addresses': ['198.51.100.0/28', '192.0.2.1/32']}
        ]
        self.assertEqual(
            ('allowed', RULE_ID),
            self.verdicts(*SSH, '--remote-ip', OUTSIDE)[FLOATING],
        )
        self.assertEqual(
            ('blocked', None),
            self.verdicts(*SSH, '--remote-ip', '192.0.2.2')[FLOATING],
        )

    def test_cloud_without_address_groups(self) -> None:
        self.let_in(allowing(remote_address_group_id=LIST_ID))
        url = f'{NETWORK_URL}/v2.0/address-groups'
        self.cloud.get(url, status_code=404, json={})

        self.assertEqual(
            ('unknown', LIST_ID),
            self.verdicts(*SSH, '--remote-ip', OUTSIDE)[FLOATING],
        )
        self.cloud.get(url, status_code=500, json={})
        result = self.reach('web-1', *SSH, '--remote-ip', OUTSIDE)
        self.assertIn('address groups', result.stderr)
        self.assertEqual(1, result.status)

    def test_group_that_cannot_be_seen(self) -> None:
        self.items['ports'][0]['security_groups'] = [LIST_ID]

        self.assertEqual(
            ('unknown', LIST_ID),
            self.verdicts(*SSH, '--remote-ip', OUTSIDE)[FLOATING],
        )

    def test_requests(self) -> None:
        """As many as there may be."""
        self.let_in(
            allowing(remote_group_id=REMOTE_ID),
            allowing(remote_address_group_id=LIST_ID),
        )

        self.verdicts()

        self.assertEqual(14, self.count)
        self.be_administrator()
        before = self.count
        self.verdicts()
        # By port, too; who is in a group, administrators see.
        self.assertEqual(14, self.count - before)

    def test_requests_where_one_rule_decides(self) -> None:
        self.let_in(allowing())

        self.verdicts(*SSH)

        self.assertEqual(11, self.count)

    def test_requests_with_a_network_without_router(self) -> None:
        """Who has its gateway is asked for only where that decides."""
        self.items['networks'].append(
            {
                **self.items['networks'][0],
                'id': 'lonely',
                'provider:network_type': 'vxlan',
            }
        )
        self.items['subnets'].append(
            {
                **self.items['subnets'][0],
                'id': 'lonely-v4',
                'name': 'lonely-v4',
                'network_id': 'lonely',
                'cidr': '10.0.9.0/24',
                'gateway_ip': '10.0.9.1',
            }
        )
        lonely = port(
            id=OTHER_PORT_ID,
            network_id='lonely',
            fixed_ips=[{'ip_address': '10.0.9.5', 'subnet_id': 'lonely-v4'}],
        )
        self.items['ports'].append(lonely)
        self.let_in(
            allowing(remote_group_id=REMOTE_ID),
            allowing(remote_address_group_id=LIST_ID),
            allowing(remote_ip_prefix='203.0.113.0/24'),
        )
        args = (*SSH, '--remote-ip', '203.0.113.7')

        self.assertEqual(
            ('unknown', 'lonely'), self.verdicts(*args)['10.0.9.5']
        )
        before = self.count
        self.verdicts()
        self.assertEqual(14, self.count - before)
        self.be_administrator()
        before = self.count
        self.assertEqual(
            ('blocked', 'lonely'), self.verdicts(*args)['10.0.9.5']
        )
        self.verdicts()
        self.assertLessEqual(self.count - before, 2 * 15)


class TestForwarding(ReachTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.items['floatingips'] = [
            floating_ip(
                port_id=None,
                fixed_ip_address=None,
                port_forwardings=[
                    {
                        'protocol': 'tcp',
                        'internal_ip_address': '10.0.0.5',
                        'internal_port_id': PORT_ID,
                        'internal_port': 22,
                        'external_port': 2222,
                    }
                ],
            )
        ]

    def test_its_port(self) -> None:
        self.assertEqual(
            ('allowed', RULE_ID),
            self.verdicts(*SSH, '--remote-ip', OUTSIDE)[f'{FLOATING}:2222'],
        )

    def test_other_port(self) -> None:
        self.assertEqual(
            ['10.0.0.5'],
            list(self.verdicts('--protocol', 'tcp', '--dst-port', '80')),
        )
        self.assertEqual(
            ['10.0.0.5'], list(self.verdicts('--protocol', 'udp'))
        )

    def test_more_than_its_port(self) -> None:
        row = self.rows('--protocol', 'tcp', '--ethertype', 'IPv4')[0]

        self.assertEqual(
            (f'{FLOATING}:2222', 'blocked', FLOATING_ID),
            (row['Address'], row['Verdict'], row['Decided By']),
        )
        self.assertIn('of it, only tcp 22 gets in', row['Why'])


class TestUnseen(ReachTestCase):
    def test_floating_ip_of_another_project(self) -> None:
        self.items['floatingips'] = []
        self.servers = [
            server(
                addresses={'net': [address(), address(FLOATING, 'floating')]}
            )
        ]

        self.assertEqual(
            ('unknown', PORT_ID),
            self.verdicts(*SSH, '--remote-ip', OUTSIDE)[FLOATING],
        )
        # Whatever it is, no rule lets that in.
        self.assertEqual(
            ('blocked', None),
            self.verdicts('--protocol', 'udp', '--remote-ip', OUTSIDE)[
                FLOATING
            ],
        )
        self.forbid(f'{NETWORK_URL}/v2.0/floatingips')
        self.assertEqual(
            ('unknown', PORT_ID),
            self.verdicts(*SSH, '--remote-ip', OUTSIDE)[FLOATING],
        )

    def test_what_may_not_be_seen(self) -> None:
        self.forbid(f'{NETWORK_URL}/v2.0/routers')

        result = self.reach('web-1', *SSH, '--remote-ip', OUTSIDE)

        self.assertIn(f'UNKNOWN {FLOATING}', result.stdout)
        self.assertIn(f'Router {ROUTER_ID} cannot be seen', result.stdout)
        self.assertTrue(result.stderr.startswith('Not seen: routers ('))
        self.assertEqual(3, result.status)

    def test_networks_may_not_be_seen(self) -> None:
        """It might be an external one, or have an address scope."""
        self.forbid(f'{NETWORK_URL}/v2.0/networks')

        for row in self.rows(*SSH, '--remote-ip', OUTSIDE):
            self.assertEqual('unknown', row['Verdict'])

    def test_subnets_may_not_be_seen(self) -> None:
        self.forbid(f'{NETWORK_URL}/v2.0/subnets')

        row = self.rows(*SSH, '--remote-ip', OUTSIDE)[0]

        self.assertEqual(
            ('unknown', 'Not all subnets of router router-1 can be seen.'),
            (row['Verdict'], row['Why']),
        )

    def test_what_could_not_be_read(self) -> None:
        for kind in ('subnets', 'routers', 'security-groups', 'networks'):
            url = f'{NETWORK_URL}/v2.0/{kind}'
            self.cloud.get(url, status_code=500, json={})
            result = self.reach('web-1', *SSH, '--remote-ip', OUTSIDE)
            self.assertIn('UNKNOWN', result.stdout)
            self.assertIn('500', result.stderr)
            self.assertEqual(1, result.status)

    def test_users_of_the_group_cannot_be_seen(self) -> None:
        self.let_in()
        query = f'security_groups={GROUP_ID}'
        self.forbid(f'{NETWORK_URL}/v2.0/ports?{query}')

        result = self.reach('web-1', *SSH)

        self.assertIn('This rule in group web would let it:', result.stdout)
        self.assertIn('Not seen: ports of security groups', result.stderr)

    def test_ports_cannot_be_read(self) -> None:
        self.forbid(f'{NETWORK_URL}/v2.0/ports')

        result = self.reach('web-1')

        self.assertIn('Cannot see ports', result.stderr)
        self.assertEqual((1, ''), (result.status, result.stdout))

    def test_no_ports(self) -> None:
        self.items['ports'] = []

        result = self.reach('web-1')

        self.assertIn('No interface of server web-1 has an', result.stderr)
        self.assertEqual((3, ''), (result.status, result.stdout))

    def test_gateway_that_is_no_router(self) -> None:
        self.serving = []
        self.items['floatingips'] = []
        self.items['ports'].append(
            port(
                id=OTHER_PORT_ID,
                device_id=SERVER_ID.replace('1', '2'),
                network_id=NETWORK_ID,
                fixed_ips=[
                    {'ip_address': '10.0.0.1', 'subnet_id': 'whichever'}
                ],
            )
        )

        self.assertEqual(
            ('unknown', OTHER_PORT_ID),
            self.verdicts(*SSH, '--remote-ip', OUTSIDE)['10.0.0.5'],
        )


class TestRefused(ReachTestCase):
    """What the command line alone shows to be wrong asks nobody."""

    def test_does_not_go_together(self) -> None:
        for args, words in (
            (['--dst-port', '22'], 'argument --dst-port: needs argument'),
            (
                ['--protocol', 'icmp', '--dst-port', '22'],
                'argument --dst-port: needs argument',
            ),
            (['--icmp-type', '8'], 'argument --icmp-type: needs argument'),
            (
                ['--protocol', 'icmp', '--icmp-code', '0'],
                'argument --icmp-code: needs argument --icmp-type',
            ),
            (
                ['--remote-ip', '10.0.0.1', '--ethertype', 'IPv6'],
                'argument --ethertype: 10.0.0.1/32 is IPv4',
            ),
            (
                ['--protocol', '58', '--remote-ip', '10.0.0.1'],
                'argument --protocol: ipv6-icmp is of IPv6',
            ),
            (['-c', 'Rule'], "no column has the name 'Rule'; there are Port"),
        ):
            result = self.reach('web-1', *args)
            self.assertIn(f'error: {words}', result.stderr)
            self.assertEqual((2, ''), (result.status, result.stdout))
        self.assertEqual(0, self.count)

    def test_is_none(self) -> None:
        for option, value, words in (
            ('--protocol', 'tpc', "'tpc' is not an IP protocol"),
            ('--protocol', '256', "'256' is not an IP protocol"),
            ('--dst-port', '0', "'0' is not a port"),
            ('--dst-port', '23:22', "'23:22' is not a port"),
            ('--dst-port', '65536', "'65536' is not a port"),
            ('--icmp-type', '256', "'256' is not a number from 0 to 255"),
            ('--remote-ip', 'office', "'office' is not an IP address"),
            ('--remote-ip', '10.0.0.1/8', 'has host bits set'),
            ('--ethertype', 'ARP', 'invalid choice'),
        ):
            result = self.reach('web-1', option, value)
            self.assertIn(words, result.stderr)
            self.assertEqual((2, ''), (result.status, result.stdout))

    def test_protocols(self) -> None:
        for protocol in ('tcp', 'TCP', '6'):
            rows = self.rows('--protocol', protocol, '--dst-port', '22')
            self.assertEqual('allowed', rows[0]['Verdict'])
        self.let_in(allowing(protocol='icmp', port_range_min=8))
        self.let_in(
            allowing(protocol='1', port_range_min=8, port_range_max=None)
        )
        rows = self.rows('--protocol', 'icmp', '--icmp-type', '8')
        self.assertEqual('allowed', rows[0]['Verdict'])
        self.assertEqual(
            json.dumps(rows),
            json.dumps(self.rows('--protocol', '1', '--icmp-type', '8')),
        )
        self.assertEqual(
            'blocked', self.rows('--protocol', 'any')[0]['Verdict']
        )
