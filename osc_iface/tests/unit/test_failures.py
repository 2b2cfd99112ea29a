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

"""Failures, as far as they need no process of their own and take no time."""

import inspect
import json
from pathlib import Path
import re
import ssl
import subprocess
import sys
from typing import Any
import unicodedata

import fixtures
from keystoneauth1 import adapter, session
from keystoneauth1 import fixture as ksa_fixture
import requests
import requests_mock
import testtools

from osc_iface import errors, printable
from osc_iface.tests import failures, shell
from osc_iface.tests.fake.faults import FaultCloud
from osc_iface.tests.unit import base
from osc_iface.wire import failures as wording
from osc_iface.wire import request, service

SHOW = f'Cannot show interface {base.PORT_ID} of server {base.SERVER_ID}:'
ANSWERED = f'{SHOW} the Compute service answered'
CATALOG = (
    'The endpoint of the service in the catalog may be wrong, or something '
    'else answers there: see "openstack catalog list".'
)
REPORT = 'Report it to the operators of the cloud.'
REPORT_ID = 'Report it to the operators of the cloud, with the request ID.'
UNAVAILABLE = (
    'The service, or the load balancer before it, is not available: try '
    'again later.'
)
OTHER_PORT = '77777777-7777-4777-8777-777777777777'
VERSION = {
    'id': 'v2.1',
    'status': 'CURRENT',
    'version': '2.96',
    'min_version': '2.1',
    'links': [{'rel': 'self', 'href': f'{base.COMPUTE_URL}/'}],
}
# Columns of what Network knows of a port.
HEADERS = (
    *('Port Name', 'Admin State', 'Security Groups', 'Port Security'),
    *('Allowed Address Pairs', 'vNIC Type', 'QoS Policy ID', 'Trunk'),
    *('Host', 'VIF Type'),
)
# Less than these, but too many for whoever calls itself for each.
DEEPER = json.loads('{"a":' * 700 + '1' + '}' * 700)
# More levels than the json module of any Python follows.
DEEP = '[' * 200_000 + ']' * 200_000


class FailureTestCase(base.ShellTestCase):
    def shown(self) -> base.Result:
        """Show the one interface by its IDs."""
        return self.show(base.SERVER_ID, base.PORT_ID)

    def assert_fault(self, fault: str) -> None:
        """Check that what Nova claims to be an answer is refused so."""
        self.assert_refused(
            self.shown(), f'{ANSWERED} 200 OK with {fault}. {CATALOG}'
        )


class TestDocumentation(testtools.TestCase):
    def test_table_is_made_of_the_rows(self) -> None:
        page = Path(__file__).parents[3] / 'doc' / 'source' / 'failures.rst'

        self.assertEqual(
            failures.table(),
            page.read_text()
            .partition(failures.TABLE_BEGINS)[2]
            .partition(failures.TABLE_ENDS)[0],
            'put the output of "python -m osc_iface.tests.failures" there',
        )


class TestRows(base.ShellTestCase):
    """Rows of the table, over real connections."""

    def assert_row(self, row: failures.Failure) -> None:
        with FaultCloud(row.plays, row.places) as cloud:
            address = cloud.address(row.service)
            self.configure(**self.settings(row, cloud))
            proxy = cloud.address('proxy')
            used = row in failures.PROXIES
            for name in ('http_proxy', 'https_proxy'):
                # Whose user and password nobody may see.
                url = proxy.replace('://', '://user:s%23e@')
                self.set_variable(name, url if used else '')
            result = self.openstack(*row.typed)

        self.assertEqual(
            row.stderr(address, 0, result.stderr, proxy),
            result.stderr,
            row.name,
        )
        self.assertEqual(
            (row.shows, row.status), (bool(result.stdout), result.status)
        )
        if row in failures.ELSEWHERE and cloud.count(row.asks):
            self.assertEqual(row.attempts, cloud.count(row.asks), row.name)

    def settings(
        self, row: failures.Failure, cloud: FaultCloud
    ) -> dict[str, Any]:
        """Return what is in clouds.yaml for a row."""
        auth = {**base.AUTH, 'auth_url': cloud.auth_url}
        given = json.loads(
            json.dumps({**row.settings}).replace(
                failures.ADDRESS, cloud.address('identity')
            )
        )
        auth |= given.get('auth', {})
        settings = {
            **given,
            'auth': {key: value for key, value in auth.items() if value},
        }
        if row.trusted:
            settings['cacert'] = self.authority(cloud)
        return settings

    def authority(self, cloud: FaultCloud) -> str:
        """Return the name of a file with the certificate to trust."""
        folder = self.useFixture(fixtures.TempDir()).path
        path = Path(folder, 'authority.pem')
        path.write_bytes(cloud.certificate)
        return str(path)

    def test_no_answer_and_no_token(self) -> None:
        """The functional tests play the others, and those that take long."""
        self.cloud.stop()
        for row in (*failures.CONNECTIONS, *failures.LOGINS):
            if not row.silent:
                self.assert_row(row)

    def test_long(self) -> None:
        self.cloud.stop()
        for row in failures.LONG:
            self.assert_row(row)

    def test_proxies(self) -> None:
        self.cloud.stop()
        for row in failures.PROXIES:
            self.assert_row(row)

    def test_accounts(self) -> None:
        self.cloud.stop()
        for row in failures.ACCOUNTS:
            self.assert_row(row)


