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


"""Filters as a query and as a test."""

import ipaddress
from typing import Any

import netaddr
import testtools

from osc_iface.filters import Filters
from osc_iface.model import FixedIP, Interface

ADDRESSES = frozenset(map(ipaddress.ip_address, ('10.0.0.9', '10.0.0.10')))
# Enough of each not to be in order by chance.
DIGITS = '123456'
COMMON = [
    *(('network_id', f'n{digit}') for digit in DIGITS),
    *(('fixed_ips', f'subnet_id=s{digit}') for digit in DIGITS),
    *(('mac_address', f'fa:16:3e:00:00:0{digit}') for digit in DIGITS),
    *(('status', f'STATE{digit}') for digit in DIGITS),
]


class TestQueries(testtools.TestCase):
    def filters(self, **more: Any) -> Filters:
        return Filters(
            networks=frozenset(f'n{digit}' for digit in DIGITS),
            subnets=frozenset(f's{digit}' for digit in DIGITS),
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
        filters = self.filters(
            addresses=ADDRESSES, behind=frozenset(('p3', 'p1', 'p2'))
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
            ('addresses', ipaddress.ip_address('10.1.0.9'), '10.1.0.8'),
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
                Filters(subnets=frozenset('s')),
                Filters(addresses=ADDRESSES),
                Filters(macs=frozenset((netaddr.EUI(0),))),
                Filters(states=frozenset(('ACTIVE',))),
            ):
                self.assertFalse(filters.passes(interface), filters)

    def test_port_behind_a_floating_ip(self) -> None:
        for behind, passes in (('p', True), ('q', False)):
            filters = Filters(
                addresses=frozenset((ipaddress.ip_address('203.0.113.1'),)),
                behind=frozenset(behind),
            )

            self.assertEqual(passes, filters.passes(self.INTERFACE))

    def test_tag(self) -> None:
        self.assertTrue(Filters().passes_tag(Interface(port_id='p')))
        for tags, passes in (('t', True), ('u', False), ('tu', True)):
            filters = Filters(tags=frozenset(tags))

            self.assertEqual(passes, filters.passes_tag(self.INTERFACE))
