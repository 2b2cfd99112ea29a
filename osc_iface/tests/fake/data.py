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

"""What there is in the cloud; generated, the same for the same numbers."""

import bisect
import collections
import itertools
from typing import Any

from osc_iface.tests.fake import items
from osc_iface.tests.fake.items import Item

# Of so many servers, the first has a floating IP.
FLOATING = 10


class Data:
    """What there is in the cloud; a test may change it.

    :param projects: IDs of projects; the user's is the first
    :param servers: as Nova has them, the newest first
    :param ports: as Neutron has them, each with the tag that Nova knows
    :param networks: how many there are, all shared ones of the last project
    :param groups: how many security groups each project has
    :ivar project_names: by ID
    :ivar soft_deleted: servers in no list, but there for whoever asks by ID
    :ivar floating_ips: those that forward ports have no port of their own
    :ivar trunks: as Neutron lists them; ports tell of theirs by themselves
    :ivar agents: Neutron's
    :ivar services: Nova's
    :ivar actions: what was done to a server since it was created, by its ID,
        the newest first
    :ivar left_bindings: of ports, by ID, beside the one that is active
    :ivar unplugged: IDs of ports that hypervisors know nothing of
    """

    def __init__(
        self,
        projects: list[str],
        servers: list[Item],
        ports: list[Item],
        networks: int = 1,
        groups: int = 1,
    ) -> None:
        self.projects = projects
        self.project_names = {
            each: items.numbered(items.PROJECT, index)
            for index, each in enumerate(projects)
        }
        self.network_id = items.new_id('network', 0)
        self.subnet_id = items.new_id('subnet', 0)
        self.networks = [
            items.network(each, projects[-1]) for each in range(networks)
        ]
        self.subnets = [
            items.subnet(*each) for each in enumerate(self.networks)
        ]
        self.security_groups = items.groups(projects, groups)
        self.servers = servers
        self.server = {server['id']: server for server in servers}
        self.soft_deleted: dict[str, Item] = {}
        # Neutron lists by ID.
        for listed in (self.networks, self.subnets, self.security_groups):
            listed.sort(key=items.by_id)
        self.ports = sorted(ports, key=items.by_id)
        self.port = {port['id']: port for port in self.ports}
        self.ports_of: dict[str, list[Item]] = collections.defaultdict(list)
        for port in self.ports:
            self.ports_of[port['device_id']].append(port)
        self.floating_ips: list[Item] = []
        self.routers: list[Item] = []
        self.trunks: list[Item] = []
        self.agents: list[Item] = []
        self.services: list[Item] = []
        self.actions: dict[str, list[Item]] = collections.defaultdict(list)
        self.left_bindings: dict[str, list[Item]] = {}
        self.unplugged: set[str] = set()
        self._serials = itertools.count(len(ports))

    def add_port(self, **values: Any) -> Item:
        """Add a port of the user's project; without a server, by default.

        :param values: what it has, of that which ports have
        :returns: the port
        """
        server = {'id': '', 'name': 'port', 'tenant_id': self.projects[0]}
        serial = next(self._serials)
        port = {
            **items.port(server, serial, 0),
            **{'device_owner': '', 'binding:vif_type': 'unbound'},
            **values,
        }
        bisect.insort(self.ports, port, key=items.by_id)
        bisect.insort(self.ports_of[port['device_id']], port, key=items.by_id)
        self.port[port['id']] = port
        return port

    def add_subport(self, parent: Item, vlan: int, **values: Any) -> Item:
        """Add a port that a trunk brings to another port, which it may make.

        :param parent: the other port
        :param vlan: by which number the server knows it
        :param values: what the new port has
        :returns: the new port
        """
        binding = ('binding:host_id', 'binding:vif_type')
        bound = {key: parent[key] for key in binding}
        owner = {'device_owner': 'trunk:subport'}
        port = self.add_port(**{**owner, **bound, **values})
        parent.setdefault('trunk_details', items.trunk(parent))
        parent['trunk_details']['sub_ports'].append(items.subport(port, vlan))
        return port


def generated(
    servers: int,
    ports: int,
    projects: int = 1,
    networks: int = 1,
    groups: int = 1,
    hosts: int = 1,
) -> Data:
    """Generate servers.

    :param servers: how many
    :param ports: how many ports each of them has
    :param projects: how many projects share the servers
    :param networks: how many networks share the ports, in turn
    :param groups: how many security groups of a project share its ports
    :param hosts: how many hosts share the servers
    """
    ids = [
        items.new_id('project', each).replace('-', '')
        for each in range(projects)
    ]
    oldest_first = [
        items.server(index, ids[index % projects], index % hosts)
        for index in range(servers)
    ]
    data = Data(
        ids,
        oldest_first[::-1],
        [
            items.port(
                server, serial, index, serial % networks, serial % groups
            )
            for number, server in enumerate(oldest_first)
            for index, serial in enumerate(
                range(number * ports, (number + 1) * ports)
            )
        ],
        networks,
        groups,
    )
    data.floating_ips += [
        items.floating_ip(index, data.ports_of[server['id']][0])
        for index, server in enumerate(data.servers[::FLOATING])
        if ports
    ]
    return data
