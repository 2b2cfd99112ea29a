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

"""The rules that would let through what was asked, as commands."""

from collections.abc import Iterable
from typing import NamedTuple

from osc_iface.check.advice import Command
from osc_iface.check.network_facts import Group, Nic
from osc_iface.reach import packets, phrases, protocols
from osc_iface.reach.known import Known
from osc_iface.reach.packets import Question


class Fix(NamedTuple):
    """Rules that a group lacks, and how many other ports use the group.

    ``others`` is None if that is not known.
    """

    group: Group
    others: int | None
    commands: tuple[Command, ...]


def fix(known: Known, nic: Nic, lacking: Iterable[Question]) -> Fix | None:
    """Return how to let something through, by the group that fewest use.

    :param known: what is known
    :param nic: the port
    :param lacking: what no rule is for, each of one prefix
    :returns: None where no group is of the port's project, or where a rule
        might let in more
    """
    lacking = tuple(lacking)
    if any(each.protocol == protocols.ANY_SOMEWHERE for each in lacking):
        return None
    users = known.users or {}
    ours = [
        (len(users.get(group.id, frozenset()) - {nic.id}), group.name, group)
        for group in known.facts.groups_of(nic) or ()
        if group.project_id in (None, nic.project_id)
    ]
    if not ours:
        return None
    others, _name, group = min(ours, key=lambda each: (*each[:2], each[2].id))
    return Fix(
        group,
        None if known.users is None else others,
        tuple(_command(each, group) for each in lacking),
    )


def _command(question: Question, group: Group) -> Command:
    """Return the command that lets in, or out, what is asked."""
    words = ['--ingress' if question.ingress else '--egress']
    words += ['--ethertype', question.family]
    protocol = question.protocol
    (prefix,) = phrases.prefixes(question.remotes)
    if protocol is not None:
        words += ['--protocol', protocols.name(protocol)]
    if protocol in protocols.WITH_PORTS and question.ports != packets.PORTS:
        words += ['--dst-port', phrases.span(question.ports)]
    if protocol in protocols.WITH_TYPES and question.types != packets.TYPES:
        words += ['--icmp-type', str(question.types[0])]
        if question.codes != packets.CODES:
            words += ['--icmp-code', str(question.codes[0])]
    words += ['--remote-ip', str(prefix), group.id]
    return 'security group rule create', *words
