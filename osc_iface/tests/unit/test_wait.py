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

"""``server interface wait``: what is asked when, and what ends it."""

from typing import Any

import fixtures

from osc_iface.tests.unit import base

OTHER_ID = '66666666-6666-4666-8666-666666666666'
SERVER_URL = f'{base.SERVERS_URL}/{base.SERVER_ID}'
ACTIONS_URL = f'{SERVER_URL}/os-instance-actions'
MAC = 'fa:16:3e:4c:2c:30'
# What the requests are told as.
LIST = f'GET /v2.1/servers/{base.SERVER_ID}/os-interface 2.70'
SERVER = f'GET /v2.1/servers/{base.SERVER_ID}'
ACTIONS = f'{SERVER}/os-instance-actions 2.58'
EVENT = f'{SERVER}/os-instance-actions/req-2'
DISABLED = (
    f'GET /v2.0/ports?id={base.PORT_ID}&fields=id&fields=admin_state_up'
    '&limit=1000'
)
NAMED = (
    f'GET /v2.0/ports?device_id={base.SERVER_ID}&name=mgmt'
    '&fields=id&fields=name'
)
LINE = f'\n  {base.PORT_ID}  {MAC}  10.0.0.5  '

UP = base.interface()
DOWN = base.interface(port_state='DOWN')
OTHER = base.interface(
    port_id=OTHER_ID, mac_addr='fa:16:3e:00:00:01', fixed_ips=[]
)
OTHER_DOWN = {**OTHER, 'port_state': 'DOWN'}


class WaitTestCase(base.ShellTestCase):
    """The clock goes on in pauses alone."""

    def setUp(self) -> None:
        super().setUp()
        self.useFixture(
            fixtures.MonkeyPatch(
                'osc_iface.wait.monotonic', lambda: sum(self.pauses)
            )
        )
        self.servers({'status': 'ACTIVE'})
        self.ports({})
        self.actions([])

    def lists(self, *answers: list[dict[str, Any]]) -> None:
        """Let Nova list these, one after the other, the last for good."""
        self.cloud.get(
            base.LIST_URL,
            [{'json': {'interfaceAttachments': each}} for each in answers],
        )

    def servers(self, *answers: dict[str, Any]) -> None:
        """Let Nova have the server so, likewise."""
        server = {'id': base.SERVER_ID, 'name': 'web'}
        self.cloud.get(
            SERVER_URL,
            [{'json': {'server': {**server, **each}}} for each in answers],
        )

    def ports(self, port: dict[str, Any]) -> None:
        """Let Neutron have the port, whatever it is asked."""
        found = [{'id': base.PORT_ID, 'name': 'mgmt', **port}]
        self.cloud.get(base.PORTS_URL, json={'ports': found})

    def actions(
        self,
        *answers: list[dict[str, Any]],
        date: str = 'Thu, 01 Jan 2026 00:10:00 GMT',
    ) -> None:
        """Let Nova tell of these actions, likewise."""
        self.cloud.get(
            ACTIONS_URL,
            [
                {
                    'json': {'instanceActions': each},
                    'headers': {'Date': date} if date else {},
                }
                for each in answers
            ],
        )

    def wait(self, *args: str) -> base.Result:
        """Run ``openstack server interface wait`` for the server."""
        return self.openstack(
            'server', 'interface', 'wait', base.SERVER_ID, *args
        )

    def assert_met(self, *args: str, note: str = '') -> None:
        """Run it; what it waits for must come."""
        stderr = f'{note}\n' if note else ''
        self.assertEqual((0, '', stderr), self.wait(*args))

    def assert_late(self, *args: str, line: str, status: str = '') -> None:
        """Run it; the time must be over before."""
        result = self.wait(*args)

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertRegex(result.stderr, '^After [0-9.]+ seconds, server ')
        self.assertIn(f' is {status or "ACTIVE"}, and not all ', result.stderr)
        self.assertTrue(result.stderr.endswith(f'{line}\n'), result.stderr)

    def assert_in_vain(self, *args: str, message: str) -> None:
        """Run it; it must end, and say this first."""
        result = self.wait(*args)

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertEqual(message, result.stderr[: len(message)])


