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

"""A full disk, no network, a checkout that was moved: one sentence each.

Python stands for the installer, where the real one takes too long or would
need a full disk; all else is real.
"""

import os
from pathlib import Path
import shlex
import shutil
import subprocess
import sys

import fixtures
import testtools

from sandbox import install, trouble

_CHECKOUT = Path(__file__).parents[3]
_NO_NETWORK = (
    'the package index cannot be reached. Check the network (and HTTPS_PROXY, '
    'where there is a proxy), then run it again.'
)
# From what pip says then; the last line is what the user would go by.
_PIP = """\
WARNING: Retrying (Retry(total=0)) after connection broken by
ERROR: ResolutionImpossible"""
# Nothing listens there. One retry, without a pause, is enough to be told of.
_UNREACHABLE = {
    'PIP_INDEX_URL': 'http://127.0.0.1:9/simple',
    'PIP_CONFIG_FILE': os.devnull,
    'PIP_RETRIES': '1',
}
_FULL = "OSError: [Errno 28] No space left on device: 'setuptools'"
# A Python that makes no environment and installs nothing, but fails where it
# is told to.
_PYTHON = """\
#!/bin/sh
case "$*" in
*"$FAILING"*) echo "$WORDS"; exit 1 ;;
*"-m venv"*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
*"-m pip"*|*inside/*.py*) ;;
*run_tox.py*) shift; echo "tox $*" ;;
*prepare_tox.py*) exec {real} -c '
import runpy, sys
sys.executable = sys.argv.pop(1)
runpy.run_path("tools/prepare_tox.py", run_name="__main__")' "$0" ;;
*) exec {real} "$@" ;;
esac
"""
# Stands for tox: runs a command, and adds a line of its own.
_TOX = """\
import subprocess
import sys


def run():
    status = subprocess.call([sys.executable, *sys.argv[1:]])
    print('evaluation failed :(', file=sys.stderr)
    sys.exit(status)
"""


class TroubleTestCase(testtools.TestCase):
    """A folder with a blank in its path, and a Python to play with in it."""

    def setUp(self) -> None:
        super().setUp()
        self.folder = Path(self.useFixture(fixtures.TempDir()).path, 'My own')
        self.folder.mkdir()
        self.python = self.folder / 'python'
        real = shlex.quote(sys.executable)
        self.python.write_text(_PYTHON.format(real=real))
        self.python.chmod(0o700)

    def ended(
        self, command: list[str | Path], cwd: Path, **settings: str
    ) -> tuple[int, str, str]:
        """Run a command; give its status and what it printed."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(('PIP_', 'OSC_', 'TOX_'))
        }
        plays = {'FAILING': 'nothing', 'WORDS': '', **settings}
        done = subprocess.run(  # noqa: S603
            command,
            cwd=cwd,
            env={**kept, **plays},
            capture_output=True,
            check=False,
            text=True,
        )
        return done.returncode, done.stdout, done.stderr


class TestTox(TroubleTestCase):
    """tools/tox, called from the folder above."""

    def setUp(self) -> None:
        super().setUp()
        self.checkout = self.folder / 'osc-iface'
        for name in ('tools', 'sandbox'):
            ignored = shutil.ignore_patterns('__pycache__')
            shutil.copytree(
                _CHECKOUT / name, self.checkout / name, ignore=ignored
            )

    def tox(self, **settings: str) -> tuple[int, str, str]:
        return self.ended(
            [f'{self.checkout.name}/tools/tox', '-e', 'demo'],
            self.folder,
            PYTHON=str(self.python),
            **settings,
        )

    def test_first_and_second_call(self) -> None:
        said = 'Installing tox into .tox/.tox ...\n'

        for expected in (said, ''):
            self.assertEqual((0, 'tox -e demo\n', expected), self.tox())

    def test_nobody_else_may_write_there(self) -> None:
        """Otherwise tox would remove what is kept in .tox."""
        self.addCleanup(os.umask, os.umask(0o002))

        self.tox()

        mode = (self.checkout / '.tox').stat().st_mode
        self.assertEqual('0o700', oct(mode & 0o777))

    def test_a_checkout_that_was_moved(self) -> None:
        self.tox()
        (self.checkout / '.tox' / '.tox' / 'pyvenv.cfg').touch()
        demo = self.checkout / '.tox' / 'demo'
        demo.mkdir()
        (demo / 'pyvenv.cfg').touch()
        box = self.checkout / '.tox' / 'sandbox'
        box.mkdir()
        old, self.checkout = self.checkout, self.folder / 'elsewhere'
        old.rename(self.checkout)

        status, out, err = self.tox()

        self.assertEqual((0, 'tox -e demo\n'), (status, out))
        self.assertEqual(
            [
                f'The checkout was in {old} before; its environments are '
                'made anew.',
                'Installing tox into .tox/.tox ...',
            ],
            err.splitlines(),
        )
        self.assertEqual(
            ['.tox', 'place', 'sandbox', 'trouble'],
            sorted(os.listdir(self.checkout / '.tox')),
        )

    def test_no_network(self) -> None:
        status, out, err = self.tox(FAILING='-m pip', WORDS=_PIP)

        self.assertEqual((1, ''), (status, out))
        self.assertEqual(
            f'tox could not be installed: {_NO_NETWORK}', err.splitlines()[-1]
        )

    def test_full_disk(self) -> None:
        for failing in ('-m venv', '-m pip'):
            status, out, err = self.tox(FAILING=failing, WORDS=_FULL)

            self.assertEqual((1, ''), (status, out))
            self.assertEqual(
                'tox could not be installed: the disk is full. Free some '
                f'space for {self.checkout}, then run it again.',
                err.splitlines()[-1],
            )

    def test_another_failure(self) -> None:
        _status, _out, err = self.tox(FAILING='-m venv', WORDS='No ensurepip')

        self.assertEqual(
            ['No ensurepip', 'tox could not be installed: see above.'],
            err.splitlines()[1:],
        )


class TestPackages(TroubleTestCase):
    """What tox installs: said by pip's stand-in, and last of all."""

    def run_tox(self, *args: str | Path, **settings: str) -> list[str]:
        """Run the stand-in for tox; give what it says, by lines."""
        (self.folder / 'tox').mkdir()
        (self.folder / 'tox' / 'run.py').write_text(_TOX)
        (self.folder / '.tox').mkdir()
        (self.folder / '.tox' / 'trouble').write_text(' ' * 4096)
        status, _out, err = self.ended(
            [sys.executable, _CHECKOUT / 'tools' / 'run_tox.py', *args],
            self.folder,
            PYTHONPATH=str(self.folder),
            **settings,
        )
        self.assertEqual(1, status)
        return err.splitlines()

    def test_no_network(self) -> None:
        lines = self.run_tox(
            _CHECKOUT / 'tools' / 'install.py', 'no-such-name', **_UNREACHABLE
        )

        sentence = f'The packages could not be installed: {_NO_NETWORK}'
        self.assertEqual(
            [sentence, 'evaluation failed :(', '', sentence], lines
        )

    def test_full_disk(self) -> None:
        script = (
            'import runpy, sys\n'
            'sys.executable = sys.argv.pop(1)\n'
            'runpy.run_path(sys.argv[1], run_name="__main__")\n'
        )
        lines = self.run_tox(
            *('-c', script, self.python, _CHECKOUT / 'tools' / 'install.py'),
            FAILING='-m pip',
            WORDS=_FULL,
        )

        self.assertEqual(
            'The packages could not be installed: the disk is full. Free '
            f'some space for {_CHECKOUT}, then run it again.',
            lines[-1],
        )

    def test_the_sandbox_has_the_last_word_too(self) -> None:
        file = self.folder / 'file'
        file.touch()
        lines = self.run_tox(
            '-c',
            f'import sys; sys.path.insert(0, {str(_CHECKOUT)!r})\n'
            'from sandbox.__main__ import main\n'
            'sys.argv = ["sandbox", "up", "--dir", sys.argv[1]]\n'
            'sys.exit(main())',
            file,
        )

        sentence = f'Cannot use {file} for a sandbox: File exists.'
        self.assertEqual(
            [sentence, 'evaluation failed :(', '', sentence], lines
        )


