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

"""What a list is to show of real servers, as the services tell it."""

import functools
import json
from typing import Any, ClassVar

from osc_iface.tests.functional import base

LIST = ('server', 'interface', 'list')
NOWHERE = '00000000-0000-4000-8000-000000000000'
ADMIN, READER, MEMBER = 'sandbox', 'sandbox-reader', 'sandbox-member'
PLAIN = [
    'Server',
    'Port ID',
    'Network',
    'MAC Address',
    'Fixed IP Addresses',
    'Port State',
]
NAMED = [*PLAIN, 'Tag']
ALL_PROJECTS = ['Server', 'Project ID', *PLAIN[1:]]
# All but the tag, in the order of the specification.
LONG = [
    *('Server', 'Server ID', 'Server Name', 'Server Status', 'Project ID'),
    *('Port ID', 'Port Name', 'Network', 'Network ID', 'Subnets'),
    *('MAC Address', 'Fixed IP Addresses', 'Floating IP Addresses'),
    *('Port State', 'Admin State', 'Security Groups', 'Port Security'),
    *('Allowed Address Pairs', 'vNIC Type', 'QoS Policy ID', 'Trunk'),
    *('Host', 'VIF Type'),
]
HIDDEN = (
    'Not shown to you: Host and VIF Type. That is for whoever may do '
    'get_port:binding:host_id and get_port:binding:vif_type by the policy of '
    'the Network service, by default administrators.\n'
)


def rows_of(server_id: str, cloud: str = ADMIN) -> list[dict[str, Any]]:
    """Return all columns of the interfaces of a server, by port ID.

    The services are asked one thing after another, as the user of a cloud;
    nothing of it is computed as the plugin does.
    """
    user = base.connect(cloud)
    server = user.compute.get(f'/servers/{server_id}').json()['server']
    attachments = user.compute.get(
        f'/servers/{server_id}/os-interface', microversion='2.70'
    ).json()['interfaceAttachments']
    tags = {each['port_id']: each['tag'] for each in attachments}
    ports = _all(user, 'ports', device_id=server_id)
    return [
        {
            'Server': server['name'],
            'Server ID': server_id,
            'Server Name': server['name'],
            'Server Status': server['status'],
            'Project ID': server['tenant_id'],
            'Tag': tags.pop(port['id']),
            **_of_port(user, port),
        }
        for port in sorted(ports, key=lambda port: str(port['id']))
    ]


