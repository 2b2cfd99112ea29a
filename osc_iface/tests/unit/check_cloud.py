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

"""A small cloud over HTTP for ``server interface check``."""

from collections.abc import Sequence
import copy
import re
from typing import Any
import urllib.parse

import requests
import requests_mock

from osc_iface.tests.unit import base
from osc_iface.tests.unit.base import (
    COMPUTE_URL,
    NETWORK_ID,
    NETWORK_URL,
    PROJECT_ID,
    REQUEST_ID,
    SERVER_ID,
    SERVERS_URL,
    Result,
)
from osc_iface.tests.unit.check_base import (
    DHCP_PORT_ID,
    EXTERNAL_ID,
    GROUP_ID,
    MAC,
    ROUTER_ID,
    ROUTER_PORT_ID,
)

Item = dict[str, Any]

_OF_SERVER = re.compile(f'{SERVERS_URL}/[0-9a-f-]{{36}}$')
_ACTIONS = re.compile(f'{SERVERS_URL}/[0-9a-f-]{{36}}/os-instance-actions$')
_DIAGNOSTICS = re.compile(f'{SERVERS_URL}/[0-9a-f-]{{36}}/diagnostics$')
_BINDINGS = re.compile(f'{NETWORK_URL}/v2.0/ports/[0-9a-z-]+/bindings$')
# The filters that count here.
_FILTERS = (
    *('id', 'device_id', 'device_owner', 'name', 'network_id', 'port_id'),
    *('project_id', 'host'),
)
DATE = 'Thu, 26 Nov 2026 12:00:00 GMT'
HOST = 'OS-EXT-SRV-ATTR:host'
NOW = '2026-11-26T12:00:00Z'
BEFORE = '2026-11-25T13:00:00Z'

# What the report of a healthy server has.
OVERVIEW = f"""\
web-1 ({SERVER_ID})
  Interface  MAC Address        Compute Lists  Network Has
  port-1     {MAC}  10.0.0.5       10.0.0.5
  port-1 10.0.0.5 - subnet net-v4 - router router-1 - public
"""


def address(ip: str = '10.0.0.5', kind: str = 'fixed', mac: str = MAC) -> Item:
    """Return an address as Nova shows it of a server."""
    return {
        'addr': ip,
        'version': 6 if ':' in ip else 4,
        'OS-EXT-IPS:type': kind,
        'OS-EXT-IPS-MAC:mac_addr': mac,
    }


def server(id_: str = SERVER_ID, name: str = 'web-1', **changes: Any) -> Item:
    """Return a server as Nova shows it in detail to a reader."""
    return {
        'id': id_,
        'name': name,
        'tenant_id': PROJECT_ID,
        'status': 'ACTIVE',
        'OS-EXT-STS:task_state': None,
        'OS-SRV-USG:launched_at': '2026-11-25T13:00:00.000000',
        'addresses': {'net': [address()]},
        'created': BEFORE,
        'updated': BEFORE,
        'config_drive': '',
        'links': [],
        **changes,
    }


def port(**changes: Any) -> Item:
    """Return a port as Neutron shows it to a reader."""
    return {
        **base.port(),
        'name': 'port-1',
        'description': '',
        'admin_state_up': True,
        'security_groups': [GROUP_ID],
        'port_security_enabled': True,
        'binding:vnic_type': 'normal',
        'updated_at': BEFORE,
        **changes,
    }


def router_port(**changes: Any) -> Item:
    """Return the port of a router at the gateway address of the subnet."""
    return {
        'id': ROUTER_PORT_ID,
        'device_id': ROUTER_ID,
        'device_owner': 'network:router_interface',
        'project_id': PROJECT_ID,
        'network_id': NETWORK_ID,
        'name': '',
        'mac_address': 'fa:16:3e:00:01:01',
        'fixed_ips': [{'ip_address': '10.0.0.1', 'subnet_id': base.SUBNET_ID}],
        'status': 'ACTIVE',
        'admin_state_up': True,
        'updated_at': BEFORE,
        **changes,
    }


def dhcp_port(**changes: Any) -> Item:
    """Return the port of a DHCP agent."""
    return router_port(
        **{
            'id': DHCP_PORT_ID,
            'device_id': 'dhcp-1',
            'device_owner': 'network:dhcp',
            'mac_address': 'fa:16:3e:00:01:02',
            'fixed_ips': [
                {'ip_address': '10.0.0.2', 'subnet_id': base.SUBNET_ID}
            ],
            **changes,
        }
    )


