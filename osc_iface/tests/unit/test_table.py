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

"""Tables at terminals of several widths."""

import argparse
import fcntl
import io
import os
import struct
import termios
from typing import Any

import fixtures
from rich import cells

from osc_iface import table
from osc_iface.tests.unit import base, test_columns

# Of the longest ordinary kind.
NAME = 'app-server-12'
WIDE = '管理サーバ'


class TableTestCase(test_columns.ColumnsTestCase):
    """Lists interfaces at a terminal."""

    def terminal(self, width: int) -> None:
        """Have standard output be a terminal of this width."""
        main, child = os.openpty()
        self.addCleanup(os.close, main)
        self.addCleanup(os.close, child)
        size = struct.pack('HHHH', 24, width, 0, 0)
        fcntl.ioctl(child, termios.TIOCSWINSZ, size)
        self.useFixture(
            fixtures.MonkeyPatch(
                'osc_iface.tests.shell.Stream.fileno', lambda _stream: child
            )
        )

    def port(self, **changes: Any) -> None:
        """Let the one port there is have these attributes."""
        self.register_resources('ports', {**test_columns.ONE, **changes})

    def named(self, name: str) -> None:
        """Have one interface, of a server of this name."""
        self.servers[0].update(name=name)
        self.port()

    def shown(self, *args: str) -> list[str]:
        """Return the lines of a table, without its borders."""
        return [
            line[2:-2]
            for line in self.listed(*args).splitlines()
            if not line.startswith('+')
        ]

    def column(self, header: str, *args: str) -> list[str]:
        """Return the lines of a column that is shown alone."""
        head, *lines = self.shown('-c', header, *args)
        self.assertEqual(header, head.rstrip())
        return [line.rstrip() for line in lines]


