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

"""One request of a service: time limits, retries, and whole answers."""

from collections.abc import Iterable
import contextlib
import http.client
import logging
import sys
from typing import Any
import urllib.parse

from keystoneauth1 import adapter, discover
from keystoneauth1 import session as ksa_session
import requests

from osc_iface.wire import words

# Seconds that an answer is waited for; api_timeout in clouds.yaml wins.
TIMEOUT = 60.0
# How often a failed read is repeated, and after which answers;
# compute_connect_retries and its kin in clouds.yaml win.
RETRIES = 3
RETRIED_STATUSES = [429, 502, 503, 504]
# Seconds of a Retry-After header that are obeyed.
RETRY_AFTER_LIMIT = 20


def send(
    via: adapter.Adapter,
    service: str,
    segments: tuple[str, ...],
    query: Iterable[tuple[str, str]],
    microversion: str | None,
) -> requests.Response:
    """Let keystoneauth send a GET request, and repeat it where that helps.

    Not by the SDK's own method of that name, which does more than that (its
    cache, statistics) in a way that is made for one thread.

    :param via: the SDK's proxy for the service
    :param service: what to call it
    :param segments: the segments of the path below the endpoint, unquoted
    :param query: the parameters of the query, unquoted
    :param microversion: the version to ask for; None for the one that the
        user chose, or else the service's default
    :returns: the answer, whatever its status
    :raises Exception: whatever keystoneauth and the libraries below it raise
    """
    return adapter.Adapter.request(
        via,
        _path(segments),
        'GET',
        params=list(query),
        microversion=_checked(microversion or via.default_microversion),
        raise_exc=False,
        # keystoneauth would take the token along to wherever it is sent.
        redirect=False,
        timeout=timeout(via.session),
        connect_retries=_first(via.connect_retries, RETRIES),
        status_code_retries=_first(via.status_code_retries, RETRIES),
        retriable_status_codes=_first(
            via.retriable_status_codes, RETRIED_STATUSES
        ),
        hooks={'response': [_read, _tame]},
        logger=_CallLogger(service),
    )


def timeout(session: ksa_session.Session) -> float:
    """Return the seconds that a session waits for an answer."""
    return TIMEOUT if session.timeout is None else session.timeout


def read_all(response: requests.Response, *_args: Any, **_kwargs: Any) -> None:
    """Read the whole answer; urllib3 1.x leaves it to others to miss some."""
    response.content  # noqa: B018  reads it
    missing = getattr(response.raw, 'length_remaining', None) or 0
    if missing > 0:
        cause = http.client.IncompleteRead(b'', missing)
        raise requests.exceptions.ChunkedEncodingError(cause) from cause


class _CallLogger(logging.LoggerAdapter[logging.Logger]):
    """Keystoneauth's log of one call, less its lines about each pause.

    Those go to the debug log, and a person at a terminal is told once.
    """

    def __init__(self, service: str) -> None:
        super().__init__(logging.getLogger('keystoneauth.session'), {})
        self._service = service
        self._told = False

    def log(self, level: int, msg: object, *args: Any, **kwargs: Any) -> None:
        """Log a line; keystoneauth names the delay in those of a pause."""
        if args and isinstance(args[0], dict) and 'delay' in args[0]:
            level = logging.DEBUG
            if not self._told and sys.stderr.isatty():
                # A terminal that is gone is no failure of the call.
                with contextlib.suppress(OSError):
                    print(
                        f'No usable answer from the {self._service} service '
                        f'yet, trying again...',
                        file=sys.stderr,
                    )
            self._told = True
        super().log(level, msg, *args, **kwargs)


def _checked(version: str | None) -> str | None:
    """Return a microversion that is one; keystoneauth has a TypeError."""
    if not version:
        return version
    latest = discover.LATEST
    try:
        major, *minor = discover.normalize_version_number(version)
    except TypeError as exc:
        raise ValueError(f'{version} is not an API version') from exc
    if latest in minor and major != latest:
        raise ValueError(f'{version} is not an API version')
    return version


def _path(segments: tuple[str, ...]) -> str:
    """Return the path of a URL; each segment stays the one segment it is."""
    for segment in segments:
        if segment in ('', '.', '..'):  # these three no quoting can keep
            raise ValueError(f'{segment!r} is not an ID')
    return '/' + '/'.join(urllib.parse.quote(s, safe='') for s in segments)


def _read(response: requests.Response, *_args: Any, **_kwargs: Any) -> None:
    """Read the whole answer while keystoneauth can still try again.

    It does so after what requests calls a failed connection, and requests
    calls an answer that breaks off something else.
    """
    try:
        read_all(response)
    except requests.exceptions.ChunkedEncodingError as exc:
        raise requests.exceptions.ConnectionError(exc) from exc


def _tame(response: requests.Response, *_args: Any, **_kwargs: Any) -> None:
    """Take from an answer's header what the libraries would stumble over."""
    headers = response.headers
    # requests makes a request of it at once, and fails if it is no URL.
    location = headers.pop('Location', None)
    if location is not None:
        headers[words.REDIRECTED] = location
    # keystoneauth logs the text of the answer.
    try:
        str(b'x', response.encoding or 'utf-8', errors='replace')
    except LookupError:
        pass  # requests expects it
    except ValueError:
        response.encoding = 'utf-8'
    # keystoneauth sleeps as long as is asked for.
    try:
        pause = int(headers.get('Retry-After', ''))
    except ValueError:
        return  # a date, which keystoneauth passes over
    headers['Retry-After'] = str(min(max(pause, 0), RETRY_AFTER_LIMIT))


def _first(configured: Any, default: Any) -> Any:
    """Return what the user configured, or else the default."""
    return default if configured is None else configured
