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

"""What a client needs to reach the sandbox."""

import json
import os
import shlex

from sandbox import services
from sandbox.layout import Layout, write_text

# The name in clouds.yaml, its user and that user's project.
ADMIN = 'sandbox'
READER = 'sandbox-reader'
MEMBER = 'sandbox-member'

USERS = {
    ADMIN: ('admin', 'sandbox'),
    READER: ('reader', 'sandbox'),
    MEMBER: ('member', 'second'),
}

# Whatever the user has set for another cloud would be mixed in.
CONFLICTING = (
    'OS_AUTH_TYPE',
    'OS_AUTH_URL',
    'OS_CACERT',
    'OS_COMPUTE_API_VERSION',
    'OS_DOMAIN_ID',
    'OS_DOMAIN_NAME',
    'OS_ENDPOINT_TYPE',
    'OS_IDENTITY_API_VERSION',
    'OS_INTERFACE',
    'OS_PASSWORD',
    'OS_PROJECT_DOMAIN_ID',
    'OS_PROJECT_DOMAIN_NAME',
    'OS_PROJECT_ID',
    'OS_PROJECT_NAME',
    'OS_REGION_NAME',
    'OS_SYSTEM_SCOPE',
    'OS_TENANT_ID',
    'OS_TENANT_NAME',
    'OS_TOKEN',
    'OS_TRUST_ID',
    'OS_USERNAME',
    'OS_USER_DOMAIN_ID',
    'OS_USER_DOMAIN_NAME',
    'OS_USER_ID',
)


def write(
    layout: Layout, ports: dict[str, int], passwords: dict[str, str]
) -> None:
    """Write clouds.yaml; ``passwords`` are by the users' names."""
    clouds = {
        cloud: {
            'auth_type': 'password',
            'auth': {
                'auth_url': services.url(services.KEYSTONE, ports),
                'username': user,
                'password': passwords[user],
                'project_name': project,
                'user_domain_name': 'Default',
                'project_domain_name': 'Default',
            },
            'region_name': 'RegionOne',
        }
        for cloud, (user, project) in USERS.items()
    }
    # JSON is YAML.
    write_text(layout.clouds, json.dumps({'clouds': clouds}, indent=2) + '\n')


def variables(layout: Layout) -> dict[str, str]:
    """Return the environment variables that choose the sandbox."""
    chosen = {
        'OS_CLOUD': ADMIN,
        'OS_CLIENT_CONFIG_FILE': str(layout.clouds),
    }
    if any(name.lower().endswith('_proxy') for name in os.environ):
        excepted = os.environ.get('no_proxy', os.environ.get('NO_PROXY', ''))
        names = [name for name in excepted.split(',') if name]
        if '127.0.0.1' not in names:
            names.append('127.0.0.1')
        chosen['no_proxy'] = chosen['NO_PROXY'] = ','.join(names)
    return chosen


def exports(layout: Layout) -> str:
    """Return the same as commands for a shell."""
    lines = [f'unset {" ".join(CONFLICTING)}']
    lines += [
        f'export {name}={shlex.quote(value)}'
        for name, value in variables(layout).items()
    ]
    return '\n'.join(lines)


def environment(layout: Layout) -> dict[str, str]:
    """Return the whole environment for a client of the sandbox."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in CONFLICTING
    }
    return {**kept, **variables(layout)}
