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

"""The sandbox to measure in: its user, and servers made for a while."""

from collections.abc import Iterator
import contextlib
import json
from typing import Any

from benchmark.measure import say
from benchmark.proxy import Proxy
from sandbox import cloud, clouds, interrupts, seed, services, state
from sandbox.layout import Layout

# Who measures: any user that may read the project's servers would do.
USER = clouds.READER
_PREFIX = 'bench-'
_NETWORK = 'back'


def ports(layout: Layout) -> dict[str, int]:
    """Return the ports where the services listen, by their names."""
    return state.load(layout).ports


def environment(layout: Layout, proxy: Proxy) -> dict[str, str]:
    """Tell a client to work as the user that measures, by a proxy."""
    config = json.loads(layout.clouds.read_text(encoding='utf-8'))
    entry = config['clouds'][USER]
    settings = {
        **entry['auth'],
        'region_name': entry['region_name'],
        'auth_url': proxy.url(services.KEYSTONE),
    }
    return {f'OS_{name.upper()}': value for name, value in settings.items()}


def interfaces(layout: Layout) -> dict[str, list[str]]:
    """Return the IDs of the ports of each of the user's servers, by its ID."""
    user = cloud.connect(layout, USER)
    return {
        server.id: [
            each.port_id for each in user.compute.server_interfaces(server)
        ]
        for server in user.compute.servers()
    }


@contextlib.contextmanager
def more_servers(layout: Layout) -> Iterator['More']:
    """Let servers be made that are gone afterwards."""
    more = More(cloud.connect(layout, clouds.ADMIN))
    more.remove()
    try:
        yield more
    finally:
        with interrupts.deferred():
            more.remove()


class More:
    """Servers that are made for a while.

    :param admin: a connection that may make them
    """

    def __init__(self, admin: Any) -> None:
        self._admin = admin

    def fill_up(self, number: int) -> None:
        """Make servers, one at a time, until the project has so many."""
        for index in range(len(list(self._admin.compute.servers())), number):
            say(f'Booting server {index + 1} of {number}')
            self._boot(f'{_PREFIX}{index + 1}')

    def _boot(self, name: str) -> None:
        compute, network = self._admin.compute, self._admin.network
        seed.server(
            self._admin,
            name,
            self._admin.image.find_image(seed.IMAGE).id,
            compute.find_flavor(seed.FLAVOR).id,
            [{'uuid': network.find_network(_NETWORK).id}],
        )

    def remove(self) -> None:
        """Delete them, also those that a killed run has left."""
        for server in self._admin.compute.servers(name=f'^{_PREFIX}'):
            say(f'Deleting server {server.name}')
            seed.delete(self._admin, server)
