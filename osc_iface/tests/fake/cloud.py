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

"""The cloud: Keystone, Nova and Neutron at one address."""

import collections
from collections.abc import Callable
import contextlib
import dataclasses
import functools
import itertools
from pathlib import Path
import re
import time

from osc_iface.tests.fake import errors, identity, nova
from osc_iface.tests.fake.data import Data
from osc_iface.tests.fake.errors import Refusal
from osc_iface.tests.fake.identity import ADMIN, Login, Service
from osc_iface.tests.fake.neutron import EXTENSIONS, Neutron
from osc_iface.tests.fake.plays import Close, Fault, Reply
from osc_iface.tests.fake.server import LOOPBACK, Host, Request

# What Apache takes for the first line of a request, less the method and such.
LONGEST_URL = 8190 - len('GET  HTTP/1.1')
# Some versions of the SDK refuse an empty file.
NO_CLOUDS = Path(__file__).parents[1] / 'no-clouds.yaml'
REQUEST_ID = 'req-66666666-6666-4666-8666-666666666666'

_PATHS: dict[Service, str] = {
    'identity': '/identity/v3',
    'compute': '/compute/v2.1',
    'network': '/network',
}
_NAMES = {'identity': 'keystone', 'compute': 'nova', 'network': 'neutron'}
_VERSION = re.compile(r'v2\.\d|v3')
# What is answered to everybody: the versions, and logging in.
_FREE: tuple[list[str], ...] = ([], ['auth', 'tokens'])
_TOO_LONG = Reply(414, '<h1>Request-URI Too Long</h1>', 'text/html')


class Cloud(Host):
    """The cloud, as a context manager.

    :param data: what there is
    :param login: what everybody who logs in gets
    :param page_limit: how many of a list Nova and Neutron give at most; by
        default Nova gives 1,000, and Neutron as many as are asked for
    :param seconds_a_row: how long each item of a list takes
    :param extensions: those of Neutron
    :param versioned: whether the catalog has the version in Nova's URL
    :ivar seconds: how long each service took so far for its lists
    :ivar requests: those answered, as in "nova GET /servers?limit=1"
    :ivar on_list: called with the ID of a server before its interfaces are
        listed, in a thread of this request; may raise :class:`Refusal`, or
        ConnectionError to close the connection instead of answering
    :ivar on_request: the same for each request, as in ``requests``
    """

    def __init__(
        self,
        data: Data,
        login: Login = ADMIN,
        page_limit: int | None = None,
        seconds_a_row: float = 0,
        extensions: frozenset[str] = EXTENSIONS,
        versioned: bool = True,
    ) -> None:
        super().__init__()
        self.data = data
        self.seconds: dict[str, float] = collections.defaultdict(float)
        self.requests: list[str] = []
        self.on_list: Callable[[str], None] = lambda server_id: None
        self.on_request: Callable[[str], None] = lambda request: None
        self._login = login
        self._seconds_a_row = seconds_a_row
        self._versioned = versioned
        self._tokens = itertools.count(1)
        self._port = 0
        self._nova = nova.Nova(
            data,
            login,
            page_limit or nova.PAGE_LIMIT,
            lambda: self.address('compute') + '/compute',
            lambda server_id: self.on_list(server_id),
            functools.partial(self._take_time, 'compute'),
        )
        self._neutron = Neutron(
            data,
            login,
            page_limit,
            extensions,
            lambda: self.address('network') + '/network',
            functools.partial(self._take_time, 'network'),
        )

    def open(self, stack: contextlib.ExitStack) -> None:
        self._port = self.listen(stack)

    @property
    def auth_url(self) -> str:
        """Where Keystone is."""
        return self.address('identity') + _PATHS['identity']

    @property
    def settings(self) -> dict[str, str]:
        """The environment variables to use it with."""
        return {
            'OS_AUTH_URL': self.auth_url,
            'OS_USERNAME': 'user',
            'OS_PASSWORD': 'password',
            'OS_PROJECT_NAME': 'project',
            'OS_USER_DOMAIN_NAME': 'Default',
            'OS_PROJECT_DOMAIN_NAME': 'Default',
            'OS_CLIENT_CONFIG_FILE': str(NO_CLOUDS),
        }

    def address(self, service: Service) -> str:
        """Scheme, host and port of a service."""
        return f'http://{LOOPBACK}:{self._port}'

    def catalog(self) -> dict[Service, str]:
        """Return the URLs of the services, as the catalog has them."""
        urls = {
            service: self.address(service) + path
            for service, path in _PATHS.items()
        }
        if not self._versioned:
            urls['compute'] = urls['compute'].removesuffix('/v2.1')
        return urls

    def take(self, request: Request) -> Fault:
        """Note a request, and say what to answer."""
        service, _slash, path = request.url.lstrip('/').partition('/')
        told = f'{_NAMES.get(service, service)} {request.method} /{path}'
        self.requests.append(told)
        try:
            self.on_request(told)
            return self.right(request)
        except Refusal as exc:
            return errors.refused(service, exc)
        except ConnectionError:
            return Close()

    def right(self, request: Request) -> Reply:
        """Return what a healthy cloud answers."""
        if len(request.url) > LONGEST_URL:
            return _TOO_LONG
        service = request.path[0]
        ask = {
            'identity': self._identity,
            'compute': self._nova.answer,
            'network': self._neutron.answer,
        }
        if service not in ask:
            return errors.NO_SUCH_PATH
        try:
            reply = ask[service](request)
        except Refusal as exc:
            reply = errors.refused(service, exc)
        if not _VERSION.fullmatch(''.join(request.path[1:2])):
            return reply
        is_free = request.path[2:] in _FREE
        if not is_free and 'X-Auth-Token' not in request.headers:
            reply = errors.UNAUTHORIZED
        headers = {**reply.headers, 'X-Openstack-Request-Id': REQUEST_ID}
        return dataclasses.replace(reply, headers=headers)

    def _identity(self, request: Request) -> Reply:
        match request.method, request.path[1:]:
            case 'GET', []:
                return identity.versions(self.auth_url)
            case 'GET', ['v3']:
                return identity.version(self.auth_url)
            case 'POST', ['v3', 'auth', 'tokens']:
                return identity.token(
                    self._login, self.data, self.catalog(), next(self._tokens)
                )
            case 'GET', ['v3', 'projects', *path]:
                query = request.query
                return identity.projects(self._login, self.data, path, query)
        return errors.NO_SUCH_PATH

    def _take_time(self, service: str, rows: int) -> None:
        seconds = self._seconds_a_row * rows
        time.sleep(seconds)
        self.seconds[service] += seconds