class TestWidths(TableTestCase):
    ALL = """\
+--------+--------------------------------------+---------+\
-------------------+--------------------+------------+
| Server | Port ID                              | Network |\
 MAC Address       | Fixed IP Addresses | Port State |
+--------+--------------------------------------+---------+\
-------------------+--------------------+------------+
| web-1  | 22222222-2222-4222-8222-222222222222 | front   |\
 fa:16:3e:4c:2c:30 | 10.0.0.5           | ACTIVE     |
| web-2  | 66666666-6666-4666-8666-666666666666 | back    |\
 fa:16:3e:00:00:0a | 10.0.0.40          | DOWN       |
|        |                                      |         |\
                   | 10.0.0.41          |            |
|        |                                      |         |\
                   | 2001:db8::5        |            |
+--------+--------------------------------------+---------+\
-------------------+--------------------+------------+
"""
    ALL_AT_80 = """\
+--------+----------------+---------+-------------------\
+-------------+--------+
| Server | Port ID        | Network | MAC Address       \
| Fixed IP    | Port   |
|        |                |         |                   \
| Addresses   | State  |
+--------+----------------+---------+-------------------\
+-------------+--------+
| web-1  | 22222222-2222- | front   | fa:16:3e:4c:2c:30 \
| 10.0.0.5    | ACTIVE |
|        | 4222-8222-     |         |                   \
|             |        |
|        | 222222222222   |         |                   \
|             |        |
| web-2  | 66666666-6666- | back    | fa:16:3e:00:00:0a \
| 10.0.0.40   | DOWN   |
|        | 4666-8666-     |         |                   \
| 10.0.0.41   |        |
|        | 666666666666   |         |                   \
| 2001:db8::5 |        |
+--------+----------------+---------+-------------------\
+-------------+--------+
"""
    NAMED_AT_80 = """\
+--------+--------------+---------+--------------+------\
-------+--------+------+
| Server | Port ID      | Network | MAC Address  | Fixed\
 IP    | Port   | Tag  |
|        |              |         |              | Addre\
sses   | State  |      |
+--------+--------------+---------+--------------+------\
-------+--------+------+
| web-1  | 22222222-    | front   | fa:16:3e:4c: | 10.0.\
0.5    | ACTIVE | mgmt |
|        | 2222-4222-   |         | 2c:30        |      \
       |        |      |
|        | 8222-        |         |              |      \
       |        |      |
|        | 222222222222 |         |              |      \
       |        |      |
| web-2  | 66666666-    | back    | fa:16:3e:00: | 10.0.\
0.40   | DOWN   |      |
|        | 6666-4666-   |         | 00:0a        | 10.0.\
0.41   |        |      |
|        | 8666-        |         |              | 2001:\
db8::5 |        |      |
|        | 666666666666 |         |              |      \
       |        |      |
+--------+--------------+---------+--------------+------\
-------+--------+------+
"""

    def test_all(self) -> None:
        for width, expected in (
            (200, self.ALL),
            (120, self.ALL),
            (80, self.ALL_AT_80),
        ):
            self.terminal(width)

            self.assertEqual(expected, self.listed(), str(width))

    def test_named(self) -> None:
        wide = self.listed('web-1', 'web-2')
        for width, expected in (
            (200, wide),
            (120, wide),
            (80, self.NAMED_AT_80),
        ):
            self.terminal(width)

            self.assertEqual(
                expected, self.listed('web-1', 'web-2'), str(width)
            )

    def test_no_line_is_wider_and_nothing_is_lost(self) -> None:
        every: tuple[tuple[str, ...], ...] = (
            *((), ('--all-projects',), ('web-1',), (base.SERVER_ID,)),
            ('-c', 'Trunk', '-c', 'Allowed Address Pairs', '-c', 'Port ID'),
            ('-c', 'Server ID', '-c', 'Network ID', '-c', 'Host', '-c', 'Tag'),
        )
        for args in every:
            self.terminal(1000)
            whole = self.texts(*args)
            for width in (200, 140, 120, 100, 80):
                self.terminal(width)

                folded = self.texts(*args)

                self.assertEqual(whole, folded, f'{args} {width}')
                lines = self.listed(*args).splitlines()
                self.assertLessEqual(len(lines[0]), width)
                self.assertEqual({len(lines[0])}, {*map(len, lines)})

    def texts(self, *args: str) -> list[str]:
        """Return what stands in each column, without blanks."""
        split = [line.split(' | ') for line in self.shown(*args)]
        return [
            ''.join(''.join(lines).split())
            for lines in zip(*split, strict=True)
        ]

    def test_ordinary_rows_fit_into_140_columns(self) -> None:
        self.named(NAME)
        self.port(
            mac_address='fa:16:3e:ff:ff:ff',
            fixed_ips=[
                {'ip_address': '192.168.100.100', 'subnet_id': base.SUBNET_ID}
            ],
        )
        self.register_networks((base.NETWORK_ID, 'frontend-net'))
        for args in ([], [NAME]):
            lines = self.listed(*args).splitlines()

            self.assertLessEqual(len(lines[0]), 140)
            self.terminal(140)
            self.assertEqual(lines, self.listed(*args).splitlines())

    def test_no_terminal_has_no_width(self) -> None:
        self.named(' '.join(NAME for _ in range(50)))

        self.assertEqual(5, len(self.listed().splitlines()))

    def test_width_that_a_terminal_does_not_tell(self) -> None:
        self.terminal(0)

        self.assertEqual(self.ALL, self.listed())

    def test_width_that_the_user_sets(self) -> None:
        for width in (200, 0):
            self.terminal(width)

            self.assertEqual(self.ALL_AT_80, self.listed('--max-width', '80'))
        self.set_variable('CLIFF_MAX_TERM_WIDTH', '80')
        self.assertEqual(self.ALL_AT_80, self.listed())

    def test_fitted_by_the_client(self) -> None:
        """Its own option for that does no harm, here nor elsewhere."""
        self.terminal(80)

        self.assertEqual(self.ALL_AT_80, self.listed('--fit-width'))

    def test_other_formats_do_not_fold(self) -> None:
        for form in ('csv', 'json', 'yaml', 'value'):
            whole = self.listed('-f', form)
            self.terminal(40)

            self.assertEqual(whole, self.listed('-f', form))

    def test_no_row(self) -> None:
        self.register_resources('ports')
        self.terminal(80)

        self.assertEqual('\n', self.listed())
        self.assertIn('| Port ID |', self.listed('--print-empty'))

    def test_rows_of_plain_text(self) -> None:
        """A program that hooks into the client may add some."""
        out = io.StringIO()
        options = argparse.Namespace(
            max_width=12, fit_width=False, print_empty=False
        )

        table.Folding().emit_list(['Name'], [['two words'], [5]], out, options)

        self.assertEqual(
            [
                '+-------+',
                '| Name  |',
                '+-------+',
                '| two   |',
                '| words |',
                '| 5     |',
                '+-------+',
                '',
            ],
            out.getvalue().split('\n'),
        )

    def test_too_narrow_for_anything(self) -> None:
        """Cells fold where they can be read, and the terminal does more."""
        for width in (1, 5, 20, 40, 60):
            self.terminal(width)

            lines = self.listed().splitlines()

            self.assertEqual(78, len(lines[0]))
            self.assertIn(' fa:16:3e:4c:2c:30 ', lines[4])

    def test_all_columns_stay_readable(self) -> None:
        for width in (80, 120, 200):
            self.terminal(width)

            shown = self.listed('--long')

            self.assertIn(' fa:16:3e:4c:2c:30 ', shown)
            self.assertIn(f' {base.PROJECT_ID} ', shown)
            self.assertIn(' 22222222-    ', shown)


