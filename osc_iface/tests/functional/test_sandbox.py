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

"""``python -m sandbox``: a second sandbox beside the one of the tests."""

import atexit
from collections.abc import Callable
import contextlib
import json
import os
from pathlib import Path
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from typing import Any, ClassVar, NamedTuple

import testtools

from osc_iface.tests.functional import HOME, SANDBOX, base

_CHECKOUT = Path(__file__).parents[3]
_SERVICES = ['keystone', 'placement', 'neutron', 'nova', 'glance']
# Seconds after which a command that does not get on is given up.
_GIVE_UP = 600
# Stands in for the Python of the services' environment: a service, or the
# tool that makes its database, fails, and all else is done by the real one.
_PYTHON = """\
#!/bin/sh
for argument in "$@"; do
    if [ "$argument" = {failing} ]; then
        echo {failing} is out of order
        exit 3
    fi
done
exec {real}/bin/python "$@"
"""


class Ended(NamedTuple):
    """A command that has ended, and what still ran then."""

    status: int
    stdout: str
    stderr: str
    left: list[str]


class Box:
    """A directory for a sandbox, and the commands that work on it.

    :param root: the directory, which need not exist
    :param errors: the file for what the commands print on standard error
    """

    def __init__(self, root: Path, errors: Path) -> None:
        self.root = root
        self.errors = errors
        self.commands: list[Any] = []

    def start(self, *args: str | Path, **settings: str) -> Any:
        """Start a command; what it prints on standard error can be read."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(('OS_', 'OSC_')) and name != 'COLUMNS'
        }
        with open(self.errors, 'w') as errors:
            command = subprocess.Popen(  # noqa: S603
                [sys.executable, '-m', 'sandbox', *args, '--dir', self.root],
                cwd=_CHECKOUT,
                env={**kept, **settings},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.commands.append(command)
        return command

    def end(self, process: Any) -> Ended:
        """Wait for the end of a command."""
        out, _ = process.communicate(timeout=_GIVE_UP)
        return Ended(
            process.returncode, out, self.errors.read_text(), self.running()
        )

    def run(self, *args: str | Path, **settings: str) -> Ended:
        """Run a command."""
        return self.end(self.start(*args, **settings))

    def interrupt(
        self,
        reached: Callable[['Box'], bool],
        *args: str | Path,
        number: int = signal.SIGINT,
    ) -> Ended:
        """Run a command, and send it a signal at some moment."""
        process = self.start(*args)
        self.wait(process, reached)
        process.send_signal(number)
        return self.end(process)

    def wait(self, process: Any, reached: Callable[['Box'], bool]) -> None:
        """Wait until a command is at some moment, or has ended before."""
        end = time.monotonic() + _GIVE_UP
        while not reached(self) and process.poll() is None:
            if time.monotonic() > end:
                process.kill()
                raise RuntimeError(f'Too late: {self.errors.read_text()}')
            time.sleep(0.01)

    @property
    def state(self) -> Any:
        """The passwords, ports and so on of the sandbox."""
        return json.loads((self.root / 'sandbox.json').read_text())

    def record(self) -> Any:
        """Return the processes that the sandbox has recorded, by name."""
        try:
            return json.loads((self.root / 'processes.json').read_text())
        except FileNotFoundError:
            return {}

    def pids(self) -> list[int]:
        """Whatever runs because of it, recorded or not."""
        mark = f'OSC_IFACE_SANDBOX={self.root}'.encode()
        found = []
        for folder in Path('/proc').glob('[0-9]*'):
            # Those of other users cannot be read, those that end neither.
            with contextlib.suppress(OSError):
                if mark in (folder / 'environ').read_bytes().split(b'\0'):
                    found.append(int(folder.name))
        return sorted(found)

    def running(self) -> list[str]:
        """Return the command lines of what runs because of it."""
        found = []
        for pid in self.pids():
            with contextlib.suppress(OSError):
                line = Path(f'/proc/{pid}/cmdline').read_text()
                found.append(line.replace('\0', ' '))
        return found

    def listening(self) -> list[str]:
        """Return the addresses that it listens on, as /proc writes them."""
        sockets = set()
        for pid in self.pids():
            for file in Path(f'/proc/{pid}/fd').iterdir():
                with contextlib.suppress(OSError):
                    sockets.add(os.readlink(file))
        return [
            fields[1]
            for table in ('tcp', 'tcp6')
            for line in Path(f'/proc/net/{table}').read_text().splitlines()[1:]
            if (fields := line.split())[3] == '0A'  # listening
            and f'socket:[{fields[9]}]' in sockets
        ]


def services() -> Path:
    """Return the environment of the services of the tests' sandbox."""
    state = json.loads((SANDBOX / 'sandbox.json').read_text())
    return Path(state['venv'] or SANDBOX / 'venv')


