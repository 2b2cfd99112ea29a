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

"""Whose address is this? Addresses of every kind on the real services."""

import json
from typing import Any, ClassVar

from osc_iface.tests.functional import base, lists
from osc_iface.tests.functional.lists import (
    ADMIN,
    LIST,
    MEMBER,
    PAIR_MAC,
    READER,
    VIP,
    ipv4,
)


class TestIndirect(lists.EquippedTestCase):
    """Addresses that no server's interface has."""

    def assert_found(
        self, option: str, typed: str, ports: list[Any], note: str
    ) -> None:
        """Check what is found, of one server and of all, by each role."""
        expected = {each.id for each in ports}
        for cloud in (ADMIN, READER):
            for args in ((), ('equipped',), (self.made.id, '-n')):
                found, said = self.told(*args, option, typed, cloud=cloud)

                self.assertEqual(expected, found, said)
                self.assertEqual(note + '\n', said)
            found, said = self.told('db-1', option, typed, cloud=cloud)
            self.assertEqual((set(), ''), (found, said))

    def pairs(self, text: str, *ports: Any) -> str:
        """Return the sentence about address pairs."""
        ids = ', '.join(sorted(each.id for each in ports))
        what = 'ports' if len(ports) > 1 else 'port'
        return (
            f'{text} is on no interface itself, but in the allowed address '
            f'pairs of {what} {ids}, which may answer to it.'
        )

    @property
    def of_trunk(self) -> str:
        """The end of the sentence about a subport."""
        return (
            f'is on no interface itself, but on subport {self.subport.id} '
            f'(VLAN 7) of the trunk of port {self.parent.id}.'
        )

    def test_address_of_a_pair(self) -> None:
        """Every port that may answer to it; its own has no server."""
        ports = [self.parent, self.forwarded]

        self.assert_found('--ip-address', VIP, ports, self.pairs(VIP, *ports))

    def test_address_in_the_prefix_of_a_pair(self) -> None:
        for typed in ('10.0.0.208', '10.0.0.223', '10.0.0.210/31'):
            self.assert_found(
                '--ip-address',
                typed,
                [self.parent],
                self.pairs(typed, self.parent),
            )

    def test_prefix_around_that_of_a_pair(self) -> None:
        typed = '10.0.0.192/26'

        self.assert_found(
            '--ip-address',
            typed,
            [self.parent, self.forwarded],
            self.pairs(typed, self.parent, self.forwarded),
        )

    def test_mac_address_of_a_pair(self) -> None:
        for typed in (PAIR_MAC, PAIR_MAC.replace(':', '-').upper()):
            self.assert_found(
                '--mac-address',
                typed,
                [self.parent],
                self.pairs(PAIR_MAC, self.parent),
            )

    def test_floating_ip_of_such_an_address(self) -> None:
        ports = [self.parent, self.forwarded]
        typed = self.floating['vip']

        self.assert_found(
            '--ip-address',
            typed,
            ports,
            self.pairs(f'{typed} leads to {VIP}, which', *ports),
        )

    def test_fixed_ip_of_a_subport(self) -> None:
        for address in self.subport.fixed_ips:
            typed = address['ip_address']
            self.assert_found(
                '--ip-address',
                typed,
                [self.parent],
                f'{typed} {self.of_trunk}',
            )

    def test_mac_address_of_a_subport(self) -> None:
        typed = self.subport.mac_address

        self.assert_found(
            '--mac-address', typed, [self.parent], f'{typed} {self.of_trunk}'
        )

    def test_floating_ip_of_a_subport(self) -> None:
        typed = self.floating['subport']

        self.assert_found(
            '--ip-address',
            typed,
            [self.parent],
            f'{typed} leads to {ipv4(self.subport)}, which {self.of_trunk}',
        )

    def test_floating_ip_that_forwards(self) -> None:
        """It leads to the interface itself: there is nothing to say."""
        for name in ('forwarded', 'parent'):
            for cloud in (ADMIN, READER):
                for args in ((), ('equipped',)):
                    self.assertEqual(
                        ({getattr(self, name).id}, ''),
                        self.told(
                            *(*args, '--ip-address', self.floating[name]),
                            cloud=cloud,
                        ),
                    )

    def test_address_on_an_interface_is_not_looked_for(self) -> None:
        """Though 0.0.0.0/0 in a pair would have it."""
        network = base.connect().network
        pair = {'ip_address': '0.0.0.0/0'}
        network.update_port(self.forwarded, allowed_address_pairs=[pair])
        self.addCleanup(
            network.update_port,
            self.forwarded,
            allowed_address_pairs=[{'ip_address': VIP}],
        )
        self.assertEqual(
            ({self.db[0]['Port ID']}, ''),
            self.told('--ip-address', '10.0.1.12'),
        )
        found, said = self.told('--ip-address', '192.0.2.7')
        self.assertEqual({self.forwarded.id}, found)
        self.assertEqual(self.pairs('192.0.2.7', self.forwarded) + '\n', said)

    def test_address_that_another_filter_keeps_out(self) -> None:
        """It is on an interface all the same: nothing may answer to it."""
        network = base.connect().network
        pair = {'ip_address': '10.0.0.48/29'}
        network.update_port(self.forwarded, allowed_address_pairs=[pair])
        self.addCleanup(
            network.update_port,
            self.forwarded,
            allowed_address_pairs=[{'ip_address': VIP}],
        )
        typed = ('--ip-address', ipv4(self.parent))
        self.assertEqual(({self.parent.id}, ''), self.told(*typed))

        for args in ((), ('equipped',), ('equipped', '-c', 'Port ID')):
            self.assertEqual(
                (set(), ''),
                self.told(*args, *typed, '--security-group', 'default'),
            )

    def test_with_other_filters(self) -> None:
        """They are about the ports that answer; of trunks, the parent."""
        vip = ('--ip-address', VIP)
        for options, ports in (
            (('--security-group', 'equipped'), [self.parent]),
            (('--security-group', 'default'), [self.forwarded]),
            (('--network', 'back'), []),
            (('--host', 'sandbox'), [self.parent, self.forwarded]),
            (('--host', 'other'), []),
            (('--port-state', 'DOWN'), []),
            (('--tag', 'trunk'), [self.parent]),
            (('--mac-address', self.parent.mac_address), [self.parent]),
            (('--mac-address', PAIR_MAC), [self.parent]),
            (('--mac-address', self.db[0]['MAC Address']), []),
        ):
            for args in ((), ('equipped',)):
                found, _said = self.told(*args, *vip, *options, cloud=READER)

                self.assertEqual(
                    {each.id for each in ports}, found, str((args, options))
                )

    def test_requests(self) -> None:
        """Ports and trunks are read only for what is nowhere else."""
        for typed, nova, neutron in (
            (VIP, 1, 2 + 1 + 1),
            (ipv4(self.subport), 1, 2 + 1 + 1),
            (self.floating['parent'], 1, 1 + 2),
            ('192.0.2.1', 1, 2 + 1 + 1),
            ('10.0.0.208/28', 1, 2 + 1 + 1),
        ):
            result = self.openstack(*LIST, '-n', '--ip-address', typed)

            self.assertEqual(0, result.status)
            self.assert_requests(
                result, keystone=2, nova=nova, neutron=neutron
            )

    def test_all_columns_of_what_was_found(self) -> None:
        found = self.openstack(
            *(*LIST, '--ip-address', VIP, '--long', '-f', 'json')
        )

        self.assertEqual(
            self.pairs(VIP, self.parent, self.forwarded) + '\n', found.stderr
        )
        self.assert_rows(self.equipped, lists.LONG, json.loads(found.stdout))


