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

"""Which groups have to be looked at, to know what rules let through."""

from collections.abc import Iterator, Sequence

from osc_iface.check.facts import Facts
from osc_iface.check.network_facts import Nic, Rule
from osc_iface.reach import filtering
from osc_iface.reach.known import Known
from osc_iface.reach.packets import Question


def _rules(
    facts: Facts, nics: Sequence[Nic], questions: Sequence[Question]
) -> Iterator[Rule]:
    """Yield the rules that may count, of replies, too."""
    there = facts.groups or {}
    families = {each.family for each in questions}
    for id_ in {id_ for nic in nics for id_ in nic.groups or ()}:
        for rule in there[id_].rules if id_ in there else ():
            if rule.family in families or not rule.family:
                yield rule


def remote_groups(
    facts: Facts, nics: Sequence[Nic], questions: Sequence[Question]
) -> set[str]:
    """Return the groups whose members may count."""
    return {
        rule.group_id
        for rule in _rules(facts, nics, questions)
        if rule.group_id is not None
    }


def address_groups(
    facts: Facts, nics: Sequence[Nic], questions: Sequence[Question]
) -> set[str]:
    """Return the address groups that may count."""
    return {
        rule.address_group_id
        for rule in _rules(facts, nics, questions)
        if rule.address_group_id is not None
    }


def unclear(
    facts: Facts, nics: Sequence[Nic], questions: Sequence[Question]
) -> bool:
    """Return whether rules for anyone, or for prefixes, do not suffice."""
    return any(
        nic.groups
        and question.family in nic.families
        and not filtering.filtered(Known(facts), nic, question).passes
        for nic in nics
        for question in questions
    )