def _of_port(user: Any, port: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that Network knows."""
    names = {
        kind: {each['id']: each['name'] for each in _all(user, kind)}
        for kind in ('networks', 'subnets', 'security-groups')
    }
    network_id = port['network_id']
    return {
        'Port ID': port['id'],
        'Port Name': port['name'],
        'Network': names['networks'].get(network_id, network_id),
        'Network ID': network_id,
        'Subnets': [
            names['subnets'].get(each['subnet_id'], each['subnet_id'])
            for each in port['fixed_ips']
        ],
        'MAC Address': port['mac_address'],
        'Fixed IP Addresses': port['fixed_ips'],
        'Floating IP Addresses': [
            each['floating_ip_address']
            for each in _all(user, 'floatingips')
            if port['id'] == each['port_id']
            or any(
                port['id'] == forwarding['internal_port_id']
                for forwarding in each['port_forwardings']
            )
        ],
        'Port State': port['status'],
        'Admin State': port['admin_state_up'],
        'Security Groups': sorted(
            names['security-groups'].get(each, each)
            for each in port['security_groups']
        ),
        'Port Security': port['port_security_enabled'],
        'Allowed Address Pairs': port['allowed_address_pairs'],
        'vNIC Type': port['binding:vnic_type'],
        'QoS Policy ID': port['qos_policy_id'],
        'Trunk': port.get('trunk_details'),
        'Host': port.get('binding:host_id'),
        'VIF Type': port.get('binding:vif_type'),
    }


def _all(user: Any, kind: str, **query: str) -> list[dict[str, Any]]:
    """Return what Network lists to a user."""
    answer = user.network.get(f'/{kind}', params=query)
    found: list[dict[str, Any]] = answer.json()[kind.replace('-', '_')]
    return found


@functools.cache
def _seeded(name: str, cloud: str) -> list[dict[str, Any]]:
    """Return the interfaces of a server that no test changes."""
    return rows_of(base.server(name, cloud).id, cloud)


class ListTestCase(base.SandboxTestCase):
    """What the sandbox was seeded with."""

    def setUp(self) -> None:
        super().setUp()
        self.web = _seeded('web-1', ADMIN)
        self.db = _seeded('db-1', ADMIN)
        self.app = _seeded('app-1', MEMBER)
        self.web_id = self.web[0]['Server ID']
        self.db_id = self.db[0]['Server ID']
        self.app_id = self.app[0]['Server ID']

    def listed(self, *args: str, **kwargs: Any) -> Any:
        return self.json(*LIST, *args, **kwargs)

    def ports(self, *args: str, **kwargs: Any) -> set[str]:
        """Return the IDs of the ports in a list that says nothing else."""
        return {row['Port ID'] for row in self.listed(*args, **kwargs)}

    def told(self, *args: str, **kwargs: Any) -> tuple[set[str], str]:
        """Return the IDs of the ports in a list, and what it says."""
        result = self.openstack(*LIST, *args, '-f', 'json', **kwargs)
        self.assertEqual(0, result.status, result.stderr)
        rows = json.loads(result.stdout)
        return {row['Port ID'] for row in rows}, result.stderr

    def listed_each(self, *lines: str, cloud: str = ADMIN) -> list[Any]:
        """Make a list with the arguments in each line, by one process."""
        commands = [f'{" ".join(LIST)} {line} -f json\n' for line in lines]
        # The status tells nothing: the client ends its own shell with 1.
        result = self.openstack(commands=''.join(commands), cloud=cloud)
        self.assertEqual('', result.stderr)
        text = result.stdout.strip()
        found = []
        while text:
            value, end = json.JSONDecoder().raw_decode(text)
            found.append(value)
            text = text[end:].strip()
        self.assertEqual(len(lines), len(found))
        return found

    def assert_rows(
        self, expected: list[dict[str, Any]], columns: list[str], listed: Any
    ) -> None:
        """Compare a list, whatever the order of its servers."""
        self.assertEqual(
            _by_port(
                {name: row[name] for name in columns} for row in expected
            ),
            _by_port(listed),
        )
        for row in listed:
            self.assertEqual(columns, [*row])
        for server in {row['Server ID'] for row in expected}:
            ids = [r['Port ID'] for r in expected if r['Server ID'] == server]
            self.assertEqual(
                sorted(ids),
                [i['Port ID'] for i in listed if i['Port ID'] in ids],
            )

    def assert_refused(self, pattern: str, *args: str, **kwargs: Any) -> None:
        """Check that a list fails with one sentence, or two."""
        self.assertRegex(
            self.refused(*LIST, *args, **kwargs), f'^{pattern}\n$'
        )

    def assert_misused(self, message: str, *args: str) -> None:
        """Check that a command line is refused, before logging in."""
        result = self.openstack(*LIST, *args)
        self.assertEqual(('', 2), (result.stdout, result.status))
        self.assertEqual(
            f'{" ".join(("openstack", *LIST))}: error: {message}',
            result.stderr.splitlines()[-1],
        )
        self.assert_requests(result)


class EquippedTestCase(ListTestCase):
    """One server more, with all that an interface can have.

    ``parent`` is the parent port of a trunk, with ``subport``, and has a
    floating IP; to ``forwarded`` leads the port of another one; ``vip`` is
    the port, without server, of an address that both may answer to, and has
    a floating IP, too.
    """

    made: ClassVar[Any]
    parent: ClassVar[Any]
    subport: ClassVar[Any]
    forwarded: ClassVar[Any]
    vip: ClassVar[Any]
    floating: ClassVar[dict[str, str]]
    group: ClassVar[Any]
    policy: ClassVar[Any]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        network = base.connect().network
        cls.group = network.create_security_group(name='equipped')
        cls.addClassCleanup(network.delete_security_group, cls.group)
        cls.policy = network.create_qos_policy(name='equipped')
        cls.addClassCleanup(network.delete_qos_policy, cls.policy)
        cls._make_ports()
        cls._make_trunk()
        cls.floating = {
            name: cls._make_floating_ip(port)
            for name, port in (
                ('parent', cls.parent),
                ('subport', cls.subport),
                ('vip', cls.vip),
            )
        }
        cls.floating['forwarded'] = cls._forward(cls.forwarded)
        cls.made = base.boot(
            'equipped',
            [
                {'port': cls.parent.id, 'tag': 'trunk'},
                {'port': cls.forwarded.id},
            ],
        )
        cls.addClassCleanup(base.delete, cls.made)

    def setUp(self) -> None:
        super().setUp()
        self.equipped = rows_of(self.made.id)

    @classmethod
    def make_port(
        cls, name: str, network: str = 'front', cloud: str = ADMIN, **more: Any
    ) -> Any:
        """Make a port for as long as the tests of the class run."""
        user = base.connect(cloud).network
        port = user.create_port(
            name=name, network_id=user.find_network(network).id, **more
        )
        # Only administrators delete what is on a server.
        cls.addClassCleanup(base.connect().network.delete_port, port)
        return port

    @classmethod
    def _make_ports(cls) -> None:
        cls.vip = cls.make_port('vip', fixed_ips=[{'ip_address': VIP}])
        cls.subport = cls.make_port('subport', fixed_ips=_fixed_ips(51))
        cls.parent = cls.make_port(
            'parent',
            fixed_ips=_fixed_ips(50),
            security_group_ids=[cls.group.id],
            qos_policy_id=cls.policy.id,
            allowed_address_pairs=[
                {'ip_address': VIP},
                {'ip_address': PAIR_PREFIX, 'mac_address': PAIR_MAC},
            ],
        )
        cls.forwarded = cls.make_port(
            'forwarded',
            fixed_ips=_fixed_ips(52),
            allowed_address_pairs=[{'ip_address': VIP}],
        )

    @classmethod
    def _make_trunk(cls) -> None:
        network = base.connect().network
        trunk = network.create_trunk(
            port_id=cls.parent.id,
            sub_ports=[
                {
                    'port_id': cls.subport.id,
                    'segmentation_type': 'vlan',
                    'segmentation_id': 7,
                }
            ],
        )
        cls.addClassCleanup(network.delete_trunk, trunk)

    @classmethod
    def _make_floating_ip(cls, port: Any = None) -> str:
        """Return the address of a new floating IP of a port."""
        return str(cls._new_floating_ip(port).floating_ip_address)

    @classmethod
    def _new_floating_ip(cls, port: Any = None) -> Any:
        network = base.connect().network
        port_id = {'port_id': port.id} if port else {}
        made = network.create_ip(
            floating_network_id=network.find_network('public').id, **port_id
        )
        cls.addClassCleanup(network.delete_ip, made)
        return made

    @classmethod
    def _forward(cls, port: Any) -> str:
        """Return the address of a floating IP that forwards to a port."""
        network = base.connect().network
        made = cls._new_floating_ip()
        forwarding = network.create_port_forwarding(
            floatingip_id=made.id,
            internal_port_id=port.id,
            internal_ip_address=ipv4(port),
            internal_port=22,
            external_port=2222,
            protocol='tcp',
        )
        cls.addClassCleanup(network.delete_port_forwarding, forwarding, made)
        return str(made.floating_ip_address)


# The address of a virtual router, say, and others that it may answer to.
VIP = '10.0.0.200'
PAIR_PREFIX = '10.0.0.208/28'
PAIR_MAC = '00:00:5e:00:01:07'


def _fixed_ips(number: int) -> list[dict[str, str]]:
    """Return addresses that are in no prefix of a test, of both versions."""
    return [
        {'ip_address': f'10.0.0.{number}'},
        {'ip_address': f'2001:db8:0:1::{number}'},
    ]


def ipv4(port: Any) -> str:
    """Return the IPv4 address of a port."""
    return next(
        str(each['ip_address'])
        for each in port.fixed_ips
        if ':' not in each['ip_address']
    )


def _by_port(rows: Any) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str(row['Port ID']))