class TestOverlap(lists.EquippedTestCase):
    """Two projects whose networks have the same addresses."""

    twin: ClassVar[Any]
    other: ClassVar[Any]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        user = base.connect(MEMBER).network
        network = user.create_network(name='twin')
        cls.addClassCleanup(user.delete_network, network)
        user.create_subnet(
            network_id=network.id, cidr='10.0.0.0/24', ip_version=4
        )
        device = {
            'device_id': base.server('app-1', MEMBER).id,
            'device_owner': 'compute:nova',
        }
        cls.twin = cls.make_port(
            'twin',
            'twin',
            MEMBER,
            fixed_ips=[{'ip_address': '10.0.0.11'}],
            **device,
        )
        cls.other = cls.make_port(
            'other',
            'twin',
            MEMBER,
            allowed_address_pairs=[{'ip_address': VIP}],
            **device,
        )

    def test_fixed_ip(self) -> None:
        mgmt = base.port('web-1-mgmt').id
        typed = ('--ip-address', '10.0.0.11')
        for who, args, expected in (
            (ADMIN, (), {mgmt}),
            (READER, (), {mgmt}),
            (MEMBER, (), {self.twin.id}),
            (ADMIN, ('--all-projects',), {mgmt, self.twin.id}),
            (ADMIN, ('--project', 'second'), {self.twin.id}),
            (ADMIN, ('--project', 'sandbox'), {mgmt}),
            (ADMIN, ('--all-projects', '--network', 'twin'), {self.twin.id}),
            (ADMIN, (self.app_id,), {self.twin.id}),
            (ADMIN, (self.app_id, 'web-1'), {mgmt, self.twin.id}),
        ):
            self.assertEqual(
                (expected, ''), self.told(*args, *typed, cloud=who), str(args)
            )

    def test_address_of_a_pair(self) -> None:
        here = {self.parent.id, self.forwarded.id}
        for who, args, expected in (
            (ADMIN, (), here),
            (READER, (), here),
            (MEMBER, (), {self.other.id}),
            (ADMIN, ('--all-projects',), {*here, self.other.id}),
            (ADMIN, ('--project', 'second'), {self.other.id}),
            (ADMIN, ('--project', 'sandbox'), here),
        ):
            found, said = self.told(*args, '--ip-address', VIP, cloud=who)

            self.assertEqual(expected, found, str(args))
            for port_id in expected:
                self.assertIn(port_id, said)

    def test_floating_ip_of_such_an_address(self) -> None:
        """It leads to one of the networks, not to the same address there."""
        typed = ('--ip-address', self.floating['vip'])
        here = {self.parent.id, self.forwarded.id}
        for who, args, expected in (
            (ADMIN, (), here),
            (ADMIN, ('--all-projects',), here),
            (ADMIN, ('--project', 'second'), set()),
            (MEMBER, (), set()),
            (ADMIN, (self.app_id,), set()),
        ):
            found, said = self.told(*args, *typed, cloud=who)

            self.assertEqual(expected, found, str(args))
            self.assertEqual(bool(expected), bool(said), str(args))

    def test_group_of_the_server_s_own_project(self) -> None:
        """Each project has one of the name; the named server's is meant."""
        ports = {self.twin.id, self.other.id, self.app[0]['Port ID']}

        for args in ((self.app_id,), ('--project', 'second')):
            self.assertEqual(
                ports,
                self.ports(*args, '--security-group', 'default'),
                str(args),
            )


