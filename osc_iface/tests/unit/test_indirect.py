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

"""Addresses that no interface has: of address pairs, and of subports."""

import json
from typing import Any

from osc_iface.tests.unit import base, test_columns
from osc_iface.tests.unit.test_columns import (
    FLOATING_IPS,
    ONE,
    OTHER,
    OTHER_PORT_ID,
    OTHER_SERVER_ID,
    PORTS,
    SERVERS,
    SHOW,
    SUBPORT_ID,
    TRUNK,
)

VIP = '10.0.0.100'
VIP_MAC = 'fa:16:3e:00:01:00'
FLOATING_IP = '203.0.113.9'
VIP_PORT = base.port(
    **{
        'id': '12121212-1212-4212-8212-121212121212',
        'device_id': '',
        'device_owner': '',
        'mac_address': VIP_MAC,
        'fixed_ips': [{'ip_address': VIP, 'subnet_id': base.SUBNET_ID}],
        'security_groups': [],
        'status': 'DOWN',
    }
)
SUBPORT = base.port(
    **{
        'id': SUBPORT_ID,
        'device_id': '',
        'device_owner': 'trunk:subport',
        'mac_address': VIP_MAC,
        'fixed_ips': [{'ip_address': VIP, 'subnet_id': base.SUBNET_ID}],
        'security_groups': [],
    }
)
SHOW_OTHER = f'{SERVERS}/{OTHER_SERVER_ID}'
# Where the rows come from: Network, for all or some; Compute.
SOURCES = (
    (),
    ('--all-projects',),
    ('web-1', 'web-2', '-c', 'Port ID'),
    ('web-1', 'web-2', '-c', 'Port ID', '-c', 'Tag'),
)


class IndirectTestCase(test_columns.ColumnsTestCase):
    """Two servers, the ports of which may answer to more than they have."""

    def setUp(self) -> None:
        super().setUp()
        self.register_resources('floatingips')

    def register(
        self,
        pairs: tuple[Any, ...] = (),
        other_pairs: tuple[Any, ...] = (),
        trunk: dict[str, Any] | None = None,
        others: tuple[dict[str, Any], ...] = (),
    ) -> None:
        """Let there be the ports of both servers, and others."""
        one = {
            **ONE,
            'allowed_address_pairs': [*pairs],
            'trunk_details': trunk,
        }
        if trunk is None:
            del one['trunk_details']
        other = {**OTHER, 'allowed_address_pairs': [*other_pairs]}
        self.register_resources('ports', one, other, *others)

    def found(self, *args: str) -> tuple[list[str], str]:
        """Run it; give the ports in its rows, and what it says."""
        result = self.run_list('-f', 'json', *args)
        self.assertEqual(0, result.status, result.stderr)
        rows = json.loads(result.stdout)
        return [row['Port ID'] for row in rows], result.stderr

    def assert_found(self, ports: list[str], said: str, *args: str) -> None:
        """Check what is found and said, wherever the rows come from."""
        for source in SOURCES:
            self.assertEqual(
                (ports, said), self.found(*source, *args), str(source)
            )


def _pair(address: str | None, mac: str | None = None) -> dict[str, Any]:
    return {'ip_address': address, 'mac_address': mac or ONE['mac_address']}


def _in_pairs(text: str, *ports: str) -> str:
    what = 'ports' if len(ports) > 1 else 'port'
    return (
        f'{text} is on no interface itself, but in the allowed address pairs '
        f'of {what} {", ".join(ports)}, which may answer to it.\n'
    )


def _on_subport(text: str, segment: str = 'VLAN 101') -> str:
    return (
        f'{text} is on no interface itself, but on subport {SUBPORT_ID} '
        f'({segment}) of the trunk of port {base.PORT_ID}.\n'
    )


