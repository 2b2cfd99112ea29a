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


"""What led to an exception."""

import itertools
import ssl

from keystoneauth1 import exceptions as ksa_exceptions
import testtools
from urllib3 import exceptions as urllib3

from osc_iface.wire import causes


class TestChain(testtools.TestCase):
    def test_has_what_the_libraries_put_elsewhere(self) -> None:
        lost = OSError(104, 'Connection reset')
        most: BaseException = urllib3.MaxRetryError(None, '/', lost)  # type: ignore[arg-type]

        self.assertIn(lost, list(causes.chain(Exception(most))))

    def test_that_is_a_circle_ends(self) -> None:
        circle = Exception()
        circle.args = (circle,)

        self.assertEqual(
            [circle], list(itertools.islice(causes.chain(circle), 9))
        )


class TestReason(testtools.TestCase):
    def test_of_no_trust_is_in_plain_words(self) -> None:
        untrusted = ssl.SSLCertVerificationError(1, 'x')
        untrusted.verify_code = 18
        untrusted.verify_message = 'self-signed\x1b.'
        garbled = ssl.SSLError(1, 'x')
        garbled.reason = 'WRONG_VERSION\x1b'
        misnamed = ssl.CertificateError('it is for b, not a.')
        misnamed.verify_code = 62
        misnamed.verify_message = 'it is for b, not a.'
        for cause, words in (
            (untrusted, r'self-signed\x1b'),
            (garbled, r'wrong version\x1b'),
            (misnamed, 'it is for b, not a'),
        ):
            failure = ksa_exceptions.SSLError('At https://a/v2: no.')
            failure.__cause__ = cause

            told, _advice = causes.reason(failure, 'the Compute service', 60)

            self.assertEqual(
                'no trusted connection to the Compute service at https://a: '
                + words,
                told,
            )

    def test_of_no_connection_is_printable(self) -> None:
        failure = ksa_exceptions.ConnectFailure('At https://a/v2: no.')
        failure.__cause__ = OSError(5, 'Lost\x1b')

        told, _advice = causes.reason(failure, 'the Compute service', 60)

        self.assertEqual(
            r'no connection to the Compute service at https://a: Lost\x1b',
            told,
        )
