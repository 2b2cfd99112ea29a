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

"""Keystone: its version, a token with a catalog, and projects."""

from collections.abc import Mapping
import dataclasses
from typing import Literal

from keystoneauth1 import fixture

from osc_iface.tests.fake.data import Data
from osc_iface.tests.fake.errors import NO_SUCH_PATH, Refusal
from osc_iface.tests.fake.items import Item
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
    def reads_projects(self) -> bool:
        """Whether Keystone shows all projects, of the domain at least."""
        wide = self.scope in ('domain', 'system') and self.role == 'reader'
        return self.scope != 'nothing' and (self.role == 'admin' or wide)

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
    login: Login, data: Data, catalog: Mapping[Service, str], number: int
) -> Reply:
    """Return a token.

    :param login: what it is for
    :param data: with the project, where that is one
    :param catalog: the URLs of services
    :param number: how many there are with this one
    """
    body = fixture.V3Token()
    match login.scope:
        case 'project':
            id_ = data.projects[0]
            body.set_project_scope(id=id_, name=data.project_names[id_])
        case 'domain':
            body.set_domain_scope(id='default', name='Default')
        case 'system':
            body.set_system_scope()
    if login.scope != 'nothing':
        body.add_role(login.role)
        for service, url in catalog.items():
            body.add_service(service).add_standard_endpoints(public=url)
    return Reply(201, body, headers={'X-Subject-Token': f'token-{number}'})


def projects(
    login: Login, data: Data, path: list[str], query: Mapping[str, list[str]]
) -> Reply:
    """Return a project or a list of them; a filter that is none, is none.

    :param login: who asks
    :param data: what there is
    :param path: after that of all projects
    :param query: of the request
    """
    match path:
        case []:
            return Reply(body=_list(login, data, query.get('name', [])))
        case [id_]:
            own = login.scope == 'project' and id_ == data.projects[0]
            if not own:
                _allow(login, 'get_project')
            if id_ not in data.projects:
                raise Refusal(404, f'Could not find project: {id_}.')
            return Reply(body={'project': _project(data, id_)})
    return NO_SUCH_PATH


def _list(login: Login, data: Data, names: list[str]) -> Item:
    if '' in names:
        message = 'Invalid input for field/attribute name. Value: .'
        raise Refusal(400, f"{message} '' should be non-empty")
    _allow(login, 'list_projects')
    found = [
        _project(data, id_)
        for id_ in data.projects
        if all(name == data.project_names[id_] for name in names)
    ]
    return {'projects': found, 'links': {'next': None, 'previous': None}}


def _project(data: Data, id_: str) -> Item:
    """Return a project, shortened."""
    name = data.project_names[id_]
    return {'id': id_, 'name': name, 'domain_id': 'default', 'enabled': True}


def _allow(login: Login, rule: str) -> None:
    """Raise what a policy says to whom it does not allow something."""
    if not login.reads_projects:
        message = 'You are not authorized to perform the requested action'
        raise Refusal(403, f'{message}: identity:{rule}.')
