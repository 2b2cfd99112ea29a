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

"""Why a call got no answer, in the words that the user reads."""

from collections.abc import Iterator
import contextlib
import http.client
import re
import ssl
from typing import Any

from keystoneauth1 import exceptions as ksa_exceptions
from openstack import exceptions as sdk_exceptions
import requests
from urllib3 import exceptions as urllib3

from osc_iface.printable import beginning, printable
from osc_iface.wire import proxy

# Who may fail to answer, beside the services of the catalog.
IDENTITY = 'the Identity service'
PROVIDER = 'the identity provider'

AUTH_URL = 'auth_url in clouds.yaml, or OS_AUTH_URL'
PROXY = 'http_proxy, https_proxy and no_proxy in the environment'
# Where it is said at what address somebody is; a service, unless named here.
_SETTING = {
    IDENTITY: AUTH_URL,
    PROVIDER: "the identity provider's URLs in clouds.yaml",
}
_CATALOG = 'the endpoint in "openstack catalog list"'
# Of the name in a certificate that is for another host. urllib3 1.x compares
# it itself, 2.x at times, with a class that is not for others to use.
_MISNAMED: tuple[type[BaseException], ...] = (ssl.CertificateError,)
with contextlib.suppress(ImportError):
    from urllib3.util import ssl_match_hostname

    _MISNAMED += (ssl_match_hostname.CertificateError,)
_TELL_OPERATORS = 'Tell the operators of the cloud.'
# OpenSSL's reasons for not trusting a certificate that may be right.
_UNTRUSTED = range(18, 22)
# What requests says of an answer that began and was not to be had in full.
_BROKEN = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
# What there is for a service that is not in the catalog: keystoneauth's
# word, and that of newer SDKs.
ABSENT = (
    ksa_exceptions.EndpointNotFound,
    sdk_exceptions.ServiceDisabledException,
)
_NOT_IDENTITY = (
    ksa_exceptions.DiscoveryFailure,
    ksa_exceptions.InvalidResponse,
)
# What a failed attempt to have a proxy connect to a service says.
_TUNNEL = re.compile(r'Tunnel connection failed: ([1-5]\d\d\b.*)')
# Characters of what a service or a library says that are shown.
LIMIT = 500
# Where a page of HTML begins.
PAGE = re.compile('<(?:!doctype|html|head|body)', re.IGNORECASE)


def reason(
    exc: BaseException, who: str, timeout: float | None
) -> tuple[str, str]:
    """Say why a call got no answer.

    :param exc: what keystoneauth or the SDK raised
    :param who: who was asked, as in "the Compute service"
    :param timeout: seconds that were waited for an answer
    :returns: what happened, and what the user can do, a sentence
    """
    origin = re.match(r'\w+://[^/?#]+', url(exc))
    address = origin[0] if origin else ''
    via = proxy.address(address)
    where = f'{who} at {printable(address)}' if address else who
    if via:
        told = _of_proxy(exc, via, timeout)
        if told:
            return told, f'Check {PROXY}.'
        where += f' through the proxy {via}'
    network = f'the network, {PROXY}' if via else 'the network'
    setting = _SETTING.get(who, _CATALOG)
    if _is_late(exc):
        return f'{where} {_late(timeout)}', (
            'Try again later, or wait longer with api_timeout in clouds.yaml.'
        )
    if isinstance(exc, ksa_exceptions.SSLError):
        return f'no trusted connection to {where}: {_cause(exc)}', (
            _trust(exc) or f'Check {setting}.'
        )
    if _holds(exc, *_BROKEN):
        return f'the answer of {where} broke off: {_cause(exc)}', (
            'Try again; if it happens again, tell the operators of the cloud.'
        )
    if isinstance(exc, ksa_exceptions.ConnectFailure):
        return f'no connection to {where}: {_cause(exc)}', (
            f'Check {network}, and {setting}.'
        )
    if isinstance(exc, ksa_exceptions.UnknownConnectionError):
        return f'{who} cannot be reached: {_line(exc.original)}', (
            f'Check {setting}.'
        )
    return _of_configuration(exc, who)


