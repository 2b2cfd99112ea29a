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

"""What the sandbox holds, where no page or other test shows it."""

import time
from typing import Any

from osc_iface.tests.functional import base

_OUT = {('egress', 'IPv4', None), ('egress', 'IPv6', None)}

# Seconds after which news that do not come are given up.
_GIVE_UP = 300

ADMIN, READER, MEMBER = 'sandbox', 'sandbox-reader', 'sandbox-member'


def rules(group: Any) -> set[tuple[str, str, str | None]]:
    """Return what a security group lets through: direction, family, whose."""
    found = base.connect().network.security_group_rules(
        security_group_id=group.id
    )
    return {
        (each.direction, each.ether_type, each.remote_group_id)
        for each in found
    }


class ContentsTestCase(base.SandboxTestCase):
    """Adds to what the sandbox holds, and takes it away again."""

    def add_port(self, network: str, cloud: str = ADMIN, **values: Any) -> Any:
        """Make a port as the user of a cloud, for the time of the test."""
        user = base.connect(cloud).network
        network_id = user.find_network(network).id
        port = user.create_port(network_id=network_id, **values)
        self.addCleanup(user.delete_port, port)
        return port

    def seen(
        self, kind: str, cloud: str, **query: Any
    ) -> list[dict[str, Any]]:
        """Return what Network lists to the user of a cloud."""
        listed = base.connect(cloud).network.get(f'/{kind}', params=query)
        self.assertEqual(200, listed.status_code, listed.text)
        found: list[dict[str, Any]] = listed.json()[kind]
        return found


class TestSecurityGroups(base.SandboxTestCase):
    """New groups have the rules that they have in every other cloud."""

    def test_a_new_group_lets_everything_out(self) -> None:
        network = base.connect().network
        group = network.create_security_group(name='new')
        self.addCleanup(network.delete_security_group, group)

        self.assertEqual(_OUT, rules(group))

    def test_a_default_group_lets_its_members_in(self) -> None:
        groups = list(base.connect().network.security_groups(name='default'))

        # Those of the projects sandbox and second at least.
        self.assertGreaterEqual(len(groups), 2)
        for group in groups:
            inside = {
                ('ingress', 'IPv4', group.id),
                ('ingress', 'IPv6', group.id),
            }
            self.assertEqual(_OUT | inside, rules(group))


class TestTrunks(ContentsTestCase):
    """A trunk brings networks to a server by VLAN, as subports of a port."""

    def add_trunk(self, cloud: str, network: str) -> tuple[Any, Any, Any]:
        """Make a trunk with a subport; return it, its parent and that."""
        parent, subport = (self.add_port(network, cloud) for _each in range(2))
        user = base.connect(cloud).network
        vlan = {'segmentation_type': 'vlan', 'segmentation_id': 7}
        trunk = user.create_trunk(
            port_id=parent.id, sub_ports=[{'port_id': subport.id, **vlan}]
        )
        self.addCleanup(user.delete_trunk, trunk)
        return trunk, parent, subport

    def bind(self, parent: Any) -> None:
        """Bind the parent of a trunk, which can go when it is unbound."""
        network = base.connect().network
        network.update_port(parent, binding_host_id='sandbox')
        self.addCleanup(network.update_port, parent.id, binding_host_id='')

    def assert_details(
        self, cloud: str, trunk: Any, parent: Any, subport: Any
    ) -> None:
        """Check what a user sees of a trunk at its parent."""
        query = {'id': parent.id, 'fields': 'trunk_details'}
        [seen] = self.seen('ports', cloud, **query)
        vlan = {
            'segmentation_type': 'vlan',
            'segmentation_id': 7,
            'port_id': subport.id,
            'mac_address': subport.mac_address,
        }
        details = {'trunk_id': trunk.id, 'sub_ports': [vlan]}
        self.assertEqual({'trunk_details': details}, seen)

    def test_a_member_makes_one(self) -> None:
        made = self.add_trunk(MEMBER, 'apps')

        self.assert_details(MEMBER, *made)

    def test_a_reader_sees_it_at_the_parent(self) -> None:
        made = self.add_trunk(ADMIN, 'front')

        self.assert_details(READER, *made)

    def test_a_port_without_a_trunk_has_no_details(self) -> None:
        other = self.add_port('front')

        [seen] = self.seen('ports', READER, id=other.id)

        self.assertNotIn('trunk_details', seen)

    def test_subports_follow_their_parent(self) -> None:
        trunk, parent, subport = self.add_trunk(MEMBER, 'apps')
        network = base.connect().network

        def told() -> tuple[str, str, str, str]:
            port = network.get_port(subport)
            return (
                port.device_owner,
                port.device_id,
                port.binding_host_id,
                network.get_trunk(trunk).status,
            )

        self.assertEqual(('', '', '', 'DOWN'), told())
        self.bind(parent)
        self.assertEqual(('trunk:subport', '', 'sandbox', 'ACTIVE'), told())

    def test_a_subport_that_is_taken_out_is_like_any_port(self) -> None:
        trunk, parent, subport = self.add_trunk(MEMBER, 'apps')
        network = base.connect().network
        self.bind(parent)

        network.delete_trunk_subports(trunk, [{'port_id': subport.id}])

        port = network.get_port(subport)
        self.assertEqual(('', ''), (port.device_owner, port.binding_host_id))

    def test_a_server_on_one(self) -> None:
        _trunk, parent, subport = self.add_trunk(ADMIN, 'back')
        server = base.boot('trunk', [{'port': parent.id}])
        self.addCleanup(base.delete, server)

        network = base.connect().network
        self.assertEqual(server.id, network.get_port(parent).device_id)
        self.assertEqual(
            'trunk:subport', network.get_port(subport).device_owner
        )


