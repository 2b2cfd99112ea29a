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

"""A cloud of which there is nothing to say."""

from osc_iface.tests.fake import items, serving
from osc_iface.tests.fake.data import FLOATING
from osc_iface.tests.fake.fleet import NETWORK_HOSTS, Fleet, network_host
from osc_iface.tests.fake.items import Item

PROJECTS = 5
_SERVERS_A_HOST = 50
# Of so many servers without a floating IP, about one has a trunk.
_TRUNK = 77


def healthy(servers: int, networks: int, groups: int) -> Fleet:
    """Return a cloud of which nothing can be said, with two ports a server.

    The first is on a network that leads out by the router of its project; a
    floating IP leads to some of them, and some are parents of trunks. The
    second is on a network that leads nowhere.

    :param servers: how many
    :param networks: how many, a multiple of twice the number of projects
    :param groups: how many, a multiple of that number
    """
    ids = [
        items.new_id('project', each).replace('-', '')
        for each in range(PROJECTS)
    ]
    hosts = 1 + servers // _SERVERS_A_HOST
    oldest_first = [
        items.server(index, ids[index % PROJECTS], index % hosts)
        for index in range(servers)
    ]
    cloud = Fleet(ids, oldest_first[::-1], groups)
    _staff(cloud, [items.numbered('host', each) for each in range(hosts)])
    pairs: dict[str, list[tuple[Item, Item]]] = {}
    for id_ in ids:
        router = cloud.router_of[id_] = cloud.add_router(id_)
        pairs[id_] = [
            (cloud.add_network(id_), cloud.add_network(id_, gateway=False))
            for _each in range(networks // PROJECTS // 2)
        ]
        for front, _back in pairs[id_]:
            cloud.connect(router, front)
    for index, server in enumerate(oldest_first):
        of_project = pairs[server['tenant_id']]
        front, back = of_project[index // PROJECTS % len(of_project)]
        port = cloud.add_leg(server, front)
        cloud.add_leg(server, back)
        if index % FLOATING == 0:
            cloud.add_floating_ip(port)
        elif index % _TRUNK == 0:
            cloud.add_trunk(port, back)
        cloud.remember(server)
    return cloud


def _staff(cloud: Fleet, hosts: list[str]) -> None:
    """Add what runs on the hosts: of servers, and of networks."""
    for host in hosts:
        cloud.agents.append(serving.agent(serving.OVS, host))
        cloud.services.append(serving.service('nova-compute', host))
    for number in range(NETWORK_HOSTS):
        host = network_host(number)
        for kind in (serving.OVS, serving.DHCP, serving.L3):
            cloud.agents.append(serving.agent(kind, host))
    for binary in ('nova-conductor', 'nova-scheduler'):
        cloud.services.append(serving.service(binary, network_host(0)))
    cloud.agents.sort(key=items.by_id)
