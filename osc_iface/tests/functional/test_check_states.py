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

"""Each state of ``sandbox break``, found by ``check`` and mended by advice.

Reader, member and administrator are asked. The one who mends is a member
wherever a member may.
"""

import re
from typing import Any

from osc_iface.tests.functional.checking import (
    ADMIN,
    MEMBER,
    READER,
    CheckTestCase,
    Row,
)
from osc_iface.tests.functional.test_sandbox_break import (
    ask,
    ports_of,
    run,
    server_of,
)

_EVERYBODY = (READER, MEMBER, ADMIN)


class StatesTestCase(CheckTestCase):
    """Breaks servers, and takes that back when all have been checked."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.addClassCleanup(run, '--mend')

    def broken(self, state: str, *others: str) -> tuple[Any, list[Row]]:
        """Break a server; all must name what is wrong, and nothing else.

        :param state: the state, which is what the check is called
        :param others: what else is found
        :returns: the server, and the rows, those of the state first
        """
        ended = run(state)
        self.assertEqual(0, ended.status, ended.stderr)
        server = server_of(state)
        expected = sorted((state, *others))
        told = []
        for cloud in _EVERYBODY:
            rows = self.found(server['id'], cloud=cloud)
            self.assertEqual(
                expected, sorted(row['Check'] for row in rows), cloud
            )
            for row in rows:
                self.assertEqual(
                    [{'id': server['id'], 'name': server['name']}],
                    row['Servers'],
                )
            told.append(sorted(rows, key=lambda row: row['Check'] != state))
        self.assertEqual(told[0], told[1])
        if not state.startswith('last-'):
            self.assertEqual(told[0], told[2])
        return server, told[0]

    def assert_reason(self, reason: str, row: Row, server: Any) -> None:
        """Check that administrators are told more of a failure."""
        self.assertTrue(row['Finding'].endswith(' an interface failed.'))
        [told] = [
            each
            for each in self.found(server['id'])
            if each['Check'] == row['Check']
        ]
        finding = f'{row["Finding"].rstrip(".")}: {reason}.'
        self.assertEqual({**row, 'Finding': finding}, told)

    def assert_severity(self, severity: str, row: Row) -> None:
        self.assertEqual(severity, row['Severity'])

    def assert_mended(
        self, server: Any, advice: str, cloud: str = MEMBER
    ) -> None:
        """Run what is advised; nothing must be wrong with the server then."""
        if not self.pasted(advice, cloud):
            return
        self.wait(
            lambda: not self.found(server['id'], cloud=cloud),
            f'what {advice!r} is for',
        )

    def pasted(self, advice: str, cloud: str = MEMBER) -> bool:
        """Run what is advised, if the client can do that."""
        if 'This client cannot do' in advice:
            done = self.paste('openstack port unset --device x', cloud)
            self.assertIn('unrecognized arguments', done.stderr)
            return False
        self.assertTrue(advice.startswith('openstack '), advice)
        self.obey(advice, cloud)
        return True

    def quoted(self, advice: str, **values: str) -> str:
        """Return the command in a sentence, its blanks filled in."""
        [command] = re.findall('"(openstack [^"]+)"', advice)
        for name, value in values.items():
            self.assertIn(f'<{name}>', command)
            command = command.replace(f'<{name}>', value)
        self.assertNotIn('<', command)
        return str(command)


class TestCache(StatesTestCase):
    """What Nova remembers."""

    def test_empty(self) -> None:
        server, [row] = self.broken('cache-empty')

        self.assert_severity('error', row)
        self.assertIn('Do not reboot', row['Finding'])
        self.assert_mended(server, row['Advice'])

    def test_lacks_interface(self) -> None:
        server, [row] = self.broken('cache-lacks-interface')

        self.assert_severity('error', row)
        self.assertEqual(ports_of(server)[1]['id'], row['Object ID'])
        self.assert_mended(server, row['Advice'])

    def test_extra_interface(self) -> None:
        server, [row] = self.broken('cache-extra-interface')

        self.assert_severity('error', row)
        self.assert_mended(server, row['Advice'])

    def test_stale_address(self) -> None:
        server, [row] = self.broken('cache-stale-address')

        self.assert_severity('warning', row)
        [port] = ports_of(server)
        self.assertIn(port['fixed_ips'][0]['ip_address'], row['Finding'])
        self.assertEqual(port['description'], '')
        self.assert_mended(server, row['Advice'])
        [port] = ports_of(server)
        self.assertEqual(port['description'], '')

    def test_requests(self) -> None:
        """A second reading takes five requests at most."""
        run('cache-stale-address')
        server = server_of('cache-stale-address')['id']

        result = self.check(server, cloud=READER)

        # Once: the server; its ports, networks, groups and floating IPs, and
        # subnets, and what serves the networks.
        # Twice: server, ports, floating IPs; then actions, the old address.
        self.assertEqual(3, result.status)
        self.assert_requests(result, keystone=2, nova=3, neutron=9)


class TestPorts(StatesTestCase):
    """Ports that are not what a server's should be."""

    def test_duplicate_mac(self) -> None:
        server, [row] = self.broken('duplicate-mac')

        self.assert_severity('error', row)
        self.assert_mended(server, row['Advice'])

    def test_not_attached(self) -> None:
        server, [row] = self.broken('not-attached')

        self.assert_severity('error', row)
        self.assert_mended(server, row['Advice'])

    def test_other_project(self) -> None:
        """The project of the network sees the port, too."""
        server, [row] = self.broken('other-project')

        self.assert_severity('warning', row)
        self.assertEqual(
            [], self.found(server['id'], '--ignore', row['Check'])
        )
        self.assertIn(
            row, self.rows('--all-projects', '--severity', 'warning')
        )
        self.obey(self.quoted(row['Advice']))
        self.assert_mended(
            server, f'openstack server add network {server["id"]} front'
        )

    def test_orphan(self) -> None:
        """Only an administrator knows that there is no such server."""
        run('orphan-port')
        [port] = ask('network', '/ports', 'ports', name='broken-orphan-port')

        def found(cloud: str) -> list[Row]:
            return [
                row
                for row in self.rows('--severity', 'note', cloud=cloud)
                if row['Object ID'] == port['id']
            ]

        for cloud in (READER, MEMBER):
            [row] = found(cloud)
            self.assertEqual('orphan-port', row['Check'])
            self.assert_severity('note', row)
            self.assertIn('Ask an administrator', row['Advice'])
        [row] = found(ADMIN)
        self.assertEqual('orphan-port', row['Check'])
        self.assert_severity('warning', row)
        self.assertEqual(
            [{'id': port['device_id'], 'name': None}], row['Servers']
        )
        self.pasted(row['Advice'], ADMIN)
        self.assertEqual([], found(ADMIN))

    def test_not_active(self) -> None:
        """No agent tells here that the port is up again."""
        _server, [row] = self.broken('port-not-active')

        self.assert_severity('error', row)
        self.pasted(row['Advice'])

    def test_disabled(self) -> None:
        server, [row] = self.broken('port-disabled')

        self.assert_severity('error', row)
        self.assert_mended(server, row['Advice'])

    def test_network_disabled(self) -> None:
        server, [row] = self.broken('network-disabled')

        self.assert_severity('error', row)
        self.assertEqual(ports_of(server)[0]['network_id'], row['Object ID'])
        self.assert_mended(server, row['Advice'])

    def test_data_plane_down(self) -> None:
        server, [row] = self.broken('data-plane-down')

        self.assert_severity('warning', row)
        self.assertIn('ID of the port, and the time', row['Advice'])
        # What only the operator can do.
        done = 'openstack port set --data-plane-status ACTIVE'
        self.assert_mended(server, f'{done} {row["Object ID"]}', ADMIN)

    def test_no_fixed_ip(self) -> None:
        server, [row] = self.broken('no-fixed-ip')

        self.assert_severity('error', row)
        self.assert_mended(server, row['Advice'])