class TestWords(FailureTestCase):
    """A service's own words, in every form that they come in."""

    def assert_words(self, expected: str, **answer: Any) -> None:
        self.cloud.get(base.SHOW_URL, status_code=500, **answer)

        words = f': {expected}' if expected else '.'
        self.assert_refused(
            self.shown(),
            f'{ANSWERED} 500 Internal Server Error{words} {REPORT}',
        )

    def test_of_nova(self) -> None:
        body = {'computeFault': {'code': 500, 'message': 'It broke.'}}
        self.assert_words('It broke.', json=body)

    def test_of_neutron(self) -> None:
        body = {
            'NeutronError': {
                'type': 'HTTPInternalServerError',
                'message': 'It broke',
                'detail': '',
            }
        }
        self.assert_words('It broke.', json=body)

    def test_of_keystone_and_its_middleware(self) -> None:
        body = {'error': {'code': 500, 'title': 'T', 'message': 'It broke.'}}
        self.assert_words('It broke.', json=body)

    def test_of_the_api_guidelines(self) -> None:
        body = {'errors': [{'title': 'T', 'detail': 'It broke.'}]}
        self.assert_words('It broke.', json=body)

    def test_of_webob(self) -> None:
        body = {
            'code': '500 Internal Server Error',
            'title': 'Internal Server Error',
            'message': 'It broke.<br /><br />\nBadly.\n\n',
        }
        self.assert_words('It broke. Badly.', json=body)

    def test_plain_text(self) -> None:
        plain = {'Content-Type': 'text/plain; charset=utf-8'}
        self.assert_words('It broke!', text=' It\n broke!\n', headers=plain)

    def test_text_of_no_known_type_is_not_shown(self) -> None:
        self.assert_words('', text='It broke.')

    def test_html_is_never_shown(self) -> None:
        page = '<!DOCTYPE html><html><body>It broke.</body></html>'
        for kind in ('text/html', 'text/plain', 'application/json', ''):
            self.assert_words('', text=page, headers={'Content-Type': kind})
        self.assert_words('', json={'message': page})
        self.assert_words('', json={'computeFault': {'message': page}})

    def test_nothing_said(self) -> None:
        bodies: tuple[Any, ...] = (
            {},
            [],
            None,
            42,
            'It broke.',
            {'message': None},
            {'message': ['It broke.']},
            {'computeFault': {}},
            {'computeFault': {'message': {'a': 1}}},
            {'computeFault': {'message': ''}},
            {'computeFault': None},
            {'errors': []},
            {'errors': [None]},
        )
        for body in bodies:
            self.assert_words('', text=json.dumps(body))
        for text in ('{', '', ' ', '\0', DEEP, '9' * 5000):
            self.assert_words('', text=text)

    def test_what_a_terminal_would_obey(self) -> None:
        self.assert_words(
            r'a\x1b[2Jb\x07c\u202ed\x9b\ud800.',
            text=r'{"message": "a\u001b[2Jb\u0007c\u202ed\u009b\ud800"}',
        )

    def test_request_id_that_a_terminal_would_obey(self) -> None:
        self.cloud.get(
            base.SHOW_URL,
            status_code=500,
            headers={'x-openstack-request-id': 'req-\x1b[2J\x9b'},
        )

        self.assert_refused(
            self.shown(),
            f'{ANSWERED} 500 Internal Server Error. {REPORT_ID} (Request ID: '
            r'req-\x1b[2J\x9b)',
        )

    def test_request_id_under_the_name_of_old_novas(self) -> None:
        self.cloud.get(
            base.SHOW_URL,
            status_code=500,
            headers={'x-compute-request-id': 'req-1'},
        )

        self.assert_refused(
            self.shown(),
            f'{ANSWERED} 500 Internal Server Error. {REPORT_ID} (Request ID: '
            'req-1)',
        )

    def test_many(self) -> None:
        body = {'computeFault': {'message': 'x' * 10_000_000}}
        self.assert_words('x' * 500 + '...', json=body)

    def test_charset_that_cannot_be(self) -> None:
        for charset in ('undefined', 'idna', 'hex', 'no-such', '', '"', 'é'):
            self.assert_words(
                'It broke.',
                content=b'It broke.',
                headers={'Content-Type': f'text/plain; charset={charset}'},
            )


class TestAdvice(testtools.TestCase):
    """What each status is called, and what the user can do about it."""

    def told(self, status: int) -> str:
        response = requests.Response()
        response.status_code = status
        return str(wording.from_response(response, 'Compute', 'ask'))

    def test_of_each_status(self) -> None:
        too_many = (
            'The service limits its requests: wait a little, then try again.'
        )
        for status, reason, advice in (
            (400, 'Bad Request', 'Check the arguments and the API version.'),
            (
                401,
                'Unauthorized',
                'Check the user name, password or token, and the project.',
            ),
            (
                403,
                'Forbidden',
                'Ask an administrator of the cloud for a role that allows '
                'this: reader on the project is the usual one.',
            ),
            (404, 'Not Found', CATALOG),
            (405, 'Method Not Allowed', CATALOG),
            (
                406,
                'Not Acceptable',
                'Choose another version with --os-compute-api-version.',
            ),
            (
                409,
                'Conflict',
                'Try again when the service has finished what it is doing.',
            ),
            (413, 'Content Too Large', too_many),
            (414, 'URI Too Long', REPORT),
            (416, 'Range Not Satisfiable', REPORT),
            (422, 'Unprocessable Content', REPORT),
            (429, 'Too Many Requests', too_many),
            (500, 'Internal Server Error', REPORT),
            (501, 'Not Implemented', 'This cloud does not offer the call.'),
            (502, 'Bad Gateway', UNAVAILABLE),
            (503, 'Service Unavailable', UNAVAILABLE),
            (504, 'Gateway Timeout', UNAVAILABLE),
            (505, 'HTTP Version Not Supported', REPORT),
        ):
            self.assertEqual(
                f'Cannot ask: the Compute service answered {status} {reason}. '
                f'{advice}',
                self.told(status),
            )


