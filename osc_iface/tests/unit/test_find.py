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

"""What the user typed, and what it is taken for."""

import urllib.parse

import netaddr

from osc_iface.tests.names import NAMES
from osc_iface.tests.unit import base

OTHER_SERVER = '66666666-6666-4666-8666-666666666666'
OTHER_PORT = '77777777-7777-4777-8777-777777777777'
# An ID that has a case.
LETTERS = 'abcdefab-abcd-4abc-8abc-abcdefabcdef'
# The one of the NAMES that is tried as an ID first.
LIKE_AN_ID = '12345678-1234-4234-8234-123456789abc'
MAC = 'fa:16:3e:4c:2c:30'
LIST = f'GET /v2.1/servers/{base.SERVER_ID}/os-interface 2.70'


class TestServer(base.ShellTestCase):
    def test_id_in_any_notation(self) -> None:
        url = f'{base.SERVERS_URL}/{LETTERS}/os-interface/{base.PORT_ID}'
        self.register_show(url=url)
        for server in (
            LETTERS,
            'ABCDEFAB-ABCD-4ABC-8ABC-ABCDEFABCDEF',
            'abcdefababcd4abc8abcabcdefabcdef',
            'ABCDEFABABCD4ABC8ABCABCDEFABCDEF',
        ):
            self.assert_shown(server, base.PORT_ID)

        self.assertEqual({url}, self.urls())

    def urls(self) -> set[str]:
        return {
            request.url
            for request in self.cloud.request_history
            if not request.url.startswith(base.AUTH_URL)
        }

    def test_name_of_every_kind_is_found(self) -> None:
        self.register_show()
        self.register_missing_server(LIKE_AN_ID)
        for name in NAMES:
            self.register_servers(name)

            self.assert_shown('--', name, base.PORT_ID)

            lookup = urllib.parse.urlsplit(self.cloud.request_history[-2].url)
            self.assertEqual('/v2.1/servers', lookup.path)

    def test_name_reaches_nova_as_an_anchored_literal(self) -> None:
        self.register_show()
        self.register_servers('a.b*/c?d#e')

        self.assert_shown('a.b*/c?d#e', base.PORT_ID)

        self.assertEqual(
            r'name=^a\.b\*/c\?d\#e$&limit=1000',
            urllib.parse.unquote(self.requests[0].partition('?')[2]),
        )

    def test_name_like_an_option(self) -> None:
        self.register_servers('--name')
        self.register_show()

        self.assert_shown('--', '--name', base.PORT_ID)

    def test_longer_name_is_not_taken(self) -> None:
        self.register_servers('web-10', 'WEB-1', ids=(OTHER_SERVER, 'x'))

        self.assert_refused(
            self.show('web-1', base.PORT_ID),
            'No server has the name \'web-1\'. See "openstack server list".',
        )

    def test_name_of_two_servers(self) -> None:
        self.register_servers('twin', 'twin', ids=(base.SERVER_ID, 'other'))

        self.assert_refused(
            self.show('twin', base.PORT_ID),
            "Several servers have the name 'twin'; use the ID of one of "
            f'them:\n  {base.SERVER_ID}\n  other',
        )

    def test_name_that_looks_like_an_id(self) -> None:
        self.register_missing_server(OTHER_SERVER)
        self.register_servers(OTHER_SERVER)
        self.register_show()

        self.assert_shown(OTHER_SERVER, base.PORT_ID)

    def register_missing_server(self, server_id: str) -> None:
        self.cloud.get(
            f'{base.SERVERS_URL}/{server_id}/os-interface/{base.PORT_ID}',
            status_code=404,
            json={
                'itemNotFound': {
                    'code': 404,
                    'message': f'Instance {server_id} could not be found.',
                }
            },
            headers={'x-openstack-request-id': base.REQUEST_ID},
        )

    def test_id_of_no_server(self) -> None:
        self.register_missing_server(OTHER_SERVER)
        self.register_servers()

        self.assert_refused(
            self.show(OTHER_SERVER, base.PORT_ID),
            f'Cannot show interface {base.PORT_ID} of server {OTHER_SERVER}: '
            'no such server: the Compute service answered 404 Not Found: '
            f'Instance {OTHER_SERVER} could not be found. See "openstack '
            f'server list". (Request ID: {base.REQUEST_ID})',
        )

    def test_what_cannot_be_a_server(self) -> None:
        self.assert_misused(
            self.show('', base.PORT_ID),
            'argument <server>: it must not be empty',
        )
        self.assert_misused(
            self.show('a\udcff', base.PORT_ID),
            r"argument <server>: 'a\udcff' is not valid text",
        )


