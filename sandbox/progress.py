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

"""The steps of the work, shown while they are taken."""

from collections.abc import Iterator
import contextlib
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console, Group, RenderableType
from rich.progress import (
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)


class _Lines(Progress):
    """Lines that are drawn with an empty one below them.

    tox shows what a command prints at the end of each line, or when it
    pauses, which a progress bar does not. So each drawing ends with a line.
    """

    def get_renderable(self) -> RenderableType:
        """Return what is drawn."""
        return Group(super().get_renderable(), '')


class Steps:
    """Draws a line for each step, with its time, on a stream.

    Where that is no terminal, the line is printed once, when the step
    begins.
    """

    def __init__(self, stream: TextIO) -> None:
        """Draw nothing yet."""
        # Not left to rich: it takes any stream for one if FORCE_COLOR is set.
        terminal = stream.isatty()
        self.console = Console(
            file=stream, force_terminal=terminal, highlight=False
        )
        self.live = terminal and not self.console.is_dumb_terminal
        self.progress = _Lines(
            SpinnerColumn(finished_text='✓'),
            TextColumn('{task.description}', markup=False),
            TimeElapsedColumn(),
            console=self.console,
            disable=not self.live,
        )
        self.task: TaskID | None = None

    def __enter__(self) -> Self:
        """Start to draw."""
        # Older ones of rich end with a line even if they drew nothing.
        if self.live:
            self.progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the lines as they are."""
        if self.live:
            self.progress.stop()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show ``title`` as at work, and as done if the block succeeds."""
        if not self.live:
            self.console.print(f'{title} ...', markup=False)
        self.task = self.progress.add_task(title, total=1)
        yield
        self.progress.update(self.task, description=title, completed=1)

    def detail(self, text: str) -> None:
        """Show another text for the step at work."""
        if self.task is not None:
            self.progress.update(self.task, description=text)
