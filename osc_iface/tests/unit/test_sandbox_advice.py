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

"""What the sandbox tells its user to type."""

import os
from pathlib import Path
import shutil
import subprocess
import sys
import tempfile

import fixtures
import testtools

from sandbox import advice
from sandbox.layout import DEFAULT_DIR, Layout

_CHECKOUT = Path(__file__).parents[3]


class TestGoOn(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.checkout = Path('/home/me/Meine Sachen/osc-iface')
        self.useFixture(
            fixtures.MonkeyPatch('sandbox.advice.CHECKOUT', self.checkout)
        )
        self.useFixture(
            fixtures.MonkeyPatch(
                'sys.prefix', str(self.checkout / '.tox' / 'demo')
            )
        )

    def lines(self, caller: str, root: Path = DEFAULT_DIR) -> list[str]:
        """Return the commands told to a user who is in a directory."""
        self.useFixture(
            fixtures.EnvironmentVariable('OSC_IFACE_CALLER', caller)
        )
        told = advice.go_on(Layout(root)).splitlines()
        return [line.strip() for line in told if line.startswith(' ')]

    def test_from_above(self) -> None:
        self.assertEqual(
            [
                "cd 'Meine Sachen/osc-iface'",
                '. .tox/demo/bin/activate',
                'eval "$(python -m sandbox env)"',
                'openstack server interface list',
                'python -m sandbox down --purge',
            ],
            self.lines('/home/me'),
        )

    def test_from_elsewhere(self) -> None:
        for caller in ('/var', str(self.checkout / 'doc')):
            self.assertEqual(
                "cd '/home/me/Meine Sachen/osc-iface'", self.lines(caller)[0]
            )

    def test_from_the_checkout(self) -> None:
        self.assertEqual(
            '. .tox/demo/bin/activate', self.lines(str(self.checkout))[0]
        )

    def test_another_directory(self) -> None:
        lines = self.lines('/home/me', Path('/tmp/my box'))  # noqa: S108

        self.assertEqual(
            [
                'eval "$(python -m sandbox env --dir \'/tmp/my box\')"',
                "python -m sandbox down --purge --dir '/tmp/my box'",
            ],
            [lines[2], lines[4]],
        )


class CheckoutTestCase(testtools.TestCase):
    """A checkout of its own, with nothing but the sandbox."""

    def setUp(self) -> None:
        super().setUp()
        folder = self.useFixture(fixtures.TempDir()).path
        self.checkout = Path(folder, 'Meine Sachen')
        ignored = shutil.ignore_patterns('__pycache__')
        shutil.copytree(
            _CHECKOUT / 'sandbox', self.checkout / 'sandbox', ignore=ignored
        )


class TestOutsideItsEnvironment(CheckoutTestCase):
    def up(self) -> str:
        """Return what "up" says where nothing is installed."""
        done = subprocess.run(
            [sys.executable, '-S', '-m', 'sandbox', 'up'],
            cwd=self.checkout,
            env={'PATH': os.environ['PATH']},
            capture_output=True,
            check=False,
            text=True,
        )
        self.assertEqual((1, ''), (done.returncode, done.stdout))
        return done.stderr

    def test_before_the_demo(self) -> None:
        self.assertRegex(
            self.up(),
            r'^This Python \(.*\) has no module \w+\. The environment of the '
            r'demo has all that it takes: tools/tox -e demo\n$',
        )

    def test_after_the_demo(self) -> None:
        activate = self.checkout / '.tox' / 'demo' / 'bin' / 'activate'
        activate.parent.mkdir(parents=True)
        activate.touch()

        self.assertRegex(self.up(), r': \. \.tox/demo/bin/activate\n$')


class TestOthers(CheckoutTestCase):
    """What runs from this checkout is found without being told where."""

    def setUp(self) -> None:
        super().setUp()
        self.other = Path(tempfile.mkdtemp(prefix="other's "))
        self.addCleanup(shutil.rmtree, self.other)
        self.program = self.checkout / 'sandbox' / 'inside' / 'launch.py'
        self.service = subprocess.Popen(  # noqa: S603
            ['/bin/sh', '-c', 'echo; read line', self.program],
            env={'OSC_IFACE_SANDBOX': str(self.other)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.service.stdout is not None
        self.service.stdout.readline()  # it runs, with its environment
        self.addCleanup(self.service.communicate)

    def sandbox(self, *args: str | Path, **settings: str) -> str:
        """Return what a command prints."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name != 'OSC_IFACE_SANDBOX'
        }
        return subprocess.run(  # noqa: S603
            [sys.executable, '-m', 'sandbox', *args],
            cwd=self.checkout,
            env={**kept, **settings},
            stdout=subprocess.PIPE,
            check=False,
            text=True,
        ).stdout

    def test_not_told_where(self) -> None:
        quoted = str(self.other).replace("'", "'\"'\"'")

        for command in ('status', 'down'):
            self.assertEqual(
                f'There is no sandbox in {self.checkout}/.sandbox.\n'
                f'Another sandbox is running in {self.other}. To stop it: '
                f"python -m sandbox down --dir '{quoted}'\n",
                self.sandbox(command),
            )

    def test_told_where(self) -> None:
        box = self.useFixture(fixtures.TempDir()).join('box')

        for where, told in (
            (box, self.sandbox('status', '--dir', box)),
            (box, self.sandbox('status', OSC_IFACE_SANDBOX=box)),
            (self.other, self.sandbox('status', '--dir', self.other)),
        ):
            self.assertEqual(f'There is no sandbox in {where}.\n', told)
