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

"""One interface, by our commands and by all that come near."""

import contextlib
from pathlib import Path
import sys

from benchmark import box
from benchmark.measure import Figures, Subject, in_turn
from benchmark.proxy import Proxy
from sandbox.layout import Layout

OPENSTACK = Path(sys.executable).with_name('openstack')
NOVA = Path(sys.executable).with_name('nova')
_SCRIPTS = Path(__file__).with_name('scripts')
_SERVER = 'db-1'
_PORT = 'db-1-data'

# All others are compared with it: what the client takes to do nothing.
FLOOR = 'openstack --version'


def measure(
    layout: Layout, delays: tuple[float, ...], rounds: int
) -> list[list[Figures]]:
    """Measure all commands in turn, at each of the delays of answers."""
    with contextlib.ExitStack() as stack:
        subjects = [
            subject
            for delay in delays
            for subject in _subjects(
                layout,
                stack.enter_context(Proxy(box.ports(layout), delay)),
            )
        ]
        figures = in_turn('One interface', subjects, rounds)
    number = len(figures) // len(delays)
    return [
        figures[start : start + number]
        for start in range(0, len(figures), number)
    ]


def _subjects(layout: Layout, proxy: Proxy) -> list[Subject]:
    """Return the commands, at the server that has one interface."""
    server, ports = next(
        each for each in box.interfaces(layout).items() if len(each[1]) == 1
    )
    (port,) = ports
    show = ('server', 'interface', 'show')
    client: dict[str, tuple[str, ...]] = {
        'server interface show ID ID': (*show, server, port),
        'server interface show NAME ID': (*show, _SERVER, port),
        'server interface show NAME NAME': (*show, _SERVER, _PORT),
        'server interface list ID': ('server', 'interface', 'list', server),
        'server interface list NAME': ('server', 'interface', 'list', _SERVER),
        'port show ID': ('port', 'show', port),
        'port show NAME': ('port', 'show', _PORT),
        'port list --server ID': ('port', 'list', '--server', server),
        'port list --server NAME': ('port', 'list', '--server', _SERVER),
    }
    commands: dict[str, tuple[str | Path, ...]] = {
        **{
            f'openstack {name}': (OPENSTACK, *arguments)
            for name, arguments in client.items()
        },
        'nova interface-list ID': (NOVA, 'interface-list', server),
        'nova interface-list NAME': (NOVA, 'interface-list', _SERVER),
        'SDK script': _script('with_sdk.py', server, port),
        'keystoneauth script': _script('with_keystoneauth.py', server, port),
    }
    environment = box.environment(layout, proxy)
    return [
        Subject(FLOOR, (OPENSTACK, '--version')),
        *(
            Subject(name, command, environment, lambda: proxy.requests, ports)
            for name, command in commands.items()
        ),
    ]


def _script(name: str, *arguments: str) -> tuple[str | Path, ...]:
    return (sys.executable, _SCRIPTS / name, *arguments)
