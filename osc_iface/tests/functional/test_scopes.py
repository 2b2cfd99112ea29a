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
"""Logins of every kind: what they may not see is no empty list."""

from pathlib import Path
import tempfile
from typing import Any
import uuid

import yaml

from osc_iface.tests.functional import base

LIST = ('server', 'interface', 'list')
SHOW = ('server', 'interface', 'show')
OPTIONS: tuple[tuple[str, ...], ...] = (
    (),
    ('--long',),
    ('--tag', 'mgmt'),
    ('--port-state', 'ACTIVE'),
    ('--ip-address', '10.0.0.11'),
    ('--mac-address', 'fa:16:3e:00:00:01'),
    ('--ip-address', '10.0.0.0/24'),
    ('--host', 'sandbox'),
    ('--no-name-lookup',),
    ('-c', 'Host', '-c', 'Trunk', '-c', 'Floating IP Addresses'),
    ('web-1',),
    ('web-1', 'db-1'),
    ('web-1', '--long'),
    ('web-1', 'db-1', '--host', 'sandbox'),
)
NO_PROJECT = (
    'This login is for {}, and servers belong to projects: choose one with '
    '--os-project-name or --os-project-id.\n'
)


class TestScopes(base.SandboxTestCase):
    """One user, made for this, who has a role wherever the tests need one."""

    clouds: str

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        identity = base.connect().identity
        project = identity.find_project('sandbox')
        domain = identity.get_domain('default')
        password = uuid.uuid4().hex
        user = identity.create_user(
            name='scopes', password=password, domain_id=domain.id
        )
        cls.addClassCleanup(identity.delete_user, user)
        nothing = identity.create_role(name='nothing')
        cls.addClassCleanup(identity.delete_role, nothing)
        admin, reader = map(identity.find_role, ('admin', 'reader'))
        identity.assign_project_role_to_user(project, user, nothing)
        identity.assign_domain_role_to_user(domain, user, admin)
        identity.assign_system_role_to_user(user, admin, 'all')
        second = identity.find_project('second')
        identity.assign_project_role_to_user(second, user, reader)
        cls._write_clouds(
            {
                'auth_url': base.connect().config.auth['auth_url'],
                'user_id': user.id,
                'password': password,
            },
            project=project,
            second=second,
        )

    @classmethod
    def _write_clouds(
        cls, user: dict[str, Any], project: Any, second: Any
    ) -> None:
        """Write a clouds.yaml with a cloud for each kind of login."""
        admin = base.connect()
        nova = admin.compute.get_endpoint()
        kinds: dict[str, dict[str, Any]] = {
            'nothing': {'auth': {**user, 'project_id': project.id}},
            'domain': {'auth': {**user, 'domain_id': 'default'}},
            'system': {'auth': {**user, 'system_scope': 'all'}},
            'unscoped': {'auth': {**user, 'unscoped': True}},
            'second': {'auth': {**user, 'project_id': second.id}},
            'none': {
                'auth_type': 'none',
                'auth': {'endpoint': nova},
                'compute_endpoint_override': nova,
                'network_endpoint_override': admin.session.get_endpoint(
                    service_type='network', interface='public'
                ),
            },
            'admin_token': {
                'auth_type': 'admin_token',
                'auth': {'token': admin.authorize(), 'endpoint': nova},
            },
        }
        for kind in kinds.values():
            kind['region_name'] = 'RegionOne'
            kind.setdefault('auth_type', 'v3password')
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        path = Path(folder.name, 'clouds.yaml')
        path.write_text(yaml.safe_dump({'clouds': kinds}))
        cls.clouds = str(path)

    def refusal(self, kind: str, *args: str) -> str:
        """Run a command with a login of a kind; give what it says."""
        return self.refused(
            *args, cloud=kind, OS_CLIENT_CONFIG_FILE=self.clouds
        )

    def test_role_without_rights(self) -> None:
        for options in (*OPTIONS, ('--all-projects',)):
            self.assertIn(
                '403 Forbidden', self.refusal('nothing', *LIST, *options)
            )

    def test_without_a_project(self) -> None:
        for kind, words in (
            ('domain', "domain 'default', not for a project"),
            ('system', 'the system, not for a project'),
        ):
            for options in OPTIONS:
                self.assertEqual(
                    NO_PROJECT.format(words),
                    self.refusal(kind, *LIST, *options).replace(
                        "'Default'", "'default'"
                    ),
                )

    def test_unscoped(self) -> None:
        for args in (*((*LIST, *each) for each in OPTIONS), (*SHOW, 'web-1')):
            self.assertIn(
                ' login is for no project, and ',
                self.refusal('unscoped', *args),
            )

    def test_all_projects_with_a_login_for_the_system(self) -> None:
        """Nova wants a project, whatever is asked for; so of a domain."""
        for kind in ('system', 'domain'):
            for options in OPTIONS:
                if 'web-1' not in options:
                    args = (*LIST, '--all-projects', *options)
                    self.assertIn('403 Forbidden', self.refusal(kind, *args))

    def test_one_project_with_another_login(self) -> None:
        """Identity refuses, or Compute does."""
        for kind in ('system', 'domain', 'unscoped', 'nothing', 'second'):
            self.assertIn(
                '403 Forbidden',
                self.refusal(kind, *LIST, '--project', 'sandbox'),
            )

    def test_role_without_rights_and_names(self) -> None:
        """What nobody may see, nobody finds: a failure, and no empty list."""
        for kind in ('network', 'subnet', 'security group'):
            name = {'network': 'front', 'subnet': 'front-ipv4'}.get(
                kind, 'default'
            )
            option = f'--{kind.replace(" ", "-")}'
            for args in ((), ('web-1',)):
                self.assertIn(
                    f"No {kind} has the ID or name '{name}'.",
                    self.refusal('nothing', *LIST, *args, option, name),
                )

    def test_whoever_has_another_project(self) -> None:
        names = {
            row['Server']
            for row in self.json(
                *LIST, cloud='second', OS_CLIENT_CONFIG_FILE=self.clouds
            )
        }

        self.assertEqual({'app-1'}, names)
        self.assertIn(
            '403 Forbidden', self.refusal('second', *LIST, '--all-projects')
        )

    def test_no_authentication_where_there_is_some(self) -> None:
        for args in (LIST, (*LIST, '--all-projects'), (*LIST, 'web-1')):
            self.assertIn('401 Unauthorized', self.refusal('none', *args))

    def test_admin_token(self) -> None:
        """It has one endpoint, here that of Compute."""
        server = base.connect().compute.find_server('db-1')

        shown = self.json(
            *SHOW,
            server.id,
            cloud='admin_token',
            OS_CLIENT_CONFIG_FILE=self.clouds,
        )

        self.assertEqual('ACTIVE', shown['port_state'])

    def test_application_credential(self) -> None:
        member = base.connect('sandbox-member')
        identity = member.identity
        credential = identity.create_application_credential(
            user=member.current_user_id, name='scopes'
        )
        self.addCleanup(
            identity.delete_application_credential,
            member.current_user_id,
            credential,
        )
        settings = {
            'OS_AUTH_TYPE': 'v3applicationcredential',
            'OS_AUTH_URL': member.config.auth['auth_url'],
            'OS_APPLICATION_CREDENTIAL_ID': credential.id,
            'OS_APPLICATION_CREDENTIAL_SECRET': credential.secret,
            'OS_REGION_NAME': 'RegionOne',
            'OS_CLOUD': '',
            'OS_CLIENT_CONFIG_FILE': '',
        }

        self.assertEqual(
            self.json(*LIST, cloud='sandbox-member'),
            self.json(*LIST, **settings),
        )
