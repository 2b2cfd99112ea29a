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

"""The interfaces of a server in the report: both views, and the way out."""

import argparse
import dataclasses
import io
import ipaddress
from typing import Any

import testtools

from osc_iface.check import checks, overview, paths, report
from osc_iface.check.compute_facts import Address
from osc_iface.check.facts import Facts
from osc_iface.check.findings import Wanted
from osc_iface.check.host_facts import Binding
from osc_iface.check.judging import judged
from osc_iface.check.network_facts import (
    FixedIP,
    Floating,
    Forwarding,
    Gateway,
    Holder,
    Network,
    Nic,
)
from osc_iface.tests.unit.base import NETWORK_ID, SUBNET_ID
from osc_iface.tests.unit.check_base import (
    ADDRESS,
    EXTERNAL_ID,
    GATEWAY_IP,
    GROUP,
    IP,
    MACHINE,
    NETWORK,
    NIC,
    OPEN,
    OTHER_IP,
    OTHER_MAC,
    OTHER_NIC,
    ROUTER,
    ROUTER_ID,
    ROUTER_PORT,
    SUBNET,
    facts,
)

FLOATING = Floating(
    ipaddress.ip_address('203.0.113.41'),
    NIC.id,
    IP,
    'floating-1',
    EXTERNAL_ID,
    ROUTER_ID,
    'ACTIVE',
)
OTHER_ADDRESS = Address('net', OTHER_IP, OTHER_MAC, floating=False)
PUBLIC = Network(EXTERNAL_ID, 'public', external=True)


def known(**changes: Any) -> Facts:
    """Return a server behind a router that leads out, with changes."""
    changes.setdefault('networks', {})
    return facts(
        **{
            'subnets': {SUBNET_ID: SUBNET},
            'service_ports': [ROUTER_PORT],
            'routers': {ROUTER_ID: ROUTER},
            **changes,
            'networks': {
                NETWORK_ID: NETWORK,
                EXTERNAL_ID: PUBLIC,
                **changes['networks'],
            },
        }
    )


