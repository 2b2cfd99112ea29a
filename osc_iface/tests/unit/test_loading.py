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

"""What having the plugin installed costs every other command."""

import json
import os
from pathlib import Path
import subprocess
import sys
import tempfile
import unittest

# Lists the modules that a command loads, in a process of its own.
_SCRIPT = """
import contextlib, importlib.metadata, io, json, sys

if 'without' in sys.argv:
    every = importlib.metadata.distributions
    importlib.metadata.distributions = lambda **kwargs: (
        dist for dist in every(**kwargs)
        if dist.metadata['Name'] != 'osc-iface'
    )

from openstackclient import shell

with contextlib.redirect_stdout(io.StringIO()) as out:
    shell.main(['command', 'list', '--group', 'openstack.compute.v2'])
listed = 'server interface show' in out.getvalue()
print(json.dumps([listed, sorted(sys.modules)]))
"""


class TestLoading(unittest.TestCase):
    def loaded(self, how: str) -> tuple[bool, set[str]]:
        """Return whether our commands are listed, and the modules loaded."""
        with tempfile.TemporaryDirectory() as cache:
            done = subprocess.run(  # noqa: S603
                [sys.executable, '-W', 'ignore', '-c', _SCRIPT, how],
                # stevedore caches entry points there.
                env={**os.environ, 'XDG_CACHE_HOME': cache},
                cwd=Path(__file__).parents[3],
                capture_output=True,
                text=True,
                check=True,
            )
        listed, modules = json.loads(done.stdout)
        return listed, set(modules)

    def test_other_commands_load_no_more_than_the_command_module(self) -> None:
        listed, modules = self.loaded('with')
        listed_without, modules_without = self.loaded('without')

        self.assertEqual((True, False), (listed, listed_without))
        self.assertEqual(
            {'osc_iface', 'osc_iface.command', 'osc_iface.server_interface'},
            modules - modules_without,
        )
