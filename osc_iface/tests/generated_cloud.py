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

"""A cloud on loopback that speaks the API, full of generated servers.

It answers what the commands ask, as Keystone, Nova and Neutron do, and as
many servers and ports as it takes to see what scale costs. Run it with::

    python -m osc_iface.tests.generated_cloud --servers 10000 --ports 2
"""

import argparse
import collections
from collections.abc import Callable, Iterable, Iterator
import contextlib
import hashlib
import http.server
import ipaddress
import json
from pathlib import Path
import re
import sys
import threading
import time
from typing import Any, NamedTuple
import urllib.parse
import uuid

from keystoneauth1 import fixture

# As Nova and Neutron have them.
NEWEST = (2, 100)
PAGE_LIMIT = 1000
# What Apache takes for the first line of a request, less the method and such.
LONGEST_URL = 8190 - len('GET  HTTP/1.1')
NETWORK = 'net'
# Of so many servers, the first has a floating IP.
FLOATING = 10
# Some versions of the SDK refuse an empty file.
NO_CLOUDS = Path(__file__).with_name('no-clouds.yaml')

_Query = dict[str, list[str]]
_Item = dict[str, Any]


class Refusal(Exception):
    """An error to answer with: the status, and the service's words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message


class Answer(NamedTuple):
    """A JSON object to answer with, and headers."""

    body: Any
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


class Data:
    """What there is in the cloud, the same for the same numbers.

    :param servers: how many servers
    :param ports: how many ports each of them has
    :param projects: how many projects share the servers; the user's is the
        first
    """

    def __init__(self, servers: int, ports: int, projects: int = 1) -> None:
        self.projects = [
            _id('project', index).replace('-', '') for index in range(projects)
        ]
        self.network_id = _id('network', 0)
        self.subnet_id = _id('subnet', 0)
        # Nova lists the newest first, Neutron by ID.
        self.servers = [
            self._server(index) for index in reversed(range(servers))
        ]
        self.server = {server['id']: server for server in self.servers}
        # In no list, but there for whoever asks by ID.
        self.soft_deleted: dict[str, _Item] = {}
        self.ports = sorted(
            (
                self._port(server, number * ports + index, index)
                for number, server in enumerate(reversed(self.servers))
                for index in range(ports)
            ),
            key=lambda port: str(port['id']),
        )
        self.port = {port['id']: port for port in self.ports}
        self.ports_of: dict[str, list[_Item]] = collections.defaultdict(list)
        for port in self.ports:
            self.ports_of[port['device_id']].append(port)
        self.floating_ips = [
            {
                'id': _id('floating IP', index),
                'floating_ip_address': _address('203.0.0.0', index),
                'port_id': self.ports_of[server['id']][0]['id'],
                'port_forwardings': [],
                'project_id': server['tenant_id'],
            }
            for index, server in enumerate(self.servers[::FLOATING])
            if ports
        ]

    def _server(self, index: int) -> _Item:
        """Return a server as ``GET /servers/detail`` has it, shortened."""
        return {
            'id': _id('server', index),
            'name': f'server-{index}',
            'tenant_id': self.projects[index % len(self.projects)],
            'user_id': 'user',
            'status': 'ACTIVE',
            'addresses': {NETWORK: [{'version': 4, 'addr': '10.0.0.1'}]},
            'metadata': {},
            'created': '2026-01-01T00:00:00Z',
            'updated': '2026-01-01T00:00:00Z',
            'flavor': {'id': 'flavor', 'links': []},
            'image': {'id': _id('image', 0), 'links': []},
            'security_groups': [{'name': 'default'}],
            'config_drive': '',
            'key_name': None,
            'links': [],
        }

    def _port(self, server: _Item, serial: int, index: int) -> _Item:
        """Return a port as ``GET /ports`` has it, shortened."""
        mac = ':'.join(
            f'{byte:02x}' for byte in serial.to_bytes(3, byteorder='big')
        )
        address = _address('10.0.0.0', serial)
        return {
            'id': _id('port', serial),
            'name': f'{server["name"]}-{index}',
            'device_id': server['id'],
            'device_owner': 'compute:nova',
            'project_id': server['tenant_id'],
            'network_id': self.network_id,
            'mac_address': f'fa:16:3e:{mac}',
            'fixed_ips': [
                {'subnet_id': self.subnet_id, 'ip_address': address}
            ],
            'status': 'ACTIVE',
            'tag': f'tag-{index}' if index else None,
        }


class GeneratedCloud:
    """The cloud, as a context manager; it listens on loopback alone.

    :param data: what there is
    :param page_limit: how many of a list Nova and Neutron give at most
    :param seconds_a_row: how long each item of a list takes
    :ivar seconds: how long each service took so far for its lists
    :ivar requests: those answered, as in "nova GET /servers?limit=1"
    :ivar on_list: called with the ID of a server before its interfaces are
        listed, in a thread of this request; may raise :class:`Refusal`, or
        ConnectionError to close the connection instead of answering
    :ivar on_request: the same for each request, as in ``requests``
    """

    def __init__(
        self,
        data: Data,
        page_limit: int = PAGE_LIMIT,
        seconds_a_row: float = 0,
    ) -> None:
        self.data = data
        self.seconds: dict[str, float] = collections.defaultdict(float)
        self._seconds_a_row = seconds_a_row
        self.requests: list[str] = []
        self.on_list: Callable[[str], None] = lambda server_id: None
        self.on_request: Callable[[str], None] = lambda request: None
        self._page_limit = page_limit
        self._server = _Server(('127.0.0.1', 0), _Handler)
        self._server.cloud = self
        self.url = f'http://127.0.0.1:{self._server.server_address[1]}'
        self._thread = threading.Thread(
            target=self._server.serve_forever, daemon=True
        )

    def __enter__(self) -> 'GeneratedCloud':
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def settings(self) -> dict[str, str]:
        """The environment variables to use it with."""
        return {
            'OS_AUTH_URL': f'{self.url}/identity/v3',
            'OS_USERNAME': 'user',
            'OS_PASSWORD': 'password',
            'OS_PROJECT_NAME': 'project',
            'OS_USER_DOMAIN_NAME': 'Default',
            'OS_PROJECT_DOMAIN_NAME': 'Default',
            'OS_CLIENT_CONFIG_FILE': str(NO_CLOUDS),
        }

    def answer(self, method: str, url: str, version: str) -> Answer:
        """Answer a request.

        :param method: of the request
        :param url: its path and query
        :param version: its OpenStack-API-Version header
        """
        parts = urllib.parse.urlsplit(url)
        query = urllib.parse.parse_qs(parts.query, keep_blank_values=True)
        if len(url) > LONGEST_URL:
            raise Refusal(414, 'That is too long.')
        service, *path = [
            urllib.parse.unquote(segment)
            for segment in parts.path.strip('/').split('/')
        ]
        match (service, path):
            case ('identity', ['v3', *_tokens]):
                return self._identity(method)
            case ('compute', ['v2.1', 'servers', *rest]):
                return self._compute(rest, query, version)
            case ('network', ['v2.0', kind]):
                return self._network(kind, query)
        raise Refusal(404, f'{url} is nothing here.')

    def _identity(self, method: str) -> Answer:
        """Tell the version, or give anybody an administrator's token."""
        url = f'{self.url}/identity/v3'
        if method == 'GET':
            return Answer({'version': fixture.V3Discovery(url)})
        token = fixture.V3Token(project_id=self.data.projects[0])
        token.add_role('admin')
        for kind, path in (
            ('identity', 'identity/v3'),
            ('compute', 'compute/v2.1'),
            ('network', 'network'),
        ):
            service = token.add_service(kind)
            service.add_standard_endpoints(public=f'{self.url}/{path}')
        return Answer(token, (('X-Subject-Token', 'token'),), 201)

    def _compute(self, path: list[str], query: _Query, version: str) -> Answer:
        match path:
            case [] | ['detail']:
                return Answer(self._servers(bool(path), query))
            case [server_id]:
                server = self.data.soft_deleted.get(server_id)
                return Answer({'server': server or self._of(server_id)})
            case [server_id, 'os-interface']:
                self._of(server_id)
                self.on_list(server_id)
                ports = self.data.ports_of[server_id]
                return _versioned(
                    version,
                    lambda tags: {
                        'interfaceAttachments': [
                            _attachment(port, tags) for port in ports
                        ]
                    },
                )
            case [server_id, 'os-interface', port_id]:
                self._of(server_id)
                port = self.data.port.get(port_id)
                if not port or port['device_id'] != server_id:
                    raise Refusal(404, f'Port id {port_id} could not be found')
                return _versioned(
                    version,
                    lambda tags: {
                        'interfaceAttachment': _attachment(port, tags)
                    },
                )
        raise Refusal(404, 'That is nothing here.')

    def _of(self, server_id: str) -> _Item:
        """Return the server of an ID."""
        if server_id not in self.data.server:
            raise Refusal(404, f'Instance {server_id} could not be found.')
        return self.data.server[server_id]

    def _servers(self, detail: bool, query: _Query) -> _Item:
        expression = re.compile(query.get('name', [''])[-1])
        found = (
            server
            for server in self.data.servers
            if (
                'all_tenants' in query
                or server['tenant_id'] == self.data.projects[0]
            )
            and expression.search(server['name'] or '')
            # Of several, Nova takes the last.
            and server['id'] in (*query.get('uuid', [])[-1:], server['id'])[:1]
        )
        body = self._page('compute/v2.1/servers', 'servers', found, query)
        if not detail:
            body['servers'] = [
                {key: server[key] for key in ('id', 'name', 'links')}
                for server in body['servers']
            ]
        return body

    def _network(self, kind: str, query: _Query) -> Answer:
        candidates: Iterable[_Item]
        match kind:
            case 'ports' if 'device_id' in query:
                ids = query['device_id']
                some = [p for each in ids for p in self.data.ports_of[each]]
                candidates = sorted(some, key=lambda port: str(port['id']))
            case 'ports':
                candidates = self.data.ports
            case 'floatingips':
                candidates = self.data.floating_ips
            case 'networks':
                candidates = [{'id': self.data.network_id, 'name': NETWORK}]
            case 'subnets':
                candidates = [{'id': self.data.subnet_id, 'name': NETWORK}]
            case _:
                raise Refusal(404, 'That is nothing here.')
        found = (each for each in candidates if _passes(each, query))
        body = self._page(f'network/v2.0/{kind}', kind, found, query)
        fields = query.get('fields')
        if fields:
            body[kind] = [
                {key: item[key] for key in fields if key in item}
                for item in body[kind]
            ]
        return Answer(body)

    def _page(
        self, path: str, key: str, items: Iterable[_Item], query: _Query
    ) -> _Item:
        """Return a page of a list, with a link to the next if it is full."""
        size = min(
            int(query.get('limit', [0])[-1] or 0) or self._page_limit,
            self._page_limit,
        )
        marker = query.get('marker', [None])[-1]
        found = list(items)
        start = 0
        if marker is not None:
            ids = [item['id'] for item in found]
            if marker not in ids:
                raise _no_marker(key, marker)
            start = ids.index(marker) + 1
        page = found[start : start + size]
        seconds = self._seconds_a_row * len(page)
        time.sleep(seconds)
        self.seconds[path.partition('/')[0]] += seconds
        body: _Item = {key: page}
        if len(page) == size:
            following = {**query, 'marker': [page[-1]['id']]}
            link = urllib.parse.urlencode(following, doseq=True)
            href = f'{self.url}/{path}?{link}'
            body[f'{key}_links'] = [{'rel': 'next', 'href': href}]
        return body


