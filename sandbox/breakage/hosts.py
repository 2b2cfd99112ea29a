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
"""Hosts that are not the server's, or that nobody serves any more.

Another host than the sandbox's is called what the server is called.
"""

from sandbox.breakage.states import state
from sandbox.maker import OTHER_NETWORK, Maker
from sandbox.rows import HOUR


def _bound_to(maker: Maker, host: str) -> None:
    """Make the server; its port went to a host an hour ago, and is down."""
    port = maker.port()
    maker.rows.age(maker.server(port), HOUR)
    maker.update(port, binding_host_id=host)
    maker.rows.report('ports', port, 'DOWN', HOUR)


@state('binding-failed', "The host has no switch for the server's port.")
def _binding_failed(maker: Maker) -> None:
    _bound_to(maker, 'no-switch')


@state('unbound', 'The server runs, but its port is bound to no host.')
def _unbound(maker: Maker) -> None:
    _bound_to(maker, '')


@state('host-agent-down', "What wires ports on the server's host is dead.")
def _host_agent_down(maker: Maker) -> None:
    port = maker.port()
    server = maker.server(port)
    maker.rows.add_dead_agent('Open vSwitch agent', maker.name)
    maker.update(port, binding_host_id=maker.name)
    maker.rows.move(server, maker.name)


@state('wrong-host', "The server's port is bound to another host.")
def _wrong_host(maker: Maker) -> None:
    port = maker.port()
    maker.server(port)
    maker.update(port, binding_host_id=maker.name)


@state(
    'leftover-binding',
    'A migration that was given up has left a binding of the port behind.',
)
def _leftover_binding(maker: Maker) -> None:
    port = maker.port()
    maker.server(port)
    maker.rows.add_binding(port, maker.name)


@state('trunk-not-active', "A subport of the server's trunk does not work.")
def _trunk_not_active(maker: Maker) -> None:
    parent = maker.port()
    subport = maker.port(OTHER_NETWORK, '-subport')
    vlan = {'segmentation_type': 'vlan', 'segmentation_id': 7}
    trunk = maker.network.create_trunk(
        name=maker.name,
        port_id=parent.id,
        sub_ports=[{'port_id': subport.id, **vlan}],
    )
    maker.rows.age(maker.server(parent), HOUR)
    maker.rows.report('ports', subport, 'DOWN', HOUR)
    maker.rows.report('trunks', trunk, 'DEGRADED', HOUR)
