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

"""What to do about a finding: commands to paste, or a sentence."""

from collections.abc import Iterator, Sequence
import contextlib
import io
import shlex
from typing import Any, NamedTuple

# A command as the client reads it: its name, then its options and arguments,
# as ("port set", "--enable", "ID").
Command = tuple[str, ...]

_CLIENT = 'openstack'
# What continues a command on the next line, and how far that is indented.
_CONTINUED = ' \\'
_INDENT = '  '
# What has the next command follow, if this one has done its work.
_JOINED = ' &&'


class Advice(NamedTuple):
    """A sentence, and the commands that do what it says, if there are any.

    ``instead`` is what to say where the client that runs lacks one of them.
    """

    text: str
    commands: tuple[Command, ...] = ()
    instead: str = ''


class Client:
    """The client that runs, and what it knows.

    :param app: the client's application
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._known: dict[Command, bool] = {}

    def usable(self, advice: Advice) -> tuple[Command, ...]:
        """Return the commands of an advice; none if it lacks one of them."""
        if all(map(self._knows, advice.commands)):
            return advice.commands
        return ()

    def line(self, advice: Advice) -> str:
        """Return an advice on one line."""
        commands = self.usable(advice)
        if not commands:
            return advice.instead or advice.text
        return f'{_JOINED} '.join(map(pasted, commands))

    def _knows(self, command: Command) -> bool:
        name, *words = command
        options = [word for word in words if word.startswith('--')]
        key = (name, *options)
        if key not in self._known:
            self._known[key] = self._reads(command)
        return self._known[key]

    def _reads(self, command: Command) -> bool:
        """Return whether the client understands a command."""
        name, *words = command
        try:
            factory, _name, _rest = self._app.command_manager.find_command(
                name.split()
            )
            parser = factory(self._app, None).get_parser(name)
            with contextlib.redirect_stderr(io.StringIO()):
                parser.parse_args(words)
        except (SystemExit, ValueError):
            return False
        return True


def pasted(command: Command) -> str:
    """Return a command as it is pasted into a shell."""
    name, *words = command
    return ' '.join([_CLIENT, name, *map(shlex.quote, words)])


def several(commands: Sequence[Command], width: int) -> Iterator[str]:
    """Yield the lines of commands, joined so that they are pasted together.

    :param commands: the commands
    :param width: of the lines; a single option may be wider
    """
    for number, command in enumerate(commands, 1):
        of_one = broken(command, width - len(_JOINED))
        if number < len(commands):
            of_one[-1] += _JOINED
        yield from of_one


def broken(command: Command, width: int) -> list[str]:
    """Return a command on lines that fit, broken where options begin.

    :param command: the command
    :param width: of the lines; a single word may be wider
    :returns: the lines, to be pasted together
    """
    name, *words = command
    room = width - len(_INDENT) - len(_CONTINUED)
    pieces: list[str] = []
    option = False
    for word in words:
        piece = shlex.quote(word)
        # What follows an option is its value, for all that is known here.
        if option and not word.startswith('--'):
            longer = f'{pieces[-1]} {piece}'
            if len(longer) <= room:
                piece = longer
                del pieces[-1]
        pieces.append(piece)
        option = word.startswith('--')
    lines = [f'{_CLIENT} {name}']
    for piece in pieces:
        longer = f'{lines[-1]} {piece}'
        if len(longer) + len(_CONTINUED) <= width:
            lines[-1] = longer
        else:
            lines[-1] += _CONTINUED
            lines.append(_INDENT + piece)
    return lines