class TestActive(WaitTestCase):
    def test_already(self) -> None:
        self.lists([UP, OTHER])

        self.assert_met(base.PORT_ID, OTHER_ID)

        self.assertEqual([LIST], self.requests)
        self.assertEqual([], self.pauses)

    def test_all_already(self) -> None:
        """The server first: a list of one being built may lack some."""
        self.lists([UP, OTHER])

        self.assert_met()

        self.assertEqual([SERVER, LIST], self.requests)

    def test_network_without_states(self) -> None:
        self.lists([base.interface(port_state='N/A')])

        self.assert_met(base.PORT_ID)

    def test_pauses_grow(self) -> None:
        self.lists(*[[DOWN]] * 8, [UP])

        self.assert_met(base.PORT_ID)

        self.assertEqual([1, 2, 3, 4, 5, 5, 5], self.pauses)
        self.assertEqual(
            [
                *(LIST, SERVER, LIST, DISABLED),
                *(LIST, LIST, SERVER, LIST, LIST),
                *(SERVER, LIST, SERVER, LIST, SERVER, LIST),
            ],
            self.requests,
        )

    def test_name_of_the_server_is_looked_up_once(self) -> None:
        self.register_servers('web')
        self.lists([DOWN], [DOWN], [DOWN], [UP])

        result = self.openstack('server', 'interface', 'wait', 'web')

        self.assertEqual((0, '', ''), result)
        self.assertEqual(
            1, sum('name=' in request for request in self.requests)
        )

    def test_port_is_looked_up_once(self) -> None:
        self.register_floating_ips(('203.0.113.5', base.PORT_ID))
        for typed, lookups in (
            (base.PORT_ID.upper(), 0),
            (MAC.upper(), 0),
            ('10.0.0.5', 0),
            ('203.0.113.5', 1),
            ('mgmt', 1),
        ):
            self.cloud.reset_mock()
            self.lists([OTHER, DOWN], [OTHER, DOWN], [OTHER_DOWN, UP])

            self.assert_met(typed)

            found = [
                each
                for each in self.requests
                if 'floatingips' in each or 'name=' in each
            ]
            self.assertEqual(lookups, len(found), typed)

    def test_interfaces_that_others_are(self) -> None:
        self.lists([DOWN, OTHER])

        self.assert_met(OTHER_ID, OTHER_ID.upper())
        self.assert_late(
            *(OTHER_ID, MAC, '--timeout', '5'), line=f'{LINE}DOWN'
        )

    def test_floating_ip_that_leads_elsewhere(self) -> None:
        self.register_floating_ips(('203.0.113.5', OTHER_ID))
        self.lists([UP])
        self.cloud.get(base.PORTS_URL, json={'ports': []})

        self.assert_in_vain(
            '203.0.113.5',
            message=f'No interface of server {base.SERVER_ID} has the ID, ',
        )

    def test_name_that_several_ports_have(self) -> None:
        self.lists([UP, OTHER])
        named = [{'id': id_, 'name': 'x'} for id_ in (base.PORT_ID, OTHER_ID)]
        self.cloud.get(base.PORTS_URL, json={'ports': named})

        self.assert_in_vain(
            'x',
            message=f'Several ports of server {base.SERVER_ID} have the name',
        )