class TestAnswer(FailureTestCase):
    """What claims to be the interface."""

    def test_every_field_of_every_wrong_type(self) -> None:
        wrong: tuple[Any, ...] = (42, 1.5, True, [], {}, ['a'])
        for field in ('mac_addr', 'net_id', 'port_state', 'tag'):
            for value in wrong:
                changes: Any = {field: value}
                self.register_show(**changes)

                self.assert_fault(f'JSON in which {field} is not text')
        for value in (None, *wrong):
            self.register_show(port_id=value)

            self.assert_fault('JSON in which port_id is not text')
        for value in ('text', 42, True, {}):
            self.register_show(fixed_ips=value)

            self.assert_fault('JSON without a list of fixed_ips')

    def test_fixed_ip_of_every_wrong_type(self) -> None:
        good = {'ip_address': '10.0.0.5', 'subnet_id': base.SUBNET_ID}
        wrong: tuple[Any, ...] = (None, 42, [])
        for value in (*wrong, 'text'):
            self.register_show(fixed_ips=[good, value])

            self.assert_fault('JSON without the object fixed_ips')
        for field in good:
            for value in wrong:
                self.register_show(fixed_ips=[good, {**good, field: value}])

                self.assert_fault(f'JSON in which {field} is not text')

    def test_every_missing_field(self) -> None:
        for field in base.interface():
            if field == 'port_id':
                continue
            left = base.interface()
            del left[field]
            self.cloud.get(
                base.SHOW_URL,
                json={'interfaceAttachment': left},
                headers={'OpenStack-API-Version': 'compute 2.70'},
            )

            result = self.shown()

            self.assertEqual(
                f'The Compute service left out {field} of interface '
                f'{base.PORT_ID}.\n',
                result.stderr,
            )
            self.assertEqual(0, result.status)
            self.assertNotIn(f'| {field} ', result.stdout)
            for kept in left:
                self.assertIn(f'| {kept} ', result.stdout)

    def test_missing_field_of_another_interface_is_no_warning(self) -> None:
        left = base.interface(port_id=OTHER_PORT)
        del left['mac_addr']
        self.cloud.get(base.SHOW_URL, json={'interfaceAttachment': left})

        self.assert_fault('another interface than was asked for')

    def test_other_spelling_of_the_port_is_another(self) -> None:
        for port_id in (base.PORT_ID + '\n', f' {base.PORT_ID}', ''):
            self.register_show(port_id=port_id)

            self.assert_fault('another interface than was asked for')

    def test_half_of_a_character_is_no_text(self) -> None:
        for field in ('mac_addr', 'net_id', 'port_id', 'port_state', 'tag'):
            self.register_show(**{field: 'a\ud800'})

            self.assert_fault(f'JSON in which {field} is not text')

    def test_key_of_half_a_character_is_passed_over(self) -> None:
        self.register_show(**{'\ud800': '\ud800'})

        self.assert_shown(base.SERVER_ID, base.PORT_ID)

    def test_json_that_cannot_be_read(self) -> None:
        for body in (
            '{',
            'null null',
            DEEP,
            '{"interfaceAttachment": ' + DEEP + '}',
            '9' * 5000,
            '{"a": ' + '9' * 5000 + '}',
            'x' * 10_000_000,
            '\0',
            "{'interfaceAttachment': {}}",
        ):
            self.cloud.get(base.SHOW_URL, text=body)

            self.assert_fault('broken JSON')

    def test_bytes_that_are_no_text(self) -> None:
        for body in (b'\xff\xfe\x00', b'\x80abcd'):
            self.cloud.get(base.SHOW_URL, content=body)

            self.assert_fault('broken JSON')

    def test_no_content(self) -> None:
        self.cloud.get(base.SHOW_URL, status_code=204)

        self.assert_refused(
            self.shown(),
            f'{ANSWERED} 204 No Content with an empty answer. {CATALOG}',
        )

    def test_status_without_a_name(self) -> None:
        self.cloud.get(base.SHOW_URL, status_code=299)

        self.assert_refused(
            self.shown(), f'{ANSWERED} 299 with an empty answer. {CATALOG}'
        )

    def test_absurd_content_type_does_not_matter(self) -> None:
        body = json.dumps({'interfaceAttachment': base.interface()})
        for kind in ('', 'text/html', 'image/png', 'x', '; charset=hex'):
            self.cloud.get(
                base.SHOW_URL, text=body, headers={'Content-Type': kind}
            )

            self.assert_shown(base.SERVER_ID, base.PORT_ID)

    def test_absurd_version_is_none(self) -> None:
        left = base.interface()
        del left['tag']
        for version in ('', 'compute', '2.70', 'compute x.y', 'compute 2.x',
                        'compute ' + '9' * 5000 + '.1', 'volume 3.70',
                        'compute \xb2.\xb2'):  # fmt: skip
            self.cloud.get(
                base.SHOW_URL,
                json={'interfaceAttachment': left},
                headers={'OpenStack-API-Version': version},
            )

            self.assert_shown(base.SERVER_ID, base.PORT_ID)


class TestCertificate(FailureTestCase):
    """OpenSSL's codes of what is wrong with one."""

    def assert_advice(self, code: int, advice: str) -> None:
        wrong = ssl.SSLCertVerificationError(1, 'verify failed')
        wrong.verify_code, wrong.verify_message = code, 'it says why.'
        self.cloud.get(base.SHOW_URL, exc=requests.exceptions.SSLError(wrong))

        self.assert_refused(
            self.shown(),
            f'{SHOW} no trusted connection to the Compute service at '
            f'https://compute.example.com: it says why. {advice}',
        )

    def test_that_another_authority_would_make_right(self) -> None:
        """Signed by itself, at an end, in the chain; or by somebody."""
        for code in (18, 19, 20, 21):
            self.assert_advice(
                code, 'Name the authority that signed it with --os-cacert.'
            )

    def test_that_nothing_here_would_make_right(self) -> None:
        """Expired, revoked, of a chain too long, or for another host."""
        for code in (10, 17, 22, 23, 62):
            self.assert_advice(code, 'Tell the operators of the cloud.')


class TestWrongPath(FailureTestCase):
    def test_is_no_answer_about_servers(self) -> None:
        self.cloud.get(base.SHOW_URL, status_code=404, text='<html>')

        self.assert_refused(
            self.shown(),
            f'{SHOW} no such API: the Compute service answered 404 Not '
            f'Found. {CATALOG}',
        )


class TestTimeLimit(FailureTestCase):
    def test_of_a_connection(self) -> None:
        """To a host that drops packets, which no local one does."""
        self.cloud.get(base.SHOW_URL, exc=requests.ConnectTimeout)

        self.assert_refused(
            self.shown(),
            f'{SHOW} the Compute service at https://compute.example.com did '
            'not answer within 60 seconds. Try again later, or wait longer '
            'with api_timeout in clouds.yaml.',
        )
        self.assertEqual(4, len(self.requests))


