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

"""The interfaces of a server as two services see them, and their ways out."""

from collections.abc import Iterable, Iterator
import io

import rich.console
import rich.table
import rich.text

from osc_iface.check import addresses, paths
from osc_iface.check.compute_facts import Address, Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import Finding
from osc_iface.check.network_facts import Nic
from osc_iface.notation import IPAddress
from osc_iface.printable import printable

_HEADERS = ('Interface', 'MAC Address', 'Compute Lists', 'Network Has')
_UNKNOWN = 'unknown'
_NOTHING = 'nothing'
# Of a MAC address, which is not to be broken.
_WIDTHS = {'MAC Address': 17}


def table(facts: Facts, machine: Machine, width: int) -> Iterator[str]:
    """Yield the lines of a table: what Compute lists, and what Network has.

    :param facts: what is known
    :param machine: the server
    :param width: of the lines, in columns
    """
    rows = list(_rows(facts, machine))
    if not rows:
        yield 'no interface'
        return
    drawn = rich.table.Table(box=None, pad_edge=False)
    for header in _HEADERS:
        least = _WIDTHS.get(header)
        drawn.add_column(header, overflow='fold', min_width=least)
    for row in rows:
        drawn.add_row(*(rich.text.Text(printable(cell)) for cell in row))
    stream = io.StringIO()
    rich.console.Console(
        file=stream, width=width, color_system=None, legacy_windows=False
    ).print(drawn)
    for line in stream.getvalue().splitlines():
        yield line.rstrip()


def ways(
    facts: Facts, machine: Machine, findings: Iterable[Finding]
) -> list[str]:
    """Return the ways out of all interfaces of a server."""
    findings = list(findings)
    return [
        way
        for nic in facts.by_server.get(machine.id, ())
        for way in paths.paths(facts, machine, nic, findings)
    ]


def _rows(facts: Facts, machine: Machine) -> Iterator[tuple[str, ...]]:
    """Yield an interface each: those of Network, then what Compute adds."""
    nics = facts.by_server.get(machine.id, ())
    cached = machine.cached or ()
    for nic in nics:
        told = _UNKNOWN
        if machine.cached is not None:
            others = _beside(nics, nic)
            told = _told(
                each
                for each in cached
                if each.mac == nic.mac and each.ip not in others
            )
        yield nic.name or nic.id, nic.mac or _UNKNOWN, told, _has(facts, nic)
    macs = {nic.mac for nic in nics}
    for mac in dict.fromkeys(each.mac for each in cached):
        if mac not in macs:
            of_mac = (each for each in cached if each.mac == mac)
            yield 'no port', mac, _told(of_mac), _NOTHING


def _beside(nics: Iterable[Nic], nic: Nic) -> set[IPAddress]:
    """Return the addresses of other ports with the MAC address of one."""
    return {
        fixed.ip
        for each in nics
        if each.mac == nic.mac and each.id != nic.id
        for fixed in each.fixed_ips or ()
    }


def _has(facts: Facts, nic: Nic) -> str:
    """Return the addresses of a port, floating IPs last."""
    if nic.fixed_ips is None:
        return _UNKNOWN
    return _listed(
        (each.ip for each in nic.fixed_ips),
        (each.address for each in facts.floating_by_port.get(nic.id, ())),
    )


def _told(cached: Iterable[Address]) -> str:
    """Return the addresses that Compute lists of an interface, likewise."""
    cached = list(cached)
    return _listed(
        (each.ip for each in cached if not each.floating),
        (each.ip for each in cached if each.floating),
    )


def _listed(fixed: Iterable[IPAddress], floating: Iterable[IPAddress]) -> str:
    """Return addresses for a cell of the table."""
    both = (addresses.joined(fixed), addresses.joined(floating))
    return ', '.join(filter(None, both)) or _NOTHING
