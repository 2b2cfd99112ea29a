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

"""``openstack server interface check``, against the sandbox."""

import json
from pathlib import Path
import subprocess
import sys
from typing import Any, ClassVar

from osc_iface.tests.functional import base

_CHECK = ('server', 'interface', 'check')
_READER = 'sandbox-reader'


class CheckTestCase(base.SandboxTestCase):
    def rows(self, *args: str, cloud: str = 'sandbox') -> list[dict[str, Any]]:
        """Run ``check``; give what it prints as JSON."""
        result = self.openstack(*_CHECK, *args, '-f', 'json', cloud=cloud)
        found: list[dict[str, Any]] = json.loads(result.stdout)
        bad = any(each['Severity'] != 'note' for each in found)
        self.assertEqual(3 if bad else 0, result.status, result.stderr)
        return found

    def run_advice(self, advice: str) -> None:
        """Paste an advice into a shell."""
        environment = base.environment('sandbox')
        path = f'{Path(sys.executable).parent}:{environment["PATH"]}'
        done = subprocess.run(  # noqa: S603
            ['/bin/bash', '--noprofile', '--norc', '-c', advice],
            env={**environment, 'PATH': path},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(0, done.returncode, f'{advice}: {done.stderr}')


class TestHealthy(CheckTestCase):
    def test_nothing_but_notes(self) -> None:
        for cloud in ('sandbox', _READER, 'sandbox-member'):
            self.assertEqual([], self.rows(cloud=cloud))
        for name in ('web-1', 'db-1'):
            kinds = {each['Severity'] for each in self.rows(name)}
            self.assertLessEqual(kinds, {'note'})

    def test_requests(self) -> None:
        result = self.openstack(*_CHECK, 'web-1', cloud=_READER)

        self.assert_requests(result, keystone=2, nova=1, neutron=4)

    def test_host(self) -> None:
        host = base.server('web-1').hypervisor_hostname

        self.assertEqual([], self.rows('--host', host))
        self.assertIn(
            "No host has the name 'nowhere'",
            self.refused(*_CHECK, '--host', 'nowhere'),
        )


class TestStates(CheckTestCase):
    """Each state is made, found, and mended by what is advised."""

    server: ClassVar[Any]

    def setUp(self) -> None:
        super().setUp()
        self.network = base.connect().network
        self.compute = base.connect().compute

    def boot(self, networks: Any = None) -> Any:
        """Boot a server of the test's own."""
        server = base.boot(f'check-{self.id().rpartition(".")[2]}', networks)
        self.addCleanup(base.delete, server)
        return server

    def port(self, server: Any, **values: Any) -> Any:
        """Create a port that names a server."""
        back = self.network.find_network('back')
        port = self.network.create_port(
            network_id=back.id, device_id=server.id, **values
        )
        self.addCleanup(self.network.delete_port, port)
        return port

    def port_of(self, server: Any) -> Any:
        """Return the one port of a server."""
        (port,) = self.network.ports(device_id=server.id)
        return port

    def assert_found(self, server: Any, *checks: str) -> dict[str, Any]:
        """Check what administrator and reader see; give the first of it."""
        for cloud in (_READER, 'sandbox'):
            found = [
                each
                for each in self.rows(server.id, cloud=cloud)
                if each['Check'] != 'ingress-from-groups-only'
            ]
            self.assertEqual([*checks], [each['Check'] for each in found])
            for each in found:
                self.assertEqual(
                    [{'id': server.id, 'name': server.name}], each['Servers']
                )
        return found[0]

    def assert_mended(self, server: Any, row: dict[str, Any]) -> None:
        """Run an advice, and check that the finding is gone."""
        if not row['Advice'].startswith('openstack '):
            self.assertIn('This client cannot', row['Advice'])
            return
        self.run_advice(row['Advice'])
        self.assertNotIn(
            row['Check'], [each['Check'] for each in self.rows(server.id)]
        )

    def test_not_attached(self) -> None:
        server = self.boot()
        port = self.port(server)

        row = self.assert_found(server, 'not-attached')

        self.assertEqual(port.id, row['Object ID'])
        self.assert_mended(server, row)

    def test_detach_that_failed(self) -> None:
        server = self.boot()
        port = self.port(server)
        self.succeed('server', 'remove', 'port', server.id, port.id)

        row = self.assert_found(server, 'not-attached', 'last-detach-failed')

        self.assert_mended(server, row)

    def test_cache_empty(self) -> None:
        server = self.boot('none')
        self.port(server, device_owner='compute:nova')

        row = self.assert_found(server, 'cache-empty')

        self.assert_mended(server, row)

    def test_cache_lacks_interface(self) -> None:
        server = self.boot()
        self.port(server, device_owner='compute:nova')

        row = self.assert_found(server, 'cache-lacks-interface')

        self.run_advice(row['Advice'])

    def test_cache_extra_interface(self) -> None:
        server = self.boot()
        self.network.delete_port(self.port_of(server))

        row = self.assert_found(
            server, 'cache-extra-interface', 'no-interface'
        )

        self.assert_mended(server, row)

    def test_cache_stale_address(self) -> None:
        server = self.boot()
        port = self.port_of(server)
        (old,) = port.fixed_ips
        ends = ('251', '252')
        new = next(
            ip for end in ends if (ip := f'10.0.1.{end}') != old['ip_address']
        )
        self.network.update_port(
            port,
            fixed_ips=[{'subnet_id': old['subnet_id'], 'ip_address': new}],
        )

        row = self.assert_found(server, 'cache-stale-address')

        self.assertIn(new, row['Finding'])
        self.assertIn(old['ip_address'], row['Finding'])
        self.run_advice(row['Advice'])
        self.run_advice(f'openstack server reboot --hard --wait {server.id}')
        self.assertEqual([], self.rows(server.id, '--severity', 'warning'))

    def test_port_disabled(self) -> None:
        server = self.boot()
        self.network.update_port(self.port_of(server), admin_state_up=False)

        self.assert_mended(server, self.assert_found(server, 'port-disabled'))

    def test_no_security_group(self) -> None:
        server = self.boot()
        self.network.update_port(self.port_of(server), security_groups=[])

        row = self.assert_found(server, 'no-security-group')

        (group,) = self.network.security_groups(
            name='default', project_id=server.project_id
        )
        advice = row['Advice'].split('"')[1]
        self.run_advice(advice.replace('<group>', group.id))
        self.assertEqual([], self.rows(server.id, '--severity', 'error'))

    def test_no_egress(self) -> None:
        server = self.boot()
        group = self.network.create_security_group(name='check-no-egress')
        self.addCleanup(self.network.delete_security_group, group)
        for rule in group.security_group_rules:
            self.network.delete_security_group_rule(rule['id'])
        port = self.port_of(server)
        before = port.security_group_ids
        self.network.update_port(port, security_groups=[group.id])
        self.addCleanup(self.network.update_port, port, security_groups=before)

        row = self.assert_found(server, 'no-egress', 'no-ingress')

        self.assert_mended(server, row)

    def test_server_not_running(self) -> None:
        server = self.boot()
        self.succeed('server', 'stop', server.id)
        self.compute.wait_for_server(
            server, status='SHUTOFF', interval=0.5, wait=60
        )

        row = self.assert_found(server, 'server-not-running')

        self.run_advice(row['Advice'])
