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
"""``python -m sandbox break``: servers in trouble, as the services tell it."""

from collections.abc import Callable
import datetime
import email.utils
from pathlib import Path
import tempfile
import time
from typing import Any, ClassVar

from osc_iface.tests.functional import HOME, SANDBOX, base
from osc_iface.tests.functional.test_sandbox import Box, Ended

# Seconds after which something that does not come to pass is given up.
_GIVE_UP = 300
_STATES = (
    'cache-empty',
    'cache-lacks-interface',
    'cache-extra-interface',
    'cache-stale-address',
    'binding-failed',
    'unbound',
    'host-agent-down',
    'wrong-host',
    'leftover-binding',
    'trunk-not-active',
    'no-dhcp',
    'dhcp-not-served',
    'dhcp-agents-down',
    'several-gateways',
    'same-subnet-twice',
    'subnet-without-router',
    'duplicate-mac',
    'not-attached',
    'other-project',
    'orphan-port',
    'port-not-active',
    'port-disabled',
    'network-disabled',
    'data-plane-down',
    'no-fixed-ip',
    'floating-ip-unrouted',
    'floating-ip-not-active',
    'floating-ip-stale',
    'router-disabled',
    'router-without-gateway',
    'no-security-group',
    'no-ingress',
    'ingress-from-groups-only',
    'no-egress',
    'groups-not-enforced',
    'server-failed',
    'last-attach-failed',
    'last-detach-failed',
    'server-not-running',
    'no-interface',
)
_KINDS = (
    'networks',
    'subnets',
    'ports',
    'security-groups',
    'security-group-rules',
    'floatingips',
    'routers',
    'trunks',
    'agents',
)

Json = dict[str, Any]


def run(*args: str) -> Ended:
    """Run ``python -m sandbox break`` for the sandbox of the tests."""
    with tempfile.NamedTemporaryFile(dir=HOME) as errors:
        return Box(SANDBOX, Path(errors.name)).run('break', *args)


def ask(service: str, path: str, key: str, **query: str) -> Any:
    """Return what a service answers, from under its one key."""
    answer = getattr(base.connect(), service).get(path, params=query)
    return answer.json()[key]


def server_of(state: str) -> Json:
    """Return the server that was made for a state."""
    name = f'^broken-{state}$'
    [found] = ask('compute', '/servers/detail', 'servers', name=name)
    server: Json = found
    return server


def ports_of(server: Json) -> list[Json]:
    """Return the ports that name a server as theirs, the first one first."""
    ports: list[Json] = ask(
        'network', '/ports', 'ports', device_id=server['id']
    )
    return sorted(ports, key=lambda port: str(port['name']))


def groups_of(port: Json) -> set[tuple[str, str]]:
    """Return what the security groups of a port let through."""
    return {
        (rule['direction'], rule['ethertype'])
        for group in port['security_groups']
        for rule in ask(
            *('network', '/security-group-rules', 'security_group_rules'),
            security_group_id=group,
        )
    }


def known(server: Json) -> dict[str, set[str]]:
    """Return what Nova remembers: addresses, by MAC."""
    found: dict[str, set[str]] = {}
    for entries in server['addresses'].values():
        for entry in entries:
            mac = entry['OS-EXT-IPS-MAC:mac_addr']
            found.setdefault(mac, set()).add(entry['addr'])
    return found


def had(*ports: Json) -> dict[str, set[str]]:
    """Return what ports have, likewise."""
    return {
        port['mac_address']: {each['ip_address'] for each in port['fixed_ips']}
        for port in ports
    }


def actions(server: Json) -> list[tuple[str, list[str]]]:
    """Return the actions of a server and their results, the newest first."""
    path = f'/servers/{server["id"]}/os-instance-actions'
    return [
        (
            each['action'],
            [
                event['result']
                for event in ask(
                    'compute', f'{path}/{each["request_id"]}', 'instanceAction'
                )['events']
            ],
        )
        for each in ask('compute', path, 'instanceActions')
    ]


def contents() -> dict[str, set[str]]:
    """Return the IDs of all that the sandbox holds."""
    return {
        'servers': {
            each['id']
            for each in ask('compute', '/servers', 'servers', all_tenants='1')
        },
        **{
            kind: {
                each['id']
                for each in ask(
                    'network', f'/{kind}', kind.replace('-', '_'), fields='id'
                )
            }
            for kind in _KINDS
        },
    }


class BreakTestCase(base.SandboxTestCase):
    """Breaks servers, and takes that back at the end."""

    before: ClassVar[dict[str, set[str]]]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.before = contents()
        cls.addClassCleanup(run, '--mend')

    def put_into(self, state: str) -> None:
        """Have the sandbox make a server that is in a state."""
        ended = run(state)

        self.assertEqual(
            (0, f'Making broken-{state} ...\n'), (ended.status, ended.stderr)
        )
        self.assertRegex(ended.stdout, f'^broken-{state}: .*\\.\n$')

    def broken(self, state: str) -> tuple[Json, list[Json]]:
        """Likewise; return the server and the ports that name it."""
        self.put_into(state)
        server = server_of(state)
        return server, ports_of(server)

    def assert_sound(self, server: Json, *ports: Json) -> None:
        """Check that nothing is wrong with some interfaces."""
        self.assertEqual('ACTIVE', server['status'])
        self.assertEqual(had(*ports), known(server))
        for port in ports:
            self.assertEqual(
                (True, 'ACTIVE', 'compute:nova', 'sandbox'),
                (
                    port['admin_state_up'],
                    port['status'],
                    port['device_owner'],
                    port['binding:host_id'],
                ),
            )


