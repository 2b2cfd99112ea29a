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

"""The ports of servers that pass the filters, in bulk."""

from typing import NamedTuple

from osc_iface import indirect
from osc_iface.filters import Filters
from osc_iface.model import Port, Query
from osc_iface.wire import network
from osc_iface.wire.service import Service


class Ports(NamedTuple):
    """Ports by their ID, and sentences about how they were found."""

    by_id: dict[str, Port]
    notes: list[str]

    def by_server(self) -> dict[str, list[Port]]:
        """Return the ports of each server, by its ID."""
        found: dict[str, list[Port]] = {}
        for _port_id, port in sorted(self.by_id.items()):
            found.setdefault(port.server_id, []).append(port)
        return found


def passing(
    service: Service, filters: Filters, attributes: set[str], scope: Query
) -> Ports:
    """List the ports that pass the filters.

    :param service: the Network service
    :param filters: all but the one of tags
    :param attributes: what is wanted of the ports besides the interface,
        keys of :class:`osc_iface.model.Attributes`
    :param scope: a query for the ports of the servers in question
    :raises osc_iface.errors.CallFailed: a call failed
    """
    wanted = sorted(attributes | filters.attributes)
    found = Ports({}, [])
    for query in filters.queries():
        for port in network.list_ports(service, scope + query, wanted):
            if filters.passes(port.interface, port):
                found.by_id[port.interface['port_id']] = port
    having = [port.interface for port in found.by_id.values()]
    further = indirect.looked_for(service, filters, having, scope, wanted)
    if further is not None:
        for port in further.ports:
            if further.filters.passes(port.interface, port):
                found.by_id[port.interface['port_id']] = port
        found.notes.extend(further.notes)
    return found