class TestPortForwardings(ContentsTestCase):
    """A floating IP can lead to several ports, by the number of a port."""

    def test_a_reader_sees_them_at_the_floating_ip(self) -> None:
        network = base.connect().network
        port = self.add_port('front')
        address = next(
            each['ip_address']
            for each in port.fixed_ips
            if each['ip_address'].startswith('10.')
        )
        public = network.find_network('public')
        floating_ip = network.create_ip(floating_network_id=public.id)
        self.addCleanup(network.delete_ip, floating_ip)
        forwarding = network.create_port_forwarding(
            floatingip_id=floating_ip.id,
            internal_port_id=port.id,
            internal_ip_address=address,
            internal_port=22,
            external_port=2222,
            protocol='tcp',
        )
        self.addCleanup(
            network.delete_port_forwarding, forwarding, floating_ip
        )

        [seen] = self.seen('floatingips', READER, id=floating_ip.id)

        self.assertIsNone(seen['port_id'])
        self.assertEqual(
            [
                {
                    'id': forwarding.id,
                    'internal_port_id': port.id,
                    'internal_ip_address': address,
                    'internal_port': 22,
                    'external_port': 2222,
                    'protocol': 'tcp',
                }
            ],
            seen['port_forwardings'],
        )


class TestNews(ContentsTestCase):
    """Nova hears from Neutron what becomes of ports."""

    def test_of_a_floating_ip(self) -> None:
        network = base.connect().network
        port = self.add_port('front')
        server = base.boot('news', [{'port': port.id}])
        self.addCleanup(base.delete, server)
        addresses = {each['ip_address'] for each in port.fixed_ips}

        public = network.find_network('public')
        floating_ip = network.create_ip(
            floating_network_id=public.id,
            port_id=port.id,
            fixed_ip_address=min(addresses),
        )
        self.addCleanup(network.delete_ip, floating_ip)

        addresses.add(floating_ip.floating_ip_address)
        end = time.monotonic() + _GIVE_UP
        while self.remembered(server) != addresses:
            self.assertLess(time.monotonic(), end, self.remembered(server))
            time.sleep(0.2)

    def remembered(self, server: Any) -> set[str]:
        """Return the addresses that Nova believes a server to have."""
        networks = base.connect().compute.get_server(server.id).addresses
        return {each['addr'] for each in networks.get('front', ())}


class TestPolicies(ContentsTestCase):
    """The quality of service that a port has."""

    def test_a_reader_sees_the_policy_at_the_port(self) -> None:
        network = base.connect().network
        policy = network.create_qos_policy(name='slow')
        self.addCleanup(network.delete_qos_policy, policy)
        network.create_qos_bandwidth_limit_rule(policy, max_kbps=1000)
        port = self.add_port('front', binding_host_id='sandbox')
        network.update_port(port, qos_policy_id=policy.id)
        self.addCleanup(network.update_port, port, qos_policy_id=None)

        [seen] = self.seen('ports', READER, id=port.id)

        self.assertEqual(policy.id, seen['qos_policy_id'])


class TestFilters(ContentsTestCase):
    """Ports that are looked for by what they have."""

    def test_by_security_group(self) -> None:
        network = base.connect().network
        group = network.create_security_group(name='new')
        self.addCleanup(network.delete_security_group, group)
        port = self.add_port('front', security_group_ids=[group.id])

        found = self.seen('ports', READER, security_groups=group.id)

        self.assertEqual([port.id], [each['id'] for each in found])

    def test_by_host_for_who_does_not_see_it(self) -> None:
        away = self.add_port('front')

        here = self.seen('ports', READER, **{'binding:host_id': 'sandbox'})
        nowhere = self.seen('ports', READER, **{'binding:host_id': 'other'})

        ids = {each['id'] for each in here}
        self.assertIn(base.port('web-1-mgmt').id, ids)
        self.assertNotIn(away.id, ids)
        self.assertEqual(set(), {'binding:host_id'} & {*here[0]})
        self.assertEqual([], nowhere)
