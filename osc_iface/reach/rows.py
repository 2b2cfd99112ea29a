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

"""What gets through, as rows for programs, and lines on standard error."""

from collections.abc import Iterable, Sequence
from typing import Any

from osc_iface import cells
from osc_iface.check.reading import Reading
from osc_iface.reach.packets import Question
from osc_iface.reach.verdicts import Row

HEADERS = ('Port ID', 'Address', 'Verdict', 'Decided By', 'Why')


def rows(found: Iterable[Row]) -> list[tuple[Any, ...]]:
    """Return a row for each way."""
    return [
        (
            cells.Text(each.nic.id),
            cells.Text(each.address),
            cells.Text(each.verdict.value),
            None if each.decided_by is None else cells.Text(each.decided_by),
            cells.Text(each.why),
        )
        for each in found
    ]


def nothing(
    found: Sequence[Row], questions: Sequence[Question], server: str
) -> str:
    """Return a sentence where there is no way that could be told of."""
    if found:
        return ''
    versions = ' or '.join(each.family for each in questions)
    return f'No interface of server {server} has an {versions} address.'


def not_seen(reading: Reading) -> str:
    """Return the line about what this user may not see, or nothing."""
    return f'Not seen: {"; ".join(reading.unseen)}.' if reading.unseen else ''
