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

"""A failed call, in the words that the user reads.

Every message says what was asked of which service, what came back, what to
do about it, and the request ID where there was one.
"""

from collections.abc import Iterator
import http.client
import re
import ssl
from typing import Any

from keystoneauth1 import exceptions as ksa_exceptions
from openstack import exceptions as sdk_exceptions
from osc_lib import exceptions
import requests
from urllib3 import exceptions as urllib3
from urllib3.util import ssl_match_hostname

from osc_iface.printable import printable

# The header Location, under a name that requests does not know.
REDIRECTED = 'X-Redirected-To'
# What the statuses are called, by RFC 9110; Python before 3.13 has the names
# of older standards.
_REASONS = {
    **http.client.responses,
    413: 'Content Too Large',
    414: 'URI Too Long',
    416: 'Range Not Satisfiable',
    422: 'Unprocessable Content',
}
# Characters of a service's own words that are shown.
_WORDS_LIMIT = 500

_BAD_ENDPOINT = (
    'The endpoint of the service in the catalog may be wrong, or something '
    'else answers there: see "openstack catalog list".'
)
_CATALOG = 'the endpoint in "openstack catalog list"'
_AUTH_URL = 'auth_url in clouds.yaml, or OS_AUTH_URL'
_UNAVAILABLE = (
    'The service, or the load balancer before it, is not available: '
    'try again later.'
)
_TOO_MANY = 'The service limits its requests: wait a little, then try again.'

# What the user can do, by HTTP status.
ADVICE = {
    400: 'Check the arguments and the API version.',
    401: 'Check the user name, password or token, and the project.',
    403: (
        'Ask an administrator of the cloud for a role that allows this: '
        'reader on the project is the usual one.'
    ),
    404: _BAD_ENDPOINT,
    405: _BAD_ENDPOINT,
    406: 'Choose another version with --os-compute-api-version.',
    409: 'Try again when the service has finished what it is doing.',
    413: _TOO_MANY,
    429: _TOO_MANY,
    501: 'This cloud does not offer the call.',
    502: _UNAVAILABLE,
    503: _UNAVAILABLE,
    504: _UNAVAILABLE,
}
_TELL_OPERATORS = 'Tell the operators of the cloud.'
# urllib3 1.x compares the name in a certificate itself, as does 2.x at times.
_MISNAMED = ssl_match_hostname.CertificateError
# OpenSSL's reasons for not trusting a certificate that may be right.
_UNTRUSTED = range(18, 22)
# What requests says of an answer that began and was not to be had in full.
_BROKEN = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
# What there is for a service that is not in the catalog: keystoneauth's
# word, and that of newer SDKs.
_ABSENT = (
    ksa_exceptions.EndpointNotFound,
    sdk_exceptions.ServiceDisabledException,
)
_NOT_IDENTITY = (
    ksa_exceptions.DiscoveryFailure,
    ksa_exceptions.InvalidResponse,
)
# Tags that middleware leaves in what it sends as text or as JSON.
_BREAK = re.compile('<br ?/?>', re.IGNORECASE)
_PAGE = re.compile('<(?:!doctype|html|head|body)', re.IGNORECASE)
_REPORT = 'Report it to the operators of the cloud, with the request ID.'


class CallFailed(exceptions.CommandError):
    """A call that brought no usable answer; as text, what the user reads.

    :ivar response: the answer; None where there was none
    """

    def __init__(
        self, message: str, response: requests.Response | None = None
    ) -> None:
        super().__init__(message)
        self.response = response

    @property
    def status(self) -> int | None:
        """The status of the answer; None where there was none."""
        return None if self.response is None else self.response.status_code

    def names_missing(self, id_: str) -> bool:
        """Return whether the service misses something of this ID.

        Neutron answers 404 where it misses the item that a page shall
        follow, Nova 400; both name it.
        """
        return (
            self.response is not None
            and self.status in (400, 404)
            and id_ in own_words(self.response)
        )


class ServerNotFound(CallFailed):
    """There is no such server, or none that this user may see."""


class PortNotFound(CallFailed):
    """There is no such port, or none that is on the server."""


