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

"""What gets in to a server, or out of it: a row for each way."""

from collections.abc import Iterator, Sequence
import dataclasses
import enum

from osc_iface.check.compute_facts import Machine
from osc_iface.check.network_facts import Nic
from osc_iface.reach import filtering, fixes, floating, phrases, ways
from osc_iface.reach import hurdles as hurdles_
from osc_iface.reach.fixes import Fix
from osc_iface.reach.floating import Entry
from osc_iface.reach.known import Known
from osc_iface.reach.packets import NOBODY, Question
from osc_iface.reach.ways import Stretch

# Of more ways of different remotes to one address, so many are told.
_MOST_PATHS = 4


class Verdict(enum.Enum):
    """Whether it gets through."""

    ALLOWED = 'allowed'
    BLOCKED = 'blocked'
    UNKNOWN = 'unknown'


@dataclasses.dataclass(frozen=True)
class Row:
    """A way, and what becomes of what is asked on it.

    ``decided_by`` is the ID of the rule, or of the object in the way, or in
    doubt; None where a rule is missing, or nothing filters. ``why`` is a
    sentence. ``paths`` are in words, one for some of the remotes. ``fix`` is
    there where only a rule is missing.
    """

    machine: Machine
    nic: Nic
    address: str
    verdict: Verdict
    decided_by: str | None
    why: str
    paths: tuple[tuple[str, ...], ...] = ()
    fix: Fix | None = None


def rows(
    known: Known, nics: Sequence[Nic], questions: Sequence[Question]
) -> list[Row]:
    """Return what becomes of what is asked.

    :param known: what is known
    :param nics: the ports that are meant, of servers that are known
    :param questions: what is asked, by IP version
    :returns: a row for each way
    """
    return [
        _row(known, nic, question, entry)
        for nic in nics
        for question in questions
        for entry in _entries(known, nic, question)
    ]


def _entries(known: Known, nic: Nic, question: Question) -> Iterator[Entry]:
    """Yield the ways of a port."""
    machine = known.facts.servers[nic.server_id]
    yield from floating.entries(known, machine, nic, question)
    for fixed in nic.fixed_ips or ():
        if f'IPv{fixed.ip.version}' == question.family:
            yield Entry(
                str(fixed.ip), ways.direct(known, nic, fixed, question)
            )


def _row(known: Known, nic: Nic, question: Question, entry: Entry) -> Row:
    """Return what becomes of what is asked on one way."""
    machine = known.facts.servers[nic.server_id]
    by_way = entry.stretches
    blocked = [each for each in by_way if each.open is False]
    unsure = [each for each in by_way if each.open is None]
    remotes = question.remotes
    for each in by_way:
        if each.open is False or each.translated:
            remotes = remotes - each.remotes
    asked = dataclasses.replace(entry.carries or question, remotes=remotes)
    found = filtering.Filtered(True, None, '')
    if remotes:
        found = filtering.filtered(known, nic, asked)
    sure = NOBODY
    for each in by_way:
        sure = sure | each.remotes if each.open else sure
    part = phrases.part(
        question, [(slot, some & sure) for slot, some in found.open]
    )
    hurdles = hurdles_.hurdles(known, machine, nic)

    def row(
        verdict: Verdict,
        decided_by: str | None,
        why: str,
        stretches: Sequence[Stretch] = (),
        fix: Fix | None = None,
    ) -> Row:
        return Row(
            machine,
            nic,
            entry.address,
            verdict,
            decided_by or None,
            f'{why}.',
            _paths(question, nic, stretches or by_way),
            fix,
        )

    for hurdle in hurdles:
        if hurdle.open is False:
            return row(Verdict.BLOCKED, hurdle.object_id, hurdle.why)
    direction = 'in' if question.ingress else 'out'
    only = f'; of it, only {part} gets {direction}' if part else ''
    if blocked:
        why = blocked[0].why + only
        return row(Verdict.BLOCKED, blocked[0].object_id, why, blocked)
    if found.passes is False:
        fix = None
        only_rules = not (unsure or hurdles or entry.carries)
        if found.lacking and only_rules:
            fix = fixes.fix(known, nic, found.lacking)
        return row(
            Verdict.BLOCKED, found.decided_by, found.why + only, fix=fix
        )
    if entry.carries is not None:
        why = f'Only {phrases.what(entry.carries)} comes by this port' + only
        return row(Verdict.BLOCKED, entry.object_id, why)
    if hurdles:
        return row(Verdict.UNKNOWN, hurdles[0].object_id, hurdles[0].why)
    if unsure:
        return row(Verdict.UNKNOWN, unsure[0].object_id, unsure[0].why, unsure)
    if found.passes is None:
        return row(Verdict.UNKNOWN, found.decided_by, found.why)
    return row(Verdict.ALLOWED, found.decided_by, found.why)


def _paths(
    question: Question, nic: Nic, stretches: Sequence[Stretch]
) -> tuple[tuple[str, ...], ...]:
    """Return what lies between remotes and a port, in words."""
    found = []
    for each in stretches[:_MOST_PATHS]:
        path = [
            phrases.end(each.remotes),
            *each.path,
            f'port {nic.name or nic.id}',
        ]
        found.append(tuple(path if question.ingress else reversed(path)))
    return tuple(found)
