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

"""What our commands leave behind for those that run after them.

The client runs several commands in one process, interactively or from
standard input, and all of them share its session and its streams.
"""

from collections.abc import Iterator
import contextlib
import hashlib
import io
import json
import logging
import os
from pathlib import Path
import sys
import threading
import tracemalloc
from typing import Any
import uuid
import warnings

import fixtures
from openstackclient import shell
import requests

from osc_iface.tests import shell as test_shell
from osc_iface.tests.unit import base

OURS = ('server', 'interface', 'show', base.SERVER_ID, base.PORT_ID)
LIST = ('server', 'interface', 'list')
THEIRS = ('token', 'issue', '-c', 'project_id', '-f', 'value')
NETWORKS_URL = f'{base.NETWORK_URL}/v2.0/networks'
TOKEN_URL = f'{base.AUTH_URL}/auth/tokens'

OTHER_ID = '77777777-7777-4777-8777-777777777777'
IMAGE_URL = 'https://image.example.com'
IMAGE_ID = '66666666-6666-4666-8666-666666666666'
IMAGE_SIZE = 16 * 2**20


class Process:
    """A process of the client in which one command runs after the other."""

    def __init__(self, out: Any) -> None:
        self.shell = shell.OpenStackShell()
        self.shell.stdout = out

    def first(self, *args: str) -> int:
        """Run the first command, which also prepares the process."""
        return self.shell.run(list(args))

    def then(self, *args: str) -> int:
        """Run another command, as the client does when it reads several."""
        return self.shell.run_subcommand(list(args))

    @property
    def state(self) -> dict[str, Any]:
        """What all commands of the process share."""
        session = self.shell.client_manager.session
        http = session.session
        return {
            'session': {
                name: value
                for name, value in vars(session).items()
                # What keystoneauth finds out once, and keeps.
                if name != '_determined_user_agent'
            },
            'http': {name: getattr(http, name) for name in http.__attrs__},
            'hooks': {name: list(each) for name, each in http.hooks.items()},
            'adapters': list(http.adapters.items()),
            'streams': [
                sys.stdin,
                sys.stdout,
                sys.stderr,
                self.shell.stdin,
                self.shell.stdout,
                self.shell.stderr,
            ],
            'filters': list(warnings.filters),
            'log level': logging.getLogger('keystoneauth').level,
        }


class GuestTestCase(base.ShellTestCase):
    @contextlib.contextmanager
    def process(self, out: Any = None) -> Iterator[Process]:
        """Yield a process, for as long as the block lasts."""
        root = logging.getLogger()
        handlers, level = list(root.handlers), root.level
        self.out, self.err = out or io.StringIO(), io.StringIO()
        try:
            with (
                contextlib.redirect_stdout(self.out),
                contextlib.redirect_stderr(self.err),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter('ignore', DeprecationWarning)
                yield Process(self.out)
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)

    def register_versions(self) -> None:
        """Let Nova tell which versions it has."""
        version = {
            'id': 'v2.1',
            'status': 'CURRENT',
            'version': '2.96',
            'min_version': '2.1',
            'links': [{'rel': 'self', 'href': f'{base.COMPUTE_URL}/'}],
        }
        for url in (base.COMPUTE_URL, f'{base.COMPUTE_URL}/'):
            self.cloud.get(url, json={'version': version})

    @property
    def limits(self) -> list[float | None]:
        """How long each of the requests may take."""
        return [request.timeout for request in self.cloud.request_history]

    def assert_nothing_left(self, *args: str, status: int = 0) -> None:
        """Check that a command of ours leaves everything as it was."""
        with self.process() as process:
            self.assertEqual(0, process.first(*THEIRS), self.err.getvalue())
            before = process.state

            self.assertEqual(status, process.then(*args), self.err.getvalue())

            self.assertEqual(before, process.state)
            self.cloud.reset_mock()
            self.assertEqual(0, process.then(*THEIRS))
            self.assertEqual({None}, set(self.limits) or {None})


