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
"""States of what lies around servers, found by ``check``, mended by advice.

What hosts do is for administrators to see; others may see what it leads to.
"""

from typing import Any

from osc_iface.tests.functional.checking import (
    ADMIN,
    MEMBER,
    READER,
    Row,
)
from osc_iface.tests.functional.test_check_states import StatesTestCase
from osc_iface.tests.functional.test_sandbox_break import (
    ports_of,
    run,
    server_of,
)


class PathsTestCase(StatesTestCase):
    """Breaks what packets pass on their way to a server."""

    def broken(self, state: str, *others: str) -> tuple[Any, list[Row]]:
        """Likewise; the servers that are well must stay so."""
        found = super().broken(state, *others)
        self.assert_others_sound()
        return found

    def broken_to_admin(
        self, state: str, *others: str
    ) -> tuple[Any, Row, list[Row]]:
        """Break a server; only an administrator sees why.

        :param state: the state, which is what the check is called
        :param others: what users see of it
        :returns: the server, what the administrator sees, what a reader does
        """
        ended = run(state)
        self.assertEqual(0, ended.status, ended.stderr)
        server = server_of(state)
        [row] = self.found(server['id'], cloud=ADMIN)
        self.assertEqual(state, row['Check'])
        seen = self.found(server['id'], cloud=READER)
        self.assertEqual([*others], [each['Check'] for each in seen])
        self.assertEqual(seen, self.found(server['id'], cloud=MEMBER))
        self.assert_others_sound()
        return server, row, seen

    def assert_others_sound(self) -> None:
        """Nothing must be found of what the sandbox was filled with."""
        self.assertEqual([], self.found('web-1', 'db-1'))

    def assert_only_told(self, server: Any, row: Row) -> None:
        """Check that there is nothing to paste, and nothing else wrong."""
        self.assertNotIn('openstack ', row['Advice'].partition(' ')[0])
        self.assertEqual(
            [], self.found(server['id'], '--ignore', row['Check'])
        )


class TestHosts(PathsTestCase):
    """Bindings, and what hosts do for them."""

    def test_binding_failed(self) -> None:
        server, row, _seen = self.broken_to_admin(
            'binding-failed', 'port-not-active'
        )

        self.assert_severity('error', row)
        self.assertIn('no-switch', row['Finding'])
        self.assert_mended(server, row['Advice'], ADMIN)
        self.assertEqual([], self.found(server['id'], cloud=READER))

    def test_unbound(self) -> None:
        server, row, _seen = self.broken_to_admin('unbound', 'port-not-active')

        self.assert_severity('error', row)
        self.assert_mended(server, row['Advice'], ADMIN)
        self.assertEqual([], self.found(server['id'], cloud=READER))

    def test_host_agent_down(self) -> None:
        server, row, _seen = self.broken_to_admin('host-agent-down')

        self.assert_severity('error', row)
        self.assertEqual(
            ('host', 'broken-host-agent-down'),
            (row['Object'], row['Object ID']),
        )
        self.assertIn('Open vSwitch agent', row['Advice'])
        self.assert_only_told(server, row)
        rows = self.rows('--host', row['Object ID'])
        self.assertEqual(row, rows[0])

    def test_wrong_host(self) -> None:
        server, row, _seen = self.broken_to_admin('wrong-host')

        self.assert_severity('error', row)
        self.assertIn('broken-wrong-host', row['Finding'])
        self.assert_mended(server, row['Advice'], ADMIN)

    def test_leftover_binding(self) -> None:
        server, row, _seen = self.broken_to_admin('leftover-binding')

        self.assert_severity('warning', row)
        [port] = ports_of(server)
        self.assertEqual(port['id'], row['Object ID'])
        self.assertIn(
            f'/ports/{port["id"]}/bindings/broken-leftover-binding',
            row['Advice'],
        )
        self.assert_only_told(server, row)

    def test_trunk_not_active(self) -> None:
        server, [row] = self.broken('trunk-not-active')

        self.assert_severity('warning', row)
        self.assertEqual('trunk', row['Object'])
        self.assert_mended(server, row['Advice'])


