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

"""What rules let through, compared with one packet after the other."""

from collections.abc import Iterable, Iterator
import ipaddress
import itertools
from typing import Any, NamedTuple

import hypothesis
from hypothesis import strategies as st
import testtools

from osc_iface.check.network_facts import Rule
from osc_iface.notation import IPAddress, IPRange
from osc_iface.reach import packets, rules
from osc_iface.reach.packets import Question
from osc_iface.reach.rules import Members, Peers
from osc_iface.tests.unit import test_properties

# A few addresses, and a few ports: packets enough to try them all.
_NETS = {
    'IPv4': ipaddress.ip_network('10.0.0.0/29'),
    'IPv6': ipaddress.ip_network('2001:db8::/125'),
}
_PORTS = range(20, 28)
_TYPES = range(7, 10)
_CODES = range(2)
_WORDS = {
    'tcp': 6,
    '6': 6,
    'udp': 17,
    'sctp': 132,
    'gre': 47,
    '47': 47,
    'icmp': 1,
    '1': 1,
    'ipv6-icmp': 58,
    'icmpv6': 58,
    '58': 58,
    'unheard-of': -1,
}


class Packet(NamedTuple):
    """What a firewall sees of a packet that comes in, or goes out."""

    ingress: bool
    remote: IPAddress
    protocol: int
    port: int = 0
    type_: int = 0
    code: int = 0


class Who(NamedTuple):
    """Members of groups as text: who is in, and whether these are all."""

    addresses: tuple[str, ...]
    whole: bool


# --- The oracle: one packet, one rule ----------------------------------------


def lets(rule: Rule, packet: Packet, who: dict[str, Who]) -> bool | None:
    """Return whether a rule lets a packet through; None if nobody knows."""
    family = f'IPv{packet.remote.version}'
    if rule.ingress != packet.ingress or rule.family not in ('', family):
        return False
    unsure = False
    if rule.protocol not in (None, 'any'):
        number = _WORDS[str(rule.protocol)]
        if number == 1 and family == 'IPv6':
            number = 58
        if number == -1:
            unsure = True
        elif number != packet.protocol:
            return False
        elif number in (1, 58):
            for wanted, there in zip(
                rule.ports, (packet.type_, packet.code), strict=True
            ):
                if wanted is not None and wanted != there:
                    return False
        elif number in (6, 17, 132):
            low, high = rule.ports
            if low is not None and packet.port < low:
                return False
            if high is not None and packet.port > high:
                return False
    group = rule.group_id or rule.address_group_id
    if rule.prefix is not None and packet.remote not in rule.prefix:
        return False
    if rule.prefix is None and group is not None:
        members = who.get(group)
        named = members is not None and any(
            packet.remote in ipaddress.ip_network(each)
            for each in members.addresses
            if ipaddress.ip_network(each).version == packet.remote.version
        )
        if not named:
            if members is not None and members.whole:
                return False
            unsure = True
    return None if unsure else True


def expected(
    sent: Iterable[Packet], given: list[Rule], who: dict[str, Who]
) -> bool | None:
    """Return whether all packets get through; None if nobody knows."""
    verdicts = {
        _best({lets(rule, packet, who) for rule in given}) for packet in sent
    }
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _best(verdicts: set[bool | None]) -> bool | None:
    """Return what rules do together: the first that lets through, does."""
    if True in verdicts:
        return True
    return None if None in verdicts else False


def sent(question: Question, remotes: IPRange) -> Iterator[Packet]:
    """Yield all packets of a question; of ports, those that rules name."""
    ports = [
        port
        for port in (1, *_PORTS, 1024, 65535)
        if question.ports[0] <= port <= question.ports[1]
    ]
    types = range(max(question.types[0], 6), min(question.types[1], 10) + 1)
    codes = range(question.codes[0], min(question.codes[1], 3) + 1)
    every = (
        [question.protocol]
        if question.protocol is not None
        else [1, 6, 17, 47, 50, 58, 132]
    )
    for remote, protocol in itertools.product(_every(remotes), every):
        if protocol in (6, 17, 132):
            for port in ports:
                yield Packet(question.ingress, remote, protocol, port)
        elif protocol in (1, 58):
            for type_, code in itertools.product(types, codes):
                yield Packet(
                    question.ingress, remote, protocol, 0, type_, code
                )
        else:
            yield Packet(question.ingress, remote, protocol)


def _every(remotes: IPRange) -> list[IPAddress]:
    return [remotes[number] for number in range(remotes.num_addresses)]


# --- What is tried ----------------------------------------------------------


@st.composite
def _prefixes(draw: Any, family: str) -> IPRange:
    net = _NETS[family]
    length = draw(st.integers(net.prefixlen - 1, net.max_prefixlen))
    host = draw(st.sampled_from(list(net)))
    return ipaddress.ip_network((host, length), strict=False)


