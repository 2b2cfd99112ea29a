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

"""What holds whatever the user types, and whatever a service answers."""

import argparse
import contextlib
import dataclasses
import json
import logging
import os
import re
import types
from typing import Any, NamedTuple
import unicodedata
import urllib.parse

import fixtures
import hypothesis
from hypothesis import strategies
import openstack
from osc_lib import exceptions
import requests
import requests_mock
import testtools

from osc_iface import choose, columns, errors, find, notation, options
from osc_iface.printable import printable
from osc_iface.tests.unit import base
from osc_iface.wire import cloud

MAC = 'fa:16:3e:4c:2c:30'
# What only a programmer wants to read.
_PYTHONISMS = re.compile(
    'Traceback|NoneType|object has no attribute|list index|KeyError|'
    'TypeError|not subscriptable|not iterable|expected str|codec can|'
    'unhashable|must be str|int too large|surrogates not allowed'
)

# How many examples a test has, of functions and of the whole shell:
# HYPOTHESIS_PROFILE chooses. "desk" is for whoever changes something, "ci"
# looks longer, "matrix" tries the same ones with each client and Python.
_EXAMPLES = {'desk': (40, 15), 'ci': (2000, 200), 'matrix': (100, 25)}
_PROFILE = os.environ.get('HYPOTHESIS_PROFILE') or 'desk'
# Time limits and slow strategies are no failures: machines are slow at times.
_SETTINGS = hypothesis.settings(
    deadline=None,
    print_blob=True,
    database=None,
    derandomize=_PROFILE == 'matrix',
    suppress_health_check=list(hypothesis.HealthCheck),
)
of_functions = hypothesis.settings(
    _SETTINGS, max_examples=_EXAMPLES[_PROFILE][0]
)
of_the_shell = hypothesis.settings(
    _SETTINGS, max_examples=_EXAMPLES[_PROFILE][1]
)

# --- What users type -------------------------------------------------------

_HEX = '0123456789abcdefABCDEF'
_uuids = strategies.one_of(
    strategies.uuids().map(str),
    strategies.uuids().map(lambda value: value.hex),
    strategies.uuids().map(lambda value: str(value).upper()),
    strategies.uuids().map(lambda value: f'{{{value}}}'),
    strategies.uuids().map(lambda value: value.urn),
    strategies.text(_HEX + '-', min_size=30, max_size=38),
)
_macs = strategies.builds(
    lambda digits, separator: separator.join(digits),
    strategies.lists(
        strategies.text(_HEX, min_size=1, max_size=4), max_size=8
    ),
    strategies.sampled_from([':', '-', '.', '']),
)
_ips = strategies.one_of(
    strategies.ip_addresses().map(str),
    strategies.ip_addresses(v=4).map(lambda value: f'::ffff:{value}'),
    strategies.ip_addresses(v=6).map(lambda value: f'[{value}]'),
    strategies.ip_addresses(v=6).map(lambda value: f'{value}%eth0'),
    strategies.text('0123456789abcdef:.[]%/', max_size=20),
)
_paths = strategies.text('./\\%?#&=;:@+~ aé2eF', max_size=20)
_expressions = strategies.text('.^$*+?{}[]\\|()aweb-1', max_size=20)
_options = strategies.text('-=fcnoame ', max_size=12)
_controls = strategies.text(
    strategies.characters(categories=['Cc', 'Cf', 'Zl', 'Zp', 'Co', 'Cn']),
    max_size=8,
)
# As Python makes text of arguments that are bytes.
_bytes = strategies.binary(max_size=12).map(
    lambda value: value.replace(b'\0', b'').decode(errors='surrogateescape')
)
_ours = strategies.sampled_from(
    [base.SERVER_ID, base.PORT_ID, 'web', 'mgmt', '10.0.0.5',
     MAC, '', '.', '..', '/', '0']
)  # fmt: skip
arguments = strategies.one_of(
    _ours,
    _uuids,
    _macs,
    _ips,
    _paths,
    _expressions,
    _options,
    _controls,
    _bytes,
    strategies.text(max_size=40),
)

# --- What services answer ---------------------------------------------------

