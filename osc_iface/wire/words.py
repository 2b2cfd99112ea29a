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

"""What an error's answer says: its status, the service's words, its ID."""

import http.client
import re
from typing import Any

import requests

from osc_iface.printable import beginning, printable
from osc_iface.wire import causes

# The header Location, under a name that requests does not know.
REDIRECTED = 'X-Redirected-To'
# What the statuses are called, by RFC 9110; Python before 3.13 has the names
# of older standards.
_REASONS = {
    **http.client.responses,
    413: 'Content Too Large',
    414: 'URI Too Long',
    416: 'Range Not Satisfiable',
    422: 'Unprocessable Content',
}
# Tags that middleware leaves in what it sends as text or as JSON.
_BREAK = re.compile('<br ?/?>', re.IGNORECASE)


def status(response: requests.Response) -> str:
    """Return the status of an answer: "503 Service Unavailable"."""
    code = response.status_code
    return f'{code} {_REASONS.get(code, "")}'.strip()


def own_words(response: requests.Response) -> str:
    """Return what a service says about an error, in its own words.

    Nova and Neutron send ``{anything: {"message": ...}}``, Keystone
    ``{"error": {"message": ...}}``, the API guidelines ``{"errors":
    [{"detail": ...}]}``; middleware may send plain text.

    :param response: the answer
    :returns: one line of printable text; '' for a page of HTML and for what
        cannot be read
    """
    try:
        text = _message_in(response.json())
    except (ValueError, RecursionError):
        kind = response.headers.get('Content-Type', '')
        text = response.text if kind.startswith('text/plain') else ''
    text = '' if causes.PAGE.search(text) else _BREAK.sub(' ', text)
    return beginning(' '.join(text.split()), causes.LIMIT)


def request_id(response: requests.Response) -> str:
    """Return the ID by which operators find the request, or ''."""
    headers = response.headers
    return printable(
        headers.get('x-openstack-request-id')
        or headers.get('x-compute-request-id')
        or ''
    )


def _message_in(body: Any) -> str:
    """Return the message in an error's body of any service, or ''."""
    if not isinstance(body, dict):
        return ''
    for value in body.values():
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict):
            message = inner.get('message') or inner.get('detail')
            if isinstance(message, str):
                return message
    for key in ('message', 'error_description', 'error'):
        if isinstance(body.get(key), str):
            return str(body[key])
    return ''
