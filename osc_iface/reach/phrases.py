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

"""Packets in words: what, from whom, and which part of what was asked."""

from collections.abc import Iterable, Sequence
import ipaddress

import netaddr

from osc_iface import notation
from osc_iface.notation import IPRange
from osc_iface.reach import packets, protocols
from osc_iface.reach.packets import Question, Slot, Span
from osc_iface.reach.rules import Open

# Of many parts, so many are told.
_FIRST = 3


def what(question: Question) -> str:
    """Return what is asked, less whom: ``tcp 22``, ``everything``."""
    if question.protocol is None:
        return 'everything'
    name = protocols.name(question.protocol)
    if name.isdecimal():
        name = f'protocol {name}'
    return name + _numbers(
        question.protocol, *question.spans(question.protocol)
    )


def whom(remotes: netaddr.IPSet) -> str:
    """Return addresses for a sentence."""
    if remotes in packets.ANYONE.values():
        return 'anyone'
    return _first([notation.short(each) for each in prefixes(remotes)])


def end(remotes: netaddr.IPSet) -> str:
    """Return addresses as the end of a path.

    What is left of a prefix when others are taken from it is many of them.
    """
    many = len(prefixes(remotes)) > _FIRST
    return 'anywhere else' if many else whom(remotes)


def prefixes(remotes: netaddr.IPSet) -> list[IPRange]:
    """Return addresses as prefixes."""
    return [ipaddress.ip_network(str(each)) for each in remotes.iter_cidrs()]


def part(question: Question, some: Iterable[Open]) -> str:
    """Return which part of what was asked gets through.

    :param question: what was asked
    :param some: what of it gets through
    :returns: words for a sentence; empty where nothing does
    """
    by_remotes: dict[tuple[str, ...], list[Slot]] = {}
    sets = {}
    for slot, remotes in some:
        if remotes:
            key = tuple(map(str, remotes.iter_cidrs()))
            by_remotes.setdefault(key, []).append(slot)
            sets[key] = remotes
    told = []
    for key, slots in by_remotes.items():
        alike = sets[key] == question.remotes
        names = '' if _are_all(question, slots) else _first(_named(slots))
        preposition = 'from' if question.ingress else 'to'
        if not names:
            comes = 'comes' if question.ingress else 'goes'
            told.append(f'what {comes} {preposition} {whom(sets[key])}')
        elif alike:
            told.append(names)
        else:
            told.append(f'{names} {preposition} {whom(sets[key])}')
    return _first(told, '; ')


def _are_all(question: Question, slots: Sequence[Slot]) -> bool:
    """Return whether slots are all there is of a question."""
    asked = question.protocols
    if frozenset().union(*(each.protocols for each in slots)) != asked:
        return False
    for protocol in asked:
        mine = [each for each in slots if protocol in each.protocols]
        if len(mine) == 1 and len(mine[0].protocols) > 1:
            continue  # no rule tells these apart
        first, second = question.spans(protocol)
        wanted = _size(first) * _size(second)
        if wanted != sum(_size(e.first) * _size(e.second) for e in mine):
            return False
    return True


def _size(span: Span) -> int:
    return span[1] - span[0] + 1


def _named(slots: Iterable[Slot]) -> list[str]:
    """Return what slots are called, those side by side as one."""
    joined: list[Slot] = []
    for slot in slots:
        last = joined[-1] if joined else None
        if (
            last is not None
            and (last.protocols, last.second) == (slot.protocols, slot.second)
            and last.first[1] + 1 == slot.first[0]
        ):
            joined[-1] = last._replace(first=(last.first[0], slot.first[1]))
        else:
            joined.append(slot)
    return list(map(_label, joined))


def _label(slot: Slot) -> str:
    """Return what a slot is called."""
    if len(slot.protocols) > 1:
        return 'all other protocols'
    (protocol,) = slot.protocols
    name = protocols.name(protocol)
    return name + _numbers(protocol, slot.first, slot.second)


def _numbers(protocol: int, first: Span, second: Span) -> str:
    """Return the ports of a protocol, or types and codes, where not all."""
    if protocol in protocols.WITH_PORTS and first != packets.PORTS:
        return f' {span(first)}'
    text = ''
    if protocol in protocols.WITH_TYPES:
        if first != packets.TYPES:
            text += f' type {span(first)}'
        if second != packets.CODES:
            text += f' code {span(second)}'
    return text


def span(numbers: Span) -> str:
    """Return ports as options have them: ``22``, ``8000:8010``."""
    first, last = numbers
    return str(first) if first == last else f'{first}:{last}'


def _first(texts: Sequence[str], joint: str = ', ') -> str:
    """Return the first of some texts, and the number of the others."""
    more = len(texts) - _FIRST
    told = joint.join(texts[:_FIRST])
    return told + (f' and {more} more' if more > 0 else '')
