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

"""What a check has read, and what it could not read."""

from collections.abc import Callable, Iterable, Iterator
import dataclasses
from typing import TypeVar

from osc_iface import errors, progress
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.wire import parallel

_T = TypeVar('_T')


@dataclasses.dataclass
class Reading:
    """What has been read, and what has not.

    ``failures`` are sentences about what could not be read, ``unseen`` are
    what this user may not see, with the role or policy that it takes.
    """

    facts: Facts
    failures: list[str] = dataclasses.field(default_factory=list)
    unseen: list[str] = dataclasses.field(default_factory=list)

    def missed(self, what: str, exc: errors.CallFailed) -> None:
        """Take note of a call that failed."""
        if exc.status == 403:
            self.unseen.append(f'{what} ({str(exc).rstrip(".")})')
        else:
            self.failures.append(str(exc))

    def answers(
        self,
        ask: Callable[[str], _T],
        ids: list[str],
        doing: str,
        what: str = 'server',
    ) -> Iterator[tuple[str, _T | errors.CallFailed]]:
        """Ask about things, until there is no answer of use any more.

        :param ask: takes an ID, raises CallFailed
        :param ids: the IDs
        :param doing: what is going on, for who waits
        :param what: what these are, for messages
        :returns: the IDs with the answers, or why there is none
        """
        answers = parallel.each(ask, ids, what)
        try:
            yield from progress.shown(answers, len(ids), doing)
        except errors.CallFailed as exc:
            self.failures.append(str(exc))


def called(machines: Iterable[Machine]) -> str:
    """Return servers for a sentence: one, or their number."""
    labels = [machine.label for machine in machines]
    return (
        f'server {labels[0]}'
        if len(labels) == 1
        else (f'{len(labels)} servers')
    )
