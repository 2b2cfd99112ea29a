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

"""What a sandbox remembers from one command to the next."""

import dataclasses
from pathlib import Path
import secrets

from sandbox import clouds, config, install
from sandbox.layout import Layout, read_json, write_json

# To be raised when what config.py, catalog.py, seed.py or neutron_tables.py
# makes changes in a way that older databases cannot follow: they are then made
# anew.
VERSION = 5


@dataclasses.dataclass
class State:
    """What is known and what is done.

    ``passwords`` are by the users' names, ``ports`` by the services'.
    ``data`` says what made the databases; empty means that they are not
    complete. ``catalog`` holds the ports that the catalog leads to, and
    ``seeded`` tells whether everything to see has been made.
    """

    venv: str = ''
    passwords: dict[str, str] = dataclasses.field(default_factory=dict)
    ports: dict[str, int] = dataclasses.field(default_factory=dict)
    data: str = ''
    catalog: dict[str, int] = dataclasses.field(default_factory=dict)
    seeded: bool = False

    def save(self, layout: Layout) -> None:
        """Write it down."""
        write_json(layout.marker, dataclasses.asdict(self))

    def environment(self, layout: Layout) -> Path:
        """Return the path of the services' environment."""
        return Path(self.venv) if self.venv else layout.venv


def maker(layout: Layout) -> str:
    """Return what makes the databases now, and where: whose they are to be."""
    return f'{VERSION} {install.stamp()}{layout.root}'


def load(layout: Layout) -> State:
    """Return the state of the sandbox, with passwords for all its users."""
    known = {field.name for field in dataclasses.fields(State)}
    values = read_json(layout.marker, {})
    state = State(**{name: values[name] for name in known & values.keys()})
    names = {user for user, _project in clouds.USERS.values()}
    for name in sorted({*names, config.SERVICE_USER}):
        state.passwords.setdefault(name, secrets.token_hex(16))
    return state
