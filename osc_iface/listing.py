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

"""What was found: interfaces with their servers, and what they are called."""

from collections.abc import Iterable
import dataclasses

from osc_iface import errors, names
from osc_iface.columns import Choice, Source
from osc_iface.filters import Filters
from osc_iface.model import Port, Row, Server
from osc_iface.names import Names
from osc_iface.wire.cloud import Cloud


@dataclasses.dataclass
class Listing:
    """What was found.

    ``failures`` are sentences about what could not be read, ``notes`` are
    sentences about what is not as one would expect.
    """

    rows: list[Row] = dataclasses.field(default_factory=list)
    names: Names = dataclasses.field(default_factory=Names)
    failures: list[str] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)


def names_of(cloud: Cloud, choice: Choice, rows: list[Row]) -> Names:
    """Return what the networks and the like of rows are called.

    :raises osc_iface.errors.CallFailed: there is nobody to ask for floating
        IPs; what only lacks its name is listed by ID
    """
    if not (rows and choice.kinds):
        return Names()
    try:
        network = cloud.network
    except errors.ServiceNotFound as exc:
        if names.FLOATING_IP in choice.kinds:
            raise
        what = ' and '.join(f'{kind}s' for kind in choice.kinds)
        return Names(notes=[f'{what.capitalize()} are listed by ID. {exc}'])
    return names.asked(
        network,
        choice.kinds,
        [row.interface for row in rows],
        [row.port for row in rows if row.port],
    )


def joined(
    servers: Iterable[Server], by_server: dict[str, list[Port]]
) -> list[Row]:
    """Return a row for each port of the servers."""
    return [
        Row(server, port.interface, port)
        for server in servers
        for port in by_server.get(server.id, [])
    ]


def needs_tags(filters: Filters, choice: Choice) -> bool:
    """Return whether Compute is to be asked for each server's tags."""
    return choice.needs(Source.TAGS) or bool(filters.tags)
