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

"""HTTP on loopback, whatever it is that is played there."""

import contextlib
import dataclasses
from email import message
import http.server
import ssl
import threading
from typing import Self
import urllib.parse

from osc_iface.tests.fake import items
from osc_iface.tests.fake.plays import Fault

LOOPBACK = '127.0.0.1'


@dataclasses.dataclass(frozen=True)
class Request:
    """A request that came in."""

    method: str
    # With the query.
    url: str
    headers: message.Message

    @property
    def path(self) -> list[str]:
        """The segments of the path, unquoted."""
        path = urllib.parse.urlsplit(self.url).path
        return [urllib.parse.unquote(s) for s in path.strip('/').split('/')]

    @property
    def query(self) -> dict[str, list[str]]:
        """The parameters of the query, unquoted."""
        query = urllib.parse.urlsplit(self.url).query
        return urllib.parse.parse_qs(query, keep_blank_values=True)


class Host:
    """Listens on loopback while it is entered.

    :cvar keeps_connections: whether one takes several requests
    :ivar asked_in_vain: set when somebody waits for :class:`Silence`
    :ivar ending: set when nobody need be kept waiting any longer
    """

    keeps_connections = True

    def __init__(self) -> None:
        self.asked_in_vain = threading.Event()
        self.ending = threading.Event()
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self.open(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.ending.set()
        self._stack.close()

    def open(self, stack: contextlib.ExitStack) -> None:
        """Start what listens; the stack ends it."""
        raise NotImplementedError

    def connected(self) -> None:
        """Take note of a connection."""

    def take(self, request: Request) -> Fault:
        """Say what to play for a request."""
        raise NotImplementedError

    def listen(
        self,
        stack: contextlib.ExitStack,
        context: ssl.SSLContext | None = None,
    ) -> int:
        """Start a listener that ends with the stack; give its port."""
        handler = type('Handler', (Handler,), {'host': self})
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


class _Listener(http.server.ThreadingHTTPServer):
    request_queue_size = 64
    # The name of the host is asked for by the base class, of whom we know.
    allow_reuse_address = False

    def server_bind(self) -> None:
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def handle_error(self, *_args: object) -> None:
        """Say nothing: who connects may go away at any time."""


class Handler(http.server.BaseHTTPRequestHandler):
    host: Host
    protocol_version = 'HTTP/1.1'
    # An answer goes out at once, its header and body together.
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        self.host.connected()
        super().setup()

    def handle_one(self) -> None:
        """Play what the host wants."""
        self.rfile.read(int(self.headers.get('Content-Length') or 0))
        request = Request(self.command, self.path, self.headers)
        self.host.take(request).play(self)

    do_GET = do_POST = do_CONNECT = handle_one

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the time, by which clients tell how old something is."""
        return items.NOW

    def log_message(self, *_args: object) -> None:
        """Keep stderr clean."""