class TestLongText(base.ShellTestCase):
    """Of what was typed, the beginning is enough to know it by."""

    def test_no_message_repeats_all_of_it(self) -> None:
        text = 'x' * 4000
        self.register_servers()
        self.register_list(base.interface())
        for kind in ('ports', 'networks', 'subnets', 'security-groups'):
            self.register_resources(kind)
        for kind in ('projects', 'domains'):
            self.cloud.get(f'{base.AUTH_URL}/{kind}', json={kind: []})
            self.cloud.get(f'{base.AUTH_URL}/{kind}/{text}', status_code=404)

        for arguments in (
            ('show', text),
            ('show', base.SERVER_ID, text),
            ('list', text),
            ('list', text, 'y'),
            ('list', '--network', text),
            ('list', '--subnet', text),
            ('list', '--security-group', text),
            ('list', '--project', text),
            ('list', '--project', 'y', '--project-domain', text),
            ('list', '--host', '\udcff' + text),
            ('list', '-c', text),
            ('list', '--sort-column', text),
            ('show', base.SERVER_ID, '-c', text),
            ('list', '--ip-address', text),
            ('list', '--mac-address', text),
            ('list', '--tag', '\udcff' + text),
        ):
            result = self.openstack('server', 'interface', *arguments)

            self.assertIn(result.status, (1, 2))
            told = result.stderr.rpartition(' error: ')[2]
            self.assertIn('x' * 100, told)
            self.assertNotIn('x' * 300, told)


