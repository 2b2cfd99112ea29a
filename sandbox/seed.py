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

"""What there is to see in the sandbox: servers, networks, ports.

Each function makes what is not there yet, so an interrupted run is taken up
by the next.
"""

from collections.abc import Callable
import time
from typing import Any

from sandbox.errors import SandboxError

FLAVOR = 'tiny'
IMAGE = 'tiny'

# A server that cannot be built is built again, this often.
ATTEMPTS = 5
PATIENCE = 180  # seconds for a server to be built, or to be gone
POLL = 0.5  # seconds
# With this version a network may carry a tag.
MICROVERSION = '2.42'
# Of a subnet that no router leads out of, so that its servers expect none.
ISOLATED: dict[str, Any] = {'gateway_ip': None}


def fill(admin: Any, member: Any, detail: Callable[[str], None]) -> None:
    """Make everything, by the connections of the two users.

    ``detail`` is given a text whenever there is news.

    Raises SandboxError where a server will not be built, and what the SDK
    raises.
    """
    detail('Filling it: image, flavor and networks')
    _flavor(admin)
    image = _image(admin)
    flavor = _one(admin.compute.flavors(), FLAVOR)
    ports = _networks(admin)
    detail('Filling it: server web-1')
    mgmt = {'port': ports['web-1-mgmt'].id, 'tag': 'mgmt'}
    data = {'port': ports['web-1-data'].id}
    server(admin, 'web-1', image.id, flavor.id, [mgmt, data])
    detail('Filling it: server db-1')
    data = {'port': ports['db-1-data'].id}
    server(admin, 'db-1', image.id, flavor.id, [data])
    detail('Filling it: server app-1 of project second')
    apps = _network(
        member, 'apps', {'apps': {'cidr': '10.0.2.0/24', **ISOLATED}}
    )
    port = _port(member, 'app-1-data', apps)
    server(member, 'app-1', image.id, flavor.id, [{'port': port.id}])


def _one(resources: Any, name: str) -> Any:
    """Return the first of the resources that has the name, or None."""
    return next((each for each in resources if each.name == name), None)


def _flavor(admin: Any) -> None:
    """Make a flavor that every user can boot.

    A flavor without a disk would be for administrators alone.
    """
    if _one(admin.compute.flavors(), FLAVOR) is None:
        admin.compute.create_flavor(name=FLAVOR, vcpus=1, ram=64, disk=1)


def _image(admin: Any) -> Any:
    """Return an image that every user can boot; a few bytes will do."""
    for image in admin.image.images(name=IMAGE):
        if image.status == 'active':
            return image
        admin.image.delete_image(image)
    return admin.image.create_image(
        name=IMAGE,
        data=b'no operating system',
        container_format='bare',
        disk_format='raw',
        visibility='public',
    )


def _networks(admin: Any) -> dict[str, Any]:
    """Make the networks of project sandbox; return its ports by name."""
    front = _network(
        admin,
        'front',
        {
            'front-ipv4': {'cidr': '10.0.0.0/24'},
            'front-ipv6': {
                'cidr': '2001:db8:0:1::/64',
                'ip_version': 6,
                **ISOLATED,
                # Lets the addresses be chosen.
                'ipv6_address_mode': 'dhcpv6-stateful',
                'ipv6_ra_mode': 'dhcpv6-stateful',
            },
        },
    )
    back = _network(
        admin, 'back', {'back-ipv4': {'cidr': '10.0.1.0/24', **ISOLATED}}
    )
    public = _network(
        admin,
        'public',
        {'public-ipv4': {'cidr': '203.0.113.0/24', 'enable_dhcp': False}},
        is_router_external=True,
        provider_network_type='flat',
        provider_physical_network='public',
    )
    _router(admin, public, front)
    ports = {
        'web-1-mgmt': _port(
            admin, 'web-1-mgmt', front, '10.0.0.11', '2001:db8:0:1::11'
        ),
        'web-1-data': _port(admin, 'web-1-data', back, '10.0.1.11'),
        'db-1-data': _port(admin, 'db-1-data', back, '10.0.1.12'),
    }
    # Before the server is built: Nova learns of it only then.
    _floating_ip(admin, public, ports['web-1-mgmt'], '10.0.0.11')
    return ports


def _network(
    user: Any, name: str, subnets: dict[str, dict[str, Any]], **options: Any
) -> Any:
    """Return a network with its subnets, given as name and options."""
    network = next(user.network.networks(name=name), None)
    if network is None:
        network = user.network.create_network(name=name, **options)
    for subnet, values in subnets.items():
        if next(user.network.subnets(name=subnet), None) is None:
            user.network.create_subnet(
                network_id=network.id,
                name=subnet,
                **{'ip_version': 4, **values},
            )
    return network


def _router(admin: Any, public: Any, inner: Any) -> None:
    """Make the router between two networks, for IPv4."""
    router = next(admin.network.routers(name='router'), None)
    if router is None:
        router = admin.network.create_router(
            name='router', external_gateway_info={'network_id': public.id}
        )
    subnet = next(admin.network.subnets(network_id=inner.id, ip_version=4))
    attached = admin.network.ports(device_id=router.id, network_id=inner.id)
    if next(attached, None) is None:
        admin.network.add_interface_to_router(router, subnet_id=subnet.id)


def _port(user: Any, name: str, network: Any, *addresses: str) -> Any:
    """Return a port of a network, with these addresses or any."""
    port = next(user.network.ports(name=name), None)
    if port is not None:
        return port
    values: dict[str, Any] = {'name': name, 'network_id': network.id}
    if addresses:
        values['fixed_ips'] = [{'ip_address': each} for each in addresses]
    return user.network.create_port(**values)


def _floating_ip(admin: Any, public: Any, port: Any, address: str) -> None:
    """Give a port a floating IP for its address."""
    if next(admin.network.ips(port_id=port.id), None) is None:
        admin.network.create_ip(
            floating_network_id=public.id,
            port_id=port.id,
            fixed_ip_address=address,
        )


def server(
    user: Any,
    name: str,
    image: str,
    flavor: str,
    networks: list[dict[str, str]] | str,
) -> Any:
    """Make a server, wait until it runs and return it.

    SQLite may refuse a write while Nova builds it; then it is built again.

    Raises SandboxError where that does not help.
    """
    for _attempt in range(ATTEMPTS):
        there = _one(user.compute.servers(), name)
        # A build that an interrupt cut short will never end.
        if there is not None and there.status != 'ACTIVE':
            delete(user, there)
            there = None
        if there is None:
            there = user.compute.create_server(
                name=name,
                image_id=image,
                flavor_id=flavor,
                networks=networks,
                microversion=MICROVERSION,
            )
        if built(user, there) == 'ACTIVE':
            return there
    raise SandboxError(f'Server {name} cannot be built; see nova.log.')


def built(user: Any, server: Any) -> str:
    """Wait until a server is built; return its status then."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        status: str = user.compute.get_server(server.id).status
        if status != 'BUILD':
            return status
        time.sleep(POLL)
    return 'BUILD'


def delete(user: Any, server: Any) -> None:
    """Delete a server and wait until it is gone, for its ports' sake."""
    user.compute.delete_server(server, ignore_missing=True)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if all(each.id != server.id for each in user.compute.servers()):
            return
        time.sleep(POLL)