class OverviewTestCase(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        checks.every()

    def ways(self, given: Facts, nic: Nic = NIC) -> list[str]:
        """Return the ways out of a port of the server."""
        found = judged(given, Wanted())
        return paths.paths(given, MACHINE, nic, found)

    def assert_way(self, behind: str, given: Facts) -> None:
        """Check the one way out of the port, behind its subnet."""
        self.assertEqual(
            [f'port-1 10.0.0.5 - subnet net-v4{behind}'], self.ways(given)
        )


class TestWays(OverviewTestCase):
    def test_by_a_router(self) -> None:
        self.assert_way(' - router router-1 - public', known())

    def test_by_a_floating_ip(self) -> None:
        self.assert_way(
            ' - router router-1 - public - floating IP 203.0.113.41',
            known(floating_ips=[FLOATING]),
        )

    def test_by_forwarded_ports(self) -> None:
        """They lead in; out, the server goes by the router as well."""
        forwardings = tuple(
            Forwarding('tcp', fixed, NIC.id, ports, ports)
            for fixed, ports in (
                (IP, (2222, 2222)),
                (IP, (8000, 8010)),
                (IP, None),
                (OTHER_IP, (80, 80)),
            )
        )
        floating = dataclasses.replace(
            FLOATING, port_id=None, fixed=None, forwardings=forwardings
        )
        way = 'port-1 10.0.0.5 - subnet net-v4 - router router-1 - public'

        self.assertEqual(
            [
                way,
                f'{way} - floating IP 203.0.113.41 (tcp 2222, tcp 8000-8010)',
            ],
            self.ways(known(floating_ips=[floating])),
        )

    def test_floating_ip_without_a_router(self) -> None:
        floating = dataclasses.replace(FLOATING, router_id='')

        [way] = self.ways(known(floating_ips=[floating]))

        self.assertIn(
            'net-v4 - no router - public - floating IP 203.0.113.41', way
        )

    def test_each_address_has_its_own(self) -> None:
        other = FixedIP(ipaddress.ip_address('10.0.0.9'), SUBNET_ID)
        both = (FixedIP(IP, SUBNET_ID), other)
        nic = dataclasses.replace(NIC, fixed_ips=both)

        self.assertEqual(
            [
                'port-1 10.0.0.5 - subnet net-v4 - router router-1 - public - '
                'floating IP 203.0.113.41',
                'port-1 10.0.0.9 - subnet net-v4 - router router-1 - public',
            ],
            self.ways(known(nics=(nic,), floating_ips=[FLOATING]), nic),
        )

    def test_router_that_has_the_gateway_address(self) -> None:
        """Another one on the subnet is not where packets go."""
        address = ipaddress.ip_address('10.0.0.77')
        other = dataclasses.replace(
            ROUTER_PORT,
            id='port-of-r2',
            device_id='r2',
            fixed_ips=(FixedIP(address, SUBNET_ID),),
        )

        for ports in ([ROUTER_PORT, other], [other, ROUTER_PORT]):
            self.assert_way(
                ' - router router-1 - public', known(service_ports=ports)
            )

    def test_router_that_leads_nowhere(self) -> None:
        router = dataclasses.replace(
            ROUTER, gateway=None, external=False, routes=False
        )

        self.assert_way(
            ' - router router-1 - no way out',
            known(routers={ROUTER_ID: router}),
        )

    def test_router_with_extra_routes(self) -> None:
        """Where these lead is not known."""
        router = dataclasses.replace(
            ROUTER, gateway=None, external=False, routes=True
        )

        self.assert_way(
            ' - router router-1', known(routers={ROUTER_ID: router})
        )

    def test_router_of_others(self) -> None:
        self.assert_way(f' - router {ROUTER_ID} - unknown', known(routers={}))

    def test_no_router(self) -> None:
        self.assert_way(' - no router', known(service_ports=[]))

    def test_router_beside_the_gateway(self) -> None:
        """Packets do not go there by themselves."""
        address = FixedIP(ipaddress.ip_address('10.0.0.254'), SUBNET_ID)
        beside = dataclasses.replace(ROUTER_PORT, fixed_ips=(address,))

        self.assert_way(
            ' - no router at 10.0.0.1', known(service_ports=[beside])
        )
        self.assert_way(
            ' - gateway 10.0.0.1 - unknown',
            known(
                service_ports=[beside],
                gateway_holders=[Holder('p', 's', NETWORK_ID, GATEWAY_IP)],
            ),
        )

    def test_server_is_the_gateway(self) -> None:
        pair = (ipaddress.ip_network('10.0.0.1/32'),)
        own = (FixedIP(GATEWAY_IP, SUBNET_ID),)
        for changes in ({'fixed_ips': own}, {'pairs': pair}):
            gate = dataclasses.replace(OTHER_NIC, server_id='s2', **changes)

            self.assert_way(
                ' - gateway 10.0.0.1 - unknown',
                known(service_ports=[], nics=(NIC, gate)),
            )

    def test_provider_network(self) -> None:
        """A router outside of the cloud may have the gateway."""
        for kind, way in (
            ('vlan', 'gateway 10.0.0.1 - unknown'),
            ('flat', 'gateway 10.0.0.1 - unknown'),
            ('geneve', 'no router'),
        ):
            network = dataclasses.replace(NETWORK, kind=kind)
            self.assert_way(
                f' - {way}',
                known(
                    service_ports=[],
                    networks={NETWORK_ID: network},
                    sees_all=True,
                ),
            )

    def test_cloud_without_routers(self) -> None:
        network = dataclasses.replace(NETWORK, external=None)

        self.assert_way(
            ' - unknown',
            known(service_ports=[], networks={NETWORK_ID: network}),
        )

    def test_subnet_without_gateway(self) -> None:
        subnet = dataclasses.replace(SUBNET, gateway=None)

        self.assert_way(' - no gateway', known(subnets={SUBNET_ID: subnet}))

    def test_ipv6(self) -> None:
        """What nothing translates takes a router with an address of it."""
        gateway = ipaddress.ip_address('2001:db8::1')
        inside = FixedIP(ipaddress.ip_address('2001:db8::5'), SUBNET_ID)
        four = FixedIP(ipaddress.ip_address('203.0.113.2'), 'out')
        six = FixedIP(ipaddress.ip_address('2001:db8:1::2'), 'out6')
        nic = dataclasses.replace(NIC, fixed_ips=(inside,))
        subnet = dataclasses.replace(
            SUBNET, cidr=ipaddress.ip_network('2001:db8::/64'), gateway=gateway
        )
        port = dataclasses.replace(
            ROUTER_PORT, fixed_ips=(FixedIP(gateway, SUBNET_ID),)
        )
        for ips, way in (
            ((four, six), 'public'),
            ((four,), 'no IPv6 address on public'),
            (None, 'public'),
        ):
            router = dataclasses.replace(
                ROUTER, gateway=Gateway(EXTERNAL_ID, ips=ips)
            )
            given = known(
                nics=(nic,),
                subnets={SUBNET_ID: subnet},
                service_ports=[port],
                routers={ROUTER_ID: router},
            )
            self.assertEqual(
                [
                    'port-1 2001:db8::5 - subnet net-v4 - router router-1 - '
                    + way
                ],
                self.ways(given, nic),
            )

    def test_router_that_advertises_itself(self) -> None:
        subnet = dataclasses.replace(
            SUBNET,
            cidr=ipaddress.ip_network('2001:db8::/64'),
            gateway=ipaddress.ip_address('fe80::1'),
        )

        self.assert_way(
            ' - gateway fe80::1 - unknown',
            known(service_ports=[], subnets={SUBNET_ID: subnet}),
        )

    def test_network_of_others(self) -> None:
        """Its routers may be hidden."""
        shared = {
            NETWORK_ID: dataclasses.replace(NETWORK, project_id='another')
        }

        self.assert_way(' - unknown', known(service_ports=[], networks=shared))
        self.assert_way(
            ' - no router',
            known(service_ports=[], networks=shared, sees_all=True),
        )

    def test_unknown_where_nothing_was_read(self) -> None:
        self.assert_way(' - unknown', known(service_ports=None))
        self.assertEqual(
            [f'port-1 10.0.0.5 - subnet {SUBNET_ID} - unknown'],
            self.ways(known(subnets=None)),
        )

    def test_directly_outside(self) -> None:
        outside = {
            NETWORK_ID: dataclasses.replace(NETWORK, name='ext', external=True)
        }

        self.assert_way(' - ext', known(networks=outside))

    def test_without_an_address(self) -> None:
        nic = dataclasses.replace(NIC, fixed_ips=(), ip_allocation='none')

        self.assertEqual(
            ['port-1 without address'], self.ways(known(nics=(nic,)), nic)
        )

    def test_where_it_breaks(self) -> None:
        nic = dataclasses.replace(NIC, enabled=False)
        network = {NETWORK_ID: dataclasses.replace(NETWORK, enabled=False)}

        self.assertEqual(
            [
                'port-1 10.0.0.5 [port-disabled] - subnet net-v4 '
                '[network-disabled] - router router-1 - public'
            ],
            self.ways(known(nics=(nic,), networks=network), nic),
        )

    def test_what_comes_later_breaks_nothing(self) -> None:
        nic = dataclasses.replace(NIC, project_id='other')
        given = known(
            nics=(nic,),
            bindings={NIC.id: [Binding('host-2', 'INACTIVE')]},
        )

        self.assertEqual(
            {'other-project', 'leftover-binding'},
            {
                each.check
                for each in judged(given, Wanted())
                if each.kind == 'port'
            },
        )
        self.assertEqual(
            ['port-1 10.0.0.5 - subnet net-v4 - router router-1 - public'],
            self.ways(given, nic),
        )

    def test_notes_break_nothing(self) -> None:
        out = tuple(rule for rule in OPEN if not rule.ingress)

        self.assert_way(
            ' - router router-1 - public',
            known(group=dataclasses.replace(GROUP, rules=out)),
        )


class TestTable(OverviewTestCase):
    def table(self, given: Facts) -> list[list[str]]:
        """Return the cells of the table, without the headers."""
        [machine] = given.servers.values()
        _headers, *lines = overview.table(given, machine, 100)
        return [
            [cell.strip() for cell in line.split('  ') if cell]
            for line in lines
        ]

    def test_both_agree(self) -> None:
        self.assertEqual(
            [['port-1', NIC.mac, '10.0.0.5', '10.0.0.5']],
            self.table(known()),
        )

    def test_they_differ(self) -> None:
        self.assertEqual(
            [
                ['port-1', NIC.mac, '10.0.0.5', '10.0.0.5, 203.0.113.41'],
                ['port-2', OTHER_MAC, 'nothing', '10.0.0.6'],
            ],
            self.table(known(nics=(NIC, OTHER_NIC), floating_ips=[FLOATING])),
        )

    def test_one_mac_address_of_two(self) -> None:
        """As those that the guest bonds have; each has its own addresses."""
        other = dataclasses.replace(OTHER_NIC, mac=NIC.mac)
        second = Address('net', OTHER_IP, str(NIC.mac), floating=False)
        machine = dataclasses.replace(MACHINE, addresses=(ADDRESS, second))

        self.assertEqual(
            [
                ['port-1', NIC.mac, '10.0.0.5', '10.0.0.5'],
                ['port-2', NIC.mac, '10.0.0.6', '10.0.0.6'],
            ],
            self.table(known(machine=machine, nics=(NIC, other))),
        )

    def test_interface_that_is_gone(self) -> None:
        gone = Address('net', IP, OTHER_MAC, floating=False)
        machine = dataclasses.replace(MACHINE, addresses=(ADDRESS, gone))

        self.assertIn(
            ['no port', OTHER_MAC, '10.0.0.5', 'nothing'],
            self.table(known(machine=machine)),
        )

    def test_no_interface(self) -> None:
        machine = dataclasses.replace(MACHINE, addresses=())

        self.assertEqual(
            ['no interface'],
            list(overview.table(known(machine=machine, nics=()), machine, 80)),
        )

    def test_what_is_not_known(self) -> None:
        nic = dataclasses.replace(NIC, mac=None, fixed_ips=None)
        machine = dataclasses.replace(MACHINE, status='BUILD')

        self.assertEqual(
            [['port-1', 'unknown', 'unknown', 'unknown']],
            self.table(known(machine=machine, nics=(nic,))),
        )


class TestReport(OverviewTestCase):
    def written(self, given: Facts) -> str:
        """Return the report of a named server."""
        stream = io.StringIO()
        found = judged(given, Wanted())
        report.Report(found, None, given).emit_list(
            [], [], stream, argparse.Namespace(max_width=60)
        )
        return stream.getvalue()

    def test_nothing_breaks_a_mac_address(self) -> None:
        nic = dataclasses.replace(
            NIC, name='a port with a name that is quite a bit longer'
        )

        told = self.written(known(nics=(nic,)))

        self.assertIn(str(NIC.mac), told)
        self.assertThat(
            told.splitlines(),
            testtools.matchers.AllMatch(
                testtools.matchers.AfterPreprocessing(
                    len, testtools.matchers.LessThan(61)
                )
            ),
        )

    def test_no_markup_and_no_escapes(self) -> None:
        nic = dataclasses.replace(NIC, name='[red]port[/red]\x1b[1m')

        told = self.written(known(nics=(nic,)))

        self.assertIn('[red]port[/red]', ''.join(told.split()))
        self.assertNotIn('\x1b', told)

    def test_healthy_server_comes_last(self) -> None:
        healthy = dataclasses.replace(
            MACHINE, id='s2', name='web-2', addresses=(OTHER_ADDRESS,)
        )
        nics = (
            dataclasses.replace(NIC, enabled=False),
            dataclasses.replace(OTHER_NIC, server_id='s2'),
        )
        given = known(nics=nics)
        given = dataclasses.replace(
            given, servers={'s2': healthy, **given.servers}
        )

        told = self.written(given)

        self.assertLess(told.index('web-1 ('), told.index('web-2 ('))
