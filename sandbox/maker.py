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
"""What a server that is to be broken is made of."""

from collections.abc import Callable, Iterable
import time
from typing import Any

from sandbox import cloud, clouds, seed
from sandbox.errors import SandboxError
from sandbox.layout import Layout
from sandbox.rows import HOST, Rows

# What all that is made here is called begins with this.
PREFIX = 'broken-'
# The names that the sandbox was filled with.
NETWORK = 'back'
OTHER_NETWORK = 'front'
OUTSIDE = 'public'
GATEWAY = '10.0.9.1'  # of a network of a server's own
OTHER_PROJECT = clouds.USERS[clouds.MEMBER][1]

Values = dict[str, Any]


class Maker:
    """Makes a server and its parts, all named after a state."""

    def __init__(self, layout: Layout, state: str) -> None:
        """Make nothing yet."""
        self.rows = Rows(layout)
        self.name = PREFIX + state
        self.admin = cloud.connect(layout, clouds.ADMIN)
        self.compute = self.admin.compute
        self.network = self.admin.network

    def port(
        self, network: str = NETWORK, suffix: str = '', **values: Any
    ) -> Any:
        """Make a port of a network, given by name, for the server."""
        return self.network.create_port(
            name=self.name + suffix,
            network_id=self.network_id(network),
            **values,
        )

    def network_id(self, name: str) -> str:
        """Return the ID of a network of the server's project."""
        project = self.admin.current_project_id
        networks = self.network.networks(name=name, project_id=project)
        return _one(networks, f'network {name!r}')

    def update(self, port: Any, **values: Any) -> Any:
        """Change a port; return it as it is then."""
        # By its ID: the SDK would not send what ``port`` had when it was made.
        return self.network.update_port(port.id, **values)

    def server(self, *ports: Any) -> Any:
        """Make the server with ports, or without any; it runs then."""
        return seed.server(
            self.admin,
            self.name,
            *self.machine(),
            [{'port': port.id} for port in ports] or 'none',
        )

    def machine(self) -> tuple[str, str]:
        """Return the IDs of image and flavor."""
        images = self.admin.image.images(name=seed.IMAGE)
        flavors = [
            each for each in self.compute.flavors() if each.name == seed.FLAVOR
        ]
        return (
            _one(images, f'image {seed.IMAGE!r}'),
            _one(flavors, f'flavor {seed.FLAVOR!r}'),
        )

    def claimed(self, server: Any) -> Values:
        """Return the values of a port that Nova sets when it attaches one.

        Who sets them otherwise leaves Nova unaware of the port.
        """
        return {
            'device_id': server.id,
            'device_owner': 'compute:nova',
            'binding_host_id': HOST,
        }

    def own_network(self, **subnet: Any) -> str:
        """Make a network for the server alone; return its name.

        ``subnet`` is what is uncommon of its subnet; no router leads there.
        """
        network = self.network.create_network(name=self.name)
        self.network.create_subnet(
            network_id=network.id,
            name=self.name,
            ip_version=4,
            cidr='10.0.9.0/24',
            **{**seed.ISOLATED, **subnet},
        )
        return self.name

    def routed_network(self, *, outside: bool = True) -> tuple[str, Any]:
        """Make such a network with a router; return its name, and that.

        ``outside`` is whether the router leads on.
        """
        name = self.own_network(gateway_ip=GATEWAY)
        gateway = {'network_id': self.network_id(OUTSIDE)}
        router = self.network.create_router(
            name=self.name,
            **({'external_gateway_info': gateway} if outside else {}),
        )
        [subnet] = self.network.subnets(network_id=self.network_id(name))
        self.network.add_interface_to_router(router, subnet_id=subnet.id)
        return name, router

    def floating_ip(self, port: Any) -> Any:
        """Give a port a floating IP, before its server is made.

        It has no name, so its description says whose it is.
        """
        return self.network.create_ip(
            floating_network_id=self.network_id(OUTSIDE),
            port_id=port.id,
            fixed_ip_address=next(
                each['ip_address']
                for each in port.fixed_ips
                if '.' in each['ip_address']
            ),
            description=self.name,
        )

    def full_network(self) -> str:
        """Make a network whose one address serves DHCP; return its name."""
        pool = {'start': '10.0.9.10', 'end': '10.0.9.10'}
        return self.own_network(allocation_pools=[pool])

    def dhcp_port(self, network: str) -> Any:
        """Return the port that serves a network, given by name."""
        [port] = self.network.ports(
            network_id=self.network_id(network), device_owner='network:dhcp'
        )
        return port

    def group(self, *directions: str) -> Any:
        """Make a security group that lets IPv4 through as said, no more."""
        group = self.network.create_security_group(name=self.name)
        for rule in group.security_group_rules:
            self.network.delete_security_group_rule(rule['id'])
        for direction in directions:
            self.network.create_security_group_rule(
                security_group_id=group.id, direction=direction
            )
        return group

    def wait(self, what: str, reached: Callable[[], bool]) -> None:
        """Wait until something is so; ``what`` says for what.

        Raises SandboxError where it does not become so.
        """
        end = time.monotonic() + seed.PATIENCE
        while not reached():
            if time.monotonic() > end:
                raise SandboxError(f'{self.name}: waited for {what}, in vain.')
            time.sleep(seed.POLL)

    def ended(self, server: Any, action: str) -> bool:
        """Tell whether an action of a server has ended."""
        path = f'/servers/{server.id}/os-instance-actions'
        for entry in self.compute.get(path).json()['instanceActions']:
            if entry['action'] == action:
                answer = self.compute.get(f'{path}/{entry["request_id"]}')
                events = answer.json()['instanceAction']['events']
                return bool(events) and all(each['result'] for each in events)
        return False


def _one(resources: Iterable[Any], what: str) -> str:
    """Return the ID of the first of resources that the sandbox came with.

    Raises SandboxError where there is none any more.
    """
    for each in resources:
        found: str = each.id
        return found
    raise SandboxError(
        f'The sandbox has no {what} any more; "python -m sandbox down '
        '--purge" makes way for a new one.'
    )