def from_response(
    response: requests.Response,
    service: str,
    action: str,
    verdict: str = '',
    advice: str = '',
    kind: type[CallFailed] = CallFailed,
) -> CallFailed:
    """Say what an answer with an error status means.

    :param response: the answer
    :param service: the service asked, as in "Compute"
    :param action: what was asked of it, as in "show interface X"
    :param verdict: what the answer amounts to, where the caller knows it
    :param advice: what the user can do, where the caller knows better
    :param kind: the class of the exception
    :returns: the exception, to be raised
    """
    status = response.status_code
    came = f'the {service} service answered {_status(response)}'
    if REDIRECTED in response.headers:
        came += f', a redirect to {printable(response.headers[REDIRECTED])}'
        advice = advice or _BAD_ENDPOINT
    parts = [_cannot(action), verdict, came, own_words(response)]
    sentence = ': '.join(part for part in parts if part)
    advice = advice or ADVICE.get(status, _REPORT)
    return kind(_message(sentence, advice, response), response)


def from_body(
    response: requests.Response, service: str, action: str, fault: str
) -> CallFailed:
    """Say what is wrong with an answer that claims success.

    :param response: the answer
    :param service: the service asked
    :param action: what was asked of it
    :param fault: what the answer is, as in "an empty answer"
    :returns: the exception, to be raised
    """
    sentence = (
        f'{_cannot(action)}: the {service} service answered '
        f'{_status(response)} with {fault}'
    )
    return CallFailed(_message(sentence, _BAD_ENDPOINT, response), response)


def from_exception(
    exc: Exception, service: str, action: str, timeout: float | None = None
) -> CallFailed:
    """Say why a call got no answer at all.

    :param exc: what keystoneauth or the SDK raised
    :param service: the service asked
    :param action: what was asked of it
    :param timeout: seconds that were waited for an answer
    :returns: the exception, to be raised from ``exc``
    """
    # What keystoneauth makes of a failure at login hides the failure.
    telling = (ksa_exceptions.ConnectionError, ksa_exceptions.HttpError)
    failure = next((c for c in _chain(exc) if isinstance(c, telling)), exc)
    response = getattr(failure, 'response', None)
    # Only Identity is asked with exceptions on.
    if response is not None and not response.ok:
        lost = response.status_code in (404, 405)
        advice = f'Check {_AUTH_URL}.' if lost else ''
        return from_response(response, 'Identity', action, advice=advice)
    if '/auth/tokens' in str(failure):  # a token that had to be renewed
        service = 'Identity'
    reason, advice = _reason(failure, service, timeout)
    return CallFailed(_sentence(f'{_cannot(action)}: {reason}', advice))


def own_words(response: requests.Response) -> str:
    """What a service says about an error, in its own words.

    Nova and Neutron send ``{anything: {"message": ...}}``, Keystone
    ``{"error": {"message": ...}}``, the API guidelines ``{"errors":
    [{"detail": ...}]}``; middleware may send plain text.

    :param response: the answer
    :returns: one line of printable text; '' for a page of HTML and for what
        cannot be read
    """
    try:
        text = _message_in(response.json())
    except (ValueError, RecursionError):
        kind = response.headers.get('Content-Type', '')
        text = response.text if kind.startswith('text/plain') else ''
    text = '' if _PAGE.search(text) else _BREAK.sub(' ', text)
    text = printable(' '.join(text.split()))
    if len(text) > _WORDS_LIMIT:
        text = text[:_WORDS_LIMIT] + '...'
    return text


def request_id(response: requests.Response) -> str:
    """The ID that the operators of the cloud find the request by, or ''."""
    headers = response.headers
    return printable(
        headers.get('x-openstack-request-id')
        or headers.get('x-compute-request-id')
        or ''
    )


def _message_in(body: Any) -> str:
    """The message in an error's body of any service; '' if there is none."""
    if not isinstance(body, dict):
        return ''
    for value in body.values():
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict):
            message = inner.get('message') or inner.get('detail')
            if isinstance(message, str):
                return message
    message = body.get('message')
    return message if isinstance(message, str) else ''


def _cannot(action: str) -> str:
    """The beginning of a message; what was asked may hold users' text."""
    return f'Cannot {printable(action)}'


def _status(response: requests.Response) -> str:
    """The status of an answer: "503 Service Unavailable"."""
    status = response.status_code
    return f'{status} {_REASONS.get(status, "")}'.strip()


def _message(sentence: str, advice: str, response: requests.Response) -> str:
    """Put a message together: what happened, what to do, the request ID."""
    req_id = request_id(response)
    trailer = f' (Request ID: {req_id})' if req_id else ''
    return _sentence(sentence, advice) + trailer


def _sentence(sentence: str, advice: str) -> str:
    """Two sentences; the first may have its full stop or not."""
    stop = '' if sentence.endswith(('.', '!', '?')) else '.'
    return f'{sentence}{stop} {advice}'


