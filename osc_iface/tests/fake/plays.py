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

"""What is played in answer to a request: a reply, or what is none."""

from collections.abc import Mapping
import dataclasses
import json
import os
import socket
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from osc_iface.tests.fake.server import Handler


@dataclasses.dataclass(frozen=True)
class Reply:
    """An answer over HTTP; a body that is no text is sent as JSON."""

    status: int = 200
    body: Any = b''
    kind: str = 'application/json'
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    # Announce more than is sent.
    cut: bool = False

    def play(self, handler: 'Handler') -> None:
        """Send the answer."""
        body = self.body
        if not isinstance(body, str | bytes):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        handler.send_response(self.status)
        handler.send_header('Content-Type', self.kind)
        handler.send_header('Content-Length', str(len(body) + self.cut))
        if self.cut or not handler.host.keeps_connections:
            handler.send_header('Connection', 'close')
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


@dataclasses.dataclass(frozen=True)
class Close:
    """Close the connection without an answer."""

    def play(self, handler: 'Handler') -> None:
        handler.close_connection = True


@dataclasses.dataclass(frozen=True)
class Reset:
    """Reset the connection, before an answer or in the middle of it."""

    begun: bool = False

    def play(self, handler: 'Handler') -> None:
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
    def begin(handler: 'Handler') -> None:
        """Send the beginning of an answer."""
        handler.send_response(200)
        handler.send_header('Content-Type', 'application/json')
        handler.send_header('Content-Length', '1000')
        handler.end_headers()
        handler.wfile.write(b'{"interfaceAttachment":')
        handler.wfile.flush()

    def play(self, handler: 'Handler') -> None:
        self.begin(handler)
        Silence().play(handler)


@dataclasses.dataclass(frozen=True)
class Silence:
    """Never answer, but take note that somebody is waiting."""

    def play(self, handler: 'Handler') -> None:
        handler.host.asked_in_vain.set()
        handler.host.ending.wait()
        handler.close_connection = True


Fault = Reply | Close | Reset | Silence | Stall
