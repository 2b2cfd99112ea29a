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

"""Bring a sandbox up: build what is missing, start it, fill it."""

from collections.abc import Iterator, Sequence
import contextlib
import http.client
from pathlib import Path
import socket
from typing import TextIO

import keystoneauth1.exceptions
import openstack.exceptions

from sandbox import (
    catalog,
    cloud,
    clouds,
    config,
    databases,
    install,
    jobs,
    lock,
    ports,
    seed,
    trouble,
)
from sandbox import state as states
from sandbox.errors import SandboxError
from sandbox.layout import INSIDE, Layout
from sandbox.processes import Processes
from sandbox.progress import Steps
from sandbox.services import KEYSTONE, SERVICES, Service, url

PATIENCE = 180  # seconds for a service to answer


def run(layout: Layout, venv: Path | None, stream: TextIO) -> bool:
    """Bring the sandbox up; the caller holds its lock.

    ``venv`` is the environment of another sandbox to use, None the one that
    was used before or the sandbox's own; ``stream`` is where the steps are
    shown. Returns False if all was up already. Leaves either everything
    running or nothing, whatever is raised: SandboxError for the user,
    Interrupted for a signal.
    """
    layout.create()
    processes = Processes(layout)
    state = states.load(layout)
    if venv is not None:
        install.use(venv)
        state.venv = str(venv)
    if complete(layout, state) and healthy(processes, state.ports):
        return False
    try:
        # Leftovers, if a part has died or a command was killed.
        processes.stop()
        with Steps(stream) as steps:
            _Up(layout, processes, state, steps).run()
    except BaseException:
        processes.stop()
        raise
    return True


def complete(layout: Layout, state: states.State) -> bool:
    """Tell whether the sandbox was once up as a whole."""
    return (
        state.seeded
        and state.catalog == state.ports
        # Whichever Python asks: the services have theirs.
        and _without_python(state.data)
        == _without_python(states.maker(layout))
    )


def _without_python(maker: str) -> tuple[list[str], str]:
    """Return whose databases are, less the Python: versions and place."""
    first, _newline, place = maker.partition('\n')
    return first.split()[:2], place


def healthy(processes: Processes, numbers: dict[str, int]) -> bool:
    """Tell whether all services run and answer."""
    return all(
        processes.alive(service.name)
        and answers(service, numbers.get(service.name, 0))
        for service in SERVICES
    )


def answers(service: Service, port: int) -> bool:
    """Tell whether a service answers on its port, and not with an error."""
    connection = http.client.HTTPConnection(
        '127.0.0.1', port, timeout=PATIENCE
    )
    try:
        # Without a token, every service names its versions at this path.
        connection.request('GET', '/', headers={'User-Agent': 'sandbox'})
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class _Up:
    """The steps of bringing one sandbox up."""

    def __init__(
        self,
        layout: Layout,
        processes: Processes,
        state: states.State,
        steps: Steps,
    ) -> None:
        """Take what the steps share."""
        self.layout = layout
        self.processes = processes
        self.state = state
        self.steps = steps
        self.venv = state.environment(layout)

    def run(self) -> None:
        """Take all steps that are needed."""
        self.install()
        sockets = ports.listen(self.state.ports)
        try:
            self.configure(ports.numbers(sockets))
            # Nova keeps the catalog that it saw first.
            ready = self.state.catalog == self.state.ports
            if not ready:
                self.start([KEYSTONE], sockets)
                self.catalog()
            rest = [each for each in SERVICES if ready or each != KEYSTONE]
            self.start(rest, sockets)
        finally:
            ports.close(sockets)
        self.fill()

    def install(self) -> None:
        """Install the services, if they are not or have changed."""
        if install.complete(self.venv):
            return
        if self.state.venv:
            install.use(self.venv)  # raises: not ours to repair
        with self.steps.step('Installing the services'):
            install.install(self.layout, self.processes, self.steps.detail)

    def configure(self, numbers: dict[str, int]) -> None:
        """Write the configuration; create the databases, if need be."""
        state = self.state
        state.ports = numbers
        if fresh := state.data != states.maker(self.layout):
            # Incomplete, or made by other versions of the services, or
            # moved: Nova's database names the paths of others.
            databases.discard(self.layout)
            state.data, state.catalog, state.seeded = '', {}, False
        state.save(self.layout)
        password = state.passwords[config.SERVICE_USER]
        config.write(self.layout, self.venv, numbers, password)
        clouds.write(self.layout, numbers, state.passwords)
        if fresh:
            with self.steps.step('Creating the databases'):
                databases.create(
                    self.layout,
                    self.venv,
                    self.processes,
                    numbers,
                    state.passwords[databases.ADMIN_USER],
                )
            state.data = states.maker(self.layout)
            state.save(self.layout)

    def start(
        self,
        chosen: Sequence[Service],
        sockets: dict[str, socket.socket],
    ) -> None:
        """Start services and wait until each answers."""
        names = ', '.join(service.name for service in chosen)
        with self.steps.step(f'Starting {names}'):
            for service in chosen:
                self.launch(service, sockets[service.name])
            for service in chosen:
                self.steps.detail(f'Starting {names}: {service.name}')
                self.expect(service)

    def launch(self, service: Service, listener: socket.socket) -> None:
        """Start the process of a service and hand its socket over."""
        log = self.layout.service_log(service.name)
        number = listener.fileno()
        command: list[str | Path] = [
            self.venv / 'bin' / 'python',
            INSIDE / 'launch.py',
            service.name,
            f'--fd={number}',
            f'--access-log={self.layout.access_log(service.name)}',
        ]
        environment = config.environment(self.layout, self.venv)
        self.processes.start(service.name, command, log, environment, [number])
        # From now on the port lives and dies with the service: whoever
        # waits for an answer learns of its death.
        listener.close()

    def expect(self, service: Service) -> None:
        """Wait until a service answers.

        Raises SandboxError, with the end of its log, if it does not.
        """
        if answers(service, self.state.ports[service.name]):
            return
        what = (
            'does not answer as it should'
            if self.processes.alive(service.name)
            else 'has ended'
        )
        log = self.layout.service_log(service.name)
        raise jobs.failed(f'{service.name} {what}', log)

    def catalog(self) -> None:
        """Make users, projects and the catalog."""
        with self.steps.step('Filling the catalog'), self.translated():
            # What the catalog says of Keystone may be out of date itself.
            connection = cloud.connect(
                self.layout,
                clouds.ADMIN,
                identity_endpoint_override=url(KEYSTONE, self.state.ports),
            )
            catalog.fill(connection, self.state.ports, self.state.passwords)
        self.state.catalog = self.state.ports
        self.state.save(self.layout)

    def fill(self) -> None:
        """Make servers, networks and ports, if not done before."""
        if self.state.seeded:
            return
        with (
            self.steps.step('Filling it'),
            self.translated(),
            # Less for SQLite to do, while servers are built one by one.
            lock.quiet(self.layout.quiet),
        ):
            seed.fill(
                cloud.connect(self.layout, clouds.ADMIN),
                cloud.connect(self.layout, clouds.MEMBER),
                self.steps.detail,
            )
        self.state.seeded = True
        self.state.save(self.layout)

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what the SDK raises into one sentence."""
        try:
            yield
        except (
            SandboxError,
            openstack.exceptions.SDKException,
            keystoneauth1.exceptions.ClientException,
        ) as error:
            why = trouble.of_disk(str(error), self.layout.root) or error
            raise SandboxError(f'The sandbox was not filled: {why}') from error