def begun(step: str) -> Callable[[Box], bool]:
    """Wait for a moment: a step has just begun."""
    return lambda box: f'{step} ...\n' in box.errors.read_text()


def started(name: str) -> Callable[[Box], bool]:
    """Wait for a moment: a process has just been recorded."""
    return lambda box: name in box.record()


def asked(service: str, method: str, path: str) -> Callable[[Box], bool]:
    """Wait for a moment: a service has just answered a request."""

    def reached(box: Box) -> bool:
        log = box.root / 'log' / f'{service}-access.log'
        return log.exists() and any(
            (entry['method'], entry['path']) == (method, path)
            for entry in map(json.loads, log.read_text().split('\n')[:-1])
        )

    return reached


# In the order in which "up" comes to them.
MOMENTS = {
    'first step': begun('Creating the databases'),
    'databases': started('placement-database'),
    'second step': begun('Starting keystone'),
    'first service': started('keystone'),
    'catalog': begun('Filling the catalog'),
    'services': started('glance'),
    'last step': begun('Filling it'),
    'first server': asked('nova', 'POST', '/v2.1/servers'),
}


class SandboxTestCase(testtools.TestCase):
    """A folder for sandboxes, which is removed again with all of them."""

    folder: ClassVar[Path]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        # After a Ctrl-C nobody else does what is left of it.
        atexit.register(cls.doClassCleanups)
        cls.folder = Path(tempfile.mkdtemp(prefix='sandbox-', dir=HOME))
        cls.addClassCleanup(shutil.rmtree, cls.folder)

    @classmethod
    def box(cls, name: str) -> Box:
        box = Box(cls.folder / name, cls.folder / f'{name}.err')
        cls.addClassCleanup(cls.purge, box)
        return box

    @staticmethod
    def purge(box: Box) -> None:
        """Remove a sandbox, up or not, or none at all."""
        for command in box.commands:
            if command.poll() is None:  # a test was interrupted
                command.send_signal(signal.SIGINT)
                command.wait(_GIVE_UP)
        ended = box.run('down', '--purge')
        if ended.status or ended.left or (box.root / 'sandbox.json').exists():
            raise RuntimeError(f'{box.root} is not gone: {ended}')

    def assert_failed(self, ended: Ended, pattern: str) -> None:
        self.assertEqual(
            (1, '', []), (ended.status, ended.stdout, ended.left), ended.stderr
        )
        self.assertRegex(ended.stderr, pattern)