@st.composite
def _rules(draw: Any) -> Rule:
    family = draw(st.sampled_from(['IPv4', 'IPv4', 'IPv6']))
    protocol = draw(st.sampled_from([None, 'any', *_WORDS]))
    ports: tuple[int | None, int | None] = (None, None)
    if protocol in ('icmp', '1', 'ipv6-icmp', 'icmpv6', '58'):
        type_ = draw(st.none() | st.sampled_from(_TYPES))
        ports = (
            type_,
            None if type_ is None else draw(st.sampled_from([None, 0, 1])),
        )
    elif protocol in ('tcp', '6', 'udp', 'sctp'):
        low, high = sorted(
            [draw(st.sampled_from(_PORTS)), draw(st.sampled_from(_PORTS))]
        )
        ports = draw(st.sampled_from([(low, high), (None, None), (1, 65535)]))
    remote = draw(
        st.sampled_from(['anyone', 'prefix', 'prefix', 'group', 'addresses'])
    )
    return Rule(
        draw(st.sampled_from([True, True, False])),
        family,
        f'rule-{draw(st.integers(0, 999))}',
        protocol,
        ports,
        draw(_prefixes(family)) if remote == 'prefix' else None,
        draw(st.sampled_from('abc')) if remote == 'group' else None,
        draw(st.sampled_from('abc')) if remote == 'addresses' else None,
    )


_who = st.dictionaries(
    st.sampled_from('ab'),
    st.builds(
        Who,
        st.lists(
            (_prefixes('IPv4') | _prefixes('IPv6')).map(str), max_size=4
        ).map(tuple),
        st.booleans(),
    ),
)


@st.composite
def _questions(draw: Any) -> tuple[Question, IPRange]:
    family = draw(st.sampled_from(['IPv4', 'IPv4', 'IPv6']))
    remotes = draw(_prefixes(family))
    remotes = ipaddress.ip_network(
        (remotes[0], max(remotes.prefixlen, _NETS[family].prefixlen))
    )
    protocol = draw(
        st.sampled_from(
            [None, 6, 6, 17, 47, 50, 132, 58 if family == 'IPv6' else 1]
        )
    )
    changes: dict[str, Any] = {}
    if protocol in (6, 17, 132) and draw(st.booleans()):
        changes['ports'] = tuple(
            sorted(
                [draw(st.sampled_from(_PORTS)), draw(st.sampled_from(_PORTS))]
            )
        )
    if protocol in (1, 58) and draw(st.booleans()):
        type_ = draw(st.sampled_from(_TYPES))
        changes['types'] = (type_, type_)
        if draw(st.booleans()):
            code = draw(st.sampled_from(_CODES))
            changes['codes'] = (code, code)
    return Question(
        draw(st.sampled_from([True, True, False])),
        family,
        packets.addresses([remotes]),
        protocol,
        **changes,
    ), remotes


def _peers(who: dict[str, Who]) -> Peers:
    members = {
        id_: Members(
            tuple(ipaddress.ip_network(each) for each in some.addresses),
            some.whole,
        )
        for id_, some in who.items()
    }
    return Peers(members, members)


class TestRules(testtools.TestCase):
    """Whatever the rules are."""

    @test_properties.of_functions
    @hypothesis.given(_questions(), st.lists(_rules(), max_size=7), _who)
    def test_packet_by_packet(
        self,
        asked: tuple[Question, IPRange],
        given: list[Rule],
        who: dict[str, Who],
    ) -> None:
        question, remotes = asked
        every = list(sent(question, remotes))

        found = rules.through(question, given, _peers(who))

        self.assertIs(expected(every, given, who), found.passes)
        if found.passes:
            # The rules that it takes are enough, and none of them is idle.
            needed = list(found.rules)
            self.assertIs(True, expected(every, needed, who))
            for each in needed:
                fewer = [other for other in needed if other is not each]
                self.assertIsNot(True, expected(every, fewer, who))
        for packet in every:
            open_ = found.passes or any(
                _has(slot, packet) and str(packet.remote) in some
                for slot, some in found.open
            )
            self.assertEqual(
                expected([packet], given, who) is True, bool(open_)
            )

    @test_properties.of_functions
    @hypothesis.given(_questions(), st.lists(_rules(), max_size=7), _who)
    def test_one_rule_more_never_takes_away(
        self,
        asked: tuple[Question, IPRange],
        given: list[Rule],
        who: dict[str, Who],
    ) -> None:
        question, _remotes = asked
        order = [False, None, True]

        verdicts = [
            order.index(
                rules.through(question, given[:count], _peers(who)).passes
            )
            for count in range(len(given) + 1)
        ]

        self.assertEqual(sorted(verdicts), verdicts)


def _has(slot: packets.Slot, packet: Packet) -> bool:
    """Return whether a packet is one of a slot."""
    first, second = packet.port, 0
    if packet.protocol in (1, 58):
        first, second = packet.type_, packet.code
    wide = len(slot.protocols) > 1
    return packet.protocol in slot.protocols and (
        wide
        or (
            slot.first[0] <= first <= slot.first[1]
            and slot.second[0] <= second <= slot.second[1]
        )
    )
