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

"""Which way something gets in and out, and what lies in it."""

import dataclasses
import ipaddress
from typing import Any

import testtools

from osc_iface.check.facts import Facts
from osc_iface.check.network_facts import (
    FixedIP,
    Floating,
    Forwarding,
    Gateway,
    Group,
    Network,
    Router,
    Rule,
    ServicePort,
    Subnet,
)
from osc_iface.reach import packets, verdicts
from osc_iface.reach.known import Known
from osc_iface.reach.packets import Question
from osc_iface.reach.verdicts import Row, Verdict
from osc_iface.tests.unit.base import (
    NETWORK_ID,
    PORT_ID,
    PROJECT_ID,
    SERVER_ID,
    SUBNET_ID,
)
from osc_iface.tests.unit.check_base import (
    EXTERNAL_ID,
    FLOATING,
    GROUP_ID,
    IP,
    MACHINE,
    NIC,
    ROUTER_ID,
)

OUTSIDE = '198.51.100.7'
V6 = ipaddress.ip_address('2001:db8::5')
EVERYTHING = tuple(
    Rule(ingress, '', f'{ingress}') for ingress in (True, False)
)
GROUP = Group(GROUP_ID, 'web', EVERYTHING, project_id=PROJECT_ID)
NETWORK = Network(
    NETWORK_ID, 'net', True, (), PROJECT_ID, shared=False, external=False
)
SUBNET = Subnet(
    SUBNET_ID,
    NETWORK_ID,
    ipaddress.ip_network('10.0.0.0/24'),
    'front',
    ipaddress.ip_address('10.0.0.1'),
)
BACK = Subnet(
    'back',
    'other',
    ipaddress.ip_network('10.0.1.0/24'),
    'back',
    ipaddress.ip_address('10.0.1.1'),
)
SUBNET6 = Subnet(
    'six',
    NETWORK_ID,
    ipaddress.ip_network('2001:db8::/64'),
    'six',
    ipaddress.ip_address('2001:db8::1'),
)
GATEWAY = Gateway(
    EXTERNAL_ID,
    True,
    (FixedIP(ipaddress.ip_address('203.0.113.2'), 'outside'),),
)
ROUTER = Router(
    ROUTER_ID, 'r1', True, 'ACTIVE', PROJECT_ID, GATEWAY, True, False
)
FLOATING_IP = Floating(
    FLOATING, PORT_ID, IP, 'floating', EXTERNAL_ID, ROUTER_ID
)


def interface(
    ip: str, subnet_id: str, router_id: str = ROUTER_ID
) -> ServicePort:
    """Return the interface of a router."""
    return ServicePort(
        f'{router_id}-{subnet_id}',
        'any',
        'network:router_interface',
        router_id,
        fixed_ips=(FixedIP(ipaddress.ip_address(ip), subnet_id),),
    )


INTERFACES = (
    interface('10.0.0.1', SUBNET_ID),
    interface('2001:db8::1', 'six'),
    interface('10.0.1.1', 'back'),
)


