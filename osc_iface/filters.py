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

from collections.abc import Mapping, Sequence
import dataclasses
import functools
from typing import TypeVar

import netaddr
from osc_lib import exceptions

from osc_iface import notation
from osc_iface.model import (
    Attributes,
    FixedIP,
    FloatingIP,
    Interface,
    Port,
    Query,
)
from osc_iface.notation import IPRange

_T = TypeVar('_T')


@dataclasses.dataclass(frozen=True)
class Filters:
    """Filters: an interface must pass each; of one, any value will do.

    An empty filter lets everything pass. ``networks``, ``subnets`` and
    ``groups`` are IDs. An address may be a fixed IP of one interface and a
    floating IP of another: ``floating`` has the floating IPs among each of
    the addresses. ``answering`` and ``answering_macs`` are the IDs of ports
    that may answer to the addresses and MAC addresses without having them.
    """

    networks: frozenset[str] = frozenset()
    subnets: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    addresses: frozenset[IPRange] = frozenset()
    macs: frozenset[netaddr.EUI] = frozenset()
    states: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    floating: Mapping[IPRange, Sequence[FloatingIP]] = dataclasses.field(
        default_factory=dict
    )
    answering: frozenset[str] = frozenset()
    answering_macs: frozenset[str] = frozenset()

    @property
    def attributes(self) -> set[str]:
        """What has to be known of a port, as in ``Attributes``."""
        found = {'security_groups'} if self.groups else set()
        return found | ({'host_id', 'vnic_type'} if self.hosts else set())

    def behind(self, addresses: IPRange) -> frozenset[str]:
        """Return the IDs of the ports that floating IPs lead to.

        :param addresses: one of the filter's
        """
        return self._behind.get(addresses, frozenset())

    def queries(self) -> list[Query]:
        """Return the filters as the Network service takes them.

        :returns: queries for ports; what passes is in the answer to at least
            one of them. The tag is not in them, since only the Compute
            service knows it, and neither are prefixes. A key given twice
            means either.
        """
        common = [
            *(('network_id', each) for each in sorted(self.networks)),
            *(
                ('fixed_ips', f'subnet_id={each}')
                for each in sorted(self.subnets)
            ),
            *(('security_groups', each) for each in sorted(self.groups)),
            *(('binding:host_id', each) for each in sorted(self.hosts)),
            *(
                ('mac_address', each)
                for each in sorted(map(notation.unix, self.macs))
            ),
            *(('status', each) for each in sorted(self.states)),
        ]
        if not all(map(notation.is_single, self.addresses)):
            return [common]
        fixed = [
            ('fixed_ips', f'ip_address={each}')
            for each in sorted(
                str(each.network_address) for each in self.addresses
            )
        ]
        queries = [common + fixed]
        behind = {id_ for each in self.addresses for id_ in self.behind(each)}
        if behind:
            queries.append(
                [*common, *(('id', each) for each in sorted(behind))]
            )
        return queries

    def without_addresses(self) -> 'Filters':
        """Return the filters but for those of IP and MAC addresses."""
        return dataclasses.replace(
            self, addresses=frozenset(), macs=frozenset()
        )

    def passes(self, interface: Interface, port: Port | None = None) -> bool:
        """Return whether an interface passes all filters but the tag.

        As in the Network service, the address and the subnet may be those of
        two fixed IPs.

        :param interface: the interface
        :param port: its port, where one of the filters needs it
        :raises osc_lib.exceptions.CommandError: the cloud knows no hosts
        """
        attributes = port.attributes if port else Attributes()
        return (
            _fits(self.networks, interface.get('net_id'))
            and _fits(self.states, interface.get('port_state'))
            and _fits(
                self.subnets,
                *(each['subnet_id'] for each in _fixed_ips(interface)),
            )
            and _fits(self.groups, *(attributes.get('security_groups') or ()))
            and self._passes_host(attributes)
            and self._passes_addresses(interface)
        )

    def has(self, interface: Interface, addresses: IPRange) -> bool:
        """Return whether an interface has one of some addresses.

        :param addresses: one of the filter's
        """
        return interface['port_id'] in self.behind(addresses) or any(
            (fixed_ip := notation.as_ip(each['ip_address'])) is not None
            and fixed_ip in addresses
            for each in _fixed_ips(interface)
        )

    def passes_tag(self, interface: Interface) -> bool:
        """Return whether an interface of the Compute service has a tag wanted.

        :raises osc_lib.exceptions.CommandError: the cloud knows no tags
        """
        if not self.tags:
            return True
        if 'tag' not in interface:
            raise exceptions.CommandError(
                'Tags need Compute API version 2.70 or newer: this cloud is '
                'older, or --os-compute-api-version asks for an older one.'
            )
        return interface['tag'] in self.tags

    @functools.cached_property
    def _behind(self) -> dict[IPRange, frozenset[str]]:
        return {
            addresses: frozenset().union(*(each.ports for each in found))
            for addresses, found in self.floating.items()
        }

    def _passes_host(self, attributes: Attributes) -> bool:
        """Return whether a port is on one of the hosts.

        A host that this user may not see is what the Network service was
        asked for, unless it knows no hosts and passed over that.
        """
        if not self.hosts or 'host_id' in attributes:
            return _fits(self.hosts, attributes.get('host_id'))
        if 'vnic_type' not in attributes:
            raise exceptions.CommandError(
                'The Network service of this cloud does not tell which host '
                "a port is bound to: it has no extension 'binding'."
            )
        return True

    def _passes_addresses(self, interface: Interface) -> bool:
        """Return whether an interface has the IP and MAC addresses."""
        port_id = interface['port_id']
        return (
            not self.macs
            or port_id in self.answering_macs
            or any(has_mac(interface, each) for each in self.macs)
        ) and (
            not self.addresses
            or port_id in self.answering
            or any(self.has(interface, each) for each in self.addresses)
        )


def has_mac(interface: Interface, mac: netaddr.EUI) -> bool:
    """Return whether an interface has a MAC address."""
    return notation.as_mac(interface.get('mac_addr') or '') == mac


def _fits(wanted: frozenset[_T], *values: _T | None) -> bool:
    """Return whether a value is one of those wanted, if any are."""
    return not wanted or not wanted.isdisjoint(values)


def _fixed_ips(interface: Interface) -> list[FixedIP]:
    """Return the fixed IPs of an interface; none where they are null."""
    return interface.get('fixed_ips') or []