class TestPort(base.ShellTestCase):
    def test_id_in_any_notation(self) -> None:
        self.register_show(url=f'{base.LIST_URL}/{LETTERS}', port_id=LETTERS)
        for port in (
            LETTERS,
            'ABCDEFAB-ABCD-4ABC-8ABC-ABCDEFABCDEF',
            'abcdefababcd4abc8abcabcdefabcdef',
            'ABCDEFABABCD4ABC8ABCABCDEFABCDEF',
        ):
            self.assert_shown(base.SERVER_ID, port)

        self.assertEqual(4, len(self.requests))

    def test_mac_address_in_any_notation(self) -> None:
        self.register_list(base.interface(), self.other())
        for mac in (
            'fa:16:3e:4c:2c:30',
            'FA:16:3E:4C:2C:30',
            'fa-16-3e-4c-2c-30',
            'fa16.3e4c.2c30',
            'fa163e4c2c30',
        ):
            shown = self.assert_shown(base.SERVER_ID, mac)

            self.assertIn(base.PORT_ID, shown)
            self.assertEqual(LIST, self.requests[-1])
        self.assertEqual(5, len(self.requests))

    def other(self) -> dict[str, object]:
        return base.interface(
            port_id=OTHER_PORT,
            mac_addr='fa:16:3e:00:00:01',
            fixed_ips=[
                {'ip_address': '10.0.0.6', 'subnet_id': base.SUBNET_ID},
                {'ip_address': '2001:db8::6', 'subnet_id': base.SUBNET_ID},
            ],
        )

    def test_fixed_ip_in_any_notation(self) -> None:
        self.register_list(base.interface(), self.other())
        for address in (
            '10.0.0.6',
            '::ffff:10.0.0.6',
            '2001:db8::6',
            '2001:DB8:0:0::0006',
            '[2001:db8::6]',
            '2001:db8::6%eth0',
        ):
            shown = self.assert_shown(base.SERVER_ID, address)

            self.assertIn(OTHER_PORT, shown)
        self.assertEqual({LIST}, set(self.requests))

    def test_address_of_two_interfaces(self) -> None:
        self.register_list(
            base.interface(), base.interface(port_id=OTHER_PORT)
        )

        self.assert_refused(
            self.show(base.SERVER_ID, MAC),
            f'Several interfaces of server {base.SERVER_ID} have the address '
            f"'{MAC}'; use the ID of one of them:\n"
            f'  {base.PORT_ID}  {MAC}  10.0.0.5\n'
            f'  {OTHER_PORT}  {MAC}  10.0.0.5',
        )

    def register_ports(self, *ports: tuple[str, str]) -> None:
        self.cloud.get(
            base.PORTS_URL,
            json={'ports': [{'id': id_, 'name': name} for id_, name in ports]},
        )

    def test_floating_ip(self) -> None:
        self.register_list(base.interface(), self.other())
        self.register_floating_ips(
            ('203.0.113.9', OTHER_PORT), ('203.0.113.10', base.PORT_ID)
        )

        shown = self.assert_shown(base.SERVER_ID, '203.0.113.9')

        self.assertIn(OTHER_PORT, shown)
        self.assertEqual(
            [
                f'GET /v2.1/servers/{base.SERVER_ID}/os-interface 2.70',
                'GET /v2.0/floatingips?floating_ip_address=203.0.113.9'
                '&fields=id&fields=floating_ip_address'
                '&fields=fixed_ip_address&fields=port_id'
                '&fields=port_forwardings&limit=1000',
            ],
            self.requests,
        )

    def test_floating_ip_of_another_server(self) -> None:
        self.register_list(base.interface())
        self.register_floating_ips(('203.0.113.9', OTHER_PORT))
        self.register_ports()

        self.assert_refused(
            self.show(base.SERVER_ID, '203.0.113.9'),
            f'No interface of server {base.SERVER_ID} has the ID, MAC '
            "address, IP address or name '203.0.113.9'. It has:\n"
            f'  {base.PORT_ID}  {MAC}  10.0.0.5',
        )

    def test_cloud_without_a_network_service(self) -> None:
        """It has no names and no floating IPs, which hides nothing else."""
        self.register_identity(('compute', base.COMPUTE_URL))
        self.register_missing_port()
        self.register_list(base.interface())

        self.assertIn(
            f'no such port: the Compute service answered 404 Not Found: Port '
            f'id {OTHER_PORT} could not be found.',
            self.show(base.SERVER_ID, OTHER_PORT).stderr,
        )
        for address in ('10.0.0.6', 'fa:16:3e:00:00:01'):
            self.assertIn(
                f"address, IP address or name '{address}'. It has:",
                self.show(base.SERVER_ID, address).stderr,
            )
        self.assertIn(
            'the catalog has no Network service',
            self.show(base.SERVER_ID, 'web-1-mgmt').stderr,
        )

    def test_parts_of_mac_addresses_are_names(self) -> None:
        """The library takes them, and fills them up."""
        parts = ('00163e4c2c3', '192.168.10', 'fa:16:3e', '16.3e4c.2c30')
        self.register_list(
            *(
                base.interface(mac_addr=str(netaddr.EUI(part)))
                for part in parts
            )
        )
        self.register_ports()

        for part in parts:
            result = self.show(base.SERVER_ID, part)

            self.assertIn('No interface of server', result.stderr)

    def test_name_that_looks_like_an_address(self) -> None:
        self.register_list(self.other())
        self.register_show()
        self.register_floating_ips()
        for name in ('10.0.0.5', MAC):
            self.register_ports((base.PORT_ID, name))

            self.assertIn(
                base.PORT_ID, self.assert_shown(base.SERVER_ID, name)
            )

    def test_name_that_looks_like_an_id(self) -> None:
        self.register_missing_port()
        self.register_ports((base.PORT_ID, OTHER_PORT))
        self.register_show()

        self.assert_shown(base.SERVER_ID, OTHER_PORT)

    def register_missing_port(
        self,
        message: str = f'Port id {OTHER_PORT} could not be found.',
        port_id: str = OTHER_PORT,
    ) -> None:
        self.cloud.get(
            f'{base.LIST_URL}/{port_id}',
            status_code=404,
            json={'itemNotFound': {'code': 404, 'message': message}},
            headers={'x-openstack-request-id': base.REQUEST_ID},
        )

    def test_name_of_every_kind_is_found(self) -> None:
        self.register_list()
        self.register_show()
        self.register_missing_port(f'no {LIKE_AN_ID}', LIKE_AN_ID)
        for name in NAMES:
            self.register_ports((base.PORT_ID, name))

            self.assert_shown('--', base.SERVER_ID, name)

            lookup = self.cloud.request_history[-2]
            query = urllib.parse.parse_qs(
                urllib.parse.urlsplit(lookup.url).query
            )
            self.assertEqual([name], query['name'])
            self.assertEqual([base.SERVER_ID], query['device_id'])

    def test_other_name_is_not_taken(self) -> None:
        self.register_ports((OTHER_PORT, 'MGMT'))
        self.register_list(base.interface())

        self.assert_refused(
            self.show(base.SERVER_ID, 'mgmt'),
            f'No interface of server {base.SERVER_ID} has the ID, MAC '
            "address, IP address or name 'mgmt'. It has:\n"
            f'  {base.PORT_ID}  {MAC}  10.0.0.5',
        )

    def test_name_on_a_server_without_interfaces(self) -> None:
        self.register_ports()
        self.register_list()

        self.assert_refused(
            self.show(base.SERVER_ID, 'mgmt'),
            f'No interface of server {base.SERVER_ID} has the ID, MAC '
            "address, IP address or name 'mgmt'.",
        )

    def test_address_on_a_server_without_interfaces(self) -> None:
        """No floating IP leads there."""
        self.register_ports()
        self.register_list()

        self.assert_refused(
            self.show(base.SERVER_ID, '203.0.113.9'),
            f'No interface of server {base.SERVER_ID} has the ID, MAC '
            "address, IP address or name '203.0.113.9'.",
        )
        self.assertEqual(
            [],
            [each for each in self.requests if '/floatingips' in each],
        )

    def test_name_on_no_server(self) -> None:
        self.register_ports()
        self.register_servers()
        self.cloud.get(
            base.LIST_URL,
            status_code=404,
            json={
                'itemNotFound': {
                    'message': f'Instance {base.SERVER_ID} could not be found.'
                }
            },
        )

        self.assert_refused(
            self.show(base.SERVER_ID, 'mgmt'),
            f'Cannot list the interfaces of server {base.SERVER_ID}: no such '
            'server: the Compute service answered 404 Not Found: Instance '
            f'{base.SERVER_ID} could not be found. See "openstack server '
            'list".',
        )

    def test_name_of_two_ports(self) -> None:
        self.register_ports((base.PORT_ID, 'twin'), (OTHER_PORT, 'twin'))

        self.assert_refused(
            self.show(base.SERVER_ID, 'twin'),
            f"Several ports of server {base.SERVER_ID} have the name 'twin'; "
            f'use the ID of one of them:\n  {base.PORT_ID}\n  {OTHER_PORT}',
        )

    def test_id_of_no_port(self) -> None:
        self.register_missing_port()
        self.register_ports()

        self.assert_refused(
            self.show(base.SERVER_ID, OTHER_PORT),
            f'Cannot show interface {OTHER_PORT} of server {base.SERVER_ID}: '
            'no such port: the Compute service answered 404 Not Found: Port '
            f'id {OTHER_PORT} could not be found. See "openstack server '
            'interface list" for those of the server. '
            f'(Request ID: {base.REQUEST_ID})',
        )

    def test_id_of_a_port_on_another_server(self) -> None:
        self.register_missing_port(
            f'Instance {base.SERVER_ID} does not have a port with id '
            f'{OTHER_PORT}'
        )
        self.register_ports()

        self.assert_refused(
            self.show(base.SERVER_ID, OTHER_PORT),
            f'Cannot show interface {OTHER_PORT} of server {base.SERVER_ID}: '
            'the port is not on this server: the Compute service answered '
            f'404 Not Found: Instance {base.SERVER_ID} does not have a port '
            f'with id {OTHER_PORT}. See "openstack server interface list" '
            f'for those of the server. (Request ID: {base.REQUEST_ID})',
        )

    def test_what_cannot_be_a_port(self) -> None:
        self.assert_misused(
            self.show(base.SERVER_ID, ''),
            'argument <port>: it must not be empty',
        )
        self.assertEqual([], self.requests)


class TestNoPort(base.ShellTestCase):
    def test_only_interface(self) -> None:
        self.register_list(base.interface())

        self.assertIn(base.PORT_ID, self.assert_shown(base.SERVER_ID))
        self.assertEqual([LIST], self.requests)

    def test_several_interfaces(self) -> None:
        self.register_list(
            base.interface(),
            base.interface(port_id=OTHER_PORT, mac_addr=None, fixed_ips=None),
        )

        self.assert_refused(
            self.show(base.SERVER_ID),
            f'Server {base.SERVER_ID} has several interfaces; name one of '
            'them:\n'
            f'  {base.PORT_ID}  {MAC}  10.0.0.5\n'
            f'  {OTHER_PORT}  (no MAC address)',
        )

    def test_no_interface(self) -> None:
        self.register_list()

        self.assert_refused(
            self.show(base.SERVER_ID),
            f'Server {base.SERVER_ID} has no interface to show.',
        )
