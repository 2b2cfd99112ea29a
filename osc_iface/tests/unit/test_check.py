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

"""The command ``server interface check``, over HTTP."""

import json
from typing import Any

from osc_iface.tests import shell
from osc_iface.tests.unit import base
from osc_iface.tests.unit.base import (
    COMPUTE_URL,
    FLOATING_IPS_URL,
    PORT_ID,
    PORTS_URL,
    PROJECT_ID,
    REQUEST_ID,
    SERVER_ID,
    SERVERS_URL,
)
from osc_iface.tests.unit.check_base import OTHER_MAC, OTHER_PORT_ID
from osc_iface.tests.unit.check_cloud import (
    BEFORE,
    HOST,
    NOW,
    OVERVIEW,
    CheckTestCase,
    action,
    address,
    copied,
    port,
    rule,
    server,
)

OTHER_SERVER = '77777777-7777-4777-8777-777777777777'
UNSEEN = (
    'Not checked: ports of other projects, what hosts do (by default, they '
    'are for administrators to see).\n'
)
STALE = [{'ip_address': '10.0.0.6', 'subnet_id': base.SUBNET_ID}]


def summary(
    servers: str = '1 server',
    interfaces: str = '1 interface',
    errors: str = '0 errors',
    warnings: str = '0 warnings',
    notes: str = ', 0 notes',
) -> str:
    """Return the line that ends a check."""
    return (
        f'Checked {servers} with {interfaces}: {errors}, {warnings}{notes}.\n'
    )


class TestHealthy(CheckTestCase):
    def test_named(self) -> None:
        result = self.check('web-1')

        self.assertEqual((0, OVERVIEW, summary() + UNSEEN), _swapped(result))
        self.assertEqual(11, self.count)

    def test_by_id(self) -> None:
        result = self.check(SERVER_ID)

        self.assertEqual((0, OVERVIEW, summary() + UNSEEN), _swapped(result))
        self.assertEqual(11, self.count)

    def test_all_of_the_project(self) -> None:
        result = self.check()

        self.assertEqual((0, '', summary(notes='') + UNSEEN), _swapped(result))
        self.assertIn(f'project_id={PROJECT_ID}', ' '.join(self.requests))

    def test_administrator(self) -> None:
        """Floating IPs by port, too, and what the hosts do."""
        self.be_administrator()

        result = self.check('web-1')

        self.assertEqual((0, OVERVIEW, summary()), _swapped(result))
        self.assertEqual(15, self.count)

    def test_administrator_of_a_server_without_ports(self) -> None:
        """Another server's port tells that all is seen."""
        self.servers.append(server(OTHER_SERVER, 'db-1', addresses={}))
        self.be_administrator()

        result = self.check(OTHER_SERVER, '--ignore', 'no-interface')

        self.assertEqual(
            (
                0,
                f'db-1 ({OTHER_SERVER})\n  no interface\n',
                summary(interfaces='0 interfaces'),
            ),
            _swapped(result),
        )

    def test_only_what_the_checks_need_is_asked(self) -> None:
        self.check('web-1', '--severity', 'error')

        told = ' '.join(self.requests)
        self.assertNotIn('security-groups', told)
        self.assertNotIn('os-instance-actions', told)

    def test_formats(self) -> None:
        for format_, output in (
            ('json', '[]\n'),
            ('yaml', '[]\n'),
            ('value', ''),
            ('report', OVERVIEW),
            ('table', '\n'),
        ):
            result = self.check('web-1', '-f', format_)
            self.assertEqual((output, 0), (result.stdout, result.status))


