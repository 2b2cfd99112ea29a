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

"""The check of gateway addresses that nobody has."""

from collections.abc import Iterator

from osc_iface.check.advice import Advice
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import (
    Finding,
    Need,
    Severity,
    check,
    on_shared,
)
from osc_iface.check.network_facts import Network, Nic, ServicePort, Subnet
from osc_iface.notation import IPAddress


@check(
    'subnet-without-router',
    Severity.NOTE,
    kind='subnet',
    needs={
        Need.PORTS,
        Need.NETWORKS,
        Need.SUBNETS,
        Need.SERVICE_PORTS,
        Need.GATEWAYS,
    },
    seen="No port has the gateway address of the subnet, on a project's own "
    'network.',
    advised='Add it to a router, if it is to lead anywhere.',
)
def subnet_without_router(facts: Facts) -> Iterator[Finding]:
    """Find subnets whose gateway is not there."""
    if facts.gateway_holders is None:
        return
    held = {(each.network_id, each.ip) for each in facts.gateway_holders}
    having: dict[str, list[tuple[Machine, Nic]]] = {}
    for machine, nic, subnet in without_gateway(facts):
        if (subnet.network_id, subnet.gateway) not in held:
            having.setdefault(subnet.id, []).append((machine, nic))
    for id_, legs in having.items():
        subnet = (facts.subnets or {})[id_]
        yield on_shared(
            'subnet',
            id_,
            subnet.label,
            legs,
            f'No port has the gateway address {subnet.gateway} of the '
            f'subnet: nothing leads out of it, unless its network is one of '
            f'the operator, with a router outside.',
            Advice(
                f'If it is to lead anywhere, add it to a router: "openstack '
                f'router add subnet <router> {id_}".'
            ),
        )


def without_gateway(facts: Facts) -> Iterator[tuple[Machine, Nic, Subnet]]:
    """Yield subnets whose gateway address no port has, of those read.

    Only those that are a project's own: what an external network or that of
    somebody else leads to cannot be seen.
    """
    held = _held(facts)
    missing: dict[tuple[str, str | None], bool] = {}
    for machine, nic, subnet in facts.legs():
        key = (subnet.id, machine.project_id)
        if key not in missing:
            network = (facts.networks or {}).get(subnet.network_id)
            missing[key] = (
                facts.service_ports is not None
                and network is not None
                and network.external is False
                and network.project_id is not None
                and network.project_id == machine.project_id
                and subnet.gateway is not None
                and not subnet.gateway.is_link_local
                and (network.id, subnet.gateway) not in held
                and not _in_pairs(facts, network, subnet.gateway)
            )
        if missing[key]:
            yield machine, nic, subnet


def held(facts: Facts, subnet: Subnet) -> bool:
    """Return whether a port that was read has a subnet's gateway address."""
    network = (facts.networks or {}).get(subnet.network_id)
    if network is None or subnet.gateway is None:
        return False
    key = network.id, subnet.gateway
    asked = {
        (each.network_id, each.ip) for each in facts.gateway_holders or ()
    }
    return (
        key in asked
        or key in _held(facts)
        or _in_pairs(facts, network, subnet.gateway)
    )


def _held(facts: Facts) -> set[tuple[str, IPAddress]]:
    """Return the networks and addresses of all ports that were read."""
    ports: list[ServicePort | Nic] = [
        *(facts.service_ports or ()),
        *(facts.ports or ()),
    ]
    return {
        (port.network_id or '', each.ip)
        for port in ports
        for each in port.fixed_ips or ()
    }


def _in_pairs(facts: Facts, network: Network, ip: IPAddress) -> bool:
    """Return whether a server may answer to an address of a network."""
    return any(
        ip in pair
        for nic in facts.by_network.get(network.id, ())
        for pair in nic.pairs or ()
    )
