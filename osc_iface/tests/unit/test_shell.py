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

"""The shell in this process: a command finds and leaves what a process would.

Many commands run in one process here, and none may see the one before.
"""

import logging
import os
from typing import Any
import unittest
from unittest import mock
import warnings

from osc_lib import clientmanager

from osc_iface.tests import shell


class TestRun(unittest.TestCase):
    def test_leaves_nothing(self) -> None:
        def state() -> object:
            root = logging.getLogger()
            return (
                dict(os.environ),
                list(warnings.filters),
                (root.level, list(root.handlers)),
                logging.getLogger('requests').level,
            )

        shell.run('--version')  # imports what it needs
        before = state()
        result = shell.run('nonsense', environment={'OS_CLOUD': 'x'})

        self.assertNotEqual(0, result.status)
        self.assertEqual(before, state())

    def test_has_the_environment_and_the_name_of_a_process(self) -> None:
        result = shell.run('--help', environment={'COLUMNS': '60'})

        self.assertEqual(0, result.status)
        self.assertTrue(result.stdout.startswith('usage: openstack '))
        self.assertIn(
            'Cloud nowhere was not found.',
            shell.run(
                'server', 'list', environment={'OS_CLOUD': 'nowhere'}
            ).stderr,
        )

    def test_clients_of_the_command_before_are_forgotten(self) -> None:
        shell.run('--version')
        caches: list[Any] = [
            each
            for each in vars(clientmanager.ClientManager).values()
            if isinstance(each, clientmanager.ClientCache)
        ]
        for cache in caches:
            cache._handle = 'of the command before'
        shell.run('--version')

        self.assertTrue(caches)
        self.assertEqual({None}, {cache._handle for cache in caches})

    def test_a_ctrl_c_reaches_the_tests(self) -> None:
        with (
            mock.patch('openstackclient.shell.main', return_value=130),
            self.assertRaises(KeyboardInterrupt),
        ):
            shell.run('--version')
