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

"""Keystone: its version, and a token with a catalog."""

from collections.abc import Mapping
import dataclasses
from typing import Literal

from keystoneauth1 import fixture

from osc_iface.tests.fake.plays import Reply

Service = Literal['identity', 'compute', 'network', 'proxy']


@dataclasses.dataclass(frozen=True)
class Login:
    """What everybody who logs in gets a token for.

    :ivar scope: what it is for; 'nothing' is an unscoped token
    :ivar role: what the user may do there; 'nothing' is a role of which no
        policy knows
    """

    scope: Literal['project', 'domain', 'system', 'nothing'] = 'project'
    role: Literal['admin', 'reader', 'nothing'] = 'admin'

    @property
    def reads(self) -> bool:
        """Whether Nova and Neutron show anything; both want a project."""
        return self.scope == 'project' and self.role != 'nothing'

    @property
    def reads_all(self) -> bool:
        """Whether they show what belongs to other projects."""
        return self.reads and self.role == 'admin'


ADMIN = Login()


def versions(url: str) -> Reply:
    """Return what Keystone tells where no version is asked for.

    :param url: where its version 3 is
    """
    found = {'values': [fixture.V3Discovery(url)]}
    return Reply(300, {'versions': found})


def version(url: str) -> Reply:
    """Return what Keystone tells of itself.

    :param url: where it is
    """
    return Reply(body={'version': fixture.V3Discovery(url)})


def token(
    login: Login, project_id: str, catalog: Mapping[Service, str], number: int
) -> Reply:
    """Return a token.

    :param login: what it is for
    :param project_id: the project, where that is one
    :param catalog: the URLs of services
    :param number: how many there are with this one
    """
    body = fixture.V3Token()
    match login.scope:
        case 'project':
            body.set_project_scope(id=project_id)
        case 'domain':
            body.set_domain_scope(id='default', name='Default')
        case 'system':
            body.set_system_scope()
    if login.scope != 'nothing':
        body.add_role(login.role)
        for service, url in catalog.items():
            body.add_service(service).add_standard_endpoints(public=url)
    return Reply(201, body, headers={'X-Subject-Token': f'token-{number}'})
