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

"""``server interface wait`` against a real Keystone, Nova and Neutron."""

from collections.abc import Callable, Iterator, Sequence
import contextlib
import itertools
import signal
import subprocess
import tempfile
from typing import Any

import yaml

from osc_iface.tests import shell
from osc_iface.tests.fake.faults import Play, Right, route
from osc_iface.tests.fake.forwarder import Forwarder
from osc_iface.tests.fake.plays import Close, Fault, Reply
from osc_iface.tests.fake.server import Request
from osc_iface.tests.functional import SANDBOX, base

WAIT = ('server', 'interface', 'wait')
DETACHED = ('--for', 'detached')
NOWHERE = '00000000-0000-4000-8000-000000000000'
_PATIENCE = 300


def _obey_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Meanwhile(Forwarder):
    """Stands before Nova, and does something while a command waits.

    :param service: scheme, host and port of Nova
    :param number: which of the requests for interfaces it is done before
    :param act: what is done
    :param plays: what is played in place of Nova's first lists
    """

    def __init__(
        self,
        service: str,
        number: int,
        act: Callable[[], object],
        plays: Sequence[Play] = (),
    ) -> None:
        super().__init__(service, {'list': plays})
        self._number = number
        self._act = act

    def take(self, request: Request) -> Fault:
        """Act in time, then let Nova answer."""
        if route(request) == 'list' and self.count('list') == self._number - 1:
            self._act()
        return super().take(request)


class WaitTestCase(base.SandboxTestCase):
    """One server for all, and ports that each test makes."""

    server: Any
    cloud: Any
    first: str
    _serial = itertools.count()

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.server = base.boot(cls.__name__)
        cls.addClassCleanup(lambda: base.delete(cls.server))
        cls.cloud = base.connect()
        cls.first = next(cls.cloud.network.ports(device_id=cls.server.id)).id

    def port(self, **values: Any) -> Any:
        """Make a port, which has its name from the test."""
        back = self.cloud.network.find_network('back').id
        port = self.cloud.network.create_port(
            network_id=back, name=f'wait-{next(self._serial)}', **values
        )
        self.addCleanup(self.cloud.network.delete_port, port)
        return port

    def down(self, **values: Any) -> Any:
        """Make a port of the server that is bound to no host, and so DOWN.

        Nova does not know of it, and goes by the ID.
        """
        return self.port(
            device_id=self.server.id, device_owner='compute:nova', **values
        )

    def bind(self, port: Any) -> None:
        """Bind a port to the one host there is, which makes it ACTIVE."""
        self.cloud.network.update_port(port, binding_host_id='sandbox')

    def wait(self, *args: str, **options: Any) -> base.Result:
        """Run it for the server."""
        return self.openstack(*WAIT, self.server.id, *args, **options)

    def wait_while(
        self,
        act: Callable[[], object],
        *args: str,
        number: int = 3,
        plays: Sequence[Play] = (),
    ) -> base.Result:
        """Run it, and do something before it looks for the third time."""
        with self.before_nova(number, act, plays) as path:
            return self.openstack(*WAIT, *args, OS_CLIENT_CONFIG_FILE=path)

    @contextlib.contextmanager
    def before_nova(
        self,
        number: int,
        act: Callable[[], object],
        plays: Sequence[Play] = (),
    ) -> Iterator[str]:
        """Have :class:`Meanwhile` before Nova; give a clouds.yaml for it."""
        endpoint = self.cloud.compute.get_endpoint()
        address, _, path = endpoint.partition('/v2.1')
        with Meanwhile(address, number, act, plays) as meanwhile:
            config = yaml.safe_load((SANDBOX / 'clouds.yaml').read_text())
            config['clouds']['sandbox'].update(
                compute_endpoint_override=(
                    f'{meanwhile.address("compute")}/v2.1{path}'
                ),
                connect_retry_delay=0.01,
                status_code_retry_delay=0.01,
            )
            with tempfile.NamedTemporaryFile('w', suffix='.yaml') as file:
                yaml.safe_dump(config, file)
                file.flush()
                yield file.name

    def assert_met(self, result: base.Result, note: str = '') -> None:
        """Check that a command has seen what it waited for."""
        self.assertEqual((0, '', note), result[:3])

    def assert_ended(self, result: base.Result, *told: str) -> None:
        """Check that a command has ended so, and told these lines."""
        self.assertEqual(
            (1, '', ''.join(f'{line}\n' for line in told)), result[:3]
        )

    def assert_asked(self, result: base.Result, *asked: str) -> None:
        """Check the requests after the login, those of each service in order.

        :param asked: the paths below the server, and what else Nova was
            asked; then what Neutron was asked
        """
        server = f'nova GET /v2.1/servers/{self.server.id}'
        # An endpoint that clouds.yaml names is asked for its versions.
        ours = [line for line in result.requests if line != 'nova GET /v2.1']
        self.assertEqual(
            [*asked],
            [
                line.partition('?')[0].removeprefix(server) or 'server'
                for line in ours[2:]
            ],
        )
        self.assertEqual(
            ['keystone', 'keystone'], [line.split()[0] for line in ours[:2]]
        )

    def line(self, port: Any, state: str) -> str:
        """Return the line of a message that tells of an interface."""
        addresses = [each['ip_address'] for each in port.fixed_ips]
        return '  '.join(['', port.id, port.mac_address, *addresses, state])


