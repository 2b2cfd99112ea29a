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

"""What is known of servers and of what their interfaces depend on.

None is unknown wherever a field may be None: it was not asked for, a policy
hides it, or the cloud does not have it. What is known to be empty is empty.
Ages are in seconds, by the clock of the service that told them.
"""

import collections
from collections.abc import Iterable, Iterator, Mapping, Sequence
import dataclasses
import functools

from osc_iface.notation import IPAddress

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
# Compute shows no addresses of these, or none that count.
_UNSETTLED = frozenset(('BUILD', 'DELETED', 'SOFT_DELETED', 'UNKNOWN'))


@dataclasses.dataclass(frozen=True)
class Address:
    """An address that Compute lists of a server, from its cache."""

    network: str  # its name
    ip: IPAddress
    mac: str
    floating: bool


@dataclasses.dataclass(frozen=True)
class Machine:
    """A server, as ``GET /servers/{id}`` shows it.

    ``status`` and ``task`` are the API's words; ``task`` is empty where
    nothing is under way. ``fault`` is what it says of a failure, empty where
    it says nothing. ``host`` is empty where it is on none. ``launched`` tells
    whether it ever ran.
    """

    id: str
    name: str | None = None
    project_id: str | None = None
    status: str | None = None
    task: str | None = ''
    addresses: tuple[Address, ...] | None = None
    fault: str = ''
    host: str | None = None
    launched: bool | None = None
    since_updated: float | None = None
    since_created: float | None = None

    @property
    def label(self) -> str:
        """How people know it: its name, else its ID."""
        return self.name or self.id

    @property
    def settled(self) -> bool:
        """Whether it is there, and built: Compute knows its interfaces."""
        failed_early = self.status == 'ERROR' and self.launched is False
        return (
            self.status is not None
            and self.status not in _UNSETTLED
            and not failed_early
        )

    @property
    def cached(self) -> tuple[Address, ...] | None:
        """Return the addresses that Compute remembers; None if unknown."""
        return self.addresses if self.settled else None

    @property
    def runs(self) -> bool:
        """Whether its interfaces are meant to be up now."""
        return self.status == 'ACTIVE' and self.task == ''


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
    """A network; ``subnets`` are IDs."""

    id: str
    name: str = ''
    enabled: bool | None = None
    subnets: tuple[str, ...] | None = None

    @property
    def label(self) -> str:
        """How people know it: its name, else its ID."""
        return self.name or self.id


@dataclasses.dataclass(frozen=True)
class Rule:
    """A rule of a security group: it allows; ``family`` may be empty."""

    ingress: bool
    family: str
    from_group: bool = False

    def allows(self, ingress: bool, family: str) -> bool:
        """Return whether it lets something in, or out, of an IP version."""
        return self.ingress == ingress and self.family in ('', family)


@dataclasses.dataclass(frozen=True)
class Group:
    """A security group with its rules."""

    id: str
    name: str = ''
    rules: tuple[Rule, ...] = ()

    @property
    def label(self) -> str:
        """How people know it: its name, else its ID."""
        return self.name or self.id


@dataclasses.dataclass(frozen=True)
class Floating:
    """A floating IP; ``port_id`` and ``fixed`` are None if it is free."""

    address: IPAddress
    port_id: str | None = None
    fixed: IPAddress | None = None


@dataclasses.dataclass(frozen=True)
class Action:
    """Something that was done to a server."""

    kind: str
    request_id: str
    failed: bool
    age: float | None


@dataclasses.dataclass(frozen=True)
class Holder:
    """Who has an address now: the port, and the server it is on, if any."""

    port_id: str
    server_id: str
    network_id: str
    ip: IPAddress


@dataclasses.dataclass(frozen=True)
class Facts:
    """All that is known.

    ``networks`` and ``groups`` lack what this user may not see.
    ``absent`` are IDs on ports that are those of no server; None where not
    all servers were asked for. ``hidden`` are IDs of servers whose ports this
    user cannot see. ``sees_all`` tells that the user sees what belongs to
    others, too.
    """

    servers: Mapping[str, Machine]
    ports: Sequence[Nic] | None = None
    networks: Mapping[str, Network] | None = None
    groups: Mapping[str, Group] | None = None
    floating_ips: Sequence[Floating] | None = None
    actions: Mapping[str, Sequence[Action]] | None = None
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
    def floating_by_port(self) -> Mapping[str, list[Floating]]:
        """The floating IPs of each port, without those of single ports."""
        found: dict[str, list[Floating]] = {}
        for each in self.floating_ips or ():
            if each.port_id is not None and each.fixed is not None:
                found.setdefault(each.port_id, []).append(each)
        return found

    def machines(self) -> Iterator[tuple[Machine, list[Nic]]]:
        """Yield each server with its ports, where these are known."""
        if self.ports is not None:
            for id_, machine in self.servers.items():
                if id_ not in self.hidden:
                    yield machine, self.by_server.get(id_, [])

    def nics(self) -> Iterator[tuple[Machine, Nic]]:
        """Yield each port of a server that is known, with the server."""
        for machine, nics in self.machines():
            for nic in nics:
                yield machine, nic

    def network(self, nic: Nic) -> Network | None:
        """Return the network of a port, where it is known."""
        return (self.networks or {}).get(nic.network_id or '')

    def groups_of(self, nic: Nic) -> list[Group] | None:
        """Return the security groups of a port; None unless all are known."""
        known = self.groups or {}
        if nic.groups is None or not all(id_ in known for id_ in nic.groups):
            return None
        return [known[id_] for id_ in nic.groups]


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
