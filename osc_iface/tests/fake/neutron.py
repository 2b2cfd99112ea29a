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

"""Neutron: ports, networks, subnets and floating IPs, as the commands ask."""

import collections
from collections.abc import Callable

from osc_iface.tests.fake import pages
from osc_iface.tests.fake.data import Data, Item
from osc_iface.tests.fake.errors import NO_SUCH_PATH, Refusal
from osc_iface.tests.fake.identity import Login
from osc_iface.tests.fake.plays import Reply
from osc_iface.tests.fake.server import Request

# Extensions that a cloud may not have.
ROUTER = 'router'  # floating IPs
PORT_FORWARDING = 'floating-ip-port-forwarding'

# Of the keys that filter, those that are here.
_FILTERS = {
    'ports': {
        *('id', 'name', 'device_id', 'device_owner', 'project_id'),
        *('network_id', 'mac_address', 'fixed_ips', 'status'),
    },
    'networks': {'id', 'name', 'project_id', 'shared'},
    'subnets': {'id', 'name', 'project_id', 'shared'},
    'floatingips': {'id', 'floating_ip_address', 'port_id', 'project_id'},
}
_NO_FILTERS = {'fields', 'limit', 'marker'}


class Neutron:
    """What it answers.

    :param data: what there is
    :param login: who asks
    :param most: how many of a list it gives at a time; None for all, as it
        does by default
    :param extensions: those that there are, of the ones above
    :param url: tells where it is, without a version
    :param on_rows: called with the number of items in an answer
    """

    def __init__(
        self,
        data: Data,
        login: Login,
        most: int | None,
        extensions: frozenset[str],
        url: Callable[[], str],
        on_rows: Callable[[int], None],
    ) -> None:
        self._data = data
        self._login = login
        self._most = most
        self._extensions = extensions
        self._url = url
        self._on_rows = on_rows

    def answer(self, request: Request) -> Reply:
        """Answer a request, whose path begins with the service."""
        match request.path[1:]:
            case []:
                links = [{'rel': 'self', 'href': f'{self._url()}/v2.0/'}]
                version = {'id': 'v2.0', 'status': 'CURRENT', 'links': links}
                return Reply(body={'versions': [version]})
            case ['v2.0', kind]:
                return Reply(body=self._list(kind, request.query))
        return NO_SUCH_PATH

    def _list(self, kind: str, query: pages.Query) -> Item:
        everything = self._all(kind, query)
        unknown = query.keys() - _FILTERS[kind] - _NO_FILTERS
        if unknown:
            keys = [key for key in query if key in unknown]
            message = f'{keys} is invalid attribute for filtering'
            raise Refusal(400, message, 'HTTPBadRequest')

        def no_marker(marker: str) -> None:
            # The others begin anew.
            if kind in ('ports', 'networks'):
                name = kind.removesuffix('s').title()
                message = f'{name} {marker} could not be found.'
                raise Refusal(404, message, f'{name}NotFound')

        page = pages.page(
            [each for each in everything if self._shows(each)],
            lambda item: _passes(item, query),
            query,
            self._most,
            no_marker,
        )
        self._on_rows(len(page.items))
        body: Item = {kind: self._fields(page.items, query)}
        links = _links(f'{self._url()}/v2.0/{kind}', query, page)
        return {**body, f'{kind}_links': links} if links else body

    def _all(self, kind: str, query: pages.Query) -> list[Item]:
        """Return what there is of a kind; more than the query asks for."""
        match kind:
            case 'ports' if 'device_id' in query:
                ids = query['device_id']
                some = [p for each in ids for p in self._data.ports_of[each]]
                return sorted(some, key=lambda port: str(port['id']))
            case 'ports':
                return self._data.ports
            case 'floatingips' if ROUTER in self._extensions:
                return self._data.floating_ips
            case 'networks':
                return self._data.networks
            case 'subnets':
                return self._data.subnets
        message = 'The resource could not be found.'
        raise Refusal(404, message, 'HTTPNotFound')

    def _shows(self, item: Item) -> bool:
        """Return whether a policy lets the user see something."""
        return self._login.reads and (
            self._login.reads_all
            or item['project_id'] == self._data.projects[0]
            or item.get('shared', False)
        )

    def _fields(self, items: list[Item], query: pages.Query) -> list[Item]:
        """Return items with the fields that are asked for."""
        hidden = {'tag'}  # Nova's
        if PORT_FORWARDING not in self._extensions:
            hidden.add('port_forwardings')
        wanted = query.get('fields')
        return [
            {
                key: value
                for key, value in item.items()
                if key not in hidden and (wanted is None or key in wanted)
            }
            for item in items
        ]


def _links(url: str, query: pages.Query, page: pages.Page) -> list[Item]:
    """Return the links of a page, to a previous one even on the first."""
    if not page.limited:
        return []
    previous = pages.link(
        'previous', url, query, page.items, page_reverse='True'
    )
    if not page.full:
        return [previous]
    return [pages.link('next', url, query, page.items), previous]


def _passes(item: Item, query: pages.Query) -> bool:
    """Return whether something passes the filters."""
    return all(
        item.get(key) in values
        for key, values in query.items()
        if key not in _NO_FILTERS and key != 'fixed_ips'
    ) and _passes_fixed_ips(item, query.get('fixed_ips', []))


def _passes_fixed_ips(port: Item, filters: list[str]) -> bool:
    """Return whether the addresses of a port have what is wanted."""
    wanted: dict[str, set[str]] = collections.defaultdict(set)
    for each in filters:
        key, _equals, value = each.partition('=')
        wanted[key].add(value)
    return all(
        any(fixed_ip[key] in values for fixed_ip in port['fixed_ips'])
        for key, values in wanted.items()
    )