class TestSession(GuestTestCase):
    def test_after_success(self) -> None:
        self.register_show()
        self.register_list(base.interface())
        self.register_networks()

        self.assert_nothing_left(*OURS)
        self.assert_nothing_left(*LIST, base.SERVER_ID)

    def test_after_success_as_the_first_command(self) -> None:
        self.register_show()
        with self.process() as process:
            self.assertEqual(0, process.first(*OURS), self.err.getvalue())

            self.assertIsNone(process.state['session']['timeout'])
            self.assertEqual({'response': []}, process.state['hooks'])
            self.assertEqual({60.0}, set(self.limits))

    def test_after_several(self) -> None:
        self.register_show()
        with self.process() as process:
            process.first(*THEIRS)
            before = process.state

            for _time in range(3):
                self.assertEqual(0, process.then(*OURS))

            self.assertEqual(before, process.state)

    def test_after_rows_that_come_while_others_are_written(self) -> None:
        self.register_everything()

        self.assert_nothing_left(*LIST, '-f', 'csv')

    def test_after_tags_that_come_at_once(self) -> None:
        self.register_everything()

        self.assert_nothing_left(*LIST, '-c', 'Tag')

    def test_after_names_that_come_at_once(self) -> None:
        self.register_everything()

        self.assert_nothing_left(*LIST, '--long')
        self.assert_nothing_left(*OURS, '--long')

    def test_after_names_that_do_not_come(self) -> None:
        self.register_everything()
        for failure in ({'status_code': 500}, {'exc': requests.ReadTimeout}):
            self.cloud.get(NETWORKS_URL, **failure)

            self.assert_nothing_left(*LIST, status=1)
            self.assert_nothing_left(*OURS, '--long', status=1)

    def test_after_a_project_is_looked_for(self) -> None:
        self.register_everything()
        for failure in ({'status_code': 403}, {'exc': requests.ReadTimeout}):
            self.cloud.get(f'{base.AUTH_URL}/projects/x', **failure)
            self.cloud.get(f'{base.AUTH_URL}/projects', **failure)

            self.assert_nothing_left(*LIST, '--project', 'x', status=1)

    def test_after_what_the_command_line_shows_to_be_wrong(self) -> None:
        for args in (
            ('-c', 'x'),
            ('--sort-column', 'x'),
            ('--project', 'x', 'web'),
        ):
            with self.process() as process:
                self.assertEqual(0, process.first(*THEIRS))
                before, asked = process.state, len(self.limits)

                # The client is one of a single command here, as in a script.
                self.assertEqual(2, self.exit_status(process, *LIST, *args))

                self.assertEqual(before, process.state)
                self.assertEqual(asked, len(self.limits))

    def exit_status(self, process: Process, *args: str) -> int:
        """Return with which status a command ends, or all of the process."""
        try:
            return process.then(*args)
        except SystemExit as exc:
            return int(exc.code or 0)

    def register_everything(self) -> None:
        """Let all be there that a list may ask for."""
        server = {'id': base.SERVER_ID, 'name': 'web'}
        self.register_show()
        self.register_list(base.interface())
        self.register_servers('web')
        self.cloud.get(
            f'{base.SERVERS_URL}/detail', json={'servers': [server]}
        )
        self.register_resources('ports', base.port(security_groups=['x']))
        self.register_networks((base.NETWORK_ID, 'net'))
        for kind in ('subnets', 'security-groups', 'floatingips'):
            self.register_resources(kind)

    def test_after_a_failure(self) -> None:
        self.cloud.get(base.SHOW_URL, status_code=500)

        self.assert_nothing_left(*OURS, status=1)

    def test_after_silence(self) -> None:
        self.cloud.get(base.SHOW_URL, exc=requests.ReadTimeout)

        self.assert_nothing_left(*OURS, status=1)

    def test_after_an_interrupt(self) -> None:
        interrupt: Any = KeyboardInterrupt
        self.cloud.get(base.SHOW_URL, exc=interrupt)
        with self.process() as process:
            process.first(*THEIRS)
            before = process.state

            self.assertRaises(KeyboardInterrupt, process.then, *OURS)

            self.assertEqual(before, process.state)

    def test_after_a_login_that_failed(self) -> None:
        for failure in (
            {'status_code': 401},
            {'exc': requests.ReadTimeout},
            {'exc': KeyboardInterrupt},
        ):
            self.cloud.post(TOKEN_URL, **failure)
            with self.process() as process:
                with contextlib.suppress(KeyboardInterrupt):
                    self.assertNotEqual(0, process.first(*OURS))

                self.assertIsNone(process.state['session']['timeout'])
                self.assertEqual({'response': []}, process.state['hooks'])
            self.assertEqual({60.0}, set(self.limits))

    def test_token_renewed_meanwhile_has_the_limits(self) -> None:
        with self.process() as process:
            process.first(*THEIRS)
            before = process.state
            self.cloud.reset_mock()
            unauthorized = {'status_code': 401}
            found = {'json': {'interfaceAttachment': base.interface()}}
            self.cloud.get(base.SHOW_URL, [unauthorized, found])

            self.assertEqual(0, process.then(*OURS), self.err.getvalue())

            self.assertEqual(before, process.state)
        self.assertEqual(
            ['GET', 'POST', 'GET'],
            [request.method for request in self.cloud.request_history],
        )
        self.assertEqual({60.0}, set(self.limits))

    def test_versions_that_the_sdk_asks_for_have_the_limits(self) -> None:
        self.configure(compute_default_microversion='2.60')
        self.register_versions()
        self.register_show()
        with self.process() as process:
            self.assertEqual(0, process.first(*OURS), self.err.getvalue())

        self.assertLess(3, len(self.limits))
        self.assertEqual({60.0}, set(self.limits))

    def test_limit_of_the_user_stays(self) -> None:
        self.configure(api_timeout=7)
        self.register_show()
        with self.process() as process:
            process.first(*OURS)

            self.assertEqual(7.0, process.state['session']['timeout'])
        self.assertEqual({7.0}, set(self.limits))


