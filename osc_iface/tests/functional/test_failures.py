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

"""The command against a cloud that fails, row by row."""

from collections.abc import Iterator
from concurrent import futures
import contextlib
import functools
import os
from pathlib import Path
import signal
import subprocess
import tempfile
from typing import IO, Any, NamedTuple

import testtools
import yaml

from osc_iface.tests import failures, shell
from osc_iface.tests.failures import Failure
from osc_iface.tests.fake.errors import UNAUTHORIZED
from osc_iface.tests.fake.faults import (
    FaultCloud,
    Play,
    Right,
    Route,
    route,
)
from osc_iface.tests.fake.forwarder import Forwarder
from osc_iface.tests.fake.plays import Close, Reply, Silence
from osc_iface.tests.functional import SANDBOX
from osc_iface.tests.functional import base as sandbox
from osc_iface.tests.shell import Result
from osc_iface.tests.unit import base

# Seconds after which a command that should have ended is killed.
_GIVE_UP = 120
# Seconds for which rows wait for an answer that never comes. Those that do
# come take a few milliseconds.
_TIMEOUT = 3
_SHOW = ('server', 'interface', 'show')


def run(cloud: FaultCloud, *args: str, **options: Any) -> Result:
    """Run ``openstack``.

    :param options: those of :func:`variables`
    """
    with variables(cloud, **options) as environment:
        return shell.run(*args, environment=environment)


def run_alone(cloud: FaultCloud, *args: str, **options: Any) -> Result:
    """Run it in a process of its own.

    :param options: those of :func:`started`
    """
    with started(cloud, *args, **options) as process:
        out, err = process.communicate(timeout=_GIVE_UP)
    return Result(process.returncode, out or '', err or '')


@contextlib.contextmanager
def started(
    cloud: FaultCloud,
    *args: str,
    stdout: int | IO[str] = subprocess.PIPE,
    stderr: int | IO[str] = subprocess.PIPE,
    **options: Any,
) -> Iterator[Any]:
    """Start the command in a process of its own, and end it at last.

    :param options: those of :func:`variables`
    """
    with variables(cloud, **options) as environment:
        process = subprocess.Popen(  # noqa: S603
            [shell.SCRIPT, *args],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            text=True,
            preexec_fn=_obey_interrupts,
        )
        try:
            yield process
        finally:
            process.kill()
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
            process.wait()