_texts = strategies.one_of(
    _ours,
    _bytes,
    _controls,
    strategies.text(strategies.characters(categories=None), max_size=10),
)
anything = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.integers()
    | strategies.floats()
    | _texts,
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(_texts, inner, max_size=3)
    ),
    max_leaves=10,
)


def _changed(body: Any, places: list[Any], value: Any, drop: bool) -> Any:
    """Change one place in JSON, or take it away.

    :param places: numbers that say where to turn at each level
    """
    keys = sorted(body) if isinstance(body, dict) else range(len(body))
    if not keys:
        return value
    key = keys[places[0] % len(keys)]
    inner = body[key]
    changed = body.copy()
    if isinstance(inner, dict | list) and len(places) > 1:
        changed[key] = _changed(inner, places[1:], value, drop)
    elif drop:
        del changed[key]
    else:
        changed[key] = value
    return changed


class Reply(NamedTuple):
    """What comes for a request."""

    status: int
    body: bytes
    headers: dict[str, str]


def mutated(right: Any) -> strategies.SearchStrategy[Any]:
    """Return the right answer, with a change or two."""
    places = strategies.lists(
        strategies.integers(0, 9), min_size=1, max_size=4
    )
    once = strategies.builds(
        _changed, strategies.just(right), places, anything,
        strategies.booleans(),
    )  # fmt: skip
    return strategies.one_of(
        strategies.just(right),
        once,
        once,
        once.flatmap(
            lambda body: strategies.builds(
                _changed, strategies.just(body), places, anything,
                strategies.booleans(),
            ) if body else strategies.just(body)
        ),
    )  # fmt: skip


def varied(right: Any) -> strategies.SearchStrategy[Any]:
    """Return the right answer about something else, or in other words."""
    [(key, inner)] = right.items()
    item = inner[0] if isinstance(inner, list) else inner
    changes = strategies.fixed_dictionaries(
        {}, optional=dict.fromkeys(item, arguments | anything)
    )
    changed = changes.map(lambda values: {**item, **values})
    if isinstance(inner, list):
        return strategies.lists(changed, max_size=3).map(
            lambda items: {key: items}
        )
    return changed.map(lambda value: {key: value})


def answers(right: Any) -> strategies.SearchStrategy[Reply]:
    """Any answer to a request; often nearly the right one."""
    bodies = strategies.one_of(
        mutated(right).map(lambda body: json.dumps(body).encode()),
        varied(right).map(lambda body: json.dumps(body).encode()),
        anything.map(lambda body: json.dumps(body).encode()),
        anything.map(
            lambda body: json.dumps({'a': {'message': body}}).encode()
        ),
        strategies.binary(max_size=30),
        strategies.sampled_from(
            [
                b'', b'<html>', b' <', b'{', b'null', b'[' * 100_000,
                f'{{"a": {{"message": "{base.SERVER_ID}"}}}}'.encode(),
                f'{{"a": {{"message": "{base.PORT_ID}"}}}}'.encode(),
            ]
        ),
    )  # fmt: skip
    statuses = strategies.one_of(
        strategies.just(200),
        strategies.just(200),
        strategies.just(404),
        strategies.sampled_from([201, 204, 302, 400, 401, 406, 429, 500, 503]),
        strategies.integers(200, 599),
    )
    headers = strategies.dictionaries(
        strategies.sampled_from(
            ['Content-Type', 'Location', 'OpenStack-API-Version',
             'Retry-After', 'x-openstack-request-id']
        ),
        strategies.one_of(
            strategies.sampled_from(
                ['compute 2.70', 'compute 2.1', 'text/plain', '0', '99999',
                 'text/html; charset=undefined', 'application/json',
                 'https://other.example.com/', 'http://[']
            ),
            strategies.text(
                strategies.characters(
                    min_codepoint=32, max_codepoint=255
                ),
                max_size=10,
            ),
        ),
        max_size=3,
    )  # fmt: skip
    return strategies.builds(Reply, statuses, bodies, headers)