class TestSecond(SandboxTestCase):
    """One that was interrupted again and again before it was up."""

    second: ClassVar[Box]
    up: ClassVar[tuple[str | Path, ...]]
    interrupted: ClassVar[dict[str, Ended]] = {}
    meanwhile: ClassVar[Ended]
    finished: ClassVar[Ended]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.second = cls.box('second')
        cls.up = ('up', '--venv', services())
        for name, reached in MOMENTS.items():
            cls.interrupted[name] = cls.second.interrupt(reached, *cls.up)
        cls.finished = cls.second.run(*cls.up)

    def setUp(self) -> None:
        super().setUp()
        self.first = Box(SANDBOX, self.folder / 'first.err')

    def be_up(self) -> None:
        """Bring it up again: any test before may have stopped it."""
        ended = self.second.run(*self.up)
        self.assertEqual(0, ended.status, ended.stderr)

    def test_an_interrupt_at_any_moment_leaves_nothing(self) -> None:
        for name, ended in self.interrupted.items():
            self.assertEqual((130, '', []), (*ended[:2], ended.left), name)
            self.assertEqual('Interrupted.', ended.stderr.splitlines()[-1])

    def test_what_was_interrupted_is_taken_up(self) -> None:
        self.assertEqual(0, self.finished.status, self.finished.stderr)
        self.assertEqual('The sandbox is up.\n', self.finished.stdout)
        self.be_up()

        self.assertEqual(
            ['db-1', 'web-1'],
            [server.name for server in self.servers('sandbox')],
        )
        self.assertEqual(
            ['app-1'], [each.name for each in self.servers('sandbox-member')]
        )

    def servers(self, cloud: str) -> list[Any]:
        found = base.connection(self.second.root, cloud).compute.servers()
        return sorted(found, key=lambda server: str(server.name))

    def test_side_by_side(self) -> None:
        self.be_up()
        boxes = (self.first, self.second)

        for box in boxes:
            self.assertEqual(0, box.run('status').status)
            self.assertEqual(5, len(set(box.state['ports'].values())))
        self.assertFalse(set(self.first.pids()) & set(self.second.pids()))
        for key in ('ports', 'passwords'):
            values = [{*box.state[key].values()} for box in boxes]
            self.assertFalse(set.intersection(*values))
        ids = [
            {each.id for each in connection.compute.servers()}
            for connection in (
                base.connection(box.root, 'sandbox') for box in boxes
            )
        ]
        self.assertTrue(all(ids))
        self.assertFalse(set.intersection(*ids))

    def test_listens_on_loopback_only(self) -> None:
        self.be_up()

        self.assertEqual(
            sorted(
                f'0100007F:{port:04X}'
                for port in self.second.state['ports'].values()
            ),
            sorted(self.second.listening()),
        )

    def test_passwords(self) -> None:
        passwords = [*self.second.state['passwords'].values()]

        self.assertEqual(4, len(set(passwords)))
        for password in passwords:
            self.assertRegex(password, '^[0-9a-f]{32}$')

    def test_files_are_for_the_owner_only(self) -> None:
        self.be_up()
        modes = {stat.filemode(self.second.root.stat().st_mode)}
        modes |= {
            stat.filemode(path.lstat().st_mode)
            for path in self.second.root.rglob('*')
        }

        self.assertEqual({'drwx------', '-rw-------'}, modes)
        # The services' programs are as they were packed, in such a folder.
        for path in (SANDBOX, services()):
            self.assertEqual(0o700, stat.S_IMODE(path.stat().st_mode))

    def test_up_again(self) -> None:
        self.be_up()
        record = self.second.record()

        for args in (self.up, ('up',)):
            ended = self.second.run(*args)

            self.assertEqual(
                (0, 'The sandbox is up already.\n', ''), ended[:3]
            )
            self.assertEqual(record, self.second.record())

    def test_status(self) -> None:
        self.be_up()
        ended = self.second.run('status')
        head, *lines = ended.stdout.splitlines()
        record, ports = self.second.record(), self.second.state['ports']

        self.assertEqual((0, ''), (ended.status, ended.stderr))
        self.assertEqual(['SERVICE', 'STATE', 'PID', 'URL'], head.split())
        for name, each in zip(_SERVICES, lines, strict=True):
            pid = record[name]['pid']
            start = f'{name} up {pid} http://127.0.0.1:{ports[name]}'
            self.assertTrue(' '.join(each.split()).startswith(start), each)

    def test_env(self) -> None:
        self.be_up()
        ended = self.second.run('env')
        done = subprocess.run(  # noqa: S603
            [
                *('/bin/sh', '-c'),
                f'{ended.stdout}\nexec "$0" server interface list '
                '-f json -c "Server ID"',
                Path(sys.executable).with_name('openstack'),
            ],
            # Settings for another cloud would be mixed in.
            env={
                **os.environ,
                'OS_AUTH_URL': 'http://127.0.0.1:9/v3',
                'OS_PASSWORD': 'other',
                'OS_PROJECT_NAME': 'other',
                'OS_REGION_NAME': 'other',
            },
            capture_output=True,
            check=False,
            text=True,
        )

        self.assertEqual((0, ''), (ended.status, ended.stderr))
        self.assertEqual((0, ''), (done.returncode, done.stderr))
        self.assertEqual(
            {server.id for server in self.servers('sandbox')},
            {row['Server ID'] for row in json.loads(done.stdout)},
        )

    def test_down_and_up(self) -> None:
        """It stops what "up" started, and nothing else."""
        self.be_up()
        others = self.first.record()
        before = self.second.state, self.servers('sandbox')
        bystander = subprocess.Popen(  # noqa: S603
            ['/bin/sleep', str(_GIVE_UP)],
            cwd=self.second.root,
            env={'OSC_IFACE_SANDBOX': str(self.second.root)},
            start_new_session=True,
        )
        self.addCleanup(bystander.wait)
        self.addCleanup(bystander.kill)

        ended = self.second.run('down')

        self.assertEqual((0, 'The sandbox is down.\n', ''), ended[:3])
        self.assertEqual([bystander.pid], self.second.pids())
        self.assertEqual(others, self.first.record())
        self.assertEqual(0, self.first.run('status').status)
        self.assertEqual(0, self.second.run('down').status)

        ended = self.second.run('status')
        self.assertEqual((1, ''), (ended.status, ended.stderr))
        self.assertEqual(5, ended.stdout.count(' down '))
        ended = self.second.run('env')
        self.assertEqual(
            (
                1,
                '',
                'The sandbox is not up; "python -m sandbox up" brings it '
                'up.\n',
            ),
            ended[:3],
        )

        self.be_up()
        self.assertEqual(
            before[0]['passwords'], self.second.state['passwords']
        )
        self.assertEqual(
            [server.id for server in before[1]],
            [server.id for server in self.servers('sandbox')],
        )

    def test_a_port_that_another_program_has_taken(self) -> None:
        self.be_up()
        self.second.run('down')
        port = self.second.state['ports']['keystone']
        with socket.create_server(('127.0.0.1', port)):
            self.be_up()

        self.assertNotEqual(port, self.second.state['ports']['keystone'])
        self.assertEqual(2, len(self.servers('sandbox')))

    def test_a_service_that_does_not_come_up(self) -> None:
        """The others are stopped again."""
        self.be_up()
        self.second.run('down')

        for name in ('keystone', 'nova', 'glance'):
            ended = self.second.run(
                *('up', '--venv', broken(self.folder, name))
            )

            log = self.second.root / 'log' / f'{name}.log'
            self.assert_failed(
                ended,
                f'\n{name} has ended\\.\nThe end of {log}:\n(  .*\n)*'
                f'  {name} is out of order\n$',
            )

    def test_a_service_that_dies_later(self) -> None:
        """Status says so, and "up" starts everything anew."""
        self.be_up()
        record = self.second.record()
        os.kill(record['glance']['pid'], signal.SIGKILL)
        ended = self.second.run('status')

        self.assertEqual(1, ended.status)
        self.assertRegex(ended.stdout, r'\nglance +down ')
        self.assertEqual(4, ended.stdout.count(' up '))
        self.be_up()
        self.assertEqual(0, self.second.run('status').status)
        self.assertEqual(5, len(self.second.pids()))


