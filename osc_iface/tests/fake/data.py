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

"""What there is in the cloud; generated, the same for the same numbers."""

import collections
import hashlib
import ipaddress
from typing import Any
import uuid

Item = dict[str, Any]

NETWORK = 'net'
# Of so many servers, the first has a floating IP.
FLOATING = 10


class Data:
    """What there is in the cloud; a test may change it.

    :param projects: IDs of projects; the user's is the first
    :param servers: as Nova has them, the newest first
    :param ports: as Neutron has them, each with the tag that Nova knows
    :ivar soft_deleted: servers in no list, but there for whoever asks by ID
    """

    def __init__(
        self, projects: list[str], servers: list[Item], ports: list[Item]
    ) -> None:
        self.projects = projects
        self.network_id = _id('network', 0)
        self.subnet_id = _id('subnet', 0)
        whose = {'name': NETWORK, 'project_id': projects[0], 'shared': True}
        self.networks: list[Item] = [{'id': self.network_id, **whose}]
        self.subnets: list[Item] = [{'id': self.subnet_id, **whose}]
        self.servers = servers
        self.server = {server['id']: server for server in servers}
        self.soft_deleted: dict[str, Item] = {}
        # Neutron lists by ID.
        self.ports = sorted(ports, key=lambda port: str(port['id']))
        self.port = {port['id']: port for port in self.ports}
        self.ports_of: dict[str, list[Item]] = collections.defaultdict(list)
        for port in self.ports:
            self.ports_of[port['device_id']].append(port)
        self.floating_ips: list[Item] = []


def generated(servers: int, ports: int, projects: int = 1) -> Data:
    """Generate servers.

    :param servers: how many
    :param ports: how many ports each of them has
    :param projects: how many projects share the servers
    """
    ids = [_id('project', each).replace('-', '') for each in range(projects)]
    oldest_first = [
        _server(index, ids[index % projects]) for index in range(servers)
    ]
    data = Data(
        ids,
        oldest_first[::-1],
        [
            _port(server, number * ports + index, index)
            for number, server in enumerate(oldest_first)
            for index in range(ports)
        ],
    )
    data.floating_ips += [
        {
            'id': _id('floating IP', index),
            'floating_ip_address': _address('203.0.0.0', index),
            'port_id': data.ports_of[server['id']][0]['id'],
            'port_forwardings': [],
            'project_id': server['tenant_id'],
        }
        for index, server in enumerate(data.servers[::FLOATING])
        if ports
    ]
    return data


def _server(index: int, project_id: str) -> Item:
    """Return a server as ``GET /servers/detail`` has it, shortened."""
    return {
        'id': _id('server', index),
        'name': f'server-{index}',
        'tenant_id': project_id,
        'user_id': 'user',
        'status': 'ACTIVE',
        'addresses': {NETWORK: [{'version': 4, 'addr': '10.0.0.1'}]},
        'metadata': {},
        'created': '2026-01-01T00:00:00Z',
        'updated': '2026-01-01T00:00:00Z',
        'flavor': {'id': 'flavor', 'links': []},
        'image': {'id': _id('image', 0), 'links': []},
        'security_groups': [{'name': 'default'}],
        'config_drive': '',
        'key_name': None,
        'links': [],
    }


def _port(server: Item, serial: int, index: int) -> Item:
    """Return a port as ``GET /ports`` has it, shortened."""
    mac = ':'.join(
        f'{byte:02x}' for byte in serial.to_bytes(3, byteorder='big')
    )
    fixed_ip = {
        'subnet_id': _id('subnet', 0),
        'ip_address': _address('10.0.0.0', serial),
    }
    return {
        'id': _id('port', serial),
        'name': f'{server["name"]}-{index}',
        'device_id': server['id'],
        'device_owner': 'compute:nova',
        'project_id': server['tenant_id'],
        'network_id': _id('network', 0),
        'mac_address': f'fa:16:3e:{mac}',
        'fixed_ips': [fixed_ip],
        'status': 'ACTIVE',
        'tag': f'tag-{index}' if index else None,
    }


def _id(kind: str, index: int) -> str:
    """Return an ID that looks like any other, always the same."""
    digest = hashlib.sha256(f'{kind} {index}'.encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _address(first: str, index: int) -> str:
    return str(ipaddress.IPv4Address(first) + 10 + index)
