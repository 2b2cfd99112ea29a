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

"""Nova: servers and their interfaces, as far as the commands ask."""

from collections.abc import Callable
import re

from osc_iface.tests.fake import microversion, pages, serving
from osc_iface.tests.fake.data import Data
from osc_iface.tests.fake.errors import NO_SUCH_PATH, Refusal
from osc_iface.tests.fake.identity import Login
from osc_iface.tests.fake.items import LONG_AGO, Item
from osc_iface.tests.fake.plays import Reply
from osc_iface.tests.fake.server import Request

PAGE_LIMIT = 1000
_TAG_SINCE = (2, 70)
# Since then a parameter that is none is refused; before, it is passed over.
_STRICT_SINCE = (2, 75)
# Of many more, those that the commands send.
_PARAMETERS = {
    *('all_tenants', 'host', 'limit', 'marker', 'name', 'project_id', 'uuid')
}
# Those of services.
_OF_SERVICES = {'host', 'binary'}
# Since then diagnostics have one form, whatever the hypervisor.
_DIAGNOSTICS_SINCE = (2, 48)
_HOST = 'OS-EXT-SRV-ATTR:host'


class Nova:
    """What it answers.

    :param data: what there is
    :param login: who asks
    :param most: how many servers it gives at a time
    :param url: tells where it is, without a version
    :param on_list: called with the ID of a server before its interfaces are
        listed; may raise :class:`Refusal` or ConnectionError
    :param on_rows: called with the number of servers in an answer
    """

    def __init__(
        self,
        data: Data,
        login: Login,
        most: int,
        url: Callable[[], str],
        on_list: Callable[[str], None],
        on_rows: Callable[[int], None],
    ) -> None:
        self._data = data
        self._login = login
        self._most = most
        self._url = url
        self._on_list = on_list
        self._on_rows = on_rows

    def answer(self, request: Request) -> Reply:
        """Answer a request, whose path begins with the service."""
        version = (2, 1)
        body: Item | None = None
        match request.path[1:]:
            case []:
                versions = [microversion.document(self._url())]
                return Reply(body={'versions': versions})
            case ['v2.1']:
                body = {'version': microversion.document(self._url())}
            case ['v2.1', 'servers', *rest]:
                version = microversion.asked(request)
                body = self._body(rest, request.query, version)
            case ['v2.1', 'os-services']:
                version = microversion.asked(request)
                body = {'services': self._services(request.query, version)}
        if body is None:
            return NO_SUCH_PATH
        return Reply(body=body, headers=microversion.header(version))

    def _body(
        self,
        path: list[str],
        query: pages.Query,
        version: tuple[int, int],
    ) -> Item | None:
        tags = version >= _TAG_SINCE
        match path:
            case [] | ['detail']:
                if version >= _STRICT_SINCE:
                    _check(query)
                return self._servers(bool(path), query)
            case [server_id]:
                server = self._server('servers:show', server_id)
                return {'server': self._shown(server, detail=True)}
            case [server_id, 'os-interface']:
                self._server('os-attach-interfaces:list', server_id)
                self._on_list(server_id)
                ports = self._data.ports_of[server_id]
                found = [_attachment(port, tags) for port in ports]
                return {'interfaceAttachments': found}
            case [server_id, 'os-interface', port_id]:
                self._server('os-attach-interfaces:show', server_id)
                port = self._port(server_id, port_id)
                return {'interfaceAttachment': _attachment(port, tags)}
            case [server_id, 'os-instance-actions']:
                self._server('os-instance-actions:list', server_id)
                created = serving.action('create', LONG_AGO)
                actions = [*self._data.actions[server_id], created]
                return {'instanceActions': actions}
            case [server_id, 'diagnostics']:
                return self._diagnostics(server_id, version)
        return None

    def _servers(self, detail: bool, query: pages.Query) -> Item:
        action = 'detail' if detail else 'index'
        everyone = 'all_tenants' in query
        self._allow(self._login.reads, f'servers:{action}')
        if everyone:
            self._allow(
                self._login.reads_all, f'servers:{action}:get_all_tenants'
            )
        expression = _expression(query.get('name', [''])[-1])
        filters = self._filters(query, everyone)
        page = pages.page(
            [
                each
                for each in self._data.servers
                if everyone or self._is_own(each)
            ],
            lambda server: bool(
                expression.search(server['name'] or '')
                and all(server[key] == filters[key] for key in filters)
            ),
            query,
            self._most,
            _no_marker,
        )
        self._on_rows(len(page.items))
        body: Item = {
            'servers': [self._shown(each, detail) for each in page.items]
        }
        if page.full:
            url = f'{self._url()}/v2.1/servers' + '/detail' * detail
            link = pages.link('next', url, query, page.items)
            body['servers_links'] = [link]
        return body

    def _filters(self, query: pages.Query, everyone: bool) -> Item:
        """Return what servers must have; what is not allowed is passed over.

        Of several values of one key, Nova takes the last.
        """
        keys = {'uuid': 'id', 'host': _HOST} if self._login.reads_all else {}
        if everyone:
            keys['project_id'] = 'tenant_id'
        return {keys[name]: query[name][-1] for name in keys if name in query}

    def _shown(self, server: Item, detail: bool) -> Item:
        """Return what a list tells the user of a server."""
        if not detail:
            return {key: server[key] for key in ('id', 'name', 'links')}
        hidden = set() if self._login.reads_all else {_HOST}
        return {key: server[key] for key in server if key not in hidden}

    def _server(self, rule: str, server_id: str) -> Item:
        """Return the server of an ID, for whoever may do something with it."""
        server = self._data.server.get(
            server_id
        ) or self._data.soft_deleted.get(server_id)
        self._allow(self._login.reads, rule)
        if server and (self._login.reads_all or self._is_own(server)):
            return server
        raise Refusal(404, f'Instance {server_id} could not be found.')

    def _port(self, server_id: str, port_id: str) -> Item:
        """Return the port of an ID, which must be the server's."""
        port = self._data.port.get(port_id)
        if port is None:
            raise Refusal(404, f'Port id {port_id} could not be found.')
        if port['device_id'] != server_id:
            raise Refusal(
                404,
                f'Instance {server_id} does not have a port with id {port_id}',
            )
        return port

    def _diagnostics(self, server_id: str, version: tuple[int, int]) -> Item:
        """Return what the hypervisor tells, shortened."""
        self._allow(self._login.reads_all, 'os-server-diagnostics')
        server = self._server('os-server-diagnostics', server_id)
        if server['status'] != 'ACTIVE':
            raise Refusal(
                409,
                f"Cannot 'get_diagnostics' instance {server_id} while it is "
                f'in power state shutdown',
            )
        if version < _DIAGNOSTICS_SINCE:
            return {'memory': 524288}
        nics = [
            {'mac_address': port['mac_address'], 'rx_octets': 1}
            for port in self._data.ports_of[server_id]
            if port['device_owner'].startswith('compute:')
            and port['id'] not in self._data.unplugged
        ]
        return {'state': 'running', 'driver': 'libvirt', 'nic_details': nics}

    def _services(
        self, query: pages.Query, version: tuple[int, int]
    ) -> list[Item]:
        filters = {key: query[key] for key in query if key in _OF_SERVICES}
        for key in query:
            if key in filters or version < _STRICT_SINCE:
                continue
            raise Refusal(
                400,
                f'Additional properties are not allowed ({key!r} was '
                f'unexpected)',
            )
        self._allow(self._login.reads_all, 'os-services:list')
        return [
            each
            for each in self._data.services
            if all(each[key] == filters[key][-1] for key in filters)
        ]

    def _is_own(self, server: Item) -> bool:
        return bool(server['tenant_id'] == self._data.projects[0])

    @staticmethod
    def _allow(allowed: bool, rule: str) -> None:
        """Raise what a policy says to whom it does not allow something."""
        if not allowed:
            raise Refusal(
                403,
                f"Policy doesn't allow os_compute_api:{rule} to be performed.",
            )


def _check(query: pages.Query) -> None:
    """Refuse parameters that are none."""
    for key in query:
        if key not in _PARAMETERS:
            message = f"'{key}' does not match any of the regexes: '^_'"
            raise Refusal(400, message)


def _expression(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as exc:
        message = 'Invalid input for query parameters name. Value: '
        raise Refusal(
            400, f"{message}{text}. '{text}' is not a 'regex'"
        ) from exc


def _no_marker(marker: str) -> None:
    raise Refusal(400, f'marker [{marker}] not found')


def _attachment(port: Item, tags: bool) -> Item:
    """Return a port as an interfaceAttachment."""
    return {
        'port_id': port['id'],
        'net_id': port['network_id'],
        'mac_addr': port['mac_address'],
        'fixed_ips': port['fixed_ips'],
        'port_state': port['status'],
        **({'tag': port['tag']} if tags else {}),
    }