class TestCommandsRead(GuestTestCase):
    """The client reads its commands from standard input."""

    def read(self, *commands: tuple[str, ...]) -> base.Result:
        version = {
            'id': 'v2.0',
            'status': 'CURRENT',
            'links': [{'rel': 'self', 'href': f'{base.NETWORK_URL}/v2.0/'}],
        }
        for url in (base.NETWORK_URL, f'{base.NETWORK_URL}/'):
            self.cloud.get(url, json={'versions': [version]})
        self.cloud.get(
            f'{base.NETWORK_URL}/v2.0/networks', json={'networks': []}
        )
        lines = ''.join(f'{" ".join(command)}\n' for command in commands)
        return test_shell.run(commands=lines)

    def test_others_have_no_limits_of_ours(self) -> None:
        self.register_show()

        result = self.read(OURS, ('network', 'list'), OURS, THEIRS)

        self.assertIn('mac_addr', result.stdout)
        self.assertIn(base.PROJECT_ID, result.stdout)
        theirs = [
            request.timeout
            for request in self.cloud.request_history
            if request.path.endswith('/networks')
        ]
        self.assertEqual({None}, set(theirs), result.stderr)

    def test_arguments_that_are_wrong_leave_nothing(self) -> None:
        result = self.read((*LIST, '--no-such-option'), ('network', 'list'))

        self.assertIn('--no-such-option', result.stderr)
        self.assertIsNone(self.cloud.request_history[-1].timeout)

    def test_what_the_command_line_shows_to_be_wrong_ends_nothing(
        self,
    ) -> None:
        self.register_show()
        for ours, told in (
            ((*LIST, '-c', 'x'), "no column has the name 'x'; there are "),
            ((*OURS, '-c', 'x'), "no column has the name 'x'; there are "),
            ((*LIST, '--sort-column', 'x'), "no column has the name 'x'"),
            (
                (*LIST, '--project', 'x', 'web'),
                'argument --project: not allowed with argument <server>',
            ),
        ):
            self.cloud.reset_mock()

            result = self.read(ours, OURS, THEIRS)

            self.assertIn(told, result.stderr)
            self.assertNotIn('Traceback', result.stderr)
            self.assertIn('mac_addr', result.stdout)
            self.assertIn(base.PROJECT_ID, result.stdout)
            self.assertEqual(
                [f'GET /v2.1/servers/{base.SERVER_ID}/os-interface/'
                 f'{base.PORT_ID} 2.70'],
                self.requests,
            )  # fmt: skip