class WaysTestCase(testtools.TestCase):
    """Asks about a server behind a router, with changes."""

    def setUp(self) -> None:
        super().setUp()
        self.machine = MACHINE
        self.nic = NIC
        self.network: Network | None = NETWORK
        self.group = GROUP
        self.subnets = [SUBNET, SUBNET6, BACK]
        self.routers = [ROUTER]
        self.interfaces: Any = INTERFACES
        self.floating: list[Floating] = []
        self.sees_all = False
        self.holders: Any = None

    def rows(
        self, remote: str = OUTSIDE, ingress: bool = True, **changes: Any
    ) -> list[Row]:
        """Return what becomes of packets of a remote."""
        prefix = ipaddress.ip_network(remote)
        question = Question(
            ingress,
            f'IPv{prefix.version}',
            packets.addresses([prefix]),
            **changes,
        )
        facts = Facts(
            {SERVER_ID: self.machine},
            [self.nic],
            {NETWORK_ID: self.network} if self.network else {},
            {GROUP_ID: self.group},
            self.floating,
            sees_all=self.sees_all,
            subnets={each.id: each for each in self.subnets},
            service_ports=self.interfaces,
            routers={each.id: each for each in self.routers},
        )
        known = Known(
            facts, router_ports=self.interfaces, holders=self.holders
        )
        return verdicts.rows(known, [self.nic], [question])

    def assert_row(
        self,
        verdict: Verdict,
        decided_by: str | None,
        *words: str,
        remote: str = OUTSIDE,
        ingress: bool = True,
        **changes: Any,
    ) -> Row:
        """Check what is said of the first way."""
        row = self.rows(remote, ingress, **changes)[0]
        self.assertEqual(
            (verdict, decided_by), (row.verdict, row.decided_by), row.why
        )
        for each in words:
            self.assertIn(each, row.why)
        return row

    def be_six(self) -> None:
        """Give the port an IPv6 address alone."""
        self.nic = dataclasses.replace(NIC, fixed_ips=(FixedIP(V6, 'six'),))


