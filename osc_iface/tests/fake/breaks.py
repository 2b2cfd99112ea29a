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

"""What breaks a sound cloud, and what it breaks: chosen by chance."""

from collections.abc import Callable, Collection, Iterable, Iterator
import random
from typing import NamedTuple

from osc_iface.tests.fake.fleet import Fleet
from osc_iface.tests.fake.items import Item

HOST = 'OS-EXT-SRV-ATTR:host'
# The name of a check, and the ID of the object that it finds.
Pair = tuple[str, str]


class Victims:
    """What is sound yet; each server is taken once, alone or with others.

    :ivar cloud: what is to be broken
    :ivar chance: chooses
    """

    def __init__(self, cloud: Fleet, chance: random.Random) -> None:
        self.cloud = cloud
        self.chance = chance
        with_trunk = {each['port_id'] for each in cloud.trunks}
        self._servers = {
            server['id']: server
            for server in self._shuffled(cloud.servers)
            if with_trunk.isdisjoint(p['id'] for p in self.legs(server))
        }
        self._floating_ips = self._shuffled(cloud.floating_ips)
        self._networks = self._shuffled(cloud.networks)
        self._networks.remove(cloud.public)
        hosts = {server[HOST]: server for server in cloud.servers}
        self._hosts = self._shuffled(hosts.values())

    def legs(self, server: Item) -> list[Item]:
        """Return the ports of a server; the first leads out."""
        ports = self.cloud.ports_of[server['id']]
        return sorted(ports, key=lambda port: str(port['name']))

    def server(self) -> tuple[Item, Item, Item]:
        """Return a server without a floating IP, and its two ports."""
        for id_, server in self._servers.items():
            front, back = self.legs(server)
            if not self.cloud.leading_to[front['id']]:
                del self._servers[id_]
                return server, front, back
        raise LookupError('no server is left')

    def floating_ip(self) -> Item:
        """Return a floating IP, whose server is taken."""
        while True:
            floating_ip = self._floating_ips.pop()
            port = self.cloud.port[floating_ip['port_id']]
            if self._servers.pop(port['device_id'], None):
                return floating_ip

    def network(self) -> Item:
        """Return a network that does not lead out; its servers are taken."""
        network = next(filter(self._is_back, self._networks))
        self._networks.remove(network)
        for port in self.cloud.ports:
            if port['network_id'] == network['id']:
                self._servers.pop(port['device_id'], None)
        return network

    def host(self) -> str:
        """Return a host; its servers are taken."""
        host = str(self._hosts.pop()[HOST])
        self._take(HOST, host)
        return host

    def router(self) -> Item:
        """Return the router of a project, whose servers are taken."""
        project_id, router = self.cloud.router_of.popitem()
        self._take('tenant_id', project_id)
        return router

    def other_network(self, server: Item, gateway: bool = False) -> Item:
        """Return a network of a server's project that it is not on.

        Its servers are not taken, so those of :meth:`network` come before.

        :param gateway: whether it is to lead out
        """
        its = {port['network_id'] for port in self.legs(server)}
        return next(
            each
            for each in self._networks
            if each['project_id'] == server['tenant_id']
            and each['id'] not in its
            and self._is_back(each) != gateway
        )

    def _is_back(self, network: Item) -> bool:
        return self.cloud.subnet_of[network['id']]['gateway_ip'] is None

    def _take(self, key: str, value: str) -> None:
        """Leave the servers alone that have a value."""
        for id_, server in list(self._servers.items()):
            if server[key] == value:
                del self._servers[id_]

    def _shuffled(self, some: Iterable[Item]) -> list[Item]:
        found = list(some)
        self.chance.shuffle(found)
        return found


Breaks = Callable[[Victims], Iterator[Pair]]


class Break(NamedTuple):
    """Something that breaks a cloud.

    :ivar checks: the names of those that find it
    :ivar once: whether a cloud has it once, however large it is
    """

    checks: Collection[str]
    breaks: Breaks
    once: bool


BREAKS: list[Break] = []


def finds(*checks: str, once: bool = False) -> Callable[[Breaks], Breaks]:
    """Register a function that breaks something; see :class:`Break`.

    Those of what servers share come first.
    """

    def register(breaks: Breaks) -> Breaks:
        BREAKS.append(Break(checks, breaks, once))
        return breaks

    return register
