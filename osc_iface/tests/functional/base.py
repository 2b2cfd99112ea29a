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
import functools
import json
import os
from pathlib import Path
import subprocess
import sys
from typing import Any, NamedTuple

import openstack
import testtools

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


@functools.cache
def connect(cloud: str = 'sandbox') -> Any:
    """A connection of the SDK, to prepare with and to compare with."""
    config = openstack.config.OpenStackConfig(
        config_files=[str(SANDBOX / 'clouds.yaml')]
    )
    return openstack.connection.Connection(config=config.get_one(cloud))


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
        self, *args: str, cloud: str = 'sandbox', **settings: str
    ) -> Result:
        """Run ``openstack`` with a list of arguments.

        :param args: the arguments
        :param cloud: the cloud of the sandbox's clouds.yaml
        :param settings: more environment variables
        """
        before = {name: _log_size(name) for name in _SERVICES}
        done = subprocess.run(  # noqa: S603
            [_OPENSTACK, *args],
            env={**environment(cloud), **settings},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        requests = [
            line
            for name, size in before.items()
            for line in _client_requests(name, size)
        ]
        return Result(done.returncode, done.stdout, done.stderr, requests)

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


def _log_size(service: str) -> int:
    return (SANDBOX / 'log' / f'{service}-access.log').stat().st_size


def _client_requests(service: str, start: int) -> list[str]:
    """The requests of the client since then, as 'nova GET /path?query'.

    The services call each other too; the client names itself differently.
    """
    with open(SANDBOX / 'log' / f'{service}-access.log') as log:
        log.seek(start)
        entries = [json.loads(line) for line in log]
    return [
        f'{service} {entry["method"]} {entry["path"]}'
        + (f'?{entry["query"]}' if entry['query'] else '')
        for entry in entries
        if (entry['user_agent'] or '').startswith('openstacksdk/')
    ]


def boot(name: str) -> Any:
    """Boot a server on the network ``back`` and wait for it.

    SQLite may refuse a write while another is under way, and the boot end in
    ERROR: such a server is deleted and booted again.
    """
    cloud = connect()
    for _attempt in range(3):
        server = cloud.compute.create_server(
            name=name,
            image_id=cloud.image.find_image('tiny').id,
            flavor_id=cloud.compute.find_flavor('tiny').id,
            networks=[{'uuid': cloud.network.find_network('back').id}],
        )
        try:
            return cloud.compute.wait_for_server(server, wait=300)
        except openstack.exceptions.ResourceFailure:
            cloud.compute.delete_server(server)
    raise RuntimeError(f'no server {name!r} in three attempts')
