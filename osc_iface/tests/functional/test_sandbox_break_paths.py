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
"""States of what lies around servers, as the services tell them."""

import datetime
import email.utils
from typing import Any

from osc_iface.tests.functional import base
from osc_iface.tests.functional.test_sandbox_break import (
    BreakTestCase,
    Json,
    ask,
    contents,
    known,
    run,
)


def host_of(server: Json) -> str:
    """Return the host of a server."""
    return str(server['OS-EXT-SRV-ATTR:host'])


def agents_of(host: str) -> list[tuple[str, bool]]:
    """Return the types of the agents of a host, and whether they live."""
    return [
        (each['agent_type'], each['alive'])
        for each in ask('network', '/agents', 'agents', host=host)
    ]


def subnets_of(port: Json) -> list[Json]:
    """Return the subnets of the addresses that a port has in IPv4."""
    return [
        ask('network', f'/subnets/{each["subnet_id"]}', 'subnet')
        for each in port['fixed_ips']
        if '.' in each['ip_address']
    ]


def serving(port: Json) -> list[Json]:
    """Return the ports that serve DHCP on the network of a port."""
    found: list[Json] = ask(
        *('network', '/ports', 'ports'),
        network_id=port['network_id'],
        device_owner='network:dhcp',
    )
    return found


def routers_of(port: Json) -> list[Json]:
    """Return the routers that the network of a port is attached to."""
    return [
        ask('network', f'/routers/{each["device_id"]}', 'router')
        for each in ask(
            *('network', '/ports', 'ports'),
            network_id=port['network_id'],
            device_owner='network:router_interface',
        )
    ]


class PathsTestCase(BreakTestCase):
    """Breaks what packets pass on their way to a server."""

    def assert_old(self, resource: Json) -> None:
        """Check that something has not changed for five minutes."""
        answer = base.connect().network.get('/ports')
        now = email.utils.parsedate_to_datetime(answer.headers['Date'])
        since = datetime.datetime.fromisoformat(resource['updated_at'])
        self.assertGreater(now - since, datetime.timedelta(seconds=300))

    def assert_sound_but(
        self, server: Json, port: Json, **expected: Any
    ) -> None:
        """Check that a port is as it ought to be, but for some values."""
        values = {key.replace('__', ':'): expected[key] for key in expected}
        self.assertEqual(values, {key: port[key] for key in values})
        healthy = {'status': 'ACTIVE', 'binding:host_id': 'sandbox'}
        self.assert_sound(server, {**port, **healthy})


class TestHosts(PathsTestCase):
    """Hosts that are not the server's, or that nobody serves."""

    def test_binding_failed(self) -> None:
        server, [port] = self.broken('binding-failed')

        self.assert_sound_but(
            server,
            port,
            binding__vif_type='binding_failed',
            binding__host_id='no-switch',
            status='DOWN',
        )

    def test_unbound(self) -> None:
        server, [port] = self.broken('unbound')

        self.assert_sound_but(
            server,
            port,
            binding__vif_type='unbound',
            binding__host_id='',
            status='DOWN',
        )

    def test_host_agent_down(self) -> None:
        server, [port] = self.broken('host-agent-down')

        host = host_of(server)
        self.assertEqual('broken-host-agent-down', host)
        self.assert_sound_but(server, port, binding__host_id=host)
        self.assertEqual([('Open vSwitch agent', False)], agents_of(host))

    def test_wrong_host(self) -> None:
        server, [port] = self.broken('wrong-host')

        self.assertEqual('sandbox', host_of(server))
        self.assert_sound_but(
            server,
            port,
            binding__host_id='broken-wrong-host',
            binding__vif_type='ovs',
        )

    def test_leftover_binding(self) -> None:
        server, [port] = self.broken('leftover-binding')

        self.assert_sound(server, port)
        path = f'/ports/{port["id"]}/bindings'
        self.assertEqual(
            {
                ('sandbox', 'ACTIVE'),
                ('broken-leftover-binding', 'INACTIVE'),
            },
            {
                (each['host'], each['status'])
                for each in ask('network', path, 'bindings')
            },
        )

    def test_trunk_not_active(self) -> None:
        server, [parent] = self.broken('trunk-not-active')

        self.assert_sound(server, parent)
        [trunk] = ask('network', '/trunks', 'trunks', port_id=parent['id'])
        self.assertEqual('DEGRADED', trunk['status'])
        self.assert_old(trunk)
        [subport] = trunk['sub_ports']
        port = ask('network', f'/ports/{subport["port_id"]}', 'port')
        self.assertEqual(
            ('DOWN', 'trunk:subport', 'sandbox'),
            (port['status'], port['device_owner'], port['binding:host_id']),
        )
        self.assert_old(port)