class TestPairs(IndirectTestCase):
    def test_address(self) -> None:
        """That of a port which has no server, as a virtual router's."""
        for others in ((), (VIP_PORT,)):
            self.register((_pair(VIP),), (_pair(VIP),), others=others)

            self.assert_found(
                [base.PORT_ID, OTHER_PORT_ID],
                _in_pairs(VIP, base.PORT_ID, OTHER_PORT_ID),
                *('--ip-address', VIP),
            )

    def test_requests(self) -> None:
        self.register((_pair(VIP),), others=(VIP_PORT,))

        self.found('--ip-address', VIP, '-c', 'Port ID')

        self.assert_requests(FLOATING_IPS, PORTS, PORTS, SHOW)
        _floating_ips, first, second, _server = self.requests
        self.assertIn(f'&fixed_ips=ip_address%3D{VIP}&', first)
        self.assertEqual(
            first.replace(f'&fixed_ips=ip_address%3D{VIP}', '').replace(
                '&limit',
                '&fields=allowed_address_pairs&fields=trunk_details&limit',
            ),
            second,
        )

    def test_of_one_port_of_two(self) -> None:
        self.register((), (_pair('10.0.0.99'), _pair(VIP)))

        self.assert_found(
            [OTHER_PORT_ID],
            _in_pairs(VIP, OTHER_PORT_ID),
            *('--ip-address', VIP),
        )

    def test_prefix_that_has_the_address(self) -> None:
        for prefix, passes in (
            ('10.0.0.0/24', True),
            ('10.0.0.7/24', True),  # as somebody wrote it
            ('0.0.0.0/0', True),
            ('10.0.1.0/24', False),
            ('::/0', False),
            ('no address', False),
        ):
            self.register((_pair(prefix),))

            self.assert_found(
                [base.PORT_ID] if passes else [],
                _in_pairs(VIP, base.PORT_ID) if passes else '',
                *('--ip-address', VIP),
            )

    def test_ipv6(self) -> None:
        self.register((_pair('2001:db8::/32'),))

        self.assert_found(
            [base.PORT_ID],
            _in_pairs('2001:db8::100', base.PORT_ID),
            *('--ip-address', '2001:DB8:0::100'),
        )

    def test_prefix_that_is_wanted(self) -> None:
        for pair in ('10.9.0.100', '10.9.0.0/28', '10.0.0.0/8'):
            self.register((_pair(pair),))

            self.assert_found(
                [base.PORT_ID],
                _in_pairs('10.9.0.0/24', base.PORT_ID),
                *('--ip-address', '10.9.0.0/24'),
            )

    def test_mac_address(self) -> None:
        for mac in (VIP_MAC, VIP_MAC.upper(), VIP_MAC.replace(':', '-')):
            self.register((_pair('10.0.0.5', mac),), others=(VIP_PORT,))

            self.assert_found(
                [base.PORT_ID],
                _in_pairs(VIP_MAC, base.PORT_ID),
                *('--mac-address', VIP_MAC.replace(':', '')),
            )

    def test_both_addresses(self) -> None:
        self.register((_pair(VIP, VIP_MAC),), (_pair(VIP),))

        self.assert_found(
            [base.PORT_ID],
            _in_pairs(VIP, base.PORT_ID, OTHER_PORT_ID)
            + _in_pairs(VIP_MAC, base.PORT_ID),
            *('--ip-address', VIP, '--mac-address', VIP_MAC),
        )

    def test_one_has_the_mac_and_may_answer_to_the_address(self) -> None:
        self.register((_pair(VIP),), (_pair(VIP),))

        self.assert_found(
            [base.PORT_ID],
            _in_pairs(VIP, base.PORT_ID, OTHER_PORT_ID),
            *('--ip-address', VIP, '--mac-address', ONE['mac_address']),
        )

    def test_one_address_of_two_is_on_an_interface(self) -> None:
        self.register((_pair(VIP),))

        self.assert_found(
            [base.PORT_ID, OTHER_PORT_ID],
            _in_pairs(VIP, base.PORT_ID),
            *('--ip-address', VIP, '--ip-address', '10.0.0.41'),
        )

    def test_address_of_an_interface_is_not_looked_for(self) -> None:
        """Though pairs have it as well, as of a floating address."""
        self.register((_pair('10.0.0.41'),), (_pair('10.0.0.5'),))

        self.assert_found([OTHER_PORT_ID], '', '--ip-address', '10.0.0.41')
        self.found('--ip-address', '10.0.0.41', '-c', 'Port ID')
        self.assert_requests(FLOATING_IPS, PORTS, SHOW_OTHER)

    def test_nowhere(self) -> None:
        self.register((_pair(VIP),), trunk=TRUNK, others=(SUBPORT,))

        self.assert_found([], '', '--ip-address', '10.0.0.101')
        self.assert_found([], '', '--mac-address', 'fa:16:3e:00:01:01')

    def test_many_ports(self) -> None:
        ids = [f'{number}{base.PORT_ID[1:]}' for number in range(9)]
        for count, told in (
            (5, ', '.join(ids[:5])),
            (6, ', '.join(ids[:5]) + ' and 1 more'),
            (9, ', '.join(ids[:5]) + ' and 4 more'),
        ):
            self.register_resources(
                'ports',
                *(
                    {**ONE, 'id': id_, 'allowed_address_pairs': [_pair(VIP)]}
                    for id_ in ids[:count]
                ),
            )

            self.assertEqual(
                (ids[:count], _in_pairs(VIP, *told.split(', '))),
                self.found('--ip-address', VIP),
            )

    def test_cloud_without_the_extensions(self) -> None:
        without = ('allowed_address_pairs', 'trunk_details')
        self.register_resources(
            'ports', {k: v for k, v in ONE.items() if k not in without}
        )

        self.assert_found([], '', '--ip-address', VIP)

    def test_pairs_of_any_shape(self) -> None:
        self.register(({}, _pair(None), {'ip_address': VIP}))

        self.assert_found(
            [base.PORT_ID],
            _in_pairs(VIP, base.PORT_ID),
            *('--ip-address', VIP),
        )
        self.assert_found([], '', '--mac-address', VIP_MAC)

    def test_columns_of_ports(self) -> None:
        self.register((_pair(VIP),))

        for source in ((), ('web-1', 'web-2'), ('web-1', '-c', 'Tag')):
            result = self.run_list(
                *('--ip-address', VIP, '-f', 'value', '-c', 'Port Name'),
                *('-c', 'Host', *source),
            )

            self.assertEqual(
                'web-1-mgmt compute-1', result.stdout.strip()[:20]
            )

    def test_failure_is_a_failure(self) -> None:
        for source in SOURCES:
            answers: list[dict[str, Any]] = [
                {'json': {'ports': []}},
                {'status_code': 403},
            ]
            self.cloud.get(
                base.PORTS_URL,
                answers[1:] if 'Tag' in source else answers,
            )

            result = self.run_list('--ip-address', VIP, *source)

            self.assertEqual(('', 1), (result.stdout, result.status))
            self.assertIn('Cannot list the ports: ', result.stderr)


