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
"""Servers that Nova itself has trouble with."""

import contextlib

import openstack.exceptions

from sandbox.breakage.states import state
from sandbox.errors import SandboxError
from sandbox.maker import OTHER_NETWORK, Maker
from sandbox.seed import built


@state(
    'server-failed',
    'The server could not be built: its network has no address left.',
)
def _server_failed(maker: Maker) -> None:
    image, flavor = maker.machine()
    network = maker.network_id(maker.full_network())
    server = maker.compute.create_server(
        name=maker.name,
        image_id=image,
        flavor_id=flavor,
        networks=[{'uuid': network}],
    )
    if built(maker.admin, server) != 'ERROR':
        raise SandboxError(f'{maker.name} did not fail as it should.')


@state(
    'last-attach-failed',
    'The server was to be given an interface, and there was no address left.',
)
def _last_attach_failed(maker: Maker) -> None:
    server = maker.server()
    network = maker.network_id(maker.full_network())
    with contextlib.suppress(openstack.exceptions.HttpException):
        maker.compute.create_server_interface(server, net_id=network)
    maker.wait('the failure', lambda: maker.ended(server, 'attach_interface'))


@state(
    'last-detach-failed',
    'A port was to be detached from the server, and still names it.',
)
def _last_detach_failed(maker: Maker) -> None:
    server = maker.server(maker.port())
    loose = maker.port(OTHER_NETWORK, '-loose', device_id=server.id)
    maker.compute.delete_server_interface(loose, server=server)
    maker.wait('the failure', lambda: maker.ended(server, 'detach_interface'))
    maker.rows.leave('ports', loose)


@state('server-not-running', 'The server is shut off.')
def _server_not_running(maker: Maker) -> None:
    server = maker.server(maker.port())
    maker.compute.stop_server(server)
    maker.wait(
        'it to shut off',
        lambda: maker.compute.get_server(server.id).status == 'SHUTOFF',
    )


@state('no-interface', 'The server has no interface at all.')
def _no_interface(maker: Maker) -> None:
    maker.server()