LIST = '/os-interface'
ACTIONS = '/os-instance-actions'
PORTS = 'neutron GET /v2.0/ports'


class TestActive(WaitTestCase):
    def test_already_by_ids(self) -> None:
        result = self.wait(self.first)

        self.assert_met(result)
        self.assert_asked(result, LIST)

    def test_all_already(self) -> None:
        result = self.wait()

        self.assert_met(result)
        self.assert_asked(result, 'server', LIST)

    def test_however_they_are_named(self) -> None:
        mgmt = base.port('web-1-mgmt')
        address = next(self.cloud.network.ips()).floating_ip_address
        for typed, neutron in (
            (mgmt.id.upper(), 0),
            (mgmt.mac_address, 0),
            ('2001:db8:0:1::11', 0),
            (address, 1),
            ('web-1-mgmt', 1),
        ):
            result = self.succeed(*WAIT, 'web-1', typed)

            counts = {'neutron': neutron} if neutron else {}
            self.assert_requests(result, keystone=2, nova=2, **counts)

        result = self.succeed(*WAIT, 'web-1')

        self.assert_requests(result, keystone=2, nova=3)

    def test_comes_up(self) -> None:
        port = self.down()

        result = self.wait_while(
            lambda: self.bind(port), self.server.id, port.id
        )

        self.assert_met(result)
        self.assert_asked(result, *(LIST, 'server', LIST, LIST), PORTS)

    def test_comes_up_by_name(self) -> None:
        port = self.down()

        result = self.wait_while(
            lambda: self.bind(port), self.server.name, port.name
        )

        self.assert_met(result)
        self.assert_asked(
            result,
            *('nova GET /v2.1/servers', LIST),
            *('server', LIST, LIST),
            *(PORTS, PORTS),
        )

    def test_all_come_up(self) -> None:
        port = self.down()

        result = self.wait_while(
            lambda: self.bind(port), self.server.id, number=2
        )

        self.assert_met(result)
        self.assert_asked(result, 'server', LIST, LIST, PORTS)

    def test_failures_between(self) -> None:
        port = self.down()

        result = self.wait_while(
            lambda: self.bind(port),
            *(self.server.id, port.id),
            number=6,
            plays=[Right(), Reply(503), Close(), Right(cut=True), Right()],
        )

        self.assert_met(result)

    def test_attached_by_a_command(self) -> None:
        port = self.port()

        self.succeed('server', 'add', 'port', self.server.name, port.name)
        result = self.succeed(*WAIT, self.server.name, port.name)

        self.assert_requests(result, keystone=2, nova=2, neutron=1)

    def test_reader_of_the_project(self) -> None:
        for args in ((), (self.first,)):
            self.assert_met(self.wait(*args, cloud='sandbox-reader'))

    def test_time_is_over(self) -> None:
        port = self.down()

        result = self.wait(self.first, port.id, '--timeout', '1')

        self.assert_ended(
            result,
            f'After 1 seconds, server {self.server.id} is ACTIVE, and not all '
            f'of its interfaces are ACTIVE. See "openstack server event list '
            f'{self.server.id}", or wait longer with --timeout. Not ACTIVE:',
            self.line(port, 'DOWN'),
        )
        self.assert_asked(result, LIST, 'server', LIST, LIST, PORTS)

    def test_time_is_none(self) -> None:
        port = self.down()

        result = self.wait(port.id, '--timeout', '0')

        self.assertEqual(1, result.status)
        self.assert_asked(result, LIST, 'server', LIST, PORTS)


