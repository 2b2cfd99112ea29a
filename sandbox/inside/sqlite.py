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

# What is imported here is only in the services' environment.
# mypy: disable-error-code="import-not-found, import-untyped"

"""Settings that let several threads write to one SQLite database."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

BUSY_TIMEOUT = 60_000  # milliseconds


def configure(*, nested: bool) -> None:
    """Apply the settings to every engine that this process will make.

    ``nested`` is whether a thread may open a transaction within another, which
    has to read only then. It would wait for itself if both took the lock.
    """
    event.listen(Engine, 'connect', _connect)
    if not nested:
        event.listen(Engine, 'before_cursor_execute', _begin, retval=True)


def _connect(connection: Any, record: object) -> None:
    """Prepare a new connection: readers do not block the writer."""
    connection.execute(f'PRAGMA busy_timeout = {BUSY_TIMEOUT}')
    connection.execute('PRAGMA journal_mode = WAL')
    connection.execute('PRAGMA synchronous = NORMAL')


def _begin(
    connection: object,
    cursor: object,
    statement: str,
    parameters: Any,
    context: object,
    executemany: bool,
) -> tuple[str, Any]:
    """Take the write lock at the start of a transaction.

    A plain BEGIN takes it with the first write. If another thread has
    written since the transaction's first read, SQLite then refuses at once,
    busy timeout or not ("database is locked").
    """
    if statement == 'BEGIN':
        statement = 'BEGIN IMMEDIATE'
    return statement, parameters