_INTERFACE = base.interface()
_FLOATING_IP = {
    'id': base.NETWORK_ID,
    'floating_ip_address': '203.0.113.9',
    'port_id': base.PORT_ID,
    'port_forwardings': [],
}
# The requests that may be sent: path, keys of the query, and right answer.
_ROUTES: tuple[tuple[str, frozenset[str], Any], ...] = (
    (
        '/v2.1/servers',
        frozenset({'name', 'limit', 'marker'}),
        {'servers': [{'id': base.SERVER_ID, 'name': 'web', 'links': []}]},
    ),
    (
        '/v2.0/ports',
        frozenset({'device_id', 'name', 'fields', 'limit', 'marker'}),
        {'ports': [{'id': base.PORT_ID, 'name': 'mgmt'}]},
    ),
    (
        '/v2.1/servers/[^/]+/os-interface',
        frozenset(),
        {'interfaceAttachments': [_INTERFACE]},
    ),
    (
        '/v2.1/servers/[^/]+/os-interface/[^/]+',
        frozenset(),
        {'interfaceAttachment': _INTERFACE},
    ),
    (
        '/v2.0/floatingips',
        frozenset({'floating_ip_address', 'fields', 'limit', 'marker'}),
        {'floatingips': [_FLOATING_IP]},
    ),
)


def _right(body: Any) -> Reply:
    return Reply(200, json.dumps(body).encode(), {})


@dataclasses.dataclass
class Services:
    """What Compute and Network answer, and what they were asked."""

    servers: Reply
    ports: Reply
    interfaces: Reply
    interface: Reply
    floating_ips: Reply
    # The paths of those requests that may be sent, and all the others.
    asked: list[str] = dataclasses.field(default_factory=list, init=False)
    strays: list[str] = dataclasses.field(default_factory=list, init=False)

    def answer(self, request: Any) -> requests.Response | None:
        """Reply, but for Identity; a matcher of requests-mock."""
        if request.url.startswith(base.AUTH_URL):
            return None
        url = urllib.parse.urlsplit(request.url)
        keys = set(urllib.parse.parse_qs(url.query, True))
        replies = (
            self.servers,
            self.ports,
            self.interfaces,
            self.interface,
            self.floating_ips,
        )
        for (path, known, _), reply in zip(_ROUTES, replies, strict=True):
            if re.fullmatch(path, url.path) and keys <= known:
                self.asked.append(url.path)
                return requests_mock.create_response(
                    request,
                    status_code=reply.status,
                    content=reply.body,
                    headers=reply.headers,
                )
        self.strays.append(request.url)
        return requests_mock.create_response(request, status_code=404)

    def named(self, key: str, name: str) -> list[Any]:
        """Return the IDs under a name in an answer."""
        reply = self.servers if key == 'servers' else self.ports
        return [
            item['id']
            for item in json.loads(reply.body)[key]
            if item.get('name') == name
        ]

    def behind(self, ip: notation.IPAddress) -> list[Any]:
        """Return the IDs of the ports behind a floating IP in an answer."""
        floating_ips = [
            item
            for item in json.loads(self.floating_ips.body)['floatingips']
            if item.get('floating_ip_address') == str(ip)
        ]
        return [
            *(item.get('port_id') for item in floating_ips),
            *(
                forwarding.get('internal_port_id')
                for item in floating_ips
                for forwarding in item.get('port_forwardings') or []
            ),
        ]


RIGHT = dict(
    zip(
        ('servers', 'ports', 'interfaces', 'interface', 'floating_ips'),
        [_right(body) for _path, _keys, body in _ROUTES],
        strict=True,
    )
)


def healthy(**changes: Reply) -> Services:
    """Right answers, but for those given."""
    return Services(**{**RIGHT, **changes})


services = strategies.builds(
    Services,
    *(
        strategies.one_of(strategies.just(_right(body)), answers(body))
        for _path, _keys, body in _ROUTES
    ),
)


def assert_readable(test: testtools.TestCase, text: str) -> None:
    """Text for a person must be about the cloud, and harmless."""
    test.assertIsNone(_PYTHONISMS.search(text), text)
    test.assertEqual(set(), harmful(text) - {'\n'})


def harmful(text: str) -> set[str]:
    """Return the characters of a text that a terminal might obey."""
    return {
        char
        for char in text
        if unicodedata.category(char) in ('Cc', 'Cf', 'Cs', 'Zl', 'Zp')
    } - {'\u200c', '\u200d'}


