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

"""What a user is told to type, so that it works where the user is."""

import os
from pathlib import Path
import shlex
import sys

from sandbox.layout import DEFAULT_DIR, PACKAGE, Layout

CHECKOUT = PACKAGE.parent

# Set by tools/tox to where it was called from; tox itself changes to the
# checkout.
CALLER = 'OSC_IFACE_CALLER'


def caller() -> Path:
    """Return the directory that the user is in."""
    return Path(os.environ.get(CALLER) or Path.cwd())


def quoted(path: Path, start: Path) -> str:
    """Return a path for a shell in ``start``, relative if it is below."""
    if path.is_relative_to(start):
        path = path.relative_to(start)
    return shlex.quote(str(path))


def missing(what: str) -> str:
    """Return what to do where this Python lacks something."""
    activate = CHECKOUT / '.tox' / 'demo' / 'bin' / 'activate'
    if activate.exists():
        how = f'. {quoted(activate, caller())}'
    else:
        how = f'{quoted(CHECKOUT / "tools" / "tox", caller())} -e demo'
    return (
        f'This Python ({sys.executable}) has no {what}. The environment of '
        f'the demo has all that it takes: {how}'
    )


def go_on(layout: Layout) -> str:
    """Return the commands with which a user can go on after the demo."""
    option = (
        ''
        if layout.root == DEFAULT_DIR
        else f' --dir {shlex.quote(str(layout.root))}'
    )
    lines = ['The sandbox stays up. To go on by yourself:']
    if caller() != CHECKOUT:
        lines.append(f'  cd {quoted(CHECKOUT, caller())}')
    if sys.prefix != sys.base_prefix:
        activate = Path(sys.prefix) / 'bin' / 'activate'
        lines.append(f'  . {quoted(activate, CHECKOUT)}')
    lines += [
        f'  eval "$(python -m sandbox env{option})"',
        '  openstack server interface list',
        'And when you are done:',
        f'  python -m sandbox down --purge{option}',
    ]
    return '\n'.join(lines)
