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
"""What does not depend on each other, asked at the same time."""

from collections.abc import Callable, Iterable, Iterator

# Its threads are daemons: an interrupted command need not wait for them.
from multiprocessing.pool import ThreadPool
import threading
from typing import Generic, TypeVar

from osc_iface import errors

# How many requests are under way at once.
IN_FLIGHT = 8
# After so many in a row without an answer of use, the others would only take
# long to fail.
GIVE_UP_AFTER = 8

_T = TypeVar('_T')
_S = TypeVar('_S')


def both(first: Callable[[], _T], second: Callable[[], _S]) -> tuple[_T, _S]:
    """Make two calls at the same time.

    :returns: what they return
    :raises Exception: what the first raises, or else the second
    """
    with ThreadPool(1) as pool:
        other = pool.apply_async(second)
        try:
            result = first()
        except Exception:
            # No request of a command comes after its end.
            other.wait()
            raise
        return result, other.get()


def each(
    ask: Callable[[str], _T], ids: Iterable[str], what: str = 'server'
) -> Iterator[tuple[str, _T | errors.CallFailed]]:
    """Ask for things one by one, several at once.

    :param ask: takes an ID, raises CallFailed
    :param ids: the IDs
    :param what: what these are, for messages
    :returns: the IDs in their order, with what ``ask`` returned for each, or
        why it did not
    :raises osc_iface.errors.CallFailed: the service gave no answer of use
        many times in a row; or it does not take the login any more
    """
    ids = list(ids)
    asked = _Asked(ask, what)
    with ThreadPool(max(1, min(IN_FLIGHT, len(ids)))) as pool:
        answers = pool.imap(asked.about, ids)
        for id_, answer in zip(ids, answers, strict=True):
            if asked.given_up:
                raise errors.CallFailed(asked.given_up)
            yield id_, answer


class _Asked(Generic[_T]):
    """Questions about things, until it is in vain to ask any more.

    :ivar given_up: why no more is asked; empty as long as that goes on
    """

    def __init__(self, ask: Callable[[str], _T], what: str) -> None:
        self._ask = ask
        self._what = what
        self._lock = threading.Lock()
        self._in_vain = 0
        self.given_up = ''

    def about(self, id_: str) -> _T | errors.CallFailed:
        """Return the answer, or why there is none."""
        if self.given_up:
            return errors.CallFailed(self.given_up)
        answer = self._tried(id_)
        with self._lock:
            self._in_vain = self._in_vain + 1 if _of_no_use(answer) else 0
            if self._in_vain == GIVE_UP_AFTER:
                self.given_up = (
                    f'No usable answer {GIVE_UP_AFTER} times in a row, so '
                    f'the others were not asked for. The last one: {answer}'
                )
        return answer

    def _tried(self, id_: str) -> _T | errors.CallFailed:
        """Return the answer, or why there is none."""
        try:
            return self._ask(id_)
        except errors.CallFailed as exc:
            return exc
        except Exception as exc:
            # Whatever it is, it shall not lose what is known of the others.
            return errors.CallFailed(
                f'Cannot read {self._what} {id_}: {type(exc).__name__}: {exc}.'
            )


def _of_no_use(answer: object) -> bool:
    """Return whether an answer is none, or tells of an outage."""
    if not isinstance(answer, errors.CallFailed):
        return False
    status = answer.status
    return status is None or status in (401, 429) or status >= 500
