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

"""What the services say of errors, each in its own form."""

import http
from typing import Any

from osc_iface.tests.fake.plays import Reply

# What Nova calls the object of an error; other statuses are computeFault.
_FAULTS = {
    400: 'badRequest',
    401: 'unauthorized',
    403: 'forbidden',
    404: 'itemNotFound',
    405: 'badMethod',
    409: 'conflictingRequest',
    413: 'overLimit',
    429: 'overLimit',
    501: 'notImplemented',
    503: 'serviceUnavailable',
}


class Refusal(Exception):
    """An error to answer with: the status, and the service's words.

    :ivar type: what Neutron calls it
    """

    def __init__(self, status: int, message: str, type_: str = '') -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message
        self.type = type_


def nova(status: int, message: str) -> dict[str, Any]:
    """Return the body of an error of Nova."""
    name = _FAULTS.get(status, 'computeFault')
    return {name: {'code': status, 'message': message}}


def neutron(message: str, type_: str) -> dict[str, Any]:
    """Return the body of an error of Neutron."""
    return {'NeutronError': {'type': type_, 'message': message, 'detail': ''}}


def keystone(status: int, title: str, message: str) -> dict[str, Any]:
    """Return the body of an error of Keystone, or of its middleware."""
    return {'error': {'code': status, 'title': title, 'message': message}}


UNAUTHORIZED = Reply(
    401,
    keystone(
        401,
        'Unauthorized',
        'The request you have made requires authentication.',
    ),
)
# What all services answer for a path that they do not have.
NO_SUCH_PATH = Reply(
    404,
    '<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  '
    '<h1>404 Not Found</h1>\n  The resource could not be found.<br /><br />\n'
    '\n\n\n </body>\n</html>',
    'text/html; charset=UTF-8',
)


def refused(service: str, refusal: Refusal) -> Reply:
    """Return an error as a service sends it."""
    status, words = refusal.status, refusal.message
    match service:
        case 'compute':
            return Reply(status, nova(status, words))
        case 'network':
            type_ = refusal.type or 'HTTPInternalServerError'
            return Reply(status, neutron(words, type_))
    title = http.HTTPStatus(status).phrase
    return Reply(status, keystone(status, title, words))