class TestBoot(base.SandboxTestCase):
    """A server that is waited for from the beginning."""

    def test_server_that_is_being_built(self) -> None:
        cloud = base.connect()
        back = cloud.network.find_network('back').id
        for _attempt in range(3):
            server = cloud.compute.create_server(
                name='wait-boot',
                image_id=cloud.image.find_image('tiny').id,
                flavor_id=cloud.compute.find_flavor('tiny').id,
                networks=[{'uuid': back}],
            )
            self.addCleanup(base.delete, server)

            result = self.openstack(*WAIT, server.id)

            status = cloud.compute.get_server(server.id).status
            if status == 'ACTIVE':
                self.assertEqual((0, '', ''), result[:3])
                break
            # SQLite has refused a write, and Nova to build it.
            self.assertEqual('ERROR', status)
            self.assertIn(' is in ERROR: ', result.stderr)
        states = [
            each['Port State']
            for each in self.json('server', 'interface', 'list', server.id)
        ]
        self.assertEqual(['ACTIVE'], states)

    def test_server_without_interfaces(self) -> None:
        server = base.boot('wait-none', 'none')
        self.addCleanup(base.delete, server)

        result = self.openstack(*WAIT, server.id)

        self.assertEqual(
            f'Server {server.id} has no interface to wait for. Attach one '
            f'with "openstack server add network" or "openstack server add '
            f'port".\n',
            result.stderr,
        )
        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assert_requests(result, keystone=2, nova=2)


