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

"""What is found, and the register of the checks that find it."""

from collections.abc import Callable, Collection, Iterable, Iterator
import dataclasses
import enum

from osc_iface.check.advice import Advice
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.network_facts import Group, Nic


class Severity(enum.IntEnum):
    """How bad it is.

    An error does not work, or will not after the next reboot; a warning is
    hardly meant; a note may be meant, or explains something.
    """

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


class Need(enum.Enum):
    """What a check has to know besides the servers."""

    PORTS = 'ports'
    NETWORKS = 'networks'
    GROUPS = 'security groups'
    FLOATING_IPS = 'floating IPs'
    SUBNETS = 'subnets'
    SERVICE_PORTS = 'ports that serve networks'
    ROUTERS = 'routers'
    TRUNKS = 'trunks'
    SERVICES = 'services of Compute'
    BINDINGS = 'bindings'
    DIAGNOSTICS = 'diagnostics'
    AGENTS = 'agents of Network'
    DHCP_PROJECTS = 'which projects have DHCP'
    GATEWAYS = 'who has gateway addresses'
    ACTIONS = 'instance actions'


@dataclasses.dataclass(frozen=True)
class Finding:
    """Something that is not as it should be.

    ``kind`` is what the object is, ``label`` how people know it. ``about``
    are the IDs of all that the finding explains. ``servers`` are IDs and
    names. ``check`` and ``severity`` are filled in when all checks judge, the
    latter where it is not the first of its check.
    """

    kind: str
    object_id: str
    label: str
    servers: tuple[tuple[str, str | None], ...]
    text: str
    advice: Advice
    about: frozenset[str] = frozenset()
    severity: Severity | None = None
    check: str = ''

    @property
    def weight(self) -> Severity:
        """The severity, where it has been filled in."""
        return self.severity or Severity.NOTE


Judge = Callable[[Facts], Iterator[Finding]]


@dataclasses.dataclass(frozen=True)
class Check:
    """A check, and what the documentation says of it.

    ``severities`` begin with the usual one. ``uses`` is what it tells more
    with, where that is known anyway. ``unless`` are the checks whose
    findings explain those of this one. ``compares`` tells that it holds what
    two services say against each other, which takes two readings.
    """

    name: str
    severities: tuple[Severity, ...]
    kind: str
    needs: frozenset[Need]
    uses: frozenset[Need]
    seen: str
    advised: str
    role: str
    unless: tuple[str, ...]
    compares: bool
    judge: Judge


REGISTRY: dict[str, Check] = {}


def check(
    name: str,
    *severities: Severity,
    kind: str,
    needs: Collection[Need] = (),
    uses: Collection[Need] = (),
    seen: str,
    advised: str,
    role: str = 'reader',
    unless: tuple[str, ...] = (),
    compares: bool = False,
) -> Callable[[Judge], Judge]:
    """Register a function as a check; see :class:`Check`."""

    def register(judge: Judge) -> Judge:
        REGISTRY[name] = Check(
            name,
            severities,
            kind,
            frozenset(needs),
            frozenset(uses),
            seen,
            advised,
            role,
            unless,
            compares,
            judge,
        )
        return judge

    return register


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Which findings are wanted: from a severity on, less some checks.

    ``ways`` tells that the ways out of all interfaces are to be told, too.
    """

    lowest: Severity = Severity.NOTE
    ignored: frozenset[str] = frozenset()
    ways: bool = False

    @property
    def checks(self) -> list[Check]:
        """The checks that may find something that is wanted."""
        return [
            each
            for each in REGISTRY.values()
            if each.name not in self.ignored
            and max(each.severities) >= self.lowest
        ]

    @property
    def involved(self) -> list[Check]:
        """Those, and the ones that explain what they find."""
        names = {each.name for each in self.checks}
        names.update(name for each in self.checks for name in each.unless)
        return [each for each in REGISTRY.values() if each.name in names]

    def needs(self, need: Need) -> bool:
        """Return whether something has to be known."""
        return any(need in each.needs for each in self.involved)


def on_server(
    machine: Machine,
    text: str,
    advice: Advice,
    *,
    nics: Iterable[Nic] = (),
    severity: Severity | None = None,
) -> Finding:
    """Return a finding about a server, and all of some of its ports."""
    return Finding(
        'server',
        machine.id,
        machine.label,
        ((machine.id, machine.name),),
        text,
        advice,
        frozenset({machine.id, *(nic.id for nic in nics)}),
        severity,
    )


def on_port(
    machine: Machine,
    nic: Nic,
    text: str,
    advice: Advice,
    severity: Severity | None = None,
) -> Finding:
    """Return a finding about a port of a server."""
    return Finding(
        'port',
        nic.id,
        nic.label,
        ((machine.id, machine.name),),
        text,
        advice,
        frozenset({nic.id}),
        severity,
    )


def on_shared(
    kind: str,
    id_: str,
    label: str,
    having: Iterable[tuple[Machine, Nic]],
    text: str,
    advice: Advice,
    *,
    about: Iterable[str] = (),
    severity: Severity | None = None,
) -> Finding:
    """Return a finding about what ports depend on, and all of these.

    :param kind: what it is, such as a network
    :param id_: its ID
    :param label: how people know it
    :param having: the ports that depend on it, with their servers
    :param text: what is wrong
    :param advice: what to do
    :param about: the IDs of what it explains besides
    :param severity: if it is not the usual one
    """
    having = list(having)
    servers = {machine.id: machine.name for machine, _nic in having}
    return Finding(
        kind,
        id_,
        label,
        tuple(servers.items()),
        text,
        advice,
        frozenset({id_, *(nic.id for _machine, nic in having), *about}),
        severity,
    )


def names(groups: Iterable[Group]) -> str:
    """Return what groups are called, for a sentence."""
    labels = sorted(group.label for group in groups)
    return f'group{"s" if len(labels) > 1 else ""} {", ".join(labels)}'
