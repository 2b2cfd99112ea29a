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

"""The services of the cloud, and the one way of asking them something."""

from collections.abc import Iterable, Iterator
import contextlib
import dataclasses
import functools
import http.client
import logging
import sys
from typing import TYPE_CHECKING, Any
import urllib.parse

from keystoneauth1 import adapter, discover
from keystoneauth1 import exceptions as ksa_exceptions
from keystoneauth1 import session as ksa_session
from openstack import exceptions as sdk_exceptions
from osc_lib import exceptions
import requests

from osc_iface import errors, pages
from osc_iface.answer import Answer
from osc_iface.pages import Query
from osc_iface.printable import printable

if TYPE_CHECKING:
    from openstackclient.common import clientmanager

# Seconds that an answer is waited for; api_timeout in clouds.yaml wins.
TIMEOUT = 60.0
# How often a failed read is repeated, and after which answers;
# compute_connect_retries and its kin in clouds.yaml win.
RETRIES = 3
RETRIED_STATUSES = [429, 502, 503, 504]
# Seconds of a Retry-After header that are obeyed.
RETRY_AFTER_LIMIT = 20
# How many of a list are asked for at once: what Nova gives at most, as it
# comes from its makers.
PAGE_SIZE = 1000


@dataclasses.dataclass(frozen=True)
class Service:
    """A service of the cloud: its name in messages, and the way to it."""

    name: str
    adapter: adapter.Adapter

    @property
    def timeout(self) -> float:
        """Seconds that an answer is waited for."""
        return _timeout(self.adapter.session)

    def get(
        self,
        action: str,
        *segments: str,
        query: Iterable[tuple[str, str]] = (),
        microversion: str | None = None,
    ) -> Answer:
        """Send a GET request, again where that may help.

        :param action: what is asked, as the user would say it
        :param segments: the segments of the path below the endpoint,
            unquoted
        :param query: the parameters of the query, unquoted
        :param microversion: the version to ask for; None for the one that
            the user chose, or else the service's default
        :returns: the answer, a JSON object
        :raises osc_iface.errors.CallFailed: for anything else
        """
        try:
            response = self._request(segments, query, microversion)
        except (
            ksa_exceptions.ClientException,
            sdk_exceptions.SDKException,
            OSError,  # requests: no such file of certificates
            ValueError,  # urllib3, http.client, idna: not a URL
        ) as exc:
            raise errors.from_exception(
                exc,
                self.name,
                action,
                self.timeout,
                self.adapter.session.auth,
            ) from exc
        if not 200 <= response.status_code < 300:
            raise errors.from_response(response, self.name, action)
        body = self._object(response, action)
        return Answer(body, response, self.name, action)

    def pages(
        self,
        action: str,
        key: str,
        *segments: str,
        query: Iterable[tuple[str, str]] = (),
        fields: Iterable[str] = (),
    ) -> Iterator[tuple[Answer, list[dict[str, Any]]]]:
        """Send GET requests for a list, as many as it takes.

        Both services cap the size of a page themselves, and link to the next
        one where there may be more. The link is not followed: behind a load
        balancer its host is often not one that this side can reach.

        :param action: what is asked, as the user would say it
        :param key: where the list is in the answer
        :param segments: as for :meth:`get`
        :param query: as for :meth:`get`; a key given several times means
            either, and may be asked for in several parts
        :param fields: the fields of each object to ask for, ``id`` among
            them; none for all
        :returns: the pages: an answer, and the objects of the list in it
            that were not in a page before
        :raises osc_iface.errors.CallFailed: a call failed
        """
        rest = [*(('fields', field) for field in fields)]
        rest.append(('limit', str(PAGE_SIZE)))
        seen: set[str] = set()
        for part in pages.parts(list(query)):
            for answer, items in self._pages(
                action, key, segments, part + rest
            ):
                fresh = {answer.text(item, 'id'): item for item in items}
                for id_ in seen & fresh.keys():
                    del fresh[id_]
                seen |= fresh.keys()
                yield answer, list(fresh.values())

    def _pages(
        self, action: str, key: str, segments: tuple[str, ...], query: Query
    ) -> Iterator[tuple[Answer, list[dict[str, Any]]]]:
        """Yield the pages of one query; items may come twice."""
        markers = pages.Markers()
        while True:
            marker = markers.marker
            page = [('marker', marker)] if marker else []
            try:
                answer = self.get(action, *segments, query=query + page)
            except errors.CallFailed as exc:
                gone = marker and exc.names_missing(marker)
                if gone and markers.step_back():
                    continue
                raise
            items = answer.objects(key)
            yield answer, items
            if not items or not answer.has_next(key):
                return
            if not markers.go_on(answer.text(item, 'id') for item in items):
                raise answer.fault('a page that it had sent before')

    def _request(
        self,
        segments: tuple[str, ...],
        query: Iterable[tuple[str, str]],
        microversion: str | None,
    ) -> requests.Response:
        """Let keystoneauth send the request and repeat it.

        Not by the SDK's own method of that name, which does more than that
        (its cache, statistics) in a way that is made for one thread.
        """
        via = self.adapter
        version = microversion or via.default_microversion
        return adapter.Adapter.request(
            via,
            _path(segments),
            'GET',
            params=list(query),
            microversion=_checked(version),
            raise_exc=False,
            # keystoneauth would take the token along to wherever it is sent.
            redirect=False,
            timeout=self.timeout,
            connect_retries=_first(via.connect_retries, RETRIES),
            status_code_retries=_first(via.status_code_retries, RETRIES),
            retriable_status_codes=_first(
                via.retriable_status_codes, RETRIED_STATUSES
            ),
            hooks={'response': [_read, _tame]},
            logger=_CallLogger(self.name),
        )

    def _object(
        self, response: requests.Response, action: str
    ) -> dict[str, Any]:
        """The JSON object in an answer."""
        if not response.content:
            fault = 'an empty answer'
        elif response.content.lstrip()[:1] == b'<':
            fault = 'a page of HTML instead of JSON'
        else:
            try:
                body = response.json()
            except (ValueError, RecursionError):
                fault = 'broken JSON'
            else:
                if isinstance(body, dict):
                    return body
                fault = 'JSON that is not an object'
        raise errors.from_body(response, self.name, action, fault)


