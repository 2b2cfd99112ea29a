#!/usr/bin/env python3
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

"""Draw the picture on README's first screen from a real run.

Run it with the Python of an environment that has the plugin, in a shell that
uses the sandbox. It writes doc/source/picture.svg, or the file that is named
as its argument.
"""

import io
from pathlib import Path
import re
import shlex
import subprocess
import sys

from rich import _export_format, console, terminal_theme, text

COMMANDS = (
    'server interface show web-1 web-1-mgmt',
    'server interface list web-1 db-1 -c "Server Name" -c "Port ID" '
    '-c "MAC Address"',
)
WIDTH = 98
_FILE = Path(__file__).parent / 'source' / 'picture.svg'
_CLIENT = Path(sys.executable).with_name('openstack')
# Rich's own, less the fonts that it would have fetched.
_FORMAT = re.sub(
    r'@font-face \{\{.*?\}\}\s*',
    '',
    _export_format.CONSOLE_SVG_FORMAT,
    flags=re.DOTALL,
).replace('Fira Code, monospace', 'monospace')
# Who made it is no business of the reader's browser.
_FORMAT = re.sub(r'<!--.*?-->\s*', '', _FORMAT)


def main() -> None:
    """Run the commands, and write the picture."""
    screen = console.Console(
        record=True,
        width=WIDTH,
        file=io.StringIO(),
        force_terminal=True,
        color_system='truecolor',
    )
    for command in COMMANDS:
        done = subprocess.run(  # noqa: S603
            [_CLIENT, *shlex.split(command)],
            check=True,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        screen.print(text.Text(f'$ openstack {command}', style='bold green'))
        screen.print(text.Text(done.stdout.rstrip()), soft_wrap=False)
    svg = screen.export_svg(
        title='osc-iface',
        theme=terminal_theme.SVG_EXPORT_THEME,
        code_format=_FORMAT,
        unique_id='picture',
    )
    file = Path(sys.argv[1]) if sys.argv[1:] else _FILE
    lines = [line.rstrip() for line in svg.splitlines()]
    file.write_text('\n'.join(lines) + '\n')


if __name__ == '__main__':
    main()
