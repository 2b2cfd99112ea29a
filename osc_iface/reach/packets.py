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

"""What may get through: packets, by all that a rule can tell of them."""

from collections.abc import Iterable
import dataclasses
from typing import NamedTuple

import netaddr

from osc_iface.notation import IPAddress, IPRange
from osc_iface.reach import protocols

# The first and the last.
Span = tuple[int, int]

# Rules have no port 0.
PORTS: Span = (1, 65535)
TYPES: Span = (0, 255)
CODES: Span = (0, 255)
# Where a protocol has neither ports nor types.
_NOTHING: Span = (0, 0)
# What has rules of its own on each port: DHCP in, and out; and of ICMP for
# IPv6, neighbours, routers and listeners.
_DHCP = {True: (68, 546), False: (67, 68, 546, 547)}
_DISCOVERY = frozenset((*range(130, 137), 143))
# From where clients ask.
_CLIENTS: Span = (1024, 65535)

ANYONE = {
    'IPv4': netaddr.IPSet(['0.0.0.0/0']),
    'IPv6': netaddr.IPSet(['::/0']),
}
NOBODY = netaddr.IPSet()


@dataclasses.dataclass(frozen=True)
class Question:
    """Packets of an IP version that are to get in, or out.

    ``remotes`` are the addresses on the other side. ``protocol`` is a number;
    None for any. ``ports`` are those that packets go to, and count where a
    protocol has ports, as ``types`` and ``codes`` count for ICMP.
    """

    ingress: bool
    family: str
    remotes: netaddr.IPSet
    protocol: int | None = None
    ports: Span = PORTS
    types: Span = TYPES
    codes: Span = CODES

    @property
    def protocols(self) -> frozenset[int]:
        """The numbers of the protocols."""
        if self.protocol is None:
            return frozenset(range(protocols.HIGHEST + 1))
        return frozenset((self.protocol,))

    def spans(self, protocol: int) -> tuple[Span, Span]:
        """Return what is asked for of a protocol: ports, or type and code."""
        if protocol in protocols.WITH_PORTS:
            return self.ports, _NOTHING
        if protocol in protocols.WITH_TYPES:
            return self.types, self.codes
        return _NOTHING, _NOTHING

    def back(self) -> 'Question | None':
        """Return what comes back of it; None where nothing has to.

        Which port a client asks from is not known, but that it is a high one.
        """
        types, codes = self.types, self.codes
        if self.protocol in protocols.WITH_TYPES and types[0] == types[1]:
            reply = protocols.REPLIES[self.protocol].get(types[0])
            if reply is None:
                return None
            types, codes = (reply, reply), (0, 0)
        return dataclasses.replace(
            self,
            ingress=not self.ingress,
            ports=_CLIENTS,
            types=types,
            codes=codes,
        )


class Slot(NamedTuple):
    """Packets that no rule at hand tells apart but by their remote."""

    protocols: frozenset[int]
    first: Span = _NOTHING
    second: Span = _NOTHING


def slots(
    question: Question, marks: Iterable[tuple[int, Span | None, Span | None]]
) -> list[Slot]:
    """Cut what is asked into what rules tell apart.

    :param question: what is asked
    :param marks: protocols, with the ports, or the type and the code, that
        rules name of them; None for any
    :returns: all that is asked, each packet in one of the slots
    """
    named: dict[int, list[tuple[Span | None, Span | None]]] = {}
    for protocol, first, second in marks:
        if protocol in question.protocols:
            named.setdefault(protocol, []).append((first, second))
    found = [
        Slot(frozenset((protocol,)), one, two)
        for protocol, spans in sorted(named.items())
        for one in _cut(question.spans(protocol)[0], [s[0] for s in spans])
        for two in _cut(question.spans(protocol)[1], [s[1] for s in spans])
    ]
    others = question.protocols.difference(named)
    if len(others) == 1:
        (protocol,) = others
        found.append(Slot(others, *question.spans(protocol)))
    elif others:
        found.append(Slot(others))
    return found


def built_in(question: Question) -> bool:
    """Return whether Network has rules of its own for all that is asked."""
    if question.protocol == protocols.UDP:
        first, last = question.ports
        return first == last and first in _DHCP[question.ingress]
    if question.protocol == protocols.IPV6_ICMP:
        first, last = question.types
        return first == last and first in _DISCOVERY
    return False


def within(span: Span, other: Span | None) -> bool:
    """Return whether a span is in another one, or that is any."""
    return other is None or other[0] <= span[0] <= span[1] <= other[1]


def addresses(ranges: Iterable[IPRange | IPAddress]) -> netaddr.IPSet:
    """Return addresses as a set that can be counted with."""
    return netaddr.IPSet([netaddr.IPNetwork(str(each)) for each in ranges])


def _cut(span: Span, others: Iterable[Span | None]) -> list[Span]:
    """Cut a span wherever another one begins or ends within it."""
    first, last = span
    starts = {first}
    for other in others:
        if other is not None:
            starts |= {other[0], other[1] + 1}
    inside = sorted(each for each in starts if first <= each <= last)
    ends = [each - 1 for each in inside[1:]] + [last]
    return list(zip(inside, ends, strict=True))