def router(**changes: Any) -> Item:
    """Return a router that leads out, as Neutron shows it."""
    return {
        'id': ROUTER_ID,
        'name': 'router-1',
        'admin_state_up': True,
        'status': 'ACTIVE',
        'project_id': PROJECT_ID,
        'routes': [],
        'external_gateway_info': {
            'network_id': EXTERNAL_ID,
            'enable_snat': True,
            'external_fixed_ips': [
                {'ip_address': '203.0.113.2', 'subnet_id': 'outside'}
            ],
        },
        **changes,
    }


def subnet(**changes: Any) -> Item:
    """Return the subnet of the network as Neutron shows it."""
    return {
        'id': base.SUBNET_ID,
        'name': 'net-v4',
        'network_id': NETWORK_ID,
        'project_id': PROJECT_ID,
        'cidr': '10.0.0.0/24',
        'gateway_ip': '10.0.0.1',
        'enable_dhcp': True,
        'ipv6_address_mode': None,
        **changes,
    }


def agent(kind: str, host: str = 'host-1', **changes: Any) -> Item:
    """Return an agent as Neutron shows it to administrators."""
    return {
        'id': f'{kind} {host}',
        'agent_type': kind,
        'host': host,
        'alive': True,
        **changes,
    }


def service(host: str = 'host-1', state: str = 'up') -> Item:
    """Return the service that runs servers, as Nova shows it."""
    return {'id': 1, 'binary': 'nova-compute', 'host': host, 'state': state}


def trunk(**changes: Any) -> Item:
    """Return a trunk with one subport, as Neutron shows it."""
    return {
        'id': 'trunk',
        'name': 'trunk-1',
        'status': 'ACTIVE',
        'admin_state_up': True,
        'updated_at': BEFORE,
        'sub_ports': [
            {
                'port_id': 'sub',
                'segmentation_type': 'vlan',
                'segmentation_id': 101,
            }
        ],
        **changes,
    }


def rule(direction: str, ethertype: str = 'IPv4', **changes: Any) -> Item:
    """Return a rule of a security group as Neutron shows it."""
    return {
        'direction': direction,
        'ethertype': ethertype,
        'remote_group_id': None,
        **changes,
    }


