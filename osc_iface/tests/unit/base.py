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

"""The real openstack shell in this process, over HTTP answers."""

import os
from pathlib import Path
import threading
from typing import Any
import urllib.parse

import fixtures
from keystoneauth1 import fixture as ksa_fixture
import requests
import requests_mock
import testtools
import yaml

from osc_iface.tests import shell
from osc_iface.tests.fake.cloud import NO_CLOUDS

AUTH_URL = 'https://identity.example.com/v3'
COMPUTE_URL = 'https://compute.example.com/v2.1'
NETWORK_URL = 'https://network.example.com'
PROJECT_ID = '6d3f3a4d1f0b4c3fa0b5c0e6a3a3a3a3'
AUTH = {
    'auth_url': AUTH_URL,
    'username': 'user',
    'password': 'password',
    'project_name': 'project',
    'user_domain_name': 'Default',
    'project_domain_name': 'Default',
}

Result = shell.Result

# What everything is about, unless a test says otherwise.
SERVER_ID = '11111111-1111-4111-8111-111111111111'
PORT_ID = '22222222-2222-4222-8222-222222222222'
SUBNET_ID = '33333333-3333-4333-8333-333333333333'
NETWORK_ID = '44444444-4444-4444-8444-444444444444'
REQUEST_ID = 'req-55555555-5555-4555-8555-555555555555'

SHOW_URL = f'{COMPUTE_URL}/servers/{SERVER_ID}/os-interface/{PORT_ID}'
LIST_URL = f'{COMPUTE_URL}/servers/{SERVER_ID}/os-interface'
SERVERS_URL = f'{COMPUTE_URL}/servers'
PORTS_URL = f'{NETWORK_URL}/v2.0/ports'
FLOATING_IPS_URL = f'{NETWORK_URL}/v2.0/floatingips'


def interface(**changes: Any) -> dict[str, Any]:
    """Return an interfaceAttachment as Nova 2.70 sends it, with changes."""
    return {
        'fixed_ips': [{'ip_address': '10.0.0.5', 'subnet_id': SUBNET_ID}],
        'mac_addr': 'fa:16:3e:4c:2c:30',
        'net_id': NETWORK_ID,
        'port_id': PORT_ID,
        'port_state': 'ACTIVE',
        'tag': 'mgmt',
        **changes,
    }


def port(**changes: Any) -> dict[str, Any]:
    """Return the port of the same interface as Neutron sends it."""
    return {
        'id': PORT_ID,
        'device_id': SERVER_ID,
        'device_owner': 'compute:nova',
        'project_id': PROJECT_ID,
        'network_id': NETWORK_ID,
        'mac_address': 'fa:16:3e:4c:2c:30',
        'fixed_ips': [{'ip_address': '10.0.0.5', 'subnet_id': SUBNET_ID}],
        'status': 'ACTIVE',
        **changes,
    }


def _outlast_requests() -> None:
    """Wait for requests of a command that gave up while they were under way.

    The next test would count them, and answer.
    """
    for thread in threading.enumerate():
        if '(worker)' in thread.name:
            thread.join(60)


