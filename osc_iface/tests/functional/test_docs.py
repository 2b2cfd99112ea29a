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

"""Every example in README and in the documentation, run and compared.

``python -m osc_iface.tests.functional.test_docs`` writes what the commands
really print into the pages, wherever it is something else.
"""

from collections.abc import Callable, Iterator
from concurrent import futures
import dataclasses
import itertools
import os
from pathlib import Path
import re
import subprocess
import sys
import tempfile
from typing import Any, ClassVar
from xml.etree import ElementTree

import yaml

from osc_iface.tests.functional import SANDBOX, base

_CHECKOUT = Path(__file__).parents[3]
_SHOW = ('server', 'interface', 'show')
# The pages with examples that run, and how many of their blocks do not.
PAGES = {
    'README.rst': 3,
    'doc/source/coming-from.rst': 1,
    'doc/source/install.rst': 4,
    'doc/source/permissions.rst': 0,
    'doc/source/scripting.rst': 1,
    'doc/source/tutorial.rst': 4,
    'doc/source/waiting.rst': 0,
    'doc/source/why.rst': 0,
}
# Those that make servers and ports for a while, which others would list.
_CHANGING = {
    'README.rst',
    *(f'doc/source/{name}.rst' for name in ('tutorial', 'waiting', 'why')),
}
# Nova may fail to build a server, when SQLite refuses a write.
_ATTEMPTS = 3
_FAILED = re.compile('Server [0-9a-f-]+ is in ERROR: ')
# What is said if something has gone already, which depends on speed.
_NOTE = re.compile('No interface of server .* so there is nothing to wait for')
# What stands between the outputs of two commands.
_MARK = 'end of the output'
_ROW = re.compile(r'\||  <uuid>  ')
_UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'


@dataclasses.dataclass
class Example:
    """A command of a page, and what the page says it prints."""

    command: str
    output: list[str]
    # The lines of the page that hold the output, and their indentation.
    start: int
    indent: str


@dataclasses.dataclass
class Page:
    """A page, its examples in order, and the blocks that are not run."""

    lines: list[str]
    examples: list[Example] = dataclasses.field(default_factory=list)
    not_run: int = 0


def read(name: str) -> Page:
    """Read a page: its blocks of the language ``console``."""
    page = Page((_CHECKOUT / name).read_text().splitlines())
    for start in _blocks(page.lines):
        options, number = [], start
        while page.lines[number].strip():
            options.append(page.lines[number].strip())
            number += 1
        if ':class: not-run' in options:
            page.not_run += 1
        else:
            page.examples += _examples(page.lines, number + 1)
    return page


def _blocks(lines: list[str]) -> Iterator[int]:
    """Return the numbers of the lines after the heads of the blocks."""
    for number, line in enumerate(lines, 1):
        if line.strip() == '.. code-block:: console':
            yield number


def _examples(lines: list[str], number: int) -> Iterator[Example]:
    """Return the examples in the block that begins at a line."""
    indent = ' ' * (len(lines[number]) - len(lines[number].lstrip()))
    example = None
    for line in [*lines[number:], 'end']:
        if line.strip() and not line.startswith(indent):
            break
        text = line.removeprefix(indent)
        number += 1
        if text.startswith('$ '):
            if example:
                yield example
            example = Example(text[2:], [], number, indent)
        elif example and text.startswith('> ') and not example.output:
            example.command += f'\n{text[2:]}'
            example.start = number
        elif example:
            example.output.append(text)
    if example:
        yield example


