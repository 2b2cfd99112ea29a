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

"""What breaks the surroundings of servers: networks, routers, hosts."""

from collections.abc import Iterator

from osc_iface.tests.fake import serving
from osc_iface.tests.fake.breaks import Pair, Victims, finds


@finds('router-disabled', once=True)
def switch_a_router_off(victims: Victims) -> Iterator[Pair]:
    """Disable the router of a whole project."""
    router = victims.router()
    router['admin_state_up'] = False
    yield 'router-disabled', router['id']


@finds('network-disabled')
def switch_a_network_off(victims: Victims) -> Iterator[Pair]:
    network = victims.network()
    network['admin_state_up'] = False
    yield 'network-disabled', network['id']


@finds('dhcp-not-served')
def take_dhcp_ports_away(victims: Victims) -> Iterator[Pair]:
    network = victims.network()
    for port in victims.cloud.serving(network, 'network:dhcp'):
        victims.cloud.drop(port)
    yield 'dhcp-not-served', network['id']


@finds('dhcp-not-served')
def let_dhcp_ports_be_down(victims: Victims) -> Iterator[Pair]:
    network = victims.network()
    for port in victims.cloud.serving(network, 'network:dhcp'):
        port['status'] = 'DOWN'
    yield 'dhcp-not-served', network['id']


@finds('dhcp-agents-down')
def let_dhcp_agents_die(victims: Victims) -> Iterator[Pair]:
    """Put the DHCP port of a network on a host whose agent is dead."""
    network = victims.network()
    cloud = victims.cloud
    host = f'dead-{len(cloud.agents)}'
    cloud.agents.append({**serving.agent(serving.DHCP, host), 'alive': False})
    for port in cloud.serving(network, 'network:dhcp'):
        port['binding:host_id'] = host
    yield 'dhcp-agents-down', network['id']


@finds('host-agent-down')
def let_an_agent_die(victims: Victims) -> Iterator[Pair]:
    host = victims.host()
    for agent in victims.cloud.agents:
        if agent['host'] == host:
            agent['alive'] = False
    yield 'host-agent-down', host


@finds('host-agent-down')
def let_a_hypervisor_die(victims: Victims) -> Iterator[Pair]:
    host = victims.host()
    for service in victims.cloud.services:
        if service['host'] == host:
            service['state'] = 'down'
    yield 'host-agent-down', host


@finds('subnet-without-router')
def connect_no_router(victims: Victims) -> Iterator[Pair]:
    server, front, _back = victims.server()
    network = victims.cloud.add_network(server['tenant_id'])
    victims.cloud.move(front, network)
    victims.cloud.remember(server)
    yield 'subnet-without-router', victims.cloud.subnet_of[network['id']]['id']


@finds('router-without-gateway')
def lead_nowhere(victims: Victims) -> Iterator[Pair]:
    server, front, _back = victims.server()
    network = victims.cloud.add_network(server['tenant_id'])
    router = victims.cloud.add_router(server['tenant_id'], outside=False)
    victims.cloud.connect(router, network)
    victims.cloud.move(front, network)
    victims.cloud.remember(server)
    yield 'router-without-gateway', router['id']


@finds('floating-ip-unrouted')
def take_the_router_away(victims: Victims) -> Iterator[Pair]:
    floating_ip = victims.floating_ip()
    floating_ip.update(router_id=None, status='DOWN')
    yield 'floating-ip-unrouted', floating_ip['id']


@finds('floating-ip-not-active')
def let_a_floating_ip_be_down(victims: Victims) -> Iterator[Pair]:
    floating_ip = victims.floating_ip()
    floating_ip['status'] = 'DOWN'
    yield 'floating-ip-not-active', floating_ip['id']


@finds('floating-ip-stale')
def lead_to_an_old_address(victims: Victims) -> Iterator[Pair]:
    floating_ip = victims.floating_ip()
    cloud = victims.cloud
    port = cloud.port[floating_ip['port_id']]
    network = cloud.network[port['network_id']]
    floating_ip['fixed_ip_address'] = cloud.free_address(network)['ip_address']
    yield 'floating-ip-stale', floating_ip['id']


@finds('trunk-not-active')
def let_a_trunk_be_down(victims: Victims) -> Iterator[Pair]:
    server, front, _back = victims.server()
    network = victims.other_network(server)
    trunk = victims.cloud.add_trunk(front, network)
    trunk['status'] = 'DOWN'
    yield 'trunk-not-active', trunk['id']


@finds('trunk-not-active')
def let_a_subport_be_down(victims: Victims) -> Iterator[Pair]:
    server, front, _back = victims.server()
    network = victims.other_network(server)
    trunk = victims.cloud.add_trunk(front, network)
    [subport] = trunk['sub_ports']
    victims.cloud.port[subport['port_id']]['status'] = 'DOWN'
    yield 'trunk-not-active', trunk['id']
