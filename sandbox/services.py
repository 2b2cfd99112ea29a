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

"""The services of a sandbox, in one table."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Service:
    """A service: its program and its place in the catalog.

    ``path`` is where its API begins under the root of its own port.
    """

    name: str
    type: str
    path: str = ''
    databases: tuple[str, ...] = ()


KEYSTONE = Service('keystone', 'identity', '/v3', ('keystone',))
GLANCE = Service('glance', 'image', '', ('glance',))
PLACEMENT = Service('placement', 'placement', '', ('placement',))
NEUTRON = Service('neutron', 'network', '', ('neutron',))
NOVA = Service('nova', 'compute', '/v2.1', ('nova_api', 'nova', 'nova_cell0'))

# In the order in which they are started.
SERVICES = (KEYSTONE, PLACEMENT, NEUTRON, NOVA, GLANCE)


def root(port: int) -> str:
    """Return the URL of a port on this machine."""
    return f'http://127.0.0.1:{port}'


def url(service: Service, ports: dict[str, int]) -> str:
    """Return the URL of a service's API."""
    return root(ports[service.name]) + service.path
