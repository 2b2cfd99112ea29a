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

"""The cloud, failing in the way a test wants."""

from collections.abc import Mapping, Sequence
import contextlib
import dataclasses
import re
import socket
import threading
from typing import Literal
import urllib.parse

from osc_iface.tests.fake.certificate import Certificate
from osc_iface.tests.fake.cloud import Cloud
from osc_iface.tests.fake.data import Data
from osc_iface.tests.fake.identity import Service
from osc_iface.tests.fake.plays import Fault
from osc_iface.tests.fake.server import LOOPBACK, Request
from osc_iface.tests.unit import base

# What the cloud is asked, as the rows of failures.py name it.
Route = Literal[
    'versions',
    'token',
    'provider',
    'servers',
    'list',
    'show',
    'server',
    'actions',
    'ports',
    'networks',
    'tunnel',
    'nothing',
]
# Where a service is: where this server listens, where nothing does, at a
# name without an address, behind a certificate, beyond a proxy (which this
# server is as well), in the clear or not, or not in the catalog.
Place = Literal[
    'here',
    'refusing',
    'nameless',
    'untrusted',
    'misnamed',
    'expired',
    'plain',
    'forwarded',
    'tunnelled',
    'absent',
    'misplaced',
    'unversioned',
]


@dataclasses.dataclass(frozen=True)
class Right:
    """The right answer, whole or not."""

    cut: bool = False


Play = Right | Fault


def route(request: Request) -> Route:
    """Return what is asked for; 'nothing' is what no service of ours has."""
    path = urllib.parse.urlsplit(request.url).path
    for name, method, pattern in _ROUTES:
        if request.method == method and re.search(pattern, path):
            return name
    return 'nothing'


_ROUTES: tuple[tuple[Route, str, str], ...] = (
    ('versions', 'GET', '^/identity/v3/?$'),
    ('token', 'POST', '^/identity/v3/auth/tokens$'),
    ('tunnel', 'CONNECT', ''),
    ('provider', 'POST', '^/provider/token$'),
    ('servers', 'GET', '^(/compute)?/v2.1/servers$'),
    ('list', 'GET', '^(/compute)?/v2.1/servers/[^/]+/os-interface$'),
    ('show', 'GET', '^(/compute)?/v2.1/servers/[^/]+/os-interface/[^/]+$'),
    ('server', 'GET', '^(/compute)?/v2.1/servers/[^/]+$'),
    ('actions', 'GET', '^(/compute)?/v2.1/servers/[^/]+/os-instance-actions$'),
    ('ports', 'GET', '^/network/v2.0/ports$'),
    ('networks', 'GET', '^/network/v2.0/networks$'),
)


class FaultCloud(Cloud):
    """The cloud, with one server that has one interface.

    :param plays: what is played in place of the right answer; of several,
        each once and the last one from then on
    :param places: where services are, if not here
    :ivar asked: the requests that came in
    """

    keeps_connections = False

    def __init__(
        self,
        plays: Mapping[Route, Sequence[Play]] | None = None,
        places: Mapping[Service, Place] | None = None,
    ) -> None:
        super().__init__(_one_interface())
        self.asked: list[Request] = []
        # In PEM, for a client to trust; empty where no place has one.
        self.certificate = b''
        # A failed TLS handshake is a connection without a request.
        self._connections = 0
        self._plays = {
            key: list(value) for key, value in (plays or {}).items()
        }
        self._places = dict(places or {})
        self._lock = threading.Lock()
        self._ports: dict[Place, int] = {}

    def open(self, stack: contextlib.ExitStack) -> None:
        """Start what listens; the stack ends it."""
        self._ports['here'] = self.listen(stack)
        for place in set(self._places.values()):
            if place == 'refusing':
                # Bound, so that nobody else gets the number.
                refusing = stack.enter_context(socket.socket())
                refusing.bind((LOOPBACK, 0))
                self._ports[place] = refusing.getsockname()[1]
            if place in _CERTIFICATES:
                certificate = Certificate(*_CERTIFICATES[place])
                self.certificate = certificate.public
                self._ports[place] = self.listen(stack, certificate.context())

    def address(self, service: Service) -> str:
        """Scheme, host and port of a service."""
        place = self._places.get(service, 'here')
        if place == 'nameless':
            return f'http://{service}.invalid'
        if place in ('forwarded', 'tunnelled'):
            scheme = 'http' if place == 'forwarded' else 'https'
            return f'{scheme}://{service}.example.com'
        secure = place in _CERTIFICATES or place == 'plain'
        port = self._ports.get(place, self._ports['here'])
        return f'{"https" if secure else "http"}://{LOOPBACK}:{port}'

    def catalog(self) -> dict[Service, str]:
        """Return the URLs of the services, as the catalog has them."""
        urls = super().catalog()
        for service, place in self._places.items():
            if place == 'absent':
                del urls[service]
            elif place in _MISTAKES:
                urls[service] = self.address(service) + _MISTAKES[place]
        return urls

    @property
    def unserved(self) -> int:
        """How many connections brought no request."""
        return self._connections - len(self.asked)

    def count(self, name: Route) -> int:
        """How often something was asked."""
        return sum(route(request) == name for request in self.asked)

    def connected(self) -> None:
        """Count a connection."""
        with self._lock:
            self._connections += 1

    def take(self, request: Request) -> Fault:
        """Note a request, and say what to play."""
        with self._lock:
            self.asked.append(request)
            plays = self._plays.get(route(request)) or [Right()]
            play = plays.pop(0) if len(plays) > 1 else plays[0]
        if isinstance(play, Right):
            return dataclasses.replace(self.right(request), cut=play.cut)
        return play


# Address and days left of the certificates at some places.
_CERTIFICATES: dict[Place, tuple[str, int]] = {
    'untrusted': (LOOPBACK, 30),
    'misnamed': ('127.0.0.9', 30),
    'expired': (LOOPBACK, -1),
}

# Wrong paths in the catalog.
_MISTAKES: dict[Place, str] = {
    'misplaced': '/elsewhere/v2.1',
    'unversioned': '/elsewhere',
}


def _one_interface() -> Data:
    """Return what there is of the server of whom the failures are told."""
    server = {
        'id': base.SERVER_ID,
        'name': 'server',
        'tenant_id': base.PROJECT_ID,
        'status': 'ACTIVE',
        'links': [],
    }
    port = base.port(name='port', tag='mgmt')
    return Data([base.PROJECT_ID], [server], [port])
