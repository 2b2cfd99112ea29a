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

"""Servers with names of every kind, on a real Nova."""

import json
from typing import Any, ClassVar

from osc_iface.tests.functional import base
from osc_iface.tests.names import NAMES


class TestNames(base.SandboxTestCase):
    servers: ClassVar[dict[str, Any]] = {}

    @classmethod
    def setUpClass(cls) -> None:
        """Boot a server for each name, with a port; give them the names."""
        super().setUpClass()
        cls.addClassCleanup(cls.delete_servers)
        cloud = base.connect()
        booted = base.boot_many('names', len(NAMES))
        cls.servers.update(zip(NAMES, booted, strict=True))
        for name, server in cls.servers.items():
            cloud.compute.update_server(server, name=name)
        back = cloud.network.find_network('back').id
        ports = [
            {
                'network_id': back,
                'device_id': server.id,
                'device_owner': 'compute:nova',
            }
            for server in booted
        ]
        list(cloud.network.create_ports(ports))

    @classmethod
    def delete_servers(cls) -> None:
        base.delete(*cls.servers.values())

    def test_each_is_found_by_its_name(self) -> None:
        ports = {
            port.id: port.device_id for port in base.connect().network.ports()
        }
        for name, server in self.servers.items():
            result = self.succeed(
                *('server', 'interface', 'show'),
                *('-f', 'value', '-c', 'port_id', '--', name),
            )

            self.assertEqual(server.id, ports[result.stdout.strip()], name)

    def test_all_are_found_by_their_names_at_once(self) -> None:
        result = self.succeed(
            *('server', 'interface', 'list'),
            *('-f', 'json', '--', *self.servers),
            alone=True,
        )

        self.assertEqual(
            [*self.servers],
            [row['Server'] for row in json.loads(result.stdout)],
        )
        self.assertEqual({'back'}, self.networks(result.stdout))

    def test_each_passes_a_filter_of_its_address(self) -> None:
        """Names that look like anything are shown as they are."""
        result = self.succeed(
            *('server', 'interface', 'list'),
            *('--ip-address', '10.0.1.0/24', '-f', 'json'),
            alone=True,
        )

        names = [row['Server'] for row in json.loads(result.stdout)]
        self.assertLessEqual({*self.servers}, {*names})
        self.assertEqual({'back'}, self.networks(result.stdout))

    def networks(self, listed: str) -> set[str]:
        return {row['Network'] for row in json.loads(listed)}
