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

"""A proxy before the sandbox's services: it counts, and may be slow."""

from http import server
import threading
import time
from typing import Self

import requests

from sandbox import services

# These concern one connection, of which there are two here.
_HOP_BY_HOP = [
    'accept-encoding',
    'connection',
    'content-length',
    'date',
    'host',
    'keep-alive',
    'server',
    'transfer-encoding',
]


class Proxy:
    """The services once more at another address; a context manager.

    All that they say of their own addresses is replaced on the way, the
    catalog above all, so that a client stays with the proxy.

    :param ports: where the services listen, by their names
    :param delay: seconds that every answer is held back
    :ivar requests: how many there have been
    """

    def __init__(self, ports: dict[str, int], delay: float = 0) -> None:
        self.delay = delay
        self.requests = 0
        self._lock = threading.Lock()
        self._server = _Server(('127.0.0.1', 0), _Handler)
        self._server.proxy = self
        self.root = services.root(self._server.server_address[1])
        self.targets = {
            service.name: services.root(ports[service.name])
            for service in services.SERVICES
        }

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, daemon=True
        ).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, service: services.Service) -> str:
        """Where the API of a service is."""
        return f'{self.root}/{service.name}{service.path}'

    def count(self) -> None:
        """Take note of a request."""
        with self._lock:
            self.requests += 1

    def renamed(self, text: bytes) -> bytes:
        """Put the proxy's addresses in the place of the services'."""
        for name, root in self.targets.items():
            text = text.replace(root.encode(), f'{self.root}/{name}'.encode())
        return text


class _Server(server.ThreadingHTTPServer):
    proxy: Proxy
    daemon_threads = True
    request_queue_size = 64


class _Handler(server.BaseHTTPRequestHandler):
    """One connection of a client."""

    server: _Server
    protocol_version = 'HTTP/1.1'
    # An answer goes out at once, its header and body together.
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        """Keep the connections to the services as long as the client's."""
        super().setup()
        self._session = requests.Session()
        self._session.trust_env = False

    def finish(self) -> None:
        """Close them with it."""
        super().finish()
        self._session.close()

    def do_GET(self) -> None:
        """Pass a request on, and the answer back."""
        proxy = self.server.proxy
        proxy.count()
        name, _slash, path = self.path.lstrip('/').partition('/')
        answer = self._session.request(
            self.command,
            f'{proxy.targets[name]}/{path}',
            headers=_kept(dict(self.headers)),
            data=self.rfile.read(int(self.headers.get('Content-Length', 0))),
            allow_redirects=False,
            timeout=60,
        )
        time.sleep(proxy.delay)
        body = proxy.renamed(answer.content)
        self.send_response(answer.status_code)
        for header, value in _kept(dict(answer.headers)).items():
            renamed = proxy.renamed(value.encode('latin-1'))
            self.send_header(header, renamed.decode('latin-1'))
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""


def _kept(headers: dict[str, str]) -> dict[str, str]:
    """Return the headers to pass on."""
    return {
        name: value
        for name, value in headers.items()
        if name.lower() not in _HOP_BY_HOP
    }