class TestBeingBuilt(WaitTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.build()

    def build(self) -> None:
        """Let Nova need five seconds and more for the server."""
        building = {'status': 'BUILD', 'OS-EXT-STS:task_state': 'networking'}
        self.servers(building, building, {'status': 'ACTIVE'})

    def test_without_interfaces_yet(self) -> None:
        self.lists([], [], [DOWN], [UP])

        self.assert_met()

    def test_all_there_are_may_not_be_all(self) -> None:
        self.lists([UP], [UP], [UP], [UP], [UP, OTHER_DOWN], [UP, OTHER])

        self.assert_met()

        self.assertEqual(6, self.requests.count(LIST))

    def test_named_port_that_is_not_there_yet(self) -> None:
        self.register_names()
        self.register_floating_ips()
        for typed in (base.PORT_ID, MAC, '10.0.0.5', 'mgmt'):
            self.build()
            self.lists([], [OTHER], [OTHER, DOWN], [UP])

            self.assert_met(typed)

    def register_names(self) -> None:
        def answer(request: Any, _context: Any) -> Any:
            if 'name' in request.qs and request.qs['name'] != ['mgmt']:
                return {'ports': []}
            return {'ports': [{'id': base.PORT_ID, 'name': 'mgmt'}]}

        self.cloud.get(base.PORTS_URL, json=answer)

    def test_port_that_another_takes_the_place_of(self) -> None:
        """A build that is tried on another host has new ports."""
        self.lists([DOWN], [DOWN], [], [{**DOWN, 'port_id': OTHER_ID}], [UP])

        self.assert_met('10.0.0.5')

    def test_time_is_over(self) -> None:
        self.servers({'status': 'BUILD'})
        self.lists([])

        self.assert_late(
            *(base.PORT_ID, '--timeout', '9'),
            status='BUILD',
            line=f'Not ACTIVE:\n  {base.PORT_ID}  not there',
        )
        # It may get interfaces as long as it is being built.
        self.assert_in_vain(
            message=(
                f'After 360 seconds, server {base.SERVER_ID} is BUILD, and '
                f'may get more interfaces. See '
            )
        )

    def test_network_does_not_tell_names(self) -> None:
        """What was typed for an ID is hardly a name."""
        self.lists([], [], [UP])
        self.cloud.get(base.PORTS_URL, status_code=403)

        self.assert_met(base.PORT_ID)

        self.build()
        self.lists([])
        self.assert_in_vain('mgmt', message='Cannot find port mgmt of server ')
        self.assertEqual([1], self.pauses)  # of the first

    def test_there_is_no_network_service(self) -> None:
        """An address is none of its names."""
        self.register_identity(
            ('identity', base.AUTH_URL), ('compute', base.COMPUTE_URL)
        )
        self.lists([], [OTHER], [OTHER, UP])

        self.assert_met(MAC)


class TestInVain(WaitTestCase):
    def test_running_without_interfaces(self) -> None:
        self.lists([])

        self.assert_in_vain(
            message=f'Server {base.SERVER_ID} has no interface to wait for. '
        )
        self.assertEqual([SERVER, LIST], self.requests)

    def test_named_port_that_is_not_there(self) -> None:
        """The message is that of ``show``."""
        self.lists([OTHER])
        self.cloud.get(base.PORTS_URL, json={'ports': []})
        self.cloud.get(
            base.SHOW_URL,
            status_code=404,
            json={
                'itemNotFound': {
                    'message': f'Port id {base.PORT_ID} could not be found.'
                }
            },
        )
        for typed in (base.PORT_ID, MAC, 'mgmt'):
            shown = self.show(base.SERVER_ID, typed)

            self.assertEqual(shown, self.wait(typed))
            self.assertEqual(1, shown.status)

    def test_named_port_that_has_just_come(self) -> None:
        self.register_show()
        self.lists([], [], [UP])

        self.assert_met(base.PORT_ID)

    def test_named_port_that_is_taken_away(self) -> None:
        self.lists([DOWN], [DOWN], [])
        self.cloud.get(base.PORTS_URL, json={'ports': []})

        self.assert_in_vain(
            MAC, message=f'No interface of server {base.SERVER_ID} has the ID'
        )

    def test_stopped(self) -> None:
        for status, command in (
            ('SHUTOFF', 'start'),
            ('SUSPENDED', 'resume'),
            ('SHELVED', 'unshelve'),
            ('SHELVED_OFFLOADED', 'unshelve'),
        ):
            self.servers({'status': status})
            self.lists([DOWN])

            self.assert_in_vain(
                base.PORT_ID,
                message=(
                    f'Server {base.SERVER_ID} is {status}, and its interfaces '
                    f'become ACTIVE when it runs: see "openstack server '
                    f'{command} {base.SERVER_ID}". Not ACTIVE:{LINE}DOWN\n'
                ),
            )

    def test_stopped_and_being_started(self) -> None:
        self.servers(
            {'status': 'SHUTOFF', 'OS-EXT-STS:task_state': 'powering-on'},
            {'status': 'ACTIVE'},
        )
        self.lists(*[[DOWN]] * 5, [UP])

        self.assert_met()

    def test_others_are_not_stopped(self) -> None:
        for status in ('PAUSED', 'RESCUE', 'REBOOT', 'VERIFY_RESIZE'):
            self.servers({'status': status})
            self.lists([DOWN], [DOWN], [DOWN], [UP])

            self.assert_met(base.PORT_ID)

    def test_stopped_with_all_active(self) -> None:
        """What is asked for is so."""
        self.servers({'status': 'SHUTOFF'})
        self.lists([UP])

        self.assert_met()

    def test_disabled(self) -> None:
        self.lists([DOWN, OTHER])
        self.ports({'admin_state_up': False})

        self.assert_in_vain(
            message=(
                f'Ports of server {base.SERVER_ID} are disabled, and do not '
                f'become ACTIVE before that is changed: see "openstack port '
                f'set --enable {base.PORT_ID}". Disabled:{LINE}DOWN\n'
            )
        )
        self.assertEqual([SERVER, LIST, DISABLED], self.requests)

    def test_whoever_cannot_be_asked_about_it_does_not_matter(self) -> None:
        for status in (403, 500):
            self.cloud.get(base.PORTS_URL, status_code=status)
            self.lists([DOWN], [DOWN], [DOWN], [UP])

            self.assert_met()

        self.register_identity(
            ('identity', base.AUTH_URL), ('compute', base.COMPUTE_URL)
        )
        self.lists([DOWN], [DOWN], [DOWN], [UP])

        self.assert_met()

    def test_only_those_that_are_down_are_asked_about(self) -> None:
        building = base.interface(port_state='BUILD')
        self.ports({'admin_state_up': False})
        self.lists([building], [building], [building], [UP])

        self.assert_met(base.PORT_ID)

        self.assertNotIn(DISABLED, self.requests)

    def test_error(self) -> None:
        self.servers({'status': 'ERROR', 'fault': {'message': 'No host\x1b'}})
        self.lists([DOWN])

        self.assert_in_vain(
            base.PORT_ID,
            message=(
                f'Server {base.SERVER_ID} is in ERROR: No host\\x1b. See '
                f'"openstack server event list {base.SERVER_ID}". Not '
                f'ACTIVE:{LINE}DOWN\n'
            ),
        )

    def test_error_of_a_server_whose_interfaces_are_active(self) -> None:
        """All of them may not be all that it was to have."""
        self.servers({'status': 'ERROR'})
        self.lists([UP])

        self.assert_in_vain(message=f'Server {base.SERVER_ID} is in ERROR: ')
        self.assert_met(base.PORT_ID)

    def test_error_that_is_being_mended(self) -> None:
        self.servers(
            {'status': 'ERROR', 'OS-EXT-STS:task_state': 'rebooting_hard'},
            {'status': 'ACTIVE'},
        )
        self.lists([UP])

        self.assert_met()

    def test_deleted(self) -> None:
        gone = {
            'status_code': 404,
            'json': {
                'itemNotFound': {
                    'message': f'Instance {base.SERVER_ID} could not be found.'
                }
            },
        }
        message = f'Server {base.SERVER_ID} has been deleted meanwhile. '
        there = {'json': {'interfaceAttachments': [DOWN]}}
        for args in ((), (base.PORT_ID,), ('--for', 'detached')):
            self.cloud.get(base.LIST_URL, [there, there, gone])

            self.assert_in_vain(*args, message=message)

        self.lists([DOWN])
        for status in ('DELETED', 'SOFT_DELETED'):
            self.servers({'status': status})

            self.assert_in_vain(message=message)

    def test_being_deleted(self) -> None:
        """The interfaces are gone before the server is."""
        message = f'Server {base.SERVER_ID} has been deleted meanwhile. '
        deleting = {'status': 'ACTIVE', 'OS-EXT-STS:task_state': 'deleting'}
        self.cloud.get(base.PORTS_URL, json={'ports': []})
        for answers in (
            [{'status': 'ACTIVE'}, {'status': 'DELETED'}],
            [{'status': 'ACTIVE'}, deleting, {'status': 'DELETED'}],
            [deleting, deleting, {'status': 'DELETED'}],
        ):
            for args in ((), (MAC,)):
                self.servers(*answers)
                self.lists([DOWN], [DOWN], [])

                self.assert_in_vain(*args, message=message)

    def test_no_such_server(self) -> None:
        self.register_servers()
        message = f'Instance {base.SERVER_ID} could not be found.'
        for url in (SERVER_URL, base.LIST_URL):
            self.cloud.get(
                url,
                status_code=404,
                json={'itemNotFound': {'message': message}},
            )
        for args in ((), (base.PORT_ID,), ('--for', 'detached')):
            result = self.wait(*args)

            self.assertEqual(('', 1), (result.stdout, result.status))
            self.assertIn('no such server: ', result.stderr)


class TestTime(WaitTestCase):
    def test_is_not_exceeded(self) -> None:
        self.lists([DOWN])

        self.assert_late(
            *(base.PORT_ID, '--timeout', '7.5'), line=f'{LINE}DOWN'
        )

        self.assertEqual([1, 2, 3, 1.5], self.pauses)

    def test_is_360_seconds(self) -> None:
        self.lists([DOWN])

        self.assert_late(line=f'{LINE}DOWN')

        self.assertEqual(360, sum(self.pauses))

    def test_none_is_to_look_once(self) -> None:
        self.lists([DOWN])

        self.assert_late(*('--timeout', '0'), line=f'{LINE}DOWN')

        self.assertEqual([SERVER, LIST, DISABLED], self.requests)
        self.assertEqual([], self.pauses)

    def test_in_which_it_comes_at_last(self) -> None:
        self.lists([DOWN], [DOWN], [UP])

        self.assert_met(base.PORT_ID, '--timeout', '1')

    def test_that_is_none(self) -> None:
        for typed in ('-1', 'nan', 'inf', '1e999', 'x', '', '5s'):
            self.assert_misused(
                self.wait(f'--timeout={typed}'),
                f"argument --timeout: '{typed}' is not a number of seconds",
            )

    def test_state_that_is_none(self) -> None:
        result = self.wait('--for', 'down')

        self.assertEqual(('', 2, 0), (*result[1::-1], self.count))

    def test_failures_between_are_tried_again(self) -> None:
        down = {'json': {'interfaceAttachments': [DOWN]}}
        up = {'json': {'interfaceAttachments': [UP]}}
        self.cloud.get(base.LIST_URL, [down, {'status_code': 503}, down, up])

        self.assert_met(base.PORT_ID)

        self.assertEqual([0.5, 1], self.pauses)

    def test_failure_that_stays_ends_it(self) -> None:
        down = {'json': {'interfaceAttachments': [DOWN]}}
        self.cloud.get(base.LIST_URL, [down, down, {'status_code': 503}])

        self.assert_in_vain(
            message=(
                f'Cannot list the interfaces of server {base.SERVER_ID}: the '
                f'Compute service answered 503 Service Unavailable.'
            )
        )

    def test_interrupt(self) -> None:
        interrupt: Any = KeyboardInterrupt
        down = {'json': {'interfaceAttachments': [DOWN]}}
        self.cloud.get(base.LIST_URL, [down, down, {'exc': interrupt}])

        self.assertRaises(KeyboardInterrupt, self.wait)


class TestTerminal(WaitTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.useFixture(
            fixtures.MonkeyPatch(
                'osc_iface.tests.shell.Stream.isatty', lambda _stream: True
            )
        )
        self.set_variable('TERM', 'xterm')
        self.set_variable('COLUMNS', '80')

    def shown(self, *answers: list[dict[str, Any]], args: Any = ()) -> str:
        self.lists(*answers)
        result = self.wait(*args)
        self.assertEqual(('', 0), (result.stdout, result.status))
        return result.stderr

    def test_shows_what_is_waited_for_and_how_long(self) -> None:
        shown = self.shown([DOWN, OTHER], [UP, OTHER])

        self.assertIn('0:00:00', shown)
        self.assertIn(
            f' Not ACTIVE yet: 1 interface of {base.SERVER_ID}', shown
        )

    def test_shows_how_many(self) -> None:
        self.assertIn(
            f' Not ACTIVE yet: 2 interfaces of {base.SERVER_ID}',
            self.shown([DOWN, OTHER_DOWN], [UP, OTHER]),
        )

    def test_shows_that_there_are_none_yet(self) -> None:
        self.servers({'status': 'BUILD'}, {'status': 'ACTIVE'})

        self.assertIn(
            f' Not ACTIVE yet: all interfaces of {base.SERVER_ID}',
            self.shown([], [], [], [UP]),
        )

    def test_shows_what_shall_go(self) -> None:
        self.assertIn(
            f' Not detached yet: 1 interface of {base.SERVER_ID}',
            self.shown([UP], [UP], [], args=('--for', 'detached')),
        )

    def test_shows_nothing_where_nothing_is_waited_for(self) -> None:
        self.assertEqual('', self.shown([UP]))

    def test_shows_nothing_where_a_line_cannot_be_overwritten(self) -> None:
        self.set_variable('TERM', 'dumb')

        self.assertEqual('', self.shown([DOWN], [UP]))


def action(number: int, **changes: Any) -> dict[str, Any]:
    """Return a detaching, ten minutes before the answer by default."""
    return {
        'action': 'detach_interface',
        'request_id': f'req-{number}',
        'start_time': '2026-01-01T00:00:00.000000',
        'message': None,
        **changes,
    }


JUST_NOW = {'start_time': '2026-01-01T00:09:01.000000'}
FAILED = {'message': 'Error'}


class TestDetached(WaitTestCase):
    """Of an interface that is there until the fifth look, and then gone."""

    def setUp(self) -> None:
        super().setUp()
        self.lists(*[[UP, OTHER]] * 4, [OTHER])

    def detached(self, *args: str) -> base.Result:
        return self.wait(base.PORT_ID, '--for', 'detached', *args)

    def assert_gone(self, *args: str) -> None:
        self.assertEqual((0, '', ''), self.detached(*args))

    def assert_failed(self, request_id: str) -> None:
        self.assert_refused(
            self.detached(),
            f'Detaching from server {base.SERVER_ID} failed: its event '
            f'detach_interface says Error. See "openstack server event show '
            f'{base.SERVER_ID} {request_id}", or ask the operators of the '
            f'cloud. (Request ID: {request_id}) Not detached:{LINE}ACTIVE',
        )

    def test_one(self) -> None:
        self.assert_gone()

        self.assertEqual(
            [LIST, SERVER, ACTIONS, LIST, LIST, LIST, SERVER, ACTIONS, LIST],
            self.requests,
        )

    def test_one_by_what_goes_with_it(self) -> None:
        for typed in (MAC, '10.0.0.5', 'mgmt'):
            self.lists(*[[UP, OTHER]] * 4, [OTHER])
            self.cloud.reset_mock()

            self.assert_met(typed, '--for', 'detached')

            self.assertEqual(typed == 'mgmt', self.requests.count(NAMED))

    def test_all(self) -> None:
        self.lists([UP, OTHER], [OTHER], [])

        self.assert_met('--for', 'detached')

    def test_one_that_is_not_there(self) -> None:
        self.cloud.get(base.PORTS_URL, json={'ports': []})
        self.lists([OTHER])
        for typed in (base.PORT_ID, MAC, '10.0.0.9', 'mgmt'):
            self.register_floating_ips()

            self.assert_met(
                *(typed, '--for', 'detached'),
                note=(
                    f'No interface of server {base.SERVER_ID} has the ID, MAC '
                    f"address, IP address or name '{typed}', so there is "
                    f'nothing to wait for.'
                ),
            )

    def test_one_of_two_that_is_not_there(self) -> None:
        self.cloud.get(base.PORTS_URL, json={'ports': []})
        args = ('nope', base.PORT_ID, '--for', 'detached')
        note = "or name 'nope', so there is nothing to wait for.\n"

        result = self.wait(*args)

        self.assertEqual(('', 0), (result.stdout, result.status))
        self.assertIn(note, result.stderr)

        self.lists([UP])

        result = self.wait(*args, '--timeout', '0')

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn(f'{note}After 0 seconds', result.stderr)

    def test_none_there(self) -> None:
        self.lists([])

        self.assert_met(
            *('--for', 'detached'),
            note=(
                f'Server {base.SERVER_ID} has no interface, so there is '
                f'nothing to wait for.'
            ),
        )
        self.assertEqual([LIST], self.requests)

    def test_stopped_server_and_disabled_port(self) -> None:
        """Both do not keep an interface from being detached."""
        self.servers({'status': 'SHUTOFF'})
        self.lists([DOWN], [DOWN], [DOWN], [])

        self.assert_gone()

        self.assertNotIn(DISABLED, self.requests)

    def test_error(self) -> None:
        self.servers({'status': 'ERROR'})

        self.assertIn(
            f' is in ERROR: it does not say why. See "openstack server event '
            f'list {base.SERVER_ID}". Not detached:{LINE}ACTIVE\n',
            self.detached().stderr,
        )

    def test_event_that_fails_meanwhile(self) -> None:
        self.lists([UP])
        self.actions([], [action(2, **FAILED), action(1)])

        self.assert_failed('req-2')

    def test_event_that_was_unfinished(self) -> None:
        self.lists([UP])
        self.actions([action(2)], [action(2, **FAILED)])

        self.assert_failed('req-2')

    def test_event_that_failed_before(self) -> None:
        self.actions([action(1, **FAILED)])

        self.assert_gone()

    def test_event_that_failed_just_before(self) -> None:
        """It takes a second to start the command, and less to fail."""
        self.actions([action(1, **FAILED, **JUST_NOW)])

        self.assert_failed('req-1')
        self.assertEqual([LIST, SERVER, ACTIONS, LIST], self.requests)

    def test_event_of_something_else(self) -> None:
        attach = {'action': 'attach_interface', **FAILED, **JUST_NOW}
        self.actions([action(1, **attach)])

        self.assert_gone()

    def test_interface_that_is_gone_nevertheless(self) -> None:
        self.lists([UP], [])
        self.actions([action(1, **FAILED, **JUST_NOW)])

        self.assert_gone()

    def finishes(self, *answers: Any, version: str = '2.58') -> None:
        """Let Nova tell when an event was finished."""
        self.cloud.get(
            f'{ACTIONS_URL}/req-2',
            [{'json': {'instanceAction': each}} for each in answers],
        )
        self.event = f'{EVENT} {version}'.strip()

    def test_one_that_is_tried_again(self) -> None:
        """The end of the new event is waited for, not of the old one."""
        self.actions([action(2), action(1, **FAILED, **JUST_NOW)])
        self.finishes({'events': []}, {'events': [{'finish_time': None}]}, {})

        self.assert_gone()

        self.assertEqual(2, self.requests.count(self.event))

    def test_another_that_is_finished(self) -> None:
        """The one that failed is the one that is waited for."""
        self.actions([action(2), action(1, **FAILED, **JUST_NOW)])
        finished = {'finish_time': '2026-01-01T00:09:02.000000'}
        self.lists([UP])
        self.finishes({'events': []}, {'events': [finished]})

        self.assert_failed('req-1')

    def test_another_is_asked_about_until_it_is_finished(self) -> None:
        self.lists([UP], [UP], [UP], [UP], [])
        finished = {'events': [{'finish_time': '2026-01-01T00:09:02'}]}
        self.finishes(finished)
        self.actions(
            [action(2), action(3), action(1, **FAILED, **JUST_NOW)],
        )
        self.cloud.get(
            f'{ACTIONS_URL}/req-3', json={'instanceAction': {'events': []}}
        )

        self.assert_gone()

        self.assertEqual(1, self.requests.count(self.event))
        self.assertEqual(
            2, self.requests.count(self.event.replace('q-2', 'q-3'))
        )

    def test_version_of_the_user(self) -> None:
        self.set_variable('OS_COMPUTE_API_VERSION', '2.60')
        link = {'rel': 'self', 'href': base.COMPUTE_URL}
        newest = {'version': '2.96', 'min_version': '2.1'}
        version = {'id': 'v2.1', 'status': 'CURRENT', 'links': [link]}
        self.cloud.get(base.COMPUTE_URL, json={'version': version | newest})
        self.actions([action(2), action(1, **FAILED, **JUST_NOW)])
        self.finishes({}, version='2.60')

        self.assert_gone()

        self.assertIn(self.event, self.requests)

    def test_event_that_took_long_and_failed_just_before(self) -> None:
        updated = {'updated_at': JUST_NOW['start_time']}
        self.actions([action(1, **FAILED, **updated)])

        self.assert_failed('req-1')

    def test_cloud_that_is_old(self) -> None:
        """It tells neither ends nor, to most users, events."""
        actions = [action(2), action(1, **FAILED, **JUST_NOW)]

        def answer(request: Any, context: Any) -> Any:
            if 'OpenStack-API-Version' in request.headers:
                context.status_code = 406
                return {}
            if request.path.endswith('/req-2'):
                return {'instanceAction': actions[0]}
            context.headers['Date'] = 'Thu, 01 Jan 2026 00:10:00 GMT'
            return {'instanceActions': actions}

        self.cloud.get(ACTIONS_URL, json=answer)
        self.cloud.get(f'{ACTIONS_URL}/req-2', json=answer)

        self.assert_gone()

        self.assertIn(f'{SERVER}/os-instance-actions', self.requests)
        self.assertIn(EVENT, self.requests)

        self.lists([UP])
        del actions[0]

        self.assert_failed('req-1')

    def test_cloud_that_does_not_tell_events(self) -> None:
        self.actions([action(2), action(1, **FAILED, **JUST_NOW)])
        for status in (403, 404):
            self.lists(*[[UP]] * 4, [])
            self.cloud.get(f'{ACTIONS_URL}/req-2', status_code=status)

            self.assert_gone()

        for status in (403, 404):
            self.lists(*[[UP]] * 4, [])
            self.cloud.get(ACTIONS_URL, status_code=status)

            self.assert_gone()

    def test_cloud_that_does_not_tell_the_time(self) -> None:
        failed = action(1, **FAILED, **JUST_NOW)
        self.actions([failed], date='')

        self.assert_gone()

        for date, start in (
            ('yesterday', JUST_NOW['start_time']),
            ('Thu, 01 Jan 2026 00:10:00 GMT', 'yesterday'),
        ):
            self.lists(*[[UP]] * 4, [])
            self.actions([{**failed, 'start_time': start}], date=date)

            self.assert_gone()

    def test_time_with_a_zone(self) -> None:
        started = {'start_time': '2026-01-01T01:09:01+01:00'}
        self.actions([action(1, **FAILED, **started)])

        self.assert_failed('req-1')

    def test_actions_that_are_none(self) -> None:
        self.cloud.get(ACTIONS_URL, json={'instanceActions': None})

        self.assertIn(
            'with JSON without a list of instanceActions. ',
            self.detached().stderr,
        )
