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
import shlex
import subprocess
import sys

from rich import console, terminal_theme, text

COMMANDS = (
    'server interface list',
    'server interface list --ip-address 10.0.0.11 -c Server -c "Port Name"',
    'server interface show web-1 web-1-mgmt',
)
WIDTH = 113
_FILE = Path(__file__).parent / 'source' / 'picture.svg'
_CLIENT = Path(sys.executable).with_name('openstack')
# What rich fills in; its own template fetches fonts from elsewhere.
_FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
    font-family: monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
}}
.{unique_id}-title {{
    font-family: arial, sans-serif;
    font-size: 18px;
    font-weight: bold;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})"
 clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


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
