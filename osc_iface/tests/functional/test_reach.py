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

"""``openstack server interface reach``, of real groups, routers, addresses."""

import json
from typing import Any, ClassVar

from osc_iface.tests.functional import base
from osc_iface.tests.functional.checking import (
    ADMIN,
    MEMBER,
    READER,
    CheckTestCase,
    Row,
)

REACH = ('server', 'interface', 'reach')
OUTSIDE = '198.51.100.7'
SSH = ('--protocol', 'tcp', '--dst-port', '22')
_NAME = 'reached'
_SUBNETS = {
    'front': '10.9.0.0/24',
    'front6': '2001:db8:9::/64',
    'back': '10.9.1.0/24',
}


class ReachTestCase(CheckTestCase):
    """A server behind a router of its own, in a group without rules.

    The router has another network, too, with a port in another group.
    """

    cloud: ClassVar[Any]
    made: ClassVar[dict[str, Any]]
    ips: ClassVar[dict[str, str]]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        network = cls.cloud = base.connect().network
        cls.made, cls.ips = {}, {}
        for name in ('group', 'clients'):
            group = network.create_security_group(name=f'{_NAME}-{name}')
            cls.keep(name, group, network.delete_security_group)
            for rule in group.security_group_rules:
                network.delete_security_group_rule(rule['id'])
        for name in ('front', 'back'):
            cls.keep(
                name,
                network.create_network(name=f'{_NAME}-{name}'),
                network.delete_network,
            )
        for name, cidr in _SUBNETS.items():
            subnet = network.create_subnet(
                name=f'{_NAME}-{name}',
                network_id=cls.made[name.rstrip('6')].id,
                ip_version=6 if ':' in cidr else 4,
                cidr=cidr,
            )
            cls.keep(f'{name}-subnet', subnet, network.delete_subnet)
        outside = next(network.networks(is_router_external=True))
        cls.make_router(network, outside)
        cls.make_ports(network)
        address = network.create_ip(
            floating_network_id=outside.id, port_id=cls.made['port'].id
        )
        cls.keep('floating', address, network.delete_ip)
        cls.ips['floating'] = address.floating_ip_address
        server = base.boot(_NAME, [{'port': cls.made['port'].id}])
        cls.addClassCleanup(base.delete, server)

    @classmethod
    def keep(cls, name: str, thing: Any, delete: Any) -> None:
        """Keep something until the end of the tests."""
        cls.made[name] = thing
        cls.addClassCleanup(delete, thing)

    @classmethod
    def make_router(cls, network: Any, outside: Any) -> None:
        """Make the router, of both networks."""
        router = network.create_router(
            name=_NAME, external_gateway_info={'network_id': outside.id}
        )
        cls.keep('router', router, network.delete_router)
        for name in ('front', 'back'):
            subnet_id = cls.made[f'{name}-subnet'].id
            network.add_interface_to_router(router, subnet_id=subnet_id)
            cls.addClassCleanup(
                network.remove_interface_from_router,
                router,
                subnet_id=subnet_id,
            )

    @classmethod
    def make_ports(cls, network: Any) -> None:
        """Make the port of the server, and that of a client."""
        for name, where, group in (
            ('port', 'front', 'group'),
            ('client', 'back', 'clients'),
        ):
            port = network.create_port(
                name=f'{_NAME}-{name}',
                network_id=cls.made[where].id,
                security_group_ids=[cls.made[group].id],
            )
            cls.keep(name, port, network.delete_port)
            for each in port.fixed_ips:
                ip = each['ip_address']
                cls.ips[f'{name}6' if ':' in ip else name] = ip

    def rule(self, **attributes: Any) -> str:
        """Give the group of the server a rule for the test."""
        rule = self.cloud.create_security_group_rule(
            **{
                'security_group_id': self.made['group'].id,
                'direction': 'ingress',
                'ether_type': 'IPv4',
                **attributes,
            }
        )
        self.addCleanup(self.cloud.delete_security_group_rule, rule)
        return str(rule.id)

    def reached(self, *args: str, cloud: str = READER) -> list[Row]:
        """Return the rows of an answer, of which the status tells."""
        result = self.openstack(
            *REACH,
            _NAME,
            *args,
            '-f',
            'json',
            cloud=cloud,
            OS_CLIENT_CONFIG_FILE=self.clouds,
        )
        self.assertEqual('', result.stderr)
        found: list[Row] = json.loads(result.stdout)
        allowed = any(row['Verdict'] == 'allowed' for row in found)
        self.assertEqual(0 if allowed else 3, result.status)
        self.assertLessEqual(len(result.requests), 14 + (cloud == ADMIN))
        return found

    def row(self, address: str, *args: str, cloud: str = READER) -> Row:
        """Return the row of an address, by what it is."""
        (row,) = [
            each
            for each in self.reached(*args, cloud=cloud)
            if each['Address'] == self.ips[address]
        ]
        return row

    def assert_allowed(
        self, rule: str, address: str, *args: str, cloud: str = READER
    ) -> None:
        """Check that a rule lets something in."""
        row = self.row(address, *args, cloud=cloud)
        self.assertEqual(
            ('allowed', rule),
            (row['Verdict'], row['Decided By']),
            row['Why'],
        )

    def assert_blocked(
        self, decided_by: str | None, address: str, *args: str
    ) -> None:
        """Check that something is in the way."""
        row = self.row(address, *args)
        self.assertEqual(
            ('blocked', decided_by),
            (row['Verdict'], row['Decided By']),
            row['Why'],
        )

    def assert_mended(self, address: str, *args: str) -> None:
        """Check that the command that is printed lets it in, pasted."""
        self.assert_blocked(None, address, *args)
        printed = self.openstack(*REACH, _NAME, *args, cloud=READER).stdout
        (block,) = [
            block
            for block in printed.split('\n\n')
            if block.startswith(f'BLOCKED {self.ips[address]},')
        ]
        self.assertIn(f'in group {_NAME}-group, which no other ports', block)
        command = block.partition('would let it:\n')[2]
        before = {rule.id for rule in self._rules()}

        self.obey(command, MEMBER)

        (made,) = [rule for rule in self._rules() if rule.id not in before]
        self.addCleanup(self.cloud.delete_security_group_rule, made)
        self.assert_allowed(made.id, address, *args)

    def _rules(self) -> list[Any]:
        group = self.made['group'].id
        return list(self.cloud.security_group_rules(security_group_id=group))