class PropertyTestCase(base.ShellTestCase):
    """What must hold of whatever comes."""

    def setUp(self) -> None:
        super().setUp()
        self.now: Services
        self.cloud.add_matcher(lambda request: self.now.answer(request))

    def answer(self, asked: Services) -> None:
        """Let Compute and Network answer like this from now on."""
        self.now = asked
        self.pauses.clear()

    def assert_meant(
        self, found: Any, server: str, port: str | None, asked: Services
    ) -> None:
        """Check that an interface is what was asked for."""
        asked_of = [path for path in asked.asked if '/os-interface' in path]
        server_id = urllib.parse.unquote(asked_of[-1].split('/')[3])
        if server_id != notation.as_uuid(server):
            self.assertIn(server_id, asked.named('servers', server))
        if port is None or notation.as_uuid(port) == found['port_id']:
            return
        mac, ip = notation.as_mac(port), notation.as_ip(port)
        if mac and mac == notation.as_mac(found.get('mac_addr') or ''):
            return
        fixed_ips = found.get('fixed_ips') or []
        if ip and ip in [
            notation.as_ip(each['ip_address']) for each in fixed_ips
        ]:
            return
        if ip and any('/floatingips' in path for path in asked.asked):
            behind = asked.behind(ip)
            if found['port_id'] in behind:
                return
        self.assertIn(found['port_id'], asked.named('ports', port))


class TestFunctions(PropertyTestCase):
    """The lookup, over HTTP but without the client's shell."""

    def setUp(self) -> None:
        super().setUp()
        # Warnings about missing fields.
        self.useFixture(fixtures.FakeLogger(level=logging.WARNING))
        # As much of the client's manager as is looked at.
        manager: Any = types.SimpleNamespace(
            sdk_connection=openstack.connect(), auth_ref=None
        )
        self.services_of_cloud = cloud.Cloud(manager)

    def found(self, server: str, port: str | None, asked: Services) -> Any:
        """Look for an interface; give it, or None after a fit message."""
        self.answer(asked)
        try:
            server = options.text(server)
            port = port if port is None else options.text(port)
        except argparse.ArgumentTypeError:
            return None
        try:
            for each in find.meant(self.services_of_cloud, server):
                with contextlib.suppress(errors.ServerNotFound):
                    return choose.interface(
                        self.services_of_cloud, each.id, port
                    )
            return None
        except exceptions.CommandError as exc:
            assert_readable(self, str(exc))
            return None
        finally:
            self.assertEqual([], asked.strays)

    @of_functions
    @hypothesis.given(arguments, arguments, services)
    def test_any_argument_and_any_answers(
        self, server: str, port: str, asked: Services
    ) -> None:
        found = self.found(server, port, asked)

        if found:
            self.assert_meant(found, server, port, asked)

    @of_functions
    @hypothesis.given(arguments, arguments)
    def test_any_argument_in_a_healthy_cloud(
        self, server: str, port: str
    ) -> None:
        """Nothing but the right arguments finds the one interface."""
        found = self.found(server, port, healthy())

        mac, ip = notation.as_mac(port), notation.as_ip(port)
        self.assertEqual(
            # Any ID is the ID of a server there, and no ID but one that of
            # a port.
            (server == 'web' or notation.as_uuid(server) is not None)
            and (
                port == 'mgmt'
                or notation.as_uuid(port) == base.PORT_ID
                or (mac is not None and mac == notation.as_mac(MAC))
                or str(ip) in ('10.0.0.5', '203.0.113.9')
            ),
            found is not None,
        )

    @of_functions
    @hypothesis.given(answers(_ROUTES[3][2]))
    def test_any_answer_to_the_one_call(self, answer: Reply) -> None:
        """Only the interface asked for is taken, and taken as it is."""
        asked = healthy(interface=answer)

        found = self.found(base.SERVER_ID, base.PORT_ID, asked)

        if found:
            sent = json.loads(answer.body)['interfaceAttachment']
            self.assertTrue(200 <= answer.status < 300)
            self.assertEqual(base.PORT_ID, sent['port_id'])
            for field in found.keys() - {'fixed_ips'}:
                self.assertEqual(sent[field], found[field])

    @of_functions
    @hypothesis.given(strategies.none() | arguments, answers(_ROUTES[2][2]))
    def test_any_answer_to_the_list(
        self, port: str | None, answer: Reply
    ) -> None:
        asked = healthy(interfaces=answer)

        found = self.found(base.SERVER_ID, port, asked)

        if found:
            self.assert_meant(found, base.SERVER_ID, port, asked)

    @of_functions
    @hypothesis.given(
        strategies.just('web') | arguments, answers(_ROUTES[0][2])
    )
    def test_any_answer_to_the_name_of_a_server(
        self, server: str, answer: Reply
    ) -> None:
        asked = healthy(servers=answer)

        found = self.found(server, base.PORT_ID, asked)

        if found:
            self.assert_meant(found, server, base.PORT_ID, asked)

    @of_functions
    @hypothesis.given(
        strategies.just('mgmt') | arguments, answers(_ROUTES[1][2])
    )
    def test_any_answer_to_the_name_of_a_port(
        self, port: str, answer: Reply
    ) -> None:
        asked = healthy(ports=answer)

        found = self.found(base.SERVER_ID, port, asked)

        if found:
            self.assert_meant(found, base.SERVER_ID, port, asked)

    @of_functions
    @hypothesis.given(
        strategies.text(strategies.characters(categories=None))
        | strategies.text(strategies.characters(categories=['Cc', 'Cf', 'Cs']))
    )
    def test_any_text_is_made_harmless(self, text: str) -> None:
        shown = printable(text)

        self.assertEqual(set(), harmful(shown))
        self.assertEqual(shown, printable(shown))


