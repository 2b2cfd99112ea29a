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

"""Why a call failed, in the words that the user reads.

Every message says what was asked of which service, what came back, what to
do about it, and the request ID where there was one.
"""

import re
from typing import Any

from keystoneauth1 import exceptions as ksa_exceptions
from keystoneauth1.identity import v3
import requests

from osc_iface.errors import CallFailed, ServiceNotFound
from osc_iface.printable import beginning, printable
from osc_iface.wire import causes, proxy, words

_BAD_ENDPOINT = (
    'The endpoint of the service in the catalog may be wrong, or something '
    'else answers there: see "openstack catalog list".'
)
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
# The same for what Keystone says of projects, which are not its readers'.
_IDENTITY_ADVICE = {
    403: 'Ask an administrator of the cloud for a role that allows this.'
}
# The same for what an identity provider answers, which knows no projects.
_PROVIDER_ADVICE = {
    **dict.fromkeys(
        (400, 401, 403),
        'Check the user name and password, and the client ID and secret.',
    ),
    **dict.fromkeys(
        (404, 405), "Check the identity provider's URLs in clouds.yaml."
    ),
}
_CREDENTIALS_GONE = (
    'The token or application credential is wrong, has expired or was '
    'revoked: get another one.'
)
_REPORT = 'Report it to the operators of the cloud'
# Who lets the user into the cloud, where Keystone leaves that to others.
_PROVIDER = 'identity provider'
# Where Keystone is asked for a token, directly or by way of a provider.
_KEYSTONE = re.compile('/auth/tokens|/OS-FEDERATION/')


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
    who = _who(service, response.url)
    came, by_proxy = _came(response, who)
    if by_proxy:
        verdict, advice = '', f'Check {causes.PROXY}.'
    if words.REDIRECTED in response.headers:
        came += (
            f', a redirect to {printable(response.headers[words.REDIRECTED])}'
        )
        advice = advice or _BAD_ENDPOINT
    parts = [_cannot(action), verdict, came, words.own_words(response)]
    sentence = ': '.join(part for part in parts if part)
    known = {_PROVIDER: _PROVIDER_ADVICE, 'Identity': _IDENTITY_ADVICE}.get(
        service, {}
    )
    status = response.status_code
    advice = advice or known.get(status) or ADVICE.get(status) or ''
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
    came, by_proxy = _came(response, _who(service), f' with {fault}')
    sentence = f'{_cannot(action)}: {came}'
    advice = f'Check {causes.PROXY}.' if by_proxy else _BAD_ENDPOINT
    return CallFailed(_message(sentence, advice, response), response)


def from_exception(
    exc: Exception,
    service: str,
    action: str,
    timeout: float | None = None,
    login: Any = None,
) -> CallFailed:
    """Say why a call got no answer at all.

    :param exc: what keystoneauth or the SDK raised
    :param service: the service asked
    :param action: what was asked of it
    :param timeout: seconds that were waited for an answer
    :param login: keystoneauth's plugin that gets the token
    :returns: the exception, to be raised from ``exc``
    """
    # What keystoneauth makes of a failure at login hides the failure.
    telling = (ksa_exceptions.ConnectionError, ksa_exceptions.HttpError)
    failure = next(
        (c for c in causes.chain(exc) if isinstance(c, telling)), exc
    )
    response = getattr(failure, 'response', None)
    # Only who lets the user log in is asked with exceptions on.
    if response is not None and not response.ok:
        return _not_let_in(response, action, login)
    asked = causes.url(failure)
    if '/auth/tokens' in asked:  # a token that had to be renewed
        service = 'Identity'
    elif asked and _is_provider(asked, login, service):
        service = _PROVIDER
    reason, advice = causes.reason(failure, _who(service), timeout)
    kind = ServiceNotFound if isinstance(exc, causes.ABSENT) else CallFailed
    return kind(_sentence(f'{_cannot(action)}: {reason}', advice))


def _cannot(action: str) -> str:
    """Return the beginning of a message; what was asked may be users' text."""
    return f'Cannot {beginning(action)}'


def _who(service: str, url: str = '') -> str:
    """Who was asked; of providers there may be several, so at what URL."""
    if service != _PROVIDER:
        return f'the {service} service'
    origin = re.match(r'\w+://[^/?#]+', proxy.masked(url))
    return causes.PROVIDER + (f' at {printable(origin[0])}' if origin else '')


def _is_provider(url: str, login: Any, service: str = 'Identity') -> bool:
    """Return whether a URL is that of the provider of a federated login."""
    if not isinstance(login, v3.FederationBaseAuth) or _KEYSTONE.search(url):
        return False
    if service == 'Identity':  # that is, in the course of a login
        return url.rstrip('/') != login.auth_url.rstrip('/')
    settings = {**vars(login), 'auth_url': None}.values()
    return any(
        isinstance(value, str) and '://' in value and url.startswith(value)
        for value in settings
    )


def _not_let_in(
    response: requests.Response, action: str, login: Any
) -> CallFailed:
    """Say why there is no token, or no new one."""
    if _is_provider(response.url, login):
        failure = from_response(response, _PROVIDER, action)
    else:
        advice = _login_advice(response)
        failure = from_response(response, 'Identity', action, advice=advice)
    # It says nothing about what was asked of the service.
    failure.response = None
    return failure


def _login_advice(response: requests.Response) -> str:
    """Return what the user can do where Identity refuses a login; '' as usual.

    Keystone answers 404 in its own JSON for a token that it does not know;
    for a wrong path there is a page, of whoever it may be.
    """
    if response.status_code not in (404, 405):
        return ''
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict) and isinstance(body.get('error'), dict):
        return _CREDENTIALS_GONE
    return f'Check {causes.AUTH_URL}.'


def _came(
    response: requests.Response, who: str, what: str = ''
) -> tuple[str, bool]:
    """Return what came back, and whether it may be a proxy that sent it."""
    status = words.status(response) + what
    via = proxy.forwarding(response)
    if proxy.wrote(response):
        return f'the proxy {via}'.rstrip() + f' answered {status}', True
    if not via or _is_signed(response):
        return f'{who} answered {status}', False
    return (
        f'{status} came through the proxy {via}, which may have written it'
    ), True


def _is_signed(response: requests.Response) -> bool:
    """Return whether an answer looks like one of OpenStack."""
    try:
        return bool(words.request_id(response)) or isinstance(
            response.json(), dict
        )
    except (ValueError, RecursionError):
        return False


def _message(sentence: str, advice: str, response: requests.Response) -> str:
    """Put a message together: what happened, what to do, the request ID."""
    id_ = words.request_id(response)
    if not id_:
        return _sentence(sentence, advice or f'{_REPORT}.')
    advice = advice or f'{_REPORT}, with the request ID.'
    return f'{_sentence(sentence, advice)} (Request ID: {id_})'


def _sentence(sentence: str, advice: str) -> str:
    """Two sentences; the first may have its full stop or not."""
    stop = '' if sentence.endswith(('.', '!', '?')) else '.'
    return f'{sentence}{stop} {advice}'
