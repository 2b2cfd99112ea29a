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
"""What agents report and no API takes, written into the databases."""

from collections.abc import Iterator
import contextlib
import sqlite3
from typing import Any

from sandbox.layout import Layout

BUSY = 60  # seconds to wait for the database
# So long that nothing may still be coming up.
HOUR = '-1 hour'


class Rows:
    """Rows of one sandbox; times are from now, as SQLite takes them."""

    def __init__(self, layout: Layout) -> None:
        """Write nothing yet."""
        self.layout = layout

    def report(
        self, table: str, resource: Any, status: str, since: str
    ) -> None:
        """Give a resource of Neutron's a status, as an agent would.

        ``since`` is the time of its last change.
        """
        # Tables cannot be parameters.
        change = f'UPDATE {table} SET status = ? WHERE id = ?'  # noqa: S608
        which = f'SELECT standard_attr_id FROM {table} WHERE id = ?'  # noqa: S608
        aging = 'UPDATE standardattributes SET updated_at = datetime(?, ?) '
        aging += f'WHERE id IN ({which})'
        with self._database('neutron') as database:
            database.execute(change, (status, resource.id))
            database.execute(aging, ('now', since, resource.id))

    def age(self, server: Any, since: str) -> None:
        """Have a server be unchanged since a while."""
        with self._database('nova') as database:
            database.execute(
                "UPDATE instances SET updated_at = datetime('now', ?)"
                ' WHERE uuid = ?',
                (since, server.id),
            )

    @contextlib.contextmanager
    def _database(self, service: str) -> Iterator[sqlite3.Connection]:
        """Change what is in the database of a service."""
        path = self.layout.database(service)
        with contextlib.closing(sqlite3.connect(path, BUSY)) as database:
            yield database
            database.commit()