def _obey_interrupts() -> None:
    """Undo what shells do to what they run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def variables(
    cloud: FaultCloud,
    trusted: bool = False,
    settings: dict[str, Any] | None = None,
) -> Iterator[dict[str, str]]:
    """Return the environment of a user of the cloud, who has nothing else.

    :param trusted: whether the certificate of the cloud is
    :param settings: more of clouds.yaml
    """
    with tempfile.TemporaryDirectory() as home:
        _configure(Path(home), cloud, trusted, settings or {})
        yield {
            'HOME': home,
            'LANG': 'C.UTF-8',
            'OS_CLOUD': 'faults',
            'OS_CLIENT_CONFIG_FILE': f'{home}/clouds.yaml',
        }


def _configure(
    home: Path, cloud: FaultCloud, trusted: bool, settings: dict[str, Any]
) -> None:
    """Write clouds.yaml, with pauses that are over soon."""
    config = {
        'auth': {
            'auth_url': cloud.auth_url,
            'username': 'user',
            'password': 'password',
            'project_name': 'project',
            'user_domain_name': 'Default',
            'project_domain_name': 'Default',
        },
        'connect_retry_delay': 0.01,
        'status_code_retry_delay': 0.01,
        **settings,
    }
    if trusted:
        authority = home / 'authority.pem'
        authority.write_bytes(cloud.certificate)
        config['cacert'] = str(authority)
    clouds = {'clouds': {'faults': config}}
    (home / 'clouds.yaml').write_text(yaml.safe_dump(clouds))


class Played(NamedTuple):
    """What came of a row."""

    result: Result
    address: str
    # How often was asked what fails; None where nobody can count.
    attempts: int | None


def play(row: Failure) -> Played:
    """Run the command of a row against its cloud."""
    with FaultCloud(row.plays, row.places) as cloud:
        if row.silent:
            settings = {'api_timeout': _TIMEOUT}
            result = run_alone(cloud, *row.typed, settings=settings)
        else:
            result = run(cloud, *row.typed, trusted=row.trusted)
        attempts: int | None = cloud.count(row.asks)
        if cloud.unserved:  # what TLS keeps from becoming a request
            attempts = cloud.unserved
        if row.unreachable:
            attempts = None
        return Played(result, cloud.address(row.service), attempts)


@functools.cache
def waiting() -> dict[str, futures.Future[Played]]:
    """Ask for the rows that wait for an answer in vain, all at the same time.

    They do so in processes, which other rows need not wait for.
    """
    rows = [row for row in failures.ALL if row.silent]
    pool = futures.ThreadPoolExecutor(len(rows))
    return {row.name: pool.submit(play, row) for row in rows}


def _with_rows(case: type['TestRow']) -> type['TestRow']:
    """Add a test for each row."""
    for row in failures.ALL:
        method = functools.partialmethod(case.assert_row, row)
        setattr(case, f'test_{row.name}', method)
    return case


@_with_rows
class TestRow(testtools.TestCase):
    """Each row of the table."""

    def assert_row(self, row: Failure) -> None:
        played = waiting()[row.name].result() if row.silent else play(row)
        result, address, attempts = played

        self.assertEqual(
            row.stderr(address, _TIMEOUT, result.stderr), result.stderr
        )
        self.assertEqual(row.status, result.status)
        self.assertEqual(row.shows, bool(result.stdout))
        if attempts is not None:
            self.assertEqual(row.attempts, attempts)


# What each status may come with: the body, its type, and the words in it.
_NOVA = {'anyFault': {'code': 0, 'message': 'Words of Nova.'}}
_MIDDLEWARE = {'error': {'code': 0, 'title': '', 'message': 'Words of it.'}}
_PAGE = '<html><body><h1>Words of a load balancer</h1></body></html>'
_BODIES = (
    (_NOVA, 'application/json', ': Words of Nova. '),
    (_MIDDLEWARE, 'application/json', ': Words of it. '),
    (_PAGE, 'text/html', '. '),
    ('', 'application/json', '. '),
)
_STATUSES = {
    400: 'Bad Request',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'Not Found',
    405: 'Method Not Allowed',
    406: 'Not Acceptable',
    409: 'Conflict',
    413: 'Content Too Large',
    414: 'URI Too Long',
    416: 'Range Not Satisfiable',
    422: 'Unprocessable Content',
    429: 'Too Many Requests',
    500: 'Internal Server Error',
    501: 'Not Implemented',
    502: 'Bad Gateway',
    503: 'Service Unavailable',
    504: 'Gateway Timeout',
}


class TestStatusAndBody(base.ShellTestCase):
    """Each status with each kind of body, in one process for speed."""

    def test_every_pair(self) -> None:
        self.cloud.stop()
        for status, reason in _STATUSES.items():
            for body, kind, words in _BODIES:
                reply = Reply(status, body, kind)

                result = self.played(reply)

                self.assertEqual(('', 1), (result.stdout, result.status))
                api = 'no such API: ' if status == 404 else ''
                self.assertIn(
                    f'Cannot show interface {base.PORT_ID} of server '
                    f'{base.SERVER_ID}: {api}the Compute service answered '
                    f'{status} {reason}{words}',
                    result.stderr,
                )
                self.assertEqual(1, result.stderr.count('\n'))
                self.assertNotIn('<', result.stderr)

    def played(self, reply: Reply) -> base.Result:
        with FaultCloud({'show': [reply]}) as cloud:
            self.set_variable('OS_AUTH_URL', cloud.auth_url)
            return self.show(base.SERVER_ID, base.PORT_ID)


class FaultTestCase(testtools.TestCase):
    """Runs commands against one cloud."""

    def cloud(self, *plays: Play, route: Route = 'show') -> FaultCloud:
        """Return a cloud that plays this for as long as the test runs."""
        cloud = FaultCloud({route: plays or (Right(),)})
        cloud.__enter__()
        self.addCleanup(cloud.__exit__)
        return cloud

    def show(self, cloud: FaultCloud, **options: Any) -> Result:
        return run(cloud, *_SHOW, base.SERVER_ID, base.PORT_ID, **options)

    def show_alone(self, cloud: FaultCloud, **options: Any) -> Result:
        return run_alone(
            cloud, *_SHOW, base.SERVER_ID, base.PORT_ID, **options
        )


class TestRetries(FaultTestCase):
    UNAVAILABLE = Reply(503)

    def test_answer_after_failures_is_shown_quietly(self) -> None:
        cloud = self.cloud(self.UNAVAILABLE, Close(), Right(cut=True), Right())

        result = self.show(cloud)

        self.assertEqual(('', 0), (result.stderr, result.status))
        self.assertIn(base.PORT_ID, result.stdout)
        self.assertEqual(4, cloud.count('show'))

    def test_settings_win(self) -> None:
        for settings, reply, attempts in (
            ({'compute_status_code_retries': 1}, self.UNAVAILABLE, 2),
            ({'compute_status_code_retries': 0}, self.UNAVAILABLE, 1),
            ({'compute_connect_retries': 4}, Close(), 5),
            ({'compute_connect_retries': 0}, Close(), 1),
        ):
            cloud = self.cloud(reply)

            result = self.show(cloud, settings=settings)

            self.assertEqual(1, result.status)
            self.assertEqual(attempts, cloud.count('show'))

    def test_person_at_a_terminal_is_told_once(self) -> None:
        cloud = self.cloud(self.UNAVAILABLE, Close(), Right())
        master, slave = os.openpty()
        with open(master) as screen:
            with open(slave, 'w') as terminal:
                result = self.show_alone(cloud, stderr=terminal)
            shown = os.read(screen.fileno(), 10000).decode()

        self.assertEqual(0, result.status)
        self.assertIn(base.PORT_ID, result.stdout)
        self.assertEqual(
            'No usable answer from the Compute service yet, trying again...'
            '\r\n',
            shown,
        )

    def test_expired_token_is_renewed_once(self) -> None:
        cloud = self.cloud(UNAUTHORIZED, Right())

        result = self.show(cloud)

        self.assertEqual(('', 0), (result.stderr, result.status))
        self.assertEqual(2, cloud.count('token'))
        self.assertEqual(
            ['token-1', 'token-2'],
            [
                request.headers['X-Auth-Token']
                for request in cloud.asked
                if route(request) == 'show'
            ],
        )


class TestInterruption(FaultTestCase):
    def test_closed_pipe_after_one_line(self) -> None:
        many = next(
            row for row in failures.ALL if row.name == 'thousands_of_fixed_ips'
        )
        cloud = self.cloud(*many.plays['show'])
        with started(cloud, *_SHOW, base.SERVER_ID, base.PORT_ID) as process:
            # The output is longer than a pipe holds.
            process.stdout.readline()
            process.stdout.close()
            stderr = process.stderr.read()

            self.assertEqual(141, process.wait(_GIVE_UP))
        self.assertEqual('', stderr)

    def test_pipe_closed_before_the_output(self) -> None:
        for form in ('table', 'json', 'yaml', 'value', 'shell'):
            reader, writer = os.pipe()
            with open(writer, 'w') as pipe:
                os.close(reader)

                result = run_alone(
                    self.cloud(),
                    *(*_SHOW, base.SERVER_ID, base.PORT_ID, '-f', form),
                    stdout=pipe,
                )

            self.assertEqual(('', 141), (result.stderr, result.status))

    def test_full_disk(self) -> None:
        with open('/dev/full', 'w') as disk:
            result = self.show_alone(self.cloud(), stdout=disk)

        self.assertEqual(
            ('Cannot write the output: No space left on device.\n', 1),
            (result.stderr, result.status),
        )

    def test_interrupt(self) -> None:
        routes: tuple[Route, ...] = ('token', 'show')
        for asked in routes:
            cloud = self.cloud(Silence(), route=asked)
            with started(
                cloud, *_SHOW, base.SERVER_ID, base.PORT_ID
            ) as process:
                self.assertTrue(cloud.asked_in_vain.wait(_GIVE_UP))
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=_GIVE_UP)

            self.assertEqual(
                ('', '', 130), (out, err, process.returncode), asked
            )


class TestBeforeTheSandbox(sandbox.SandboxTestCase):
    """A real Nova behind something that fails now and then."""

    def setUp(self) -> None:
        super().setUp()
        self.endpoint = sandbox.connect().compute.get_endpoint()
        self.server = sandbox.server('web-1').id
        self.port = sandbox.port('web-1-mgmt').id

    def show(self, *plays: Play) -> tuple[sandbox.Result, Forwarder]:
        """Show an interface, with Nova's answers replaced by these."""
        address, _, path = self.endpoint.partition('/v2.1')
        with Forwarder(address, {'show': plays}) as forwarder:
            config = yaml.safe_load((SANDBOX / 'clouds.yaml').read_text())
            config['clouds']['sandbox']['compute_endpoint_override'] = (
                f'{forwarder.address("compute")}/v2.1{path}'
            )
            with tempfile.NamedTemporaryFile('w', suffix='.yaml') as file:
                yaml.safe_dump(config, file)
                file.flush()
                result = self.openstack(
                    *('server', 'interface', 'show', self.server, self.port),
                    OS_CLIENT_CONFIG_FILE=file.name,
                )
        return result, forwarder

    def test_real_answer_after_failures(self) -> None:
        result, forwarder = self.show(
            Reply(503), Close(), Right(cut=True), Right()
        )

        self.assertEqual(('', 0), (result.stderr, result.status))
        self.assertIn(self.port, result.stdout)
        self.assertEqual(4, forwarder.count('show'))

    def test_real_answer_cut_in_the_middle(self) -> None:
        result, forwarder = self.show(Right(cut=True))

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertEqual(
            f'Cannot show interface {self.port} of server {self.server}: the '
            'answer of the Compute service at '
            f'{forwarder.address("compute")} broke off: the connection was '
            'closed in the middle of it. Try again; if it happens again, tell '
            'the operators of the cloud.\n',
            result.stderr,
        )
        self.assertEqual(4, forwarder.count('show'))