class TestInVain(WaitTestCase):
    def test_no_such_server(self) -> None:
        self.assertEqual(
            'No server has the name \'nope\'. See "openstack server list".\n',
            self.refused(*WAIT, 'nope'),
        )
        self.assertIn(
            'no such server: the Compute service answered 404 Not Found: ',
            self.refused(*WAIT, NOWHERE),
        )

    def test_no_such_port(self) -> None:
        """What is said is what ``show`` says."""
        for typed in (NOWHERE, 'fa:16:3e:00:00:00', '10.0.1.99', 'nope'):
            told = [
                self.refused(
                    'server', 'interface', verb, self.server.id, typed
                )
                for verb in ('wait', 'show')
            ]

            # Each has a request ID of its own.
            waited, shown = (each.partition(' (Request')[0] for each in told)
            self.assertEqual(shown, waited)

    def test_stopped(self) -> None:
        port = self.down()
        compute = self.cloud.compute
        compute.stop_server(self.server)
        compute.wait_for_server(
            self.server, 'SHUTOFF', interval=0.5, wait=_PATIENCE
        )
        try:
            result = self.wait(port.id)
        finally:
            compute.start_server(self.server)

        self.assert_ended(
            result,
            f'Server {self.server.id} is SHUTOFF, and its interfaces become '
            f'ACTIVE when it runs: see "openstack server start '
            f'{self.server.id}". Not ACTIVE:',
            self.line(port, 'DOWN'),
        )
        self.assert_asked(result, LIST, 'server', LIST)

        # It may not have been started yet.
        result = self.wait_while(
            lambda: self.bind(port), self.server.id, number=2
        )

        self.assert_met(result)
        compute.wait_for_server(self.server, interval=0.5, wait=_PATIENCE)

    def test_disabled(self) -> None:
        port = self.down(admin_state_up=False)

        result = self.wait()

        self.assert_ended(
            result,
            f'Ports of server {self.server.id} are disabled, and do not '
            f'become ACTIVE before that is changed: see "openstack port set '
            f'--enable {port.id}". Disabled:',
            self.line(port, 'DOWN'),
        )
        self.assert_asked(result, 'server', LIST, PORTS)

    def test_disabled_and_nobody_to_ask(self) -> None:
        """Without a Network service it is waited for."""
        port = self.down(admin_state_up=False)
        config = yaml.safe_load((SANDBOX / 'clouds.yaml').read_text())
        config['clouds']['sandbox']['has_network'] = False
        with tempfile.NamedTemporaryFile('w', suffix='.yaml') as file:
            yaml.safe_dump(config, file)
            file.flush()
            result = self.wait(
                *(port.id, '--timeout', '0'), OS_CLIENT_CONFIG_FILE=file.name
            )

        self.assertIn('After 0 seconds, ', result.stderr)
        self.assert_asked(result, LIST, 'server', LIST)

    def test_error(self) -> None:
        port = self.down()
        self.cloud.compute.reset_server_state(self.server, 'error')
        try:
            for args in ((), (port.id,), (port.id, *DETACHED)):
                result = self.wait(*args)

                self.assertEqual(('', 1), (result.stdout, result.status))
                self.assertRegex(
                    result.stderr,
                    f'^Server {self.server.id} is in ERROR: .+[.] See '
                    f'"openstack server event list {self.server.id}"[.] Not '
                    f'(ACTIVE|detached):\n{self.line(port, "DOWN")}\n$',
                )
        finally:
            self.cloud.compute.reset_server_state(self.server, 'active')
        self.assert_asked(result, LIST, 'server', ACTIONS, LIST)

    def test_failure_that_stays(self) -> None:
        port = self.down()

        result = self.wait_while(
            lambda: None,
            *(self.server.id, port.id),
            plays=[Right(), Right(), Reply(500)],
        )

        self.assert_ended(
            result,
            f'Cannot list the interfaces of server {self.server.id}: the '
            f'Compute service answered 500 Internal Server Error. Report it '
            f'to the operators of the cloud.',
        )

    def test_interrupt(self) -> None:
        port = self.down()
        started: list[Any] = []

        def interrupt() -> None:
            started[0].send_signal(signal.SIGINT)

        with self.before_nova(3, interrupt) as path:
            process = subprocess.Popen(  # noqa: S603
                [shell.SCRIPT, *WAIT, self.server.id, port.id],
                env={
                    **base.environment('sandbox'),
                    'OS_CLIENT_CONFIG_FILE': path,
                },
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                # Shells have what they run in the background ignore it.
                preexec_fn=_obey_interrupts,
            )
            started.append(process)
            output = process.communicate(timeout=_PATIENCE)

        self.assertEqual((('', ''), 130), (output, process.returncode))

    def test_deleted(self) -> None:
        server = base.boot('wait-deleted')
        port = self.port(device_id=server.id)

        result = self.wait_while(
            lambda: base.delete(server), server.id, port.id
        )

        self.assert_ended(
            result,
            f'Server {server.id} has been deleted meanwhile. Ports that it '
            f'left are in "openstack port list --device-id {server.id}".',
        )