class ShellTestCase(testtools.TestCase):
    """Runs commands against answers registered with ``self.cloud``."""

    def setUp(self) -> None:
        super().setUp()
        self.set_environment(
            OS_AUTH_URL=AUTH_URL,
            OS_USERNAME='user',
            OS_PASSWORD='password',
            OS_PROJECT_NAME='project',
            OS_USER_DOMAIN_NAME='Default',
            OS_PROJECT_DOMAIN_NAME='Default',
            OS_CLIENT_CONFIG_FILE=str(NO_CLOUDS),
        )
        self.pauses: list[float] = []
        self.useFixture(
            fixtures.MonkeyPatch(
                'keystoneauth1.session.time.sleep', self.pauses.append
            )
        )
        self.cloud = requests_mock.Mocker()
        self.cloud.start()
        self.addCleanup(self.cloud.stop)
        self.addCleanup(_outlast_requests)
        self.register_identity()

    def set_variable(self, name: str, value: str) -> None:
        """Set one environment variable."""
        self.useFixture(fixtures.EnvironmentVariable(name, value))

    def set_environment(self, **variables: str) -> None:
        """Have these OS_* variables and no others."""
        for name in list(os.environ):
            if name.startswith('OS_'):
                self.useFixture(fixtures.EnvironmentVariable(name))
        for name, value in variables.items():
            self.set_variable(name, value)

    def configure(self, **settings: Any) -> None:
        """Have these settings of the cloud in clouds.yaml."""
        path = Path(self.useFixture(fixtures.TempDir()).path, 'clouds.yaml')
        clouds = {'test': {'auth': AUTH, **settings}}
        path.write_text(yaml.safe_dump({'clouds': clouds}))
        self.set_environment(OS_CLOUD='test', OS_CLIENT_CONFIG_FILE=str(path))

    def register_identity(self, *services: tuple[str, str]) -> None:
        """Let Keystone hand out a token, with a catalog of services."""
        self.cloud.get(
            AUTH_URL,
            json={'version': ksa_fixture.V3Discovery(AUTH_URL)},
        )
        self.token = ksa_fixture.V3Token(project_id=PROJECT_ID)
        for kind, url in services or (
            ('identity', AUTH_URL),
            ('compute', COMPUTE_URL),
            ('network', NETWORK_URL),
        ):
            self.token.add_service(kind).add_standard_endpoints(public=url)
        self.cloud.post(
            f'{AUTH_URL}/auth/tokens',
            json=self.token,
            headers={'X-Subject-Token': 'token'},
        )

    def register_show(
        self,
        *,
        url: str = SHOW_URL,
        version: str = '2.70',
        **changes: Any,
    ) -> None:
        """Let Nova answer for one interface, as a cloud of this version."""
        self._register_versioned(
            url, version, lambda: {'interfaceAttachment': interface(**changes)}
        )

    def register_list(
        self,
        *interfaces: dict[str, Any],
        url: str = LIST_URL,
        version: str = '2.70',
    ) -> None:
        """Let Nova answer for all interfaces of a server."""
        self._register_versioned(
            url, version, lambda: {'interfaceAttachments': list(interfaces)}
        )

    def register_servers(
        self, *names: str, ids: tuple[str, ...] = (SERVER_ID,)
    ) -> None:
        """Let Nova find servers, whatever name it is asked for."""
        servers = [
            {'id': ids[index], 'name': name, 'links': []}
            for index, name in enumerate(names)
        ]
        self.cloud.get(SERVERS_URL, json={'servers': servers})

    def register_floating_ips(self, *leads: tuple[str, str | None]) -> None:
        """Let Neutron have floating IPs, and the ports they lead to."""
        floating_ips: list[dict[str, Any]] = [
            {
                'id': f'{index}',
                'floating_ip_address': address,
                'port_id': port_id,
                'port_forwardings': [],
            }
            for index, (address, port_id) in enumerate(leads)
        ]
        self.cloud.get(FLOATING_IPS_URL, json={'floatingips': floating_ips})

    def register_networks(self, *names: tuple[str, str]) -> None:
        """Let Neutron have networks of these IDs and names."""
        self.register_resources(
            'networks', *({'id': id_, 'name': name} for id_, name in names)
        )

    def register_resources(self, kind: str, *items: dict[str, Any]) -> None:
        """Let Neutron have these, and take its filters and fields.

        :param kind: as in the URL: ``ports``, ``security-groups``
        """
        key = kind.replace('-', '_')

        def answer(request: Any, _context: Any) -> dict[str, Any]:
            query = urllib.parse.parse_qs(
                urllib.parse.urlsplit(request.url).query
            )
            fields = query.pop('fields', None)
            return {
                key: [
                    {
                        field: value
                        for field, value in item.items()
                        if fields is None or field in fields
                    }
                    for item in items
                    if _passes(item, query)
                ]
            }

        self.cloud.get(f'{NETWORK_URL}/v2.0/{kind}', json=answer)

    def _register_versioned(self, url: str, version: str, body: Any) -> None:
        newest = _minor(version)

        def answer(request: requests.Request, context: Any) -> Any:
            asked = request.headers.get('OpenStack-API-Version', 'x 2.1')
            used = asked.rpartition(' ')[2]
            if _minor(used) > newest:
                context.status_code = 406
                detail = (
                    f'Version {used} is not supported by the API. '
                    f'Minimum is 2.1 and maximum is {version}.'
                )
                return {'computeFault': {'code': 406, 'message': detail}}
            context.headers['OpenStack-API-Version'] = f'compute {used}'
            sent = body()
            if _minor(used) < 70:
                for item in sent.get('interfaceAttachments') or sent.values():
                    item.pop('tag', None)
            return sent

        self.cloud.get(url, json=answer)

    def openstack(self, *args: str) -> Result:
        """Run ``openstack``."""
        return shell.run(*args)

    def show(self, *args: str) -> Result:
        """Run ``openstack server interface show``."""
        return self.openstack('server', 'interface', 'show', *args)

    def assert_shown(self, *args: str) -> str:
        """Run ``show``, which must succeed quietly; give its output."""
        result = self.show(*args)
        self.assertEqual(('', 0), (result.stderr, result.status))
        return result.stdout

    def assert_refused(self, result: Result, message: str) -> None:
        """Check that a command failed with this message and no output."""
        self.assertEqual(
            (message + '\n', '', 1),
            (result.stderr, result.stdout, result.status),
        )

    def assert_misused(self, result: Result, message: str) -> None:
        """Check that a command line was refused before any request."""
        self.assertEqual(
            (f'error: {message}', '', 2),
            (
                'error: ' + result.stderr.rpartition(' error: ')[2].strip(),
                result.stdout,
                result.status,
            ),
        )
        self.assertEqual(0, self.count)

    @property
    def requests(self) -> list[str]:
        """The requests since login, as 'METHOD path?query version'."""
        return [
            _told(request)
            for request in self.cloud.request_history
            if not request.url.startswith(AUTH_URL)
        ]

    @property
    def count(self) -> int:
        """How many requests were sent, login included."""
        return len(self.cloud.request_history)


def _passes(item: dict[str, Any], query: dict[str, list[str]]) -> bool:
    """Return whether something passes the filters of a query."""
    return all(
        _passes_fixed_ips(item, values)
        if key == 'fixed_ips'
        else not {*values}.isdisjoint(item['security_groups'])
        if key == 'security_groups'
        else item.get(key) in values
        for key, values in query.items()
        if key not in ('limit', 'marker')
    )


def _passes_fixed_ips(item: dict[str, Any], wanted: list[str]) -> bool:
    """Return whether a port has one of the addresses, and of the subnets."""
    having = {
        f'{key}={value}'
        for fixed_ip in item['fixed_ips']
        for key, value in fixed_ip.items()
    }
    return all(
        any(each in having for each in wanted if each.startswith(key))
        for key in {each.partition('=')[0] for each in wanted}
    )


def _minor(version: str) -> int:
    return int(version.partition('.')[2])


def _told(request: Any) -> str:
    """Return a request as one line: 'GET /v2.1/servers?name=x 2.70'."""
    url = urllib.parse.urlsplit(request.url)
    version = request.headers.get('OpenStack-API-Version', '')
    told = f'{request.method} {url.path}'
    if url.query:
        told += f'?{url.query}'
    return f'{told} {version.rpartition(" ")[2]}'.rstrip()
