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
"""Ports that are not what a server's should be."""

from sandbox.breakage.states import state
from sandbox.maker import OTHER_NETWORK, OTHER_PROJECT, Maker
from sandbox.rows import HOUR
from sandbox.seed import delete


@state('duplicate-mac', 'Two interfaces of the server have one MAC address.')
def _duplicate_mac(maker: Maker) -> None:
    first = maker.port()
    second = maker.port(
        OTHER_NETWORK, '-second', mac_address=first.mac_address
    )
    maker.server(first, second)


@state(
    'not-attached',
    'A port names the server as its device, but Nova never attached it.',
)
def _not_attached(maker: Maker) -> None:
    server = maker.server(maker.port())
    loose = maker.port(OTHER_NETWORK, '-loose', device_id=server.id)
    maker.rows.leave('ports', loose)


@state(
    'other-project',
    "An interface of the server is a port of another project's.",
)
def _other_project(maker: Maker) -> None:
    server = maker.server(maker.port())
    project = maker.admin.identity.find_project(OTHER_PROJECT)
    values = {**maker.claimed(server), 'project_id': project.id}
    maker.port(OTHER_NETWORK, '-foreign', **values)


@state('orphan-port', 'The server is deleted, its port is not.')
def _orphan_port(maker: Maker) -> None:
    port = maker.port()
    server = maker.server(port)
    delete(maker.admin, server)
    maker.update(port, **maker.claimed(server))


@state(
    'port-not-active',
    'The server runs, but its port has been down for an hour.',
)
def _port_not_active(maker: Maker) -> None:
    port = maker.port()
    server = maker.server(port)
    maker.rows.report('ports', port, 'DOWN', HOUR)
    # One that has just been built might still be coming up.
    maker.rows.age(server, HOUR)


@state('port-disabled', "The server's port is disabled.")
def _port_disabled(maker: Maker) -> None:
    port = maker.port()
    maker.server(port)
    maker.update(port, is_admin_state_up=False)


@state('network-disabled', "The server's network is disabled.")
def _network_disabled(maker: Maker) -> None:
    port = maker.port(maker.own_network())
    maker.server(port)
    maker.network.update_network(port.network_id, is_admin_state_up=False)


@state(
    'data-plane-down',
    "What watches the host's network says that the port passes nothing on.",
)
def _data_plane_down(maker: Maker) -> None:
    port = maker.port()
    maker.server(port)
    maker.update(port, data_plane_status='DOWN')


@state('no-fixed-ip', "The server's port has no address.", heard=True)
def _no_fixed_ip(maker: Maker) -> None:
    port = maker.port()
    server = maker.server(port)
    maker.update(port, fixed_ips=[])
    maker.wait(
        'Nova to hear of it',
        lambda: (
            not any(maker.compute.get_server(server.id).addresses.values())
        ),
    )
