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

"""Which interfaces to list: the filters, as a query and as a test."""

import argparse
from collections.abc import Callable, Iterable, Iterator
import dataclasses
import ipaddress
from typing import TypeVar

import netaddr
from osc_lib import exceptions

from osc_iface import find, network
from osc_iface.cloud import Cloud
from osc_iface.interface import Interface
from osc_iface.printable import printable

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_T = TypeVar('_T')


@dataclasses.dataclass(frozen=True)
class Filters:
    """Filters: an interface must pass each; of one, any value will do.

    An empty filter lets everything pass. ``networks`` and ``subnets`` are
    IDs. An address may be a floating IP as well.
    """

    networks: frozenset[str] = frozenset()
    subnets: frozenset[str] = frozenset()
    addresses: frozenset[IPAddress] = frozenset()
    macs: frozenset[netaddr.EUI] = frozenset()
    states: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def query(self) -> list[tuple[str, str]]:
        """The filters as the Network service takes them, the tag apart."""
        return sorted(
            [
                *(('network_id', each) for each in self.networks),
                *(('fixed_ips', f'subnet_id={each}') for each in self.subnets),
                *(
                    ('fixed_ips', f'ip_address={each}')
                    for each in self.addresses
                ),
                *(('mac_address', _unix(each)) for each in self.macs),
                *(('status', each) for each in self.states),
            ]
        )

    def with_addresses(self, addresses: Iterable[IPAddress]) -> 'Filters':
        """The same filters but for the addresses."""
        return dataclasses.replace(self, addresses=frozenset(addresses))

    def unknown_addresses(
        self, interfaces: Iterable[Interface]
    ) -> set[IPAddress]:
        """The addresses that none of the interfaces has as a fixed IP."""
        return set(self.addresses) - {
            address
            for interface in interfaces
            for address, _subnet_id in _fixed_ips(interface)
        }

    def passes(self, interface: Interface) -> bool:
        """Whether an interface passes all filters but the tag.

        As in the Network service, the address and the subnet may be those of
        two fixed IPs.
        """
        fixed_ips = list(_fixed_ips(interface))
        return (
            _fits(self.networks, interface.get('net_id'))
            and _fits(self.states, interface.get('port_state'))
            and _fits(self.macs, find.as_mac(interface.get('mac_addr') or ''))
            and _fits(self.addresses, *(address for address, _ in fixed_ips))
            and _fits(self.subnets, *(subnet_id for _, subnet_id in fixed_ips))
        )

    def passes_tag(self, interface: Interface) -> bool:
        """Whether an interface of the Compute service has one of the tags.

        :raises osc_lib.exceptions.CommandError: the cloud knows no tags
        """
        return not self.tags or tag(interface) in self.tags


def from_options(cloud: Cloud, options: argparse.Namespace) -> Filters:
    """Make the filters that the options ask for.

    :param cloud: the services to ask for IDs of names
    :param options: ``ip_address``, ``mac_address``, ``network``, ``subnet``,
        ``port_state`` and ``tag``, a list of texts each
    :returns: the filters
    :raises osc_lib.exceptions.CommandError: a value makes no sense, or names
        nothing; or a call failed
    """
    # First what needs no request.
    addresses: frozenset[IPAddress] = _parsed(
        'an IP address', find.as_ip, options.ip_address
    )
    macs = _parsed('a MAC address', find.as_mac, options.mac_address)
    tags = frozenset(find.checked('tag', text) for text in options.tag)
    ids = {
        kind: frozenset(
            find.network_or_subnet(cloud, kind, text) for text in texts
        )
        for kind, texts in (
            ('network', options.network),
            ('subnet', options.subnet),
        )
    }
    return Filters(
        networks=ids['network'],
        subnets=ids['subnet'],
        addresses=addresses,
        macs=macs,
        states=frozenset(options.port_state),
        tags=tags,
    )


def tag(interface: Interface) -> str | None:
    """The tag of an interface of the Compute service, which is wanted.

    :raises osc_lib.exceptions.CommandError: the cloud knows no tags
    """
    if 'tag' not in interface:
        raise exceptions.CommandError(
            'Tags need Compute API version 2.70 or newer: this cloud is '
            'older, or --os-compute-api-version asks for an older one.'
        )
    return interface['tag']


def select(
    cloud: Cloud, filters: Filters, interfaces: list[Interface]
) -> list[Interface]:
    """Pick the interfaces of one server that pass, the tag included.

    :param cloud: the services to ask where floating IPs lead
    :param filters: the filters
    :param interfaces: what the Compute service lists
    :returns: those that pass, in the same order
    :raises osc_lib.exceptions.CommandError: a call failed, or the cloud knows
        no tags
    """
    behind = floating_ip_ports(cloud, filters.unknown_addresses(interfaces))
    ports = set().union(*behind.values())
    others = filters.with_addresses([])
    return [
        each
        for each in interfaces
        if (
            filters.passes(each)
            or (each['port_id'] in ports and others.passes(each))
        )
        and filters.passes_tag(each)
    ]


def floating_ip_ports(
    cloud: Cloud, addresses: Iterable[IPAddress]
) -> dict[IPAddress, set[str]]:
    """Find the ports that addresses lead to, as far as they are floating IPs.

    :param cloud: the services to ask; no request goes out for IPv6, in which
        there are no floating IPs
    :param addresses: IP addresses that may be floating IPs
    :returns: the IDs of the ports of each floating IP in use; they are
        several where networks outside share addresses
    :raises osc_iface.errors.CallFailed: the call failed
    """
    wanted = {str(each): each for each in addresses if each.version == 4}
    found: dict[IPAddress, set[str]] = {}
    if wanted:
        for text, port_id in network.list_floating_ips(
            cloud.network, sorted(wanted)
        ):
            if text in wanted:
                found.setdefault(wanted[text], set()).add(port_id)
    return found


def _fits(wanted: frozenset[_T], *values: _T | None) -> bool:
    """Whether a value is one of those wanted; if none is, any will do."""
    return not wanted or not wanted.isdisjoint(values)


def _fixed_ips(
    interface: Interface,
) -> Iterator[tuple[IPAddress | None, str]]:
    """The addresses of an interface, parsed, each with its subnet."""
    for fixed_ip in interface.get('fixed_ips') or []:
        yield find.as_ip(fixed_ip['ip_address']), fixed_ip['subnet_id']


def _parsed(
    what: str, parse: Callable[[str], _T | None], texts: list[str]
) -> frozenset[_T]:
    """Parse the values of an option."""
    values = set()
    for text in texts:
        value = parse(text)
        if value is None:
            raise exceptions.CommandError(
                f"'{printable(text)}' is not {what}."
            )
        values.add(value)
    return frozenset(values)


def _unix(mac: netaddr.EUI) -> str:
    """A MAC address as the Network service writes and compares it."""
    return str(mac.format(netaddr.mac_unix_expanded))
