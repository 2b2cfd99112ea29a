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
import json
import re
from typing import Any, NamedTuple

import requests

from osc_iface.tests.fake import serving
from osc_iface.tests.fake.cloud import Cloud
from osc_iface.tests.fake.data import generated
from osc_iface.tests.fake.identity import ADMIN, Login
from osc_iface.tests.functional import base

_ID = 32  # characters, of a project's; others have more
GONE = '99999999-9999-4999-8999-999999999999'
FIELDS = (
    *('id', 'name', 'admin_state_up', 'security_groups', 'qos_policy_id'),
    *('port_security_enabled', 'allowed_address_pairs', 'trunk_details'),
    *('binding:vnic_type', 'binding:host_id', 'binding:vif_type'),
    *('binding:vif_details', 'binding:profile'),
)
# What is asked, and in which version of Compute.
COMPUTE = (
    ('compute/', ''),
    ('compute/v2.1', ''),
    ('compute/v2.1/servers?limit=1', ''),
    ('compute/v2.1/servers/detail?limit=1&all_tenants=1', ''),
    ('compute/v2.1/servers/detail?all_tenants=1&project_id={project}', ''),
    ('compute/v2.1/servers/detail?all_tenants=1&project_id=nothing', ''),
    ('compute/v2.1/servers/detail?project_id=nothing', ''),
    (
        'compute/v2.1/servers?all_tenants=1&project_id=nothing'
        '&project_id={project}',
        '2.75',
    ),
    ('compute/v2.1/servers?all_tenants=1&host=nothing', '2.75'),
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
    (f'compute/v2.1/servers/{GONE}/os-instance-actions', ''),
    ('compute/v2.1/servers/{server}/os-instance-actions', ''),
    (f'compute/v2.1/servers/{GONE}/diagnostics', '2.48'),
    ('compute/v2.1/servers/{server}/nothing', ''),
    ('compute/v2.1/os-services?host=nothing', ''),
    ('compute/v2.1/os-services?host={host}&binary=nova-compute', ''),
    ('compute/v2.1/os-services?nothing=1', '2.74'),
    ('compute/v2.1/os-services?nothing=1', '2.75'),
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
    ('network/v2.0/ports?device_id={server}&fields=nothing', ''),
    ('network/v2.0/networks?id={network}&id={subnet}&fields=name', ''),
    ('network/v2.0/subnets?id={subnet}&fields=id&fields=shared', ''),
    ('network/v2.0/security-groups', ''),
    ('network/v2.0/security-groups?id={group}&fields=id&fields=name', ''),
    (f'network/v2.0/security-groups?fields=id&id={GONE}', ''),
    (f'network/v2.0/security-groups?fields=id&limit=1&marker={GONE}', ''),
    ('network/v2.0/security-groups?security_group_rules=1', ''),
    ('network/v2.0/ports?binding:vif_type=ovs', ''),
    ('network/v2.0/ports?binding:vnic_type=normal', ''),
    ('network/v2.0/ports?allowed_address_pairs=1', ''),
    ('network/v2.0/ports?qos_policy_id=1&trunk_details=1', ''),
    ('network/v2.0/floatingips?limit=1&fields=fixed_ip_address', ''),
    ('network/v2.0/subnets?network_id={network}&fields=cidr', ''),
    ('network/v2.0/floatingips?status=NOTHING&router_id=nothing', ''),
    ('network/v2.0/floatingips?nothing=1', ''),
    *(
        (f'network/v2.0/{kind}?{asked}', '')
        for kind in ('routers', 'trunks', 'agents')
        for asked in (
            *('nothing=1', 'id=nothing', 'id=nothing&limit=1000'),
            f'fields=id&limit=1000&marker={GONE}',
        )
    ),
    ('network/v2.0/routers?name=nothing&status=ACTIVE', ''),
    ('network/v2.0/trunks?port_id={port}&status=ACTIVE', ''),
    ('network/v2.0/agents?host=nothing&agent_type=nothing', ''),
    ('network/v2.0/ports/{port}/bindings', ''),
    (f'network/v2.0/ports/{GONE}/bindings', ''),
    ('network/v2.0/nothing', ''),
    ('network/nothing', ''),
)
# What everybody may filter by, and what of it is shown.
PORTS = tuple(
    (f'network/v2.0/ports?{asked}', '')
    for asked in (
        f'device_id={{server}}&fields={"&fields=".join(FIELDS)}',
        'security_groups={group}&fields=id',
        f'security_groups={GONE}&security_groups={{group}}&fields=id',
        f'security_groups={GONE}&fields=id',
        'binding:host_id={host}&fields=id&fields=binding:host_id',
        'binding:host_id=nothing&binding:host_id={host}&fields=id',
        'binding:host_id=nothing&fields=id',
    )
)
IDENTITY = tuple(
    (f'identity/v3{asked}', '')
    for asked in (
        '/projects/{project}',
        '/projects/{another}',
        f'/projects/{GONE}',
        '/projects',
        '/projects?name={name}',
        '/projects?name={name}&name={name}',
        '/projects?name=nothing',
        '/projects?name=',
        '/projects?nothing=1',
    )
)
READER = (
    *PORTS,
    *IDENTITY,
    ('compute/v2.1/servers/detail?limit=1', ''),
    ('compute/v2.1/servers/detail?project_id=nothing&host=nothing', ''),
    ('network/v2.0/networks?id={network}&fields=id', ''),
    ('network/v2.0/subnets?id={subnet}&fields=id', ''),
    ('network/v2.0/security-groups?id={group}&fields=id', ''),
    ('compute/v2.1/servers?all_tenants=1', ''),
    ('compute/v2.1/servers/detail?all_tenants=1', ''),
    (f'compute/v2.1/servers?limit=1&uuid={GONE}', ''),
    ('compute/v2.1/servers/{server}', ''),
    ('network/v2.0/ports?fields=id&limit=1', ''),
    ('compute/v2.1/servers/{server}/os-instance-actions', ''),
    ('compute/v2.1/servers/{server}/diagnostics', '2.48'),
    ('compute/v2.1/os-services', ''),
    ('compute/v2.1/os-services?nothing=1', '2.75'),
    ('network/v2.0/networks?id={network}&fields=provider:network_type', ''),
    ('network/v2.0/agents', ''),
    ('network/v2.0/ports/{port}/bindings', ''),
    (f'network/v2.0/ports/{GONE}/bindings', ''),
)


