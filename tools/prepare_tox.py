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

"""Make the environment that tools/tox runs tox from, if need be."""

from pathlib import Path
import shutil
import subprocess
import sys

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))
from sandbox import trouble  # noqa: E402 - the line above lets it be found

TOX = CHECKOUT / '.tox'
HOME = TOX / '.tox'
PYTHON = HOME / 'bin' / 'python'
PLACE = TOX / 'place'
INSTALLED = HOME / 'installed'
REQUIREMENTS = CHECKOUT / 'tools' / 'tox-requirements.txt'


def main() -> int:
    """Make it, and whatever else was made elsewhere; return the status."""
    try:
        TOX.mkdir(exist_ok=True)
        # tox empties it where others may write to it, as with Debian 13's
        # usual umask.
        TOX.chmod(0o700)
        leave_old_place()
        # Room for what is to be said last, even if the disk is full then.
        (TOX / 'trouble').write_text(' ' * 4096)
        if PYTHON.exists() and read(INSTALLED) == REQUIREMENTS.read_text():
            return 0
        print('Installing tox into .tox/.tox ...', file=sys.stderr)
        shutil.rmtree(HOME, ignore_errors=True)
        if failed := install():
            return failed
        shutil.copy(REQUIREMENTS, INSTALLED)
    except OSError as error:
        return say(trouble.of_disk(str(error), CHECKOUT) or f'{error}.')
    return 0


def leave_old_place() -> None:
    """Remove the environments if the checkout has moved since.

    Their programs begin with the path of their Python.
    """
    if read(PLACE) == str(CHECKOUT):
        return
    if PLACE.exists():
        print(
            f'The checkout was in {read(PLACE)} before; its environments '
            'are made anew.',
            file=sys.stderr,
        )
    for config in TOX.glob('*/pyvenv.cfg'):
        shutil.rmtree(config.parent)
    PLACE.write_text(str(CHECKOUT))


def install() -> int:
    """Install tox; return the exit status of what fails."""
    pip: list[str | Path] = [
        PYTHON,
        '-m',
        'pip',
        'install',
        '--disable-pip-version-check',
    ]
    commands: tuple[list[str | Path], ...] = (
        [sys.executable, '-m', 'venv', HOME],
        [*pip, '--quiet', '--requirement', REQUIREMENTS],
    )
    for command in commands:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            print(done.stdout, end='', file=sys.stderr)
            return say(trouble.of_pip(done.stdout, CHECKOUT) or 'see above.')
    return 0


def say(why: str) -> int:
    """Say why tox cannot be installed; return the exit status."""
    print(f'tox could not be installed: {why}', file=sys.stderr)
    return 1


def read(file: Path) -> str:
    """Return the text of a file, of none if it is not there."""
    return file.read_text() if file.exists() else ''


if __name__ == '__main__':
    sys.exit(main())
