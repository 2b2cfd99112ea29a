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

"""What is found, as rows for programs, and as lines on standard error."""

from collections.abc import Iterable, Sequence
from typing import Any

from osc_iface import cells
from osc_iface.check.advice import Client
from osc_iface.check.findings import Finding, Severity, Wanted
from osc_iface.check.reading import Reading

HEADERS = (
    'Severity',
    'Check',
    'Object',
    'Object ID',
    'Servers',
    'Finding',
    'Advice',
)
# The formats that have more than texts.
_STRUCTURED = ('json', 'yaml')


class Servers(cells.Cell):
    """Servers: IDs and names to programs."""


def rows(
    findings: Iterable[Finding], client: Client, format_: str
) -> list[tuple[Any, ...]]:
    """Return a row for each finding.

    :param findings: what is found
    :param client: the client that runs
    :param format_: the name of the output format
    """
    return [
        (
            cells.Text(str(each.weight)),
            cells.Text(each.check),
            cells.Text(each.kind),
            cells.Text(each.object_id),
            _servers(each, format_),
            cells.Text(each.text),
            cells.Text(client.line(each.advice)),
        )
        for each in findings
    ]


def summary(
    findings: Sequence[Finding], reading: Reading, wanted: Wanted
) -> str:
    """Return the line that ends a check: what was looked at, and found."""
    facts = reading.facts
    interfaces = 'of unknown interfaces'
    if facts.ports is not None:
        count = sum(1 for _ in facts.nics())
        interfaces = 'with ' + _counted(count, 'interface')
    counts = [
        _counted(
            sum(1 for each in findings if each.weight is severity),
            str(severity),
        )
        for severity in sorted(Severity, reverse=True)
        if severity >= wanted.lowest
    ]
    return (
        f'Checked {_counted(len(facts.servers), "server")} {interfaces}: '
        f'{", ".join(counts)}.'
    )


def not_checked(reading: Reading) -> str:
    """Return the line about what this user may not see, or nothing."""
    if not reading.unseen:
        return ''
    return f'Not checked: {"; ".join(reading.unseen)}.'


def _servers(finding: Finding, format_: str) -> cells.Cell:
    """Return the servers of a finding, as a format shows them."""
    if format_ in _STRUCTURED:
        return Servers(
            [{'id': id_, 'name': name} for id_, name in finding.servers]
        )
    return cells.Text(', '.join(name or id_ for id_, name in finding.servers))


def _counted(count: int, noun: str) -> str:
    """Return a number of things."""
    return f'{count} {noun}{"" if count == 1 else "s"}'
