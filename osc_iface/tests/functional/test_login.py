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

"""Logins that the real Identity service refuses, or grants without use."""

import json
from pathlib import Path
from typing import Any
import uuid

import fixtures
import yaml

from osc_iface.tests.functional import SANDBOX, base

SHOW = ('server', 'interface', 'show')
GONE = (
    'The token or application credential is wrong, has expired or was '
    'revoked: get another one.'
)
NO_PROJECT = (
    'Cannot reach the Network service: the login is for no project, and then '
    'the catalog does not name the service. Choose a project with '
    '--os-project-name or --os-project-id.\n'
)


class TestLogin(base.SandboxTestCase):
    def setUp(self) -> None:
        super().setUp()
        clouds = yaml.safe_load((SANDBOX / 'clouds.yaml').read_text())
        self.auth: dict[str, str] = clouds['clouds']['sandbox']['auth']
        self.project = {
            name: self.auth[name]
            for name in ('auth_url', 'project_name', 'project_domain_name')
        }

    def told(
        self, auth_type: str, auth: dict[str, str], server: str = 'web-1'
    ) -> str:
        """Return what a user hears who logs in so, in vain."""
        folder = self.useFixture(fixtures.TempDir()).path
        path = Path(folder, 'clouds.yaml')
        cloud: dict[str, Any] = {'auth_type': auth_type, 'auth': auth}
        path.write_text(json.dumps({'clouds': {'login': cloud}}))
        return self.refused(
            *SHOW,
            server,
            'web-1-mgmt',
            cloud='login',
            OS_CLIENT_CONFIG_FILE=str(path),
        )

    def test_nonsense_for_a_token(self) -> None:
        told = self.told('token', {**self.project, 'token': 'nonsense'})

        self.assertRegex(
            told,
            'Cannot log in: the Identity service answered 404 Not Found: .*. '
            + GONE,
        )

    def test_revoked_token(self) -> None:
        token = self.json('token', 'issue')['id']
        self.succeed('token', 'revoke', token)

        told = self.told('token', {**self.project, 'token': token})

        self.assertRegex(
            told,
            'Cannot log in: the Identity service answered 404 Not Found: .*. '
            + GONE,
        )
        self.assertNotIn(token, told)

    def test_application_credential_that_there_is_not(self) -> None:
        told = self.told(
            'v3applicationcredential',
            {
                'auth_url': self.auth['auth_url'],
                'application_credential_id': 'nonsense',
                'application_credential_secret': 'secret',
            },
        )

        self.assertIn(GONE, told)

    def test_wrong_path(self) -> None:
        auth = {**self.auth, 'auth_url': self.auth['auth_url'] + '/elsewhere'}

        told = self.told('password', auth)

        self.assertIn('Check auth_url in clouds.yaml, or OS_AUTH_URL.', told)

    def test_no_project(self) -> None:
        auth = {
            name: value
            for name, value in self.auth.items()
            if not name.startswith('project_')
        }

        self.assertEqual(
            'This login is for no project, and servers belong to projects: '
            'choose one with --os-project-name or --os-project-id.\n',
            self.told('password', auth),
        )
        self.assertEqual(
            NO_PROJECT, self.told('password', auth, str(uuid.uuid4()))
        )