def _reason(
    exc: BaseException, service: str, timeout: float | None
) -> tuple[str, str]:
    """Why a call got no answer, and what the user can do."""
    where = f'the {service} service{_address(exc)}'
    endpoint = _AUTH_URL if service == 'Identity' else _CATALOG
    if _holds(exc, ksa_exceptions.ConnectTimeout, urllib3.ReadTimeoutError):
        waited = f' within {timeout:g} seconds' if timeout else ''
        return f'{where} did not answer{waited}', (
            'Try again later, or wait longer with api_timeout in clouds.yaml.'
        )
    if isinstance(exc, ksa_exceptions.SSLError):
        return f'no trusted connection to {where}: {_cause(exc)}', (
            _trust(exc) or f'Check {endpoint}.'
        )
    if _holds(exc, *_BROKEN):
        return f'the answer of {where} broke off: {_cause(exc)}', (
            'Try again; if it happens again, tell the operators of the cloud.'
        )
    if isinstance(exc, ksa_exceptions.ConnectFailure):
        return f'no connection to {where}: {_cause(exc)}', (
            f'Check the network, and {endpoint}.'
        )
    if isinstance(exc, ksa_exceptions.UnknownConnectionError):
        return (
            f'the {service} service cannot be reached: {_line(exc.original)}',
            (f'Check {endpoint}.'),
        )
    if isinstance(exc, _ABSENT) and service == 'Identity':
        return 'there is no Identity service', f'Check {_AUTH_URL}.'
    if isinstance(exc, _ABSENT):
        return (
            f'the catalog has no {service} service for this region and '
            f'interface, or clouds.yaml switches it off'
        ), 'Check the region and the interface in "openstack catalog list".'
    if isinstance(exc, _NOT_IDENTITY) and service == 'Identity':
        return 'what answers is not an Identity service', (
            f'Check {_AUTH_URL}.'
        )
    return f'{where} cannot be used: {_line(exc)}', (
        'Check the cloud in clouds.yaml, the options and the environment.'
    )


def _trust(exc: BaseException) -> str:
    """What the user can do about a certificate; '' if it was not that."""
    for cause in _chain(exc):
        if isinstance(cause, ssl.SSLCertVerificationError):
            if cause.verify_code in _UNTRUSTED:
                return 'Name the authority that signed it with --os-cacert.'
            return _TELL_OPERATORS
        if isinstance(cause, _MISNAMED):
            return _TELL_OPERATORS
    return ''


def _holds(exc: BaseException, *kinds: type[BaseException]) -> bool:
    """Whether an exception, or what led to it, is of one of the kinds."""
    return any(isinstance(cause, kinds) for cause in _chain(exc))


def _address(exc: BaseException) -> str:
    """Where a failed request went to, as " at scheme://host:port", or ''."""
    if not isinstance(exc, ksa_exceptions.ConnectionError):
        return ''
    # All messages of these have the URL first, the exceptions do not.
    match = re.search(r'\w+://[^/?#\s]+', str(exc))
    return f' at {printable(match[0])}' if match else ''


def _cause(exc: BaseException) -> str:
    """The innermost reason of a failed connection, as one short line."""
    reason = _line(exc)
    for cause in _chain(exc):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return printable(cause.verify_message).rstrip('.')
        if isinstance(cause, _MISNAMED):
            return _line(cause)
        if isinstance(cause, ssl.SSLError) and cause.reason:
            return printable(cause.reason).replace('_', ' ').lower()
        if isinstance(cause, http.client.IncompleteRead):
            return 'the connection was closed in the middle of it'
        if isinstance(cause, http.client.RemoteDisconnected):
            return 'the connection was closed without an answer'
        if isinstance(cause, OSError) and cause.strerror:
            reason = printable(str(cause.strerror))
    return reason


def _line(exc: BaseException) -> str:
    """An exception's text as one printable line without a full stop."""
    text = _PAGE.split(str(exc))[0].rstrip(' :')
    return printable(' '.join(text.split())).rstrip('.')


def _chain(exc: BaseException) -> Iterator[BaseException]:
    """An exception and all that led to it, the outermost first.

    requests and urllib3 put the cause into ``args`` or ``reason`` as often
    as into the chain.
    """
    seen: set[int] = set()
    waiting: list[Any] = [exc]
    attempt = None
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            if isinstance(cause, ksa_exceptions.ConnectionError):
                # keystoneauth tries again while it handles the failure of
                # the time before, which is another story.
                if attempt is not None:
                    continue
                attempt = cause
            yield cause
            waiting += [
                cause.__cause__,
                cause.__context__,
                getattr(cause, 'reason', None),
                *cause.args,
            ]
