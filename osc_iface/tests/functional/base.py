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

"""The installed openstack command, against the sandbox."""

import collections
from collections.abc import Iterator
import contextlib
import functools
import json
import os
from pathlib import Path
import subprocess
import sys
from typing import Any, NamedTuple

import openstack
import testtools

from osc_iface.tests import clients

_CHECKOUT = Path(__file__).parents[3]
SANDBOX = Path(
    os.environ.get('OSC_IFACE_SANDBOX') or _CHECKOUT / '.sandbox'
).resolve()
_OPENSTACK = Path(sys.executable).with_name('openstack')
_SERVICES = ('keystone', 'nova', 'neutron', 'glance', 'placement')


class Result(NamedTuple):
    """What a command left behind; ``requests`` are those of the client."""

    status: int
    stdout: str
    stderr: str
    requests: list[str]


def connection(root: Path, cloud: str) -> Any:
    """A connection of the SDK to the sandbox in a directory."""
    config = openstack.config.OpenStackConfig(
        config_files=[str(root / 'clouds.yaml')]
    )
    return openstack.connection.Connection(config=config.get_one(cloud))


@functools.cache
def connect(cloud: str = 'sandbox') -> Any:
    """A connection of the SDK, to prepare with and to compare with."""
    return connection(SANDBOX, cloud)


def environment(cloud: str) -> dict[str, str]:
    """The environment of a user of one of the sandbox's clouds."""
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

    def openstack(
        self,
        *args: str,
        cloud: str = 'sandbox',
        commands: str = '',
        **settings: str,
    ) -> Result:
        """Run ``openstack`` with a list of arguments.

        :param args: the arguments
        :param cloud: the cloud of the sandbox's clouds.yaml
        :param commands: what it reads from standard input: without
            arguments, a command a line
        :param settings: more environment variables
        """
        with client_requests() as requests:
            done = subprocess.run(  # noqa: S603
                [_OPENSTACK, *args],
                env={**environment(cloud), **settings},
                capture_output=True,
                text=True,
                check=False,
                input=commands,
            )
        stderr = clients.as_newest(done.stderr)
        return Result(done.returncode, done.stdout, stderr, requests)

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
        """A command must have sent so many requests to each service."""
        sent = collections.Counter(
            line.partition(' ')[0] for line in result.requests
        )
        self.assertEqual(counts, dict(sent), '\n'.join(result.requests))


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
        server = cloud.compute.create_server(
            name=name,
            image_id=cloud.image.find_image('tiny').id,
            flavor_id=cloud.compute.find_flavor('tiny').id,
            networks=networks or back,
        )
        try:
            return cloud.compute.wait_for_server(server, interval=1, wait=300)
        except openstack.exceptions.ResourceFailure:
            delete(server)
    raise RuntimeError(f'no server {name!r} in three attempts')


def delete(*servers: Any) -> None:
    """Delete servers and wait until they are gone, with their ports."""
    cloud = connect()
    for server in servers:
        cloud.compute.delete_server(server)
    for server in servers:
        cloud.compute.wait_for_delete(server, interval=1, wait=300)