class TestShell(PropertyTestCase):
    """The whole command."""

    @of_the_shell
    @hypothesis.given(
        arguments,
        arguments,
        services,
        strategies.sampled_from(['table', 'json', 'yaml', 'value', 'shell']),
    )
    def test_any_argument_and_any_answers(
        self, server: str, port: str, asked: Services, form: str
    ) -> None:
        result = self.asked(asked, '-f', form, '--', server, port)

        assert_readable(self, result.stderr)
        self.assertIn(result.status, (0, 1, 2))
        if form == 'table':
            assert_readable(self, result.stdout)
        if result.status == 0 and form == 'json':
            found = json.loads(result.stdout)
            self.assert_meant(found, server, port, asked)

    @of_the_shell
    @hypothesis.given(answers(_ROUTES[3][2]))
    def test_any_answer_to_the_one_call(self, answer: Reply) -> None:
        asked = healthy(interface=answer)

        result = self.asked(asked, base.SERVER_ID, base.PORT_ID, '-f', 'json')

        assert_readable(self, result.stderr)
        self.assertIn(result.status, (0, 1))
        if result.status == 0:
            sent = json.loads(answer.body)['interfaceAttachment']
            self.assertEqual(base.PORT_ID, sent['port_id'])
            self.assertEqual(
                base.PORT_ID, json.loads(result.stdout)['port_id']
            )

    @of_the_shell
    @hypothesis.given(strategies.lists(arguments, max_size=4))
    def test_any_command_line(self, args: list[str]) -> None:
        result = self.asked(healthy(), *args)

        self.assertIn(result.status, (0, 1, 2))

    def asked(self, asked: Services, *args: str) -> base.Result:
        """Run the command in a cloud that answers like this."""
        self.answer(asked)
        result = self.show(*args)
        self.assertEqual([], asked.strays)
        self.assertNotIn('Traceback', result.stderr)
        self.assertEqual(result.status == 0, bool(result.stdout))
        return result


