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

"""How findings are written for people, and what is advised."""

import argparse
import io
import types
from typing import Any

import testtools

from osc_iface.check.advice import Advice, Client, broken, pasted
from osc_iface.check.findings import Finding, Severity
from osc_iface.check.report import Report

ENABLE = Advice('Enable it.', (('port set', '--enable', 'p'),))


def finding(**changes: Any) -> Finding:
    """Return a finding with changes."""
    return Finding(
        **{
            'kind': 'port',
            'object_id': 'p',
            'label': 'port-1',
            'servers': (('s', 'web-1'),),
            'text': 'It is so.',
            'advice': Advice('Do it.'),
            'severity': Severity.ERROR,
            'check': 'some-check',
            **changes,
        }
    )


def client(*options: str) -> Client:
    """Return a client whose one command is ``port set``."""

    def get_parser(name: str) -> argparse.ArgumentParser:
        parser = argparse.ArgumentParser()
        parser.add_argument('port')
        for option in options:
            parser.add_argument(option, action='store_true')
        return parser

    def find_command(words: list[str]) -> Any:
        if words != ['port', 'set']:
            raise ValueError('no such command')
        return (
            lambda *_args: types.SimpleNamespace(get_parser=get_parser),
            'port set',
            [],
        )

    manager = types.SimpleNamespace(find_command=find_command)
    return Client(types.SimpleNamespace(command_manager=manager))


class TestClient(testtools.TestCase):
    def test_command_that_it_has(self) -> None:
        self.assertEqual(
            'openstack port set --enable p', client('--enable').line(ENABLE)
        )

    def test_option_that_it_lacks(self) -> None:
        self.assertEqual('Enable it.', client().line(ENABLE))
        self.assertEqual(
            'Or so.', client().line(ENABLE._replace(instead='Or so.'))
        )

    def test_command_that_it_lacks(self) -> None:
        other = Advice('Sing.', (*ENABLE.commands, ('sing', 'p')))

        self.assertEqual('Sing.', client('--enable').line(other))


class TestCommands(testtools.TestCase):
    def test_is_quoted(self) -> None:
        self.assertEqual(
            "openstack port set --name 'a b' ''",
            pasted(('port set', '--name', 'a b', '')),
        )

    def test_breaks_at_options(self) -> None:
        command = ('port set', '--name', 'n' * 20, '--description', '', 'p')

        self.assertEqual(
            [
                'openstack port set \\',
                '  --name ' + 'n' * 20 + ' \\',
                "  --description '' p",
            ],
            broken(command, 32),
        )
        self.assertEqual([pasted(command)], broken(command, 100))

    def test_option_without_a_value(self) -> None:
        """It keeps nothing beside it for which there is no room."""
        command = ('port unset', '--device', '--device-owner', 'p' * 10)

        self.assertEqual(
            [
                'openstack port unset \\',
                '  --device --device-owner \\',
                '  pppppppppp',
            ],
            broken(command, 28),
        )
        self.assertEqual(
            [
                'openstack port unset --device \\',
                '  --device-owner pppppppppp',
            ],
            broken(command, 32),
        )


class TestReport(testtools.TestCase):
    def written(
        self, *findings: Finding, width: int = 0, client: Any = None
    ) -> str:
        """Return the report of findings."""
        stream = io.StringIO()
        options = argparse.Namespace(max_width=width)
        Report(findings, client).emit_list([], [], stream, options)
        return stream.getvalue()

    def test_worst_server_first(self) -> None:
        other = finding(servers=(('t', 'web-2'),), severity=Severity.NOTE)

        self.assertEqual(
            'web-1 (s)\n'
            '  ERROR some-check, port port-1 (p)\n'
            '    It is so.\n'
            '    Do it.\n'
            '\n'
            'web-2 (t)\n'
            '  NOTE some-check, port port-1 (p)\n'
            '    It is so.\n'
            '    Do it.\n',
            self.written(other, finding()),
        )

    def test_what_concerns_most_servers_first(self) -> None:
        both = (('s', 'web-1'), ('t', 'web-2'))
        shared = finding(kind='router', servers=both, text='It is off.')
        note = finding(
            severity=Severity.NOTE,
            servers=(*both, ('u', 'web-3')),
            text='It may be so.',
        )

        told = self.written(note, finding(), shared)

        self.assertEqual(
            [
                '2 servers: web-1, web-2',
                'web-1 (s)',
                '3 servers: web-1, web-2, web-3',
            ],
            [block.splitlines()[0] for block in told.split('\n\n')],
        )

    def test_nothing(self) -> None:
        self.assertEqual('', self.written())

    def test_ports_of_one_server(self) -> None:
        told = self.written(
            *(finding(object_id=each, label=f'port-{each}') for each in 'abcd')
        )

        self.assertIn('4 ports: port-a, port-b, port-c and 1 more\n', told)

    def test_commands_are_joined(self) -> None:
        twice = ENABLE._replace(commands=ENABLE.commands * 2)

        told = self.written(finding(advice=twice), client=client('--enable'))

        self.assertIn(
            '    Enable it.\n'
            '      openstack port set --enable p &&\n'
            '      openstack port set --enable p\n',
            told,
        )

    def test_commands_that_the_client_lacks(self) -> None:
        told = self.written(
            finding(advice=ENABLE._replace(instead='Or so.')), client=client()
        )

        self.assertIn('    Or so.\n', told)
        self.assertNotIn('openstack', told)

    def test_many_that_differ_in_their_commands_alone(self) -> None:
        for count, blocks in ((10, 10), (11, 1)):
            told = self.written(
                *(
                    finding(
                        object_id=f'p{each}',
                        servers=((f's{each}', None),),
                        advice=Advice(
                            'Enable it.',
                            (('port set', '--enable', f'p{each}'),),
                        ),
                    )
                    for each in range(count)
                ),
                client=client('--enable'),
            )

            self.assertEqual(blocks, told.count('Enable it.'))
            self.assertEqual(blocks, told.count('openstack port set'))
            self.assertEqual(blocks == 1, '-f value -c Advice' in told)
        self.assertIn('11 servers: s0, s1, s2 and 8 more', told)

    def test_fits(self) -> None:
        text = 'word ' * 60 + '\u6f22' * 100 + ' end'
        for width, most in ((0, 120), (40, 40), (5, 20), (500, 120)):
            lines = self.written(
                finding(text=text, label='x' * 255), width=width
            ).splitlines()

            self.assertLessEqual(max(map(len, lines)), most)
            joined = ''.join(''.join(lines).split())
            self.assertIn(''.join(text.split()), joined)

    def test_nothing_that_a_terminal_obeys(self) -> None:
        told = self.written(
            finding(
                label='\x1b[31m',
                text='a\nb',
                servers=(('s', '\u202ename'),),
            )
        )

        self.assertNotIn('\x1b', told)
        self.assertNotIn('\u202e', told)
        self.assertIn(r'a\nb', told)

    def test_server_that_is_not_there(self) -> None:
        self.assertIn(
            'Server s\n', self.written(finding(servers=(('s', None),)))
        )

    def test_no_object_for_a_server(self) -> None:
        told = self.written(finding(kind='server', object_id='s'))

        self.assertIn('  ERROR some-check\n', told)
