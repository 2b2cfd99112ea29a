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

"""The demo in a terminal, as tox shows it."""

from collections.abc import Callable
import contextlib
import fcntl
import os
from pathlib import Path
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from typing import Any, ClassVar

import pyte
import testtools

from osc_iface.tests.functional import test_sandbox

_CHECKOUT = Path(__file__).parents[3]
_RUNS = 20
_TOX = """\
[testenv]
skip_install = true
allowlist_externals = *
set_env =
    PYTHONPATH = {checkout}
[testenv:once]
commands =
    {python} {{posargs}}
[testenv:often]
commands =
"""
# The steps are played, quickly, and so is the client; all else is the demo.
_PLAYED = """\
import os
import sys
import time

from sandbox import __main__, demo, up
from sandbox.progress import Steps


def wait(file):
    for _attempt in range(2000):
        if os.path.exists(file):
            break
        time.sleep(0.03)


def run(layout, venv, stream):
    with Steps(stream) as steps:
        for number in range(4):
            with steps.step(f'Step {number}'):
                for part in range(3):
                    steps.detail(f'Step {number}: {part} of 3')
                    time.sleep(0.03)
                if number == 2 and layout.root.name == 'watched':
                    steps.detail('Look here')
                    wait('seen')
    return True


up.run = run
demo.CLIENT = os.path.abspath('openstack')
demo.check = lambda: None
sys.exit(__main__.main())
"""
_CLIENT = """\
#!/bin/sh
case "$*" in
"floating ip list"*) echo 203.0.113.7 ;;
"server interface show web-1") echo one of several >&2; exit 1 ;;
*) echo answer ;;
esac
"""
_SOME = "-c Server -c Network -c 'Port ID'"
_UP = """\
✓ Step 0 0:00:00
✓ Step 1 0:00:00
✓ Step 2 0:00:00
✓ Step 3 0:00:00

The sandbox is up.
"""
_DEMO = f"""
# The network interfaces of all servers:
$ openstack server interface list {_SOME} -c 'MAC Address'
answer

# One of them, by its address:
$ openstack server interface show web-1 10.0.0.11 -f yaml
answer

# Whose is this floating IP?
$ openstack server interface list --ip-address 203.0.113.7 {_SOME}
answer

# A mistake, and what it says:
$ openstack server interface show web-1
one of several

The sandbox stays up. To go on by yourself:
"""
_REAL = f"""\
✓ Creating the databases TIME
✓ Starting keystone TIME
✓ Filling the catalog TIME
✓ Starting placement, neutron, nova, glance TIME
✓ Filling it TIME

The sandbox is up.

# The network interfaces of all servers:
$ openstack server interface list {_SOME} -c 'MAC Address'
+--------+--------------------------------------+---------+-------------------+
| Server | Port ID | Network | MAC Address |
+--------+--------------------------------------+---------+-------------------+
| db-1 | ID | NETWORK | MAC |
| web-1 | ID | NETWORK | MAC |
| web-1 | ID | NETWORK | MAC |
+--------+--------------------------------------+---------+-------------------+

# One of them, by its address:
$ openstack server interface show web-1 10.0.0.11 -f yaml
fixed_ips:
- ip_address: 10.0.0.11
 subnet_id: ID
- ip_address: 2001:db8:0:1::11
 subnet_id: ID
mac_addr: MAC
net_id: ID
port_id: ID
port_state: ACTIVE
tag: mgmt

# Whose is this floating IP?
$ openstack server interface list --ip-address FLOATING {_SOME}
+--------+--------------------------------------+---------+
| Server | Port ID | Network |
+--------+--------------------------------------+---------+
| web-1 | ID | front |
+--------+--------------------------------------+---------+

# A mistake, and what it says:
$ openstack server interface show web-1
Server ID has several interfaces; name one of them:
 ID MAC ADDRESSES
 ID MAC ADDRESSES

The sandbox stays up. To go on by yourself:
"""
# What is another one in each sandbox, or in another order.
_CHANGING = {
    '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}': 'ID',
    'fa(:[0-9a-f]{2}){5}': 'MAC',
    r'203\.0\.113\.\d+': 'FLOATING',
    r'\d:\d\d:\d\d': 'TIME',
    '(?m)^ ID MAC .*': ' ID MAC ADDRESSES',
    r'ID \| (front|back) \| MAC': 'ID | NETWORK | MAC',
}


