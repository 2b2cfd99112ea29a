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

"""What is found, the checks that find it, and what needs no saying."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
import dataclasses
import enum

from osc_iface.check.advice import Advice
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.network_facts import Group, Network, Nic


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
    ACTIONS = 'instance actions'


@dataclasses.dataclass(frozen=True)
class Finding:
    """Something that is not as it should be.

    ``kind`` is what the object is, ``label`` how people know it. ``about``
    are the IDs of all that the finding explains. ``servers`` are IDs and
    names. ``check`` and ``severity`` are filled in by :func:`judged`, the
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

    ``severities`` begin with the usual one. ``unless`` are the checks whose
    findings explain those of this one. ``compares`` tells that it holds what
    two services say against each other, which takes two readings.
    """

    name: str
    severities: tuple[Severity, ...]
    kind: str
    needs: frozenset[Need]
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
    """Which findings are wanted: from a severity on, less some checks."""

    lowest: Severity = Severity.NOTE
    ignored: frozenset[str] = frozenset()

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


def judged(facts: Facts, wanted: Wanted) -> list[Finding]:
    """Return what is found, the worst first.

    :param facts: what is known
    :param wanted: which findings are wanted
    :returns: the findings, less those that follow from another
    """
    found: dict[str, list[Finding]] = {
        each.name: [
            dataclasses.replace(
                finding,
                check=each.name,
                severity=finding.severity or each.severities[0],
            )
            for finding in each.judge(facts)
        ]
        for each in wanted.involved
    }
    said = [
        finding
        for each in wanted.checks
        for finding in _unexplained(found, each)
        if finding.weight >= wanted.lowest
    ]
    return sorted(said, key=lambda finding: -finding.weight)


def confirmed(
    first: Iterable[Finding], second: Iterable[Finding]
) -> list[Finding]:
    """Return the findings of a second reading that are no passing ones.

    What two services say is not of the same moment. What only one of two
    readings shows was a change under way.
    """
    seen = {(each.check, each.object_id) for each in first}
    return [
        each
        for each in second
        if not REGISTRY[each.check].compares
        or (each.check, each.object_id) in seen
    ]


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


def on_network(
    network: Network,
    having: Sequence[tuple[Machine, Nic]],
    text: str,
    advice: Advice,
) -> Finding:
    """Return a finding about a network, and the ports on it."""
    servers = {machine.id: machine.name for machine, _nic in having}
    return Finding(
        'network',
        network.id,
        network.label,
        tuple(servers.items()),
        text,
        advice,
        frozenset({network.id, *(nic.id for _machine, nic in having)}),
    )


def names(groups: Iterable[Group]) -> str:
    """Return what groups are called, for a sentence."""
    labels = sorted(group.label for group in groups)
    return f'group{"s" if len(labels) > 1 else ""} {", ".join(labels)}'


def _unexplained(
    found: dict[str, list[Finding]], check: Check
) -> Iterator[Finding]:
    """Yield the findings of a check that do not follow from another."""
    explained = {
        id_
        for name in check.unless
        for finding in found.get(name, ())
        for id_ in finding.about
    }
    for finding in found[check.name]:
        if finding.object_id not in explained:
            yield finding
