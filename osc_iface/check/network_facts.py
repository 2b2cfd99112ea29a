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

"""What is known from Network: ports, and what their traffic passes by.

None is unknown wherever a field may be None: it was not asked for, a policy
hides it, or the cloud does not have it. What is known to be empty is empty.
Ages are in seconds, by the clock of the service that told them.
"""

import dataclasses

from osc_iface.notation import IPAddress, IPRange

# vNIC types whose traffic passes by the agent of the host, and its filters.
PASSTHROUGH = frozenset(
    (
        'direct',
        'direct-physical',
        'macvtap',
        'baremetal',
        'accelerator-direct',
        'accelerator-direct-physical',
    )
)
# How networks are carried that no cable outside leads into.
OVERLAYS = frozenset(('vxlan', 'gre', 'geneve'))


@dataclasses.dataclass(frozen=True)
class FixedIP:
    """An address of a port, and the ID of its subnet."""

    ip: IPAddress
    subnet_id: str


@dataclasses.dataclass(frozen=True)
class Nic:
    """A port with the ID of a server on it."""

    id: str
    server_id: str
    owner: str = ''
    name: str = ''
    project_id: str | None = None
    network_id: str | None = None
    mac: str | None = None
    fixed_ips: tuple[FixedIP, ...] | None = None
    status: str | None = None
    enabled: bool | None = None
    groups: tuple[str, ...] | None = None
    secured: bool | None = None
    vnic_type: str | None = None
    data_plane: str | None = None
    ip_allocation: str | None = None
    description: str | None = None
    age: float | None = None  # since it was updated
    pairs: tuple[IPRange, ...] | None = None  # further addresses allowed it
    host: str | None = None
    vif_type: str | None = None
    trunk_id: str | None = None  # of the trunk that it is the parent of
    whole: bool = False  # whether the user sees all of it

    @property
    def label(self) -> str:
        """How people know it: its name and first address, else its ID."""
        ip = str(self.fixed_ips[0].ip) if self.fixed_ips else ''
        return ' '.join(filter(None, (self.name, ip))) or self.id

    @property
    def attached(self) -> bool:
        """Whether it is a server's by its owner, too, as Nova sets it."""
        return self.owner.startswith('compute:')

    @property
    def families(self) -> list[str]:
        """The versions of its addresses, in the words of the rules."""
        versions = {each.ip.version for each in self.fixed_ips or ()}
        return [f'IPv{version}' for version in sorted(versions)]

    @property
    def filtered(self) -> bool:
        """Whether rules of security groups decide what passes."""
        return self.secured is True and self.vnic_type not in PASSTHROUGH


@dataclasses.dataclass(frozen=True)
class Network:
    """A network; ``subnets`` are IDs.

    ``kind`` is how it is carried (``provider:network_type``), which by
    default administrators alone see. ``scope`` is the ID of the address scope
    of its IPv4 addresses: within one, routers do not translate.
    """

    id: str
    name: str = ''
    enabled: bool | None = None
    subnets: tuple[str, ...] | None = None
    project_id: str | None = None
    shared: bool | None = None
    external: bool | None = None
    kind: str | None = None
    scope: str | None = None

    @property
    def label(self) -> str:
        """How people know it: its name, else its ID."""
        return self.name or self.id


@dataclasses.dataclass(frozen=True)
class Subnet:
    """A subnet; ``gateway`` is None where it has none.

    ``address_mode`` is how its IPv6 addresses come to a guest, as the API
    has it; None where the subnet does not say.
    """

    id: str
    network_id: str
    cidr: IPRange
    name: str = ''
    gateway: IPAddress | None = None
    dhcp: bool | None = None
    project_id: str | None = None
    address_mode: str | None = None

    @property
    def label(self) -> str:
        """How people know it: its name, else its prefix."""
        return self.name or str(self.cidr)


@dataclasses.dataclass(frozen=True)
class ServicePort:
    """A port by which Network itself serves a network.

    ``device_id`` is that of the router where it is a router's. ``host`` is
    for administrators to see. ``age`` is since it was updated.
    """

    id: str
    network_id: str
    owner: str
    device_id: str = ''
    project_id: str | None = None
    fixed_ips: tuple[FixedIP, ...] | None = None
    status: str | None = None
    enabled: bool | None = None
    host: str | None = None
    age: float | None = None

    @property
    def routes(self) -> bool:
        """Whether it is the interface of a router."""
        return self.owner.startswith(
            ('network:router_interface', 'network:ha_router_replicated')
        )


@dataclasses.dataclass(frozen=True)
class Gateway:
    """How a router leads out; ``ips`` are its own addresses there."""

    network_id: str
    snat: bool | None = None
    ips: tuple[FixedIP, ...] | None = None


@dataclasses.dataclass(frozen=True)
class Router:
    """A router; ``gateway`` is None where it leads nowhere outside.

    ``external`` is whether it does; None, as ``gateway`` is then, if that is
    not told. ``routes`` is whether it has extra routes.
    """

    id: str
    name: str = ''
    enabled: bool | None = None
    status: str | None = None
    project_id: str | None = None
    gateway: Gateway | None = None
    external: bool | None = None
    routes: bool | None = None

    @property
    def label(self) -> str:
        """How people know it: its name, else its ID."""
        return self.name or self.id


@dataclasses.dataclass(frozen=True)
class Rule:
    """A rule of a security group: it allows.

    ``family`` may be empty, for both. ``protocol`` is a name or a number, in
    lower case; None for any. ``ports`` are the first and the last, or the
    type and the code of ICMP; None for any. The remote is a prefix, a group
    or an address group, or, where all three are None, anyone.
    """

    ingress: bool
    family: str
    id: str = ''
    protocol: str | None = None
    ports: tuple[int | None, int | None] = (None, None)
    prefix: IPRange | None = None
    group_id: str | None = None
    address_group_id: str | None = None

    @property
    def from_group(self) -> bool:
        """Whether it is for the members of a security group."""
        return self.group_id is not None

    def allows(self, ingress: bool, family: str) -> bool:
        """Return whether it lets something in, or out, of an IP version."""
        return self.ingress == ingress and self.family in ('', family)


@dataclasses.dataclass(frozen=True)
class Group:
    """A security group with its rules.

    ``shared`` tells that others than its project use it, so that not all of
    its members can be seen.
    """

    id: str
    name: str = ''
    rules: tuple[Rule, ...] = ()
    stateful: bool | None = None
    shared: bool | None = None
    project_id: str | None = None

    @property
    def label(self) -> str:
        """How people know it: its name, else its ID."""
        return self.name or self.id


@dataclasses.dataclass(frozen=True)
class Forwarding:
    """A port of a floating IP that leads to a port of a fixed IP."""

    protocol: str
    fixed: IPAddress | None
    port_id: str | None
    external_ports: tuple[int, int] | None
    internal_ports: tuple[int, int] | None


@dataclasses.dataclass(frozen=True)
class Floating:
    """A floating IP; ``port_id`` and ``fixed`` are None if it is free.

    ``router_id`` is empty where it has none, and None where that is not told.
    ``age`` is since it was updated.
    """

    address: IPAddress
    port_id: str | None = None
    fixed: IPAddress | None = None
    id: str = ''
    network_id: str | None = None
    router_id: str | None = None
    status: str | None = None
    project_id: str | None = None
    age: float | None = None
    forwardings: tuple[Forwarding, ...] = ()


@dataclasses.dataclass(frozen=True)
class Holder:
    """Who has an address now: the port, and the server it is on, if any."""

    port_id: str
    server_id: str
    network_id: str
    ip: IPAddress