class TestFixedAddress(WaysTestCase):
    def test_on_the_subnet(self) -> None:
        self.assert_row(Verdict.ALLOWED, 'True', remote='10.0.0.0/28')

    def test_by_the_router(self) -> None:
        row = self.assert_row(Verdict.ALLOWED, 'True', remote='10.0.1.9')
        self.assertEqual(
            ('10.0.1.9', 'subnet back', 'router r1', 'subnet front'),
            row.paths[0][:-1],
        )

    def test_a_part(self) -> None:
        self.assert_row(
            Verdict.BLOCKED,
            ROUTER_ID,
            'of it, only what comes from 10.0.0.0/23 gets in',
            remote='10.0.0.0/22',
        )

    def test_from_outside(self) -> None:
        for snat, verdict in (
            (True, Verdict.BLOCKED),
            (False, Verdict.UNKNOWN),
            (None, Verdict.UNKNOWN),
        ):
            self.routers = [
                dataclasses.replace(
                    ROUTER, gateway=dataclasses.replace(GATEWAY, snat=snat)
                )
            ]
            self.assert_row(verdict, ROUTER_ID)

    def test_address_scope(self) -> None:
        self.network = dataclasses.replace(NETWORK, scope='scope')
        self.assert_row(Verdict.UNKNOWN, ROUTER_ID, 'address scope')
        self.assert_row(
            Verdict.UNKNOWN, ROUTER_ID, 'address scope', ingress=False
        )
        self.floating = [FLOATING_IP]
        self.assert_row(Verdict.ALLOWED, 'True')
        self.assert_row(Verdict.ALLOWED, 'False', ingress=False)

    def test_external_network(self) -> None:
        self.network = dataclasses.replace(NETWORK, external=True)
        row = self.assert_row(Verdict.ALLOWED, 'True')
        self.assertIn('network net', row.paths[0])
        self.subnets = [dataclasses.replace(SUBNET, gateway=None)]
        self.assert_row(Verdict.UNKNOWN, SUBNET_ID, 'no gateway')

    def test_router(self) -> None:
        for changes, verdict, words in (
            ({'enabled': False}, Verdict.BLOCKED, 'is disabled'),
            ({'routes': True}, Verdict.UNKNOWN, 'extra routes'),
            (
                {'gateway': None, 'external': False},
                Verdict.BLOCKED,
                'no external gateway',
            ),
            (
                {'gateway': None, 'external': None},
                Verdict.UNKNOWN,
                'cannot be seen',
            ),
        ):
            self.routers = [dataclasses.replace(ROUTER, **changes)]
            self.assert_row(verdict, ROUTER_ID, words)
            self.assert_row(
                Verdict.BLOCKED
                if changes.get('enabled') is False
                else Verdict.ALLOWED,
                ROUTER_ID if changes.get('enabled') is False else 'True',
                remote='10.0.1.9',
            )

    def test_what_cannot_be_seen(self) -> None:
        self.routers = []
        self.assert_row(Verdict.UNKNOWN, ROUTER_ID, 'cannot be seen')
        self.routers = [ROUTER]
        self.subnets = [SUBNET]
        self.assert_row(
            Verdict.UNKNOWN, ROUTER_ID, 'Not all subnets of router r1'
        )
        self.subnets = []
        self.assert_row(Verdict.UNKNOWN, SUBNET_ID, 'cannot be seen')
        self.subnets = [SUBNET]
        self.interfaces = None
        self.assert_row(Verdict.UNKNOWN, SUBNET_ID, 'not known')
        self.network = None
        self.assert_row(Verdict.UNKNOWN, NETWORK_ID, remote='10.0.0.9')

    def test_gateway_is_no_router(self) -> None:
        self.interfaces = (
            interface('10.0.0.2', SUBNET_ID),
            interface('10.0.1.1', 'back'),
        )
        self.assert_row(
            Verdict.UNKNOWN, ROUTER_ID, 'not the gateway', remote='10.0.1.9'
        )
        self.assert_row(Verdict.UNKNOWN, SUBNET_ID, 'gateway 10.0.0.1')
        self.assert_row(Verdict.ALLOWED, 'True', remote='10.0.0.9')

    def test_two_routers(self) -> None:
        self.interfaces = (
            *INTERFACES[:2],
            interface('10.0.0.2', SUBNET_ID, 'second'),
            interface('10.0.1.1', 'back', 'second'),
        )
        self.routers = [ROUTER, dataclasses.replace(ROUTER, id='second')]
        self.assert_row(Verdict.UNKNOWN, 'second', remote='10.0.1.9')
        self.assert_row(Verdict.BLOCKED, ROUTER_ID, 'translates')

    def test_other_router_may_lead(self) -> None:
        self.interfaces = (
            *INTERFACES,
            interface('10.0.0.2', SUBNET_ID, 'second'),
        )
        closed = dataclasses.replace(ROUTER, gateway=None, external=False)
        second = dataclasses.replace(ROUTER, id='second', name='r2')
        self.routers = [closed, second]
        self.assert_row(Verdict.BLOCKED, ROUTER_ID, 'no external gateway')
        for changes, verdict, decided_by in (
            ({}, Verdict.UNKNOWN, 'second'),
            ({'enabled': False}, Verdict.BLOCKED, ROUTER_ID),
            ({'gateway': None, 'external': False}, Verdict.BLOCKED, ROUTER_ID),
            (
                {'gateway': None, 'external': False, 'routes': True},
                Verdict.UNKNOWN,
                'second',
            ),
        ):
            self.routers = [closed, dataclasses.replace(second, **changes)]
            self.assert_row(verdict, decided_by, ingress=False)
        self.assert_row(Verdict.ALLOWED, 'True', remote='10.0.1.9')

    def test_router_is_not_the_gateway_there(self) -> None:
        self.subnets = [SUBNET, dataclasses.replace(BACK, gateway=None)]
        self.assert_row(
            Verdict.UNKNOWN,
            ROUTER_ID,
            'not the gateway of subnet back',
            remote='10.0.1.9',
        )

    def test_no_router_forwards(self) -> None:
        closed = dataclasses.replace(ROUTER, gateway=None, external=False)
        for self.routers in ([ROUTER], [closed]):
            for remote in ('169.254.169.254', '224.0.0.18'):
                self.assert_row(
                    Verdict.UNKNOWN,
                    SUBNET_ID,
                    'link-local',
                    remote=remote,
                    ingress=False,
                )
        self.be_six()
        self.assert_row(Verdict.UNKNOWN, 'six', remote='fe80::1')

    def test_without_router(self) -> None:
        self.interfaces = ()
        self.assert_row(Verdict.UNKNOWN, NETWORK_ID, 'no router')
        self.network = dataclasses.replace(NETWORK, kind='vxlan')
        self.assert_row(Verdict.UNKNOWN, NETWORK_ID)
        self.holders = ()
        self.assert_row(Verdict.BLOCKED, NETWORK_ID, 'no router', 'vxlan')
        self.network = dataclasses.replace(NETWORK, kind='vlan')
        self.assert_row(Verdict.UNKNOWN, NETWORK_ID)
        self.network = dataclasses.replace(NETWORK, project_id='other')
        self.assert_row(Verdict.UNKNOWN, NETWORK_ID, 'another project')
        self.assert_row(Verdict.ALLOWED, 'True', remote='10.0.0.9')

    def test_other_subnet_of_the_network(self) -> None:
        beside = dataclasses.replace(
            BACK,
            id='beside',
            network_id=NETWORK_ID,
            cidr=ipaddress.ip_network('10.0.2.0/24'),
        )
        self.subnets.append(beside)
        self.network = dataclasses.replace(NETWORK, kind='vxlan')
        self.holders = ()
        for self.interfaces in (INTERFACES, ()):
            for remote, verdict in (
                ('10.0.2.9', Verdict.UNKNOWN),
                ('10.0.2.0/23', Verdict.BLOCKED),
                ('10.0.3.9', Verdict.BLOCKED),
            ):
                row = self.rows(remote)[0]
                self.assertEqual(verdict, row.verdict, row.why)
                self.assertNotIn('10.0.2', row.why)

    def test_six(self) -> None:
        self.be_six()
        self.assert_row(
            Verdict.BLOCKED, ROUTER_ID, 'no IPv6', remote='2001:db8:1::7'
        )
        self.routers = [
            dataclasses.replace(
                ROUTER,
                gateway=dataclasses.replace(
                    GATEWAY,
                    ips=(FixedIP(ipaddress.ip_address('fd00::2'), 'x'),),
                ),
            )
        ]
        self.assert_row(
            Verdict.UNKNOWN, ROUTER_ID, 'routes', remote='2001:db8:1::7'
        )
        self.assert_row(Verdict.ALLOWED, 'True', remote='2001:db8::7')
        self.assertEqual([], self.rows())


