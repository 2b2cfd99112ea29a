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

"""A cloud on the loopback interface that fails in the way a test wants.

It plays Keystone, Nova and Neutron well enough for one command to succeed,
but for what a test replaces.
"""

import collections
from collections.abc import Mapping, Sequence
import contextlib
import dataclasses
import datetime
from email import message
from http import server
import ipaddress
import json
import os
import re
import socket
import ssl
import struct
import tempfile
import threading
from typing import Any, Literal, Self
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from keystoneauth1 import fixture as ksa_fixture
import requests

from osc_iface.tests.unit import base

LOOPBACK = '127.0.0.1'

# What the cloud is asked, as the rows of failures.py name it.
Route = Literal[
    'versions',
    'token',
    'provider',
    'servers',
    'list',
    'show',
    'ports',
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
Service = Literal['identity', 'compute', 'network', 'proxy']

PATHS: dict[Service, str] = {
    'identity': '/identity/v3',
    'compute': '/compute/v2.1',
    'network': '/network',
}


@dataclasses.dataclass(frozen=True)
class Reply:
    """An answer over HTTP; a body that is no text is sent as JSON."""

    status: int = 200
    body: Any = b''
    kind: str = 'application/json'
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    # Announce more than is sent.
    cut: bool = False

    def play(self, handler: '_Handler') -> None:
        """Send the answer."""
        body = self.body
        if not isinstance(body, str | bytes):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        handler.send_response(self.status)
        handler.send_header('Content-Type', self.kind)
        handler.send_header('Content-Length', str(len(body) + self.cut))
        handler.send_header('Connection', 'close')
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True


@dataclasses.dataclass(frozen=True)
class Close:
    """Close the connection without an answer."""

    def play(self, handler: '_Handler') -> None:
        handler.close_connection = True


@dataclasses.dataclass(frozen=True)
class Reset:
    """Reset the connection, before an answer or in the middle of it."""

    begun: bool = False

    def play(self, handler: '_Handler') -> None:
        if self.begun:
            Stall.begin(handler)
        # Lingering for no time makes close() a reset.
        handler.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)
        )
        os.close(handler.connection.detach())
        handler.close_connection = True


@dataclasses.dataclass(frozen=True)
class Stall:
    """Begin an answer, and never end it."""

    @staticmethod
    def begin(handler: '_Handler') -> None:
        """Send the beginning of an answer."""
        handler.send_response(200)
        handler.send_header('Content-Type', 'application/json')
        handler.send_header('Content-Length', '1000')
        handler.end_headers()
        handler.wfile.write(b'{"interfaceAttachment":')
        handler.wfile.flush()

    def play(self, handler: '_Handler') -> None:
        self.begin(handler)
        Silence().play(handler)


@dataclasses.dataclass(frozen=True)
class Silence:
    """Never answer, but take note that somebody is waiting."""

    def play(self, handler: '_Handler') -> None:
        handler.cloud.asked_in_vain.set()
        handler.cloud.ending.wait()
        handler.close_connection = True


@dataclasses.dataclass(frozen=True)
class Right:
    """The right answer, whole or not."""

    cut: bool = False


Fault = Reply | Close | Reset | Silence | Stall
Play = Right | Fault


@dataclasses.dataclass(frozen=True)
class Request:
    """A request that came in."""

    method: str
    # With the query.
    path: str
    headers: message.Message

    @property
    def route(self) -> Route:
        """What is asked for; 'nothing' is what no service of ours has."""
        path = urllib.parse.urlsplit(self.path).path
        for route, method, pattern in _ROUTES:
            if self.method == method and re.search(pattern, path):
                return route
        return 'nothing'


_ROUTES: tuple[tuple[Route, str, str], ...] = (
    ('versions', 'GET', '^/identity/v3/?$'),
    ('token', 'POST', '^/identity/v3/auth/tokens$'),
    ('tunnel', 'CONNECT', ''),
    ('provider', 'POST', '^/provider/token$'),
    ('servers', 'GET', '^(/compute)?/v2.1/servers$'),
    ('list', 'GET', '^(/compute)?/v2.1/servers/[^/]+/os-interface$'),
    ('show', 'GET', '^(/compute)?/v2.1/servers/[^/]+/os-interface/[^/]+$'),
    ('ports', 'GET', '^/network/v2.0/ports$'),
)