def run(examples: list[Example]) -> list[list[str]]:
    """Run commands one after another in one shell; give their outputs."""
    script = ''.join(
        # The next command may ask for the status of the one before.
        f'{each.command}\nstatus=$?\nprintf "\\n{_MARK}\\n"\n(exit $status)\n'
        for each in examples
    )
    environment = base.environment('sandbox')
    path = f'{Path(sys.executable).parent}:{environment["PATH"]}'
    done = subprocess.run(  # noqa: S603
        ['/bin/bash', '--noprofile', '--norc', '-c', script],
        cwd=_CHECKOUT,
        env={
            **environment,
            'PATH': path,
            'OSC_IFACE_SANDBOX': str(SANDBOX),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    outputs = done.stdout.split(f'\n{_MARK}\n')[:-1]
    return [output.rstrip('\n').splitlines() for output in outputs]


def run_changing(examples: list[Example]) -> list[list[str]]:
    """Run commands that boot a server, again if Nova fails to."""
    for _attempt in range(_ATTEMPTS):
        outputs = run(examples)
        if not _FAILED.search('\n'.join(itertools.chain(*outputs))):
            break
    return [
        [line for line in output if not _NOTE.match(line)]
        for output in outputs
    ]


def normalised(output: list[str]) -> list[str]:
    """Return the output without what differs from sandbox to sandbox.

    That is IDs, addresses that were not chosen, ports of URLs, how many ports
    use a group, and the order of the rows of a table, or of a message, which
    is the services' own.
    """
    text = '\n'.join(output).rstrip()
    text = re.sub(_UUID, '<uuid>', text)
    text = re.sub(r'\b[0-9a-f]{32}\b', '<project>', text)
    text = re.sub('fa:16:3e(:[0-9a-f]{2}){3}', '<mac>', text)
    text = re.sub(r'http://127\.0\.0\.1:\d{3,5}', '<url>', text)
    text = re.sub(
        r'\b\d+ other ports? uses?', '<number> other ports use', text
    )
    # Addresses may have one to three digits less, a cell the more blanks.
    address = r'\b(10\.0\.2|203\.0\.113)\.\d+'
    text = re.sub(rf'{address}([^|\n]*?) +\|', r'\1.<number>\2 |', text)
    text = re.sub(address, r'\1.<number>', text)
    lines = [_as_wide(line) for line in text.splitlines()]
    rows = iter(sorted(line for line in lines if _ROW.match(line)))
    return [
        next(rows) if _ROW.match(line) else line.rstrip() for line in lines
    ]


def _as_wide(line: str) -> str:
    """Return a line of a report without addresses that were not chosen.

    They are those of servers made for the page, and make columns wider.
    """
    if '|' not in line:
        line = re.sub(r'(?<=\S) {2,}', '  ', line)
    if re.search(r'\bbroken-', line):
        line = re.sub(r'\b(10\.0\.\d)\.\d+', r'\1.<number>', line)
    return line


def update(name: str) -> None:
    """Write into a page what its commands really print."""
    page = read(name)
    changing = name in _CHANGING
    outputs = (run_changing if changing else run)(page.examples)
    for example, output in reversed(
        list(zip(page.examples, outputs, strict=True))
    ):
        if normalised(output) != normalised(example.output):
            gap = len(example.output) - len(_stripped(example.output))
            end = example.start + len(example.output) - gap
            page.lines[example.start : end] = [
                f'{example.indent}{line}'.rstrip() for line in output
            ]
    (_CHECKOUT / name).write_text('\n'.join(page.lines) + '\n')


def _stripped(lines: list[str]) -> list[str]:
    """Lines without the empty ones at the end."""
    return '\n'.join(lines).rstrip().splitlines()


class TestExamples(base.SandboxTestCase):
    """Each page prints what its commands print.

    The pages run two at a time: their commands change nothing but address
    pairs that no other page looks at, and change them back. Pages that
    make servers run when the others have.
    """

    maxDiff = None
    outputs: ClassVar[dict[str, futures.Future[list[list[str]]]]]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        pool = futures.ThreadPoolExecutor(2)
        cls.addClassCleanup(pool.shutdown, cancel_futures=True)
        cls.outputs = {
            name: pool.submit(run, read(name).examples)
            for name in PAGES
            if name not in _CHANGING
        }

    def check(self, name: str) -> None:
        page = read(name)
        if name in _CHANGING:
            futures.wait(self.outputs.values())
            outputs = run_changing(page.examples)
        else:
            outputs = self.outputs[name].result()

        self.assertEqual(len(page.examples), len(outputs))
        for example, output in zip(page.examples, outputs, strict=True):
            self.assertEqual(
                normalised(example.output),
                normalised(output),
                f'{name}: $ {example.command}',
            )

    def test_no_page_is_forgotten(self) -> None:
        """The blocks that do not run are those that cannot."""
        pages = [
            *_CHECKOUT.glob('*.rst'),
            *(_CHECKOUT / 'doc' / 'source').rglob('*.rst'),
        ]
        names = [str(path.relative_to(_CHECKOUT)) for path in pages]
        found = {name: read(name) for name in names}

        self.assertEqual(
            PAGES,
            {
                name: page.not_run
                for name, page in found.items()
                if page.not_run or page.examples
            },
        )

    def test_a_changed_output_is_noticed(self) -> None:
        """The comparison sees what matters, and only that."""
        row = "| ip_address='10.0.2.7', subnet_id='x'   |"

        self.assertEqual(
            normalised(["| ip_address='10.0.2.117', subnet_id='x' |"]),
            normalised([row]),
        )
        self.assertNotEqual(
            normalised([row]), normalised([row.replace('ip_', '')])
        )
        self.assertNotEqual(normalised([row]), normalised([row, row]))
        line = '  broken-x  10.0.1.7     10.0.1.7'
        self.assertEqual(
            normalised(['  broken-x  10.0.1.117  10.0.1.117']),
            normalised([line]),
        )
        chosen = line.replace('broken', 'web')
        self.assertNotEqual(
            normalised([chosen.replace('1.7', '1.8')]), normalised([chosen])
        )


def _test_of(name: str) -> Callable[[TestExamples], None]:
    return lambda self: self.check(name)


for _name in PAGES:
    _test_name = 'test_' + re.sub(r'\W+', '_', _name)
    setattr(TestExamples, _test_name, _test_of(_name))


class TestPicture(base.SandboxTestCase):
    """The picture on README's first screen."""

    def texts(self, svg: Path) -> list[str]:
        """Return the lines of text in a picture, less what differs."""
        root = ElementTree.parse(svg).getroot()  # noqa: S314  our own
        texts = root.iter('{http://www.w3.org/2000/svg}text')
        return normalised(
            [''.join(each.itertext()).replace('\xa0', ' ') for each in texts]
        )

    def test_shows_what_the_commands_print(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            new = Path(folder) / 'picture.svg'
            subprocess.run(  # noqa: S603
                [sys.executable, _CHECKOUT / 'doc' / 'picture.py', new],
                env=base.environment('sandbox'),
                check=True,
            )
            drawn = self.texts(new)

        committed = _CHECKOUT / 'doc' / 'source' / 'picture.svg'
        self.assertEqual(drawn, self.texts(committed))

    def test_fetches_nothing(self) -> None:
        svg = (_CHECKOUT / 'doc' / 'source' / 'picture.svg').read_text()

        self.assertEqual(
            {'http://www.w3.org/2000/svg'},
            set(re.findall(r'\w+://[^"]+', svg)),
        )


class TestRequestCounts(base.SandboxTestCase):
    """The counts that scripting.rst and coming-from.rst give."""

    def setUp(self) -> None:
        super().setUp()
        server = base.server('web-1')
        self.server, self.server_project = server.id, server.project_id
        port = base.port('web-1-mgmt')
        self.port, self.mac = port.id, port.mac_address

    def count(self, *args: str, **settings: Any) -> int:
        return len(self.succeed(*args, **settings).requests)

    def test_show(self) -> None:
        for count, args in (
            (3, (self.server, self.port)),
            (3, (self.server, '10.0.0.11')),
            (4, ('web-1', self.port)),
            (4, ('web-1', '10.0.0.11')),
            (4, ('db-1',)),
            (5, ('web-1', 'web-1-mgmt')),
            (8, (self.server, self.port, '--long')),
            (10, ('web-1', 'web-1-mgmt', '--long')),
            (4, (self.server, self.port, '-c', 'host')),
            (5, (self.server, self.port, '-c', 'security_groups')),
        ):
            self.assertEqual(count, self.count(*_SHOW, *args), str(args))

    def test_list(self) -> None:
        listing = ('server', 'interface', 'list')

        address = next(base.connect().network.ips()).floating_ip_address
        for count, args in (
            (4, (self.server,)),
            (5, ('web-1',)),
            (6, ('web-1', 'db-1')),
            (5, ()),
            (3, (self.server, '--no-name-lookup')),
            (4, ('web-1', '--no-name-lookup')),
            (4, ('--no-name-lookup',)),
            (5, ('--all-projects',)),
            (7, ('--project', 'second')),
            (6, ('--project', self.server_project)),
            (8, ('--long',)),
            (5, ('--mac-address', self.mac)),
            (6, ('--ip-address', '10.0.0.11')),
            (6, ('--ip-address', '10.0.0.0/24')),
            (7, ('--ip-address', address)),
            (5, ('--ip-address', '2001:db8:0:1::11')),
            # Nobody has it: address pairs are read, but no server.
            (5, ('--ip-address', '2001:db8:0:1::99', '-c', 'Server')),
            (6, ('--network', 'front')),
            (7, ('--network', 'back')),
            (7, ('--security-group', 'default')),
            (6, ('-c', 'Tag')),
            (4, ('-c', 'Server', '-c', 'Port Name')),
        ):
            self.assertEqual(count, self.count(*listing, *args), str(args))

    def test_wait(self) -> None:
        for count, args in (
            (3, (self.server, self.port)),
            (3, (self.server, self.mac)),
            (4, (self.server,)),
            (5, ('web-1',)),
        ):
            waited = self.count('server', 'interface', 'wait', *args)
            self.assertEqual(count, waited, str(args))

    def test_port_commands(self) -> None:
        for count, args in (
            (3, ('show', self.port)),
            (4, ('show', 'web-1-mgmt')),
            (5, ('list', '--server', self.server)),
            (6, ('list', '--server', 'web-1')),
        ):
            self.assertEqual(count, self.count('port', *args), str(args))

    def test_v3password(self) -> None:
        for count, args in (
            (2, (self.server, self.port)),
            (3, ('web-1', self.port)),
            (4, ('web-1', 'web-1-mgmt')),
        ):
            self.assertEqual(
                count,
                self.count(*_SHOW, *args, OS_AUTH_TYPE='v3password'),
                str(args),
            )

    def test_cached_token(self) -> None:
        """With a module in the place of keyring, which keeps a file."""
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder) / 'token'
            store.touch()
            Path(folder, 'keyring.py').write_text(
                'from pathlib import Path\n'
                f'store = Path({str(store)!r})\n'
                'def get_password(service, name):\n'
                '    return store.read_text() or None\n'
                'def set_password(service, name, text):\n'
                '    store.write_text(text)\n'
            )
            clouds = yaml.safe_load((SANDBOX / 'clouds.yaml').read_text())
            clouds['cache'] = {'auth': True}
            config = Path(folder, 'clouds.yaml')
            config.write_text(yaml.safe_dump(clouds))
            settings = {
                'OS_CLIENT_CONFIG_FILE': str(config),
                'PYTHONPATH': folder,
            }
            for count, args in (
                (3, (self.server, self.port)),
                (1, (self.server, self.port)),
                (2, ('web-1', self.port)),
                (3, ('web-1', 'web-1-mgmt')),
            ):
                self.assertEqual(
                    count,
                    self.count(*_SHOW, *args, alone=True, **settings),
                    str(args),
                )

    def test_several_commands(self) -> None:
        """A process that reads its commands logs in once."""
        db_1 = base.server('db-1').id
        commands = ''.join(
            f'server interface show {server} {port} -f value -c mac_addr\n'
            for server, port in ((self.server, '10.0.0.11'), (db_1, ''))
        )
        with base.client_requests() as requests:
            [output] = run(
                [Example(f'openstack << END\n{commands}END', [], 0, '')]
            )

        self.assertEqual(['<mac>', '<mac>'], normalised(output))
        self.assertEqual(4, len(requests))


if __name__ == '__main__':
    os.environ.setdefault('OSC_IFACE_SANDBOX', str(SANDBOX))
    for page_name in sys.argv[1:] or PAGES:
        update(page_name)