class TestShared(lists.ListTestCase):
    """Networks of another project, of which a user sees a part."""

    ours: ClassVar[Any]
    theirs: ClassVar[Any]
    hidden: ClassVar[Any]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        network = base.connect().network
        shared = network.create_network(name='shared', is_shared=True)
        cls.addClassCleanup(network.delete_network, shared)
        network.create_subnet(
            network_id=shared.id,
            name='shared-ipv4',
            cidr='10.0.7.0/24',
            ip_version=4,
        )
        owner = {'device_owner': 'compute:nova'}
        second = base.connect().identity.find_project('second').id
        back = network.find_network('back').id
        for name, net_id, server, cloud, project in (
            ('ours', shared.id, 'db-1', ADMIN, None),
            ('theirs', shared.id, 'app-1', MEMBER, second),
            ('hidden', back, 'app-1', MEMBER, second),
        ):
            port = network.create_port(
                name=name,
                network_id=net_id,
                device_id=base.server(server, cloud).id,
                **({'project_id': project} if project else {}),
                **owner,
            )
            cls.addClassCleanup(network.delete_port, port)
            setattr(cls, name, port)

    def rows(self, *args: str, **kwargs: Any) -> dict[str, dict[str, Any]]:
        return {row['Port Name']: row for row in self.listed(*args, **kwargs)}

    def test_names_as_far_as_they_are_seen(self) -> None:
        """What is not is shown by its ID."""
        columns = ('Port Name', 'Network', 'Subnets', 'Security Groups')
        chosen = [word for each in columns for word in ('-c', each)]
        for args in ((), ('app-1',), (self.app_id, '-c', 'Tag')):
            rows = self.rows(*args, *chosen, cloud=MEMBER)

            self.assertEqual('shared', rows['theirs']['Network'])
            self.assertEqual(['shared-ipv4'], rows['theirs']['Subnets'])
            self.assertEqual('apps', rows['app-1-data']['Network'])
            self.assertEqual(self.hidden.network_id, rows['hidden']['Network'])
            self.assertEqual(
                [self.hidden.fixed_ips[0]['subnet_id']],
                rows['hidden']['Subnets'],
            )
            self.assertNotIn('ours', rows)
        rows = self.rows('--all-projects', *chosen)
        self.assertEqual('back', rows['hidden']['Network'])
        self.assertLessEqual({'ours', 'theirs'}, rows.keys())

    def test_filter_by_it(self) -> None:
        """Each sees the servers of the own project."""
        for name in (('--network', 'shared'), ('--subnet', 'shared-ipv4')):
            for who, args, expected in (
                (MEMBER, (), {self.theirs.id}),
                (READER, (), {self.ours.id}),
                (ADMIN, (), {self.ours.id}),
                (ADMIN, ('--all-projects',), {self.ours.id, self.theirs.id}),
            ):
                self.assertEqual(
                    expected, self.ports(*args, *name, cloud=who), str(args)
                )

    def test_address_of_the_other_project(self) -> None:
        """There is no server of this project that has it."""
        for who, port in ((MEMBER, self.ours), (READER, self.theirs)):
            self.assertEqual(
                (set(), ''),
                self.told('--ip-address', ipv4(port), cloud=who),
            )


