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

"""What a cloud has, one by one, as its services show it, shortened."""

import hashlib
import ipaddress
from typing import Any
import uuid

Item = dict[str, Any]

PROJECT = 'project'
NETWORK = 'net'
# The time of the cloud, which stands still, as HTTP has it; before it.
NOW = 'Sun, 01 Feb 2026 12:00:00 GMT'
JUST_NOW = '2026-02-01T11:00:00Z'
LONG_AGO = '2026-01-01T00:00:00Z'


def network(index: int, project_id: str) -> Item:
    """Return a network of a project, shared with all, shortened."""
    return {
        'id': new_id('network', index),
        'name': numbered(NETWORK, index),
        'project_id': project_id,
        'subnets': [new_id('subnet', index)],
        'status': 'ACTIVE',
        'admin_state_up': True,
        'shared': True,
        'router:external': False,
        'provider:network_type': 'vxlan',
    }


def subnet(index: int, network: Item) -> Item:
    """Return the one subnet of a network, shortened."""
    return {
        'id': new_id('subnet', index),
        'name': network['name'],
        'network_id': network['id'],
        'project_id': network['project_id'],
        'ip_version': 4,
        'cidr': '10.0.0.0/8',
        'gateway_ip': '10.0.0.1',
        'enable_dhcp': True,
        'ipv6_address_mode': None,
    }


def groups(projects: list[str], count: int) -> list[Item]:
    """Return the security groups of projects, shortened."""
    return [
        {
            'id': new_id(f'security group of {project_id}', index),
            'name': f'group-{index}' if index else 'default',
            'project_id': project_id,
            'stateful': True,
            'shared': False,
            'security_group_rules': [
                rule(direction, family)
                for direction in ('ingress', 'egress')
                for family in ('IPv4', 'IPv6')
            ],
        }
        for project_id in projects
        for index in range(count)
    ]


def rule(direction: str, family: str, **values: Any) -> Item:
    """Return a rule of a security group, by default for all, shortened."""
    return {
        'direction': direction,
        'ethertype': family,
        'protocol': None,
        'port_range_min': None,
        'port_range_max': None,
        'remote_ip_prefix': None,
        'remote_group_id': None,
        'remote_address_group_id': None,
        **values,
    }


def server(index: int, project_id: str, host: int) -> Item:
    """Return a server as ``GET /servers/detail`` has it, shortened."""
    return {
        'id': new_id('server', index),
        'name': f'server-{index}',
        'tenant_id': project_id,
        'user_id': 'user',
        'status': 'ACTIVE',
        'addresses': {NETWORK: [{'version': 4, 'addr': '10.0.0.1'}]},
        'metadata': {},
        'created': LONG_AGO,
        'updated': LONG_AGO,
        'flavor': {'id': 'flavor', 'links': []},
        'image': {'id': new_id('image', 0), 'links': []},
        'security_groups': [{'name': 'default'}],
        'config_drive': '',
        'key_name': None,
        'links': [],
        'OS-EXT-STS:task_state': None,
        'OS-SRV-USG:launched_at': LONG_AGO.removesuffix('Z') + '.000000',
        'OS-EXT-SRV-ATTR:host': numbered('host', host),
    }


def port(
    of: Item, serial: int, index: int, network: int = 0, group: int = 0
) -> Item:
    """Return a port as ``GET /ports`` has it, shortened."""
    mac = ':'.join(
        f'{byte:02x}' for byte in serial.to_bytes(3, byteorder='big')
    )
    project_id = of['tenant_id']
    fixed_ip = {
        'subnet_id': new_id('subnet', network),
        'ip_address': address('10.0.0.0', serial),
    }
    return {
        'id': new_id('port', serial),
        'name': f'{of["name"]}-{index}',
        'device_id': of['id'],
        'device_owner': 'compute:nova',
        'project_id': project_id,
        'network_id': new_id('network', network),
        'mac_address': f'fa:16:3e:{mac}',
        'fixed_ips': [fixed_ip],
        'status': 'ACTIVE',
        'admin_state_up': True,
        'description': '',
        'data_plane_status': None,
        'updated_at': LONG_AGO,
        'allowed_address_pairs': [],
        'security_groups': [new_id(f'security group of {project_id}', group)],
        'port_security_enabled': True,
        'qos_policy_id': None,
        'binding:vnic_type': 'normal',
        'binding:host_id': of.get('OS-EXT-SRV-ATTR:host', ''),
        'binding:vif_type': 'ovs',
        'binding:vif_details': {'port_filter': True},
        'binding:profile': {},
        'tag': f'tag-{index}' if index else None,
    }


def trunk(parent: Item) -> Item:
    """Return a trunk as its parent shows it, without subports yet."""
    return {'trunk_id': new_id(f'trunk of {parent["id"]}', 0), 'sub_ports': []}


def subport(of: Item, vlan: int) -> Item:
    """Return a port as a trunk shows it at its parent."""
    return {
        'segmentation_id': vlan,
        'segmentation_type': 'vlan',
        'port_id': of['id'],
        'mac_address': of['mac_address'],
    }


def floating_ip(index: int, of: Item) -> Item:
    """Return a floating IP that leads to a port, shortened."""
    return {
        'id': new_id('floating IP', index),
        'floating_ip_address': address('203.0.0.0', index),
        'floating_network_id': new_id('public network', 0),
        'router_id': new_id('router', 0),
        'status': 'ACTIVE',
        'updated_at': LONG_AGO,
        'fixed_ip_address': of['fixed_ips'][0]['ip_address'],
        'port_id': of['id'],
        'port_forwardings': [],
        'project_id': of['project_id'],
    }


def new_id(kind: str, index: int) -> str:
    """Return an ID that looks like any other, always the same."""
    digest = hashlib.sha256(f'{kind} {index}'.encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def by_id(item: Item) -> str:
    return str(item['id'])


def numbered(first: str, index: int) -> str:
    """Return the name of one of several; that of the first is no number."""
    return f'{first}-{index}' if index else first


def address(first: str, index: int) -> str:
    return str(ipaddress.IPv4Address(first) + 10 + index)
