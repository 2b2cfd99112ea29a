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

"""What CI runs: README's commands in a bare Debian 12 and 13, then the rest.

The rest is what a newcomer need not run, since it takes a compiler and several
Pythons: the tests beside all clients.
"""

import os
from pathlib import Path
import shlex
import signal
import subprocess
import sys
import threading
import time

CHECKOUT = Path(__file__).resolve().parents[1]
# The one line between the two is what the demo says when it ends.
README = (
    'tools/tox -e demo',
    '. .tox/demo/bin/activate && python -m sandbox down --purge',
    'tools/tox',
)
CLIENTS = (
    'osc10-py311,osc10-py312,osc10-py313,osc9-py313,osc8-py312,osc7-py311,'
    'debian12,lowest-py311,lowest-py313'
)
FIRST = CLIENTS.partition(',')[0]

running: list[subprocess.Popen[str]] = []
results: list[tuple[str, int, float]] = []
# What is printed again at the end, where a long log is cut at the front.
failures: list[str] = []


def main() -> int:
    """Run all parts, also after one has failed; return the exit status."""
    os.chdir(CHECKOUT)
    # Where pyenv has several Pythons, its shims offer one alone.
    pyenv = Path(os.environ.get('PYENV_ROOT', Path.home() / '.pyenv'))
    for python in sorted(pyenv.glob('versions/3.*/bin')):
        os.environ['PATH'] += f'{os.pathsep}{python}'
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    before = working()
    try:
        newcomer()
        clients()
        part(
            'many examples',
            'HYPOTHESIS_PROFILE=ci tools/tox -e py3 -- '
            "'unit.test_(.*properties|reach_whatever)'",
        )
        part('Debian 12 package', 'tools/tox -e package -- debian12')
        left = working() - before
        print('=== Processes left:', *(left or ['none']), sep='\n')
        results.append(('no process is left', len(left), 0))
    finally:
        for child in running:
            child.terminate()
    if failures:
        print('=== What failed:', *failures, sep='\n')
    print('=== In all:')
    for name, status, seconds in results:
        word = 'failed' if status else 'passed'
        print(f'{word} in {seconds / 60:4.1f} min: {name}')
    return any(status for _name, status, _seconds in results)


def newcomer() -> None:
    """Run README's commands, in a bare Debian if that can be made."""
    can = subprocess.run(
        ['unshare', '--mount', '--pid', '--fork', 'true'],
        capture_output=True,
        text=True,
    )
    if can.returncode or os.geteuid():
        print(
            '=== No root here, so no bare Debian: README on this machine.',
            can.stderr,
        )
        for command in README:
            part('README', command)
        return
    # Side by side: a test waits for a service as often as for the processor.
    threads = [
        threading.Thread(target=part, args=(name, 'tools/bare.py', *words))
        for name, *words in (
            ('Debian 12', 'bookworm', *README),
            ('Debian 13', 'trixie', *README),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def clients() -> None:
    """Test with all clients, in one sandbox for all."""
    os.environ['OSC_IFACE_SANDBOX'] = str(CHECKOUT / '.tox' / 'sandbox')
    if part('first client', f'tools/tox -e {FIRST} --notest') == 0:
        part(
            'all clients',
            f'.tox/{FIRST}/bin/python -m sandbox.during '
            f'tools/tox -e {CLIENTS}',
        )


def working() -> set[str]:
    """Return the processes that work in the checkout."""
    found = set()
    for folder in Path('/proc').glob('[0-9]*'):
        try:
            where = (folder / 'cwd').readlink()
            words = (folder / 'cmdline').read_text().replace('\0', ' ')
        except OSError:
            continue  # it has ended, or is another user's
        if where.is_relative_to(CHECKOUT):
            found.add(f'process {folder.name} in {where}: {words}')
    return found


def excerpt(lines: list[str]) -> list[str]:
    """Return the failed tests of an output, or else its end: few lines."""
    failed = [at for at, line in enumerate(lines) if '... FAILED' in line]
    if not failed:
        return lines[-40:]
    # Tests of another worker may print in between.
    return [
        line
        for at in failed[:3]
        for line in lines[at : at + 60]
        if not line.endswith('... ok')
    ]


def part(name: str, *command: str) -> int:
    """Run a command, or a line for the shell; return its exit status.

    Each line that it prints is printed with the part's name.
    """
    words = list(command) if len(command) > 1 else ['sh', '-c', *command]
    line = shlex.join(command) if len(command) > 1 else command[0]
    print(f'=== {name}: {line}', flush=True)
    started = time.monotonic()
    with subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors='replace',
    ) as child:
        running.append(child)
        assert child.stdout is not None
        lines = []
        for text in child.stdout:
            lines.append(f'{name} | {text.rstrip()}')
            print(lines[-1], flush=True)
    running.remove(child)
    if child.returncode:
        failures.extend(excerpt(lines))
    seconds = time.monotonic() - started
    results.append((f'{name}: {line}', child.returncode, seconds))
    print(
        f'=== {name}: exit status {child.returncode} after '
        f'{seconds / 60:.1f} min',
        flush=True,
    )
    return child.returncode


if __name__ == '__main__':
    sys.exit(main())
