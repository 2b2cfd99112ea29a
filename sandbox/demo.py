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

from collections.abc import Mapping
import dataclasses
from importlib import metadata
from pathlib import Path
import shlex
import subprocess
import sys

from sandbox import advice, clouds
from sandbox.errors import SandboxError
from sandbox.layout import Layout

# The one that is installed beside this Python, with the plugin.
CLIENT = Path(sys.executable).parent / 'openstack'


@dataclasses.dataclass(frozen=True)
class Example:
    """A command of the plugin, why one runs it, and how it ends.

    The columns are chosen for a terminal of 80.
    """

    purpose: str
    words: tuple[str, ...]
    status: int = 0


def examples(floating: str) -> tuple[Example, ...]:
    """Return what to show; ``floating`` is a floating IP address."""
    show = ('server', 'interface', 'show')
    some = ('-c', 'Server', '-c', 'Network', '-c', 'Port ID')
    return (
        Example(
            'The network interfaces of all servers:',
            ('server', 'interface', 'list', *some, '-c', 'MAC Address'),
        ),
        Example(
            'One of them, by its address:',
            (*show, 'web-1', '10.0.0.11', '-f', 'yaml'),
        ),
        Example(
            'Whose is this floating IP?',
            ('server', 'interface', 'list', '--ip-address', floating, *some),
        ),
        Example('A mistake, and what it says:', (*show, 'web-1'), 1),
    )


def run(layout: Layout) -> None:
    """Run the commands as a user would, then say how to go on.

    All is printed on standard output: tox shows each stream by itself, so
    what is on two of them may come in another order.

    Raises SandboxError where a command does not end as it should.
    """
    environment = clouds.environment(layout)
    for example in examples(_floating_ip(environment)):
        command = f'openstack {shlex.join(example.words)}'
        print(f'\n# {example.purpose}\n$ {command}', flush=True)
        ended = subprocess.run(
            [CLIENT, *example.words],
            env=environment,
            stderr=subprocess.STDOUT,
        )
        if ended.returncode != example.status:
            raise SandboxError(f'The command failed: {command}')
    print(f'\n{advice.go_on(layout)}')


def _floating_ip(environment: Mapping[str, str]) -> str:
    """Return the address of one."""
    words = ['floating', 'ip', 'list', '-f', 'value']
    listed = subprocess.run(
        [CLIENT, *words, '-c', 'Floating IP Address'],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    if not listed.stdout:
        raise SandboxError(
            'The sandbox has no floating IP any more; "python -m sandbox '
            'down --purge" makes way for a new one.'
        )
    return listed.stdout.splitlines()[0]


def check() -> None:
    """Raise SandboxError where client or plugin is not installed."""
    commands = metadata.entry_points(group='openstack.compute.v2')
    if not CLIENT.exists() or 'server_interface_show' not in commands.names:
        raise SandboxError(
            advice.missing(
                'openstack command that knows "server interface show"'
            )
        )