class TestOtherFilters(IndirectTestCase):
    def test_hold(self) -> None:
        self.register((_pair(VIP),), (_pair(VIP),))

        for option, value in (
            ('--port-state', 'DOWN'),
            ('--network', 'back'),
            ('--subnet', 'v6'),
            ('--host', 'compute-2'),
        ):
            self.assert_found(
                [OTHER_PORT_ID],
                _in_pairs(VIP, OTHER_PORT_ID),
                *('--ip-address', VIP, option, value),
            )

    def test_security_group(self) -> None:
        self.register((_pair(VIP),), (_pair(VIP),))

        self.assert_found(
            [base.PORT_ID],
            _in_pairs(VIP, base.PORT_ID),
            *('--ip-address', VIP, '--security-group', 'web'),
        )

    def test_tag(self) -> None:
        self.register((_pair(VIP),), (_pair(VIP),))

        for source in SOURCES:
            ports, _said = self.found(
                *source, '--ip-address', VIP, '--tag', 'mgmt'
            )

            self.assertEqual([base.PORT_ID], ports, str(source))

    def test_interface_that_has_the_address_does_not_pass(self) -> None:
        """Then it is on an interface, and nothing else is said of it."""
        self.register((), (_pair('10.0.0.0/24'),))

        self.assert_found(
            [], '', '--ip-address', '10.0.0.5', '--port-state', 'DOWN'
        )
        self.assert_found(
            [],
            '',
            *('--mac-address', ONE['mac_address'], '--port-state', 'DOWN'),
        )

    def test_addresses_of_two_interfaces(self) -> None:
        self.register((_pair('10.0.0.41'),), (_pair('10.0.0.5'),))

        self.assert_found(
            [],
            '',
            *('--ip-address', '10.0.0.5'),
            *('--mac-address', OTHER['mac_address']),
        )

    def test_requests(self) -> None:
        self.register((_pair(VIP),))

        self.found(
            *('--ip-address', VIP, '--port-state', 'ACTIVE', '-c', 'Port ID')
        )

        self.assert_requests(FLOATING_IPS, PORTS, PORTS, PORTS, SHOW)
        queries = [each for each in self.requests if PORTS in each]
        self.assertEqual(
            [(True, True), (True, False), (False, True)],
            [
                ('status=ACTIVE' in each, 'ip_address' in each)
                for each in queries
            ],
        )