def broken(folder: Path, failing: str) -> Path:
    """Make an environment of services in which something fails."""
    real, venv = services(), folder / f'without-{failing}'
    (venv / 'bin').mkdir(parents=True)
    for name in ('etc', 'lib', 'stamp'):
        (venv / name).symlink_to(real / name)
    python = venv / 'bin' / 'python'
    python.write_text(
        _PYTHON.format(failing=failing, real=shlex.quote(str(real)))
    )
    python.chmod(0o700)
    return venv


class TestBeginnings(SandboxTestCase):
    """Sandboxes that never come up."""

    def test_interrupted_installation(self) -> None:
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            box = self.box(f'signal-{number}')
            ended = box.interrupt(started('install'), 'up', number=number)

            self.assertEqual(
                (status, '', 'Installing the services ...\nInterrupted.\n'),
                ended[:3],
            )
            self.assertEqual([], ended.left)

    def test_a_second_interrupt_breaks_nothing(self) -> None:
        """What stops the services after the first is not to be stopped."""
        script = (
            'import os, signal\n'
            'from sandbox import interrupts\n'
            'interrupts.install()\n'
            'def interrupt():\n'
            '    os.kill(os.getpid(), signal.SIGINT)\n'
            'try:\n'
            '    {first}\n'
            'except interrupts.Interrupted:\n'
            '    interrupt()\n'
            '    with interrupts.deferred():\n'
            '        interrupt()\n'
            '    print("stopped")\n'
        )
        for first in (
            'interrupt()',
            'with interrupts.deferred(): interrupt()',
        ):
            done = subprocess.run(  # noqa: S603
                [sys.executable, '-c', script.format(first=first)],
                cwd=_CHECKOUT,
                capture_output=True,
                check=False,
                text=True,
            )

            self.assertEqual(('stopped\n', ''), (done.stdout, done.stderr))

    def test_failed_installation(self) -> None:
        box = self.box('install')
        ended = box.run('up', PIP_NO_INDEX='1')

        self.assert_failed(
            ended,
            r'\nThe services could not be installed \(exit status 1\)\.\n'
            f'The end of {box.root}/log/install.log:\n(  .*\n)*  ERROR: .*\n$',
        )

    def test_failed_database(self) -> None:
        box = self.box('database')
        ended = box.run(
            *('up', '--venv', broken(self.folder, 'placement.cmd.manage'))
        )

        self.assert_failed(
            ended,
            r'\nThe database of placement could not be created \(exit status '
            rf'3\)\.\nThe end of {box.root}/log/placement-database.log:\n'
            '  placement.cmd.manage is out of order\n$',
        )

    def test_killed_command(self) -> None:
        """What it could not stop any more, "down" does."""
        box = self.box('killed')
        ended = box.interrupt(
            started('placement-database'),
            *('up', '--venv', services()),
            number=signal.SIGKILL,
        )
        self.assertEqual(-signal.SIGKILL, ended.status)

        ended = box.run('down', '--purge')
        self.assertEqual(
            (0, 'The sandbox is removed.\n', '', []), tuple(ended)
        )
        self.assertFalse(box.root.exists())

    def test_one_command_at_a_time(self) -> None:
        box = self.box('locked')
        process = box.start('up')
        other = Box(self.folder / 'other', self.folder / 'other.err')
        other.root.symlink_to(box.root)
        box.wait(process, started('install'))
        for command in ('up', 'down'):
            refused = other.run(command)
            self.assertEqual((1, ''), refused[:2])
            self.assertRegex(
                refused.stderr, '^Another command is at work on the sandbox in'
            )
        process.send_signal(signal.SIGINT)
        self.assertEqual(130, box.end(process).status)

    def test_purge(self) -> None:
        box = self.box('purge')
        box.interrupt(started('install'), 'up')
        self.assertTrue(box.root.exists())

        for text in ('The sandbox is removed.', 'There is no sandbox in'):
            ended = box.run('down', '--purge')

            self.assertEqual((0, ''), (ended.status, ended.stderr))
            self.assertTrue(ended.stdout.startswith(text), ended.stdout)
            self.assertFalse(box.root.exists())

    def test_no_sandbox(self) -> None:
        box = self.box('none')

        self.assertEqual(
            (1, f'There is no sandbox in {box.root}.\n', ''),
            box.run('status')[:3],
        )
        self.assertEqual(1, box.run('env').status)
        self.assertFalse(box.root.exists())

    def test_folder_of_something_else(self) -> None:
        box = self.box('else')
        box.root.mkdir(mode=0o755)
        file = box.root / 'thesis.tex'
        file.write_text('42')

        self.assert_failed(
            box.run('up'), 'is not empty and is not a sandbox; choose another'
        )
        self.assertEqual(0, box.run('down', '--purge').status)
        self.assertEqual('42', file.read_text())

    def test_environment_of_something_else(self) -> None:
        box = self.box('other-environment')

        self.assert_failed(
            box.run('up', '--venv', sys.prefix),
            f'^{sys.prefix} is not the complete environment of a sandbox',
        )
