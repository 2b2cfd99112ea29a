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

"""What a terminal shows of what takes long."""

from collections.abc import Callable, Iterable, Iterator
import contextlib
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


@contextlib.contextmanager
def waiting() -> Iterator[Callable[[str], None]]:
    """Show what is waited for and how long, if standard error is a terminal.

    :returns: what to call with what is waited for, whenever that is known;
        before the first time there is nothing to see
    """
    with contextlib.ExitStack() as stack:
        shown: list[Callable[[str], None]] = []

        def tell(what: str) -> None:
            if shown:
                shown[0](what)
            elif sys.stderr.isatty():
                shown.append(stack.enter_context(_status(what)))

        yield tell


@contextlib.contextmanager
def _status(what: str) -> Iterator[Callable[[str], None]]:
    """Show a line on standard error that begins with the time passed."""
    from rich import console, progress, table  # slow to import

    terminal = console.Console(stderr=True)
    if not terminal.is_interactive:  # it cannot overwrite a line
        yield lambda _what: None
        return
    with progress.Progress(
        progress.TimeElapsedColumn(),
        progress.TextColumn(
            '{task.description}',
            markup=False,
            # A narrow terminal shall not lose the time.
            table_column=table.Column(no_wrap=False),
        ),
        console=terminal,
        transient=True,
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda what: bar.update(task, description=what)