class TestCache(BreakTestCase):
    """What Nova remembers is not what Neutron has."""

    def wait(self, reached: Callable[[], bool]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + _GIVE_UP
        while not reached():
            self.assertLess(time.monotonic(), end, 'It does not come.')
            time.sleep(0.2)

    def touch(self, port: Json) -> None:
        """Update a port in Neutron, so that Nova hears of it."""
        path = f'/ports/{port["id"]}'
        answer = base.connect().network.put(
            path, json={'port': {'description': 'touched'}}
        )
        self.assertEqual(200, answer.status_code)

    def test_empty(self) -> None:
        server, [port] = self.broken('cache-empty')

        self.assertEqual({}, server['addresses'])
        self.assert_sound({**server, 'addresses': {}})
        self.assertEqual(
            ('compute:nova', 'ACTIVE', 1),
            (port['device_owner'], port['status'], len(port['fixed_ips'])),
        )

    def test_lacks_interface(self) -> None:
        server, [first, second] = self.broken('cache-lacks-interface')

        self.assert_sound(server, first)
        self.assertEqual('compute:nova', second['device_owner'])
        self.assertTrue(second['fixed_ips'])

    def test_extra_interface(self) -> None:
        server, [port] = self.broken('cache-extra-interface')

        [extra] = known(server).keys() - had(port).keys()
        self.assertEqual(
            [], ask('network', '/ports', 'ports', mac_address=extra)
        )

    def test_stale_address(self) -> None:
        self.put_into('cache-stale-address')
        # Nova would have heard of it by the time that this one is made.
        self.put_into('no-interface')

        server = server_of('cache-stale-address')
        [port] = ports_of(server)
        self.assertEqual(had(port).keys(), known(server).keys())
        self.assertNotEqual(had(port), known(server))

    def test_an_update_mends_it(self) -> None:
        """Neutron tells Nova, and no client's requests are counted for it."""
        for state in ('cache-lacks-interface', 'cache-stale-address'):
            _server, ports = self.broken(state)

            with base.client_requests() as requests:
                self.touch(ports[-1])
                self.wait(
                    lambda state=state, ports=ports: (  # type: ignore[misc]
                        known(server_of(state)) == had(*ports)
                    )
                )

            self.assertEqual([], requests)


class TestPorts(BreakTestCase):
    """Ports that are not what a server's should be."""

    def test_duplicate_mac(self) -> None:
        server, [first, second] = self.broken('duplicate-mac')

        self.assertEqual(first['mac_address'], second['mac_address'])
        [addresses] = known(server).values()
        self.assertEqual(3, len(addresses))

    def test_not_attached(self) -> None:
        server, [port, loose] = self.broken('not-attached')

        self.assert_sound(server, port)
        self.assertEqual('', loose['device_owner'])

    def test_other_project(self) -> None:
        server, [port, foreign] = self.broken('other-project')

        self.assert_sound(server, port)
        self.assertEqual('compute:nova', foreign['device_owner'])
        self.assertNotEqual(server['tenant_id'], foreign['project_id'])

    def test_orphan(self) -> None:
        self.put_into('orphan-port')

        [port] = ask('network', '/ports', 'ports', name='broken-orphan-port')
        self.assertEqual('compute:nova', port['device_owner'])
        path = f'/servers/{port["device_id"]}'
        gone = base.connect().compute.get(path)
        self.assertEqual(404, gone.status_code)

    def test_not_active(self) -> None:
        server, [port] = self.broken('port-not-active')

        self.assert_sound(server, {**port, 'status': 'ACTIVE'})
        self.assertEqual('DOWN', port['status'])
        answer = base.connect().network.get('/ports')
        now = email.utils.parsedate_to_datetime(answer.headers['Date'])
        since = datetime.datetime.fromisoformat(port['updated_at'])
        self.assertGreater(now - since, datetime.timedelta(seconds=300))

    def test_disabled(self) -> None:
        server, [port] = self.broken('port-disabled')

        self.assertFalse(port['admin_state_up'])
        self.assert_sound(server, {**port, 'admin_state_up': True})

    def test_network_disabled(self) -> None:
        server, [port] = self.broken('network-disabled')

        self.assert_sound(server, port)
        path = f'/networks/{port["network_id"]}'
        self.assertFalse(ask('network', path, 'network')['admin_state_up'])

    def test_data_plane_down(self) -> None:
        server, [port] = self.broken('data-plane-down')

        self.assert_sound(server, port)
        self.assertEqual('DOWN', port['data_plane_status'])

    def test_no_fixed_ip(self) -> None:
        server, [port] = self.broken('no-fixed-ip')

        self.assertEqual([], port['fixed_ips'])
        self.assertEqual({}, known(server))


class TestServers(BreakTestCase):
    """Servers that Nova itself has trouble with."""

    def test_failed(self) -> None:
        server, ports = self.broken('server-failed')

        self.assertEqual(([], 'ERROR'), (ports, server['status']))
        self.assertIn('No fixed IP addresses', server['fault']['message'])

    def test_attach_failed(self) -> None:
        server, ports = self.broken('last-attach-failed')

        self.assert_sound(server, *ports)
        self.assertEqual(('attach_interface', ['Error']), actions(server)[0])

    def test_detach_failed(self) -> None:
        server, [port, loose] = self.broken('last-detach-failed')

        self.assert_sound(server, port)
        self.assertEqual(server['id'], loose['device_id'])
        self.assertEqual(('detach_interface', ['Error']), actions(server)[0])

    def test_not_running(self) -> None:
        server, [port] = self.broken('server-not-running')

        self.assertEqual('SHUTOFF', server['status'])
        self.assert_sound({**server, 'status': 'ACTIVE'}, port)

    def test_no_interface(self) -> None:
        server, ports = self.broken('no-interface')

        self.assertEqual([], ports)
        self.assert_sound(server)


class TestSecurity(BreakTestCase):
    """Security groups that let less through than one thinks, or more."""

    def test_no_group(self) -> None:
        server, [port] = self.broken('no-security-group')

        self.assert_sound(server, port)
        self.assertEqual(
            (True, []),
            (port['port_security_enabled'], port['security_groups']),
        )

    def test_no_ingress(self) -> None:
        server, [port] = self.broken('no-ingress')

        self.assert_sound(server, port)
        self.assertEqual({('egress', 'IPv4')}, groups_of(port))

    def test_ingress_from_groups_only(self) -> None:
        server, [port] = self.broken('ingress-from-groups-only')

        self.assert_sound(server, port)
        [group] = port['security_groups']
        path = '/security-group-rules'
        [rule] = ask(
            *('network', path, 'security_group_rules'),
            security_group_id=group,
            direction='ingress',
        )
        self.assertEqual(group, rule['remote_group_id'])

    def test_no_egress(self) -> None:
        server, [port] = self.broken('no-egress')

        self.assert_sound(server, port)
        self.assertEqual({('ingress', 'IPv4')}, groups_of(port))

    def test_groups_not_enforced(self) -> None:
        server, [port] = self.broken('groups-not-enforced')

        self.assert_sound(server, port)
        self.assertEqual('direct', port['binding:vnic_type'])
        self.assertTrue(port['port_security_enabled'])
        self.assertTrue(port['security_groups'])


class TestCommand(BreakTestCase):
    """What the command itself says and does."""

    def test_lists_the_states(self) -> None:
        ended = run()

        self.assertEqual((0, ''), (ended.status, ended.stderr))
        self.assertEqual(
            [*_STATES], [line.split()[0] for line in ended.stdout.splitlines()]
        )

    def test_mend_leaves_what_was_before(self) -> None:
        run('--mend')
        # A server that is not there, one in ERROR with a network and another
        # port, one with a security group.
        for state in ('orphan-port', 'server-failed', 'no-egress'):
            self.put_into(state)
        self.assertNotEqual(self.before, contents())

        ended = run('--mend', 'no-egress')
        self.assertEqual(
            (0, 'broken-no-egress: taken back.\n'), ended[:2], ended.stderr
        )
        ended = run('--mend')
        self.assertEqual(0, ended.status, ended.stderr)
        self.assertEqual(
            'broken-orphan-port: taken back.\n'
            'broken-server-failed: taken back.\n',
            ended.stdout,
        )
        self.assertEqual(self.before, contents())
        self.assertEqual((0, 'Nothing was broken.\n'), run('--mend')[:2])

    def test_again_is_anew(self) -> None:
        first, [old] = self.broken('cache-empty')
        second, [new] = self.broken('cache-empty')

        self.assertNotEqual(first['id'], second['id'])
        self.assertNotEqual(old['id'], new['id'])

    def test_an_unknown_state(self) -> None:
        for args in (('cache-full',), ('--mend', 'cache-full')):
            ended = run(*args)

            self.assertEqual((2, ''), ended[:2])
            self.assertEqual(
                'There is no state \'cache-full\'; "python -m sandbox break" '
                'lists those that there are.\n',
                ended.stderr,
            )

    def test_where_no_sandbox_is_up(self) -> None:
        with tempfile.TemporaryDirectory(dir=HOME) as folder:
            box = Box(Path(folder, 'none'), Path(folder, 'none.err'))
            for args in (('cache-empty',), ('--mend',)):
                ended = box.run('break', *args)

                self.assertEqual((1, ''), ended[:2])
                self.assertEqual(
                    'The sandbox is not up; "python -m sandbox up" brings it '
                    'up.\n',
                    ended.stderr,
                )
                self.assertFalse(box.root.exists())
            self.assertEqual(0, box.run('break').status)
