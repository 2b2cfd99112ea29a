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

"""Which interfaces to list: filters as a query and as a test."""

from collections.abc import Iterator
import dataclasses
from typing import TypeVar

import netaddr
from osc_lib import exceptions

from osc_iface import notation
from osc_iface.model import Interface, Query
from osc_iface.notation import IPAddress

_T = TypeVar('_T')


@dataclasses.dataclass(frozen=True)
class Filters:
    """Filters: an interface must pass each; of one, any value will do.

    An empty filter lets everything pass. ``networks`` and ``subnets`` are
    IDs. An address may be a fixed IP of one interface and a floating IP of
    another: ``behind`` has the IDs of the ports that the addresses lead to
    as floating IPs.
    """

    networks: frozenset[str] = frozenset()
    subnets: frozenset[str] = frozenset()
    addresses: frozenset[IPAddress] = frozenset()
    behind: frozenset[str] = frozenset()
    macs: frozenset[netaddr.EUI] = frozenset()
    states: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def queries(self) -> list[Query]:
        """Return the filters as the Network service takes them.

        :returns: queries for ports; what passes is in the answer to at least
            one of them. The tag is not in them, since only the Compute
            service knows it. A key given twice means either.
        """
        common = [
            *(('network_id', each) for each in sorted(self.networks)),
            *(
                ('fixed_ips', f'subnet_id={each}')
                for each in sorted(self.subnets)
            ),
            *(
                ('mac_address', each)
                for each in sorted(map(notation.unix, self.macs))
            ),
            *(('status', each) for each in sorted(self.states)),
        ]
        fixed = [
            ('fixed_ips', f'ip_address={each}')
            for each in sorted(map(str, self.addresses))
        ]
        queries = [common + fixed]
        if self.behind:
            queries.append(
                [*common, *(('id', each) for each in sorted(self.behind))]
            )
        return queries

    def passes(self, interface: Interface) -> bool:
        """Return whether an interface passes all filters but the tag.

        As in the Network service, the address and the subnet may be those of
        two fixed IPs.
        """
        fixed_ips = list(_fixed_ips(interface))
        mac = notation.as_mac(interface.get('mac_addr') or '')
        return (
            _fits(self.networks, interface.get('net_id'))
            and _fits(self.states, interface.get('port_state'))
            and _fits(self.macs, mac)
            and (
                _fits(self.addresses, *(address for address, _ in fixed_ips))
                or interface['port_id'] in self.behind
            )
            and _fits(self.subnets, *(subnet_id for _, subnet_id in fixed_ips))
        )

    def passes_tag(self, interface: Interface) -> bool:
        """Return whether an interface of the Compute service has a tag wanted.

        :raises osc_lib.exceptions.CommandError: the cloud knows no tags
        """
        return not self.tags or tag(interface) in self.tags


def tag(interface: Interface) -> str | None:
    """Return the tag of an interface of the Compute service.

    :raises osc_lib.exceptions.CommandError: the cloud knows no tags
    """
    if 'tag' not in interface:
        raise exceptions.CommandError(
            'Tags need Compute API version 2.70 or newer: this cloud is '
            'older, or --os-compute-api-version asks for an older one.'
        )
    return interface['tag']


def _fits(wanted: frozenset[_T], *values: _T | None) -> bool:
    """Return whether a value is one of those wanted, if any are."""
    return not wanted or not wanted.isdisjoint(values)


def _fixed_ips(
    interface: Interface,
) -> Iterator[tuple[IPAddress | None, str]]:
    """Yield the addresses of an interface, parsed, each with its subnet."""
    for fixed_ip in interface.get('fixed_ips') or []:
        yield notation.as_ip(fixed_ip['ip_address']), fixed_ip['subnet_id']
