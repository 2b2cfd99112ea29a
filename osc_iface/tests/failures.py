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

"""Everything that can fail, and what the user is told of it.

The functional tests play each row of ALL, the unit tests those of ELSEWHERE,
and the table in the documentation is made of the same rows: ``python -m
osc_iface.tests.failures`` prints it.
"""

from collections.abc import Mapping, Sequence
import dataclasses
import re
from typing import Any, Literal

from keystoneauth1 import fixture as ksa_fixture

from osc_iface.tests.fake import errors
from osc_iface.tests.fake.errors import UNAUTHORIZED
from osc_iface.tests.fake.faults import Place, Play, Right, Route
from osc_iface.tests.fake.identity import Service
from osc_iface.tests.fake.plays import Close, Reply, Reset, Silence, Stall
from osc_iface.tests.unit import base

# What stands for what in messages and arguments.
SERVER = '<server>'
PORT = '<port>'
OTHER_PORT = '<other port>'
REQUEST_ID = '<request ID>'
# Scheme, host and port of the service that fails.
ADDRESS = '<address>'
PROXY = '<proxy>'
# Words of the system or of a library, not the same on all machines.
REASON = '<reason>'
SECONDS = '<seconds>'

OTHER_PORT_ID = '88888888-8888-4888-8888-888888888888'
_IDS = {
    SERVER: base.SERVER_ID,
    PORT: base.PORT_ID,
    REQUEST_ID: base.REQUEST_ID,
}
MAC = 'fa:16:3e:4c:2c:30'

