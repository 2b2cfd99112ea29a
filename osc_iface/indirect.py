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

"""Addresses that no interface has itself: of address pairs, and of trunks.

The address of a virtual router or of a load balancer is often in the allowed
address pairs of the ports that may answer to it; a subport of a trunk names
no server, its parent port does. Network filters by neither, so all ports of
the servers in question are read.
"""

from collections.abc import Collection, Iterable
import dataclasses
from typing import Any, NamedTuple

import netaddr

from osc_iface import filters as filters_
from osc_iface import sought
from osc_iface.filters import Filters
from osc_iface.model import Interface, Port, Query
from osc_iface.printable import printable
from osc_iface.wire import network
from osc_iface.wire.service import Service

# What tells of them.
ATTRIBUTES = ('allowed_address_pairs', 'trunk_details')
# So many ports a sentence names.
_MOST_NAMED = 5


class Found(NamedTuple):
    """Filters with the ports that may answer, all ports, and sentences."""

    filters: Filters
    ports: list[Port]
    notes: list[str]


class _Subport(NamedTuple):
    """A subport of a trunk: what it is, its parent port, and its VLAN."""

    interface: Interface
    parent_id: str
    segment: str


class _Hit(NamedTuple):
    """The ports whose pairs have an address, and the subports that do."""

    what: sought.Sought
    pairs: list[str]
    subs: list[_Subport]


def looked_for(
    service: Service,
    filters: Filters,
    having: Collection[Interface],
    scope: Query,
    attributes: Iterable[str],
) -> Found | None:
    """Look further for the addresses that no interface has.

    :param service: the Network service
    :param filters: which interfaces to list
    :param having: the interfaces known by now
    :param scope: a query for the ports of the servers in question
    :param attributes: what is wanted of these ports besides
    :returns: what may answer; None where each address is on an interface
    :raises osc_iface.errors.CallFailed: a call failed
    """
    missing = _missing(filters, having)
    if not (missing.addresses or missing.macs):
        return None
    [query] = filters.without_addresses().queries()
    wanted = sorted({*ATTRIBUTES, *attributes})
    ports = list(network.list_ports(service, scope + query, wanted))
    subports = _subports(service, missing, ports)
    hits = _hits(missing, ports, subports)
    if hits and _combined(filters):
        # An interface that has the address may only not pass the others.
        hit = Filters(
            addresses=missing.addresses & {each.what.wanted for each in hits},
            macs=missing.macs & {each.what.wanted for each in hits},
            floating=missing.floating,
        )
        left = _missing(hit, _having(service, hit, scope))
        hits = _hits(left, ports, subports)
    found = dataclasses.replace(
        filters,
        answering=_answering(hits, is_mac=False),
        answering_macs=_answering(hits, is_mac=True),
    )
    return Found(found, ports, [note for hit in hits for note in _notes(hit)])


def _hits(
    missing: Filters, ports: list[Port], subports: list[_Subport]
) -> list[_Hit]:
    """Return what may answer to each address, where anything does."""
    hits = [
        _Hit(
            what,
            [
                port.interface['port_id']
                for port in ports
                if what.network_id in (None, port.interface.get('net_id'))
                and any(map(what.in_pair, _pairs(port)))
            ],
            [each for each in subports if what.on_subport(each.interface)],
        )
        for what in sought.each_of(missing)
    ]
    return [hit for hit in hits if hit.pairs or hit.subs]


def _answering(hits: Iterable[_Hit], is_mac: bool) -> frozenset[str]:
    """Return the IDs of the ports that may answer to IP or MAC addresses."""
    return frozenset(
        id_
        for hit in hits
        if isinstance(hit.what.wanted, netaddr.EUI) == is_mac
        for id_ in (*hit.pairs, *(each.parent_id for each in hit.subs))
    )


def _combined(filters: Filters) -> bool:
    """Return whether there is more than one kind of addresses."""
    [others] = filters.without_addresses().queries()
    return bool(others or (filters.addresses and filters.macs))


def _having(
    service: Service, missing: Filters, scope: Query
) -> list[Interface]:
    """Return the interfaces with an address, whatever else they are."""
    return [
        port.interface
        for kind in _kinds(missing)
        for query in kind.queries()
        for port in network.list_ports(service, scope + query)
    ]


def _missing(filters: Filters, having: Collection[Interface]) -> Filters:
    """Return the filters of those addresses that no interface has."""
    return Filters(
        addresses=frozenset(
            addresses
            for addresses in filters.addresses
            if not any(filters.has(each, addresses) for each in having)
        ),
        macs=frozenset(
            mac
            for mac in filters.macs
            if not any(filters_.has_mac(each, mac) for each in having)
        ),
        floating=filters.floating,
    )


def _kinds(missing: Filters) -> list[Filters]:
    """Return filters of IP addresses, and of MAC addresses, if any."""
    return [
        each
        for each in (
            dataclasses.replace(missing, macs=frozenset()),
            dataclasses.replace(missing, addresses=frozenset()),
        )
        if each.addresses or each.macs
    ]


def _pairs(port: Port) -> list[dict[str, Any]]:
    """Return the allowed address pairs of a port."""
    return port.attributes.get('allowed_address_pairs') or []


def _trunk(port: Port) -> dict[str, Any]:
    """Return the trunk that a port is the parent of, if there is one."""
    return port.attributes.get('trunk_details') or {}


def _subports(
    service: Service, missing: Filters, ports: Iterable[Port]
) -> list[_Subport]:
    """Return the subports of ports that may have one of the addresses."""
    parents = {
        str(sub.get('port_id')): (port.interface['port_id'], sub)
        for port in ports
        for sub in _trunk(port).get('sub_ports') or ()
    }
    if not parents:
        return []
    queries = [
        # Of prefixes Network knows nothing: all of them are asked for.
        query or [('id', id_) for id_ in sorted(parents)]
        for kind in _kinds(missing)
        for query in kind.queries()
    ]
    found = {
        port.interface['port_id']: port.interface
        for query in queries
        for port in network.list_subports(service, query)
    }
    return [
        _Subport(interface, parents[id_][0], _segment(parents[id_][1]))
        for id_, interface in sorted(found.items())
        if id_ in parents
    ]


def _segment(sub: dict[str, Any]) -> str:
    """Return how a trunk marks the traffic of a subport, such as VLAN 101."""
    kind = str(sub.get('segmentation_type', '')).upper()
    return printable(f'{kind} {sub.get("segmentation_id")}')


def _notes(hit: _Hit) -> list[str]:
    """Return sentences that say how an address was found."""
    text = hit.what.text
    notes = [
        f'{text} is on no interface itself, but on subport '
        f'{printable(each.interface["port_id"])} ({each.segment}) of the '
        f'trunk of port {printable(each.parent_id)}.'
        for each in hit.subs[:_MOST_NAMED]
    ]
    if len(hit.subs) > _MOST_NAMED:
        others = len(hit.subs) - _MOST_NAMED
        what = 'subports' if others > 1 else 'subport'
        notes.append(f'{text} is on {others} more {what} of trunks.')
    if hit.pairs:
        what = 'ports' if len(hit.pairs) > 1 else 'port'
        ports = ', '.join(map(printable, hit.pairs[:_MOST_NAMED]))
        others = len(hit.pairs) - _MOST_NAMED
        more = f' and {others} more' if others > 0 else ''
        notes.append(
            f'{text} is on no interface itself, but in the allowed address '
            f'pairs of {what} {ports}{more}, which may answer to it.'
        )
    return notes