class TestFloatingIPs(IndirectTestCase):
    """Those that lead to a port without server."""

    def register_floating(self, **changes: Any) -> None:
        """Let there be a floating IP."""
        self.register_resources(
            'floatingips',
            {
                'id': 'a',
                'floating_ip_address': FLOATING_IP,
                'fixed_ip_address': VIP,
                'port_id': VIP_PORT['id'],
                'port_forwardings': [],
                **changes,
            },
        )

    def test_address_in_a_pair(self) -> None:
        self.register_floating()
        self.register((_pair('10.0.0.0/24'),), others=(VIP_PORT,))

        for wanted in (FLOATING_IP, '203.0.113.0/24'):
            self.assert_found(
                [base.PORT_ID],
                _in_pairs(
                    f'{FLOATING_IP} leads to {VIP}, which', base.PORT_ID
                ),
                *('--ip-address', wanted),
            )

    def test_in_a_pair_itself(self) -> None:
        self.register_floating()
        self.register((_pair(FLOATING_IP),), others=(VIP_PORT,))

        self.assert_found(
            [base.PORT_ID],
            _in_pairs(FLOATING_IP, base.PORT_ID),
            *('--ip-address', FLOATING_IP),
        )

    def test_on_a_subport(self) -> None:
        self.register_floating(port_id=SUBPORT_ID)
        self.register(trunk=TRUNK, others=(SUBPORT,))

        for wanted in (FLOATING_IP, '203.0.113.0/24'):
            self.assert_found(
                [base.PORT_ID],
                _on_subport(f'{FLOATING_IP} leads to {VIP}, which'),
                *('--ip-address', wanted),
            )

    def test_forwarded_to_a_subport(self) -> None:
        self.register_floating(
            port_id=None,
            fixed_ip_address=None,
            port_forwardings=[{'internal_port_id': SUBPORT_ID}],
        )
        self.register((_pair('10.0.0.0/24'),), trunk=TRUNK, others=(SUBPORT,))

        self.assert_found(
            [base.PORT_ID],
            _on_subport(FLOATING_IP),
            *('--ip-address', FLOATING_IP),
        )

    def test_port_of_a_server(self) -> None:
        self.register_floating(port_id=OTHER_PORT_ID)
        self.register((_pair('10.0.0.0/24'),))

        self.assert_found([OTHER_PORT_ID], '', '--ip-address', FLOATING_IP)

    def test_nowhere(self) -> None:
        for fixed in (None, '10.1.0.100'):
            self.register_floating(port_id=None, fixed_ip_address=fixed)
            self.register((_pair('10.0.0.0/24'),))

            self.assert_found([], '', '--ip-address', FLOATING_IP)