class TestEgress(WaysTestCase):
    def test_translated(self) -> None:
        self.assert_row(Verdict.ALLOWED, 'False', ingress=False)

    def test_floating_ip(self) -> None:
        self.routers = [
            dataclasses.replace(
                ROUTER, gateway=dataclasses.replace(GATEWAY, snat=False)
            )
        ]
        self.assert_row(Verdict.UNKNOWN, ROUTER_ID, ingress=False)
        self.floating = [FLOATING_IP]
        self.assert_row(Verdict.ALLOWED, 'False', ingress=False)

    def test_no_gateway(self) -> None:
        self.routers = [
            dataclasses.replace(ROUTER, gateway=None, external=False)
        ]
        self.assert_row(Verdict.BLOCKED, ROUTER_ID, ingress=False)

    def test_six(self) -> None:
        self.be_six()
        self.assert_row(
            Verdict.BLOCKED, ROUTER_ID, remote='2001:db8:1::7', ingress=False
        )


class TestFloatingIP(WaysTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.floating = [FLOATING_IP]

    def test_leads_in(self) -> None:
        row = self.assert_row(Verdict.ALLOWED, 'True', remote='0.0.0.0/0')
        self.assertEqual(str(FLOATING), row.address)
        self.assertEqual(2, len(self.rows()))

    def test_in_the_way(self) -> None:
        changes: dict[str, Any]
        for changes, decided_by, words in (
            ({'router_id': ''}, 'floating', 'has no router'),
            ({'fixed': FLOATING}, 'floating', 'which the port does not have'),
        ):
            self.floating = [dataclasses.replace(FLOATING_IP, **changes)]
            self.assert_row(Verdict.BLOCKED, decided_by, words)
        self.floating = [FLOATING_IP]
        for changes, words in (
            ({'enabled': False}, 'is disabled'),
            ({'gateway': None, 'external': False}, 'no external gateway'),
        ):
            self.routers = [dataclasses.replace(ROUTER, **changes)]
            self.assert_row(Verdict.BLOCKED, ROUTER_ID, words)
        self.routers = [ROUTER]
        self.interfaces = (interface('10.0.1.1', 'back'),)
        self.assert_row(Verdict.BLOCKED, ROUTER_ID, 'is not attached')

    def test_unknown(self) -> None:
        self.floating = [dataclasses.replace(FLOATING_IP, router_id=None)]
        self.assert_row(Verdict.UNKNOWN, 'floating', 'not told')
        self.floating = [FLOATING_IP]
        self.routers = []
        self.assert_row(Verdict.UNKNOWN, ROUTER_ID, 'cannot be seen')
        self.routers = [
            dataclasses.replace(ROUTER, gateway=None, external=None)
        ]
        self.assert_row(Verdict.UNKNOWN, ROUTER_ID, 'gateway')
        self.routers = [ROUTER]
        for remote in ('10.0.1.9', '10.0.0.0/8'):
            self.assert_row(
                Verdict.UNKNOWN, ROUTER_ID, 'behind', remote=remote
            )
        self.floating = [dataclasses.replace(FLOATING_IP, network_id='other')]
        self.assert_row(Verdict.UNKNOWN, ROUTER_ID, 'external gateway')
        self.floating = [FLOATING_IP]
        self.group = Group(GROUP_ID, rules=(Rule(True, '', prefix=BACK.cidr),))
        self.assert_row(Verdict.BLOCKED, None, remote='10.0.0.0/8')
        self.group = Group(GROUP_ID)
        self.assert_row(
            Verdict.UNKNOWN, ROUTER_ID, 'behind', remote='10.0.1.9'
        )
        self.group = GROUP
        self.interfaces = (interface('10.0.0.2', SUBNET_ID),)
        self.assert_row(Verdict.UNKNOWN, ROUTER_ID, 'not the gateway')

    def test_ranges_of_ports(self) -> None:
        forwarding = Forwarding('tcp', IP, PORT_ID, (2222, 2232), (22, 32))
        self.floating = [
            dataclasses.replace(
                FLOATING_IP,
                port_id=None,
                fixed=None,
                forwardings=(forwarding,),
            )
        ]
        row = self.assert_row(
            Verdict.ALLOWED, 'True', protocol=6, ports=(24, 25)
        )
        self.assertEqual(f'{FLOATING}:2224-2225', row.address)
        self.assert_row(
            Verdict.BLOCKED,
            'floating',
            'Only tcp 30:32',
            protocol=6,
            ports=(30, 40),
        )
        self.floating = [
            dataclasses.replace(
                self.floating[0],
                forwardings=(
                    dataclasses.replace(forwarding, internal_ports=(22, 22)),
                    dataclasses.replace(forwarding, internal_ports=None),
                ),
            )
        ]
        row = self.assert_row(
            Verdict.ALLOWED, 'True', protocol=6, ports=(22, 22)
        )
        self.assertEqual(f'{FLOATING}:2222-2232', row.address)
        self.assertEqual(2, len(self.rows(protocol=6)))
        self.group = Group(GROUP_ID, project_id=PROJECT_ID)
        for ports, helps in (((22, 22), True), ((22, 23), False)):
            row = self.assert_row(
                Verdict.BLOCKED, None, 'No rule', protocol=6, ports=ports
            )
            self.assertEqual(helps, row.fix is not None)


class TestPort(WaysTestCase):
    """What counts whichever way it is."""

    def setUp(self) -> None:
        super().setUp()
        self.floating = [FLOATING_IP]

    def test_stopped(self) -> None:
        for status, verdict in (
            ('SHUTOFF', Verdict.BLOCKED),
            ('SOFT_DELETED', Verdict.BLOCKED),
            ('ERROR', Verdict.UNKNOWN),
            ('RESIZE', Verdict.UNKNOWN),
            (None, Verdict.UNKNOWN),
        ):
            self.machine = dataclasses.replace(MACHINE, status=status)
            self.assert_row(verdict, SERVER_ID)

    def test_disabled(self) -> None:
        self.nic = dataclasses.replace(NIC, enabled=False)
        self.assert_row(Verdict.BLOCKED, PORT_ID, 'disabled')
        self.nic = NIC
        self.network = dataclasses.replace(NETWORK, enabled=False)
        self.assert_row(Verdict.BLOCKED, NETWORK_ID, 'disabled')

    def test_nothing_filters(self) -> None:
        self.nic = dataclasses.replace(NIC, secured=False, groups=())
        self.assert_row(Verdict.ALLOWED, None, 'Port security is off')

    def test_no_group(self) -> None:
        self.nic = dataclasses.replace(NIC, groups=())
        self.assert_row(Verdict.BLOCKED, PORT_ID, 'no security group')
        self.nic = dataclasses.replace(NIC, groups=None)
        self.assert_row(Verdict.UNKNOWN, PORT_ID)

    def test_passed_by(self) -> None:
        self.nic = dataclasses.replace(NIC, vnic_type='direct')
        self.assert_row(Verdict.ALLOWED, 'True')
        self.group = Group(GROUP_ID, 'web')
        self.assert_row(Verdict.UNKNOWN, PORT_ID, 'direct')

    def test_group_that_cannot_be_seen(self) -> None:
        self.nic = dataclasses.replace(NIC, groups=(GROUP_ID, 'hidden'))
        self.assert_row(Verdict.ALLOWED, 'True')
        self.group = Group(GROUP_ID, 'web')
        self.assert_row(Verdict.UNKNOWN, 'hidden')

    def test_several_rules(self) -> None:
        halves = [
            Rule(True, 'IPv4', half, prefix=ipaddress.ip_network(half))
            for half in ('0.0.0.0/1', '128.0.0.0/1')
        ]
        self.group = dataclasses.replace(GROUP, rules=tuple(halves))
        self.assert_row(
            Verdict.ALLOWED,
            '0.0.0.0/1',
            'together with 128.0.0.0/1',
            remote='0.0.0.0/0',
        )

    def test_new_words(self) -> None:
        self.group = dataclasses.replace(
            GROUP, rules=(Rule(True, 'IPv4', 'new', 'quic'),)
        )
        self.assert_row(Verdict.UNKNOWN, 'new', 'quic')

    def test_network_has_rules_of_its_own(self) -> None:
        dhcp: dict[str, Any] = {'protocol': 17, 'ports': (68, 68)}
        self.assert_row(Verdict.ALLOWED, 'True', **dhcp)
        self.assert_row(
            Verdict.UNKNOWN, PORT_ID, 'DHCP', ingress=False, **dhcp
        )
        self.group = Group(GROUP_ID, 'web', project_id=PROJECT_ID)
        row = self.assert_row(Verdict.UNKNOWN, PORT_ID, 'DHCP', **dhcp)
        self.assertIsNone(row.fix)
        self.assert_row(Verdict.BLOCKED, None, protocol=17, ports=(67, 67))
        self.assert_row(Verdict.BLOCKED, None, protocol=6, ports=(68, 68))
        self.be_six()
        remote = '2001:db8::7'
        for type_, verdict in (
            (128, Verdict.BLOCKED),
            (135, Verdict.UNKNOWN),
            (143, Verdict.UNKNOWN),
        ):
            self.assert_row(
                verdict,
                PORT_ID if verdict is Verdict.UNKNOWN else None,
                remote=remote,
                protocol=58,
                types=(type_, type_),
            )

    def test_any_protocol_or_not(self) -> None:
        for protocol in ('0', 'ip', 'hopopt'):
            self.group = dataclasses.replace(
                GROUP, rules=(Rule(True, 'IPv4', 'zero', protocol),)
            )
            self.assert_row(Verdict.UNKNOWN, 'zero', protocol, protocol=6)
            self.assert_row(Verdict.UNKNOWN, 'zero', protocol)
            self.assert_row(Verdict.ALLOWED, 'zero', protocol=0)

    def test_members_not_asked_for(self) -> None:
        self.group = dataclasses.replace(
            GROUP, rules=(Rule(True, 'IPv4', 'r', group_id='others'),)
        )
        self.assert_row(Verdict.UNKNOWN, 'others', 'security group others')


class TestStateless(WaysTestCase):
    """What comes back takes rules of its own."""

    def setUp(self) -> None:
        super().setUp()
        self.floating = [FLOATING_IP]
        self.inward = Rule(True, 'IPv4', 'in')

    def rule(self, **changes: Any) -> None:
        """Let the group be stateless, with one more rule."""
        self.group = Group(
            GROUP_ID,
            'web',
            (self.inward, dataclasses.replace(self.inward, **changes)),
            stateful=False,
            project_id=PROJECT_ID,
        )

    def test_no_way_back(self) -> None:
        self.rule()
        row = self.assert_row(
            Verdict.BLOCKED, None, 'Stateless', 'replies', protocol=6
        )
        assert row.fix is not None
        self.assertEqual(
            [('--egress', '1024:65535')],
            [(words[1], words[7]) for words in row.fix.commands],
        )

    def test_way_back(self) -> None:
        self.rule(ingress=False, protocol='tcp', ports=(1024, 65535))
        self.assert_row(Verdict.ALLOWED, 'in', protocol=6, ports=(22, 22))
        self.assert_row(Verdict.BLOCKED, None, protocol=17)
        self.inward = Rule(True, 'IPv4', 'in', 'udp')
        self.rule(ingress=False)
        row = self.assert_row(Verdict.BLOCKED, None, 'No rule', protocol=6)
        assert row.fix is not None
        self.assertEqual(2, len(row.fix.commands))

    def test_icmp(self) -> None:
        self.rule(ingress=False, protocol='icmp', ports=(0, 0))
        self.assert_row(Verdict.ALLOWED, 'in', protocol=1, types=(8, 8))
        # Nobody answers to these.
        self.assert_row(Verdict.ALLOWED, 'in', protocol=1, types=(3, 3))
        self.assert_row(Verdict.BLOCKED, None, protocol=1)


class TestFix(WaysTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.floating = [FLOATING_IP]
        self.group = Group(GROUP_ID, 'web', project_id=PROJECT_ID)

    def fix(self, **changes: Any) -> str:
        """Return the command that would let something in."""
        fix = self.rows(**changes)[0].fix
        return ' '.join(fix.commands[0][1:-1]) if fix else ''

    def test_lets_in_exactly_this(self) -> None:
        ours = '--remote-ip 198.51.100.7/32'
        for changes, command in (
            ({}, f'--ingress --ethertype IPv4 {ours}'),
            (
                {'protocol': 6, 'ports': (8000, 8010)},
                f'--ingress --ethertype IPv4 --protocol tcp --dst-port '
                f'8000:8010 {ours}',
            ),
            (
                {'protocol': 1, 'types': (8, 8), 'codes': (0, 0)},
                f'--ingress --ethertype IPv4 --protocol icmp --icmp-type 8 '
                f'--icmp-code 0 {ours}',
            ),
            (
                {'protocol': 99},
                f'--ingress --ethertype IPv4 --protocol 99 {ours}',
            ),
        ):
            self.assertEqual(command, self.fix(**changes))

    def test_only_where_it_would_help(self) -> None:
        self.assertEqual('', self.fix(protocol=0))
        self.machine = dataclasses.replace(MACHINE, status='SHUTOFF')
        self.assertEqual('', self.fix())
        self.machine = MACHINE
        self.routers = []
        self.assertEqual('', self.fix())
        self.routers = [ROUTER]
        self.group = dataclasses.replace(self.group, project_id='other')
        self.assertEqual('', self.fix())