class FaultCloud:
    """The cloud; a context manager that listens while it is entered.

    :param plays: what is played in place of the right answer; of several,
        each once and the last one from then on
    :param places: where services are, if not here
    """

    def __init__(
        self,
        plays: Mapping[Route, Sequence[Play]] | None = None,
        places: Mapping[Service, Place] | None = None,
    ) -> None:
        self.requests: list[Request] = []
        # A failed TLS handshake is a connection without a request.
        self.connections: collections.Counter[Place] = collections.Counter()
        self.asked_in_vain = threading.Event()
        self.ending = threading.Event()
        # In PEM, for a client to trust; empty where no place has one.
        self.certificate = b''
        self._plays = {
            key: list(value) for key, value in (plays or {}).items()
        }
        self._places = dict(places or {})
        self._lock = threading.Lock()
        self._stack = contextlib.ExitStack()
        self._ports: dict[Place, int] = {}

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._ports['here'] = self._listen(stack, 'here')
            self._ports['plain'] = self._ports['here']
            for place in set(self._places.values()):
                if place == 'refusing':
                    # Bound, so that nobody else gets the number.
                    refusing = stack.enter_context(socket.socket())
                    refusing.bind((LOOPBACK, 0))
                    self._ports[place] = refusing.getsockname()[1]
                if place in _CERTIFICATES:
                    certificate = _Certificate(*_CERTIFICATES[place])
                    self.certificate = certificate.public
                    self._ports[place] = self._listen(
                        stack, place, certificate.context()
                    )
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.ending.set()
        self._stack.close()

    @property
    def auth_url(self) -> str:
        """Where Keystone is."""
        return self.address('identity') + PATHS['identity']

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

    @property
    def unserved(self) -> int:
        """How many connections brought no request."""
        return self.connections.total() - len(self.requests)

    def count(self, route: Route) -> int:
        """How often something was asked."""
        return sum(request.route == route for request in self.requests)

    def connected(self, place: Place) -> None:
        """Count a connection."""
        with self._lock:
            self.connections[place] += 1

    def take(self, request: Request) -> Fault:
        """Note a request, and say what to answer."""
        with self._lock:
            self.requests.append(request)
            plays = self._plays.get(request.route) or [Right()]
            play = plays.pop(0) if len(plays) > 1 else plays[0]
        if isinstance(play, Right):
            return dataclasses.replace(self.right(request), cut=play.cut)
        return play

    def right(self, request: Request) -> Reply:
        """Return what a healthy cloud answers."""
        route = request.route
        if route == 'nothing':
            return Reply(404, '<h1>Not Found</h1>', 'text/html')
        if route == 'versions':
            discovery = ksa_fixture.V3Discovery(self.auth_url)
            return Reply(body={'version': discovery})
        if route == 'token':
            number = self.count('token')
            headers = {'X-Subject-Token': f'token-{number}'}
            return Reply(201, self._token(), headers=headers)
        version = request.headers.get('OpenStack-API-Version') or 'compute 2.1'
        headers = {'OpenStack-API-Version': version}
        return Reply(body=RIGHT[route], headers=headers)

    def _token(self) -> ksa_fixture.V3Token:
        token = ksa_fixture.V3Token(project_id=base.PROJECT_ID)
        for service, path in PATHS.items():
            place = self._places.get(service, 'here')
            if place == 'absent':
                continue
            path = _MISTAKES.get(place, path)
            token.add_service(service).add_standard_endpoints(
                public=self.address(service) + path
            )
        return token

    def _listen(
        self,
        stack: contextlib.ExitStack,
        place: Place,
        context: ssl.SSLContext | None = None,
    ) -> int:
        """Start a listener that ends with the stack; give its port."""
        handler = type('Handler', (_Handler,), {'cloud': self, 'place': place})
        listener = _Listener((LOOPBACK, 0), handler)
        if context is not None:
            listener.socket = context.wrap_socket(
                listener.socket,
                server_side=True,
                do_handshake_on_connect=False,
            )
        thread = threading.Thread(
            target=listener.serve_forever, args=(0.02,), daemon=True
        )
        thread.start()
        stack.callback(listener.server_close)
        stack.callback(listener.shutdown)
        return int(listener.server_address[1])


class Forwarder(FaultCloud):
    """A load balancer before a real service, which plays now and then.

    :param service: scheme, host and port of the service
    :param plays: as for :class:`FaultCloud`
    """

    def __init__(
        self, service: str, plays: Mapping[Route, Sequence[Play]]
    ) -> None:
        super().__init__(plays)
        self._service = service

    def right(self, request: Request) -> Reply:
        """Return what the service answers."""
        answer = requests.get(
            self._service + request.path,
            headers={
                name: value
                for name, value in request.headers.items()
                if name.lower() not in ('host', 'connection')
            },
            timeout=60,
            allow_redirects=False,
        )
        kept = ('x-openstack-request-id', 'openstack-api-version')
        return Reply(
            answer.status_code,
            answer.content,
            answer.headers.get('Content-Type', ''),
            {name: answer.headers.get(name, '') for name in kept},
        )


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

RIGHT: dict[Route, Any] = {
    'servers': {'servers': []},
    'list': {'interfaceAttachments': [base.interface()]},
    'show': {'interfaceAttachment': base.interface()},
    'ports': {'ports': []},
}


class _Listener(server.ThreadingHTTPServer):
    # Do not wait for those who wait for ever.
    block_on_close = False
    # The name of the host is asked for by the base class, of whom we know.
    allow_reuse_address = False

    def server_bind(self) -> None:
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def handle_error(self, *_args: object) -> None:
        """Say nothing: who connects may go away at any time."""


class _Handler(server.BaseHTTPRequestHandler):
    cloud: FaultCloud
    place: Place
    protocol_version = 'HTTP/1.1'

    def setup(self) -> None:
        self.cloud.connected(self.place)
        super().setup()

    def handle_one(self) -> None:
        """Answer as the cloud wants it."""
        length = int(self.headers.get('Content-Length') or 0)
        self.rfile.read(length)
        request = Request(self.command, self.path, self.headers)
        self.cloud.take(request).play(self)

    do_GET = do_POST = do_CONNECT = handle_one

    def log_message(self, *_args: object) -> None:
        """Keep stderr clean."""


class _Certificate:
    """A key and a certificate of its own, made on the spot.

    :param address: the address that it is for
    :param days: how long it is valid from now on
    """

    def __init__(self, address: str, days: int) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'faults')])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=30))
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(
                x509.SubjectAlternativeName(
                    [x509.IPAddress(ipaddress.ip_address(address))]
                ),
                critical=False,
            )
            .add_extension(
                x509.BasicConstraints(ca=True, path_length=None), critical=True
            )
            .sign(key, hashes.SHA256())
        )
        self.public = certificate.public_bytes(serialization.Encoding.PEM)
        self._private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def context(self) -> ssl.SSLContext:
        """Return what a server needs to show the certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile() as file:
            file.write(self._private + self.public)
            file.flush()
            context.load_cert_chain(file.name)
        return context