class TestSandbox(TroubleTestCase):
    """The steps of bringing up a sandbox."""

    def up(self, *args: str | Path, **settings: str) -> str:
        """Return what "up" says at last."""
        script = (
            'import sys\n'
            'sys.executable = sys.argv.pop(1)\n'
            'from sandbox.__main__ import main\n'
            'sys.exit(main())\n'
        )
        box = self.folder / 'box'
        status, out, err = self.ended(
            [
                *(sys.executable, '-c', script, self.python),
                *('up', '--dir', box, *args),
            ],
            _CHECKOUT,
            **settings,
        )
        self.assertEqual((1, ''), (status, out), err)
        return err.splitlines()[-1]

    def full(self, failure: str) -> str:
        return (
            f'{failure}: the disk is full. Free some space for '
            f'{self.folder}/box, then run it again.'
        )

    def test_no_network(self) -> None:
        self.assertEqual(
            'The services could not be installed (exit status 1): '
            f'{_NO_NETWORK}',
            self.up(FAILING='-m pip', WORDS=_PIP),
        )

    def test_full_disk(self) -> None:
        for failing in ('-m venv', '-m pip'):
            self.assertEqual(
                self.full(
                    'The services could not be installed (exit status 1)'
                ),
                self.up(FAILING=failing, WORDS=_FULL),
            )

    def test_full_disk_later(self) -> None:
        venv = self.folder / 'venv'
        (venv / 'bin').mkdir(parents=True)
        (venv / 'stamp').write_text(install.stamp())
        failures = {
            'placement.cmd.manage': 'The database of placement could not be '
            'created (exit status 1)',
            'launch.py': 'keystone has ended',
        }
        for failing, failure in failures.items():
            # The services' environment is made for them; nothing is passed on.
            python = venv / 'bin' / 'python'
            python.write_text(
                self.python.read_text().replace(
                    '\n',
                    f'\nFAILING={failing}\n'
                    'WORDS="sqlite3.OperationalError: database or disk is '
                    'full"\n',
                    1,
                )
            )
            python.chmod(0o700)

            self.assertEqual(self.full(failure), self.up('--venv', venv))


class TestDisk(testtools.TestCase):
    def free(self, total: int, free: int) -> str | None:
        usage = shutil._ntuple_diskusage(total, total - free, free)
        self.useFixture(
            fixtures.MonkeyPatch('shutil.disk_usage', lambda folder: usage)
        )
        return trouble.of_disk('', Path('/srv'))

    def test_what_is_left(self) -> None:
        """A full disk may have no room for the message either."""
        self.assertEqual(
            'the disk is full. Free some space for /srv, then run it again.',
            self.free(1 << 30, 0),
        )
        self.assertIsNone(self.free(1 << 40, 1 << 30))

    def test_a_file_system_that_does_not_know(self) -> None:
        self.assertIsNone(self.free(0, 0))
