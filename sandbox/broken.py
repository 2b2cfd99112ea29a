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
"""Servers whose network is broken on purpose: ``python -m sandbox break``."""

from collections.abc import Iterable, Iterator
import contextlib
import sys
from typing import Any

import keystoneauth1.exceptions
import openstack.exceptions

from sandbox import cloud, clouds, lock, seed, status
from sandbox.breakage import STATES
from sandbox.errors import SandboxError
from sandbox.layout import Layout
from sandbox.maker import PREFIX, Maker
from sandbox.progress import Steps

INSIDE = 'network:router_interface'  # what a router's ports inside belong to


def show() -> None:
    """Print the states that there are."""
    width = max(map(len, STATES))
    for name, state in STATES.items():
        print(f'{name:<{width}}  {state.what}')


def unknown(name: str) -> str:
    """Return what to say of a state that there is not."""
    return (
        f'There is no state {name!r}; "python -m sandbox break" lists those '
        'that there are.'
    )


def make(layout: Layout, name: str) -> None:
    """Make a server that is in a state, in place of one that was.

    Raises SandboxError where that does not work, or no sandbox runs.
    """
    state = STATES[name]
    title = f'Making {PREFIX}{name}'
    with _at_work(layout, title):
        with lock.quiet(layout.quiet):
            _remove(layout, [name])
            if not state.heard:
                state.make(Maker(layout, name))
        if state.heard:
            state.make(Maker(layout, name))
    print(f'{PREFIX}{name}: {state.what}')


def mend(layout: Layout, names: Iterable[str]) -> None:
    """Take back what was made for states.

    Raises SandboxError where that does not work, or no sandbox runs.
    """
    with (
        _at_work(layout, 'Taking back what was broken'),
        lock.quiet(layout.quiet),
    ):
        servers = _remove(layout, names)
    for name in servers:
        print(f'{name}: taken back.')
    if not servers:
        print('Nothing was broken.')


@contextlib.contextmanager
def _at_work(layout: Layout, title: str) -> Iterator[None]:
    """Work on a sandbox that is up, alone; turn failures into sentences."""
    status.expect(layout)
    try:
        with (
            lock.held(layout.lock),
            Steps(sys.stderr) as steps,
            steps.step(title),
        ):
            yield
    except (
        openstack.exceptions.SDKException,
        keystoneauth1.exceptions.ClientException,
    ) as error:
        raise SandboxError(f'{title} failed: {error}') from error


def _remove(layout: Layout, states: Iterable[str]) -> list[str]:
    """Remove all that was made for states; return the names of it.

    What was made is known by its name, so nothing has to be remembered.
    """
    admin = cloud.connect(layout, clouds.ADMIN)
    compute, network = admin.compute, admin.network
    names = [PREFIX + state for state in states]
    found: list[str] = []

    def ours(resources: Iterable[Any], name: str = 'name') -> list[Any]:
        chosen = [
            (each, _whose(getattr(each, name), names)) for each in resources
        ]
        found.extend(name for _each, name in chosen if name)
        return [each for each, name in chosen if name]

    servers = ours(compute.servers(name=f'^{PREFIX}'))
    for server in servers:
        compute.delete_server(server)
    for server in servers:
        seed.delete(admin, server)
    # In the order in which they can go.
    for floating_ip in ours(network.ips(), 'description'):
        network.delete_ip(floating_ip)
    routers, networks = ours(network.routers()), ours(network.networks())
    for port in network.ports(device_owner=INSIDE):
        if {port.device_id, port.network_id} & {
            each.id for each in routers + networks
        }:
            network.remove_interface_from_router(
                port.device_id, port_id=port.id
            )
    for resources, delete in (
        (routers, network.delete_router),
        (ours(network.trunks()), network.delete_trunk),
        (ours(network.ports()), network.delete_port),
        (networks, network.delete_network),
        (ours(network.security_groups()), network.delete_security_group),
        (ours(network.agents(), 'host'), network.delete_agent),
    ):
        for each in resources:
            delete(each)
    return [name for name in names if name in found]


def _whose(name: str, names: Iterable[str]) -> str | None:
    """Return which of the names of servers another name belongs to."""
    for each in names:
        if name == each or name.startswith(f'{each}-'):
            return each
    return None
