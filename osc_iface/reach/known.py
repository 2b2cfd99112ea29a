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

"""All that is known of the way to an interface, and who is in groups."""

from collections.abc import Mapping, Sequence
import dataclasses
from typing import NamedTuple

from osc_iface.check.facts import Facts
from osc_iface.check.network_facts import (
    Floating,
    Holder,
    Nic,
    Router,
    ServicePort,
    Subnet,
)
from osc_iface.notation import IPAddress, IPRange
from osc_iface.reach.rules import Peers


class Attached(NamedTuple):
    """The subnets that a router is attached to; ``whole`` if these are all."""

    subnets: tuple[Subnet, ...]
    whole: bool


@dataclasses.dataclass(frozen=True)
class Known:
    """What checks know, and what else the way depends on.

    ``router_ports`` are all the interfaces of the routers; None if they could
    not be read. ``holders`` are who has the gateway addresses of subnets
    without a router; None where that was not asked for. ``users`` are the
    IDs of the ports that use a security group, by its ID.
    """

    facts: Facts
    peers: Peers = dataclasses.field(default_factory=Peers)
    router_ports: Sequence[ServicePort] | None = None
    holders: Sequence[Holder] | None = None
    users: Mapping[str, frozenset[str]] | None = None

    def subnet(self, id_: str) -> Subnet | None:
        """Return a subnet, where it can be seen."""
        return (self.facts.subnets or {}).get(id_)

    def beside(self, subnet: Subnet) -> list[IPRange]:
        """Return the prefixes of the network of a subnet."""
        return [
            each.cidr
            for each in (self.facts.subnets or {}).values()
            if each.network_id == subnet.network_id
            and each.cidr.version == subnet.cidr.version
        ]

    def router(self, id_: str) -> Router | None:
        """Return a router, where it can be seen."""
        return (self.facts.routers or {}).get(id_)

    def routers_on(self, subnet: Subnet) -> dict[str, bool] | None:
        """Return the routers of a subnet, and whether each is its gateway.

        :returns: by ID; None where ports of routers could not be read
        """
        if self.facts.service_ports is None:
            return None
        return {
            port.device_id: self.is_gateway(port.device_id, subnet)
            for port in self.facts.service_ports
            for each in port.fixed_ips or ()
            if port.routes and each.subnet_id == subnet.id
        }

    def is_gateway(self, router_id: str, subnet: Subnet) -> bool:
        """Return whether a router has the gateway address of a subnet."""
        return any(
            each.subnet_id == subnet.id and each.ip == subnet.gateway
            for port in self._interfaces(router_id)
            for each in port.fixed_ips or ()
        )

    def attached(self, router_id: str) -> Attached:
        """Return what a router is attached to, as far as that is known."""
        ids = {
            each.subnet_id: None
            for port in self._interfaces(router_id)
            for each in port.fixed_ips or ()
        }
        found = tuple(
            subnet for id_ in ids if (subnet := self.subnet(id_)) is not None
        )
        return Attached(
            found, self.router_ports is not None and len(found) == len(ids)
        )

    def _interfaces(self, router_id: str) -> list[ServicePort]:
        """Return the interfaces of a router that are known."""
        return [
            port
            for port in (
                *(self.router_ports or ()),
                *(self.facts.service_ports or ()),
            )
            if port.routes and port.device_id == router_id
        ]

    def holder(self, subnet: Subnet) -> Holder | None:
        """Return who has the gateway address of a subnet."""
        for each in self.holders or ():
            if (
                each.ip == subnet.gateway
                and each.network_id == subnet.network_id
            ):
                return each
        return None

    def floating(
        self, nic: Nic, ip: IPAddress | None = None
    ) -> list[Floating]:
        """Return the floating IPs of a port, or of one of its addresses."""
        return [
            each
            for each in self.facts.floating_ips or ()
            if each.port_id == nic.id and ip in (None, each.fixed)
        ]

    def foreign(self, nic: Nic) -> bool:
        """Return whether its network may have what this user cannot see."""
        network = self.facts.network(nic)
        return not self.facts.sees_all and (
            network is None
            or nic.project_id is None
            or network.project_id != nic.project_id
        )