class TestRedirect(FailureTestCase):
    def assert_not_followed(self, location: str, told: str) -> None:
        for status, reason in (
            (301, 'Moved Permanently'),
            (302, 'Found'),
            (303, 'See Other'),
            (307, 'Temporary Redirect'),
            (308, 'Permanent Redirect'),
        ):
            self.cloud.get(
                base.SHOW_URL,
                status_code=status,
                headers={'Location': location},
            )

            self.assert_refused(
                self.shown(),
                f'{ANSWERED} {status} {reason}, a redirect to {told}. '
                f'{CATALOG}',
            )
        self.assertEqual(5, len(self.requests))

    def test_to_another_host(self) -> None:
        url = 'https://login.example.com/?next=x'
        self.assert_not_followed(url, url)

    def test_to_itself(self) -> None:
        self.assert_not_followed(base.SHOW_URL, base.SHOW_URL)

    def test_to_what_a_terminal_would_obey(self) -> None:
        self.assert_not_followed('http://\x1b[2J\x9b/', r'http://\x1b[2J\x9b/')

    def test_to_no_url(self) -> None:
        self.assert_not_followed('http://[', 'http://[')

    def test_to_nowhere(self) -> None:
        self.cloud.get(base.SHOW_URL, status_code=302)

        self.assert_refused(self.shown(), f'{ANSWERED} 302 Found. {REPORT}')


class TestRetries(FailureTestCase):
    def test_pauses_double(self) -> None:
        for status in (429, 502, 503, 504):
            self.pauses.clear()
            self.cloud.get(base.SHOW_URL, status_code=status)

            self.assertEqual(1, self.shown().status)
            self.assertEqual([0.5, 1.0, 2.0], self.pauses)

    def test_failed_connections_are_tried_again(self) -> None:
        for failure in (
            requests.ConnectionError('no'),
            requests.ConnectTimeout('no'),
            requests.ReadTimeout('no'),
        ):
            self.pauses.clear()
            self.cloud.get(base.SHOW_URL, exc=failure)

            self.assertEqual(1, self.shown().status)
            self.assertEqual([0.5, 1.0, 2.0], self.pauses)

    def test_nothing_else_is_tried_again(self) -> None:
        for status in (400, 401, 403, 405, 409, 413, 500, 501, 505, 507):
            self.cloud.get(base.SHOW_URL, status_code=status)

            self.assertEqual(1, self.shown().status)
        self.assertEqual([], self.pauses)

    def test_retry_after_is_obeyed_up_to_a_limit(self) -> None:
        doubling = [0.5, 1.0, 2.0]
        # Older ones do not read it: 5.13 does not, 5.18 does.
        obeyed = 'Retry-After' in inspect.getsource(session)
        for asked, pauses in (
            ('2', [2, 2, 2]),
            ('0', [0, 0, 0]),
            ('3600', [20, 20, 20]),
            ('9' * 1000, [20, 20, 20]),
            ('-5', [0, 0, 0]),
            ('9' * 5000, doubling),
            ('Fri, 31 Dec 9999 23:59:59 GMT', doubling),
            ('soon', doubling),
            ('', doubling),
        ):
            self.pauses.clear()
            self.cloud.get(
                base.SHOW_URL, status_code=503, headers={'Retry-After': asked}
            )

            self.assert_refused(
                self.shown(),
                f'{ANSWERED} 503 Service Unavailable. {UNAVAILABLE}',
            )
            self.assertEqual(pauses if obeyed else doubling, self.pauses)

    def test_person_at_a_terminal_is_told_once(self) -> None:
        body = {'interfaceAttachment': base.interface()}
        failed: dict[str, Any] = {'status_code': 503}
        answers = [failed, failed, failed, {'json': body}]
        for terminal in (False, True):
            self.useFixture(
                fixtures.MonkeyPatch(
                    'osc_iface.tests.shell.Stream.isatty',
                    lambda _stream, terminal=terminal: terminal,
                )
            )
            self.cloud.get(base.SHOW_URL, answers)

            result = self.shown()

            told = 'No usable answer from the Compute service yet, trying '
            self.assertEqual(
                (f'{told}again...\n' if terminal else '', 0),
                (result.stderr, result.status),
            )

    def test_pauses_are_in_the_debug_log(self) -> None:
        self.cloud.get(base.SHOW_URL, status_code=503)

        result = self.openstack(
            *('--debug', 'server', 'interface', 'show'),
            *(base.SERVER_ID, base.PORT_ID),
        )

        self.assertEqual(3, result.stderr.count('Retrying in '))

    def test_terminal_that_is_gone_is_no_failure(self) -> None:
        def gone(_text: str) -> int:
            raise OSError(5, 'Input/output error')

        terminal = shell.Stream('strict')
        terminal.isatty = lambda: True  # type: ignore[method-assign]
        terminal.write = gone  # type: ignore[method-assign]
        self.useFixture(fixtures.MonkeyPatch('sys.stderr', terminal))

        request._CallLogger('Compute').warning('%(delay)s', {'delay': 1})

    def test_last_failure_is_the_one_that_is_told(self) -> None:
        unknown = requests.ConnectionError(OSError(113, 'No route to host'))
        late = requests.ReadTimeout('Read timed out.')
        where = f'{SHOW} no connection to the Compute service at '
        self.cloud.get(
            base.SHOW_URL,
            [{'exc': late}, {'exc': late}, {'exc': late}, {'exc': unknown}],
        )

        self.assert_refused(
            self.shown(),
            f'{where}https://compute.example.com: No route to host. Check the '
            'network, and the endpoint in "openstack catalog list".',
        )

    def test_time_limit_of_the_user_wins(self) -> None:
        self.configure(api_timeout=7)
        self.cloud.get(base.SHOW_URL, exc=requests.ReadTimeout('late'))

        self.assert_refused(
            self.shown(),
            f'{SHOW} the Compute service at https://compute.example.com did '
            'not answer within 7 seconds. Try again later, or wait longer '
            'with api_timeout in clouds.yaml.',
        )
        self.assertEqual(
            {7.0}, {each.timeout for each in self.cloud.request_history}
        )

    def test_answer_that_cannot_be_unpacked(self) -> None:
        self.cloud.get(
            base.SHOW_URL,
            exc=requests.exceptions.ContentDecodingError('not gzip'),
        )

        result = self.shown()

        self.assertIn('the answer of the Compute service at', result.stderr)
        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertEqual([], self.pauses)