class TestFolds(TableTestCase):
    def test_at_spaces(self) -> None:
        self.named(' '.join(['two  words'] * 3))
        self.terminal(24)

        self.assertEqual(
            ['two  words two', 'words two  words'],
            self.column('Server'),
        )

    def test_at_commas(self) -> None:
        self.named('a,b,c,d' * 5)
        self.terminal(24)

        lines = self.column('Server')

        self.assertEqual('a,b,c,d' * 5, ''.join(lines))
        for line in lines[:-1]:
            self.assertTrue(line.endswith(','), line)
            self.assertGreater(len(line), 16)

    def test_at_the_dashes_of_ids_last(self) -> None:
        self.named(f'web-1,front-end {base.SUBNET_ID}')
        for width, lines in (
            (60, [f'web-1,front-end {base.SUBNET_ID}']),
            (50, ['web-1,front-end', base.SUBNET_ID]),
            (40, ['web-1,front-end', base.SUBNET_ID]),
            (
                39,
                [
                    'web-1,front-end 33333333-3333-4333-',
                    '8333-333333333333',
                ],
            ),
            (
                19,
                [
                    *('web-1,front-end', '33333333-3333-'),
                    *('4333-8333-', '333333333333'),
                ],
            ),
        ):
            self.terminal(width)

            self.assertEqual(lines, self.column('Server'), str(width))

    def test_not_at_the_dashes_of_names(self) -> None:
        """Not even those that look like parts of an ID."""
        self.named('dead-end face-to-face a-team')
        self.terminal(20)

        self.assertEqual(
            ['dead-end', 'face-to-face', 'a-team'], self.column('Server')
        )

    def test_at_any_sign(self) -> None:
        self.named('a.long_name/of:an-unusual.kind_of_server')
        self.terminal(20)

        lines = self.column('Server')

        self.assertEqual(
            ['a.long_name/of:', 'an-unusual.kind_', 'of_server'], lines
        )

    def test_anywhere(self) -> None:
        self.named('a' * 50)
        self.terminal(24)

        self.assertEqual(['a' * 20, 'a' * 20, 'a' * 10], self.column('Server'))

    def test_the_widest_column_gives_way(self) -> None:
        """Where two fold as well, the one that has more of it."""
        self.named(' '.join(['word'] * 20))
        self.terminal(140)

        lines = self.shown()

        self.assertIn(f' {base.PORT_ID} ', lines[1])
        self.assertIn(' Fixed IP Addresses ', lines[0])

    def test_long_name_stays_whole_as_long_as_others_can_fold(self) -> None:
        name = 'a-long-name-of-a-server' * 3
        self.named(name)
        self.terminal(140)

        lines = self.shown()

        self.assertTrue(lines[2].startswith(f'{name} | 22222222-'))

    def test_several_lines_of_a_cell(self) -> None:
        """Each thing of a list begins a line of its own."""
        self.register_named(
            'security-groups',
            (test_columns.GROUP_ID, 'front of the house'),
            (test_columns.OTHER_GROUP_ID, 'back of the house'),
        )
        self.port()
        self.terminal(20)

        self.assertEqual(
            ['back of the', 'house', 'front of the', 'house'],
            self.column('Security Groups'),
        )

    def test_header(self) -> None:
        self.port(allowed_address_pairs=[])
        self.terminal(60)

        lines = self.listed(
            *('-c', 'Port ID', '-c', 'Allowed Address Pairs'),
        ).splitlines()

        self.assertEqual('+-', lines[0][:2])
        self.assertEqual(
            ['| Port ID', '|'], [line.split('  ')[0] for line in lines[1:3]]
        )
        self.assertEqual('+-', lines[3][:2])
        self.assertIn(base.PORT_ID, lines[4])


class TestWide(TableTestCase):
    """Characters that take two columns, one, or none."""

    def test_fit(self) -> None:
        self.named(' '.join([WIDE] * 3))
        for width in (14, 20, 24, 30, 40):
            self.terminal(width)

            lines = self.listed('-c', 'Server').splitlines()

            self.assertEqual(
                {cells.cell_len(lines[0])}, {*map(cells.cell_len, lines)}
            )
            self.assertLessEqual(cells.cell_len(lines[0]), width)
            self.assertEqual(
                ''.join([WIDE] * 3),
                ''.join(''.join(self.column('Server')).split()),
            )

    def test_fold_between_them(self) -> None:
        self.named(WIDE)
        for width, lines in (
            (14, ['管理サーバ']),
            (13, ['管理サー', 'バ']),
        ):
            self.terminal(width)

            self.assertEqual(lines, self.column('Server'))

    def test_beside_others(self) -> None:
        for name in (WIDE, 'مدیر', '☁ ☂', 'é' * 5, '\uff45' * 9):
            self.named(name)
            for width in (200, 120, 80):
                self.terminal(width)

                lines = self.listed().splitlines()

                self.assertLessEqual(max(map(cells.cell_len, lines)), width)
                self.assertIn(name, ''.join(lines))


class TestMany(TableTestCase):
    def test_order_of_rows_stays(self) -> None:
        ids = [f'{number:08}{base.PORT_ID[8:]}' for number in range(50)]
        self.register_resources(
            'ports', *({**test_columns.ONE, 'id': id_} for id_ in ids)
        )
        self.terminal(80)

        shown = ''.join(''.join(self.listed('-c', 'Port ID')).split())
        folded = [line.split(' | ') for line in self.shown()]

        for id_ in ids:
            self.assertIn(id_, shown)
        self.assertEqual(
            [id_[:14] for id_ in ids],
            [cells[1] for cells in folded if cells[1].startswith('0000')],
        )