def url(exc: BaseException) -> str:
    """Where a failed request went to, or ''."""
    if not isinstance(exc, ksa_exceptions.ConnectionError):
        return ''
    # All messages of these have the URL first, the exceptions do not.
    match = re.search(r'\w+://\S+', str(exc))
    return proxy.masked(match[0]) if match else ''


def chain(exc: BaseException) -> Iterator[BaseException]:
    """Return an exception and all that led to it, the outermost first.

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


def absent(who: str) -> tuple[str, str]:
    """Say that a service is not in the catalog, as :func:`reason` does."""
    return (
        f'the catalog has no {who.removeprefix("the ")} for this region '
        f'and interface, or clouds.yaml switches it off'
    ), 'Check the region and the interface in "openstack catalog list".'


def _of_proxy(exc: BaseException, via: str, timeout: float | None) -> str:
    """Return what a proxy failed to do; '' where it was not the proxy."""
    for cause in chain(exc):
        refused = _TUNNEL.match(str(cause))
        if refused:
            return f'the proxy {via} answered {printable(refused[1])}'
        # A refused connection is of this class as well, of one below it.
        if type(cause) is urllib3.ConnectTimeoutError:
            return f'the proxy {via} {_late(timeout)}'
    if _holds(exc, requests.exceptions.ProxyError, urllib3.ProxyError):
        if _is_late(exc):
            return f'the proxy {via} {_late(timeout)}'
        return f'no connection to the proxy {via}: {_cause(exc)}'
    if not isinstance(exc, ksa_exceptions.UnknownConnectionError):
        return ''
    if not proxy.is_readable(url(exc)):
        return f'the proxy {via} cannot be used: that is no URL'
    # Of what requests can do without, only a proxy needs SOCKS.
    if isinstance(exc.original, requests.exceptions.InvalidProxyURL) or (
        'SOCKS' in str(exc.original)
    ):
        return f'the proxy {via} cannot be used: {_line(exc.original)}'
    return ''


def _of_configuration(exc: BaseException, who: str) -> tuple[str, str]:
    """Return why there was nobody to connect to, and what the user can do."""
    if who == IDENTITY and isinstance(exc, ABSENT):
        return 'there is no Identity service', f'Check {AUTH_URL}.'
    if who == IDENTITY and isinstance(exc, _NOT_IDENTITY):
        return 'what answers is not an Identity service', f'Check {AUTH_URL}.'
    if isinstance(exc, ABSENT):
        return absent(who)
    return f'{who} cannot be used: {_line(exc)}', (
        'Check the cloud in clouds.yaml, the options and the environment.'
    )


def _is_late(exc: BaseException) -> bool:
    """Return whether an answer was waited for in vain."""
    return _holds(exc, ksa_exceptions.ConnectTimeout, urllib3.ReadTimeoutError)


def _late(timeout: float | None) -> str:
    """Return that there was no answer, and how long it was waited for."""
    waited = f' within {timeout:g} seconds' if timeout else ''
    return f'did not answer{waited}'


def _trust(exc: BaseException) -> str:
    """Return what to do about a certificate; '' if it was not that."""
    for cause in chain(exc):
        if isinstance(cause, ssl.SSLCertVerificationError):
            if cause.verify_code in _UNTRUSTED:
                return 'Name the authority that signed it with --os-cacert.'
            return _TELL_OPERATORS
        if isinstance(cause, _MISNAMED):
            return _TELL_OPERATORS
    return ''


def _holds(exc: BaseException, *kinds: type[BaseException]) -> bool:
    """Return whether an exception, or what led to it, is of some kinds."""
    return any(isinstance(cause, kinds) for cause in chain(exc))


def _cause(exc: BaseException) -> str:
    """Return the innermost reason of a failed connection, as a short line."""
    reason = _line(exc)
    for cause in chain(exc):
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
    """Return an exception's text as one printable line, less the full stop."""
    text = PAGE.split(proxy.masked(str(exc)))[0].rstrip(' :')
    return beginning(' '.join(text.split()), LIMIT).rstrip('.')