class TestAuthURL(FailureTestCase):
    def test_that_is_no_url(self) -> None:
        self.set_variable('OS_AUTH_URL', 'identity')

        self.assertIn(
            'Cannot log in: there is no Identity service. Check auth_url in '
            'clouds.yaml, or OS_AUTH_URL.',
            self.shown().stderr,
        )

    def test_user_and_password_in_it_are_not_shown(self) -> None:
        lost = requests.ConnectionError(OSError(111, 'Connection refused'))
        self.cloud.register_uri(
            requests_mock.ANY, re.compile('identity.example.com'), exc=lost
        )
        self.set_variable(
            'OS_AUTH_URL', base.AUTH_URL.replace('//', '//user:secret@')
        )

        # The line before it is keystoneauth's, which hides nothing.
        self.assertEqual(
            'Cannot log in: no connection to the Identity service at '
            'https://identity.example.com: Connection refused. Check the '
            'network, and auth_url in clouds.yaml, or OS_AUTH_URL.',
            self.shown().stderr.splitlines()[-1],
        )


class TestEndpoint(FailureTestCase):
    """What a catalog may say that is no endpoint."""

    PATH = f'servers/{base.SERVER_ID}/os-interface/{base.PORT_ID}'

    def assert_useless(self, url: str, reason: str) -> None:
        # Without it, requests-mock knows better than requests.
        self.cloud.register_uri(
            requests_mock.ANY, re.compile(re.escape(url)), real_http=True
        )
        self.register_identity(('compute', url))

        self.assert_refused(
            self.shown(),
            f'{SHOW} the Compute service cannot be reached: '
            f'{reason.format(url=f"{url}/{self.PATH}")} Check the endpoint in '
            '"openstack catalog list".',
        )
        self.assertEqual([], self.pauses)

    def test_without_a_scheme(self) -> None:
        # In the words of requests, which takes a guess at the scheme.
        url = f'compute/v2.1/{self.PATH}'
        exc = self.assertRaises(
            requests.exceptions.MissingSchema,
            requests.Request('GET', url).prepare,
        )

        self.assert_useless('compute/v2.1', str(exc))

    def test_with_an_unknown_scheme(self) -> None:
        self.assert_useless(
            'ftp://compute/v2.1',
            "No connection adapters were found for '{url}'.",
        )

    def test_without_a_host(self) -> None:
        self.assert_useless(
            'https:///v2.1', "Invalid URL '{url}': No host supplied."
        )

    def test_with_a_host_that_cannot_be(self) -> None:
        host = f'compute.{"a" * 64}.example.com'
        self.cloud.register_uri(
            requests_mock.ANY, re.compile('https://compute'), real_http=True
        )
        for url in (
            'https://compute:port/v2.1',
            'https://compute:99999/v2.1',
            f'https://{host}/v2.1',
            'https://compute..example.com/v2.1',
            'https://[/v2.1',
            'https://*/v2.1',
            '%(no_such)s/v2.1',
            '\x1b[2J/v2.1',
            'https://\x1b[2J/v2.1',
        ):
            self.register_identity(('compute', url))

            result = self.shown()

            self.assertEqual(('', 1), (result.stdout, result.status))
            self.assertRegex(
                result.stderr, 'Cannot .*the Compute service.* cannot be '
            )
            self.assertEqual(1, result.stderr.count('\n'))
            self.assertNotIn('\x1b', result.stderr)


class TestLookups(FailureTestCase):
    """Garbage where names are looked up."""

    def assert_servers(self, body: Any, fault: str) -> None:
        self.cloud.get(base.SERVERS_URL, text=json.dumps(body))

        self.assert_refused(
            self.show('web', base.PORT_ID),
            'Cannot find server web: the Compute service answered 200 OK with '
            f'{fault}. {CATALOG}',
        )

    def test_servers(self) -> None:
        for text in ('[]', 'null', '42'):
            self.assert_servers(json.loads(text), 'JSON that is not an object')
        for text in ('{}', '{"servers": null}', '{"servers": {}}'):
            self.assert_servers(
                json.loads(text), 'JSON without a list of servers'
            )
        items: tuple[Any, ...] = (None, 'web', [])
        for item in items:
            self.assert_servers(
                {'servers': [item]}, 'JSON without the object servers'
            )
        ids: tuple[Any, ...] = (None, 42, [], '\ud800')
        for id_ in ids:
            self.assert_servers(
                {'servers': [{'id': id_, 'name': 'web'}]},
                'JSON in which id is not text',
            )

    def test_id_of_a_server_that_cannot_be_in_a_path(self) -> None:
        for id_ in ('', '.', '..'):
            self.cloud.get(
                base.SERVERS_URL,
                json={'servers': [{'id': id_, 'name': 'web'}]},
            )

            result = self.show('web', base.PORT_ID)

            self.assertEqual(('', 1), (result.stdout, result.status))
            self.assertIn(f"'{id_}' is not an ID", result.stderr)

    def test_id_of_a_server_cannot_leave_its_place(self) -> None:
        self.cloud.get(
            base.SERVERS_URL,
            json={'servers': [{'id': '../flavors?a#b', 'name': 'web'}]},
        )

        self.show('web', base.PORT_ID)

        self.assertEqual(
            '/v2.1/servers/..%2fflavors%3fa%23b/os-interface/' + base.PORT_ID,
            self.cloud.request_history[-1].path,
        )

    def assert_ports(self, body: Any, fault: str) -> None:
        self.cloud.get(base.PORTS_URL, text=json.dumps(body))

        self.assert_refused(
            self.show(base.SERVER_ID, 'mgmt'),
            f'Cannot find port mgmt of server {base.SERVER_ID}: the Network '
            f'service answered 200 OK with {fault}. {CATALOG}',
        )

    def test_ports(self) -> None:
        self.assert_ports([], 'JSON that is not an object')
        for text in ('{}', '{"ports": null}', '{"ports": {}}'):
            self.assert_ports(json.loads(text), 'JSON without a list of ports')
        self.assert_ports({'ports': [None]}, 'JSON without the object ports')
        ids: tuple[Any, ...] = (None, 42, [], '\ud800')
        for id_ in ids:
            self.assert_ports(
                {'ports': [{'id': id_, 'name': 'mgmt'}]},
                'JSON in which id is not text',
            )

    def test_name_in_a_message_is_printable(self) -> None:
        self.cloud.get(base.SERVERS_URL, status_code=500)

        self.assert_refused(
            self.show('web\x1b[2J\u202e', base.PORT_ID),
            r'Cannot find server web\x1b[2J\u202e: the Compute service '
            f'answered 500 Internal Server Error. {REPORT}',
        )


