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

"""Text for people, folded to the width of the terminal."""

from collections.abc import Iterator
import os
from typing import TextIO

from rich import cells

from osc_iface.printable import printable

# Longer lines are hard to read, however wide the terminal.
_WIDEST = 120
_NARROWEST = 20


def width(stdout: TextIO, wanted: int) -> int:
    """Return how wide to write.

    :param stdout: where to; its width counts if it is a terminal
    :param wanted: the width that the user chose; 0 for none
    """
    chosen = wanted or _terminal_width(stdout) or _WIDEST
    return max(_NARROWEST, min(chosen, _WIDEST))


def folded(text: str, width: int, indent: str) -> Iterator[str]:
    """Yield the lines of a text, folded between words where it is long."""
    room = width - len(indent)
    line = ''
    for word in printable(text).split(' '):
        for piece in _pieces(word, room):
            longer = f'{line} {piece}' if line else piece
            if line and cells.cell_len(longer) > room:
                yield indent + line
                longer = piece
            line = longer
    if line:
        yield indent + line


def _pieces(word: str, room: int) -> Iterator[str]:
    """Yield a word, in pieces where it is longer than a line."""
    piece = ''
    for char in word:
        if cells.cell_len(piece + char) > room:
            yield piece
            piece = ''
        piece += char
    yield piece


def _terminal_width(stdout: TextIO) -> int:
    """Return the width of the terminal; 0 where it is none."""
    try:
        return os.get_terminal_size(stdout.fileno()).columns
    except (AttributeError, OSError, ValueError):
        return 0