_SERVER = {
    'id': base.SERVER_ID,
    'name': 'web',
    'tenant_id': base.PROJECT_ID,
    'status': 'ACTIVE',
}
_GROUP_ID = '88888888-8888-4888-8888-888888888888'
_SUBPORT_ID = '99999999-9999-4999-8999-999999999999'
_PORT = base.port(
    **{
        'name': 'mgmt',
        'admin_state_up': True,
        'security_groups': [_GROUP_ID],
        'port_security_enabled': True,
        'allowed_address_pairs': [
            {'ip_address': '10.0.0.9', 'mac_address': MAC}
        ],
        'qos_policy_id': None,
        'trunk_details': {
            'trunk_id': _GROUP_ID,
            'sub_ports': [
                {
                    'port_id': _SUBPORT_ID,
                    'segmentation_id': 101,
                    'segmentation_type': 'vlan',
                    'mac_address': 'fa:16:3e:00:00:01',
                }
            ],
        },
        'binding:vnic_type': 'normal',
        'binding:host_id': 'host',
        'binding:vif_type': 'ovs',
    }
)
_SUBPORT = base.port(
    id=_SUBPORT_ID,
    device_id='',
    device_owner='trunk:subport',
    mac_address='fa:16:3e:00:00:01',
    fixed_ips=[{'ip_address': '10.0.0.8', 'subnet_id': base.SUBNET_ID}],
)


def _named(id_: str, name: str) -> dict[str, str]:
    return {'id': id_, 'name': name, 'project_id': base.PROJECT_ID}


# What is asked for a list: path, and right answer.
_FLEET_ROUTES: dict[str, Any] = {
    '/v2.0/ports$': {'ports': [_PORT, _SUBPORT]},
    '/v2.0/floatingips$': {
        'floatingips': [{**_FLOATING_IP, 'floating_ip_address': '10.0.0.5'}]
    },
    '/v2.0/networks$': {'networks': [_named(base.NETWORK_ID, 'net')]},
    '/v2.0/subnets$': {'subnets': [_named(base.SUBNET_ID, 'subnet')]},
    '/v2.0/security-groups$': {
        'security_groups': [_named(_GROUP_ID, 'group')]
    },
    '/v3/projects$': {'projects': [_named(base.PROJECT_ID, 'project')]},
    '/v3/projects/[^/]+$': {'project': _named(base.PROJECT_ID, 'project')},
    '/v2.1/servers$': {'servers': [_SERVER]},
    '/v2.1/servers/[^/]+$': {'server': _SERVER},
    '/v2.1/servers/detail$': {'servers': [_SERVER]},
    '/v2.1/servers/[^/]+/os-interface$': _ROUTES[2][2],
    '/v2.1/servers/[^/]+/os-interface/[^/]+$': _ROUTES[3][2],
}
_replies = strategies.fixed_dictionaries(
    {
        path: strategies.just(_right(body)) | answers(body)
        for path, body in _FLEET_ROUTES.items()
    }
)
# Those of the calls that come after servers and interfaces are known.
_after = strategies.fixed_dictionaries(
    {
        path: strategies.just(_right(body)) | answers(body)
        if '/v2.0/' in path
        else strategies.just(_right(body))
        for path, body in _FLEET_ROUTES.items()
    }
)
_filters = strategies.lists(
    strategies.sampled_from(
        ['--tag=mgmt', '--ip-address=10.0.0.5', '--ip-address=10.0.0.0/24',
         '--ip-address=10.0.0.9', '--ip-address=10.0.0.8', '--host=host',
         f'--mac-address={MAC}', '--mac-address=fa:16:3e:00:00:01',
         '--network=net', '--subnet=subnet', '--security-group=group',
         '--no-name-lookup']
    ),
    max_size=2,
)  # fmt: skip
# All of them name the server and the port.
_columns = strategies.one_of(
    strategies.just(['--long']),
    strategies.lists(
        strategies.sampled_from([each.header for each in columns.TABLE]),
        max_size=4,
    ).map(
        lambda headers: [
            f'-c{each}' for each in ('Server ID', 'Port ID', *headers)
        ]
    ),
)
_sorted = strategies.lists(
    strategies.sampled_from([each.header for each in columns.TABLE]).map(
        lambda header: f'--sort-column={header}'
    ),
    max_size=1,
)


