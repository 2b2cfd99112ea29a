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

"""A progress bar for what takes a request a server."""

from collections.abc import Iterable, Iterator
import sys
from typing import TypeVar

_T = TypeVar('_T')


def shown(items: Iterable[_T], total: int, what: str) -> Iterator[_T]:
    """Pass items on, with a bar on standard error if that is a terminal.

    There is none for a single item.

    :param items: what is to come
    :param total: how many items there will be
    :param what: what is being done, as in "Reading tags"
    :returns: the items; with a bar, they come when it is gone, since what is
        printed meanwhile, to the same terminal, would run into it
    """
    if total < 2 or not sys.stderr.isatty():
        yield from items
        return
    from rich import console, progress  # slow to import

    yield from list(
        progress.track(
            items,
            description=what,
            total=total,
            console=console.Console(stderr=True),
            transient=True,
        )
    )