class TestServers(StatesTestCase):
    """Servers that Nova itself has trouble with."""

    def test_failed(self) -> None:
        server, [row] = self.broken('server-failed')

        self.assert_severity('error', row)
        self.assertIn('No fixed IP addresses', row['Finding'])
        self.assertIn(
            f'the ID of the server, the request ID '
            f'{self.last_request(server)} and the time.',
            row['Advice'],
        )

    def test_attach_failed(self) -> None:
        server, [row, second] = self.broken(
            'last-attach-failed', 'no-interface'
        )

        self.assert_severity('warning', row)
        self.assertIn(self.last_request(server), row['Advice'])
        [network] = ask(
            'network', '/networks', 'networks', name=server['name']
        )
        self.assert_reason(
            'No fixed IP addresses available for network: ' + network['id'],
            row,
            server,
        )
        advice = self.quoted(second['Advice'], network='back')
        self.assert_mended(server, advice)

    def test_detach_failed(self) -> None:
        server, [row, second] = self.broken(
            'last-detach-failed', 'not-attached'
        )

        self.assert_severity('warning', row)
        self.assertIn(self.last_request(server), row['Advice'])
        port = second['Object ID']
        self.assert_reason(f'Port {port} is not attached', row, server)
        self.assert_mended(server, second['Advice'])

    def test_not_running(self) -> None:
        server, [row] = self.broken('server-not-running')

        self.assert_severity('note', row)
        self.assert_mended(server, row['Advice'])

    def test_no_interface(self) -> None:
        server, [row] = self.broken('no-interface')

        self.assert_severity('warning', row)
        self.assert_mended(server, self.quoted(row['Advice'], network='back'))

    def last_request(self, server: Any) -> str:
        """Return the ID of what was asked of a server last."""
        path = f'/servers/{server["id"]}/os-instance-actions'
        actions = ask('compute', path, 'instanceActions')
        return str(actions[0]['request_id'])


class TestSecurity(StatesTestCase):
    """Security groups that let less through than one thinks, or more."""

    def test_no_group(self) -> None:
        server, [row] = self.broken('no-security-group')

        self.assert_severity('error', row)
        self.assert_mended(server, self.quoted(row['Advice'], group='default'))

    def test_no_ingress(self) -> None:
        server, [row] = self.broken('no-ingress')

        self.assert_severity('note', row)
        advice = self.quoted(row['Advice'], protocol='tcp', port='22')
        self.assert_mended(server, advice)

    def test_ingress_from_groups_only(self) -> None:
        run('ingress-from-groups-only')
        server = server_of('ingress-from-groups-only')['id']
        for cloud in _EVERYBODY:
            [row] = self.rows(server, cloud=cloud)
            self.assertEqual('ingress-from-groups-only', row['Check'])
            self.assert_severity('note', row)

        advice = self.quoted(row['Advice'], protocol='tcp', port='22')
        self.pasted(advice)

        self.assertEqual([], self.rows(server, cloud=READER))

    def test_no_egress(self) -> None:
        server, [row] = self.broken('no-egress')

        self.assert_severity('warning', row)
        self.assert_mended(server, row['Advice'])

    def test_groups_not_enforced(self) -> None:
        server, [row] = self.broken('groups-not-enforced')

        self.assert_severity('note', row)
        self.assertIn('guest', row['Advice'])
        self.assertEqual(
            [], self.found(server['id'], '--ignore', row['Check'])
        )
