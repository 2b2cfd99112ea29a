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

"""What serves networks and servers, one by one, as the services show it."""

from typing import Any

from osc_iface.tests.fake.items import LONG_AGO, Item, new_id

OVS = 'Open vSwitch agent'
DHCP = 'DHCP agent'
L3 = 'L3 agent'
_BINARIES = {
    OVS: 'neutron-openvswitch-agent',
    DHCP: 'neutron-dhcp-agent',
    L3: 'neutron-l3-agent',
}


def agent(kind: str, host: str) -> Item:
    """Return an agent of Neutron, shortened."""
    return {
        'id': new_id(f'{kind} of {host}', 0),
        'agent_type': kind,
        'binary': _BINARIES[kind],
        'host': host,
        'alive': True,
        'admin_state_up': True,
        'topic': 'N/A',
    }


def service(binary: str, host: str) -> Item:
    """Return a service of Nova, as it shows it by default."""
    return {
        'id': int(new_id(f'{binary} of {host}', 0)[:6], 16),
        'binary': binary,
        'host': host,
        'zone': 'nova' if binary == 'nova-compute' else 'internal',
        'status': 'enabled',
        'state': 'up',
        'updated_at': LONG_AGO.removesuffix('Z') + '.000000',
        'disabled_reason': None,
    }


def router(index: int, project_id: str) -> Item:
    """Return a router that does not lead out, shortened."""
    return {
        'id': new_id('router', index),
        'name': f'router-{index}',
        'project_id': project_id,
        'status': 'ACTIVE',
        'admin_state_up': True,
        'external_gateway_info': None,
        'routes': [],
    }


def owned(owner: str, device_id: str, project_id: str) -> dict[str, Any]:
    """Return what a port has by which Neutron serves something."""
    return {
        'name': '',
        'device_owner': owner,
        'device_id': device_id,
        'project_id': project_id,
        'security_groups': [],
        'port_security_enabled': False,
        'binding:vif_type': 'ovs',
    }


def trunk(of: Item) -> Item:
    """Return the trunk of a port, as it is listed, shortened."""
    return {
        'id': of['trunk_details']['trunk_id'],
        'name': '',
        'port_id': of['id'],
        'project_id': of['project_id'],
        'status': 'ACTIVE',
        'admin_state_up': True,
        'updated_at': LONG_AGO,
        'sub_ports': [
            {key: value for key, value in each.items() if key != 'mac_address'}
            for each in of['trunk_details']['sub_ports']
        ],
    }


def action(kind: str, time: str, message: str | None = None) -> Item:
    """Return something that was done to a server, shortened."""
    return {
        'action': kind,
        'request_id': f'req-{new_id(f"{kind} {time}", 0)}',
        'start_time': time.removesuffix('Z') + '.000000',
        'message': message,
    }
