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

"""Which services of a sandbox are up."""

import os
from pathlib import Path

from sandbox import services
from sandbox import state as states
from sandbox.errors import SandboxError
from sandbox.layout import INSIDE, Layout
from sandbox.processes import MARK, Processes, contents


def running(layout: Layout) -> bool:
    """Tell whether the whole sandbox is up: begun, filled, not ended."""
    if not layout.exists():
        return False
    processes = Processes(layout)
    return states.load(layout).seeded and all(
        processes.alive(service.name) for service in services.SERVICES
    )


def expect(layout: Layout) -> None:
    """Raise SandboxError unless the whole sandbox is up."""
    if not running(layout):
        raise SandboxError(
            'The sandbox is not up; "python -m sandbox up" brings it up.'
        )


def show(layout: Layout) -> int:
    """Print a line for each service; return 0 if all are up, 1 if not."""
    if not layout.exists():
        print(f'There is no sandbox in {layout.root}.')
        return 1
    processes = Processes(layout)
    state = states.load(layout)
    print(f'{"SERVICE":<10} {"STATE":<5} {"PID":>7}  URL')
    for service in services.SERVICES:
        if processes.alive(service.name):
            pid = processes.record[service.name].pid
            url = services.url(service, state.ports)
            print(f'{service.name:<10} {"up":<5} {pid:>7}  {url}')
        else:
            print(f'{service.name:<10} {"down":<5} {"-":>7}  -')
    if running(layout):
        return 0
    print('The sandbox is not up.')
    return 1


def others(layout: Layout) -> list[Path]:
    """Return the directories of other sandboxes that run from this checkout.

    Each service bears the directory in its environment.
    """
    program = os.fsencode(INSIDE / 'launch.py')
    mark = os.fsencode(f'{MARK}=')
    roots = {
        Path(os.fsdecode(value.removeprefix(mark)))
        for folder in Path('/proc').glob('[0-9]*')
        if program in contents(folder / 'cmdline')
        for value in contents(folder / 'environ')
        if value.startswith(mark)
    }
    return sorted(roots - {layout.root})