class TestReach(ReachTestCase):
    def test_floating_ip(self) -> None:
        args = (*SSH, '--remote-ip', OUTSIDE)
        self.assert_blocked(None, 'floating', *args)
        self.assert_blocked(self.made['router'].id, 'port', *args)

        rule = self.rule(protocol='tcp', port_range_min=1, port_range_max=1024)

        for cloud in (READER, MEMBER, ADMIN):
            self.assert_allowed(rule, 'floating', *args, cloud=cloud)
        self.assert_blocked(
            None, 'floating', '--protocol', 'tcp', '--dst-port', '1000:1025'
        )

    def test_prefixes(self) -> None:
        low = self.rule(remote_ip_prefix='0.0.0.0/1')
        args = ('--remote-ip', '0.0.0.0/0')
        row = self.row('floating', *args)
        self.assertIn('only what comes from 0.0.0.0/1 gets in', row['Why'])

        self.rule(remote_ip_prefix='128.0.0.0/1')

        self.assertIn('together with', self.row('floating', *args)['Why'])
        self.assert_allowed(low, 'floating', '--remote-ip', '64.0.0.0/8')

    def test_same_subnet_and_other_by_router(self) -> None:
        rule = self.rule(protocol='tcp')
        for remote in ('10.9.0.200', self.ips['client']):
            self.assert_allowed(rule, 'port', *SSH, '--remote-ip', remote)
        # From another subnet, nothing comes without the router.
        self.cloud.update_router(self.made['router'], is_admin_state_up=False)
        self.addCleanup(
            self.cloud.update_router,
            self.made['router'],
            is_admin_state_up=True,
        )
        self.assert_blocked(
            self.made['router'].id, 'port', *SSH, '--remote-ip', '10.9.1.99'
        )
        self.assert_blocked(
            self.made['router'].id, 'floating', *SSH, '--remote-ip', OUTSIDE
        )
        self.assert_allowed(rule, 'port', *SSH, '--remote-ip', '10.9.0.200')

    def test_members_of_a_group(self) -> None:
        rule = self.rule(remote_group_id=self.made['clients'].id)

        for cloud in (READER, ADMIN):
            self.assert_allowed(
                rule, 'port', '--remote-ip', self.ips['client'], cloud=cloud
            )
        self.assert_blocked(None, 'port', '--remote-ip', '10.9.1.99')
        self.cloud.update_port(
            self.made['client'],
            allowed_address_pairs=[{'ip_address': '10.9.1.99'}],
        )
        self.addCleanup(
            self.cloud.update_port,
            self.made['client'],
            allowed_address_pairs=[],
        )
        self.assert_allowed(rule, 'port', '--remote-ip', '10.9.1.99')

    def test_address_group(self) -> None:
        group = self.cloud.create_address_group(
            name=_NAME, addresses=['198.51.100.0/28']
        )
        self.addCleanup(self.cloud.delete_address_group, group)
        rule = self.rule(remote_address_group_id=group.id)

        self.assert_allowed(rule, 'floating', '--remote-ip', OUTSIDE)
        self.assert_blocked(None, 'floating', '--remote-ip', '198.51.100.77')

    def test_ipv6(self) -> None:
        args = ('--protocol', 'ipv6-icmp', '--remote-ip', '2001:db8:9::99')
        self.assert_mended('port6', *args)
        row = self.row('port6', *SSH, '--remote-ip', '2001:db8:8::7')
        self.assertNotEqual('allowed', row['Verdict'])

    def test_icmp(self) -> None:
        rule = self.rule(protocol='icmp', port_range_min=8)
        echo = ('--protocol', '1', '--icmp-type', '8')

        self.assert_allowed(rule, 'floating', *echo)
        self.assert_allowed(rule, 'floating', *echo, '--icmp-code', '0')
        self.assert_blocked(None, 'floating', '--protocol', 'icmp')

    def test_egress(self) -> None:
        args = ('--egress', *SSH, '--remote-ip', OUTSIDE)
        self.assert_mended('port', *args)

    def test_mended(self) -> None:
        for address, args in (
            ('floating', (*SSH, '--remote-ip', OUTSIDE)),
            ('floating', ('--protocol', 'icmp', '--icmp-type', '8')),
            ('port', ('--remote-ip', '10.9.1.0/24')),
            ('port', ('--protocol', 'gre', '--remote-ip', '10.9.0.0/28')),
        ):
            self.assert_mended(address, *args)

    def test_forwarded_port(self) -> None:
        # Network wants a port to have either of the two.
        floating, port = self.made['floating'], self.made['port']
        self.cloud.update_ip(floating, port_id=None)
        self.addCleanup(self.cloud.update_ip, floating, port_id=port.id)
        address = self.cloud.create_ip(
            floating_network_id=floating.floating_network_id
        )
        self.addCleanup(self.cloud.delete_ip, address)
        forwarding = self.cloud.create_port_forwarding(
            floatingip_id=address.id,
            protocol='tcp',
            external_port=2222,
            internal_port=22,
            internal_ip_address=self.ips['port'],
            internal_port_id=port.id,
        )
        self.addCleanup(self.cloud.delete_port_forwarding, forwarding, address)
        rule = self.rule(protocol='tcp')
        ip = f'{address.floating_ip_address}:2222'
        self.ips['forwarded'] = ip

        self.assert_allowed(rule, 'forwarded', *SSH, '--remote-ip', OUTSIDE)

    def test_nothing_filters(self) -> None:
        port = self.made['port']
        self.cloud.update_port(
            port, is_port_security_enabled=False, security_groups=[]
        )
        self.addCleanup(
            self.cloud.update_port,
            port,
            is_port_security_enabled=True,
            security_groups=[self.made['group'].id],
        )

        row = self.row('floating')

        self.assertEqual(
            ('allowed', None), (row['Verdict'], row['Decided By'])
        )

    def test_disabled(self) -> None:
        self.rule()
        port = self.made['port']
        self.cloud.update_port(port, is_admin_state_up=False)
        self.addCleanup(self.cloud.update_port, port, is_admin_state_up=True)

        self.assert_blocked(port.id, 'floating', '--remote-ip', OUTSIDE)

    def test_none_left(self) -> None:
        result = self.openstack(
            *REACH, 'db-1', '--remote-ip', '2001:db8::7', cloud=READER
        )

        self.assertEqual(
            ('', 'No interface of server db-1 has an IPv6 address.\n', 3),
            (result.stdout, result.stderr, result.status),
        )