class TestOtherServers(lists.ListTestCase):
    """A server of another project, by its ID."""

    OPTIONS: ClassVar[tuple[tuple[str, ...], ...]] = (
        (),
        ('-n',),
        ('--long',),
        ('-c', 'Host'),
        ('-c', 'Network', '-c', 'Server Name'),
        ('--ip-address', '10.0.2.0/24'),
        ('--ip-address', '192.0.2.1'),
        ('--security-group', 'default'),
        ('--host', 'sandbox'),
        ('--tag', 'nope'),
    )

    def test_as_administrator(self) -> None:
        app = self.app[0]
        for options in self.OPTIONS:
            listed = self.listed(
                self.app_id, *options, '--sort-column', 'Port ID'
            )
            nothing = {'192.0.2.1', 'nope'} & {*options}

            self.assertEqual(0 if nothing else 1, len(listed), str(options))
            for row in listed:
                for name in row.keys() - {'Server', 'Network', 'Host'}:
                    if name in ('VIF Type', 'Project ID', 'Trunk'):
                        continue
                    self.assertEqual(app[name], row[name], name)

    def test_as_reader_of_another(self) -> None:
        """There is none to that user: a failure, and no empty list."""
        for options in self.OPTIONS:
            told = self.refused(*LIST, self.app_id, *options, cloud=READER)

            self.assertRegex(
                told, f'{self.app_id}.*See "openstack server list"'
            )
            self.assertEqual(1, told.count('\n'), told)
