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

"""The cloud of the unit tests against the real services.

Both are asked the same; what they answer has the same status and form.
"""

from collections.abc import Iterable
import re
from typing import Any, NamedTuple

import requests

from osc_iface.tests.fake.cloud import Cloud
from osc_iface.tests.fake.data import generated
from osc_iface.tests.fake.identity import ADMIN, Login
from osc_iface.tests.functional import base

GONE = '99999999-9999-4999-8999-999999999999'
# What is asked, and in which version of Compute.
COMPUTE = (
    ('compute/', ''),
    ('compute/v2.1', ''),
    ('compute/v2.1/servers?limit=1', ''),
    ('compute/v2.1/servers/detail?limit=1&all_tenants=1', ''),
    (f'compute/v2.1/servers?limit=1&marker={GONE}', ''),
    ('compute/v2.1/servers?limit=1&nothing=1', '2.74'),
    ('compute/v2.1/servers?limit=1&nothing=1', '2.75'),
    ('compute/v2.1/servers?name=(', ''),
    ('compute/v2.1/servers', '2.999'),
    (f'compute/v2.1/servers/{GONE}', ''),
    (f'compute/v2.1/servers/{GONE}/os-interface', '2.70'),
    ('compute/v2.1/servers/{server}', ''),
    ('compute/v2.1/servers/{server}/os-interface', '2.70'),
    ('compute/v2.1/servers/{server}/os-interface', '2.69'),
    ('compute/v2.1/servers/{server}/os-interface/{port}', '2.70'),
    (f'compute/v2.1/servers/{{server}}/os-interface/{GONE}', '2.70'),
    ('compute/v2.1/servers/{server}/os-interface/{other}', '2.70'),
    ('compute/v2.1/servers/{server}/nothing', ''),
    ('compute/v2.1/nothing', ''),
)
NETWORK = (
    ('network/', ''),
    ('network/v2.0/ports?fields=id', ''),
    ('network/v2.0/ports?fields=id&limit=1', ''),
    ('network/v2.0/ports?fields=id&limit=1000', ''),
    ('network/v2.0/ports?fields=id&limit=1000&status=NOTHING', ''),
    (f'network/v2.0/ports?fields=id&limit=1&marker={GONE}', ''),
    (f'network/v2.0/networks?fields=id&limit=1&marker={GONE}', ''),
    (f'network/v2.0/subnets?fields=id&limit=1000&marker={GONE}', ''),
    (f'network/v2.0/floatingips?fields=id&limit=1000&marker={GONE}', ''),
    ('network/v2.0/ports?nothing=1&other=2', ''),
    ('network/v2.0/floatingips?port_forwardings=1', ''),
    ('network/v2.0/ports?device_id={server}&fields=id&fields=fixed_ips', ''),
    ('network/v2.0/nothing', ''),
    ('network/nothing', ''),
)
READER = (
    ('compute/v2.1/servers?all_tenants=1', ''),
    ('compute/v2.1/servers/detail?all_tenants=1', ''),
    (f'compute/v2.1/servers?limit=1&uuid={GONE}', ''),
    ('compute/v2.1/servers/{server}', ''),
    ('network/v2.0/ports?fields=id&limit=1', ''),
)


class _Side(NamedTuple):
    """Where something is, and who asks: without a token, nobody."""

    compute: str
    network: str
    token: str
    ids: dict[str, str]

    def form(self, path: str, version: str) -> dict[str, Any]:
        """Ask, and return what is the same on both sides."""
        headers = {'X-Auth-Token': self.token} if self.token else {}
        if version:
            headers['OpenStack-API-Version'] = f'compute {version}'
        service, slash, rest = path.format(**self.ids).partition('/')
        url = self.compute if service == 'compute' else self.network
        answer = requests.get(url + slash + rest, headers=headers, timeout=60)
        return _form(answer, self.ids)


class TestFake(base.SandboxTestCase):
    def real(self, cloud: str) -> _Side:
        """Return the sandbox, with the token of a user."""
        network = base.connect().network
        [other] = network.ports(device_id=base.server('db-1').id)
        ids = {
            'server': base.server('web-1').id,
            'port': base.port('web-1-mgmt').id,
            'other': other.id,
        }
        compute = base.connect().compute.get_endpoint()
        return _Side(
            compute.partition('/v2.1')[0],
            base.connect()
            .session.get_endpoint(service_type='network', interface='public')
            .rstrip('/'),
            base.connect(cloud).authorize(),
            ids,
        )

    def fake(self, login: Login) -> _Side:
        """Return a cloud of two servers with an interface each."""
        data = generated(2, 1)
        address = self.enterContext(Cloud(data, login)).address('compute')
        mine, other = (data.ports_of[each['id']][0] for each in data.servers)
        ids = {
            'server': mine['device_id'],
            'port': mine['id'],
            'other': other['id'],
        }
        return _Side(f'{address}/compute', f'{address}/network', 'token', ids)

    def assert_same(
        self,
        asked: Iterable[tuple[str, str]],
        cloud: str = 'sandbox',
        login: Login = ADMIN,
        **changes: Any,
    ) -> None:
        """Send requests to both, and compare what they have in common."""
        real = self.real(cloud)._replace(**changes)
        fake = self.fake(login)._replace(**changes)
        for path, version in asked:
            self.assertEqual(
                real.form(path, version),
                fake.form(path, version),
                f'{path} {version}',
            )

    def test_administrator(self) -> None:
        self.assert_same((*COMPUTE, *NETWORK))

    def test_reader(self) -> None:
        self.assert_same(READER, 'sandbox-reader', Login(role='reader'))

    def test_no_token(self) -> None:
        self.assert_same(
            (
                ('compute/', ''),
                ('compute/v2.1/servers', ''),
                ('network/', ''),
                ('network/v2.0/ports', ''),
            ),
            token='',
        )


def _form(answer: requests.Response, ids: dict[str, str]) -> dict[str, Any]:
    """Return what two answers to the same have in common."""
    headers = answer.headers
    body: Any = answer.text
    if headers['Content-Type'].startswith('application/json'):
        body = answer.json()
    if answer.ok:
        body = {
            key: [link['rel'] for link in value]
            if key.endswith('_links')
            else bool(value)
            for key, value in body.items()
        }
    told = str(body)
    for name, id_ in ids.items():
        told = told.replace(id_, name)
    return {
        'status': answer.status_code,
        'type': headers['Content-Type'].partition(';')[0],
        'version': answer.ok and headers.get('OpenStack-API-Version'),
        'request ID': 'X-Openstack-Request-Id' in headers,
        'body': re.sub(r'maximum is 2\.\d+', 'maximum is <newest>', told),
    }
