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

"""What rules of security groups let through; they ask nobody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
import dataclasses
import functools

import netaddr

from osc_iface.check.network_facts import Group, Rule
from osc_iface.notation import IPRange
from osc_iface.reach import packets, protocols
from osc_iface.reach.packets import ANYONE, NOBODY, Question, Slot, Span


@dataclasses.dataclass(frozen=True)
class Members:
    """The addresses of a group's members, or of an address group.

    ``whole`` tells that there are no others.
    """

    ranges: tuple[IPRange, ...] = ()
    whole: bool = True


@dataclasses.dataclass(frozen=True)
class Peers:
    """Who is meant by rules for groups; what is not in here is not known."""

    groups: Mapping[str, Members] = dataclasses.field(default_factory=dict)
    address_groups: Mapping[str, Members] = dataclasses.field(
        default_factory=dict
    )

    def of(self, rule: Rule) -> Members | None:
        """Return who is meant by a rule for a group; None if unknown."""
        if rule.group_id is not None:
            return self.groups.get(rule.group_id)
        return self.address_groups.get(rule.address_group_id or '')


# A slot, and who gets it through.
Open = tuple[Slot, netaddr.IPSet]


@dataclasses.dataclass(frozen=True)
class Passage:
    """What gets through of what was asked.

    ``passes`` is whether all of it does; None where that is not known, for
    the sake of the ``doubtful`` rules. ``rules`` are those that it takes, and
    ``open`` is what surely gets through, where not all does, and ``full`` are
    the remotes for which all does.
    """

    passes: bool | None
    rules: tuple[Rule, ...] = ()
    open: tuple[Open, ...] = ()
    doubtful: tuple[Rule, ...] = ()
    full: netaddr.IPSet = NOBODY


@dataclasses.dataclass(frozen=True, eq=False)
class _Remotes:
    """Whom a rule is for, of those that are asked for: surely, perhaps.

    Rules for the same share one: such sets are large, and slow to count with.
    """

    sure: netaddr.IPSet
    perhaps: netaddr.IPSet

    @functools.cached_property
    def doubtful(self) -> bool:
        """Whether it is not known who is meant."""
        return bool(self.perhaps - self.sure)


@dataclasses.dataclass(frozen=True, eq=False)
class _Match:
    """A rule as what it lets through."""

    rule: Rule
    protocol: int | None
    first: Span | None
    second: Span | None
    remotes: _Remotes

    def takes(self, slot: Slot) -> bool:
        """Return whether it lets the packets of a slot through."""
        return (
            (self.protocol is None or slot.protocols == {self.protocol})
            and packets.within(slot.first, self.first)
            and packets.within(slot.second, self.second)
        )


def through(
    question: Question, rules: Iterable[Rule], peers: Peers
) -> Passage:
    """Return what rules let through of what is asked.

    :param question: what is asked
    :param rules: all the rules there are, of whichever direction
    :param peers: who is in groups
    """
    matches = list(_matches(question, rules, peers))
    slots = packets.slots(
        question,
        [
            (each.protocol, each.first, each.second)
            for each in matches
            if each.protocol is not None
        ],
    )
    taking = {
        slot: [each for each in matches if each.takes(slot)] for slot in slots
    }
    asked = question.remotes
    # Of many slots the remotes are the same.
    whose = {
        slot: frozenset(each.remotes for each in some)
        for slot, some in taking.items()
    }
    sure = {
        some: _union(each.sure for each in some) for some in whose.values()
    }
    if not any(asked - each for each in sure.values()):
        return Passage(True, _needed(asked, taking), full=asked)
    full = asked
    for each in sure.values():
        full = full & each
    missing = any(asked - _union(e.perhaps for e in some) for some in sure)
    every = dict.fromkeys(each for some in taking.values() for each in some)
    return Passage(
        False if missing else None,
        tuple(each.rule for each in every if each.remotes.sure),
        tuple(
            (slot, sure[some]) for slot, some in whose.items() if sure[some]
        ),
        tuple(each.rule for each in every if each.remotes.doubtful),
        full,
    )


def stateless(groups: Iterable[Group]) -> bool:
    """Return whether what comes back takes rules of its own."""
    return any(group.stateful is False for group in groups)


def lets_anything(groups: Iterable[Group], ingress: bool, family: str) -> bool:
    """Return whether some rule is for a direction and an IP version."""
    return any(
        rule.allows(ingress, family)
        for group in groups
        for rule in group.rules
    )


def _matches(
    question: Question, rules: Iterable[Rule], peers: Peers
) -> Iterator[_Match]:
    """Yield what rules of a direction and an IP version let through."""
    shared: dict[tuple[object, ...], _Remotes] = {}
    for rule in rules:
        if not rule.allows(question.ingress, question.family):
            continue
        protocol = None
        known = True
        if rule.protocol not in (None, 'any'):
            protocol = protocols.number(str(rule.protocol))
            known = protocol is not None  # or some word that is new in Network
            if protocol == protocols.ANY_SOMEWHERE != question.protocol:
                protocol, known = None, False
        if protocol is not None:
            protocol = protocols.of_family(protocol, question.family)
        key = (rule.prefix, rule.group_id, rule.address_group_id, known)
        if key not in shared:
            sure, perhaps = _remotes(rule, question.family, peers)
            shared[key] = _Remotes(
                sure & question.remotes if known else NOBODY,
                perhaps & question.remotes,
            )
        first, second = _spans(rule, protocol)
        yield _Match(rule, protocol, first, second, shared[key])


def _spans(
    rule: Rule, protocol: int | None
) -> tuple[Span | None, Span | None]:
    """Return the ports of a rule, or the type and the code."""
    low, high = rule.ports
    if protocol in protocols.WITH_TYPES:
        return (
            None if low is None else (low, low),
            None if high is None else (high, high),
        )
    if protocol in protocols.WITH_PORTS and (low, high) != (None, None):
        return (
            packets.PORTS[0] if low is None else low,
            packets.PORTS[1] if high is None else high,
        ), None
    return None, None


def _remotes(
    rule: Rule, family: str, peers: Peers
) -> tuple[netaddr.IPSet, netaddr.IPSet]:
    """Return whom a rule is for, surely and perhaps."""
    if rule.prefix is not None:
        some = packets.addresses([rule.prefix])
        return some, some
    if rule.group_id is None and rule.address_group_id is None:
        return ANYONE[family], ANYONE[family]
    members = peers.of(rule)
    if members is None:
        return NOBODY, ANYONE[family]
    some = packets.addresses(members.ranges) & ANYONE[family]
    return some, some if members.whole else ANYONE[family]


def _union(sets: Iterable[netaddr.IPSet]) -> netaddr.IPSet:
    """Return what is in any of some sets."""
    found = netaddr.IPSet()
    for each in sets:
        found |= each
    return found


def _needed(
    asked: netaddr.IPSet, taking: Mapping[Slot, Sequence[_Match]]
) -> tuple[Rule, ...]:
    """Return the rule that lets all through, or several that do together."""
    every = list(
        dict.fromkeys(each for some in taking.values() for each in some)
    )
    for one in every:
        if _enough([one], asked, taking):
            return (one.rule,)
    left = []
    missing = dict.fromkeys(taking, asked)
    for one in every:
        of_use = [
            slot
            for slot, having in taking.items()
            if one in having and one.remotes.sure & missing[slot]
        ]
        if of_use:
            left.append(one)
        for slot in of_use:
            missing[slot] = missing[slot] - one.remotes.sure
    for one in list(left):
        fewer = [each for each in left if each is not one]
        if _enough(fewer, asked, taking):
            left = fewer
    return tuple(each.rule for each in left)


def _enough(
    some: Sequence[_Match],
    asked: netaddr.IPSet,
    taking: Mapping[Slot, Sequence[_Match]],
) -> bool:
    """Return whether some of the rules let all through."""
    return all(
        not asked
        - _union(each.remotes.sure for each in some if each in having)
        for having in taking.values()
    )
