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

"""The plugin at work in a sandbox that is up."""

from importlib import metadata
from pathlib import Path
import shlex
import subprocess
import sys

from sandbox import clouds
from sandbox.errors import SandboxError
from sandbox.layout import DEFAULT_DIR, Layout

# The one that is installed beside this Python, with the plugin.
CLIENT = Path(sys.executable).parent / 'openstack'

COMMANDS = (
    ['server', 'list'],
    ['server', 'interface', 'show', 'web-1', 'web-1-mgmt'],
)


def run(layout: Layout) -> None:
    """Run the commands as a user would, then say how to go on.

    Raises SandboxError where one fails.
    """
    environment = clouds.environment(layout)
    for command in COMMANDS:
        print(f'$ openstack {shlex.join(command)}', flush=True)
        ended = subprocess.run([CLIENT, *command], env=environment)
        if ended.returncode:
            raise SandboxError('The command failed.')
    print(f'\n{_how_to_go_on(layout)}')


def check() -> None:
    """Raise SandboxError where client or plugin is not installed."""
    commands = metadata.entry_points(group='openstack.compute.v2')
    if not CLIENT.exists() or 'server_interface_show' not in commands.names:
        raise SandboxError(
            'This Python has no openstack command that knows "server '
            'interface show"; install this project there first '
            f'({sys.executable} -m pip install .).'
        )


def _how_to_go_on(layout: Layout) -> str:
    """Return the commands with which a user can go on."""
    option = (
        ''
        if layout.root == DEFAULT_DIR
        else f' --dir {shlex.quote(str(layout.root))}'
    )
    lines = ['The sandbox stays up. To go on by yourself:']
    if sys.prefix != sys.base_prefix:
        lines.append(f'  . {_short(Path(sys.prefix) / "bin" / "activate")}')
    lines += [
        f'  eval "$(python -m sandbox env{option})"',
        '  openstack server interface show web-1 web-1-data',
        'And when you are done:',
        f'  python -m sandbox down --purge{option}',
    ]
    return '\n'.join(lines)


def _short(path: Path) -> str:
    """Return a path quoted for a shell, relative if it is below here."""
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return shlex.quote(str(path))
