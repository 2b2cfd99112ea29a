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

"""What breaks the ports of servers."""

from collections.abc import Iterator

from osc_iface.tests.fake import items
from osc_iface.tests.fake.breaks import HOST, Pair, Victims, finds
from osc_iface.tests.fake.items import Item


@finds('duplicate-mac')
def give_two_ports_one_mac(victims: Victims) -> Iterator[Pair]:
    server, front, back = victims.server()
    back['mac_address'] = front['mac_address']
    victims.cloud.remember(server)
    yield 'duplicate-mac', server['id']


@finds('other-project')
def attach_a_foreign_port(victims: Victims) -> Iterator[Pair]:
    """Attach a port of another project, which Nova leaves out."""
    server, *_legs = victims.server()
    other = next(
        each for each in victims.cloud.projects if each != server['tenant_id']
    )
    port = victims.cloud.add_leg(
        server,
        victims.other_network(server),
        project_id=other,
        security_groups=[items.new_id(f'security group of {other}', 0)],
    )
    yield 'other-project', port['id']


@finds('orphan-port')
def leave_a_port_behind(victims: Victims) -> Iterator[Pair]:
    server, front, _back = victims.server()
    number = len(victims.cloud.ports)
    gone = {
        **server,
        'id': items.new_id('deleted server', number),
        'name': f'deleted-{number}',
    }
    network = victims.cloud.network[front['network_id']]
    port = victims.cloud.add_leg(gone, network)
    yield 'orphan-port', port['id']


@finds('port-not-active')
def do_not_connect(victims: Victims) -> Iterator[Pair]:
    _server, _front, back = victims.server()
    back['status'] = 'DOWN'
    yield 'port-not-active', back['id']


@finds('port-not-active', 'leftover-binding')
def leave_a_binding_behind(victims: Victims) -> Iterator[Pair]:
    _server, front, _back = victims.server()
    front['status'] = 'DOWN'
    _leave_binding(victims, front)
    yield 'port-not-active', front['id']
    yield 'leftover-binding', front['id']


@finds('port-not-active', 'not-plugged')
def unplug(victims: Victims) -> Iterator[Pair]:
    _server, _front, back = victims.server()
    back['status'] = 'DOWN'
    victims.cloud.unplugged.add(back['id'])
    yield 'port-not-active', back['id']
    yield 'not-plugged', back['id']


@finds('wrong-host')
def bind_elsewhere(victims: Victims) -> Iterator[Pair]:
    _server, _front, back = victims.server()
    back['binding:host_id'] = _other_host(victims, back)
    yield 'wrong-host', back['id']


@finds('wrong-host', 'leftover-binding')
def break_a_migration_off(victims: Victims) -> Iterator[Pair]:
    _server, _front, back = victims.server()
    back['binding:host_id'] = _other_host(victims, back)
    _leave_binding(victims, back)
    yield 'wrong-host', back['id']
    yield 'leftover-binding', back['id']


@finds('binding-failed')
def fail_to_bind(victims: Victims) -> Iterator[Pair]:
    _server, _front, back = victims.server()
    back.update({'binding:vif_type': 'binding_failed', 'status': 'DOWN'})
    yield 'binding-failed', back['id']


@finds('unbound')
def unbind(victims: Victims) -> Iterator[Pair]:
    _server, _front, back = victims.server()
    back.update({'binding:vif_type': 'unbound', 'binding:host_id': ''})
    yield 'unbound', back['id']


@finds('port-disabled')
def switch_a_port_off(victims: Victims) -> Iterator[Pair]:
    _server, _front, back = victims.server()
    back.update(admin_state_up=False, status='DOWN')
    yield 'port-disabled', back['id']


@finds('data-plane-down')
def mark_the_data_plane(victims: Victims) -> Iterator[Pair]:
    _server, front, _back = victims.server()
    front['data_plane_status'] = 'DOWN'
    yield 'data-plane-down', front['id']


