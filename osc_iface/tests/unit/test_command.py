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


"""What all commands share: writing the output, and what hinders it."""

import argparse
import errno
import io
import os
from pathlib import Path
import types
from typing import Any

import fixtures
from osc_lib import exceptions
import testtools

from osc_iface.command import Command


class Writer:
    """Stands for the client's own class: writes to where it is told."""

    app: Any

    def produce_output(self, _args: Any, names: str, _data: Any) -> int:
        self.app.stdout.write(names)
        return 7


class WritingCommand(Command, Writer):
    """A command of ours over it."""


class Full(io.StringIO):
    """A stream that is no file, and takes nothing."""

    def __init__(self, *why: Any) -> None:
        super().__init__()
        self.why = why

    def flush(self) -> None:
        raise OSError(*self.why)


class TestOutput(testtools.TestCase):
    def produced(self, stdout: Any, text: str = 'text') -> int:
        """Write to a stream as a command does; give its status."""
        command = WritingCommand()
        command.app = types.SimpleNamespace(stdout=stdout)
        return command.produce_output(argparse.Namespace(), text, [])

    def assert_failed(self, stdout: Any, why: str, text: str = 'text') -> None:
        failed = self.assertRaises(
            exceptions.CommandError, self.produced, stdout, text
        )
        self.assertEqual(f'Cannot write the output: {why}.', str(failed))

    def test_is_written_at_once(self) -> None:
        """Or nobody would notice a failure at the exit."""
        path = Path(self.useFixture(fixtures.TempDir()).path, 'out')
        with open(path, 'w') as file:
            self.assertEqual(7, self.produced(file))

            self.assertEqual('text', path.read_text())

    def test_closed(self) -> None:
        self.assert_failed(None, 'standard output is closed')

    def test_full_disk(self) -> None:
        """Nothing of it is left to fail once more, and no descriptor."""
        free = self.next_numbers()
        with open('/dev/full', 'w') as disk:
            before = os.fstat(disk.fileno())

            self.assert_failed(disk, 'No space left on device')

            disk.flush()
            self.assertTrue(os.path.samestat(before, os.fstat(disk.fileno())))
            self.assert_failed(disk, 'No space left on device')
        self.assertEqual(free, self.next_numbers())

    def next_numbers(self) -> list[int]:
        """Return those that the next descriptors would have."""
        numbers = [os.dup(1) for _ in range(6)]
        for number in numbers:
            os.close(number)
        return numbers

    def test_full_disk_that_is_no_file(self) -> None:
        self.assert_failed(
            Full(errno.ENOSPC, 'No space left on device'),
            'No space left on device',
        )
        self.assert_failed(Full('It is full'), 'It is full')

    def test_reader_that_has_gone_is_for_the_client(self) -> None:
        reader, writer = os.pipe()
        with open(writer, 'w') as pipe:
            os.close(reader)

            self.assertRaises(BrokenPipeError, self.produced, pipe)

    def test_character_that_the_locale_has_not(self) -> None:
        self.assert_failed(
            io.TextIOWrapper(io.BytesIO(), 'ascii'),
            'ascii, the encoding of the locale, has no character U+00E4; '
            'choose a locale with UTF-8, LC_ALL=C.UTF-8 for example',
            'a\u00e4\u00f6',
        )
