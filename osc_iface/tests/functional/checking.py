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

"""Checks run by users of one project, and what they are advised, pasted."""

from collections.abc import Callable
import json
from pathlib import Path
import subprocess
import sys
import tempfile
import time
from typing import Any, ClassVar
import uuid

import yaml

from osc_iface.tests import shell
from osc_iface.tests.functional import SANDBOX, base

CHECK = ('server', 'interface', 'check')
# The clouds of users of the project sandbox; the second is made here.
READER, MEMBER, ADMIN = 'sandbox-reader', 'checking-member', 'sandbox'
UNSEEN = (
    'Not checked: ports of other projects, what hosts do (by default, they '
    'are for administrators to see).\n'
)
# What the groups of every project let in by default: not one's finding.
USUAL = 'ingress-from-groups-only'
# Seconds after which something that does not come to pass is given up.
_GIVE_UP = 120

Row = dict[str, Any]


class CheckTestCase(base.SandboxTestCase):
    """Makes a user with the role member, which the sandbox lacks there."""

    clouds: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        identity = base.connect().identity
        password = uuid.uuid4().hex
        user = identity.create_user(
            name=MEMBER, password=password, domain_id='default'
        )
        cls.addClassCleanup(identity.delete_user, user)
        project = identity.find_project('sandbox')
        identity.assign_project_role_to_user(
            project, user, identity.find_role('member')
        )
        known = yaml.safe_load((SANDBOX / 'clouds.yaml').read_text())
        login = known['clouds'][READER]
        known['clouds'][MEMBER] = {
            **login,
            'auth': {
                **login['auth'],
                'username': MEMBER,
                'password': password,
            },
        }
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        path = Path(folder.name, 'clouds.yaml')
        path.write_text(yaml.safe_dump(known))
        cls.clouds = str(path)

    def check(
        self, *args: str, cloud: str = ADMIN, **more: Any
    ) -> base.Result:
        """Run ``check`` as one of the users."""
        return self.openstack(
            *CHECK,
            *args,
            cloud=cloud,
            OS_CLIENT_CONFIG_FILE=self.clouds,
            **more,
        )

    def rows(self, *args: str, cloud: str = ADMIN) -> list[Row]:
        """Run ``check``; give its rows, of which the exit status tells."""
        result = self.check(*args, '-f', 'json', cloud=cloud)
        found: list[Row] = json.loads(result.stdout)
        bad = any(each['Severity'] != 'note' for each in found)
        self.assertEqual(3 if bad else 0, result.status, result.stderr)
        # Who sees all is not told that something was left out.
        self.assertEqual(cloud != ADMIN, UNSEEN in result.stderr)
        return found

    def found(self, *args: str, cloud: str = ADMIN) -> list[Row]:
        """Return the rows, less what is found of every interface."""
        return [
            row
            for row in self.rows(*args, cloud=cloud)
            if row['Check'] != USUAL
        ]

    def paste(self, advice: str, cloud: str = ADMIN) -> shell.Result:
        """Paste an advice into the shell of a user."""
        environment = {
            **base.environment(cloud),
            'OS_CLIENT_CONFIG_FILE': self.clouds,
        }
        path = f'{Path(sys.executable).parent}:{environment["PATH"]}'
        done = subprocess.run(  # noqa: S603
            ['/bin/bash', '--noprofile', '--norc', '-c', advice],
            env={**environment, 'PATH': path},
            capture_output=True,
            text=True,
            check=False,
        )
        return shell.Result(done.returncode, done.stdout, done.stderr)

    def obey(self, advice: str, cloud: str = ADMIN) -> None:
        """Likewise; all of it must work."""
        done = self.paste(advice, cloud)
        self.assertEqual(0, done.status, f'{advice}: {done.stderr}')

    def wait(self, reached: Callable[[], bool], what: str) -> None:
        """Wait until something is so; the services take their time."""
        end = time.monotonic() + _GIVE_UP
        while not reached():
            self.assertLess(time.monotonic(), end, f'In vain: {what}.')
            time.sleep(0.5)
