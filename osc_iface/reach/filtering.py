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

"""What the groups of a port let through, and what they would have to."""

from collections.abc import Sequence
import dataclasses

from osc_iface.check.findings import names
from osc_iface.check.network_facts import PASSTHROUGH, Group, Nic, Rule
from osc_iface.reach import packets, phrases, rules
from osc_iface.reach.known import Known
from osc_iface.reach.packets import Question
from osc_iface.reach.rules import Open


@dataclasses.dataclass(frozen=True)
class Filtered:
    """What a port lets through of what was asked.

    ``passes`` is whether all of it does; None if nobody knows. ``decided_by``
    is the ID of what decides, ``why`` a sentence without its full stop.
    ``open`` is what surely gets through. ``lacking`` is what no rule is for,
    where all that is in the way is that.
    """

    passes: bool | None
    decided_by: str | None
    why: str
    open: tuple[Open, ...] = ()
    lacking: tuple[Question, ...] = ()


def filtered(known: Known, nic: Nic, question: Question) -> Filtered:
    """Return what a port lets through.

    :param known: what is known
    :param nic: the port
    :param question: what is asked
    """
    if nic.secured is False:
        return _all(
            question, None, 'Port security is off: nothing is filtered'
        )
    if nic.groups is None:
        return Filtered(None, nic.id, 'The security groups cannot be seen')
    found = _by_groups(known, nic, question)
    if packets.built_in(question) and not (found.passes and question.ingress):
        return Filtered(
            None,
            nic.id,
            'Network itself lets through, or drops, DHCP and neighbour '
            'discovery, whatever the rules say',
            found.open,
        )
    return found


def _by_groups(known: Known, nic: Nic, question: Question) -> Filtered:
    """Return what groups let through, where they count and there are any."""
    if nic.vnic_type in PASSTHROUGH:
        by_rules = _by_rules(known, nic, question)
        if by_rules.passes:
            return by_rules
        return Filtered(
            None,
            nic.id,
            f'Whether security groups count for the vNIC type '
            f'{nic.vnic_type} is not known',
            by_rules.open,
        )
    if not nic.groups:
        return Filtered(
            False,
            nic.id,
            'The port has no security group, and port security: everything '
            'is dropped',
        )
    return _by_rules(known, nic, question)


def _by_rules(known: Known, nic: Nic, question: Question) -> Filtered:
    """Return what the rules of a port's groups let through, and back."""
    there = known.facts.groups or {}
    groups = [there[id_] for id_ in nic.groups or () if id_ in there]
    unseen = [id_ for id_ in nic.groups or () if id_ not in there]
    every = [rule for group in groups for rule in group.rules]
    passage = rules.through(question, every, known.peers)
    back = question.back() if rules.stateless(groups) else None
    returned = rules.through(back, every, known.peers) if back else None
    verdicts = {each.passes for each in (passage, returned) if each}
    if verdicts == {True}:
        return _all(
            question,
            passage.rules[0].id,
            _let(question, passage.rules, groups),
        )
    some = passage.open
    if passage.passes:
        some = _all(question, None, '').open
    if returned is not None:
        some = tuple((slot, each & returned.full) for slot, each in some)
    if unseen:
        why = f'Security group {unseen[0]} cannot be seen'
        return Filtered(None, unseen[0], why, some)
    if False not in verdicts:
        doubtful = [
            *passage.doubtful,
            *(returned.doubtful if returned else ()),
        ]
        return _doubt(doubtful[0], some)
    why = f'No rule of {names(groups)} lets {_asked(question)}'
    if passage.passes is not False and back is not None:
        why = (
            f'Stateless {names(groups)} let {_asked(question)}, but no rule '
            f'lets the replies {_way(back)}'
        )
    lacking = tuple(
        each
        for each, found in ((question, passage), (back, returned))
        if each is not None and found is not None and found.passes is not True
    )
    return Filtered(False, None, why, some, lacking)


def _all(question: Question, decided_by: str | None, why: str) -> Filtered:
    """Return that all that is asked gets through."""
    every = tuple(
        (slot, question.remotes) for slot in packets.slots(question, ())
    )
    return Filtered(True, decided_by, why, every)


def _let(
    question: Question, some: Sequence[Rule], groups: Sequence[Group]
) -> str:
    """Return a sentence about the rules that let something through."""
    owner = {rule.id: group.label for group in groups for rule in group.rules}
    first, *others = some
    told = f'Rule {first.id} of group {owner[first.id]} lets'
    if others:
        ids = ', '.join(each.id for each in others)
        told = (
            f'Rule {first.id} of group {owner[first.id]}, together with '
            f'{ids}, lets'
        )
    return f'{told} {_asked(question)}'


def _doubt(rule: Rule, some: tuple[Open, ...]) -> Filtered:
    """Return that a rule may let all through, or not."""
    if rule.group_id is not None:
        whose = f'security group {rule.group_id}'
        id_ = rule.group_id
    elif rule.address_group_id is not None:
        whose = f'address group {rule.address_group_id}'
        id_ = rule.address_group_id
    else:
        why = f'What rule {rule.id} means by {rule.protocol} is not known'
        return Filtered(None, rule.id, why, some)
    why = f'Rule {rule.id} is for {whose}, not all of which can be seen'
    return Filtered(None, id_, why, some)


def _asked(question: Question) -> str:
    """Return what is asked, after a verb: ``tcp 22 in from anyone``."""
    preposition = 'from' if question.ingress else 'to'
    return (
        f'{phrases.what(question)} {_way(question)} {preposition} '
        f'{phrases.whom(question.remotes)}'
    )


def _way(question: Question) -> str:
    return 'in' if question.ingress else 'out'