class _Server(http.server.ThreadingHTTPServer):
    cloud: GeneratedCloud
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about a client that did not wait for its answer."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server
    protocol_version = 'HTTP/1.1'
    # An answer goes out at once, its header and body together.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        """Answer one request."""
        self.rfile.read(int(self.headers.get('Content-Length', 0)))
        service, _slash, path = self.path.lstrip('/').partition('/')
        name = _NAMES.get(service, service)
        request = f'{name} {self.command} /{path}'
        self.server.cloud.requests.append(request)
        try:
            self.server.cloud.on_request(request)
            answer = self.server.cloud.answer(
                self.command,
                self.path,
                self.headers.get('OpenStack-API-Version', ''),
            )
        except Refusal as exc:
            error = {'code': exc.status, 'message': exc.message}
            answer = Answer({'error': error}, status=exc.status)
        except ConnectionError:
            self.close_connection = True
            return
        body = json.dumps(answer.body).encode()
        self.send_response(answer.status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        for header in answer.headers:
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""


_NAMES = {'identity': 'keystone', 'compute': 'nova', 'network': 'neutron'}


def _id(kind: str, index: int) -> str:
    """Return an ID that looks like any other, always the same."""
    digest = hashlib.sha256(f'{kind} {index}'.encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _address(first: str, index: int) -> str:
    return str(ipaddress.IPv4Address(first) + 10 + index)


def _versioned(version: str, body: Callable[[bool], _Item]) -> Answer:
    """Answer in the version asked for, with tags from 2.70 on."""
    asked = version.rpartition(' ')[2] or '2.1'
    major, minor = (int(part) for part in asked.split('.'))
    if (major, minor) > NEWEST:
        raise Refusal(406, f'Version {asked} is not supported by the API.')
    header = ('OpenStack-API-Version', f'compute {asked}')
    return Answer(body((major, minor) >= (2, 70)), (header,))


def _attachment(port: _Item, tags: bool) -> _Item:
    """Return a port as an interfaceAttachment of Nova."""
    return {
        'port_id': port['id'],
        'net_id': port['network_id'],
        'mac_addr': port['mac_address'],
        'fixed_ips': port['fixed_ips'],
        'port_state': port['status'],
        **({'tag': port['tag']} if tags else {}),
    }


def _no_marker(key: str, marker: str) -> Refusal:
    """Return what Nova and Neutron say of an item that has gone."""
    if key == 'servers':
        return Refusal(400, f'marker [{marker}] not found')
    return Refusal(404, f'{key[:-1].title()} {marker} could not be found.')


def _passes(item: _Item, query: _Query) -> bool:
    """Return whether Neutron lets something pass; unknown keys are none."""
    return all(
        item[key] in values
        for key, values in query.items()
        if key in item and key != 'fixed_ips'
    ) and _passes_fixed_ips(item, query.get('fixed_ips', []))


def _passes_fixed_ips(port: _Item, filters: list[str]) -> bool:
    """Return whether the addresses of a port have what is wanted."""
    wanted: dict[str, set[str]] = collections.defaultdict(set)
    for each in filters:
        key, _equals, value = each.partition('=')
        wanted[key].add(value)
    return all(
        any(fixed_ip[key] in values for fixed_ip in port['fixed_ips'])
        for key, values in wanted.items()
    )


@contextlib.contextmanager
def running(
    servers: int,
    ports: int,
    page_limit: int = PAGE_LIMIT,
    seconds_a_row: float = 0,
) -> Iterator[GeneratedCloud]:
    """Run a cloud of one project, as long as the context lasts.

    :param servers: how many servers
    :param ports: how many ports each of them has
    :param page_limit: as for :class:`GeneratedCloud`
    :param seconds_a_row: as for :class:`GeneratedCloud`
    """
    data = Data(servers, ports)
    with GeneratedCloud(data, page_limit, seconds_a_row) as cloud:
        yield cloud


def main() -> None:
    """Run a cloud until interrupted; print how to use it."""
    parser = argparse.ArgumentParser(
        prog='python -m osc_iface.tests.generated_cloud',
        description='Run a cloud of generated servers on loopback.',
    )
    parser.add_argument('--servers', type=int, default=1000)
    parser.add_argument('--ports', type=int, default=2, help='of each server')
    parser.add_argument('--page-limit', type=int, default=PAGE_LIMIT)
    args = parser.parse_args()
    with (
        running(args.servers, args.ports, args.page_limit) as cloud,
        contextlib.suppress(KeyboardInterrupt),
    ):
        for name, value in cloud.settings.items():
            print(f'export {name}={value}')
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == '__main__':
    main()