@finds('no-fixed-ip')
def take_the_address_away(victims: Victims) -> Iterator[Pair]:
    server, _front, back = victims.server()
    back['fixed_ips'] = []
    victims.cloud.remember(server)
    yield 'no-fixed-ip', back['id']


@finds('no-security-group')
def take_groups_away(victims: Victims) -> Iterator[Pair]:
    _server, front, _back = victims.server()
    front['security_groups'] = []
    yield 'no-security-group', front['id']


@finds('no-ingress')
def let_nothing_in(victims: Victims) -> Iterator[Pair]:
    _server, front, _back = victims.server()
    _let(victims, front, [items.rule('egress', 'IPv4')])
    yield 'no-ingress', front['id']


@finds('ingress-from-groups-only')
def let_members_in(victims: Victims) -> Iterator[Pair]:
    _server, front, _back = victims.server()
    [group] = front['security_groups']
    from_group = items.rule('ingress', 'IPv4', remote_group_id=group)
    _let(victims, front, [from_group, items.rule('egress', 'IPv4')])
    yield 'ingress-from-groups-only', front['id']


@finds('no-egress')
def let_nothing_out(victims: Victims) -> Iterator[Pair]:
    _server, front, _back = victims.server()
    _let(victims, front, [items.rule('ingress', 'IPv4')])
    yield 'no-egress', front['id']


@finds('groups-not-enforced')
def pass_groups_by(victims: Victims) -> Iterator[Pair]:
    _server, _front, back = victims.server()
    back.update({'binding:vnic_type': 'direct', 'binding:vif_type': 'hw_veb'})
    yield 'groups-not-enforced', back['id']


@finds('no-dhcp')
def serve_one_leg(victims: Victims) -> Iterator[Pair]:
    server, _front, back = victims.server()
    yield from _move_where_no_dhcp_is(victims, server, [back])


@finds('no-dhcp')
def serve_no_leg(victims: Victims) -> Iterator[Pair]:
    server, *legs = victims.server()
    yield from _move_where_no_dhcp_is(victims, server, legs)


@finds('several-gateways')
def give_two_gateways(victims: Victims) -> Iterator[Pair]:
    server, _front, back = victims.server()
    victims.cloud.move(back, victims.other_network(server, gateway=True))
    victims.cloud.remember(server)
    yield 'several-gateways', server['id']


@finds('same-subnet-twice')
def put_both_in_one_subnet(victims: Victims) -> Iterator[Pair]:
    server, front, back = victims.server()
    victims.cloud.move(front, victims.cloud.network[back['network_id']])
    victims.cloud.remember(server)
    yield 'same-subnet-twice', server['id']


def _move_where_no_dhcp_is(
    victims: Victims, server: Item, ports: list[Item]
) -> Iterator[Pair]:
    """Move ports of a server to networks of their own, without DHCP."""
    for port in ports:
        network = victims.cloud.add_network(
            server['tenant_id'], gateway=False, served=False
        )
        victims.cloud.move(port, network)
        yield 'no-dhcp', port['id']
    victims.cloud.remember(server)


def _let(victims: Victims, port: Item, rules: list[Item]) -> None:
    """Give a port a security group of its own."""
    group = victims.cloud.add_group(port['project_id'], rules)
    port['security_groups'] = [group['id']]


def _leave_binding(victims: Victims, port: Item) -> None:
    """Have a port be bound to one more host, as after a migration."""
    victims.cloud.left_bindings[port['id']] = [
        {
            'host': _other_host(victims, port),
            'vif_type': 'ovs',
            'vnic_type': 'normal',
            'status': 'INACTIVE',
            'profile': {},
            'vif_details': {},
        }
    ]


def _other_host(victims: Victims, port: Item) -> str:
    """Return a host that neither a port nor its server is on."""
    server = victims.cloud.server[port['device_id']]
    taken = {server[HOST], port['binding:host_id']}
    hosts = sorted({each[HOST] for each in victims.cloud.servers} - taken)
    return str(victims.chance.choice(hosts))
