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

"""A page of a list, for both services."""

from collections.abc import Callable, Iterable
import itertools
from typing import NamedTuple
import urllib.parse

from osc_iface.tests.fake.items import Item

Query = dict[str, list[str]]


class Page(NamedTuple):
    """Items, and whether there may be more.

    :ivar items: those of the page
    :ivar full: whether there are as many as there could be
    :ivar limited: whether anybody set a limit
    """

    items: list[Item]
    full: bool
    limited: bool


def page(
    everything: Iterable[Item],
    found: Callable[[Item], bool],
    query: Query,
    most: int | None,
    no_marker: Callable[[str], None],
) -> Page:
    """Take a page out of what is found.

    :param everything: what the user may see, in order
    :param found: whether an item passes the filters
    :param query: with the limit and the marker; of several, the last holds
    :param most: how many items the service gives; None for all
    :param no_marker: called where nothing has the ID of the marker; may
        raise, or the list begins anew
    """
    limit = int(query.get('limit', ['0'])[-1]) or most
    if most is not None and limit is not None:
        limit = min(limit, most)
    rest = list(everything)
    marker = query.get('marker', [None])[-1]
    if marker is not None:
        ids = [item['id'] for item in rest]
        if marker in ids:
            # What was read does not depend on whether it still passes.
            rest = rest[ids.index(marker) + 1 :]
        else:
            no_marker(marker)
    items = list(itertools.islice(filter(found, rest), limit))
    return Page(items, len(items) == limit, limit is not None)


def link(
    rel: str, url: str, query: Query, items: list[Item], **more: str
) -> Item:
    """Return a link to another page.

    :param rel: 'next' or 'previous'
    :param url: of the list
    :param query: of this page
    :param items: those of this page, the last or the first of which is where
        the other one begins or ends
    :param more: of its query
    """
    others = {key: value for key, value in query.items() if key != 'marker'}
    if items:
        marker = items[-1 if rel == 'next' else 0]['id']
        others['marker'] = [marker]
    parameters = urllib.parse.urlencode({**others, **more}, doseq=True)
    return {'rel': rel, 'href': f'{url}?{parameters}'}