class TestTyped(FailureTestCase):
    """What was typed is repeated, but not at any length."""

    def test_name_in_a_failed_call(self) -> None:
        self.cloud.get(base.SERVERS_URL, status_code=500)

        self.assert_refused(
            self.show('x' * 4000, base.PORT_ID),
            f'Cannot find server {"x" * 188}...: the Compute service answered '
            f'500 Internal Server Error. {REPORT}',
        )

    def test_name_in_the_words_of_the_service(self) -> None:
        words = f'No {"x" * 4000}.'
        self.cloud.get(
            base.SERVERS_URL, status_code=400, json={'message': words}
        )

        result = self.show('x' * 4000, base.PORT_ID)

        self.assertLess(len(result.stderr), 1000)
        self.assertIn(f'400 Bad Request: No {"x" * 497}... ', result.stderr)


class TestOwnFault(FailureTestCase):
    """What is wrong here is not said to be wrong with a service."""

    def test_type_error(self) -> None:
        def broken(*_args: Any) -> str:
            raise TypeError('here')

        self.useFixture(
            fixtures.MonkeyPatch('osc_iface.wire.request._path', broken)
        )

        self.assert_refused(self.shown(), 'here')

    def test_microversion_that_is_none(self) -> None:
        for version in ('2.latest', 'new', '2.x'):
            via = adapter.Adapter(
                session.Session(),
                service_type='compute',
                endpoint_override=base.COMPUTE_URL,
                default_microversion=version,
            )

            failure = self.assertRaises(
                errors.CallFailed, service.Service('Compute', via).get, 'ask'
            )

            self.assertEqual(
                f'Cannot ask: the Compute service cannot be used: {version} '
                'is not an API version. Check the cloud in clouds.yaml, the '
                'options and the environment.',
                str(failure),
            )
        self.assertEqual([], self.requests)

    def test_file_of_certificates_that_is_not_there(self) -> None:
        gone = OSError('Could not find a suitable TLS CA certificate bundle')
        self.cloud.get(base.SHOW_URL, exc=gone)

        self.assert_refused(
            self.shown(),
            f'{SHOW} the Compute service cannot be used: {gone}. Check the '
            'cloud in clouds.yaml, the options and the environment.',
        )

    def test_library_without_what_it_does_not_promise(self) -> None:
        done = subprocess.run(
            [
                sys.executable,
                '-c',
                'import sys, requests, urllib3.util as util\n'
                'sys.modules["urllib3.util.ssl_match_hostname"] = None\n'
                'vars(util).pop("ssl_match_hostname", None)\n'
                'import osc_iface.wire.cloud, osc_iface.progress',
            ],
            check=False,
            capture_output=True,
            text=True,
        )

        self.assertEqual(('', 0), (done.stderr, done.returncode))


class TestLogin(FailureTestCase):
    """Whose no it was that kept the user out."""

    def test_application_credential_that_has_gone(self) -> None:
        words = 'Could not find Application Credential: x.'
        self.cloud.post(
            f'{base.AUTH_URL}/auth/tokens',
            status_code=404,
            json={'error': {'code': 404, 'message': words}},
        )

        self.assert_refused(
            self.shown(),
            'Cannot log in: the Identity service answered 404 Not Found: '
            'Could not find Application Credential: x. The token or '
            'application credential is wrong, has expired or was revoked: '
            'get another one.',
        )

    def test_wrong_path_in_the_words_of_whoever_is_there(self) -> None:
        self.cloud.get(base.AUTH_URL, status_code=404)
        plain = {'Content-Type': 'text/plain'}
        for answer in (
            {'text': '404 page not found', 'headers': plain},
            {'json': {'itemNotFound': {'message': 'No such path.'}}},
            {'json': ['error']},
        ):
            self.cloud.post(
                f'{base.AUTH_URL}/auth/tokens', status_code=404, **answer
            )

            told = self.shown().stderr

            self.assertTrue(
                told.endswith(
                    ' Check auth_url in clouds.yaml, or OS_AUTH_URL.\n'
                ),
                told,
            )

    def test_token_that_has_gone_meanwhile(self) -> None:
        body = {'error': {'message': 'Failed to validate token'}}
        self.cloud.get(base.SHOW_URL, status_code=401)
        self.cloud.post(
            f'{base.AUTH_URL}/auth/tokens',
            [
                {'json': self.token, 'headers': {'X-Subject-Token': 'token'}},
                {'json': body, 'status_code': 404},
            ],
        )

        self.assert_refused(
            self.shown(),
            f'{SHOW} the Identity service answered 404 Not Found: Failed to '
            'validate token. The token or application credential is wrong, '
            'has expired or was revoked: get another one.',
        )

    def test_domain_or_system_without_the_service(self) -> None:
        self.token = ksa_fixture.V3Token(domain_id='default')
        self.token.add_service('identity').add_standard_endpoints(
            public=base.AUTH_URL
        )
        self.cloud.post(
            f'{base.AUTH_URL}/auth/tokens',
            json=self.token,
            headers={'X-Subject-Token': 'token'},
        )

        self.assert_refused(
            self.shown(),
            'Cannot reach the Compute service: the login is for no project, '
            'and then the catalog does not name the service. Choose a project '
            'with --os-project-name or --os-project-id.',
        )

    def test_endpoint_without_a_login(self) -> None:
        self.register_show()
        self.cloud.get(base.COMPUTE_URL, json={'version': VERSION})
        version = {
            'id': 'v2.0',
            'status': 'CURRENT',
            'links': [{'rel': 'self', 'href': f'{base.NETWORK_URL}/v2.0/'}],
        }
        self.cloud.get(base.NETWORK_URL, json={'versions': [version]})
        for auth_type, auth in (
            ('none', {}),
            ('admin_token', {'token': 'x', 'endpoint': base.COMPUTE_URL}),
        ):
            path = Path(self.useFixture(fixtures.TempDir()).path, 'clouds')
            settings = {
                'auth_type': auth_type,
                'auth': auth,
                'compute_endpoint_override': base.COMPUTE_URL,
                'network_endpoint_override': base.NETWORK_URL,
            }
            path.write_text(json.dumps({'clouds': {'test': settings}}))
            self.set_environment(
                OS_CLOUD='test', OS_CLIENT_CONFIG_FILE=str(path)
            )

            self.assert_shown(base.SERVER_ID, base.PORT_ID)
            self.assert_lists_all()

    def assert_lists_all(self) -> None:
        """Names are looked for, and no project stands between."""
        self.register_servers('web-1')
        self.register_list(base.interface())
        self.assert_shown('web-1')
        self.cloud.get(base.PORTS_URL, json={'ports': [base.port()]})
        self.cloud.reset_mock()

        for options in ([], ['web-1', 'web-1']):
            result = self.openstack(
                *('server', 'interface', 'list', *options),
                *('-f', 'value', '-c', 'Port ID'),
            )

            self.assertEqual(
                (f'{base.PORT_ID}\n', '', 0),
                (result.stdout, result.stderr, result.status),
            )
        queries = [
            each.qs
            for each in self.cloud.request_history
            if each.path.endswith('/ports')
        ]
        self.assertEqual(
            [None, [base.SERVER_ID]],
            [query.get('device_id') for query in queries],
        )
        self.assertNotIn('project_id', queries[0])