class TestFound(CheckTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.items['ports'][0]['admin_state_up'] = False

    def test_report(self) -> None:
        result = self.check('web-1')

        self.assertEqual(
            OVERVIEW.replace(' - subnet', ' [port-disabled] - subnet')
            + f'  ERROR port-disabled, port port-1 10.0.0.5 ({PORT_ID})\n'
            f'    The port is disabled: nothing passes.\n'
            f'    Enable it.\n'
            f'      openstack port set --enable {PORT_ID}\n',
            result.stdout,
        )
        self.assertEqual(
            (summary(errors='1 error') + UNSEEN, 3),
            (result.stderr, result.status),
        )

    def test_json(self) -> None:
        result = self.check('web-1', '-f', 'json')

        self.assertEqual(
            [
                {
                    'Severity': 'error',
                    'Check': 'port-disabled',
                    'Object': 'port',
                    'Object ID': PORT_ID,
                    'Servers': [{'id': SERVER_ID, 'name': 'web-1'}],
                    'Finding': 'The port is disabled: nothing passes.',
                    'Advice': f'openstack port set --enable {PORT_ID}',
                }
            ],
            json.loads(result.stdout),
        )
        self.assertEqual(3, result.status)

    def test_texts(self) -> None:
        columns = ('-c', 'servers', '-c', 'Check')

        self.assertEqual(
            'port-disabled web-1\n',
            self.check('-f', 'value', *columns).stdout,
        )
        self.assertEqual(
            '"Check","Servers"\n"port-disabled","web-1"\n',
            self.check('-f', 'csv', *columns).stdout,
        )

    def test_columns_make_a_table(self) -> None:
        result = self.check('-c', 'Check')

        self.assertIn('| port-disabled |', result.stdout)

    def test_ignored(self) -> None:
        result = self.check('web-1', '--ignore', 'port-disabled')

        self.assertEqual((0, OVERVIEW, summary() + UNSEEN), _swapped(result))

    def test_narrow(self) -> None:
        result = self.check('web-1', '--max-width', '60')

        self.assertIn(
            f'      openstack port set \\\n        --enable {PORT_ID}\n',
            result.stdout,
        )

    def test_notes_change_no_status(self) -> None:
        self.items['ports'] = [port()]
        self.items['security_groups'][0]['security_group_rules'] = [
            rule('egress')
        ]

        self.assertEqual(['note no-ingress'], self.checks('web-1'))
        self.assertEqual(0, self.check('web-1').status)
        self.assertEqual([], self.checks())
        self.assertEqual(
            ['note no-ingress'], self.checks('--severity', 'note')
        )

    def test_interactive(self) -> None:
        """The shell goes on, and ends as it always does."""
        quiet = 'server interface check --ignore port-disabled\n'

        result = shell.run(commands='server interface check\n' * 2)

        self.assertEqual(2, result.stdout.count('ERROR port-disabled'))
        self.assertEqual(shell.run(commands=quiet).status, result.status)


class TestAlike(CheckTestCase):
    def test_many_servers_are_told_once(self) -> None:
        self.servers = [
            server(f'{each:08}{SERVER_ID[8:]}', f'web-{each}')
            for each in range(9)
        ]
        self.items['ports'] = [
            port(
                id=f'{each:08}{PORT_ID[8:]}',
                device_id=f'{each:08}{SERVER_ID[8:]}',
            )
            for each in range(9)
        ]
        self.items['security_groups'][0]['security_group_rules'] = [
            rule('egress')
        ]

        result = self.check('--severity', 'note')

        self.assertIn(
            '9 servers: web-0, web-1, web-2 and 6 more\n', result.stdout
        )
        self.assertEqual(1, result.stdout.count('no-ingress'))
        self.assertEqual(10, self.count)
        self.assertEqual(9, len(self.checks('--severity', 'note')))


class TestReadAgain(CheckTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.items['ports'][0]['fixed_ips'] = STALE

    def test_stays(self) -> None:
        result = self.check('web-1')

        self.assertIn('still lists 10.0.0.5', result.stdout)
        self.assertEqual(3, result.status)
        # The server, its ports, floating IPs, who has the old address, and
        # what was done to it.
        self.assertEqual(11 + 5, self.count)

    def test_cache_was_just_behind(self) -> None:
        self.again['servers'] = [
            server(addresses={'net': [address('10.0.0.6')]})
        ]
        overview = OVERVIEW.replace('10.0.0.5', '10.0.0.6')

        result = self.check('web-1')

        self.assertEqual((0, overview, summary() + UNSEEN), _swapped(result))

    def test_another_server_now(self) -> None:
        self.items['ports'].append(
            port(
                id=OTHER_PORT_ID,
                device_id=OTHER_SERVER,
                mac_address=OTHER_MAC,
            )
        )

        result = self.check('web-1')

        self.assertIn(
            f'Server {OTHER_SERVER} has 10.0.0.5 now',
            ' '.join(result.stdout.split()),
        )

    def test_request_behind_a_failure(self) -> None:
        """Known only after all else has been judged."""
        self.servers = [
            server(
                status='ERROR',
                addresses={},
                fault={'message': 'No fixed IP left.'},
                **dict[str, Any]({'OS-SRV-USG:launched_at': None}),
            )
        ]
        self.items['ports'] = []
        self.actions = [action('create')]

        result = self.check('web-1')

        self.assertIn(
            f'the request ID {REQUEST_ID} and the time',
            ' '.join(result.stdout.split()),
        )

    def test_server_has_gone(self) -> None:
        self.again['servers'] = []

        result = self.check('web-1')

        self.assertEqual('', result.stdout)
        self.assertEqual(0, result.status)

    def test_what_appears_the_second_time_only_is_not_said(self) -> None:
        self.again['ports'] = [port(project_id='other')]
        self.again['servers'] = [server(addresses={})]

        self.assertEqual([], self.checks('web-1'))

    def test_many(self) -> None:
        """Above 20 servers all are listed again."""
        self.servers = [
            server(f'{each:08}{SERVER_ID[8:]}', f'web-{each}')
            for each in range(21)
        ]
        self.items['ports'] = [
            port(
                id=f'{each:08}{PORT_ID[8:]}',
                device_id=f'{each:08}{SERVER_ID[8:]}',
                mac_address=f'fa:16:3e:00:00:{each:02}',
            )
            for each in range(21)
        ]

        found = self.checks(
            '--ignore', 'last-attach-failed', '--ignore', 'last-detach-failed'
        )

        self.assertEqual(21, found.count('error cache-extra-interface'))
        lists = [each for each in self.requests if '/servers/detail' in each]
        self.assertEqual(2, len(lists))
        self.assertFalse(
            [each for each in self.requests if f'/servers/{SERVER_ID}' in each]
        )


class TestReadAgainInVain(CheckTestCase):
    """What is read the second time fails."""

    def setUp(self) -> None:
        super().setUp()
        self.items['ports'][0]['fixed_ips'] = STALE

    def test_server(self) -> None:
        self.cloud.get(f'{SERVERS_URL}/{SERVER_ID}', status_code=500, json={})

        result = self.check('web-1')

        self.assertEqual(1, result.status)
        self.assertNotIn('cache-', result.stdout)
        self.assertIn(f'Cannot find server {SERVER_ID}', result.stderr)

    def test_ports(self) -> None:
        """What cannot be confirmed is not said, all else is."""
        self.items['ports'][0]['admin_state_up'] = False

        result = self.check_failing('/ports?device_id=', after=1)

        self.assertIn('port-disabled', result.stdout)
        self.assertNotIn('cache-stale-address', result.stdout)
        self.assertEqual(1, result.status)
        self.assertIn('Cannot list the ports', result.stderr)

    def test_floating_ips(self) -> None:
        result = self.check_failing('/floatingips', after=1)

        self.assertIn('still lists 10.0.0.5', result.stdout)
        self.assertEqual(1, result.status)

    def test_holders(self) -> None:
        result = self.check_failing('/ports?fixed_ips=', after=0)

        self.assertIn('still lists 10.0.0.5', result.stdout)
        self.assertEqual(1, result.status)


class TestOutage(CheckTestCase):
    """Compute fails behind the lists, for one server after another."""

    def setUp(self) -> None:
        super().setUp()
        # As many as are asked for at once may be done before the first one.
        self.servers = [
            server(f'{each:08}{SERVER_ID[8:]}', f'web-{each}')
            for each in range(18)
        ]
        self.items['ports'] = [
            port(
                id=f'{each:08}{PORT_ID[8:]}',
                device_id=f'{each:08}{SERVER_ID[8:]}',
                fixed_ips=STALE,
                admin_state_up=False,
            )
            for each in range(18)
        ]

    def test_second_reading(self) -> None:
        result = self.check_failing(f'{SERVER_ID[8:]}', after=1, args=())

        self.assertIn('port-disabled', result.stdout)
        self.assertNotIn('cache-', result.stdout)
        self.assertEqual(1, result.status)
        self.assertIn('No usable answer 8 times in a row', result.stderr)

    def test_actions(self) -> None:
        result = self.check_failing('os-instance-actions', after=0, args=())

        self.assertIn('cache-stale-address', result.stdout)
        self.assertEqual(1, result.status)
        self.assertIn('No usable answer 8 times in a row', result.stderr)

    def test_second_list(self) -> None:
        self.servers += [
            server(f'9{each:07}{SERVER_ID[8:]}', f'db-{each}', addresses={})
            for each in range(21)
        ]

        result = self.check_failing('/servers/detail', after=1, args=())

        self.assertIn('port-disabled', result.stdout)
        self.assertNotIn('no-interface', result.stdout)
        self.assertEqual(1, result.status)


class TestActions(CheckTestCase):
    def test_detach_that_failed(self) -> None:
        self.items['ports'].append(
            port(
                id=OTHER_PORT_ID,
                device_owner='',
                mac_address=OTHER_MAC,
            )
        )
        self.actions = [
            action('detach_interface', 'Error'),
            action('attach_interface'),
        ]

        result = self.check('web-1')

        self.assertIn('not-attached', result.stdout)
        self.assertIn(f'request ID {REQUEST_ID}', result.stdout)

    def fail_to_detach(self, **answer: Any) -> Any:
        """Have a detach fail; return what tells administrators why."""
        self.be_administrator()
        self.servers[0]['status'] = 'ERROR'
        self.actions = [action('detach_interface', 'Error')]
        return self.cloud.get(
            f'{SERVERS_URL}/{SERVER_ID}/os-instance-actions/{REQUEST_ID}',
            **answer,
        )

    def test_reason_for_administrators(self) -> None:
        """It is in the newest version of use, and asked for but once."""
        events = [{'details': None}, {'details': 'Port p is\n not attached.'}]
        asked = self.fail_to_detach(
            json={'instanceAction': {'events': events}}
        )

        result = self.check('web-1')

        self.assertIn('failed: Port p is not attached.\n', result.stdout)
        self.assertEqual(3, result.status)
        self.assertEqual(
            'compute 2.84',
            asked.last_request.headers['OpenStack-API-Version'],
        )
        self.assertEqual(1, asked.call_count)

    def test_reason_that_is_not_told(self) -> None:
        """The cloud is older, the event gone, or has nothing to tell."""
        answers: tuple[dict[str, Any], ...] = (
            {'status_code': 406, 'json': {}},
            {'status_code': 404, 'json': {}},
            {'status_code': 403, 'json': {}},
            {'json': {'instanceAction': {'events': None}}},
            {'json': {'instanceAction': {'events': [{}]}}},
        )
        for answer in answers:
            self.fail_to_detach(**answer)

            result = self.check('web-1')

            self.assertIn('detach an interface failed.\n', result.stdout)
            self.assertEqual(3, result.status)
            self.assertEqual(1, len(result.stderr.splitlines()))

    def test_reason_that_cannot_be_read(self) -> None:
        self.fail_to_detach(status_code=500, json={})

        result = self.check('web-1')

        self.assertIn('detach an interface failed.\n', result.stdout)
        self.assertIn(f'Cannot show event {REQUEST_ID}', result.stderr)
        self.assertEqual(1, result.status)

    def test_reason_is_not_asked_for(self) -> None:
        """Not by others, nor where nobody wants to know."""
        asked = self.fail_to_detach(json={})
        self.check('web-1', '--ignore', 'last-detach-failed')
        del self.servers[0][HOST]
        self.check('web-1')

        self.assertEqual(0, asked.call_count)

    def test_version_of_the_user(self) -> None:
        self.set_variable('OS_COMPUTE_API_VERSION', '2.60')
        link = {'rel': 'self', 'href': COMPUTE_URL}
        newest = {'version': '2.96', 'min_version': '2.1'}
        version = {'id': 'v2.1', 'status': 'CURRENT', 'links': [link]}
        self.cloud.get(COMPUTE_URL, json={'version': version | newest})
        asked = self.fail_to_detach(json={'instanceAction': {'events': []}})

        result = self.check('web-1')

        self.assertEqual(3, result.status)
        self.assertEqual(
            'compute 2.60',
            asked.last_request.headers['OpenStack-API-Version'],
        )

    def test_refused(self) -> None:
        self.servers = [server(status='ERROR', fault={'message': 'Bad'})]
        self.forbid(f'{SERVERS_URL}/{SERVER_ID}/os-instance-actions')

        result = self.check('web-1')

        self.assertEqual(0, result.status)
        self.assertIn('Not checked: ', result.stderr)
        self.assertIn('what was done last to 1 of the servers', result.stderr)

    def test_out_of_order(self) -> None:
        self.servers = [server(status='ERROR', fault={'message': 'Bad'})]
        self.cloud.get(
            f'{SERVERS_URL}/{SERVER_ID}/os-instance-actions',
            status_code=500,
            json={},
        )

        result = self.check('web-1')

        self.assertEqual(1, result.status)
        self.assertIn('Cannot list the events of server', result.stderr)

    def test_hidden_fault(self) -> None:
        self.servers = [
            server(
                status='ERROR',
                fault={'message': 'Exceeded maximum number of retries.'},
            )
        ]
        self.actions = [action('create', 'Error')]

        result = self.check('web-1')

        self.assertIn(
            f'why server web-1 could not be built (request ID: {REQUEST_ID})',
            result.stderr,
        )


class TestNotSeen(CheckTestCase):
    def test_ports_of_nobody(self) -> None:
        """Neutron filters to nothing; Nova's memory is no finding then."""
        self.items['ports'] = []
        self.items['security_groups'] = []

        result = self.check('web-1')

        self.assertEqual(('', 0), (result.stdout, result.status))
        self.assertIn(
            'ports of server web-1 (the Network service shows you none',
            result.stderr,
        )

    def test_cell_that_is_down(self) -> None:
        """Of whose servers Compute shows little more than their IDs."""
        self.servers[0] = {
            'id': SERVER_ID,
            'status': 'UNKNOWN',
            'tenant_id': PROJECT_ID,
            'created': BEFORE,
            'links': [],
        }

        self.assertIn(
            f'Not checked: what Compute knows of server {SERVER_ID} (the '
            f'status is UNKNOWN, as in a cell that is down)',
            self.check().stderr,
        )
        named = self.check(SERVER_ID)
        self.assertEqual(1, named.status)
        self.assertIn(
            f'Cannot check server {SERVER_ID}: the status is UNKNOWN, as in a '
            f'cell that is down.',
            named.stderr,
        )

    def test_no_ports_and_no_security_groups_to_tell_by(self) -> None:
        self.items['ports'] = []
        self.servers[0]['addresses'] = {}
        url = FLOATING_IPS_URL.replace('floatingips', 'security-groups')
        for status, wanted, word in (
            (404, 0, 'the Network service shows none, and cannot tell'),
            (500, 1, 'Cannot list the security groups'),
            (403, 0, 'Not checked: security groups (Cannot'),
        ):
            self.cloud.get(url, status_code=status, json={})
            result = self.check('web-1')
            self.assertEqual(('', wanted), (result.stdout, result.status))
            self.assertIn(word, result.stderr)
        # Administrators see that there are none.
        self.servers[0][HOST] = 'host-1'
        self.items['ports'] = [
            port(device_id='', **{'binding:vif_type': 'unbound'})
        ]
        self.assertEqual(['warning no-interface'], self.checks('web-1'))

    def test_port_that_was_deleted(self) -> None:
        self.items['ports'] = []

        self.assertEqual(
            ['error cache-extra-interface', 'warning no-interface'],
            self.checks('web-1'),
        )

    def test_floating_ips(self) -> None:
        self.forbid(FLOATING_IPS_URL)

        result = self.check('web-1')

        self.assertEqual((OVERVIEW, 0), (result.stdout, result.status))
        self.assertIn('Not checked: floating IPs (Cannot', result.stderr)

    def test_no_extensions(self) -> None:
        self.servers[0]['addresses']['net'].append(
            address('203.0.113.5', 'floating')
        )
        for url in (
            FLOATING_IPS_URL,
            FLOATING_IPS_URL.replace('floatingips', 'security-groups'),
        ):
            self.cloud.get(url, status_code=404, json={})

        result = self.check('web-1')

        overview = OVERVIEW.replace(
            '10.0.0.5       10', '10.0.0.5, 203.0.113.5  10'
        ).replace('Lists  Net', 'Lists          Net')
        self.assertEqual((0, overview, summary() + UNSEEN), _swapped(result))


class TestOrphans(CheckTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.items['ports'].append(
            port(
                id=OTHER_PORT_ID,
                device_id=OTHER_SERVER,
                mac_address=OTHER_MAC,
            )
        )

    def test_administrator(self) -> None:
        self.be_administrator()

        self.assertEqual(
            ['warning orphan-port'], self.checks('--all-projects')
        )

    def test_servers_in_json(self) -> None:
        self.be_administrator()

        result = self.check('-f', 'json', '-c', 'Servers')

        self.assertEqual(
            [{'Servers': [{'id': OTHER_SERVER, 'name': None}]}],
            json.loads(result.stdout),
        )

    def test_reader_gets_a_note(self) -> None:
        self.assertEqual([], self.checks())
        self.assertFalse(
            [each for each in self.requests if OTHER_SERVER in each]
        )
        self.assertEqual(
            ['note orphan-port'], self.checks('--severity', 'note')
        )

    def test_server_in_no_list(self) -> None:
        """Soft-deleted servers are there for whoever asks for them."""
        self.be_administrator()
        self.again['servers'] = [server(OTHER_SERVER, status='SOFT_DELETED')]

        self.assertEqual([], self.checks('--all-projects'))

    def test_so_many_that_not_all_are_asked_for(self) -> None:
        self.be_administrator()
        orphan = self.items['ports'].pop()
        for each in range(102):
            self.items['ports'].append(
                {
                    **orphan,
                    'id': f'{each:08}{PORT_ID[8:]}',
                    'device_id': f'{each:08}{OTHER_SERVER[8:]}',
                }
            )

        result = self.check('--all-projects')

        self.assertEqual(1, result.stdout.count('Server 00000000-'))
        self.assertIn('ports of 2 more servers', result.stderr)

    def test_named_servers_have_none(self) -> None:
        self.be_administrator()

        self.assertEqual([], self.checks('web-1'))


class TestHost(CheckTestCase):
    def test_of_a_host(self) -> None:
        self.be_administrator()

        self.assertEqual([], self.checks('--host', 'host-1'))
        self.assertIn('all_tenants=1&host=host-1', ' '.join(self.requests))

    def test_filter_is_passed_over(self) -> None:
        result = self.check('--host', 'host-1')

        self.assert_refused(
            result,
            "Cannot list the servers of host 'host-1': the Compute service "
            'does not let you choose servers by their host. By default, '
            'hosts are for administrators to see.',
        )

    def test_no_such_host(self) -> None:
        self.servers = []
        self.cloud.get(f'{COMPUTE_URL}/os-services', json={'services': []})

        self.assert_refused(
            self.check('--host', 'host-1'),
            "No host has the name 'host-1'. "
            'See "openstack compute service list".',
        )

    def test_host_without_servers(self) -> None:
        self.servers = []
        services = [{'id': 1, 'host': 'host-1'}]
        self.cloud.get(
            f'{COMPUTE_URL}/os-services', json={'services': services}
        )

        result = self.check('--host', 'host-1')

        self.assertEqual(('', 0), (result.stdout, result.status))


class TestFailures(CheckTestCase):
    def test_one_of_two_servers(self) -> None:
        """What could be checked is listed, and the status is 1."""
        self.items['ports'][0]['admin_state_up'] = False

        result = self.check('web-1', 'web-2')

        self.assertIn('ERROR port-disabled', result.stdout)
        self.assertEqual(1, result.status)
        self.assertEqual(
            'No server has the name \'web-2\'. See "openstack server list".\n'
            + summary(errors='1 error')
            + UNSEEN,
            result.stderr,
        )

    def test_no_server(self) -> None:
        self.assert_refused(
            self.check('web-2'),
            'No server has the name \'web-2\'. See "openstack server list".',
        )

    def test_two_of_a_name(self) -> None:
        self.servers.append(server(OTHER_SERVER))

        self.assert_refused(
            self.check('web-1'),
            "Several servers have the name 'web-1'; use the ID of one of "
            f'them:\n  {SERVER_ID}\n  {OTHER_SERVER}',
        )

    def test_server_that_breaks(self) -> None:
        self.cloud.get(
            f'{SERVERS_URL}/{OTHER_SERVER}', status_code=500, json={}
        )

        result = self.check(OTHER_SERVER, 'web-1')

        self.assertEqual(1, result.status)
        self.assertIn(f'Cannot find server {OTHER_SERVER}', result.stderr)

    def test_network_is_out_of_order(self) -> None:
        self.servers = [server(status='SHUTOFF')]
        self.cloud.get(PORTS_URL, status_code=500, json={})

        result = self.check('web-1')

        self.assertIn('server-not-running', result.stdout)
        self.assertEqual(1, result.status)
        self.assertIn('Cannot list the ports', result.stderr)
        self.assertIn('Checked 1 server of unknown interfaces', result.stderr)

    def test_no_network(self) -> None:
        self.register_identity(('compute', COMPUTE_URL))

        result = self.check('web-1')

        self.assertEqual(1, result.status)
        self.assertIn('Network', result.stderr)

    def test_groups_are_out_of_order(self) -> None:
        url = FLOATING_IPS_URL.replace('floatingips', 'security-groups')
        self.cloud.get(url, status_code=500, json={})
        self.items['ports'][0]['admin_state_up'] = False

        result = self.check('web-1')

        self.assertIn('port-disabled', result.stdout)
        self.assertEqual(1, result.status)

    def test_compute_is_out_of_order(self) -> None:
        self.cloud.get(f'{SERVERS_URL}/detail', status_code=500, json={})

        result = self.check()

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('Cannot list the servers', result.stderr)

    def test_all_projects_are_for_administrators(self) -> None:
        self.forbid(f'{SERVERS_URL}/detail')

        result = self.check('--all-projects')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('for administrators to see', result.stderr)


class TestAnswers(CheckTestCase):
    """What is not known is not compared."""

    def test_addresses_without_macs(self) -> None:
        for key in ('OS-EXT-IPS-MAC:mac_addr', 'OS-EXT-IPS:type'):
            told = address('10.9.9.9')
            del told[key]
            self.servers = [server(addresses={'net': [told]})]

            self.assertEqual([], self.checks('web-1'))

    def test_no_addresses(self) -> None:
        """Of a cell that is down."""
        self.servers = [server(status='UNKNOWN')]
        del self.servers[0]['addresses']

        self.assertEqual([], self.checks(SERVER_ID))

    def test_what_is_no_address(self) -> None:
        self.items['ports'][0]['fixed_ips'] = [
            {'ip_address': 'x', 'subnet_id': 's'}
        ]

        self.assertEqual([], self.checks('web-1'))

    def test_port_without_attributes(self) -> None:
        self.items['ports'] = [base.port()]

        self.assertEqual([], self.checks('web-1'))

    def test_another_server_than_was_asked_for(self) -> None:
        self.cloud.get(
            f'{SERVERS_URL}/{OTHER_SERVER}', json={'server': server()}
        )

        result = self.check(OTHER_SERVER)

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn('another server than was asked for', result.stderr)

    def test_subports_and_service_ports_are_no_interfaces(self) -> None:
        for owner in ('trunk:subport', 'network:dhcp'):
            self.items['ports'] = [
                port(),
                port(id=OTHER_PORT_ID, device_owner=owner),
            ]

            self.assertEqual([], self.checks('web-1'))


class TestNames(CheckTestCase):
    def test_in_all_projects(self) -> None:
        self.be_administrator()
        self.check('web-1', '--all-projects')

        self.assertIn('all_tenants=1&name=', self.requests[0])

    def test_id_that_is_a_name(self) -> None:
        self.servers = [server(OTHER_SERVER, SERVER_ID)]
        self.items['ports'][0]['device_id'] = OTHER_SERVER

        result = self.check(SERVER_ID)

        self.assertEqual(0, result.status)

    def test_in_a_project(self) -> None:
        url = f'{base.AUTH_URL}/projects/{PROJECT_ID}'
        self.cloud.get(url, json={'project': {'id': PROJECT_ID}})
        self.be_administrator()

        self.check('web-1', '--project', PROJECT_ID)

        self.assertIn(
            f'all_tenants=1&project_id={PROJECT_ID}&name=',
            ' '.join(self.requests),
        )


class TestTime(CheckTestCase):
    def test_by_the_services_clock(self) -> None:
        self.items['ports'] = copied(
            self.items['ports'], status='DOWN', updated_at=NOW
        )

        result = self.check('web-1')

        self.assertIn('changed 0 s ago', result.stdout)

    def test_clock_is_not_told(self) -> None:
        self.headers = {}
        self.items['ports'][0]['status'] = 'DOWN'

        self.assertEqual(['note port-not-active'], self.checks('web-1'))


class TestUsage(CheckTestCase):
    def test_host_and_server(self) -> None:
        self.assert_misused(
            self.check('web-1', '--host', 'h'),
            'argument --host: not allowed with argument <server>',
        )

    def test_domain_of_no_project(self) -> None:
        for args in ([], ['web-1'], ['--host', 'h'], ['--all-projects']):
            self.assert_misused(
                self.check(*args, '--project-domain', 'Default'),
                'argument --project-domain: needs argument --project',
            )

    def test_no_such_column(self) -> None:
        self.assert_misused(
            self.check('-c', 'Colour'),
            "no column has the name 'Colour'; there are Severity, Check, "
            'Object, Object ID, Servers, Finding, Advice',
        )

    def test_no_such_check(self) -> None:
        result = self.check('--ignore', 'nothing')

        self.assertEqual((2, 0), (result.status, self.count))
        self.assertIn('cache-empty', result.stderr)

    def test_no_server(self) -> None:
        self.assert_misused(
            self.check(''), 'argument <server>: it must not be empty'
        )


def _swapped(result: base.Result) -> tuple[int, str, str]:
    return result.status, result.stdout, result.stderr