class _Side(NamedTuple):
    """Where the services are, and who asks: without a token, nobody."""

    urls: dict[str, str]
    token: str
    ids: dict[str, str]

    def ask(self, path: str, version: str = '') -> requests.Response:
        """Ask for a path, which begins with the service."""
        headers = {'X-Auth-Token': self.token} if self.token else {}
        if version:
            headers['OpenStack-API-Version'] = f'compute {version}'
        service, slash, rest = path.format(**self.ids).partition('/')
        url = self.urls[service] + slash + rest
        return requests.get(url, headers=headers, timeout=60)

    def form(self, path: str, version: str) -> dict[str, Any]:
        """Ask, and return what is the same on both sides."""
        return _form(self.ask(path, version), self.ids)


class TestFake(base.SandboxTestCase):
    def real(self, cloud: str) -> _Side:
        """Return the sandbox, with the token of a user."""
        network = base.connect().network
        [other] = network.ports(device_id=base.server('db-1').id)
        port = base.port('web-1-mgmt')
        ids = {
            'server': base.server('web-1').id,
            'port': port.id,
            'other': other.id,
            'network': port.network_id,
            'subnet': port.fixed_ips[0]['subnet_id'],
            'group': port.security_group_ids[0],
            'host': port.binding_host_id,
            'project': port.project_id,
            'another': base.connect('sandbox-member').current_project_id,
            'name': 'sandbox',
        }
        urls = {
            service: base.connect()
            .session.get_endpoint(service_type=service, interface='public')
            .rstrip('/')
            .removesuffix(version)
            for service, version in (
                ('identity', '/v3'),
                ('compute', '/v2.1'),
                ('network', ''),
            )
        }
        return _Side(urls, base.connect(cloud).authorize(), ids)

    def fake(self, login: Login) -> _Side:
        """Return a cloud of three servers, the last one of another project."""
        data = generated(3, 1, projects=2)
        data.services.append(serving.service('nova-compute', 'host'))
        data.agents.append(serving.agent(serving.OVS, 'host'))
        address = self.enterContext(Cloud(data, login)).address('compute')
        mine, _theirs, other = (
            data.ports_of[each['id']][0] for each in data.servers
        )
        project, another = data.projects
        ids = {
            'server': mine['device_id'],
            'port': mine['id'],
            'other': other['id'],
            'network': mine['network_id'],
            'subnet': mine['fixed_ips'][0]['subnet_id'],
            'group': mine['security_groups'][0],
            'host': mine['binding:host_id'],
            'project': project,
            'another': another,
            'name': data.project_names[project],
        }
        services = ('identity', 'compute', 'network')
        urls = {service: f'{address}/{service}' for service in services}
        return _Side(urls, 'token', ids)

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
        self.assert_same((*COMPUTE, *NETWORK, *PORTS, *IDENTITY))

    def test_reader(self) -> None:
        self.assert_same(READER, 'sandbox-reader', Login(role='reader'))

    def test_no_token(self) -> None:
        self.assert_same(
            (
                ('compute/', ''),
                ('compute/v2.1/servers', ''),
                ('network/', ''),
                ('network/v2.0/ports', ''),
                ('network/v2.0/security-groups', ''),
                ('identity/v3/projects', ''),
                ('identity/v3/projects/{project}', ''),
            ),
            token='',
        )

    def test_trunk(self) -> None:
        network = base.connect().network
        back = network.find_network('back').id
        ports = [network.create_port(network_id=back) for _each in range(2)]
        vlan = {'segmentation_type': 'vlan', 'segmentation_id': 7}
        trunk = network.create_trunk(
            port_id=ports[0].id, sub_ports=[{'port_id': ports[1].id, **vlan}]
        )
        for port in ports:
            self.addCleanup(network.delete_port, port)
        self.addCleanup(network.delete_trunk, trunk)
        network.update_port(ports[0], binding_host_id='sandbox')
        # While it is on a host, its trunk cannot go.
        self.addCleanup(network.update_port, ports[0], binding_host_id='')
        data = generated(1, 1)
        data.add_subport(data.ports[0], 7)
        cloud = self.enterContext(Cloud(data, Login(role='reader')))
        fields = ('id', 'device_id', 'device_owner', 'trunk_details')
        urls = {'network': f'{cloud.address("network")}/network'}
        real, fake = [
            _trunk(side.ask(f'{asked}&fields={"&fields=".join(fields)}'))
            for side, asked in (
                (
                    self.real('sandbox-reader'),
                    f'network/v2.0/ports?id={ports[0].id}&id={ports[1].id}',
                ),
                (_Side(urls, 'token', {}), 'network/v2.0/ports?limit=2'),
            )
        ]

        self.assertEqual(real, fake)


def _trunk(answer: requests.Response) -> tuple[Any, ...]:
    """Return what two answers with a parent and its subport have in common."""
    [parent, subport] = sorted(
        answer.json()['ports'], key=lambda port: 'trunk_details' not in port
    )
    details = parent['trunk_details']
    [told] = details.pop('sub_ports')
    assert told.pop('port_id') == subport.pop('id')
    del told['mac_address']
    return [*details], told, subport


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
            # The fields that were asked for, at least.
            else sorted({field for item in value for field in item})
            if 'fields=' in answer.url
            else bool(value)
            for key, value in body.items()
        }
    told = body if isinstance(body, str) else json.dumps(body, sort_keys=True)
    for name, id_ in ids.items():
        if not answer.ok and len(id_) >= _ID:
            told = told.replace(id_, name)
    return {
        'status': answer.status_code,
        'type': headers['Content-Type'].partition(';')[0],
        'version': answer.ok and headers.get('OpenStack-API-Version'),
        'request ID': 'X-Openstack-Request-Id' in headers,
        'body': re.sub(r'maximum is 2\.\d+', 'maximum is <newest>', told),
    }
