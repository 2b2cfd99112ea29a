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

"""What breaks servers, and what Nova remembers of their ports."""

from collections.abc import Iterator

from osc_iface.tests.fake import items, serving
from osc_iface.tests.fake.breaks import Pair, Victims, finds
from osc_iface.tests.fake.items import LONG_AGO, Item


@finds('cache-empty')
def forget_all(victims: Victims) -> Iterator[Pair]:
    server, *_legs = victims.server()
    server['addresses'] = {}
    yield 'cache-empty', server['id']


@finds('cache-lacks-interface')
def forget_one(victims: Victims) -> Iterator[Pair]:
    server, _front, back = victims.server()
    _forget(victims, server, back)
    yield 'cache-lacks-interface', back['id']


@finds('cache-lacks-interface', 'not-plugged')
def forget_and_unplug(victims: Victims) -> Iterator[Pair]:
    server, _front, back = victims.server()
    _forget(victims, server, back)
    victims.cloud.unplugged.add(back['id'])
    yield 'cache-lacks-interface', back['id']
    yield 'not-plugged', back['id']


@finds('cache-extra-interface')
def remember_a_port_that_is_gone(victims: Victims) -> Iterator[Pair]:
    server, *_legs = victims.server()
    victims.cloud.add_leg(server, victims.other_network(server))
    victims.cloud.remember(server)
    gone = victims.legs(server)[-1]
    victims.cloud.drop(gone)
    yield 'cache-extra-interface', server['id']


@finds('cache-stale-address')
def change_an_address(victims: Victims) -> Iterator[Pair]:
    """Give a port another address, and another server the old one."""
    _server, front, _back = victims.server()
    cloud = victims.cloud
    [before] = front['fixed_ips']
    network = cloud.network[front['network_id']]
    front['fixed_ips'] = [cloud.free_address(network)]
    other, other_front, _back = victims.server()
    cloud.move(other_front, network)
    other_front['fixed_ips'] = [before]
    cloud.remember(other)
    yield 'cache-stale-address', front['id']


@finds('cache-stale-address')
def take_a_floating_ip_away(victims: Victims) -> Iterator[Pair]:
    floating_ip = victims.floating_ip()
    port_id = floating_ip['port_id']
    floating_ip.update(
        port_id=None, fixed_ip_address=None, router_id=None, status='DOWN'
    )
    yield 'cache-stale-address', port_id


@finds('cache-stale-address')
def give_a_floating_ip(victims: Victims) -> Iterator[Pair]:
    _server, front, _back = victims.server()
    victims.cloud.add_floating_ip(front)
    yield 'cache-stale-address', front['id']


@finds('server-failed')
def fail_to_build(victims: Victims) -> Iterator[Pair]:
    server, *legs = victims.server()
    _strip(victims, server, legs)
    message = (
        'Build of instance aborted: Failed to allocate the network(s), not '
        'rescheduling.'
    )
    server.update(
        {
            'status': 'ERROR',
            'fault': {'code': 500, 'created': LONG_AGO, 'message': message},
            'OS-SRV-USG:launched_at': None,
        }
    )
    yield 'server-failed', server['id']


@finds('server-failed')
def wait_for_the_network(victims: Victims) -> Iterator[Pair]:
    server, *legs = victims.server()
    _build(server, legs, 'networking')
    yield 'server-failed', server['id']


@finds('server-failed')
def build_for_long(victims: Victims) -> Iterator[Pair]:
    server, *legs = victims.server()
    _build(server, legs, 'spawning')
    yield 'server-failed', server['id']


@finds('no-interface', 'last-attach-failed')
def fail_to_attach(victims: Victims) -> Iterator[Pair]:
    server, *legs = victims.server()
    _strip(victims, server, legs)
    _fail(victims, server, 'attach_interface')
    yield 'no-interface', server['id']
    yield 'last-attach-failed', server['id']


@finds('not-attached', 'last-detach-failed')
def name_a_server(victims: Victims) -> Iterator[Pair]:
    """Have a port name a server that does not have it, nor loses it."""
    server, *_legs = victims.server()
    port = victims.cloud.add_leg(
        server,
        victims.other_network(server),
        **{
            'device_owner': '',
            'status': 'DOWN',
            'binding:host_id': '',
            'binding:vif_type': 'unbound',
        },
    )
    _fail(victims, server, 'detach_interface')
    yield 'not-attached', port['id']
    yield 'last-detach-failed', server['id']


@finds('server-not-running')
def stop(victims: Victims) -> Iterator[Pair]:
    server, *legs = victims.server()
    server['status'] = victims.chance.choice(
        ['SHUTOFF', 'PAUSED', 'SUSPENDED', 'SHELVED', 'RESCUE']
    )
    for port in legs:
        port['status'] = 'DOWN'
    yield 'server-not-running', server['id']


@finds('no-interface')
def delete_all_ports(victims: Victims) -> Iterator[Pair]:
    server, *legs = victims.server()
    _strip(victims, server, legs)
    yield 'no-interface', server['id']


def _forget(victims: Victims, server: Item, port: Item) -> None:
    """Have Nova forget a port; it is alone on its network."""
    network = victims.cloud.network[port['network_id']]
    del server['addresses'][network['name']]


def _strip(victims: Victims, server: Item, legs: list[Item]) -> None:
    """Take the ports from a server, and from what Nova remembers."""
    for port in legs:
        victims.cloud.drop(port)
    server['addresses'] = {}


def _build(server: Item, legs: list[Item], task: str) -> None:
    """Have a server be in the middle of its building, since long ago."""
    server.update(
        {
            'status': 'BUILD',
            'addresses': {},
            'OS-EXT-STS:task_state': task,
            'OS-SRV-USG:launched_at': None,
        }
    )
    for port in legs:
        port['status'] = 'DOWN'


def _fail(victims: Victims, server: Item, kind: str) -> None:
    """Have the last that was done to a server go wrong."""
    victims.cloud.actions[server['id']] = [
        serving.action(kind, items.JUST_NOW, 'Error')
    ]