class TestSubports(IndirectTestCase):
    def test_row_is_that_of_the_parent(self) -> None:
        self.register(trunk=TRUNK, others=(SUBPORT,))

        for option, wanted, text in (
            ('--ip-address', VIP, VIP),
            ('--ip-address', '10.0.0.96/28', '10.0.0.96/28'),
            ('--mac-address', VIP_MAC.upper(), VIP_MAC),
        ):
            self.assert_found(
                [base.PORT_ID], _on_subport(text), option, wanted
            )

    def test_owner_need_not_tell(self) -> None:
        """Drivers set it when the trunk is on a host, or not at all."""
        self.register(trunk=TRUNK, others=({**SUBPORT, 'device_owner': ''},))

        for wanted in (VIP, '10.0.0.96/28'):
            self.assert_found(
                [base.PORT_ID], _on_subport(wanted), '--ip-address', wanted
            )

    def test_requests(self) -> None:
        self.register(trunk=TRUNK, others=(SUBPORT,))
        for wanted, query in (
            (VIP, f'fixed_ips=ip_address%3D{VIP}'),
            ('10.0.0.96/28', f'id={SUBPORT_ID}'),
        ):
            self.found('--ip-address', wanted, '-c', 'Port ID')

            self.assertEqual(
                f'GET {PORTS}?{query}&fields=id&fields=device_id'
                '&fields=device_owner&fields=network_id&fields=mac_address'
                '&fields=fixed_ips&fields=status&limit=1000',
                [each for each in self.requests if PORTS in each][-1],
            )

    def test_both_addresses(self) -> None:
        self.register(trunk=TRUNK, others=(SUBPORT,))

        self.assert_found(
            [base.PORT_ID],
            _on_subport(VIP) + _on_subport(VIP_MAC),
            *('--ip-address', VIP, '--mac-address', VIP_MAC),
        )

    def test_in_a_pair_and_on_a_subport(self) -> None:
        self.register(
            other_pairs=(_pair(VIP),), trunk=TRUNK, others=(SUBPORT,)
        )

        self.assert_found(
            [base.PORT_ID, OTHER_PORT_ID],
            _on_subport(VIP) + _in_pairs(VIP, OTHER_PORT_ID),
            *('--ip-address', VIP),
        )

    def test_more_than_a_few_are_counted(self) -> None:
        ids = [f'{index}{SUBPORT_ID[1:]}' for index in range(7)]
        subports = [{'port_id': each, 'segmentation_id': 7} for each in ids]
        self.register(
            trunk={'trunk_id': 'a', 'sub_ports': subports},
            others=tuple({**SUBPORT, 'id': each} for each in ids),
        )

        _ports, said = self.found('--ip-address', VIP)

        self.assertEqual(6, said.count('\n'))
        self.assertIn(f'{VIP} is on 2 more subports of trunks.\n', said)

    def test_of_no_trunk(self) -> None:
        self.register(others=(SUBPORT,))

        self.assert_found([], '', '--ip-address', VIP)
        self.found('--ip-address', VIP)
        self.assertEqual(
            2, len([each for each in self.requests if PORTS in each])
        )

    def test_of_a_trunk_of_somebody_else(self) -> None:
        self.register(trunk=TRUNK, others=({**SUBPORT, 'id': VIP_PORT['id']},))

        self.assert_found([], '', '--ip-address', VIP)

    def test_trunks_of_any_shape(self) -> None:
        every: tuple[dict[str, Any], ...] = (
            *({}, {'sub_ports': None}, {'sub_ports': []}),
            {'sub_ports': [{}]},
        )
        for trunk in every:
            self.register(trunk=trunk, others=(SUBPORT,))

            self.assert_found([], '', '--ip-address', VIP)

    def test_other_segments(self) -> None:
        for sub_port, told in (
            ({'segmentation_type': 'inherit', 'segmentation_id': 7},
             'INHERIT 7'),
            ({'segmentation_type': 'x\x1b', 'segmentation_id': 7},
             r'X\x1b 7'),
            ({}, ' None'),
        ):  # fmt: skip
            sub_ports = [{'port_id': SUBPORT_ID, **sub_port}]
            self.register(trunk={'sub_ports': sub_ports}, others=(SUBPORT,))

            self.assert_found(
                [base.PORT_ID],
                _on_subport(VIP, told),
                *('--ip-address', VIP),
            )
