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

"""What is looked for where no interface has it, and how it is recognized."""

from collections.abc import Callable, Iterator
import functools
from typing import Any, NamedTuple

import netaddr

from osc_iface import filters as filters_
from osc_iface import notation
from osc_iface.filters import Filters
from osc_iface.model import FloatingIP, Interface
from osc_iface.notation import IPRange
from osc_iface.printable import printable

Test = Callable[[dict[str, Any]], bool]


class Sought(NamedTuple):
    """What is looked for, as a sentence names it, and two tests for it.

    The one is for an address pair, the other for a subport. ``network_id``
    is the network of these pairs, None for any.
    """

    wanted: IPRange | netaddr.EUI
    text: str
    in_pair: Test
    on_subport: Callable[[Interface], bool]
    network_id: str | None = None


def each_of(missing: Filters) -> Iterator[Sought]:
    """Yield what is looked for: each address, and what it leads to.

    :param missing: the addresses, and the floating IPs among them
    """
    for addresses in sorted(missing.addresses, key=str):
        yield Sought(
            addresses,
            notation.short(addresses),
            _ip_test(addresses),
            functools.partial(Filters().has, addresses=addresses),
        )
        for floating_ip in missing.floating.get(addresses, ()):
            yield _behind(floating_ip, addresses)
    for mac in sorted(missing.macs):
        yield Sought(
            mac,
            notation.unix(mac),
            _mac_test(mac),
            functools.partial(filters_.has_mac, mac=mac),
        )


def _behind(floating_ip: FloatingIP, addresses: IPRange) -> Sought:
    """Return what a floating IP leads to, which has no server itself.

    Other networks may have the same address.
    """
    text = printable(floating_ip.address)
    fixed = notation.as_loose_range(floating_ip.fixed_address)
    if fixed is not None:
        text += f' leads to {notation.short(fixed)}, which'
    return Sought(
        addresses,
        text,
        _ip_test(fixed) if fixed is not None else lambda _pair: False,
        lambda interface: interface['port_id'] in floating_ip.ports,
        floating_ip.network_id,
    )


def _ip_test(wanted: IPRange) -> Test:
    """Return a test: whether a pair has one of some addresses."""

    def test(pair: dict[str, Any]) -> bool:
        allowed = notation.as_loose_range(pair.get('ip_address'))
        return allowed is not None and allowed.overlaps(wanted)

    return test


def _mac_test(mac: netaddr.EUI) -> Test:
    """Return a test: whether a pair has a MAC address."""
    return lambda pair: notation.as_mac(str(pair.get('mac_address'))) == mac