class TestDetached(WaitTestCase):
    def attached(self) -> Any:
        """Attach a port that Nova knows."""
        port = self.port()
        self.cloud.compute.create_server_interface(
            self.server, port_id=port.id
        )
        return port

    def detach(self, port: Any) -> None:
        """Have it detached, as ``server remove port`` does."""
        self.succeed('server', 'remove', 'port', self.server.id, port.id)

    def test_detached_by_a_command(self) -> None:
        port = self.attached()
        self.detach(port)

        result = self.wait(port.id, *DETACHED)

        self.assertEqual(('', 0), (result.stdout, result.status))
        listed = self.json('server', 'interface', 'list', self.server.id)
        self.assertNotIn(port.id, [each['Port ID'] for each in listed])

    def test_detached_meanwhile(self) -> None:
        port = self.attached()

        def detach() -> None:
            self.cloud.compute.delete_server_interface(
                port.id, server=self.server.id
            )

        result = self.wait_while(
            detach, *(self.server.id, port.name, *DETACHED)
        )

        self.assert_met(result)
        asked = [line.partition('?')[0] for line in result.requests]
        self.assertEqual(1, asked.count(PORTS))

    def test_all(self) -> None:
        server = base.boot('wait-all')
        self.addCleanup(base.delete, server)
        port = next(self.cloud.network.ports(device_id=server.id))

        result = self.wait_while(
            lambda: self.cloud.compute.delete_server_interface(
                port.id, server=server.id
            ),
            *(server.id, *DETACHED),
        )

        self.assert_met(result)

        result = self.openstack(*WAIT, server.id, *DETACHED)

        self.assert_met(
            result,
            f'Server {server.id} has no interface, so there is nothing to '
            f'wait for.\n',
        )
        self.assert_requests(result, keystone=2, nova=1)

    def test_not_attached(self) -> None:
        port = self.port()
        for typed in (port.id, port.name, NOWHERE, 'nope'):
            result = self.wait(typed, *DETACHED)

            self.assert_met(
                result,
                f'No interface of server {self.server.id} has the ID, MAC '
                f"address, IP address or name '{typed}', so there is nothing "
                f'to wait for.\n',
            )
            self.assert_asked(result, LIST, PORTS)

    def test_time_is_over(self) -> None:
        port = self.down()

        result = self.wait(port.id, *DETACHED, '--timeout', '0')

        self.assert_ended(
            result,
            f'After 0 seconds, server {self.server.id} is ACTIVE, and not all '
            f'of its interfaces are detached. See "openstack server event '
            f'list {self.server.id}", or wait longer with --timeout. Not '
            f'detached:',
            self.line(port, 'DOWN'),
        )
        self.assert_asked(result, LIST, 'server', ACTIONS, LIST)


class TestDetachingThatFails(WaitTestCase):
    """Nova does not know the port, and so does not detach it.

    Each test has a server of its own, since such an event counts a while.
    """

    def setUp(self) -> None:
        super().setUp()
        self.server = base.boot(f'wait-{next(self._serial)}')
        self.addCleanup(base.delete, self.server)
        self.unknown = self.down()

    def detach(self, port: Any) -> None:
        """Have it detached, which seems to succeed."""
        self.succeed('server', 'remove', 'port', self.server.id, port.id)

    def failed(self) -> str:
        """Return the request ID of the last detaching that failed."""
        actions = self.cloud.compute.server_actions(self.server)
        return next(
            str(each.request_id)
            for each in actions
            if each.action == 'detach_interface' and each.message == 'Error'
        )

    def assert_failed(self, result: base.Result, port: Any) -> None:
        """Check that the event was noticed."""
        id_ = self.failed()
        self.assert_ended(
            result,
            f'Detaching from server {self.server.id} failed: its event '
            f'detach_interface says Error. See "openstack server event show '
            f'{self.server.id} {id_}", or ask the operators of the cloud. '
            f'(Request ID: {id_}) Not detached:',
            self.line(port, 'DOWN'),
        )

    def test_before_the_command_begins(self) -> None:
        self.detach(self.unknown)

        for cloud in ('sandbox', 'sandbox-reader'):
            result = self.wait(self.unknown.id, *DETACHED, cloud=cloud)

            self.assert_failed(result, self.unknown)
            self.assert_asked(result, LIST, 'server', ACTIONS, LIST)

    def test_meanwhile(self) -> None:
        def detach() -> None:
            self.cloud.compute.delete_server_interface(
                self.unknown.id, server=self.server.id
            )

        result = self.wait_while(
            detach, *(self.server.id, self.unknown.name, *DETACHED)
        )

        self.assert_failed(result, self.unknown)

    def test_another_that_does_not_fail(self) -> None:
        self.detach(self.unknown)
        known = self.port()
        self.cloud.compute.create_server_interface(
            self.server, port_id=known.id
        )
        self.detach(known)

        result = self.wait(known.id, *DETACHED)

        self.assertEqual(('', 0), (result.stdout, result.status))

        result = self.wait(self.unknown.id, *DETACHED)

        self.assert_failed(result, self.unknown)
        self.assert_asked(
            result,
            *(LIST, 'server', ACTIONS),
            *(f'{ACTIONS}/{self.newest()}', LIST),
        )

    def newest(self) -> str:
        """Return the request ID of what was asked of the server last."""
        actions = self.cloud.compute.server_actions(self.server)
        id_: str = next(actions).request_id
        return id_
