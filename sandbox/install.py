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

"""The virtual environment that the services run from."""

from collections.abc import Callable
import hashlib
import os
from pathlib import Path
import platform
import re
import shutil
import sys

from sandbox import jobs, trouble
from sandbox.errors import SandboxError
from sandbox.layout import PACKAGE, Layout, write_text
from sandbox.processes import Processes

CONSTRAINTS = PACKAGE / 'constraints.txt'

# These build the few packages that are published as source alone. They come
# first and from the same pinned list, so the build fetches nothing newer.
BUILD_TOOLS = ('setuptools',)

# What pip says for each package, wherever it comes from.
_FETCHED = '^(Collecting|Processing|Requirement already satisfied:) '


def stamp() -> str:
    """Return what an environment is made from, in one line."""
    digest = hashlib.sha256(CONSTRAINTS.read_bytes()).hexdigest()
    return f'{digest} {platform.python_version()} {sys.base_prefix}\n'


def complete(venv: Path) -> bool:
    """Tell whether the environment is there, whole, and not outdated."""
    try:
        return (venv / 'stamp').read_text(encoding='utf-8') == stamp()
    except OSError:
        return False


def install(
    layout: Layout, processes: Processes, detail: Callable[[str], None]
) -> None:
    """Make the sandbox's environment anew.

    ``detail`` is given a text whenever there is news.

    Raises SandboxError, with the end of pip's output, if that fails.
    """
    shutil.rmtree(layout.venv, ignore_errors=True)
    log = layout.log / 'install.log'
    log.unlink(missing_ok=True)
    jobs.run(
        processes,
        [
            jobs.Job(
                'install',
                'The services could not be installed',
                _commands(layout.venv),
                log,
                _environment(layout),
                trouble.of_pip,
            )
        ],
        lambda: detail(_news(layout.venv, log)),
    )
    # Last, so that an interrupted installation is done again.
    write_text(layout.venv / 'stamp', stamp())


def use(venv: Path) -> None:
    """Check the environment of another sandbox before it is used here.

    Raises SandboxError where it cannot be.
    """
    if not complete(venv):
        raise SandboxError(
            f'{venv} is not the complete environment of a sandbox made from '
            f'{CONSTRAINTS.name} with this Python.'
        )


def _environment(layout: Layout) -> dict[str, str]:
    """Return the environment of the commands: the user's, less constraints.

    Constraints are for where the sandbox is started from. pip would take them
    for the services as well, beside the list given to it.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != 'PIP_CONSTRAINT'
    }
    return {**kept, 'TMPDIR': str(layout.home)}


def _commands(venv: Path) -> list[jobs.Command]:
    """Return the commands that make the environment."""
    install: list[str | Path] = [
        venv / 'bin' / 'python',
        *('-m', 'pip', '--no-input', 'install'),
        '--disable-pip-version-check',
        '--no-warn-script-location',
        '--progress-bar=off',
        # Only a part of the modules is ever imported, and compiled then.
        '--no-compile',
        '--no-build-isolation',
        # The list is complete: nothing is to be resolved.
        '--no-deps',
    ]
    return [
        [sys.executable, '-m', 'venv', venv],
        [*install, '--constraint', CONSTRAINTS, *BUILD_TOOLS],
        [*install, '--requirement', CONSTRAINTS],
    ]


def _news(venv: Path, log: Path) -> str:
    """Return what the installation is at: the text of its step."""
    text = log.read_text(encoding='utf-8', errors='replace')
    pins = CONSTRAINTS.read_text(encoding='utf-8').count('==')
    # Python 3.13 needs one more than the others do.
    total = pins - len(re.findall('^Ignoring .*: markers', text, re.M))
    if text.count('\nInstalling collected packages: ') > 1:
        # pip says nothing more until it is done; it is there itself.
        there = list(venv.glob('lib/python*/site-packages/*.dist-info'))
        return f'Installing the services: {len(there) - 1} of {total} unpacked'
    fetched = len(re.findall(_FETCHED, text, re.M)) - len(BUILD_TOOLS)
    if fetched >= total:
        return 'Installing the services: building those that need it'
    return f'Installing the services: {max(fetched, 0)} of {total} fetched'
