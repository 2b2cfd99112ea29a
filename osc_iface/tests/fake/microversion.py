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

"""The versions of Nova's API."""

from osc_iface.tests.fake.errors import Refusal
from osc_iface.tests.fake.items import Item
from osc_iface.tests.fake.server import Request

NEWEST = (2, 104)


def document(url: str) -> Item:
    """Return what Nova tells of its version."""
    return {
        'id': 'v2.1',
        'status': 'CURRENT',
        'version': f'{NEWEST[0]}.{NEWEST[1]}',
        'min_version': '2.1',
        'links': [{'rel': 'self', 'href': f'{url}/v2.1/'}],
    }


def header(version: tuple[int, int]) -> dict[str, str]:
    """Return the header that tells in which version an answer is."""
    return {'OpenStack-API-Version': f'compute {version[0]}.{version[1]}'}


def asked(request: Request) -> tuple[int, int]:
    """Return the version that is asked for."""
    sent = request.headers.get('OpenStack-API-Version') or 'compute 2.1'
    version = sent.rpartition(' ')[2]
    major, minor = (int(part) for part in version.split('.'))
    if (major, minor) > NEWEST:
        raise Refusal(
            406,
            f'Version {version} is not supported by the API. Minimum is 2.1 '
            f'and maximum is {NEWEST[0]}.{NEWEST[1]}.',
        )
    return major, minor
