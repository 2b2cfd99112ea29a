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

"""The one way of asking a service of the cloud something."""

from collections.abc import Callable, Iterable, Iterator
import dataclasses
import functools
from typing import Any, ParamSpec, TypeVar

from keystoneauth1 import adapter
from keystoneauth1 import exceptions as ksa_exceptions
from openstack import exceptions as sdk_exceptions
import requests

from osc_iface import errors
from osc_iface.model import Query
from osc_iface.wire import failures, pages, request, words
from osc_iface.wire.answer import Answer

# How many of a list are asked for at once: what Nova gives at most, unless
# its operators allow more.
PAGE_SIZE = 1000

_P = ParamSpec('_P')
_T = TypeVar('_T')


def optional(call: Callable[_P, _T]) -> Callable[_P, _T | None]:
    """Have a call return None where the service knows no such thing: 404.

    :param call: asks a service; raises CallFailed
    :returns: the same, which raises only other failures
    """

    @functools.wraps(call)
    def asked(*args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        try:
            return call(*args, **kwargs)
        except errors.CallFailed as exc:
            if exc.status != 404:
                raise
            return None

    return asked


@dataclasses.dataclass(frozen=True)
class Service:
    """A service of the cloud: its name in messages, and the way to it."""

    name: str
    adapter: adapter.Adapter

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
            response = request.send(
                self.adapter, self.name, segments, query, microversion
            )
        except (
            ksa_exceptions.ClientException,
            sdk_exceptions.SDKException,
            OSError,  # requests: no such file of certificates
            ValueError,  # urllib3, http.client, idna: not a URL
        ) as exc:
            raise failures.from_exception(
                exc,
                self.name,
                action,
                request.timeout(self.adapter.session),
                self.adapter.session.auth,
            ) from exc
        if not 200 <= response.status_code < 300:
            raise failures.from_response(response, self.name, action)
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
                gone = marker and _is_gone(exc, marker)
                if gone and markers.step_back():
                    continue
                raise
            items = answer.objects(key)
            yield answer, items
            if not items or not answer.has_next(key):
                return
            if not markers.go_on(answer.text(item, 'id') for item in items):
                raise answer.fault('a page that it had sent before')

    def _object(
        self, response: requests.Response, action: str
    ) -> dict[str, Any]:
        """Return the JSON object in an answer."""
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
        raise failures.from_body(response, self.name, action, fault)


def _is_gone(exc: errors.CallFailed, marker: str) -> bool:
    """Return whether a service misses the item that a page shall follow.

    Neutron answers 404 then, Nova 400; both name it.
    """
    return (
        exc.response is not None
        and exc.status in (400, 404)
        and marker in words.own_words(exc.response)
    )
