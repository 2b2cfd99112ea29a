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

"""The services' databases and keys, as their own tools make them."""

from collections.abc import Sequence
import json
import os
from pathlib import Path
import pwd
import shutil

from sandbox import config, jobs, services
from sandbox.layout import INSIDE, Layout
from sandbox.processes import Processes

ADMIN_USER = 'admin'
ADMIN_PROJECT = 'sandbox'


def create(
    layout: Layout,
    venv: Path,
    processes: Processes,
    ports: dict[str, int],
    password: str,
) -> None:
    """Create all databases, and in Keystone's the user admin.

    Raises SandboxError, with the end of the log, if a tool fails.
    """
    python = venv / 'bin' / 'python'
    environment = {
        **config.environment(layout, venv),
        # Not an argument: those are for everyone to see.
        'OS_BOOTSTRAP_PASSWORD': password,
    }
    commands: dict[str, list[str | Path]] = {
        'nova': _manage('nova.cmd.manage', _nova(layout)),
        'keystone': _manage('keystone.cmd.manage', _keystone(layout, ports)),
        'neutron': [
            INSIDE / 'neutron_tables.py',
            config.database_url(layout, 'neutron'),
        ],
        'glance': _manage('glance.cmd.manage', _glance(layout)),
        'placement': _manage('placement.cmd.manage', _placement(layout)),
    }
    jobs.run(
        processes,
        [
            jobs.Job(
                f'{name}-database',
                f'The database of {name} could not be created',
                [[python, *command]],
                layout.log / f'{name}-database.log',
                environment,
            )
            for name, command in commands.items()
        ],
    )


def discard(layout: Layout) -> None:
    """Remove all data of the services."""
    shutil.rmtree(layout.data)
    layout.create()


def _manage(
    module: str, commands: Sequence[Sequence[str]]
) -> list[str | Path]:
    """Return the command that runs the commands of a management tool."""
    return [INSIDE / 'manage.py', module, json.dumps(commands)]


def _keystone(layout: Layout, ports: dict[str, int]) -> list[list[str]]:
    """Return Keystone's commands."""
    common = ['--config-file', str(layout.etc / 'keystone/keystone.conf')]
    owner = []
    if os.geteuid() == 0:  # Keystone then insists on being told
        name = pwd.getpwuid(0).pw_name
        owner = ['--keystone-user', name, '--keystone-group', name]
    url = services.url(services.KEYSTONE, ports)
    return [
        [*common, 'db_sync'],
        [*common, 'fernet_setup', *owner],
        [*common, 'credential_setup', *owner],
        [
            *(*common, 'bootstrap'),
            *('--bootstrap-username', ADMIN_USER),
            *('--bootstrap-project-name', ADMIN_PROJECT),
            *('--bootstrap-region-id', 'RegionOne'),
            *('--bootstrap-public-url', url),
            *('--bootstrap-internal-url', url),
        ],
    ]


def _nova(layout: Layout) -> list[list[str]]:
    """Return Nova's commands."""
    common = ['--config-file', str(layout.etc / 'nova/nova.conf')]
    cell0 = config.database_url(layout, 'nova_cell0')
    return [
        [*common, 'api_db', 'sync'],
        [*common, 'cell_v2', 'map_cell0', '--database_connection', cell0],
        [*common, 'db', 'sync'],
        [*common, 'cell_v2', 'create_cell', '--name', 'cell1'],
    ]


def _glance(layout: Layout) -> list[list[str]]:
    """Return Glance's command."""
    file = layout.etc / 'glance/glance-api.conf'
    return [['--config-file', str(file), 'db_sync']]


def _placement(layout: Layout) -> list[list[str]]:
    """Return Placement's command."""
    file = layout.etc / 'placement/placement.conf'
    return [['--config-file', str(file), 'db', 'sync']]
