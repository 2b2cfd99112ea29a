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

"""The openstack command, against the sandbox."""

import atexit
import collections
from collections.abc import Iterable, Iterator
import contextlib
import functools
import json
import os
from pathlib import Path
import subprocess
import time
from typing import Any, NamedTuple

import openstack
import testtools

from osc_iface.tests import clients, shell
from osc_iface.tests.functional import SANDBOX

# Seconds after which a server that does not come or go is given up.
_PATIENCE = 300
_SERVICES = ('keystone', 'nova', 'neutron', 'glance', 'placement')


class Result(NamedTuple):
    """What a command left behind; ``requests`` are those of the client."""

    status: int
    stdout: str
    stderr: str
    requests: list[str]


def connection(root: Path, cloud: str) -> Any:
    """Return a connection of the SDK to the sandbox in a directory."""
    config = openstack.config.OpenStackConfig(
        config_files=[str(root / 'clouds.yaml')],
        # Tells its requests from those of the commands.
        app_name='tests',
    )
    return openstack.connection.Connection(config=config.get_one(cloud))


@functools.cache
def connect(cloud: str = 'sandbox') -> Any:
    """Return a connection of the SDK, to prepare with and to compare with."""
    return connection(SANDBOX, cloud)


@functools.cache
def server(name: str, cloud: str = 'sandbox') -> Any:
    """Return a server that the sandbox has; no test changes these."""
    return connect(cloud).compute.find_server(name)


@functools.cache
def port(name: str) -> Any:
    """Return a port that the sandbox was filled with, likewise."""
    return connect().network.find_port(name)


def environment(cloud: str) -> dict[str, str]:
    """Return the environment of a user of one of the sandbox's clouds."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith('OS_') and name != 'PYTHONWARNINGS'
    }
    return {
        **kept,
        'OS_CLOUD': cloud,
        'OS_CLIENT_CONFIG_FILE': str(SANDBOX / 'clouds.yaml'),
    }


class SandboxTestCase(testtools.TestCase):
    """Runs commands against the sandbox, which must be up."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        # After a Ctrl-C nobody else does what is left of it.
        atexit.register(cls.doClassCleanups)

    def openstack(
        self,
        *args: str,
        cloud: str = 'sandbox',
        commands: str | None = None,
        alone: bool = False,
        **settings: str,
    ) -> Result:
        """Run ``openstack`` with a list of arguments.

        :param args: the arguments
        :param cloud: the cloud of the sandbox's clouds.yaml
        :param commands: what it reads from standard input, where there are
            no arguments: a command a line
        :param alone: whether it has a process of its own, as it always has
            with commands to read
        :param settings: more environment variables
        """
        variables = {**environment(cloud), **settings}
        with client_requests() as requests:
            if alone or commands is not None:
                result = _process(args, variables, commands or '')
            else:
                result = shell.run(*args, environment=variables)
        return Result(*result, requests)

    def succeed(self, *args: str, **kwargs: Any) -> Result:
        """Run a command that must succeed, quietly."""
        result = self.openstack(*args, **kwargs)
        self.assertEqual(('', 0), (result.stderr, result.status))
        return result

    def refused(self, *args: str, **kwargs: Any) -> str:
        """Run a command that must fail; give what it says."""
        result = self.openstack(*args, **kwargs)
        self.assertEqual(('', 1), (result.stdout, result.status))
        return result.stderr

    def json(self, *args: str, **kwargs: Any) -> Any:
        """Run a command that must succeed; give what it prints as JSON."""
        return json.loads(self.succeed(*args, '-f', 'json', **kwargs).stdout)

    def assert_requests(self, result: Result, **counts: int) -> None:
        """Check that a command sent so many requests to each service."""
        sent = collections.Counter(
            line.partition(' ')[0] for line in result.requests
        )
        self.assertEqual(counts, dict(sent), '\n'.join(result.requests))


def _process(
    args: Iterable[str], variables: dict[str, str], commands: str
) -> shell.Result:
    """Run ``openstack`` in a process of its own."""
    done = subprocess.run(  # noqa: S603
        [shell.SCRIPT, *args],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        input=commands,
    )
    stderr = clients.as_newest(done.stderr)
    return shell.Result(done.returncode, done.stdout, stderr)


@contextlib.contextmanager
def client_requests() -> Iterator[list[str]]:
    """Collect the requests of clients, as 'nova GET /path?query'.

    The list is filled when the block ends. The services call each other too;
    clients name themselves differently.
    """
    logs = {name: SANDBOX / 'log' / f'{name}-access.log' for name in _SERVICES}
    sizes = {name: log.stat().st_size for name, log in logs.items()}
    requests: list[str] = []
    yield requests
    for name, size in sizes.items():
        with open(logs[name]) as log:
            log.seek(size)
            for line in log:
                entry = json.loads(line)
                query = f'?{entry["query"]}' if entry['query'] else ''
                if (entry['user_agent'] or '').startswith('openstacksdk/'):
                    requests.append(
                        f'{name} {entry["method"]} {entry["path"]}{query}'
                    )


def boot(name: str, networks: Any = None) -> Any:
    """Boot a server and wait for it; the caller deletes it.

    SQLite may refuse a write while another is under way, and the boot end in
    ERROR: such a server is deleted and booted again.

    :param name: its name
    :param networks: as the API takes them; by default the network ``back``
    """
    cloud = connect()
    back = [{'uuid': cloud.network.find_network('back').id}]
    for _attempt in range(3):
        server = _create(name, networks or back)
        try:
            return cloud.compute.wait_for_server(
                server, interval=0.5, wait=_PATIENCE
            )
        except openstack.exceptions.ResourceFailure:
            delete(server)
    raise RuntimeError(f'no server {name!r} in three attempts')


def boot_many(name: str, count: int) -> list[Any]:
    """Boot servers without interfaces, which takes half the time of others.

    :param name: what all their names begin with
    """
    _create(name, 'none', min_count=count)
    compute = connect().compute
    end = time.monotonic() + _PATIENCE
    while any(compute.servers(details=False, name=name, status='BUILD')):
        if time.monotonic() > end:
            raise RuntimeError(f'servers {name!r} are still being built')
        time.sleep(1)
    servers = [*compute.servers(name=f'^{name}-')]
    for index, each in enumerate(servers):
        if each.status != 'ACTIVE':
            delete(each)
            servers[index] = boot(each.name, 'none')
    return servers


def _create(name: str, networks: Any, **more: Any) -> Any:
    """Have Nova make a server, or several."""
    cloud = connect()
    return cloud.compute.create_server(
        name=name,
        image_id=cloud.image.find_image('tiny').id,
        flavor_id=cloud.compute.find_flavor('tiny').id,
        networks=networks,
        **more,
    )


def delete(*servers: Any) -> None:
    """Delete servers and wait until they are gone, with their ports."""
    cloud = connect()
    for server in servers:
        cloud.compute.delete_server(server)
    for server in servers:
        cloud.compute.wait_for_delete(server, interval=0.5, wait=_PATIENCE)
