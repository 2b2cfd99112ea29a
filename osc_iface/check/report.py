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

"""What is found, written for people: a block for each server."""

import argparse
import collections
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TextIO

from cliff.formatters import base

from osc_iface import paragraphs
from osc_iface.check import advice, overview
from osc_iface.check.advice import Client
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import Finding, Severity
from osc_iface.printable import printable

# Of many names, so many are told.
_FIRST = 3
_LIKEWISE = (
    'And so for the others; "-f value -c Advice" has the commands for all.'
)
# Of more findings that differ in their commands alone, one block is made.
_MANY = 10

# IDs and names of servers.
_Servers = tuple[tuple[str, str | None], ...]


class Alike(NamedTuple):
    """Findings that say the same, and the servers they say it of."""

    findings: list[Finding]
    servers: _Servers

    @property
    def worst(self) -> Severity:
        """How bad they are."""
        return self.findings[0].weight


class Report(base.ListFormatter):
    """The findings as text; what many servers share is said once.

    :param findings: what is found
    :param client: the client that runs
    :param facts: what it is found in, where all interfaces are to be shown
    """

    def __init__(
        self,
        findings: Iterable[Finding] = (),
        client: Client | None = None,
        facts: Facts | None = None,
    ) -> None:
        self._findings = list(findings)
        self._client = client
        self._facts = facts
        self._shown: dict[_Servers, Machine] = {
            ((machine.id, machine.name),): machine
            for machine, _nics in (facts.machines() if facts else ())
        }

    def add_argument_group(self, parser: argparse.ArgumentParser) -> None:
        """Add no options of its own."""

    def emit_list(
        self,
        column_names: Sequence[str],
        data: Iterable[Sequence[Any]],
        stdout: TextIO,
        parsed_args: argparse.Namespace,
    ) -> None:
        """Write the findings, not the columns that are made of them.

        :param column_names: not used
        :param data: not used
        :param stdout: where to write; its width counts if it is a terminal
        :param parsed_args: with the client's options for tables
        """
        width = paragraphs.width(stdout, parsed_args.max_width)
        blocks = [
            '\n'.join(self._block(servers, alike, width)) + '\n'
            for servers, alike in _blocks(self._findings, self._shown)
        ]
        stdout.write('\n'.join(blocks))

    def _block(
        self, servers: _Servers, alike: list[Alike], width: int
    ) -> Iterator[str]:
        """Yield the lines about some servers."""
        yield from paragraphs.folded(_called(servers), width, '')
        yield from self._interfaces(servers, width)
        for each in alike:
            finding = each.findings[0]
            head = f'{str(each.worst).upper()} {finding.check}'
            if finding.kind != 'server' or len(servers) == 0:
                head += f', {_objects(each.findings)}'
            yield from paragraphs.folded(head, width, '  ')
            yield from paragraphs.folded(finding.text, width, '    ')
            yield from self._advice(each.findings, width)

    def _interfaces(self, servers: _Servers, width: int) -> Iterator[str]:
        """Yield the lines about the interfaces of a server of its own."""
        machine = self._shown.get(servers)
        if machine is None or self._facts is None:
            return
        for line in overview.table(self._facts, machine, width - 2):
            yield f'  {line}'
        for way in overview.ways(self._facts, machine, self._findings):
            yield from paragraphs.folded(way, width, '  ')

    def _advice(self, findings: list[Finding], width: int) -> Iterator[str]:
        """Yield the lines that tell what to do."""
        advised = findings[0].advice
        commands = self._client.usable(advised) if self._client else ()
        text = advised.text if commands else advised.instead or advised.text
        yield from paragraphs.folded(text, width, '    ')
        for line in advice.several(commands, width - 6):
            yield '      ' + printable(line)
        if any(each.advice != advised for each in findings):
            yield from paragraphs.folded(_LIKEWISE, width, '    ')


def _blocks(
    findings: Iterable[Finding], shown: Iterable[_Servers]
) -> list[tuple[_Servers, list[Alike]]]:
    """Return what is said of which servers, the worst first.

    Of what is as bad, that comes first which concerns most servers. Nothing
    may be said of those that are shown anyway.
    """
    findings = list(findings)
    count = collections.Counter(map(_told, findings))
    same: dict[tuple[object, ...], list[Finding]] = {}
    for each in findings:
        key: tuple[object, ...] = _told(each)
        if count[_told(each)] <= _MANY:
            key += each.advice
        same.setdefault(key, []).append(each)
    blocks: dict[_Servers, list[Alike]] = {}
    for some in same.values():
        servers = tuple(
            dict.fromkeys(server for each in some for server in each.servers)
        )
        blocks.setdefault(servers, []).append(Alike(some, servers))
    for each_shown in shown:
        blocks.setdefault(each_shown, [])
    return sorted(
        blocks.items(),
        key=lambda block: (
            -max((each.worst for each in block[1]), default=0),
            -len(block[0]),
        ),
    )


def _told(finding: Finding) -> tuple[object, ...]:
    """Return what a finding says, without the commands."""
    return finding.check, finding.weight, finding.text, finding.advice.text


def _called(servers: _Servers) -> str:
    """Return the heading of a block."""
    if len(servers) == 1:
        id_, name = servers[0]
        return f'{name} ({id_})' if name else f'Server {id_}'
    return f'{len(servers)} servers: ' + _first(
        [name or id_ for id_, name in servers]
    )


def _objects(findings: list[Finding]) -> str:
    """Return what findings are about, as people know it."""
    kind = findings[0].kind
    if len(findings) == 1:
        label, id_ = findings[0].label, findings[0].object_id
        return f'{kind} {label}' + (f' ({id_})' if label != id_ else '')
    return f'{len(findings)} {kind}s: ' + _first(
        [each.label for each in findings]
    )


def _first(names: list[str]) -> str:
    """Return the first of some names."""
    more = len(names) - _FIRST
    return ', '.join(names[:_FIRST]) + (f' and {more} more' * (more > 0))