def in_terminal(
    *command: str | Path,
    watch: Callable[[list[str]], None] | None = None,
    **settings: str,
) -> tuple[int, list[str]]:
    """Run a command in a terminal; give its status and what is to see then.

    :param command: the words
    :param watch: called with what is to see, whenever there is news
    :param settings: more environment variables
    """
    # Nothing scrolls away, nor is a line wrapped.
    screen = pyte.Screen(columns=200, lines=1000)
    stream = pyte.ByteStream(screen)
    main, child = os.openpty()
    size = struct.pack('HHHH', 1000, 200, 0, 0)
    fcntl.ioctl(child, termios.TIOCSWINSZ, size)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not re.match('TOX|PYTHON$|OS_|OSC_|COLUMNS|LINES|NO_COLOR', name)
    }
    with subprocess.Popen(  # noqa: S603
        command,
        env={**kept, 'TERM': 'xterm', **settings},
        stdin=child,
        stdout=child,
        stderr=child,
        start_new_session=True,
    ) as process:
        os.close(child)
        with contextlib.suppress(OSError):  # the other end is closed
            while news := os.read(main, 1 << 16):
                stream.feed(news)
                if watch:
                    watch(shown(screen))
    os.close(main)
    return process.returncode, shown(screen)


def shown(screen: pyte.Screen) -> list[str]:
    """Return the lines on a screen, without what is empty below and beside."""
    text = '\n'.join(line.rstrip() for line in screen.display)
    return [re.sub(' +', ' ', line) for line in text.rstrip().split('\n')]


class TestTerminal(testtools.TestCase):
    folder: ClassVar[Path]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(prefix='terminal-'))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        python = shlex.quote(sys.executable)
        often = ''.join(
            f'    {python} played.py {command} --dir {cls.folder}/box\n'
            for command in ('demo', 'up')
        )
        (cls.folder / 'tox.ini').write_text(
            _TOX.format(checkout=_CHECKOUT, python=python)
            + often * (_RUNS // 2)
        )
        (cls.folder / 'played.py').write_text(_PLAYED)
        (cls.folder / 'openstack').write_text(_CLIENT)
        (cls.folder / 'openstack').chmod(0o700)

    def tox(self, *args: str | Path, **kwargs: Any) -> list[str]:
        """Run an environment of tox; give what is on the screen then."""
        status, lines = in_terminal(
            _CHECKOUT / 'tools' / 'tox',
            *('-c', self.folder / 'tox.ini', *args),
            **kwargs,
        )
        self.assertEqual(0, status, '\n'.join(lines))
        return lines

    def assert_begins(self, expected: str, screen: str) -> None:
        """Check what comes after the command, which may take several lines."""
        first = expected.splitlines()[0]
        begin = max(screen.find(first), 0)
        self.assertEqual(expected, screen[begin:][: len(expected)])

    def test_no_line_is_lost_or_doubled(self) -> None:
        text = '\n'.join(self.tox('-e', 'often'))

        runs = text.split('often: commands[')[1:]
        self.assertEqual(_RUNS, len(runs))
        for demo, up in zip(runs[::2], runs[1::2], strict=True):
            self.assertIn(' played.py up ', up.replace('\n', ''))
            self.assert_begins(_UP, up)
            self.assertEqual(4, up.count('Step'))
            self.assertIn(' played.py demo ', demo.replace('\n', ''))
            self.assert_begins(_UP + _DEMO, demo)
            self.assertEqual(4, demo.count('Step'))
            self.assertEqual(1, demo.count('down --purge'))

    def test_something_moves(self) -> None:
        """The third step waits until its news is on the screen."""
        seen = self.folder / 'seen'

        def watch(lines: list[str]) -> None:
            if any('Look here' in line for line in lines):
                seen.touch()

        self.tox(
            *('-e', 'once', '--', 'played.py', 'up'),
            *('--dir', self.folder / 'watched'),
            watch=watch,
        )

        self.assertTrue(seen.exists())

    def test_the_real_steps(self) -> None:
        box = self.folder / 'real'
        self.addCleanup(
            test_sandbox.SandboxTestCase.purge,
            test_sandbox.Box(box, self.folder / 'real.err'),
        )
        demo = (sys.executable, '-m', 'sandbox', 'demo', '--dir', str(box))
        command = shlex.join([*demo, '--venv', str(test_sandbox.services())])
        with open(self.folder / 'tox.ini', 'a') as ini:
            ini.write(f'[testenv:real]\ncommands =\n    {command}\n')

        text = '\n'.join(self.tox('-e', 'real'))
        for pattern, name in _CHANGING.items():
            text = re.sub(pattern, name, text)

        self.assert_begins(_REAL, text)
        self.assertEqual(1, text.count('down --purge'), text)


if __name__ == '__main__':
    print(*in_terminal(*sys.argv[1:])[1], sep='\n')
