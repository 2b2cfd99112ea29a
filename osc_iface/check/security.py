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

"""Checks: what the security groups of an interface let through."""

from collections.abc import Iterator, Sequence

from osc_iface.check.advice import Advice
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import (
    Finding,
    Need,
    Severity,
    check,
    names,
    on_port,
)
from osc_iface.check.network_facts import PASSTHROUGH, Group, Nic
from osc_iface.reach import rules


@check(
    'no-security-group',
    Severity.ERROR,
    kind='port',
    needs={Need.PORTS},
    seen='The port has port security and no security group: all is dropped.',
    advised='Add a group.',
)
def no_security_group(facts: Facts) -> Iterator[Finding]:
    """Find ports that let nothing through for want of a group."""
    for machine, nic in facts.nics():
        if nic.filtered and nic.groups == ():
            yield on_port(
                machine,
                nic,
                'The port has no security group, and port security: '
                'everything is dropped.',
                Advice(
                    f'Add a security group: "openstack port set '
                    f'--security-group <group> {nic.id}".'
                ),
            )


@check(
    'no-ingress',
    Severity.NOTE,
    kind='port',
    needs={Need.PORTS, Need.GROUPS},
    seen=(
        'No rule lets anything in, for an IP version that the port has an '
        'address of.'
    ),
    advised='Create a rule.',
    unless=('no-security-group',),
)
def no_ingress(facts: Facts) -> Iterator[Finding]:
    """Find ports that nothing reaches."""
    for _machine, nic, groups in _filtered(facts):
        closed = _without(nic, groups, ingress=True)
        if closed:
            yield on_port(
                _machine,
                nic,
                f'Nothing is let in{_only(nic, closed)}: no rule of '
                f'{names(groups)} does.',
                _let_in(nic, groups, closed),
            )


@check(
    'ingress-from-groups-only',
    Severity.NOTE,
    kind='port',
    needs={Need.PORTS, Need.GROUPS},
    seen='Only members of security groups are let in.',
    advised='Is that meant?',
)
def ingress_from_groups_only(facts: Facts) -> Iterator[Finding]:
    """Find ports that only members of groups reach."""
    for machine, nic, groups in _filtered(facts):
        inward = [
            (rule, family)
            for group in groups
            for rule in group.rules
            for family in nic.families
            if rule.allows(True, family)
        ]
        if inward and all(rule.from_group for rule, _family in inward):
            closed = sorted({family for _each, family in inward})
            yield on_port(
                machine,
                nic,
                f'Only members of security groups are let in, by '
                f'{names(groups)}.',
                _let_in(nic, groups, closed, 'If others are to be let in, '),
            )


@check(
    'no-egress',
    Severity.WARNING,
    Severity.NOTE,
    kind='port',
    needs={Need.PORTS, Need.GROUPS},
    seen=(
        'No rule lets anything out; a note where that is so for one of two '
        'IP versions.'
    ),
    advised='Create a rule.',
    unless=('no-security-group',),
)
def no_egress(facts: Facts) -> Iterator[Finding]:
    """Find ports that nothing leaves."""
    for machine, nic, groups in _filtered(facts):
        closed = _without(nic, groups, ingress=False)
        if closed:
            yield on_port(
                machine,
                nic,
                f'Nothing is let out{_only(nic, closed)}: no rule of '
                f'{names(groups)} does.',
                _let_out(nic, groups, closed),
                Severity.NOTE if closed != nic.families else None,
            )


@check(
    'groups-not-enforced',
    Severity.NOTE,
    kind='port',
    needs={Need.PORTS},
    seen='The port has security groups, and a vNIC type that passes them by.',
    advised='Filter inside the guest.',
)
def groups_not_enforced(facts: Facts) -> Iterator[Finding]:
    """Find ports whose groups do nothing."""
    for machine, nic in facts.nics():
        if nic.groups and nic.secured and nic.vnic_type in PASSTHROUGH:
            # Cards to which the switch is offloaded do what it does.
            unless = ', unless the switch filters in the card'
            yield on_port(
                machine,
                nic,
                f'Its vNIC type is {nic.vnic_type}: what its security groups '
                f'say is not enforced{unless * (nic.vnic_type == "direct")}.',
                Advice('Filter inside the guest.'),
            )


def _filtered(
    facts: Facts,
) -> Iterator[tuple[Machine, Nic, list[Group]]]:
    """Yield the ports that rules filter, with their groups, all known."""
    for machine, nic in facts.nics():
        groups = facts.groups_of(nic)
        if groups and nic.filtered:
            yield machine, nic, groups


def _without(nic: Nic, groups: Sequence[Group], ingress: bool) -> list[str]:
    """Return the IP versions of a port that no rule lets through."""
    return [
        family
        for family in nic.families
        if not rules.lets_anything(groups, ingress, family)
    ]


def _only(nic: Nic, closed: list[str]) -> str:
    """Return what to say where one of two IP versions is meant."""
    return f' by {closed[0]}' if closed != nic.families else ''


def _chosen(nic: Nic, groups: Sequence[Group]) -> str:
    """Return the ID of the group that is to have a rule more.

    Those that others share are for them to change.
    """
    return min(
        groups,
        key=lambda each: (
            each.project_id != nic.project_id,
            each.name,
            each.id,
        ),
    ).id


def _let_out(nic: Nic, groups: Sequence[Group], families: list[str]) -> Advice:
    """Return the advice to let all out, as groups do by default."""
    return Advice(
        'Let all out, as groups do by default, or create rules for what is '
        'needed.',
        tuple(
            (
                'security group rule create',
                '--egress',
                '--ethertype',
                family,
                _chosen(nic, groups),
            )
            for family in families
        ),
    )


def _let_in(
    nic: Nic, groups: Sequence[Group], families: list[str], when: str = ''
) -> Advice:
    """Return the advice to let something in, to be known by who reads it."""
    text = (
        f'{when}create a rule: "openstack security group rule create '
        f'--ingress --ethertype {families[0]} --protocol <protocol> '
        f'--dst-port <port> {_chosen(nic, groups)}".'
    )
    return Advice(text[:1].upper() + text[1:])