class Cloud:
    """The services that the commands ask.

    :param client_manager: the client's own, which has logged in
    """

    def __init__(self, client_manager: 'clientmanager.ClientManager') -> None:
        self._connection = client_manager.sdk_connection
        self._access = client_manager.auth_ref

    @property
    def project_id(self) -> str | None:
        """The project that the user works in; None if there is none."""
        return self._access.project_id if self._access else None

    def need_project(self) -> str | None:
        """Return the project whose servers are meant.

        :returns: its ID; None where there is no Identity service, and so no
            project to choose
        :raises osc_lib.exceptions.CommandError: the login is for no project
        """
        access = self._access
        if access is None or access.project_id:
            return self.project_id
        scope = 'no project'
        if access.system_scoped:
            scope = 'the system, not for a project'
        elif access.domain_scoped:
            domain = printable(access.domain_name or access.domain_id or '')
            scope = f"domain '{domain}', not for a project"
        raise exceptions.CommandError(
            f'This login is for {scope}, and servers belong to projects: '
            f'choose one with --os-project-name or --os-project-id.'
        )

    @functools.cached_property
    def compute(self) -> Service:
        """The Compute service (Nova)."""
        return self._service('Compute', 'compute')

    @functools.cached_property
    def network(self) -> Service:
        """The Network service (Neutron)."""
        return self._service('Network', 'network')

    def _service(self, name: str, proxy: str) -> Service:
        # The SDK looks for the endpoint here, asking the service for its
        # versions where the user chose one, and stumbles over settings that
        # make no sense in many ways.
        try:
            found = getattr(self._connection, proxy)
            found.session  # noqa: B018  raises where there is no endpoint
        except Exception as exc:
            raise self._unreachable(exc, name) from exc
        return Service(name, found)

    def _unreachable(self, exc: Exception, name: str) -> errors.CallFailed:
        """Say why there is no way to a service."""
        if self._access is None:
            return errors.without_login(name)
        failure = errors.from_exception(
            exc,
            name,
            f'reach the {name} service',
            login=self._connection.session.auth,
        )
        absent = isinstance(failure, errors.ServiceNotFound)
        if absent and not self._access.project_id:
            return errors.without_project(name)
        return failure


@contextlib.contextmanager
def limits(
    client_manager: 'clientmanager.ClientManager',
) -> Iterator[None]:
    """Have the client's session keep this module's rules for a while.

    The session belongs to the other commands of the process as well, and
    nothing is left on it. What needs the rules there and not with each
    request is what others send for us: logging in, now or when a token has
    expired, and the SDK's question for the versions of a service.

    :param client_manager: the client's own, its session made
    """
    session = client_manager.session
    timeout, hooks = session.timeout, session.session.hooks
    try:
        session.timeout = _timeout(session)
        session.session.hooks = {
            **hooks,
            'response': [*hooks['response'], _read_all],
        }
        yield
    finally:
        session.timeout, session.session.hooks = timeout, hooks


def log_in(client_manager: 'clientmanager.ClientManager') -> None:
    """Get a token, or use a cached one, under this module's rules.

    :param client_manager: the client's own, its session made but not used
    :raises osc_iface.errors.CallFailed: where there is no way to log in
    """
    try:
        with limits(client_manager):
            client_manager.auth_ref  # noqa: B018  reading it logs in
    except Exception as exc:
        raise errors.from_exception(
            exc,
            'Identity',
            'log in',
            _timeout(client_manager.session),
            client_manager.session.auth,
        ) from exc


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
    """A microversion that is one; for others keystoneauth has a TypeError."""
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
    """The path of a URL; each segment stays the one segment it is."""
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
        _read_all(response)
    except requests.exceptions.ChunkedEncodingError as exc:
        raise requests.exceptions.ConnectionError(exc) from exc


def _read_all(
    response: requests.Response, *_args: Any, **_kwargs: Any
) -> None:
    """Read the whole answer; urllib3 1.x leaves it to others to miss some."""
    response.content  # noqa: B018  reads it
    missing = getattr(response.raw, 'length_remaining', None) or 0
    if missing > 0:
        cause = http.client.IncompleteRead(b'', missing)
        raise requests.exceptions.ChunkedEncodingError(cause) from cause


def _tame(response: requests.Response, *_args: Any, **_kwargs: Any) -> None:
    """Take from an answer's header what the libraries would stumble over."""
    headers = response.headers
    # requests makes a request of it at once, and fails if it is no URL.
    location = headers.pop('Location', None)
    if location is not None:
        headers[errors.REDIRECTED] = location
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


def _timeout(session: ksa_session.Session) -> float:
    """Seconds that a session waits for an answer, or shall wait."""
    return TIMEOUT if session.timeout is None else session.timeout


def _first(configured: Any, default: Any) -> Any:
    """What the user configured, or else the default."""
    return default if configured is None else configured