class Image(io.RawIOBase):
    """The body of an image, made as it is read."""

    left = IMAGE_SIZE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = min(len(buffer), self.left)
        buffer[:size] = bytes(size)
        self.left -= size
        return size


class TestMemory(GuestTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.register_identity(
            ('identity', base.AUTH_URL),
            ('compute', base.COMPUTE_URL),
            ('image', IMAGE_URL),
        )
        version = {
            'id': 'v2.9',
            'status': 'CURRENT',
            'links': [{'rel': 'self', 'href': f'{IMAGE_URL}/v2/'}],
        }
        for url in (IMAGE_URL, f'{IMAGE_URL}/', f'{IMAGE_URL}/v2/'):
            self.cloud.get(url, json={'versions': [version]})
        checksum = hashlib.md5(bytes(IMAGE_SIZE), usedforsecurity=False)
        image = {'id': IMAGE_ID, 'name': 'x', 'checksum': checksum.hexdigest()}
        self.cloud.get(f'{IMAGE_URL}/v2/images/{IMAGE_ID}', json=image)
        self.register_show()

    def test_image_saved_afterwards_is_not_held(self) -> None:
        path = Path(self.useFixture(fixtures.TempDir()).path, 'image')
        self.cloud.get(f'{IMAGE_URL}/v2/images/{IMAGE_ID}/file', body=Image())
        with self.process() as process:
            self.assertEqual(0, process.first(*OURS), self.err.getvalue())
            tracemalloc.start()
            try:
                status = process.then(
                    'image', 'save', '--file', str(path), IMAGE_ID
                )
                _now, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()

        self.assertEqual((0, IMAGE_SIZE), (status, path.stat().st_size))
        self.assertLess(peak, IMAGE_SIZE // 2)


def devices_opened() -> list[str]:
    """Return the devices that this process has open, each as often."""
    opened = []
    for descriptor in Path('/proc/self/fd').iterdir():
        with contextlib.suppress(FileNotFoundError):  # that of the folder
            opened.append(str(descriptor.readlink()))
    return sorted(each for each in opened if each.startswith('/dev/'))


class TestOutput(GuestTestCase):
    """The output that cannot be written, and the stream afterwards."""

    def test_stream_is_what_it_was_when_the_disk_is_full(self) -> None:
        self.register_show()
        full = Path('/dev/full')
        with open(full, 'w') as out:
            with self.process(out) as process:
                before = os.fstat(out.fileno())
                opened = devices_opened()

                self.assertEqual(1, process.first(*OURS))

                self.assertEqual(opened, devices_opened())
                self.assertTrue(
                    os.path.samestat(before, os.fstat(out.fileno()))
                )
            # Nothing is left that the next one to write would stumble over.
            out.flush()
        self.assertEqual(
            'Cannot write the output: No space left on device.\n',
            self.err.getvalue(),
        )

    def test_reader_that_has_gone(self) -> None:
        self.register_show()
        reading, writing = os.pipe()
        os.close(reading)
        with open(writing, 'w') as out:
            with self.process(out) as process:
                before = os.fstat(writing)

                self.assertEqual(141, process.first(*OURS))

                self.assertTrue(os.path.samestat(before, os.fstat(writing)))
            out.flush()
        self.assertEqual('', self.err.getvalue())

    def test_stream_that_is_no_file(self) -> None:
        class Full(io.StringIO):
            def flush(self) -> None:
                raise OSError(28, 'No space left on device')

        self.register_show()
        with self.process(Full()) as process:
            self.assertEqual(1, process.first(*OURS))

        self.assertEqual(
            'Cannot write the output: No space left on device.\n',
            self.err.getvalue(),
        )

    def test_no_standard_output(self) -> None:
        self.register_show()
        with self.process() as process:
            process.shell.stdout = None

            self.assertEqual(1, process.first(*OURS))

        self.assertEqual(
            'Cannot write the output: standard output is closed.\n',
            self.err.getvalue(),
        )

    def test_character_that_the_locale_has_not(self) -> None:
        self.register_show(tag='b\xfcro')
        written = io.BytesIO()
        out = io.TextIOWrapper(written, 'ascii')
        with self.process(out) as process:
            self.assertEqual(1, process.first(*OURS))
            out.flush()
            self.assertEqual(b'', written.getvalue())
            # These two write line by line.
            for format_ in ('value', 'shell'):
                self.assertEqual(1, process.then(*OURS, '-f', format_))

        self.assertEqual(
            3
            * [
                'Cannot write the output: ascii, the encoding of the locale, '
                'has no character U+00FC; choose a locale with UTF-8, '
                'LC_ALL=C.UTF-8 for example.'
            ],
            self.err.getvalue().splitlines(),
        )

    def test_failed_call_is_not_a_failure_to_write(self) -> None:
        gone = OSError('Could not find a suitable TLS CA certificate bundle')
        page = {
            'servers': [{'id': base.SERVER_ID, 'name': 'web'}],
            'servers_links': [{'rel': 'next', 'href': base.SERVERS_URL}],
        }
        ports = [
            base.port(),
            base.port(id=OTHER_ID, device_id=OTHER_ID),
        ]
        self.cloud.get(base.PORTS_URL, json={'ports': ports})
        self.cloud.get(base.SERVERS_URL, [{'json': page}, {'exc': gone}])

        result = self.openstack(*LIST, '-f', 'csv')

        self.assertEqual(
            (
                'Cannot list the servers: the Compute service cannot be used: '
                'Could not find a suitable TLS CA certificate bundle. Check '
                'the cloud in clouds.yaml, the options and the environment.\n',
                1,
            ),
            (result.stderr, result.status),
        )
        self.assertEqual('', result.stdout)


class TestThreads(GuestTestCase):
    """Calls of several threads, with the SDK's cache on."""

    def test_calls_leave_the_cache_alone(self) -> None:
        """Two threads that drop the same entry at once are an error of it."""
        path = Path(self.useFixture(fixtures.TempDir()).path, 'clouds.yaml')
        path.write_text(
            json.dumps(
                {
                    'cache': {'class': 'dogpile.cache.memory'},
                    'clouds': {'test': {'auth': base.AUTH}},
                }
            )
        )
        self.set_environment(OS_CLOUD='test', OS_CLIENT_CONFIG_FILE=str(path))
        here, both = threading.current_thread(), threading.Barrier(2)

        def delete(*_args: Any) -> None:
            if threading.current_thread() is not here:
                with contextlib.suppress(threading.BrokenBarrierError):
                    both.wait(5)

        self.useFixture(
            fixtures.MonkeyPatch(
                'dogpile.cache.region.CacheRegion.delete', delete
            )
        )
        ids = [str(uuid.UUID(int=number)) for number in range(1, 5)]
        servers = [{'id': id_, 'name': id_} for id_ in ids]
        ports = [base.port(id=id_, device_id=id_) for id_ in ids]
        self.cloud.get(base.PORTS_URL, json={'ports': ports})
        self.cloud.get(base.SERVERS_URL, json={'servers': servers})
        for id_ in ids:
            self.register_list(
                base.interface(port_id=id_),
                url=f'{base.SERVERS_URL}/{id_}/os-interface',
            )

        result = self.openstack(*LIST, '-f', 'value', '-c', 'Tag')

        self.assertEqual(
            ('', 'mgmt\n' * 4, 0),
            (result.stderr, result.stdout, result.status),
        )
