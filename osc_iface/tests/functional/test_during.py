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

"""``python -m sandbox.during``: a command while a sandbox is up."""

import os
from pathlib import Path
import signal
import subprocess
import sys
from typing import Any

from osc_iface.tests.functional import SANDBOX, test_sandbox

_CHECKOUT = Path(__file__).parents[3]
# It leaves a process and a file, as a test that is broken off does.
_LEAVES_SOMETHING = 'setsid sh -c "mktemp; exec sleep 1000 >&- 2>&-" & wait'


def _start(root: Path, *command: str) -> Any:
    """Run a command while the sandbox in a directory is up."""
    return subprocess.Popen(  # noqa: S603
        [sys.executable, '-m', 'sandbox.during', *command],
        cwd=_CHECKOUT,
        env={**os.environ, 'OSC_IFACE_SANDBOX': str(root)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class TestDuring(test_sandbox.SandboxTestCase):
    def test_the_status_is_the_command_s_and_what_was_up_stays_up(
        self,
    ) -> None:
        process = _start(SANDBOX, 'sh', '-c', 'exit 7')

        self.assertEqual(('', ''), process.communicate())
        self.assertEqual(7, process.returncode)
        box = test_sandbox.Box(SANDBOX, self.folder / 'first.err')
        self.assertEqual(0, box.run('status').status)

    def test_a_signal_ends_all_that_was_started(self) -> None:
        box = self.box('during')
        ended = box.run('up', '--venv', test_sandbox.services())
        self.assertEqual(0, ended.status, ended.stderr)
        box.run('down')

        process = _start(box.root, 'sh', '-c', _LEAVES_SOMETHING)
        file = Path(process.stdout.readline().strip())
        existed = file.exists()
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate()

        self.assertEqual(130, process.returncode, stderr)
        self.assertEqual('Interrupted.', stderr.splitlines()[-1])
        self.assertTrue(existed)
        self.assertEqual([], box.running())
        self.assertFalse(file.exists())
