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
"""The states that a server can be put into, each by the steps that lead to it.

What is done here, Nova does not hear of, unless a state says so.
"""

from collections.abc import Callable
import contextlib
import dataclasses

import openstack.exceptions

from sandbox.errors import SandboxError
from sandbox.maker import OTHER_NETWORK, OTHER_PROJECT, Maker
from sandbox.seed import built, delete

_Make = Callable[[Maker], None]


@dataclasses.dataclass(frozen=True)
class State:
    """A state: what is wrong, in one sentence, and how it comes to that.

    ``heard`` is whether Neutron tells Nova of it.
    """

    what: str
    make: _Make
    heard: bool = False


STATES: dict[str, State] = {}


def _state(
    name: str, what: str, *, heard: bool = False
) -> Callable[[_Make], _Make]:
    """Enter a function as what leads to a state."""

    def enter(make: _Make) -> _Make:
        STATES[name] = State(what, make, heard)
        return make

    return enter


@_state('cache-empty', 'Nova has forgotten all interfaces of the server.')
def _cache_empty(maker: Maker) -> None:
    maker.port(**maker.claimed(maker.server()))


@_state(
    'cache-lacks-interface',
    'Nova does not know of the second interface of the server.',
)
def _cache_lacks_interface(maker: Maker) -> None:
    server = maker.server(maker.port())
    maker.port(OTHER_NETWORK, '-lacking', **maker.claimed(server))


@_state(
    'cache-extra-interface',
    'Nova still has an interface of the server whose port was deleted.',
)
def _cache_extra_interface(maker: Maker) -> None:
    extra = maker.port(OTHER_NETWORK, '-extra')
    maker.server(maker.port(), extra)
    maker.network.delete_port(extra)


@_state(
    'cache-stale-address',
    'Nova still has the address that the interface had before.',
)
def _cache_stale_address(maker: Maker) -> None:
    port = maker.port()
    maker.server(port)
    # The old one is not free while the new one is chosen.
    [old] = port.fixed_ips
    both = maker.update(
        port, fixed_ips=[old, {'subnet_id': old['subnet_id']}]
    ).fixed_ips
    maker.update(port, fixed_ips=[each for each in both if each != old])


@_state('duplicate-mac', 'Two interfaces of the server have one MAC address.')
def _duplicate_mac(maker: Maker) -> None:
    first = maker.port()
    second = maker.port(
        OTHER_NETWORK, '-second', mac_address=first.mac_address
    )
    maker.server(first, second)


@_state(
    'not-attached',
    'A port names the server as its device, but Nova never attached it.',
)
def _not_attached(maker: Maker) -> None:
    server = maker.server(maker.port())
    maker.port(OTHER_NETWORK, '-loose', device_id=server.id)


@_state(
    'other-project',
    "An interface of the server is a port of another project's.",
)
def _other_project(maker: Maker) -> None:
    server = maker.server(maker.port())
    project = maker.admin.identity.find_project(OTHER_PROJECT)
    values = {**maker.claimed(server), 'project_id': project.id}
    maker.port(OTHER_NETWORK, '-foreign', **values)


@_state('orphan-port', 'The server is deleted, its port is not.')
def _orphan_port(maker: Maker) -> None:
    port = maker.port()
    server = maker.server(port)
    delete(maker.admin, server)
    maker.update(port, **maker.claimed(server))


@_state(
    'port-not-active',
    'The server runs, but its port has been down for an hour.',
)
def _port_not_active(maker: Maker) -> None:
    port = maker.port()
    server = maker.server(port)
    maker.report(port, 'DOWN', '-1 hour')
    # One that has just been built might still be coming up.
    maker.age(server, '-1 hour')


@_state(
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


@_state(
    'last-attach-failed',
    'The server was to be given an interface, and there was no address left.',
)
def _last_attach_failed(maker: Maker) -> None:
    server = maker.server()
    network = maker.network_id(maker.full_network())
    with contextlib.suppress(openstack.exceptions.HttpException):
        maker.compute.create_server_interface(server, net_id=network)
    maker.wait('the failure', lambda: maker.ended(server, 'attach_interface'))


@_state(
    'last-detach-failed',
    'A port was to be detached from the server, and still names it.',
)
def _last_detach_failed(maker: Maker) -> None:
    server = maker.server(maker.port())
    loose = maker.port(OTHER_NETWORK, '-loose', device_id=server.id)
    maker.compute.delete_server_interface(loose, server=server)
    maker.wait('the failure', lambda: maker.ended(server, 'detach_interface'))


@_state('server-not-running', 'The server is shut off.')
def _server_not_running(maker: Maker) -> None:
    server = maker.server(maker.port())
    maker.compute.stop_server(server)
    maker.wait(
        'it to shut off',
        lambda: maker.compute.get_server(server.id).status == 'SHUTOFF',
    )


@_state('no-interface', 'The server has no interface at all.')
def _no_interface(maker: Maker) -> None:
    maker.server()


@_state('port-disabled', "The server's port is disabled.")
def _port_disabled(maker: Maker) -> None:
    port = maker.port()
    maker.server(port)
    maker.update(port, is_admin_state_up=False)


@_state('network-disabled', "The server's network is disabled.")
def _network_disabled(maker: Maker) -> None:
    port = maker.port(maker.own_network())
    maker.server(port)
    maker.network.update_network(port.network_id, is_admin_state_up=False)


@_state(
    'data-plane-down',
    "What watches the host's network says that the port passes nothing on.",
)
def _data_plane_down(maker: Maker) -> None:
    port = maker.port()
    maker.server(port)
    maker.update(port, data_plane_status='DOWN')


@_state('no-fixed-ip', "The server's port has no address.", heard=True)
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


@_state(
    'no-security-group',
    "The server's port has no security group: nothing passes.",
)
def _no_security_group(maker: Maker) -> None:
    maker.server(maker.port(security_group_ids=[]))


@_state('no-ingress', 'No security group lets anything in to the server.')
def _no_ingress(maker: Maker) -> None:
    group = maker.group('egress')
    maker.server(maker.port(security_group_ids=[group.id]))


@_state(
    'ingress-from-groups-only',
    'Only members of its own security group reach the server.',
)
def _ingress_from_groups_only(maker: Maker) -> None:
    group = maker.group('egress')
    maker.network.create_security_group_rule(
        security_group_id=group.id,
        direction='ingress',
        remote_group_id=group.id,
    )
    maker.server(maker.port(security_group_ids=[group.id]))


@_state('no-egress', 'No security group lets anything out of the server.')
def _no_egress(maker: Maker) -> None:
    group = maker.group('ingress')
    maker.server(maker.port(security_group_ids=[group.id]))


@_state(
    'groups-not-enforced',
    'The port bypasses the switch, and so its security groups.',
)
def _groups_not_enforced(maker: Maker) -> None:
    port = maker.port()
    maker.server(port)
    # While it is bound it cannot change its kind.
    maker.update(port, binding_host_id='')
    maker.update(port, binding_vnic_type='direct', binding_host_id='sandbox')
