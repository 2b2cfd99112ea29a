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

"""What networks, subnets and security groups of interfaces are called."""

from collections.abc import Collection, Iterable
import dataclasses
from typing import Any

from osc_iface import errors
from osc_iface.model import FloatingIP, Interface, Port
from osc_iface.wire import network, parallel
from osc_iface.wire.service import Service

FLOATING_IP = 'floating IP'


@dataclasses.dataclass
class Names:
    """Names by ID, and floating IPs by the ID of the port.

    ``floating_ips`` is None where they are not known, and where the cloud
    has none. ``failures`` are sentences about what could not be read,
    ``notes`` are sentences about what there is nobody to ask for.
    """

    by_kind: dict[str, dict[str, str]] = dataclasses.field(
        default_factory=dict
    )
    floating_ips: dict[str, list[str]] | None = None
    failures: list[str] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)

    def name(self, kind: str, id_: str) -> str:
        """Return the name of a thing; its ID where it has none known."""
        return self.by_kind.get(kind, {}).get(id_, id_)


def asked(
    service: Service,
    kinds: Collection[str],
    interfaces: Collection[Interface],
    ports: Iterable[Port] = (),
) -> Names:
    """Ask for the names that interfaces are shown with, at the same time.

    What cannot be read loses none of the interfaces: IDs are shown instead.

    :param service: the Network service
    :param kinds: of what: ``network``, ``subnet``, ``security group``, and
        ``floating IP`` for these
    :param interfaces: those whose networks and subnets are meant
    :param ports: those whose security groups are meant
    :returns: the names
    """
    found = Names()
    if not interfaces:
        return found
    ids = _ids(interfaces, ports)

    def ask(kind: str) -> dict[str, Any] | None:
        if kind == FLOATING_IP:
            return _by_port(network.list_floating_ips(service))
        return network.names(service, kind, ids[kind])

    for kind, answer in parallel.each(
        ask, sorted(kinds), 'what is known of each'
    ):
        if isinstance(answer, errors.CallFailed):
            found.failures.append(str(answer))
        elif kind == FLOATING_IP:
            found.floating_ips = answer
        else:
            found.by_kind[kind] = answer or {}
    return found


def _ids(
    interfaces: Iterable[Interface], ports: Iterable[Port]
) -> dict[str, set[str]]:
    """Return the IDs of all that has a name, by its kind."""
    return {
        'network': {
            net_id for each in interfaces if (net_id := each.get('net_id'))
        },
        'subnet': {
            fixed_ip['subnet_id']
            for each in interfaces
            for fixed_ip in each.get('fixed_ips') or ()
        },
        'security group': {
            id_
            for port in ports
            for id_ in port.attributes.get('security_groups') or ()
        },
    }


def _by_port(
    floating_ips: Iterable[FloatingIP] | None,
) -> dict[str, list[str]] | None:
    """Return the addresses that lead to each port."""
    if floating_ips is None:
        return None
    found: dict[str, list[str]] = {}
    for each in floating_ips:
        for port_id in each.ports:
            found.setdefault(port_id, []).append(each.address)
    return found
