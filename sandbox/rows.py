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
# Longer than agents are taken for alive after they were last heard of.
LONG_AGO = '-30 days'
# So long that nothing may still be coming up.
HOUR = '-1 hour'
HOST = 'sandbox'


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
        with self._database('neutron') as database:
            database.execute(change, (status, resource.id))
        self.leave(table, resource, since)

    def leave(self, table: str, resource: Any, since: str = HOUR) -> None:
        """Have a resource of Neutron's be unchanged since a while.

        What has just been changed, Nova might hear of yet.
        """
        which = f'SELECT standard_attr_id FROM {table} WHERE id = ?'  # noqa: S608
        aging = 'UPDATE standardattributes SET updated_at = datetime(?, ?) '
        aging += f'WHERE id IN ({which})'
        with self._database('neutron') as database:
            database.execute(aging, ('now', since, resource.id))

    def forget_router(self, floating_ip: Any) -> None:
        """Have a floating IP be of no router, though it leads to a port."""
        self._set(floating_ip, 'router_id', None)

    def redirect(self, floating_ip: Any, address: str) -> None:
        """Have a floating IP lead to an address, of the port or not."""
        self._set(floating_ip, 'fixed_ip_address', address)

    def _set(self, floating_ip: Any, column: str, value: str | None) -> None:
        """Change a floating IP in a way that no API takes."""
        with self._database('neutron') as database:
            database.execute(
                f'UPDATE floatingips SET {column} = ? WHERE id = ?',  # noqa: S608
                (value, floating_ip.id),
            )

    def add_binding(self, port: Any, host: str) -> None:
        """Bind a port to a second host, for a migration.

        Only who has the role of a service may do that by the API.
        """
        with self._database('neutron') as database:
            database.execute(
                'INSERT INTO ml2_port_bindings (port_id, host, vnic_type, '
                'profile, vif_type, vif_details, status) '
                'SELECT port_id, ?, vnic_type, profile, vif_type, '
                "vif_details, 'INACTIVE' "
                'FROM ml2_port_bindings WHERE port_id = ?',
                (host, port.id),
            )

    def add_dead_agent(self, kind: str, host: str) -> None:
        """Make an agent like that of the sandbox, but it lives no longer."""
        with self._database('neutron') as database:
            database.execute(
                'INSERT INTO agents (id, agent_type, binary, topic, host, '
                'admin_state_up, created_at, started_at, '
                'heartbeat_timestamp, configurations, load) '
                'SELECT lower(hex(randomblob(16))), agent_type, binary, '
                "topic, ?, 1, datetime('now', ?), datetime('now', ?), "
                "datetime('now', ?), configurations, 0 "
                'FROM agents WHERE agent_type = ? AND host = ?',
                (host, LONG_AGO, LONG_AGO, LONG_AGO, kind, HOST),
            )

    def age(self, server: Any, since: str) -> None:
        """Have a server be unchanged since a while."""
        with self._database('nova') as database:
            database.execute(
                "UPDATE instances SET updated_at = datetime('now', ?)"
                ' WHERE uuid = ?',
                (since, server.id),
            )

    def move(self, server: Any, host: str) -> None:
        """Have a server run on another host, of which Nova knows no more."""
        with self._database('nova') as database:
            database.execute(
                'UPDATE instances SET host = ?, node = ? WHERE uuid = ?',
                (host, host, server.id),
            )

    @contextlib.contextmanager
    def _database(self, service: str) -> Iterator[sqlite3.Connection]:
        """Change what is in the database of a service."""
        path = self.layout.database(service)
        with contextlib.closing(sqlite3.connect(path, BUSY)) as database:
            yield database
            database.commit()