class TestNetworks(PathsTestCase):
    """How a server gets its addresses, and its default route."""

    def test_no_dhcp(self) -> None:
        server, [row] = self.broken('no-dhcp')

        self.assert_severity('warning', row)
        self.assertEqual(ports_of(server)[0]['id'], row['Object ID'])
        self.assert_mended(server, row['Advice'])

    def test_dhcp_not_served(self) -> None:
        server, [row] = self.broken('dhcp-not-served')

        self.assert_severity('warning', row)
        [port] = ports_of(server)
        self.assertEqual(port['network_id'], row['Object ID'])
        self.assertIn('ID of the network', row['Advice'])
        self.assert_only_told(server, row)
        # The agent looks after the network then.
        subnet = port['fixed_ips'][0]['subnet_id']
        self.assert_mended(
            server,
            f'openstack subnet set --no-dhcp {subnet} && '
            f'openstack subnet set --dhcp {subnet}',
        )

    def test_dhcp_agents_down(self) -> None:
        server, row, _seen = self.broken_to_admin('dhcp-agents-down')

        self.assert_severity('error', row)
        self.assertEqual('network', row['Object'])
        self.assertIn('broken-dhcp-agents-down', row['Advice'])
        self.assert_only_told(server, row)

    def test_several_gateways(self) -> None:
        server, [row] = self.broken('several-gateways')

        self.assert_severity('note', row)
        self.assertIn('10.0.9.1', row['Finding'])
        self.assert_only_told(server, row)

    def test_same_subnet_twice(self) -> None:
        server, [row] = self.broken('same-subnet-twice')

        self.assert_severity('note', row)
        self.assert_only_told(server, row)
        port = ports_of(server)[1]['id']
        self.assert_mended(
            server, f'openstack server remove port {server["id"]} {port}'
        )

    def test_subnet_without_router(self) -> None:
        server, [row] = self.broken('subnet-without-router')

        self.assert_severity('note', row)
        self.assertEqual('subnet', row['Object'])
        self.assert_mended(server, self.quoted(row['Advice'], router='router'))


class TestRouters(PathsTestCase):
    """Routers and floating IPs."""

    def test_floating_ip_unrouted(self) -> None:
        server, [row] = self.broken('floating-ip-unrouted')

        self.assert_severity('error', row)
        self.assertEqual('floating ip', row['Object'])
        self.assert_mended(server, row['Advice'])

    def test_floating_ip_not_active(self) -> None:
        server, [row] = self.broken('floating-ip-not-active')

        self.assert_severity('warning', row)
        self.assertIn('ID of the floating IP', row['Advice'])
        self.assert_only_told(server, row)
        # The agent is told then.
        [port] = ports_of(server)
        self.assert_mended(
            server,
            f'openstack floating ip unset --port {row["Object ID"]} && '
            f'openstack floating ip set --port {port["id"]} '
            f'{row["Object ID"]}',
        )

    def test_floating_ip_stale(self) -> None:
        server, [row] = self.broken('floating-ip-stale')

        self.assert_severity('warning', row)
        self.assertIn('10.0.0.254', row['Finding'])
        self.assert_mended(server, row['Advice'])

    def test_router_disabled(self) -> None:
        server, [row] = self.broken('router-disabled')

        self.assert_severity('error', row)
        [addresses] = server['addresses'].values()
        [floating_ip] = (
            each['addr']
            for each in addresses
            if each['OS-EXT-IPS:type'] == 'floating'
        )
        self.assertIn(floating_ip, row['Finding'])
        self.assert_mended(server, row['Advice'])

    def test_router_without_gateway(self) -> None:
        server, [row] = self.broken('router-without-gateway')

        self.assert_severity('note', row)
        self.assertEqual('router', row['Object'])
        self.assert_mended(
            server, self.quoted(row['Advice'], network='public')
        )