class TestProvider(FailureTestCase):
    """A federated login, in which the provider and Keystone have a say."""

    PROVIDER = 'https://provider.example.com/token'

    def setUp(self) -> None:
        super().setUp()
        path = Path(self.useFixture(fixtures.TempDir()).path, 'clouds.yaml')
        auth = {
            'auth_url': base.AUTH_URL,
            'username': 'user',
            'password': 'password',
            'project_name': 'project',
            'project_domain_name': 'Default',
            'identity_provider': 'idp',
            'protocol': 'openid',
            'client_id': 'client',
            'client_secret': 'secret',
            'access_token_endpoint': self.PROVIDER,
        }
        cloud_ = {'auth_type': 'v3oidcpassword', 'auth': auth}
        path.write_text(json.dumps({'clouds': {'test': cloud_}}))
        self.set_environment(OS_CLOUD='test', OS_CLIENT_CONFIG_FILE=str(path))
        self.cloud.post(self.PROVIDER, json={'access_token': 'x'})

    def test_error_without_a_description(self) -> None:
        self.cloud.post(
            self.PROVIDER, status_code=400, json={'error': 'invalid_client'}
        )

        self.assert_refused(
            self.shown(),
            'Cannot log in: the identity provider at '
            'https://provider.example.com answered 400 Bad Request: '
            'invalid_client. Check the user name and password, and the '
            'client ID and secret.',
        )

    def test_wrong_url(self) -> None:
        self.cloud.post(self.PROVIDER, status_code=404, text='<html>')

        self.assert_refused(
            self.shown(),
            'Cannot log in: the identity provider at '
            'https://provider.example.com answered 404 Not Found. Check the '
            "identity provider's URLs in clouds.yaml.",
        )

    def test_keystone_that_does_not_trust_the_provider(self) -> None:
        url = (
            f'{base.AUTH_URL}/OS-FEDERATION/identity_providers/idp/protocols/'
            'openid/auth'
        )
        self.cloud.post(
            url, status_code=401, json={'error': {'message': 'No mapping.'}}
        )

        self.assert_refused(
            self.shown(),
            'Cannot log in: the Identity service answered 401 Unauthorized: '
            'No mapping. Check the user name, password or token, and the '
            'project.',
        )

    def test_provider_that_has_gone_meanwhile(self) -> None:
        """Compute answers 401, and the token is renewed."""
        url = (
            f'{base.AUTH_URL}/OS-FEDERATION/identity_providers/idp/protocols/'
            'openid/auth'
        )
        headers = {'X-Subject-Token': 'token'}
        self.cloud.post(url, json=ksa_fixture.V3Token(), headers=headers)
        self.cloud.get(base.SHOW_URL, status_code=401)
        lost = requests.ConnectionError(OSError(111, 'Connection refused'))
        self.cloud.post(
            self.PROVIDER, [{'json': {'access_token': 'x'}}, {'exc': lost}]
        )

        self.assert_refused(
            self.shown(),
            f'{SHOW} no connection to the identity provider at '
            'https://provider.example.com: Connection refused. Check the '
            "network, and the identity provider's URLs in clouds.yaml.",
        )

    def test_compute_is_not_the_provider(self) -> None:
        url = (
            f'{base.AUTH_URL}/OS-FEDERATION/identity_providers/idp/protocols/'
            'openid/auth'
        )
        headers = {'X-Subject-Token': 'token'}
        self.cloud.post(url, json=ksa_fixture.V3Token(), headers=headers)
        self.cloud.get(base.SHOW_URL, exc=requests.ReadTimeout)

        self.assertIn('the Compute service at', self.shown().stderr)


