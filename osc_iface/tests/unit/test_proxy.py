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

"""Proxies, as far as the table of failures does not show them."""

from typing import Any

import requests
from urllib3 import exceptions as urllib3

from osc_iface.tests.unit import base
from osc_iface.wire import proxy

SHOW = f'Cannot show interface {base.PORT_ID} of server {base.SERVER_ID}:'
CHECK = 'Check http_proxy, https_proxy and no_proxy in the environment.'
VARIABLES = (
    'http_proxy',
    'https_proxy',
    'all_proxy',
    'no_proxy',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'NO_PROXY',
)


class ProxyTestCase(base.ShellTestCase):
    def setUp(self) -> None:
        super().setUp()
        for name in VARIABLES:
            self.set_variable(name, '')

    def shown(self) -> base.Result:
        return self.show(base.SERVER_ID, base.PORT_ID)


class TestAddress(ProxyTestCase):
    def test_user_and_password_are_never_in_it(self) -> None:
        for url in (
            'http://user:password@proxy:3128',
            'http://user:password@proxy:3128/',
            'user:password@proxy:3128',
            'http://user:pass#word@proxy:3128',
            'http://user:pass/word@proxy:3128',
            'http://user:pass@word@proxy:3128',
        ):
            self.set_variable('https_proxy', url)

            self.assertEqual(
                'http://proxy:3128', proxy.address('https://x/'), url
            )
            self.assertEqual(
                'no proxy:3128',
                proxy.masked(f'no {url}').replace('http://', '').rstrip('/'),
            )

    def test_is_the_one_of_the_scheme(self) -> None:
        self.set_variable('http_proxy', 'http://one:3128')
        self.set_variable('all_proxy', 'socks5://two:1080')

        self.assertEqual('http://one:3128', proxy.address('http://x/'))
        self.assertEqual('socks5://two:1080', proxy.address('https://x/'))

    def test_is_none_where_there_is_none(self) -> None:
        self.assertEqual('', proxy.address('http://x/'))
        self.set_variable('http_proxy', 'http://proxy:3128')
        self.set_variable('no_proxy', 'x')
        for url in ('http://x/', 'https://y/', '', 'http://['):
            self.assertEqual('', proxy.address(url))


class TestCannotBeUsed(ProxyTestCase):
    """What is set as a proxy, and is none."""

    def assert_useless(self, url: str, told: str) -> None:
        self.cloud.stop()
        self.set_variable('https_proxy', url)

        stderr = self.shown().stderr

        self.assertEqual(
            f'Cannot log in: the proxy {told}. {CHECK}\n',
            stderr.partition('URL.\n')[2],
        )
        self.assertNotIn('secret', stderr)

    def test_no_url(self) -> None:
        self.assert_useless(
            'http://user:secret#@proxy:3128',
            'http://proxy:3128 cannot be used: that is no URL',
        )

    def test_socks_without_the_library_for_it(self) -> None:
        self.assert_useless(
            'socks5://user:secret@proxy:1080',
            'socks5://proxy:1080 cannot be used: Missing dependencies for '
            'SOCKS support',
        )


class TestAnswers(ProxyTestCase):
    """Who wrote an answer that came through a proxy."""

    def setUp(self) -> None:
        super().setUp()
        self.url = 'http://compute.example.com/v2.1'
        self.register_identity(('compute', self.url))
        self.set_variable('http_proxy', 'http://user:secret@proxy:3128')

    def answered(self, **answer: Any) -> str:
        path = base.SHOW_URL.removeprefix(base.COMPUTE_URL)
        self.cloud.get(self.url + path, **answer)
        result = self.shown()
        self.assertEqual(('', 1), (result.stdout, result.status))
        return result.stderr

    def test_service_that_signs(self) -> None:
        traced = {'x-openstack-request-id': 'req-1'}
        for answer in (
            {'json': {'forbidden': {'message': 'No.'}}},
            {'headers': traced},
        ):
            told = self.answered(status_code=403, **answer)

            self.assertIn('the Compute service answered 403', told)
            self.assertNotIn('proxy', told)

    def test_nobody_that_signs(self) -> None:
        for status, reason in (
            (403, 'Forbidden'),
            (502, 'Bad Gateway'),
            (503, 'Service Unavailable'),
            (504, 'Gateway Timeout'),
            (404, 'Not Found'),
        ):
            self.assertEqual(
                f'{SHOW} {status} {reason} came through the proxy '
                f'http://proxy:3128, which may have written it. {CHECK}\n',
                self.answered(status_code=status, text='<html>'),
            )

    def test_proxy_that_signs(self) -> None:
        for headers in (
            {'X-Squid-Error': 'ERR_ACCESS_DENIED 0'},
            {'Proxy-Authenticate': 'Basic realm="proxy"'},
        ):
            self.assertEqual(
                f'{SHOW} the proxy http://proxy:3128 answered 403 Forbidden. '
                f'{CHECK}\n',
                self.answered(status_code=403, headers=headers),
            )

    def test_proxy_that_nobody_has_set(self) -> None:
        self.set_variable('http_proxy', '')

        self.assertEqual(
            f'{SHOW} the proxy answered 407 Proxy Authentication Required. '
            f'{CHECK}\n',
            self.answered(status_code=407),
        )

    def test_proxy_cannot_write_what_is_encrypted(self) -> None:
        self.register_identity()
        self.set_variable('https_proxy', 'http://proxy:3128')
        self.cloud.get(base.SHOW_URL, status_code=403)

        self.assertIn('the Compute service answered 403', self.shown().stderr)

    def test_silence_through_a_proxy(self) -> None:
        self.assertEqual(
            f'{SHOW} the Compute service at http://compute.example.com '
            'through the proxy http://proxy:3128 did not answer within 60 '
            'seconds. Try again later, or wait longer with api_timeout in '
            'clouds.yaml.\n',
            self.answered(exc=requests.ReadTimeout('late')),
        )

    def test_silence_of_the_proxy_itself(self) -> None:
        late = requests.ConnectTimeout(
            urllib3.ConnectTimeoutError(TimeoutError())
        )

        self.assertEqual(
            f'{SHOW} the proxy http://proxy:3128 did not answer within 60 '
            f'seconds. {CHECK}\n',
            self.answered(exc=late),
        )

    def test_silence_of_the_proxy_that_is_connected(self) -> None:
        late = requests.exceptions.ProxyError(
            urllib3.ReadTimeoutError(None, '/', 'late')  # type: ignore[arg-type]
        )

        self.assertEqual(
            f'{SHOW} the proxy http://proxy:3128 did not answer within 60 '
            f'seconds. {CHECK}\n',
            self.answered(exc=late),
        )

    def test_connection_lost_beyond_the_proxy(self) -> None:
        lost = requests.ConnectionError(OSError(104, 'Connection reset'))

        self.assertEqual(
            f'{SHOW} no connection to the Compute service at '
            'http://compute.example.com through the proxy http://proxy:3128: '
            'Connection reset. Check the network, http_proxy, https_proxy and '
            'no_proxy in the environment, and the endpoint in "openstack '
            'catalog list".\n',
            self.answered(exc=lost),
        )
