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

"""A cloud with what serves its servers, and how to add to it."""

import bisect
import collections
import ipaddress
import itertools
from typing import Any

from osc_iface.tests.fake import items, serving
from osc_iface.tests.fake.data import Data
from osc_iface.tests.fake.items import Item

# The hosts of Neutron, beside those of servers.
NETWORK_HOSTS = 4
_HOST = 'OS-EXT-SRV-ATTR:host'
# Addresses of a subnet before those of servers.
_RESERVED = 10


class Fleet(Data):
    """A cloud of several projects, empty yet but for its outside network.

    :param servers: as for :class:`Data`
    :param groups: how many security groups there are
    :ivar public: the outside network
    :ivar network: networks by ID
    :ivar subnet_of: the one subnet of each network, by the network's ID
    :ivar router_of: the router of each project, by the project's ID
    :ivar leading_to: the floating IPs of each port, by the port's ID
    """

    def __init__(
        self, projects: list[str], servers: list[Item], groups: int
    ) -> None:
        self._groups = groups // len(projects)
        super().__init__(projects, servers, [], 0, self._groups)
        self.network: dict[str, Item] = {}
        self.subnet_of: dict[str, Item] = {}
        self.router_of: dict[str, Item] = {}
        self.leading_to: dict[str, list[str]] = collections.defaultdict(list)
        self._networks = itertools.count()
        self._routers = itertools.count()
        self._taken: dict[str, int] = collections.defaultdict(
            lambda: _RESERVED
        )
        self.public = self.add_network(projects[0], served=False)
        self.public.update({'name': 'public', 'router:external': True})
        self.subnet_of[self.public['id']].update(
            cidr='203.0.0.0/16', gateway_ip='203.0.255.254'
        )

    def add_network(
        self, project_id: str, gateway: bool = True, served: bool = True
    ) -> Item:
        """Add a network with a subnet.

        :param project_id: whose it is
        :param gateway: whether the subnet has one; the router is not made
        :param served: whether there is DHCP
        :returns: the network
        """
        number = next(self._networks)
        network = items.network(number, project_id)
        network['shared'] = False
        subnet = items.subnet(number, network)
        # Small ones, next to each other.
        cidr = ipaddress.IPv4Network(((10 << 24) + (number << 12), 20))
        subnet.update(
            cidr=str(cidr),
            gateway_ip=str(cidr[1]) if gateway else None,
            enable_dhcp=served,
        )
        bisect.insort(self.networks, network, key=items.by_id)
        bisect.insort(self.subnets, subnet, key=items.by_id)
        self.network[network['id']] = network
        self.subnet_of[network['id']] = subnet
        if served:
            host = network_host(number)
            device = f'dhcp{items.new_id(host, 0)}-{network["id"]}'
            self._serve(network, 'network:dhcp', device, 2, host)
        return network

    def add_router(self, project_id: str, outside: bool = True) -> Item:
        """Add a router that nothing is connected to yet.

        :param project_id: whose it is
        :param outside: whether it has a gateway
        """
        number = next(self._routers)
        router = serving.router(number, project_id)
        bisect.insort(self.routers, router, key=items.by_id)
        if outside:
            ip = items.address('203.0.128.0', number)
            port = self._reach('network:router_gateway', router, ip)
            router['external_gateway_info'] = {
                'network_id': self.public['id'],
                'enable_snat': True,
                'external_fixed_ips': port['fixed_ips'],
            }
        return router

    def connect(self, router: Item, network: Item) -> Item:
        """Make a router the gateway of a network; return its port."""
        owner = 'network:router_interface'
        return self._serve(network, owner, router['id'], 1, network_host(0))

    def serving(self, network: Item, owner: str) -> list[Item]:
        """Return the ports by which Neutron serves a network so."""
        return [
            port
            for port in self.ports
            if port['network_id'] == network['id']
            and port['device_owner'] == owner
        ]

    def add_leg(self, server: Item, network: Item, **values: Any) -> Item:
        """Attach a new port to a server, unnoticed by Nova's memory.

        :param server: the server
        :param network: where
        :param values: what the port has, of that which ports have
        """
        index = len(self.ports_of[server['id']])
        project_id = server['tenant_id']
        group = len(self.ports) % self._groups
        return self.add_port(
            **{
                'name': f'{server["name"]}-{index}',
                'device_id': server['id'],
                'device_owner': 'compute:nova',
                'project_id': project_id,
                'network_id': network['id'],
                'fixed_ips': [self.free_address(network)],
                'security_groups': [
                    items.new_id(f'security group of {project_id}', group)
                ],
                'binding:host_id': server[_HOST],
                'binding:vif_type': 'ovs',
                **values,
            }
        )

    def move(self, port: Item, network: Item) -> None:
        """Give a port another network, and an address there."""
        port['network_id'] = network['id']
        port['fixed_ips'] = [self.free_address(network)]

    def drop(self, port: Item) -> None:
        """Delete a port."""
        for some in (self.ports, self.ports_of[port['device_id']]):
            del some[bisect.bisect_left(some, port['id'], key=items.by_id)]
        del self.port[port['id']]

    def add_trunk(self, parent: Item, network: Item) -> Item:
        """Make a port bring another one, on a network; return the trunk."""
        self.add_subport(
            parent,
            7,
            name='subport',
            project_id=parent['project_id'],
            network_id=network['id'],
            fixed_ips=[self.free_address(network)],
            security_groups=parent['security_groups'],
        )
        trunk = serving.trunk(parent)
        bisect.insort(self.trunks, trunk, key=items.by_id)
        return trunk

    def add_group(self, project_id: str, rules: list[Item]) -> Item:
        """Add a security group with other rules than those for all."""
        number = len(self.security_groups)
        group = {
            **items.groups([project_id], 1)[0],
            'id': items.new_id('another security group', number),
            'name': f'group-{number}',
            'security_group_rules': rules,
        }
        bisect.insort(self.security_groups, group, key=items.by_id)
        return group

    def add_floating_ip(self, port: Item) -> Item:
        """Add a floating IP that leads to a port by its project's router."""
        number = len(self.floating_ips)
        floating_ip = items.floating_ip(number, port)
        floating_ip['floating_network_id'] = self.public['id']
        floating_ip['router_id'] = self.router_of[port['project_id']]['id']
        bisect.insort(self.floating_ips, floating_ip, key=items.by_id)
        ip = floating_ip['floating_ip_address']
        self.leading_to[port['id']].append(ip)
        self._reach('network:floatingip', floating_ip, ip, status='N/A')
        return floating_ip

    def free_address(self, network: Item) -> Item:
        """Return an address that nobody has, as ports have them."""
        subnet = self.subnet_of[network['id']]
        number = self._taken[subnet['id']]
        self._taken[subnet['id']] += 1
        return _address(subnet, number)

    def remember(self, server: Item) -> None:
        """Have Nova's memory of a server's ports say what is so now."""
        addresses: dict[str, list[Item]] = {}
        for port in self.ports_of[server['id']]:
            if port['device_owner'].startswith('compute:'):
                name = self.network[port['network_id']]['name']
                addresses.setdefault(name, []).extend(
                    _remembered(port, kind, ip)
                    for kind, ips in (
                        ('fixed', _ips(port)),
                        ('floating', self.leading_to[port['id']]),
                    )
                    for ip in ips
                )
        server['addresses'] = {
            name: some for name, some in addresses.items() if some
        }

    def _reach(self, owner: str, of: Item, ip: str, **values: Any) -> Item:
        """Add the port by which something is reached from outside."""
        subnet_id = self.subnet_of[self.public['id']]['id']
        return self.add_port(
            **serving.owned(owner, of['id'], ''),
            network_id=self.public['id'],
            fixed_ips=[{'subnet_id': subnet_id, 'ip_address': ip}],
            **values,
        )

    def _serve(
        self, network: Item, owner: str, device: str, number: int, host: str
    ) -> Item:
        """Add a port by which Neutron serves a network."""
        subnet = self.subnet_of[network['id']]
        return self.add_port(
            **serving.owned(owner, device, network['project_id']),
            network_id=network['id'],
            fixed_ips=[_address(subnet, number)],
            **{'binding:host_id': host},
        )


def network_host(number: int) -> str:
    """Return the name of a host of Neutron's, taken in turn."""
    return f'network-{number % NETWORK_HOSTS}'


def _address(subnet: Item, number: int) -> Item:
    """Return an address of a subnet, as ports have them."""
    ip = ipaddress.IPv4Network(subnet['cidr'])[number]
    return {'subnet_id': subnet['id'], 'ip_address': str(ip)}


def _ips(port: Item) -> list[str]:
    return [each['ip_address'] for each in port['fixed_ips']]


def _remembered(port: Item, kind: str, ip: str) -> Item:
    """Return an address as Nova shows it of a server."""
    return {
        'version': 4,
        'addr': ip,
        'OS-EXT-IPS:type': kind,
        'OS-EXT-IPS-MAC:mac_addr': port['mac_address'],
    }
