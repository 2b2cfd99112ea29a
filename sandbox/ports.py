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

"""Listening sockets on this machine alone."""

import socket

from sandbox.services import SERVICES

BACKLOG = 128


def listen(remembered: dict[str, int]) -> dict[str, socket.socket]:
    """Return a listening socket for each service, by the service's name.

    A remembered port is taken again if it is free, any free one otherwise.
    As the sockets are handed on to the services, nobody can take a port
    between its choice and its use. Whoever connects before a service is
    ready waits for its answer.
    """
    sockets: dict[str, socket.socket] = {}
    try:
        for service in SERVICES:
            sockets[service.name] = _listen(remembered.get(service.name, 0))
    except BaseException:
        close(sockets)
        raise
    return sockets


def numbers(sockets: dict[str, socket.socket]) -> dict[str, int]:
    """Return the ports by the services' names."""
    return {name: each.getsockname()[1] for name, each in sockets.items()}


def close(sockets: dict[str, socket.socket]) -> None:
    """Close the sockets here; the services keep theirs."""
    for each in sockets.values():
        each.close()


def _listen(port: int) -> socket.socket:
    """Return a socket on ``port``, on any if that is taken."""
    try:
        return socket.create_server(('127.0.0.1', port), backlog=BACKLOG)
    except OSError:
        if not port:
            raise
    return socket.create_server(('127.0.0.1', 0), backlog=BACKLOG)
