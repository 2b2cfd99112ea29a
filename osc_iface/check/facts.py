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

"""All that is known of servers and of what their interfaces depend on.

None is unknown, as in :mod:`osc_iface.check.compute_facts` and
:mod:`osc_iface.check.network_facts`, which have what it is made of.
"""

import collections
from collections.abc import Iterable, Mapping, Sequence
import dataclasses
import functools

from osc_iface.check.compute_facts import Machine
from osc_iface.check.host_facts import Agent, Binding
from osc_iface.check.network_facts import (
    Floating,
    Group,
    Holder,
    Network,
    Nic,
    Router,
    ServicePort,
    Subnet,
)
from osc_iface.check.trunk_facts import Trunk
from osc_iface.wire.actions import Action


@dataclasses.dataclass(frozen=True)
class Facts:
    """All that is known.

    ``networks``, ``groups``, ``subnets``, ``service_ports`` and ``routers``
    lack what this user may not see.
    ``gateway_holders`` are the ports that have gateway addresses of subnets,
    of those that were asked for.
    ``agents`` are those of Network on the hosts in question, ``services``
    what runs the servers there; that there are none is as good as unknown.
    ``bindings`` are by the ID of the port, ``plugged`` has the MAC addresses
    that a hypervisor names, by the ID of the server; both lack what was not
    asked for. ``subports`` are the ports behind those of ``trunks``.
    ``dhcp_projects`` have networks that DHCP serves.
    ``absent`` are IDs on ports that are those of no server; None where not
    all servers were asked for. ``hidden`` are IDs of servers whose ports this
    user cannot see. ``sees_all`` tells that the user sees what belongs to
    others, too. ``reasons`` tells why the last attaching or detaching failed,
    by the ID of the server, where that is known.
    """

    servers: Mapping[str, Machine]
    ports: Sequence[Nic] | None = None
    networks: Mapping[str, Network] | None = None
    groups: Mapping[str, Group] | None = None
    floating_ips: Sequence[Floating] | None = None
    subnets: Mapping[str, Subnet] | None = None
    service_ports: Sequence[ServicePort] | None = None
    routers: Mapping[str, Router] | None = None
    gateway_holders: Sequence[Holder] | None = None
    agents: Sequence[Agent] | None = None
    services: Sequence[Agent] | None = None
    bindings: Mapping[str, Sequence[Binding]] | None = None
    plugged: Mapping[str, frozenset[str]] | None = None
    trunks: Mapping[str, Trunk] | None = None
    subports: Mapping[str, Nic] | None = None
    dhcp_projects: frozenset[str] | None = None
    actions: Mapping[str, Sequence[Action]] | None = None
    reasons: Mapping[str, str] = dataclasses.field(default_factory=dict)
    holders: Sequence[Holder] = ()
    absent: frozenset[str] | None = None
    hidden: frozenset[str] = frozenset()
    sees_all: bool = False

    @functools.cached_property
    def by_server(self) -> Mapping[str, list[Nic]]:
        """The ports of each server, by its ID."""
        found: dict[str, list[Nic]] = {}
        for nic in sorted(self.ports or (), key=lambda nic: nic.id):
            found.setdefault(nic.server_id, []).append(nic)
        return found

    @functools.cached_property
    def by_network(self) -> Mapping[str, list[Nic]]:
        """The ports of servers on each network, by its ID."""
        found: dict[str, list[Nic]] = {}
        for nic in self.ports or ():
            found.setdefault(nic.network_id or '', []).append(nic)
        return found

    @functools.cached_property
    def floating_by_port(self) -> Mapping[str, list[Floating]]:
        """The floating IPs of each port, without those of single ports."""
        found: dict[str, list[Floating]] = {}
        for each in self.floating_ips or ():
            if each.port_id is not None and each.fixed is not None:
                found.setdefault(each.port_id, []).append(each)
        return found

    @functools.cached_property
    def routing(self) -> Mapping[str, list[ServicePort]]:
        """The interfaces of routers in each subnet, by its ID."""
        found: dict[str, list[ServicePort]] = {}
        for port in self.service_ports or ():
            for fixed in port.fixed_ips or ():
                if port.routes and port.device_id:
                    found.setdefault(fixed.subnet_id, []).append(port)
        return found

    @functools.cached_property
    def agents_by_host(self) -> Mapping[str, list[Agent]]:
        """The agents of Network on each host."""
        return _by_host(self.agents)

    @functools.cached_property
    def services_by_host(self) -> Mapping[str, list[Agent]]:
        """What runs the servers on each host."""
        return _by_host(self.services)

    def machines(self) -> Iterable[tuple[Machine, list[Nic]]]:
        """Return each server with its ports, where these are known."""
        return self._machines

    def nics(self) -> Iterable[tuple[Machine, Nic]]:
        """Return each port of a server that is known, with the server."""
        return self._nics

    def network(self, nic: Nic) -> Network | None:
        """Return the network of a port, where it is known."""
        return (self.networks or {}).get(nic.network_id or '')

    def legs(self) -> Iterable[tuple[Machine, Nic, Subnet]]:
        """Return each subnet that an interface of a server has an address in.

        Each is there once for each interface, and only if it is known.
        """
        return self._legs

    def shows(self, machine: Machine, network: Network | None) -> bool:
        """Return whether this user sees all that is on a network.

        Who is no administrator sees it of the networks of the project, and
        of those of others nothing but the own ports.
        """
        if network is None:
            return False
        own = (
            network.project_id is not None
            and network.project_id == machine.project_id
        )
        return own or self.sees_all

    def routers_of(self, subnet: Subnet) -> list[str]:
        """Return the IDs of the routers that a subnet leads to.

        These are the ones that have its gateway address; or, where it has
        none that routers would have, all that are attached to it.
        """
        ports = self.routing.get(subnet.id, [])
        leading = [
            port
            for port in ports
            if any(each.ip == subnet.gateway for each in port.fixed_ips or ())
        ]
        if not leading and subnet.gateway and not subnet.gateway.is_link_local:
            return []  # something else is the gateway, or nothing
        return sorted({port.device_id for port in leading or ports})

    def groups_of(self, nic: Nic) -> list[Group] | None:
        """Return the security groups of a port; None unless all are known."""
        known = self.groups or {}
        if nic.groups is None or not all(id_ in known for id_ in nic.groups):
            return None
        return [known[id_] for id_ in nic.groups]

    # All checks go through these, so they are made once.

    @functools.cached_property
    def _machines(self) -> list[tuple[Machine, list[Nic]]]:
        if self.ports is None:
            return []
        return [
            (machine, self.by_server.get(id_, []))
            for id_, machine in self.servers.items()
            if id_ not in self.hidden
        ]

    @functools.cached_property
    def _nics(self) -> list[tuple[Machine, Nic]]:
        return [
            (machine, nic) for machine, nics in self._machines for nic in nics
        ]

    @functools.cached_property
    def _legs(self) -> list[tuple[Machine, Nic, Subnet]]:
        known = self.subnets or {}
        return [
            (machine, nic, known[id_])
            for machine, nic in self._nics
            if nic.attached
            for id_ in dict.fromkeys(
                each.subnet_id for each in nic.fixed_ips or ()
            )
            if id_ in known
        ]


def _by_host(agents: Iterable[Agent] | None) -> dict[str, list[Agent]]:
    """Return what works on each host."""
    found: dict[str, list[Agent]] = {}
    for agent in agents or ():
        found.setdefault(agent.host, []).append(agent)
    return found


def foreign(machine: Machine, nic: Nic) -> bool:
    """Return whether a port is of another project than its server."""
    return (
        nic.project_id is not None
        and machine.project_id is not None
        and nic.project_id != machine.project_id
    )


def unique(nics: Iterable[Nic]) -> dict[str, Nic]:
    """Return ports by MAC address, without what two of them share."""
    nics = list(nics)
    count = collections.Counter(nic.mac for nic in nics)
    return {nic.mac: nic for nic in nics if nic.mac and count[nic.mac] == 1}