class TestList(base.ShellTestCase):
    """The interfaces of servers."""

    def listed(
        self, replies: dict[str, Reply], *options: str
    ) -> list[dict[str, Any]]:
        """List them where the services answer like this; give the rows."""
        result = self.answered(
            replies, 'server', 'interface', 'list', '-f', 'json', *options
        )
        rows: list[dict[str, Any]] = json.loads(result.stdout or '[]')
        return rows

    def answered(self, replies: dict[str, Reply], *args: str) -> base.Result:
        """Run a command where the services answer like this."""
        for path, reply in replies.items():
            self.cloud.get(
                re.compile(path.replace('$', r'(\?|$)')),
                status_code=reply.status,
                content=reply.body,
                headers=reply.headers,
            )
        result = self.openstack(*args)
        assert_readable(self, result.stderr)
        self.assertIn(result.status, (0, 1))
        if result.status:
            self.assertNotEqual('', result.stderr.strip())
        return result

    @of_the_shell
    @hypothesis.given(
        _replies | _after,
        _filters,
        _columns,
        _sorted,
        strategies.sampled_from(
            [[], [], ['--all-projects'], ['--project=project']]
        ),
    )
    def test_any_answers(
        self,
        replies: dict[str, Reply],
        filters: list[str],
        shown: list[str],
        order: list[str],
        scope: list[str],
    ) -> None:
        """No row is of another server or port than those there are."""
        rows = self.listed(replies, *filters, *shown, *order, *scope)

        for row in rows:
            # A broken answer may tell of a port twice, or of half a port.
            ports = [
                port
                for port in json.loads(replies['/v2.0/ports$'].body)['ports']
                if port.get('id') == row['Port ID']
            ]
            self.assertIn(
                row['Server ID'], [port.get('device_id') for port in ports]
            )
            self.assert_named(
                row, [port.get('network_id') for port in ports], replies
            )

    @of_the_shell
    @hypothesis.given(_replies | _after, _filters, _columns, _sorted)
    def test_any_answers_of_named_servers(
        self,
        replies: dict[str, Reply],
        filters: list[str],
        shown: list[str],
        order: list[str],
    ) -> None:
        typed = (base.SERVER_ID, 'web')

        rows = self.listed(replies, *filters, *shown, *order, *typed)

        known = [
            port_id
            for path, key, name in (
                ('/v2.0/ports$', 'ports', 'id'),
                (
                    '/v2.1/servers/[^/]+/os-interface$',
                    'interfaceAttachments',
                    'port_id',
                ),
            )
            for port_id in self.values_of(replies[path], key, name)
        ]
        for row in rows:
            self.assertIn(row['Port ID'], known)

    @of_the_shell
    @hypothesis.given(
        _replies | _after,
        _filters,
        strategies.sampled_from(['table', 'csv', 'value', 'yaml']),
    )
    def test_any_answers_in_any_form(
        self, replies: dict[str, Reply], filters: list[str], form: str
    ) -> None:
        every = [f'-c{each.header}' for each in columns.TABLE]

        result = self.answered(
            replies,
            *('server', 'interface', 'list', '-f', form, *every, *filters),
        )

        if form == 'table':
            assert_readable(self, result.stdout)

    @of_the_shell
    @hypothesis.given(_replies | _after)
    def test_any_answers_in_detail(self, replies: dict[str, Reply]) -> None:
        """Of the interface itself, Compute tells."""
        result = self.answered(
            replies,
            *('server', 'interface', 'show', '--long', '-f', 'json'),
            *(base.SERVER_ID, base.PORT_ID),
        )

        if result.stdout:
            self.assertEqual(
                base.PORT_ID, json.loads(result.stdout)['port_id']
            )

    def values_of(self, reply: Reply, key: str, name: str) -> list[Any]:
        """Return a value of each object in an answer, if it is one."""
        try:
            return [item[name] for item in json.loads(reply.body)[key]]
        except (ValueError, KeyError, TypeError, RecursionError):
            return []

    def assert_named(
        self, row: dict[str, Any], ids: list[Any], replies: dict[str, Reply]
    ) -> None:
        """Check that the network of a row is one of some, or its name."""
        if row.get('Network') is None or row['Network'] in ids:
            return
        networks = json.loads(replies['/v2.0/networks$'].body)['networks']
        self.assertIn(
            row['Network'],
            [each.get('name') for each in networks if each.get('id') in ids],
        )