class CheckTestCase(base.ShellTestCase):
    """Runs ``check`` against a cloud that a test may change.

    ``again`` takes the place of the servers, ports and floating IPs once
    they have been read, by their keys in the answers.
    """

    def setUp(self) -> None:
        super().setUp()
        self.servers = [server()]
        self.items: dict[str, list[Item]] = {
            'ports': [port()],
            'subnets': [subnet()],
            'routers': [router()],
            'networks': [
                {
                    'id': NETWORK_ID,
                    'name': 'net',
                    'admin_state_up': True,
                    'subnets': [base.SUBNET_ID],
                    'project_id': PROJECT_ID,
                    'router:external': False,
                },
                {
                    'id': EXTERNAL_ID,
                    'name': 'public',
                    'admin_state_up': True,
                    'subnets': [],
                    'router:external': True,
                },
            ],
            'security_groups': [
                {
                    'id': GROUP_ID,
                    'name': 'web',
                    'project_id': PROJECT_ID,
                    'security_group_rules': [
                        rule('ingress'),
                        rule('egress'),
                    ],
                }
            ],
            'floatingips': [],
            'agents': [
                agent('Open vSwitch agent'),
                agent('DHCP agent'),
            ],
            'trunks': [],
            'address_groups': [],
        }
        self.services = [service()]
        self.bindings = [{'host': 'host-1', 'status': 'ACTIVE'}]
        self.plugged = [{'mac_address': MAC}]
        # What Network serves the network by, among the other ports.
        self.serving = [router_port(), dhcp_port()]
        self.actions: list[Item] = []
        self.again: dict[str, list[Item]] = {}
        self.headers = {'Date': DATE}
        self.register_answers()

    def register_answers(self) -> None:
        """Answer with what there is, whatever was answered before."""
        self.cloud.get(f'{SERVERS_URL}/detail', json=self._servers)
        self.cloud.get(_OF_SERVER, json=self._one_server)
        self.cloud.get(
            _ACTIONS,
            json=self._answer('instanceActions', lambda: self.actions),
        )
        self.cloud.get(
            f'{COMPUTE_URL}/os-services',
            json=self._answer('services', lambda: self.services),
        )
        self.cloud.get(
            _BINDINGS, json=self._answer('bindings', lambda: self.bindings)
        )
        self.cloud.get(
            _DIAGNOSTICS,
            json=self._answer('nic_details', lambda: self.plugged),
        )
        for kind in self.items:
            self.cloud.get(
                f'{NETWORK_URL}/v2.0/{kind.replace("_", "-")}',
                json=self._list(kind),
            )

    def check(self, *args: str) -> Result:
        """Run ``openstack server interface check``."""
        return self.openstack('server', 'interface', 'check', *args)

    def checks(self, *args: str) -> list[str]:
        """Return severities and names of what is found."""
        result = self.check(
            *args, '-f', 'value', '-c', 'Severity', '-c', 'Check'
        )
        self.assertNotIn('Traceback', result.stderr)
        return result.stdout.splitlines()

    def be_administrator(self) -> None:
        """Let both services show what they show to administrators only."""
        for each in self.servers:
            each.setdefault(HOST, 'host-1')
        for each in [*self.items['ports'], *self.serving]:
            each.setdefault('binding:vif_type', 'ovs')
            each.setdefault('binding:host_id', 'host-1')

    def forbid(self, url: str, message: str = 'Not allowed') -> None:
        """Let a service refuse something."""
        self.cloud.get(
            url, status_code=403, json={'forbidden': {'message': message}}
        )

    def check_failing(
        self, url: str, after: int, args: Sequence[str] = ('web-1',)
    ) -> Result:
        """Run ``check``, some of its requests in vain.

        :param url: a part of their URLs
        :param after: how many of them are answered first
        :param args: the arguments
        """
        left = after

        def matches(request: Any) -> Any:
            nonlocal left
            if url not in request.url:
                return None
            left -= 1
            if left >= 0:
                return None
            return requests_mock.create_response(
                request, status_code=500, json={}
            )

        self.cloud.add_matcher(matches)
        return self.check(*args)

    def _servers(self, request: Any, context: Any) -> Item:
        context.headers.update(self.headers)
        return {'servers': self.servers}

    def _one_server(self, request: requests.Request, context: Any) -> Item:
        context.headers.update(self.headers)
        id_ = str(request.url).rpartition('/')[2]
        for each in self.again.get('servers', self.servers):
            if each['id'] == id_:
                return {'server': each}
        context.status_code = 404
        message = f'Instance {id_} could not be found.'
        return {'itemNotFound': {'code': 404, 'message': message}}

    def _answer(self, key: str, items: Any) -> Any:
        def answer(request: Any, context: Any) -> Item:
            context.headers.update(self.headers)
            return {key: items()}

        return answer

    def _list(self, kind: str) -> Any:
        reads = 0

        def answer(request: requests.Request, context: Any) -> Item:
            nonlocal reads
            reads += 1
            context.headers.update(self.headers)
            items = self.items[kind]
            if reads > 1:
                items = self.again.get(kind, items)
            if kind == 'ports':
                items = [*items, *self.serving]
            url = urllib.parse.urlsplit(str(request.url))
            query = urllib.parse.parse_qs(url.query)
            return {kind: [each for each in items if _passes(each, query)]}

        return answer


def action(kind: str, message: str | None = None) -> Item:
    """Return an action on a server as Nova shows it."""
    return {
        'action': kind,
        'request_id': REQUEST_ID,
        'message': message,
        'start_time': '2026-11-26T11:00:00.000000',
    }


def copied(items: list[Item], **changes: Any) -> list[Item]:
    """Return things as they are later, the first with changes."""
    later = copy.deepcopy(items)
    later[0].update(changes)
    return later


def _passes(item: Item, query: dict[str, list[str]]) -> bool:
    """Return whether something passes the filters that count here."""
    wanted = query.get('fixed_ips')
    if wanted is not None:
        return any(
            f'ip_address={each["ip_address"]}' in wanted
            for each in item['fixed_ips']
        )
    groups = query.get('security_groups')
    if groups is not None and set(groups).isdisjoint(
        item.get('security_groups', ())
    ):
        return False
    return all(
        item.get(key) in query[key]
        for key in _FILTERS
        if key in query and key in item
    )
