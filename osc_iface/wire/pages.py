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
"""Lists in parts: what fits into a URL, and where a page goes on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
import math
import urllib.parse

from osc_iface.model import Query

# How many characters of a URL the values of a query may take: Apache takes
# 8,190 for the whole line by default. That is about 150 IDs.
ROOM_IN_URL = 7000
# How often a list goes on before an item that has gone. Each time goes twice
# as far back, so that this is met by a service that refuses whatever it is.
_MOST_STEPS_BACK = 20


def cut(
    items: Sequence[str],
    as_sent: Callable[[str], str],
    room: int = ROOM_IN_URL,
) -> Iterator[list[str]]:
    """Cut a list into parts, each to fit into a URL.

    :param items: IDs or names
    :param as_sent: what stands in the URL for one of them, unquoted
    :param room: how many characters there are for it, quoted
    :returns: the parts, none of them empty
    """
    part: list[str] = []
    used = 0
    for item in items:
        width = len(urllib.parse.quote_plus(as_sent(item))) + 1
        if part and used + width > room:
            yield part
            part, used = [], 0
        part.append(item)
        used += width
    if part:
        yield part


def parts(query: Query, room: int = ROOM_IN_URL) -> Iterator[Query]:
    """Cut a query into parts that find the same together.

    :param query: filters; a key given several times means either, and so
        does ``fixed_ips`` for each of the things that are asked of one
    :param room: how many characters there are, quoted
    :returns: queries; they may find things twice
    """
    groups: dict[tuple[str, str], Query] = {}
    for key, value in query:
        kind = value.partition('=')[0] if key == 'fixed_ips' else ''
        groups.setdefault((key, kind), []).append((key, value))
    widest = max(groups.values(), key=_width, default=[])
    if _width(query) <= room or len(widest) == 1:
        yield query  # in the second case it is for the service to refuse
        return
    others = [each for each in query if each not in widest]
    left = room - _width(others)
    # If the others are long, too, they are to be cut next.
    count = math.ceil(_width(widest) / left) if 2 * left > room else 2
    size = math.ceil(len(widest) / count)
    for start in range(0, len(widest), size):
        yield from parts(others + widest[start : start + size], room)


def ids_or_all(ids: Iterable[str], key: str = 'id') -> Query:
    """Return a query for things by IDs, if these fit into one URL.

    Where they do not, to list all that there are takes fewer requests: the
    query is empty then, and what comes back is to be picked from.

    :param ids: the IDs
    :param key: what they are of these things
    """
    query = [(key, each) for each in sorted(ids)]
    return query if len(list(parts(query))) == 1 else []


class Markers:
    """Where the next page of a list begins.

    Both services want the ID of the item before it. One that has been deleted
    since they refuse, and a page has to begin further ahead; of subnets and
    floating IPs, Network begins the list anew. Either way items come again.
    """

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._places: dict[str, int] = {}
        self._last = -1  # the place of the item that the next page follows
        self._steps_back = 0
        self._repeats = 0  # how many items may come once more

    @property
    def marker(self) -> str | None:
        """The ID that the next page follows; None for the first page."""
        return None if self._last < 0 else self._ids[self._last]

    def step_back(self) -> bool:
        """Have the next page follow an older item; return if that helps."""
        self._steps_back += 1
        distance = min(2**self._steps_back // 2, self._last + 1)
        self._last -= distance
        self._repeats += distance
        return self._steps_back <= _MOST_STEPS_BACK

    def go_on(self, ids: Iterable[str]) -> bool:
        """Take in a page; return whether it leads on to another one.

        :param ids: those of its items
        """
        before = len(self._ids)
        ids = list(ids)
        if before and ids[:1] == self._ids[:1]:
            self._steps_back += 1
            self._repeats = max(self._repeats, before)
        for id_ in ids:
            if id_ not in self._places:
                self._places[id_] = len(self._ids)
                self._ids.append(id_)
            self._last = self._places[id_]
        if len(self._ids) == before:
            self._repeats -= 1
        return self._repeats >= 0 and self._steps_back <= _MOST_STEPS_BACK


def _width(query: Query) -> int:
    """Return how many characters a query takes in a URL."""
    return len(urllib.parse.urlencode(query))