class TestListed(FailureTestCase):
    """What Network and Identity claim of what a list shows."""

    def setUp(self) -> None:
        super().setUp()
        self.register_servers('web')
        self.register_networks((base.NETWORK_ID, 'net'))
        self.register_floating_ips()
        whose = {'tenant_id': base.PROJECT_ID}
        server = {'id': base.SERVER_ID, 'name': 'web', **whose}
        for path, body in (
            (f'/{base.SERVER_ID}', {'server': server}),
            ('/detail', {'servers': [server]}),
        ):
            self.cloud.get(f'{base.SERVERS_URL}{path}', json=body)

    def listed(self, *args: str, **attributes: Any) -> base.Result:
        """List the one port, with attributes."""
        self.cloud.get(
            base.PORTS_URL, json={'ports': [base.port(**attributes)]}
        )
        return self.openstack('server', 'interface', 'list', *args)

    def test_every_attribute_of_every_wrong_type(self) -> None:
        texts = (
            'name',
            'qos_policy_id',
            *(
                f'binding:{each}'
                for each in ('vnic_type', 'host_id', 'vif_type')
            ),
        )
        flags = 'admin_state_up', 'port_security_enabled'
        kinds: dict[str, tuple[Any, ...]] = {
            **dict.fromkeys(texts, (42, True, [], {}, '\ud800')),
            **dict.fromkeys(flags, (42, 'true', [], {})),
            'security_groups': (42, 'x', {}, [42], [None], ['\ud800']),
            'allowed_address_pairs': (42, 'x', {}, [None], ['x']),
            'trunk_details': (42, 'x', [], True),
        }
        columns = [f'-c{header}' for header in HEADERS]
        for attribute, values in kinds.items():
            for value in values:
                result = self.listed(*columns, **{attribute: value})

                self.assertEqual(('', 1), (result.stdout, result.status))
                self.assertRegex(
                    result.stderr,
                    '^Cannot list the ports: the Network service answered '
                    f'200 OK with JSON (in which|without) .*{attribute}',
                )

    def test_every_field_of_pairs_and_subports(self) -> None:
        wrong: tuple[tuple[str, Any, str], ...] = (
            ('ip_address', 42, 'text'),
            ('mac_address', ['x'], 'text'),
            ('mac_address', DEEPER, 'text'),
            ('port_id', 42, 'text'),
            ('segmentation_type', ['\ud800'], 'text'),
            ('segmentation_id', 'x', 'an integer'),
            ('segmentation_id', True, 'an integer'),
            ('segmentation_id', 1.5, 'an integer'),
        )
        for key, value, what in wrong:
            trunk = {'trunk_id': 'x', 'sub_ports': [{key: value}]}
            result = self.listed(
                *('-cTrunk', '-cAllowed Address Pairs'),
                allowed_address_pairs=[{key: value}],
                trunk_details=trunk,
            )

            self.assertEqual(('', 1), (result.stdout, result.status))
            self.assertIn(f'JSON in which {key} is not {what}', result.stderr)

    def test_what_is_null_is_an_empty_cell(self) -> None:
        attributes = dict.fromkeys(
            (
                *('name', 'qos_policy_id', 'admin_state_up'),
                *('port_security_enabled', 'security_groups'),
                *('allowed_address_pairs', 'trunk_details'),
                *('binding:vnic_type', 'binding:host_id', 'binding:vif_type'),
            )
        )

        result = self.listed(
            *(f'-c{each}' for each in HEADERS), '-fjson', **attributes
        )

        self.assertEqual(('', 0), (result.stderr, result.status))
        self.assertEqual(
            [dict.fromkeys(HEADERS)], json.loads(result.stdout), result.stdout
        )

    def test_unknown_fields_are_not_shown(self) -> None:
        """However deep they are, they stop nobody."""
        pair = {'ip_address': '10.0.0.9', 'x': DEEPER}
        subport = {'port_id': 'a', 'segmentation_id': 7, 'x': DEEPER}
        trunk = {'trunk_id': 'b', 'sub_ports': [subport], 'x': DEEPER}

        for form in ('table', 'json', 'yaml', 'value', 'csv'):
            result = self.listed(
                *('-cAllowed Address Pairs', '-cTrunk', '-f', form),
                allowed_address_pairs=[pair],
                trunk_details=trunk,
            )

            self.assertEqual(('', 0), (result.stderr, result.status))
            self.assertIn('10.0.0.9', result.stdout)
            self.assertNotIn('x', result.stdout.replace('xed', ''))

    def test_floating_ip_that_is_no_address(self) -> None:
        self.register_floating_ips(('x', base.PORT_ID), ('', base.PORT_ID))

        result = self.listed('--ip-address', '203.0.113.0/24', '-fvalue')

        self.assertEqual(
            ('', '', 0), (result.stdout, result.stderr, result.status)
        )

    def test_host_in_a_cloud_that_knows_none(self) -> None:
        """It passes over the filter, and lists the ports of all hosts."""
        for servers in ((), (base.SERVER_ID,)):
            self.register_list(base.interface())
            self.assert_refused(
                self.listed(*servers, '--host', 'host'),
                'The Network service of this cloud does not tell which host '
                "a port is bound to: it has no extension 'binding'.",
            )
            hidden = {'binding:vnic_type': 'normal'}
            result = self.listed(*servers, '--host', 'host', **hidden)
            self.assertEqual(('', 0), (result.stderr, result.status))
            self.assertIn(base.PORT_ID, result.stdout)

    def test_project_of_a_name_that_no_url_can_hold(self) -> None:
        for name in ('.', '..'):
            projects = [{'id': base.PROJECT_ID, 'name': name}]
            self.cloud.get(
                f'{base.AUTH_URL}/projects', json={'projects': projects}
            )

            result = self.listed('--project', name, '-fvalue')

            self.assertEqual(('', 0), (result.stderr, result.status))
            self.assertIn(base.PROJECT_ID, result.stdout)


class TestPrintable(testtools.TestCase):
    def test_no_control_character_of_unicode_is_left(self) -> None:
        every = [chr(code) for code in range(0x110000)]
        unsafe = {
            char
            for char in every
            if unicodedata.category(char) in ('Cc', 'Cf', 'Cs', 'Zl', 'Zp')
        } - {'\u200c', '\u200d'}
        # Nearly all beyond these planes is for private use, or for nothing.
        text = ''.join([*every[:0x20000], *unsafe])

        left = set(printable.printable(text))

        self.assertEqual(set(), unsafe & left)
        self.assertEqual(set(text) - unsafe, left)

    def test_each_is_written_as_python_writes_it(self) -> None:
        for text, shown in (
            ('\n', r'\n'),
            ('\x1b[2J', r'\x1b[2J'),
            ('\x7f\x9b', r'\x7f\x9b'),
            ('\u202eb\u2066', r'\u202eb\u2066'),
            ('\u2028\u2029', r'\u2028\u2029'),
            ('\ud800', r'\ud800'),
            ('\U000e0001', r'\U000e0001'),
        ):
            self.assertEqual(f'a{shown}', printable.printable(f'a{text}'))

    def test_joiners_of_living_scripts_stay(self) -> None:
        for char in ('\u200c', '\u200d'):
            self.assertEqual(f'a{char}\\n', printable.printable(f'a{char}\n'))

    def test_beginning_is_printable_and_not_long(self) -> None:
        for text, shown in (
            ('x' * 200, 'x' * 200),
            ('x' * 201, 'x' * 200 + '...'),
            ('\x1b' * 200, r'\x1b' * 200),
            ('\x1b' * 201, r'\x1b' * 200 + '...'),
        ):
            self.assertEqual(shown, printable.beginning(text))