class TestNetworks(PathsTestCase):
    """Networks whose servers get no address, or too many ways out."""

    def test_no_dhcp(self) -> None:
        server, [port] = self.broken('no-dhcp')

        self.assert_sound(server, port)
        [subnet] = subnets_of(port)
        self.assertFalse(subnet['enable_dhcp'])
        self.assertEqual('', server['config_drive'])

    def test_dhcp_not_served(self) -> None:
        server, [port] = self.broken('dhcp-not-served')

        self.assert_sound(server, port)
        [subnet] = subnets_of(port)
        self.assertTrue(subnet['enable_dhcp'])
        self.assertEqual([], serving(port))

    def test_dhcp_agents_down(self) -> None:
        server, [port] = self.broken('dhcp-agents-down')

        self.assert_sound(server, port)
        [other] = serving(port)
        self.assertEqual('ACTIVE', other['status'])
        self.assertEqual(
            [('DHCP agent', False)], agents_of(other['binding:host_id'])
        )

    def test_several_gateways(self) -> None:
        server, ports = self.broken('several-gateways')

        self.assert_sound(server, *ports)
        subnets = [subnet for port in ports for subnet in subnets_of(port)]
        self.assertEqual(
            ['10.0.0.1', '10.0.9.1'], [each['gateway_ip'] for each in subnets]
        )
        for port in ports:
            [router] = routers_of(port)
            self.assertEqual('ACTIVE', router['status'])

    def test_same_subnet_twice(self) -> None:
        server, ports = self.broken('same-subnet-twice')

        self.assert_sound(server, *ports)
        [first], [second] = map(subnets_of, ports)
        self.assertEqual(first, second)

    def test_subnet_without_router(self) -> None:
        server, [port] = self.broken('subnet-without-router')

        self.assert_sound(server, port)
        [subnet] = subnets_of(port)
        self.assertEqual(
            [],
            ask(
                *('network', '/ports', 'ports'),
                network_id=port['network_id'],
                fixed_ips=f'ip_address={subnet["gateway_ip"]}',
            ),
        )


class TestRouters(PathsTestCase):
    """Routers and floating IPs that lead nowhere."""

    def reached(self, state: str) -> tuple[Json, Json]:
        """Break a server; return its port and its floating IP."""
        server, [port] = self.broken(state)
        [floating_ip] = ask(
            'network', '/floatingips', 'floatingips', port_id=port['id']
        )
        addresses = {each['ip_address'] for each in port['fixed_ips']}
        addresses.add(floating_ip['floating_ip_address'])
        self.assertEqual({port['mac_address']: addresses}, known(server))
        return port, floating_ip

    def test_floating_ip_unrouted(self) -> None:
        _port, floating_ip = self.reached('floating-ip-unrouted')

        self.assertIsNone(floating_ip['router_id'])

    def test_floating_ip_not_active(self) -> None:
        port, floating_ip = self.reached('floating-ip-not-active')

        [router] = routers_of(port)
        self.assertEqual(
            ('DOWN', router['id']),
            (floating_ip['status'], floating_ip['router_id']),
        )
        self.assert_old(floating_ip)

    def test_floating_ip_stale(self) -> None:
        port, floating_ip = self.reached('floating-ip-stale')

        self.assertEqual('ACTIVE', floating_ip['status'])
        self.assertNotIn(
            floating_ip['fixed_ip_address'],
            [each['ip_address'] for each in port['fixed_ips']],
        )

    def test_router_disabled(self) -> None:
        port, floating_ip = self.reached('router-disabled')

        [router] = routers_of(port)
        self.assertFalse(router['admin_state_up'])
        self.assertEqual(router['id'], floating_ip['router_id'])

    def test_router_without_gateway(self) -> None:
        server, [port] = self.broken('router-without-gateway')

        self.assert_sound(server, port)
        [router] = routers_of(port)
        self.assertEqual(
            ('ACTIVE', True, None, []),
            (
                router['status'],
                router['admin_state_up'],
                router['external_gateway_info'],
                router['routes'],
            ),
        )


class TestMend(PathsTestCase):
    """All of it goes again."""

    def test_what_only_these_states_have(self) -> None:
        """An agent, a trunk, a router and a floating IP."""
        run('--mend')
        states = ('host-agent-down', 'trunk-not-active', 'router-disabled')
        for state in states:
            self.put_into(state)

        ended = run('--mend')

        self.assertEqual(0, ended.status, ended.stderr)
        self.assertEqual(
            ''.join(f'broken-{state}: taken back.\n' for state in states),
            ended.stdout,
        )
        self.assertEqual(self.before, contents())
