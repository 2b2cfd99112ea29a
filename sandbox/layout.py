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

"""Where a sandbox keeps what, and how its files are written."""

import dataclasses
import json
import os
from pathlib import Path
import shutil
from typing import Any

from sandbox.errors import SandboxError

PACKAGE = Path(__file__).resolve().parent
INSIDE = PACKAGE / 'inside'
DEFAULT_DIR = PACKAGE.parent / '.sandbox'

# Tells a sandbox's directory from any other, which is never taken or removed.
MARKER = 'sandbox.json'


@dataclasses.dataclass(frozen=True)
class Layout:
    """The paths of the sandbox in the directory ``root`` (absolute)."""

    root: Path

    @property
    def marker(self) -> Path:
        """What the sandbox remembers: ports, passwords, what is done."""
        return self.root / MARKER

    @property
    def lock(self) -> Path:
        """The file that the command at work holds locked."""
        return self.root / 'lock'

    @property
    def quiet(self) -> Path:
        """The file that is locked while Neutron is to tell Nova nothing."""
        return self.root / 'quiet'

    @property
    def processes(self) -> Path:
        """The record of the processes that were started."""
        return self.root / 'processes.json'

    @property
    def clouds(self) -> Path:
        """The clients' configuration."""
        return self.root / 'clouds.yaml'

    @property
    def venv(self) -> Path:
        """The services' environment, unless another one's is used."""
        return self.root / 'venv'

    @property
    def etc(self) -> Path:
        """The services' configuration."""
        return self.root / 'etc'

    @property
    def data(self) -> Path:
        """The services' databases, keys and images."""
        return self.root / 'data'

    @property
    def log(self) -> Path:
        """The logs."""
        return self.root / 'log'

    @property
    def home(self) -> Path:
        """The home directory of everything that runs in the sandbox."""
        return self.root / 'home'

    def database(self, name: str) -> Path:
        """Return the path of a database."""
        return self.data / f'{name}.sqlite'

    def service_log(self, service: str) -> Path:
        """Return the path of what a service says."""
        return self.log / f'{service}.log'

    def access_log(self, service: str) -> Path:
        """Return the path of the list of requests a service answered."""
        return self.log / f'{service}-access.log'

    def exists(self) -> bool:
        """Tell whether there is a sandbox here, running or not."""
        return self.marker.is_file()

    def create(self) -> None:
        """Make the directories, and the marker of a new sandbox.

        Raises SandboxError where that is not possible, or where something
        else is in the directory already.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.exists():
                # The lock may be there: whoever creates holds it.
                if {entry.name for entry in self.root.iterdir()} - {'lock'}:
                    raise SandboxError(
                        f'{self.root} is not empty and is not a sandbox; '
                        'choose another directory with --dir.'
                    )
                write_json(self.marker, {})
            self.root.chmod(0o700)
            for path in (self.etc, self.data, self.log, self.home):
                path.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise SandboxError(
                f'Cannot use {self.root} for a sandbox: {error.strerror}.'
            ) from error

    def remove(self) -> None:
        """Remove the sandbox's directory with everything in it."""
        # The marker goes last, so that an interrupted removal can be redone.
        for entry in self.root.iterdir():
            if entry == self.marker:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        self.marker.unlink(missing_ok=True)
        self.root.rmdir()


def write_text(path: Path, text: str) -> None:
    """Write a file that only its owner can read, all of it or nothing."""
    new = path.with_name(path.name + '.new')
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, 'w', encoding='utf-8') as file:
        file.write(text)
    new.replace(path)


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON, as ``write_text`` does."""
    write_text(path, json.dumps(value, indent=2) + '\n')


def read_json(path: Path, default: Any) -> Any:
    """Return the value of a JSON file, or ``default`` if there is none.

    Raises SandboxError where the file is something else.
    """
    try:
        return json.loads(path.read_text(encoding='utf-8'))
    except FileNotFoundError:
        return default
    except (OSError, ValueError) as error:
        raise SandboxError(f'Cannot read {path}: {error}.') from error
