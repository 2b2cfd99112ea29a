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

"""Neutron: ports and what they have, as far as the commands ask."""

from collections.abc import Callable
import itertools

from osc_iface.tests.fake import items, pages, passing
from osc_iface.tests.fake.data import Data
from osc_iface.tests.fake.errors import NO_SUCH_PATH, Refusal
from osc_iface.tests.fake.identity import Login
from osc_iface.tests.fake.items import Item
from osc_iface.tests.fake.plays import Reply
from osc_iface.tests.fake.server import Request

# Extensions that a cloud may not have.
ROUTER = 'router'  # and floating IPs
PORT_FORWARDING = 'floating-ip-port-forwarding'
SECURITY_GROUP = 'security-group'
GROUP_FILTER = 'port-security-groups-filtering'
PORT_SECURITY = 'port-security'
ADDRESS_PAIRS = 'allowed-address-pairs'
BINDING = 'binding'
QOS = 'qos'
TRUNK = 'trunk-details'  # and 'trunk', which comes with it
AGENT = 'agent'
BINDINGS = 'binding-extended'
# Without it, keys that do not filter are passed over.
VALIDATION = 'filter-validation'
EXTENSIONS = frozenset(
    {
        *(ROUTER, PORT_FORWARDING, SECURITY_GROUP, GROUP_FILTER),
        *(PORT_SECURITY, ADDRESS_PAIRS, BINDING, QOS, TRUNK, VALIDATION),
        *(AGENT, BINDINGS),
    }
)

_HOST = 'binding:host_id'
# What only administrators see, though others may filter by it.
_HIDDEN = {
    *(_HOST, 'binding:vif_type', 'binding:vif_details', 'binding:profile'),
    'provider:network_type',
}
_KEYS = {
    PORT_FORWARDING: {'port_forwardings'},
    SECURITY_GROUP: {'security_groups'},
    PORT_SECURITY: {'port_security_enabled'},
    ADDRESS_PAIRS: {'allowed_address_pairs'},
    BINDING: {'binding:vnic_type', *_HIDDEN},
    QOS: {'qos_policy_id'},
    TRUNK: {'trunk_details'},
}
_PATHS = {
    'floatingips': ROUTER,
    'routers': ROUTER,
    'security-groups': SECURITY_GROUP,
    'trunks': TRUNK,
    'agents': AGENT,
}
_MORE_FILTERS = {GROUP_FILTER: 'security_groups', BINDING: _HOST}
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
            case ['v2.0', 'ports', port_id, 'bindings'] if (
                BINDINGS in self._extensions
            ):
                return Reply(body={'bindings': self._bindings(port_id)})
        return NO_SUCH_PATH

    def _list(self, kind: str, query: pages.Query) -> Item:
        everything = self._all(kind, query)
        filters = self._filters(kind, query)

        def no_marker(marker: str) -> None:
            # The others begin anew.
            if kind in ('ports', 'networks', 'routers'):
                name = kind.removesuffix('s').title()
                message = f'{name} {marker} could not be found'
                message += '.' * (kind != 'routers')
                raise Refusal(404, message, f'{name}NotFound')

        page = pages.page(
            list(filter(self._shows(kind), everything)),
            lambda item: passing.passes(item, filters),
            query,
            self._most,
            no_marker,
        )
        self._on_rows(len(page.items))
        key = kind.replace('-', '_')
        body: Item = {key: self._fields(page.items, query)}
        links = _links(f'{self._url()}/v2.0/{kind}', query, page)
        return {**body, f'{key}_links': links} if links else body

    def _filters(self, kind: str, query: pages.Query) -> pages.Query:
        """Return that of a query which filters; refuse what does not."""
        known = set(passing.FILTERS[kind])
        if kind == 'ports':
            known |= {
                key
                for extension, key in _MORE_FILTERS.items()
                if extension in self._extensions
            }
        unknown = [key for key in query if key not in known | _NO_FILTERS]
        if unknown and VALIDATION in self._extensions:
            message = f'{unknown} is invalid attribute for filtering'
            raise Refusal(400, message, 'HTTPBadRequest')
        return {key: query[key] for key in query if key in known}

    def _all(self, kind: str, query: pages.Query) -> list[Item]:
        """Return what there is of a kind; more than the query asks for."""
        data = self._data
        if kind == 'ports' and 'device_id' in query:
            of_servers = [data.ports_of[id_] for id_ in query['device_id']]
            return sorted(itertools.chain(*of_servers), key=items.by_id)
        lists = {
            'ports': data.ports,
            'networks': data.networks,
            'subnets': data.subnets,
            'security-groups': data.security_groups,
            'floatingips': data.floating_ips,
            'routers': data.routers,
            'trunks': data.trunks,
            'agents': data.agents,
        }
        extension = _PATHS.get(kind)
        if kind in lists and extension in {None, *self._extensions}:
            return lists[kind]
        message = 'The resource could not be found.'
        raise Refusal(404, message, 'HTTPNotFound')

    def _shows(self, kind: str) -> Callable[[Item], bool]:
        """Return whether a policy lets the user see something of a kind."""
        mine = self._data.projects[0]
        networks = {each['id']: each for each in self._data.networks}

        def shows(item: Item) -> bool:
            if self._login.reads_all or item.get('project_id') == mine:
                return True
            network = networks.get(item.get('network_id', item['id']), {})
            if kind == 'ports':
                # Who owns a network sees all that is on it.
                return bool(network.get('project_id') == mine)
            # Subnets are seen with their network.
            of = {**item, **network}
            return bool(of.get('shared') or of.get('router:external'))

        return shows if self._login.reads else lambda item: False

    def _bindings(self, port_id: str) -> list[Item]:
        """Return where a port is bound; to others than administrators, none.

        The active binding is the one that the port itself shows.
        """
        shows = self._shows('ports')
        port = self._data.port.get(port_id)
        if port is None or not shows(port):
            message = f'Port {port_id} could not be found.'
            raise Refusal(404, message, 'PortNotFound')
        if not port['device_owner'].startswith('compute:'):
            raise Refusal(
                400,
                f'Bad port request: Invalid port {port_id}. Operation only '
                f'valid on compute and shared filesystem ports.',
                'BadRequest',
            )
        if not self._login.reads_all:
            return []
        keys = ('host', 'vif_type', 'vnic_type', 'profile', 'vif_details')
        active = {
            key: port[_HOST if key == 'host' else f'binding:{key}']
            for key in keys
        }
        return [
            {**active, 'status': 'ACTIVE'},
            *self._data.left_bindings.get(port_id, ()),
        ]

    def _fields(self, found: list[Item], query: pages.Query) -> list[Item]:
        """Return items with the fields that are asked for."""
        hidden = {'tag'}  # Nova's
        if not self._login.reads_all:
            hidden |= _HIDDEN
        for extension, keys in _KEYS.items():
            if extension not in self._extensions:
                hidden |= keys
        wanted = query.get('fields')
        return [
            {
                key: value
                for key, value in item.items()
                if key not in hidden and (wanted is None or key in wanted)
            }
            for item in found
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