Plays = Mapping[Route, Sequence[Play]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Failure:
    """A row of the table: what the cloud does, and what the user sees.

    By default one interface is to be shown, named by IDs, in vain.
    """

    name: str
    # In words, for the documentation.
    happens: str
    # All of stderr, with the placeholders above.
    message: str
    # What the services answer, and where they are, if not as they should.
    plays: Plays = dataclasses.field(default_factory=dict)
    places: Mapping[Service, Place] = dataclasses.field(default_factory=dict)
    # More of clouds.yaml, with placeholders; None takes
    # away what is in "auth" by default.
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    # Whether the certificate of the place is one that the client trusts.
    trusted: bool = False
    # What fails, and how often it is asked.
    asks: Route = 'show'
    attempts: int = 1
    # How it is asked again, where that is not the same once more.
    again: str = ''
    command: Literal['show', 'wait'] = 'show'
    args: Sequence[str] = (SERVER, PORT)
    status: int = 1
    # Whether the rest is shown nevertheless.
    partial: bool = False

    @property
    def service(self) -> Service:
        """The service that fails."""
        if self.asks in ('versions', 'token', 'provider', 'tunnel'):
            return 'identity'
        if self.asks in ('ports', 'networks'):
            return 'network'
        return 'compute'

    @property
    def shows(self) -> bool:
        """Return whether there is something on standard output."""
        return self.command == 'show' and (self.partial or self.status == 0)

    @property
    def silent(self) -> bool:
        """Return whether an answer is waited for in vain."""
        return any(
            isinstance(play, Silence | Stall)
            for plays in self.plays.values()
            for play in plays
        )

    @property
    def unreachable(self) -> bool:
        """Return whether the service does not even see who asks."""
        return self.places.get(self.service) in ('refusing', 'nameless')

    @property
    def tried_again(self) -> str:
        """For the documentation."""
        if self.again or self.attempts < 2:
            return self.again or 'no'
        return f'{self.attempts - 1} times'

    @property
    def typed(self) -> list[str]:
        """The command and its arguments."""
        args = [_IDS.get(arg, arg) for arg in self.args]
        return ['server', 'interface', self.command, *args]

    def stderr(
        self, address: str, seconds: int, told: str, proxy: str = ''
    ) -> str:
        """All of stderr, without placeholders.

        :param address: where the service is that fails
        :param seconds: how long it is waited for
        :param told: what stderr is; the words of the system are taken from it
        :param proxy: where the proxy is
        """
        text = f'{self.message}\n' if self.message else ''
        values = {
            ADDRESS: address,
            PROXY: proxy,
            SECONDS: str(seconds),
            **_IDS,
        }
        for placeholder, value in values.items():
            text = text.replace(placeholder, value)
        before, _, after = text.partition(REASON)
        reason = told.removeprefix(before).removesuffix(after)
        if re.fullmatch('[A-Za-z][A-Za-z ,-]+', reason):
            text = text.replace(REASON, reason)
        return text


def _traced(status: int, content: Any, **headers: str) -> Reply:
    """Return an answer with a request ID."""
    traced = {'x-openstack-request-id': base.REQUEST_ID}
    return Reply(status, content, headers={**traced, **headers})


def _nova(status: int, message: str, **headers: str) -> Reply:
    """Return an error as Nova sends it."""
    return _traced(status, errors.nova(status, message), **headers)


def _keystone(status: int, title: str, message: str) -> Reply:
    """Return an error as Keystone and its middleware send it."""
    return Reply(status, errors.keystone(status, title, message))


def _page(status: int, title: str) -> Reply:
    """Return a page of a load balancer, or of whatever else speaks HTTP."""
    page = f'<html><head><title>{title}</title></head><p>{title}</html>'
    return Reply(status, page, 'text/html')


def _interface(**changes: Any) -> Reply:
    """Return an interface that Nova might send."""
    content = {'interfaceAttachment': base.interface(**changes)}
    version = {'OpenStack-API-Version': 'compute 2.70'}
    return Reply(200, content, headers=version)


def _without(*fields: str) -> Reply:
    """Return an interface that lacks fields."""
    reply = _interface()
    for field in fields:
        del reply.body['interfaceAttachment'][field]
    return reply


def _redirect(location: str) -> Reply:
    return Reply(302, b'', headers={'Location': location})


def _shows(name: str, happens: str, reply: Reply, fault: str) -> Failure:
    """Return a row for an answer that claims success."""
    return Failure(
        name=name,
        happens=f'Compute answers 200 with {happens}',
        plays={'show': [reply]},
        message=f'{ANSWERED} 200 OK with {fault}. {BAD_ENDPOINT}',
    )


SHOW = f'Cannot show interface {PORT} of server {SERVER}:'
ANSWERED = f'{SHOW} the Compute service answered'
LIST = f'Cannot list the interfaces of server {SERVER}:'
LOG_IN = 'Cannot log in:'
TRAILER = f'(Request ID: {REQUEST_ID})'

BAD_ENDPOINT = (
    'The endpoint of the service in the catalog may be wrong, or something '
    'else answers there: see "openstack catalog list".'
)
UNAVAILABLE = (
    'The service, or the load balancer before it, is not available: try '
    'again later.'
)
TOO_MANY = 'The service limits its requests: wait a little, then try again.'
REPORT = 'Report it to the operators of the cloud'
CREDENTIALS = 'Check the user name, password or token, and the project.'
ROLE = (
    'Ask an administrator of the cloud for a role that allows this: reader '
    'on the project is the usual one.'
)
NETWORK = 'Check the network, and the endpoint in "openstack catalog list".'
AUTH_URL = 'auth_url in clouds.yaml, or OS_AUTH_URL.'
WAIT = 'Try again later, or wait longer with api_timeout in clouds.yaml.'
TELL = 'Try again; if it happens again, tell the operators of the cloud.'
AUTHORITY = 'Name the authority that signed it with --os-cacert.'
PORTS = 'See "openstack server interface list" for those of the server.'

# The client's own warning, when Keystone does not tell its versions.
UNDISCOVERED = (
    'Failed to discover available identity versions when contacting '
    f'{ADDRESS}/identity/v3. Attempting to parse version from URL.\n'
)

# The same for Compute, when the SDK asks for its versions.
UNVERSIONED = (
    f'Failed to contact the endpoint at {ADDRESS}/elsewhere for discovery. '
    'Fallback to using that endpoint as the base url.\n'
)

STATUSES = (
    Failure(
        name='400',
        happens='Compute answers 400',
        plays={'show': [_nova(400, 'Invalid input.')]},
        message=(
            f'{ANSWERED} 400 Bad Request: Invalid input. Check the arguments '
            f'and the API version. {TRAILER}'
        ),
    ),
    Failure(
        name='401',
        happens=(
            "Compute answers 401, in the words of Keystone's middleware, and "
            'does so once more when asked with a new token'
        ),
        plays={'show': [UNAUTHORIZED]},
        message=(
            f'{ANSWERED} 401 Unauthorized: The request you have made requires '
            f'authentication. {CREDENTIALS}'
        ),
        attempts=2,
        again='once, with a new token',
    ),
    Failure(
        name='401_and_no_new_token',
        happens='Compute answers 401, and Identity gives no new token',
        plays={
            'show': [UNAUTHORIZED],
            'token': [Right(), UNAUTHORIZED],
        },
        message=(
            f'{SHOW} the Identity service answered 401 Unauthorized: The '
            f'request you have made requires authentication. {CREDENTIALS}'
        ),
        again='no',
    ),
    Failure(
        name='403',
        happens='Compute answers 403',
        plays={
            'show': [
                _nova(
                    403,
                    "Policy doesn't allow os_compute_api:os-attach-"
                    'interfaces:show to be performed.',
                )
            ]
        },
        message=(
            f"{ANSWERED} 403 Forbidden: Policy doesn't allow os_compute_api:"
            f'os-attach-interfaces:show to be performed. {ROLE} {TRAILER}'
        ),
    ),
    Failure(
        name='404_no_such_server',
        happens='Compute knows no such server, neither by ID nor by name',
        plays={
            'show': [
                _nova(
                    404,
                    f'Instance {base.SERVER_ID} could not be found.',
                )
            ]
        },
        message=(
            f'{SHOW} no such server: the Compute service answered 404 Not '
            f'Found: Instance {SERVER} could not be found. See "openstack '
            f'server list". {TRAILER}'
        ),
    ),
    Failure(
        name='404_no_such_port',
        happens='Compute knows no such port',
        plays={
            'show': [
                _nova(
                    404,
                    f'Port id {base.PORT_ID} could not be found.',
                )
            ]
        },
        message=(
            f'{SHOW} no such port: the Compute service answered 404 Not '
            f'Found: Port id {PORT} could not be found. {PORTS} {TRAILER}'
        ),
    ),
    Failure(
        name='404_port_on_another_server',
        happens='The port is on another server, or on none',
        plays={
            'show': [
                _nova(
                    404,
                    f'Instance {base.SERVER_ID} does not have a port with id '
                    f'{base.PORT_ID}',
                )
            ]
        },
        message=(
            f'{SHOW} the port is not on this server: the Compute service '
            f'answered 404 Not Found: Instance {SERVER} does not have a port '
            f'with id {PORT}. {PORTS} {TRAILER}'
        ),
    ),
    Failure(
        name='404_no_such_api',
        happens='The catalog names a wrong path for Compute',
        places={'compute': 'misplaced'},
        message=(
            f'{SHOW} no such API: the Compute service answered 404 Not '
            f'Found. {BAD_ENDPOINT}'
        ),
        asks='nothing',
    ),
    Failure(
        name='404_no_such_api_and_no_version',
        happens='The catalog names a wrong path, without a version in it',
        places={'compute': 'unversioned'},
        message=(
            f'{UNVERSIONED}{UNVERSIONED}Cannot reach the Compute service: the '
            'Compute service cannot be used: The compute service for faults: '
            'exists but does not have any supported versions. Check the cloud '
            'in clouds.yaml, the options and the environment.'
        ),
        asks='nothing',
        attempts=2,
        again='no',
    ),
    Failure(
        name='405',
        happens='Compute answers 405',
        plays={'show': [_nova(405, 'Not allowed.')]},
        message=(
            f'{ANSWERED} 405 Method Not Allowed: Not allowed. {BAD_ENDPOINT} '
            f'{TRAILER}'
        ),
    ),
    Failure(
        name='406',
        happens='Compute answers 406, whichever version is asked for',
        plays={
            'show': [
                _nova(
                    406,
                    'Version 2.70 is not supported by the API. Minimum is 3.1 '
                    'and maximum is 3.2.',
                )
            ]
        },
        message=(
            f'{ANSWERED} 406 Not Acceptable: Version 2.70 is not supported by '
            'the API. Minimum is 3.1 and maximum is 3.2. Choose another '
            f'version with --os-compute-api-version. {TRAILER}'
        ),
        attempts=2,
        again='once, in version 2.1',
    ),
    Failure(
        name='409',
        happens='Compute answers 409',
        plays={'show': [_nova(409, 'In rebuild.')]},
        message=(
            f'{ANSWERED} 409 Conflict: In rebuild. Try again when the service '
            f'has finished what it is doing. {TRAILER}'
        ),
    ),
    Failure(
        name='413',
        happens="Compute's middleware answers 413, with a break of HTML",
        plays={
            'show': [
                _traced(
                    413,
                    {
                        'message': 'Request is too large.<br /><br />\n\n\n',
                        'code': '413 Request Entity Too Large',
                        'title': 'Request Entity Too Large',
                    },
                )
            ]
        },
        message=(
            f'{ANSWERED} 413 Content Too Large: Request is too large. '
            f'{TOO_MANY} {TRAILER}'
        ),
    ),
    Failure(
        name='429',
        happens='Compute limits the number of requests',
        plays={
            'show': [
                _nova(
                    429,
                    'This request was rate-limited.',
                    **{'Retry-After': '0'},
                )
            ]
        },
        message=(
            f'{ANSWERED} 429 Too Many Requests: This request was '
            f'rate-limited. {TOO_MANY} {TRAILER}'
        ),
        attempts=4,
    ),
    Failure(
        name='500',
        happens='Compute answers 500',
        plays={
            'show': [
                _nova(
                    500,
                    'Unexpected API Error.\n'
                    "<class 'oslo_db.exception.DBConnectionError'>",
                )
            ]
        },
        message=(
            f'{ANSWERED} 500 Internal Server Error: Unexpected API Error. '
            f"<class 'oslo_db.exception.DBConnectionError'>. {REPORT}, with "
            f'the request ID. {TRAILER}'
        ),
    ),
    Failure(
        name='500_empty',
        happens='Compute answers 500 and says nothing',
        plays={'show': [Reply(500)]},
        message=f'{ANSWERED} 500 Internal Server Error. {REPORT}.',
    ),
    Failure(
        name='501',
        happens='Compute answers 501',
        plays={'show': [_nova(501, 'Not implemented.')]},
        message=(
            f'{ANSWERED} 501 Not Implemented: Not implemented. This cloud '
            f'does not offer the call. {TRAILER}'
        ),
    ),
    Failure(
        name='502',
        happens='The load balancer before Compute answers 502, in HTML',
        plays={'show': [_page(502, 'Bad Gateway')]},
        message=f'{ANSWERED} 502 Bad Gateway. {UNAVAILABLE}',
        attempts=4,
    ),
    Failure(
        name='503',
        happens='The load balancer before Compute answers 503, in HTML',
        plays={'show': [_page(503, 'No server is available')]},
        message=f'{ANSWERED} 503 Service Unavailable. {UNAVAILABLE}',
        attempts=4,
    ),
    Failure(
        name='503_of_middleware',
        happens='Compute answers 503, since it does not reach Identity',
        plays={
            'show': [
                _traced(
                    503,
                    {
                        'message': (
                            'The server is currently unavailable.<br />'
                            '<br />\nKeystone service is temporarily '
                            'unavailable.\n\n'
                        ),
                        'code': '503 Service Unavailable',
                        'title': 'Service Unavailable',
                    },
                )
            ]
        },
        message=(
            f'{ANSWERED} 503 Service Unavailable: The server is currently '
            'unavailable. Keystone service is temporarily unavailable. '
            f'{UNAVAILABLE} {TRAILER}'
        ),
        attempts=4,
    ),
    Failure(
        name='504',
        happens='The load balancer before Compute answers 504, with nothing',
        plays={'show': [Reply(504)]},
        message=f'{ANSWERED} 504 Gateway Timeout. {UNAVAILABLE}',
        attempts=4,
    ),
)

BODIES = (
    _shows(
        'html',
        'a page of HTML',
        _page(200, 'Welcome'),
        'a page of HTML instead of JSON',
    ),
    _shows('empty', 'no body', Reply(200), 'an empty answer'),
    _shows(
        'broken_json',
        'broken JSON',
        Reply(200, '{"interfaceAttachment": {'),
        'broken JSON',
    ),
    _shows('list', 'a list', Reply(200, []), 'JSON that is not an object'),
    _shows('null', 'null', Reply(200, None), 'JSON that is not an object'),
    _shows(
        'no_attachment',
        'JSON without ``interfaceAttachment``',
        Reply(200, {'interfaceAttachments': []}),
        'JSON without the object interfaceAttachment',
    ),
    _shows(
        'null_attachment',
        'null for ``interfaceAttachment``',
        Reply(200, {'interfaceAttachment': None}),
        'JSON without the object interfaceAttachment',
    ),
    _shows(
        'no_port_id',
        'an interface without ``port_id``',
        _without('port_id'),
        'JSON in which port_id is not text',
    ),
    _shows(
        'other_port_id',
        'another interface',
        _interface(port_id=OTHER_PORT_ID),
        'another interface than was asked for',
    ),
    _shows(
        'fixed_ips_of_the_wrong_type',
        'text for ``fixed_ips``',
        _interface(fixed_ips='10.0.0.5'),
        'JSON without a list of fixed_ips',
    ),
    _shows(
        'fixed_ip_of_the_wrong_type',
        'text for one of the ``fixed_ips``',
        _interface(fixed_ips=['10.0.0.5']),
        'JSON without the object fixed_ips',
    ),
    _shows(
        'fixed_ip_without_an_address',
        'no ``ip_address`` in one of the ``fixed_ips``',
        _interface(fixed_ips=[{'subnet_id': base.SUBNET_ID}]),
        'JSON in which ip_address is not text',
    ),
    _shows(
        'text_of_the_wrong_type',
        'a number for ``mac_addr``',
        _interface(mac_addr=42),
        'JSON in which mac_addr is not text',
    ),
    Failure(
        name='missing_fields',
        happens=(
            'Compute answers 200 with the right ``port_id``, but without '
            '``mac_addr`` and ``tag``: the rest is shown'
        ),
        plays={'show': [_without('mac_addr', 'tag')]},
        message=(
            f'The Compute service left out mac_addr, tag of interface {PORT}.'
        ),
        status=0,
    ),
    Failure(
        name='null_fixed_ips',
        happens='Compute answers 200 with null for ``fixed_ips``: shown',
        plays={'show': [_interface(fixed_ips=None)]},
        message='',
        status=0,
    ),
    Failure(
        name='thousands_of_fixed_ips',
        happens='Compute answers 200 with thousands of ``fixed_ips``: shown',
        plays={
            'show': [
                _interface(
                    fixed_ips=[
                        {
                            'ip_address': f'10.0.{number >> 8}.{number & 255}',
                            'subnet_id': base.SUBNET_ID,
                        }
                        for number in range(5000)
                    ]
                )
            ]
        },
        message='',
        status=0,
    ),
    Failure(
        name='unknown_fields',
        happens='Compute answers 200 with unknown fields: not shown',
        plays={'show': [_interface(unknown={'a': [1]})]},
        message='',
        status=0,
    ),
    Failure(
        name='redirect',
        happens=(
            'Compute redirects to another place, where the token is not sent'
        ),
        plays={'show': [_redirect('https://login.example.com/')]},
        message=(
            f'{ANSWERED} 302 Found, a redirect to https://login.example.com/. '
            f'{BAD_ENDPOINT}'
        ),
    ),
    Failure(
        name='redirect_loop',
        happens='Compute redirects in a loop',
        plays={'show': [_redirect('./')]},
        message=f'{ANSWERED} 302 Found, a redirect to ./. {BAD_ENDPOINT}',
    ),
)

CONNECTIONS = (
    Failure(
        name='refused',
        happens='Compute refuses the connection',
        places={'compute': 'refusing'},
        message=(
            f'{SHOW} no connection to the Compute service at {ADDRESS}: '
            f'Connection refused. {NETWORK}'
        ),
        attempts=4,
    ),
    Failure(
        name='no_such_name',
        happens='The name of the host of Compute does not resolve',
        places={'compute': 'nameless'},
        message=(
            f'{SHOW} no connection to the Compute service at {ADDRESS}: '
            f'{REASON}. {NETWORK}'
        ),
        attempts=4,
    ),
    Failure(
        name='closed',
        happens='Compute closes the connection without an answer',
        plays={'show': [Close()]},
        message=(
            f'{SHOW} no connection to the Compute service at {ADDRESS}: the '
            f'connection was closed without an answer. {NETWORK}'
        ),
        attempts=4,
    ),
    Failure(
        name='reset',
        happens='Compute resets the connection without an answer',
        plays={'show': [Reset()]},
        message=(
            f'{SHOW} no connection to the Compute service at {ADDRESS}: '
            f'Connection reset by peer. {NETWORK}'
        ),
        attempts=4,
    ),
    Failure(
        name='closed_in_the_middle',
        happens='Compute closes the connection in the middle of the answer',
        plays={'show': [dataclasses.replace(_interface(), cut=True)]},
        message=(
            f'{SHOW} the answer of the Compute service at {ADDRESS} broke '
            f'off: the connection was closed in the middle of it. {TELL}'
        ),
        attempts=4,
    ),
    Failure(
        name='reset_in_the_middle',
        happens='Compute resets the connection in the middle of the answer',
        plays={'show': [Reset(begun=True)]},
        message=(
            f'{SHOW} the answer of the Compute service at {ADDRESS} broke '
            f'off: Connection reset by peer. {TELL}'
        ),
        attempts=4,
    ),
    Failure(
        name='silent',
        happens='Compute accepts the connection and never answers',
        plays={'show': [Silence()]},
        message=(
            f'{SHOW} the Compute service at {ADDRESS} did not answer within '
            f'{SECONDS} seconds. {WAIT}'
        ),
        attempts=4,
    ),
    Failure(
        name='silent_in_the_middle',
        happens='Compute begins an answer and never ends it',
        plays={'show': [Stall()]},
        message=(
            f'{SHOW} the Compute service at {ADDRESS} did not answer within '
            f'{SECONDS} seconds. {WAIT}'
        ),
        attempts=4,
    ),
    Failure(
        name='certificate_not_trusted',
        happens=(
            'The certificate of Compute is not signed by a known authority'
        ),
        places={'compute': 'untrusted'},
        message=(
            f'{SHOW} no trusted connection to the Compute service at '
            f'{ADDRESS}: self-signed certificate. {AUTHORITY}'
        ),
    ),
    Failure(
        name='certificate_of_another_host',
        happens='The certificate of Compute is for another host',
        places={'compute': 'misnamed'},
        trusted=True,
        message=(
            f'{SHOW} no trusted connection to the Compute service at '
            f'{ADDRESS}: IP address mismatch, certificate is not valid for '
            f"'127.0.0.1'. Tell the operators of the cloud."
        ),
    ),
    Failure(
        name='certificate_expired',
        happens='The certificate of Compute has expired',
        places={'compute': 'expired'},
        trusted=True,
        message=(
            f'{SHOW} no trusted connection to the Compute service at '
            f'{ADDRESS}: certificate has expired. Tell the operators of the '
            'cloud.'
        ),
    ),
    Failure(
        name='no_tls',
        happens='Compute does not speak TLS, though the catalog says https',
        places={'compute': 'plain'},
        message=(
            f'{SHOW} no trusted connection to the Compute service at '
            f'{ADDRESS}: {REASON}. Check the endpoint in "openstack catalog '
            'list".'
        ),
    ),
    Failure(
        name='no_compute',
        happens='The catalog has no Compute service',
        places={'compute': 'absent'},
        message=(
            'Cannot reach the Compute service: the catalog has no Compute '
            'service for this region and interface, or clouds.yaml switches '
            'it off. Check '
            'the region and the interface in "openstack catalog list".'
        ),
        asks='nothing',
        attempts=0,
    ),
)

LOGINS = (
    Failure(
        name='login_401',
        happens='Identity answers 401: a wrong password, for example',
        plays={'token': [UNAUTHORIZED]},
        asks='token',
        message=(
            f'{LOG_IN} the Identity service answered 401 Unauthorized: The '
            f'request you have made requires authentication. {CREDENTIALS}'
        ),
    ),
    Failure(
        name='login_404',
        happens='``auth_url`` has a wrong path',
        plays={
            'versions': [_page(404, 'Not Found')],
            'token': [_page(404, 'Not Found')],
        },
        asks='versions',
        message=(
            f'{UNDISCOVERED}{LOG_IN} the Identity service answered 404 Not '
            f'Found. Check {AUTH_URL}'
        ),
    ),
    Failure(
        name='login_503',
        happens='Identity answers 503',
        plays={
            'versions': [_page(503, 'No server is available')],
            'token': [_page(503, 'No server is available')],
        },
        asks='versions',
        message=(
            f'{UNDISCOVERED}{LOG_IN} the Identity service answered 503 '
            f'Service Unavailable. {UNAVAILABLE}'
        ),
    ),
    Failure(
        name='login_html',
        happens='Identity answers 200 with a page of HTML',
        plays={
            'versions': [_page(200, 'Welcome')],
            'token': [_page(200, 'Welcome')],
        },
        asks='versions',
        message=(
            f'{UNDISCOVERED}{LOG_IN} what answers is not an Identity '
            f'service. Check {AUTH_URL}'
        ),
    ),
    Failure(
        name='login_html_for_a_token',
        happens='Identity answers with HTML when asked for a token',
        plays={'token': [_page(200, 'Welcome')]},
        asks='token',
        message=(
            f'{LOG_IN} what answers is not an Identity service. Check '
            f'{AUTH_URL}'
        ),
    ),
    Failure(
        name='login_without_a_token',
        happens='Identity answers with other JSON than a token',
        plays={'token': [Reply(201, {}, headers={'X-Subject-Token': 'x'})]},
        asks='token',
        message=(
            f'{LOG_IN} what answers is not an Identity service. Check '
            f'{AUTH_URL}'
        ),
    ),
    Failure(
        name='401_and_identity_gone',
        happens='Compute answers 401, and Identity closes the connection',
        plays={'show': [UNAUTHORIZED], 'token': [Right(), Close()]},
        message=(
            f'{SHOW} no connection to the Identity service at {ADDRESS}: the '
            'connection was closed without an answer. Check the network, and '
            f'{AUTH_URL}'
        ),
    ),
    Failure(
        name='login_refused',
        happens='Identity refuses the connection',
        places={'identity': 'refusing'},
        asks='versions',
        message=(
            f'{UNDISCOVERED}{LOG_IN} no connection to the Identity service at '
            f'{ADDRESS}: Connection refused. Check the network, and {AUTH_URL}'
        ),
    ),
    Failure(
        name='login_closed_in_the_middle',
        happens='Identity closes the connection in the middle of the answer',
        plays={'token': [dataclasses.replace(UNAUTHORIZED, cut=True)]},
        asks='token',
        message=(
            f'{LOG_IN} the answer of the Identity service at {ADDRESS} broke '
            f'off: the connection was closed in the middle of it. {TELL}'
        ),
    ),
    Failure(
        name='login_silent',
        happens='Identity accepts the connection and never answers',
        plays={'versions': [Silence()], 'token': [Silence()]},
        asks='versions',
        message=(
            f'{UNDISCOVERED}{LOG_IN} the Identity service at {ADDRESS} did '
            f'not answer within {SECONDS} seconds. {WAIT}'
        ),
    ),
    Failure(
        name='login_certificate_not_trusted',
        happens=(
            'The certificate of Identity is not signed by a known authority'
        ),
        places={'identity': 'untrusted'},
        asks='versions',
        message=(
            f'{UNDISCOVERED}{LOG_IN} no trusted connection to the Identity '
            f'service at {ADDRESS}: self-signed certificate. {AUTHORITY}'
        ),
    ),
)

LOOKUPS = (
    Failure(
        name='list_no_such_server',
        happens=(
            'Compute knows no such server, when its interfaces are listed to '
            'find a MAC or IP address'
        ),
        plays={
            'list': [
                _nova(
                    404,
                    f'Instance {base.SERVER_ID} could not be found.',
                )
            ]
        },
        args=(SERVER, MAC),
        asks='list',
        message=(
            f'{LIST} no such server: the Compute service answered 404 Not '
            f'Found: Instance {SERVER} could not be found. See "openstack '
            f'server list". {TRAILER}'
        ),
    ),
    Failure(
        name='list_without_interfaces',
        happens='Compute answers 200 without a list of interfaces',
        plays={'list': [Reply(200, {'interfaceAttachments': None})]},
        args=(SERVER, MAC),
        asks='list',
        message=(
            f'{LIST} the Compute service answered 200 OK with JSON without a '
            f'list of interfaceAttachments. {BAD_ENDPOINT}'
        ),
    ),
    Failure(
        name='list_503',
        happens='Compute answers 503 when interfaces are listed',
        plays={'list': [_page(503, 'No server is available')]},
        args=(SERVER, MAC),
        asks='list',
        message=(
            f'{LIST} the Compute service answered 503 Service Unavailable. '
            f'{UNAVAILABLE}'
        ),
        attempts=4,
    ),
    Failure(
        name='servers_400',
        happens='Compute answers 400 when a server is looked for by name',
        plays={'servers': [_nova(400, "Regex '^web$' is not valid.")]},
        args=('web', PORT),
        asks='servers',
        message=(
            'Cannot find server web: the Compute service answered 400 Bad '
            "Request: Regex '^web$' is not valid. Check the arguments and the "
            f'API version. {TRAILER}'
        ),
    ),
    Failure(
        name='servers_html',
        happens='Compute answers 200 with HTML when a name is looked for',
        plays={'servers': [_page(200, 'Welcome')]},
        args=('web', PORT),
        asks='servers',
        message=(
            'Cannot find server web: the Compute service answered 200 OK with '
            f'a page of HTML instead of JSON. {BAD_ENDPOINT}'
        ),
    ),
    Failure(
        name='ports_403',
        happens='Network answers 403 when a port is looked for by name',
        plays={
            'ports': [
                _traced(
                    403,
                    errors.neutron(
                        'rule:get_port is disallowed by policy',
                        'PolicyNotAuthorized',
                    ),
                )
            ]
        },
        args=(SERVER, 'mgmt'),
        asks='ports',
        message=(
            f'Cannot find port mgmt of server {SERVER}: the Network service '
            'answered 403 Forbidden: rule:get_port is disallowed by policy. '
            f'{ROLE} {TRAILER}'
        ),
    ),
    Failure(
        name='ports_silent',
        happens='Network accepts the connection and never answers',
        plays={'ports': [Silence()]},
        args=(SERVER, 'mgmt'),
        asks='ports',
        message=(
            f'Cannot find port mgmt of server {SERVER}: the Network service '
            f'at {ADDRESS} did not answer within {SECONDS} seconds. {WAIT}'
        ),
        attempts=4,
    ),
    Failure(
        name='no_network',
        happens='The catalog has no Network service',
        places={'network': 'absent'},
        args=(SERVER, 'mgmt'),
        asks='nothing',
        attempts=0,
        message=(
            'Cannot reach the Network service: the catalog has no Network '
            'service for this region and interface, or clouds.yaml switches '
            'it off. Check '
            'the region and the interface in "openstack catalog list".'
        ),
    ),
)

LONG = (
    Failure(
        name='long_ports_403',
        happens='``--long``: Network answers 403 when asked for the port',
        plays={
            'ports': [
                _traced(
                    403,
                    errors.neutron(
                        'rule:get_port is disallowed by policy',
                        'PolicyNotAuthorized',
                    ),
                )
            ]
        },
        args=(SERVER, PORT, '--long'),
        asks='ports',
        message=(
            'Cannot list the ports: the Network service answered 403 '
            f'Forbidden: rule:get_port is disallowed by policy. {ROLE} '
            f'{TRAILER}'
        ),
    ),
    Failure(
        name='long_ports_of_the_wrong_type',
        happens='``--long``: Network answers 200 with text for a flag',
        plays={
            'ports': [Reply(200, {'ports': [base.port(admin_state_up='x')]})]
        },
        args=(SERVER, PORT, '--long'),
        asks='ports',
        message=(
            'Cannot list the ports: the Network service answered 200 OK with '
            f'JSON in which admin_state_up is not true or false. '
            f'{BAD_ENDPOINT}'
        ),
    ),
    Failure(
        name='long_without_the_port',
        happens='``--long``: Network shows no such port; the rest is shown',
        plays={'ports': [Reply(200, {'ports': []})]},
        args=(SERVER, PORT, '--long'),
        asks='ports',
        message=f'The Network service does not show you port {PORT}.',
        status=0,
    ),
    Failure(
        name='long_without_the_host',
        happens=(
            '``--long``: Network hides where the port is bound; the rest is '
            'shown'
        ),
        plays={
            'ports': [
                Reply(
                    200,
                    {'ports': [base.port(**{'binding:vnic_type': 'normal'})]},
                )
            ]
        },
        args=(SERVER, PORT, '--long'),
        asks='ports',
        message=(
            'Not shown to you: Host and VIF Type. That is for whoever may '
            'do get_port:binding:host_id and get_port:binding:vif_type by '
            'the policy of the Network service, by default administrators.'
        ),
        status=0,
    ),
    Failure(
        name='long_networks_503',
        happens=(
            '``--long``: Network answers 503 when asked for the name of the '
            'network; its ID is shown, and the rest'
        ),
        plays={'networks': [_page(503, 'No server is available')]},
        args=(SERVER, PORT, '--long'),
        asks='networks',
        message=(
            'Cannot find the names of networks: the Network service answered '
            f'503 Service Unavailable. {UNAVAILABLE}'
        ),
        attempts=4,
        partial=True,
    ),
    Failure(
        name='long_no_network',
        happens='``--long``: the catalog has no Network service',
        places={'network': 'absent'},
        args=(SERVER, PORT, '--long'),
        asks='nothing',
        attempts=0,
        message=(
            'Cannot reach the Network service: the catalog has no Network '
            'service for this region and interface, or clouds.yaml switches '
            'it off. Check '
            'the region and the interface in "openstack catalog list".'
        ),
    ),
)


def _server(status: str, **more: Any) -> Reply:
    """Return the server, in a status."""
    server = {'id': base.SERVER_ID, 'name': 'web', 'status': status, **more}
    return Reply(200, {'server': server})


def _interfaces(*interfaces: dict[str, Any]) -> Reply:
    """Return the interfaces of the server."""
    version = {'OpenStack-API-Version': 'compute 2.70'}
    content = {'interfaceAttachments': list(interfaces)}
    return Reply(200, content, headers=version)


def _actions(**detaching: Any) -> Reply:
    """Return what was done to the server: it was made, one was detached."""
    made = {'action': 'create', 'request_id': 'req-1', 'message': None}
    return Reply(
        200,
        {
            'instanceActions': [
                {
                    **made,
                    'action': 'detach_interface',
                    'request_id': base.REQUEST_ID,
                    # Later than all else, whenever that is.
                    'start_time': '2100-01-01T00:00:00.000000',
                    **detaching,
                },
                {**made, 'start_time': '2000-01-01T00:00:00.000000'},
            ]
        },
    )


DOWN = base.interface(port_state='DOWN')
ONCE = ('--timeout', '0')
DETACHED = ('--for', 'detached', *ONCE)
EVENTS = f'"openstack server event list {SERVER}"'
IS_DOWN = f'{PORT}  {MAC}  10.0.0.5  DOWN'
NO_INTERFACE = (
    f'No interface of server {SERVER} has the ID, MAC address, IP address or '
    "name 'mgmt'"
)

WAITS = (
    Failure(
        name='wait_late',
        happens=(
            '``wait``: the interface is not ACTIVE when the time is over; '
            'here that is at once, by ``--timeout 0``'
        ),
        command='wait',
        plays={'list': [_interfaces(DOWN)]},
        args=(SERVER, PORT, *ONCE),
        asks='server',
        message=(
            f'After 0 seconds, server {SERVER} is ACTIVE, and not all of its '
            f'interfaces are ACTIVE. See {EVENTS}, or wait longer with '
            f'--timeout. Not ACTIVE:\n  {IS_DOWN}'
        ),
    ),
    Failure(
        name='wait_building',
        happens=(
            'The same of a server that is being built, and does not have '
            'the interface yet'
        ),
        command='wait',
        plays={
            'list': [_interfaces(base.interface(port_id=OTHER_PORT_ID))],
            'server': [_server('BUILD')],
        },
        args=(SERVER, 'mgmt', *ONCE),
        asks='server',
        message=(
            f'After 0 seconds, server {SERVER} is BUILD, and not all of its '
            f'interfaces are ACTIVE. See {EVENTS}, or wait longer with '
            '--timeout. Not ACTIVE:\n  mgmt  not there'
        ),
    ),
    Failure(
        name='wait_without_a_state',
        happens='Compute does not tell the state of the interface',
        command='wait',
        plays={'list': [_interfaces(base.interface(port_state=None))]},
        args=(SERVER, PORT, *ONCE),
        asks='server',
        message=(
            f'After 0 seconds, server {SERVER} is ACTIVE, and not all of its '
            f'interfaces are ACTIVE. See {EVENTS}, or wait longer with '
            f'--timeout. Not ACTIVE:\n  {PORT}  {MAC}  10.0.0.5  in no known '
            'state'
        ),
    ),
    Failure(
        name='wait_nothing',
        happens='``wait`` for all interfaces: the server runs without any',
        command='wait',
        plays={'list': [_interfaces()]},
        args=(SERVER,),
        asks='list',
        message=(
            f'Server {SERVER} has no interface to wait for. Attach one with '
            '"openstack server add network" or "openstack server add port".'
        ),
    ),
    Failure(
        name='wait_stopped',
        happens=(
            '``wait``: the server is stopped; ``start`` is ``resume`` for a '
            'suspended one, ``unshelve`` for one that is shelved'
        ),
        command='wait',
        plays={
            'list': [_interfaces(DOWN)],
            'server': [_server('SHUTOFF')],
        },
        asks='server',
        message=(
            f'Server {SERVER} is SHUTOFF, and its interfaces become ACTIVE '
            f'when it runs: see "openstack server start {SERVER}". Not '
            f'ACTIVE:\n  {IS_DOWN}'
        ),
    ),
    Failure(
        name='wait_disabled',
        happens='``wait``: the port is disabled',
        command='wait',
        plays={
            'list': [_interfaces(DOWN)],
            'ports': [
                Reply(
                    200,
                    {'ports': [{'id': base.PORT_ID, 'admin_state_up': False}]},
                )
            ],
        },
        asks='ports',
        message=(
            f'Ports of server {SERVER} are disabled, and do not become ACTIVE '
            'before that is changed: see "openstack port set --enable '
            f'{PORT}". Disabled:\n  {IS_DOWN}'
        ),
    ),
    Failure(
        name='wait_error',
        happens='``wait``: the server is in ERROR',
        command='wait',
        plays={
            'list': [_interfaces(DOWN)],
            'server': [
                _server('ERROR', fault={'message': 'No valid host was found.'})
            ],
        },
        asks='server',
        message=(
            f'Server {SERVER} is in ERROR: No valid host was found. See '
            f'{EVENTS}. Not ACTIVE:\n  {IS_DOWN}'
        ),
    ),
    Failure(
        name='wait_error_without_a_fault',
        happens='The same, and Compute does not say why',
        command='wait',
        plays={'list': [_interfaces()], 'server': [_server('ERROR')]},
        args=(SERVER,),
        asks='server',
        message=(
            f'Server {SERVER} is in ERROR: it does not say why. See {EVENTS}.'
        ),
    ),
    Failure(
        name='wait_deleted',
        happens='``wait``: the server is deleted meanwhile',
        command='wait',
        plays={
            'list': [
                _interfaces(DOWN),
                _nova(404, f'Instance {base.SERVER_ID} could not be found.'),
            ]
        },
        asks='list',
        attempts=2,
        again='as always while waiting',
        message=(
            f'Server {SERVER} has been deleted meanwhile. Ports that it left '
            f'are in "openstack port list --device-id {SERVER}".'
        ),
    ),
    Failure(
        name='wait_not_attached',
        happens=(
            '``wait --for detached``: there is no such interface in the '
            'beginning'
        ),
        command='wait',
        args=(SERVER, 'mgmt', *DETACHED),
        asks='list',
        status=0,
        message=f'{NO_INTERFACE}, so there is nothing to wait for.',
    ),
    Failure(
        name='wait_none_attached',
        happens='The same where all interfaces are meant',
        command='wait',
        plays={'list': [_interfaces()]},
        args=(SERVER, *DETACHED),
        asks='list',
        status=0,
        message=(
            f'Server {SERVER} has no interface, so there is nothing to wait '
            'for.'
        ),
    ),
    Failure(
        name='wait_detach_late',
        happens='``wait --for detached``: the interface is still attached',
        command='wait',
        plays={
            'list': [_interfaces(base.interface())],
            'actions': [_actions()],
        },
        args=(SERVER, PORT, *DETACHED),
        asks='actions',
        message=(
            f'After 0 seconds, server {SERVER} is ACTIVE, and not all of its '
            f'interfaces are detached. See {EVENTS}, or wait longer with '
            f'--timeout. Not detached:\n  {PORT}  {MAC}  10.0.0.5  ACTIVE'
        ),
    ),
    Failure(
        name='wait_detach_failed',
        happens=(
            '``wait --for detached``: an event of the server says that '
            'detaching failed'
        ),
        command='wait',
        plays={
            'list': [_interfaces(base.interface())],
            'actions': [_actions(message='Error')],
        },
        args=(SERVER, PORT, *DETACHED),
        asks='actions',
        message=(
            f'Detaching from server {SERVER} failed: its event '
            'detach_interface says Error. See "openstack server event show '
            f'{SERVER} {REQUEST_ID}", or ask the operators of the cloud. '
            f'{TRAILER} Not detached:\n  {PORT}  {MAC}  10.0.0.5  ACTIVE'
        ),
    ),
    Failure(
        name='wait_actions_500',
        happens='``wait --for detached``: Compute does not tell the events',
        command='wait',
        plays={
            'list': [_interfaces(base.interface())],
            'actions': [_nova(500, 'Unexpected API Error.')],
        },
        args=(SERVER, PORT, *DETACHED),
        asks='actions',
        message=(
            f'Cannot list the events of server {SERVER}: the Compute service '
            'answered 500 Internal Server Error: Unexpected API Error. '
            f'{REPORT}, with the request ID. {TRAILER}'
        ),
    ),
)

ALL = (*STATUSES, *BODIES, *CONNECTIONS, *LOGINS, *LOOKUPS, *LONG, *WAITS)

CHECK_PROXY = 'Check http_proxy, https_proxy and no_proxy in the environment.'
TUNNELLED: dict[Service, Place] = {'identity': 'tunnelled'}
FORWARDED: dict[Service, Place] = {
    'identity': 'forwarded',
    'compute': 'forwarded',
}
SQUID = {'Via': '1.1 squid', 'X-Squid-Error': 'ERR_ACCESS_DENIED 0'}


def _tunnel(status: int, reason: str) -> Failure:
    """Return a row for a proxy that does not connect."""
    return Failure(
        name=f'proxy_tunnel_{status}',
        happens=f'The proxy answers {status} when asked to connect',
        plays={'tunnel': [_page(status, reason)]},
        places=TUNNELLED,
        asks='tunnel',
        message=(
            f'{UNDISCOVERED}{LOG_IN} the proxy {PROXY} answered {status} '
            f'{reason}. {CHECK_PROXY}'
        ),
    )


def _squid(status: int, reason: str) -> Failure:
    """Return a row for a proxy that says itself that it does not forward."""
    page = dataclasses.replace(_page(status, reason), headers=SQUID)
    return Failure(
        name=f'proxy_{status}',
        happens=f'The proxy answers {status}, without TLS',
        plays={'versions': [page], 'token': [page]},
        places=FORWARDED,
        asks='versions',
        message=(
            f'{UNDISCOVERED}{LOG_IN} the proxy {PROXY} answered {status} '
            f'{reason}. {CHECK_PROXY}'
        ),
    )


PROXIES = (
    Failure(
        name='proxy_refused',
        happens='The proxy refuses the connection',
        places={**TUNNELLED, 'proxy': 'refusing'},
        asks='versions',
        message=(
            f'{UNDISCOVERED}{LOG_IN} no connection to the proxy {PROXY}: '
            f'Connection refused. {CHECK_PROXY}'
        ),
    ),
    Failure(
        name='proxy_without_tls_refused',
        happens='The proxy refuses the connection, without TLS',
        places={**FORWARDED, 'proxy': 'refusing'},
        asks='versions',
        message=(
            f'{UNDISCOVERED}{LOG_IN} no connection to the proxy {PROXY}: '
            f'Connection refused. {CHECK_PROXY}'
        ),
    ),
    Failure(
        name='proxy_nameless',
        happens='The name of the host of the proxy does not resolve',
        places={**TUNNELLED, 'proxy': 'nameless'},
        asks='versions',
        message=(
            f'{UNDISCOVERED}{LOG_IN} no connection to the proxy {PROXY}: '
            f'{REASON}. {CHECK_PROXY}'
        ),
    ),
    _tunnel(403, 'Forbidden'),
    _tunnel(407, 'Proxy Authentication Required'),
    _tunnel(503, 'Service Unavailable'),
    _squid(403, 'Forbidden'),
    _squid(407, 'Proxy Authentication Required'),
    _squid(503, 'Service Unavailable'),
    Failure(
        name='proxy_between',
        happens=(
            'A 403 comes through a proxy, without TLS, and neither the proxy '
            'nor the service says that it is its own'
        ),
        plays={'show': [_page(403, 'Forbidden')]},
        places=FORWARDED,
        message=(
            f'{SHOW} 403 Forbidden came through the proxy {PROXY}, which may '
            f'have written it. {CHECK_PROXY}'
        ),
    ),
    Failure(
        name='proxy_html',
        happens='A page of HTML comes through a proxy, without TLS',
        plays={'show': [_page(200, 'Welcome')]},
        places=FORWARDED,
        message=(
            f'{SHOW} 200 OK with a page of HTML instead of JSON came through '
            f'the proxy {PROXY}, which may have written it. {CHECK_PROXY}'
        ),
    ),
    Failure(
        name='proxy_closes',
        happens='A proxy closes the connection without an answer',
        plays={'show': [Close()]},
        places=FORWARDED,
        message=(
            f'{SHOW} no connection to the proxy {PROXY}: the connection was '
            f'closed without an answer. {CHECK_PROXY}'
        ),
        attempts=4,
    ),
)

GONE = (
    'The token or application credential is wrong, has expired or was '
    'revoked: get another one.'
)
WITH_TOKEN = {
    'auth_type': 'v3token',
    'auth': {
        'token': 'bad',
        **dict.fromkeys(('username', 'password', 'user_domain_name')),
    },
}
WITH_PROVIDER = {
    'auth_type': 'v3oidcpassword',
    'auth': {
        'user_domain_name': None,
        'identity_provider': 'idp',
        'protocol': 'openid',
        'client_id': 'client',
        'client_secret': 'secret',
        'access_token_endpoint': f'{ADDRESS}/provider/token',
    },
}


ACCOUNTS = (
    Failure(
        name='token_unknown',
        happens='Identity does not know the token that the user has',
        plays={
            'token': [_keystone(404, 'Not Found', 'Failed to validate token')]
        },
        settings=WITH_TOKEN,
        asks='token',
        message=(
            f'{LOG_IN} the Identity service answered 404 Not Found: Failed '
            f'to validate token. {GONE}'
        ),
    ),
    Failure(
        name='provider_401',
        happens='The identity provider of a federated login answers 401',
        plays={
            'provider': [
                Reply(
                    401,
                    {
                        'error': 'invalid_grant',
                        'error_description': 'Invalid user credentials',
                    },
                )
            ]
        },
        settings=WITH_PROVIDER,
        asks='provider',
        message=(
            f'{LOG_IN} the identity provider at {ADDRESS} answered 401 '
            'Unauthorized: Invalid user credentials. Check the user name and '
            'password, and the client ID and secret.'
        ),
    ),
    Failure(
        name='provider_closes',
        happens='The identity provider closes the connection',
        plays={'provider': [Close()]},
        settings=WITH_PROVIDER,
        asks='provider',
        message=(
            f'{LOG_IN} no connection to the identity provider at {ADDRESS}: '
            'the connection was closed without an answer. Check the network, '
            "and the identity provider's URLs in clouds.yaml."
        ),
    ),
    Failure(
        name='unscoped',
        happens='The login is for no project',
        plays={
            'token': [
                Reply(
                    201,
                    ksa_fixture.V3Token(),
                    headers={'X-Subject-Token': 'token'},
                )
            ]
        },
        asks='nothing',
        message=(
            'Cannot reach the Compute service: the login is for no project, '
            'and then the catalog does not name the service. Choose a project '
            'with --os-project-name or --os-project-id.'
        ),
    ),
    Failure(
        name='no_login',
        happens='There is no login and no endpoint',
        settings={'auth_type': 'none', 'auth': dict.fromkeys(base.AUTH)},
        asks='nothing',
        message=(
            'Cannot reach the Compute service: without a login (auth_type '
            'none or admin_token) there is no catalog to find it in, and no '
            'endpoint that works is set. Set compute_endpoint_override in '
            'clouds.yaml, or --os-endpoint.'
        ),
    ),
)

# These need settings and an environment of their own.
ELSEWHERE = (*PROXIES, *ACCOUNTS)

TABLE_BEGINS = (
    '.. The table is made by "python -m osc_iface.tests.failures".\n'
)
TABLE_ENDS = '\n.. The table ends here.\n'
_HEADER = """
.. list-table::
   :header-rows: 1
   :widths: 25 50 15 10

   * - What happens
     - What the message says
     - Tried again
     - Exit status
"""


def table() -> str:
    """Return the table of the documentation, in reStructuredText."""
    return _HEADER + ''.join(_entry(row) for row in (*ALL, *ELSEWHERE))


def _entry(row: Failure) -> str:
    lines = [f'``{line}``' for line in row.message.split('\n') if line]
    message = '\n\n       '.join(lines) or 'nothing'
    return (
        f'   * - {row.happens}\n'
        f'     - {message}\n'
        f'     - {row.tried_again}\n'
        f'     - {row.status}\n'
    )


if __name__ == '__main__':
    print(table(), end='')
