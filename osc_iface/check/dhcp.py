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

"""Checks: how the addresses of a server come to its guest."""

from collections.abc import Iterator

from osc_iface.check.advice import Advice, Command
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import (
    Finding,
    Need,
    Severity,
    check,
    on_port,
    on_shared,
)
from osc_iface.check.network_facts import Network, Nic, ServicePort, Subnet
from osc_iface.check.ports import PATIENCE
from osc_iface.check.routing_calls import DHCP, DISTRIBUTED

AGENT = 'DHCP agent'
# How IPv6 addresses come to a guest where somebody has to answer it; else
# the router's advertisements are enough.
_DHCPV6 = ('dhcpv6-stateful', 'dhcpv6-stateless')
_NOT_UP = frozenset(('DOWN', 'BUILD', 'ERROR'))


@check(
    'no-dhcp',
    Severity.WARNING,
    Severity.NOTE,
    kind='port',
    needs={Need.PORTS, Need.SUBNETS},
    seen='No subnet of the port has DHCP, and the server no config drive; a '
    'note where another interface has DHCP, or the subnets are of another '
    'project.',
    advised='Enable DHCP, or configure the addresses inside the guest.',
)
def no_dhcp(facts: Facts) -> Iterator[Finding]:
    """Find ports whose addresses do not come to the guest."""
    for machine, nics in facts.machines():
        if not machine.settled or machine.config_drive is not False:
            continue
        attached = [nic for nic in nics if nic.attached]
        for nic in attached:
            subnets = _subnets(facts, nic)
            if not subnets or any(each.dhcp is not False for each in subnets):
                continue
            others = [each for each in attached if each.id != nic.id]
            alone = not any(_may_have_dhcp(facts, each) for each in others)
            # Who made these may serve DHCP, or advertise, by other means.
            by_others = any(
                each.project_id != machine.project_id for each in subnets
            )
            unless = ', unless the owner of it has other means'
            yield on_port(
                machine,
                nic,
                f'DHCP is off in subnet '
                f'{", ".join(each.label for each in subnets)}, and the '
                f'server has no config drive: the guest is not told of its '
                f'addresses{unless * by_others}.',
                _enable(facts, machine, subnets[0]),
                None if alone and not by_others else Severity.NOTE,
            )


@check(
    'dhcp-not-served',
    Severity.WARNING,
    Severity.NOTE,
    kind='network',
    needs={
        Need.PORTS,
        Need.NETWORKS,
        Need.SUBNETS,
        Need.SERVICE_PORTS,
        Need.DHCP_PROJECTS,
    },
    seen='DHCP is on, and the ports that serve it are down; or there are '
    'none, which is a note where no other network of the project has any.',
    advised='Ask the operator.',
    role="administrator, or the network's owner",
    unless=('network-disabled',),
)
def dhcp_not_served(facts: Facts) -> Iterator[Finding]:
    """Find networks whose guests ask for addresses in vain."""
    serving = _serving(facts)
    for network, legs in _asking(facts):
        ports = serving.get(network.id, [])
        text = 'All ports that serve DHCP on the network are down.'
        severity = None
        if not ports:
            text = 'DHCP is on, and no port serves it on the network'
            if network.project_id in (facts.dhcp_projects or ()):
                text += ', as they do on others of the project.'
            else:
                text += ': the cloud may do it in another way.'
                severity = Severity.NOTE
        elif not all(map(_down, ports)):
            continue
        yield on_shared(
            'network',
            network.id,
            network.label,
            legs,
            text,
            Advice('Send the operator the ID of the network and the time.'),
            severity=severity,
        )


@check(
    'dhcp-agents-down',
    Severity.ERROR,
    kind='network',
    needs={
        Need.PORTS,
        Need.NETWORKS,
        Need.SUBNETS,
        Need.SERVICE_PORTS,
        Need.AGENTS,
    },
    seen='None of the DHCP agents is alive that serve the network.',
    advised='Restart one of them.',
    role='administrator',
)
def dhcp_agents_down(facts: Facts) -> Iterator[Finding]:
    """Find networks of which all DHCP agents are down."""
    serving = _serving(facts)
    for network, legs in _asking(facts):
        hosts = {port.host or '' for port in serving.get(network.id, [])}
        by_host = [
            [
                agent
                for agent in facts.agents_by_host.get(host, ())
                if agent.kind == AGENT
            ]
            for host in sorted(hosts)
        ]
        dead = all(
            agents and all(each.alive is False for each in agents)
            for agents in by_host
        )
        if by_host and dead:
            named = ', '.join(sorted(hosts))
            yield on_shared(
                'network',
                network.id,
                network.label,
                legs,
                f'The DHCP agents that serve the network are down, on host '
                f'{named}.',
                Advice(f'Restart the DHCP agent on host {named}.'),
            )


def suspected(facts: Facts) -> set[str]:
    """Return the projects of networks that no port serves DHCP on."""
    served = _serving(facts)
    return {
        network.project_id
        for network, _legs in _asking(facts)
        if network.project_id and network.id not in served
    }


def _asking(
    facts: Facts,
) -> Iterator[tuple[Network, list[tuple[Machine, Nic]]]]:
    """Yield networks whose guests ask for addresses, with their ports.

    Only where who serves them can be seen, and it is not OVN, which does so
    without a port.
    """
    if facts.service_ports is None:
        return
    passed = {
        each.network_id
        for each in facts.service_ports
        if each.owner == DISTRIBUTED
    }
    asking: dict[str, dict[str, tuple[Machine, Nic]]] = {}
    for machine, nic, subnet in facts.legs():
        network = (facts.networks or {}).get(subnet.network_id)
        if (
            _asks(subnet)
            and machine.settled
            and network is not None
            and network.enabled is not False
            and network.id not in passed
            and facts.shows(machine, network)
        ):
            asking.setdefault(network.id, {})[nic.id] = (machine, nic)
    for id_, legs in asking.items():
        yield (facts.networks or {})[id_], list(legs.values())


def _asks(subnet: Subnet) -> bool:
    """Return whether guests are to get their addresses in it by DHCP."""
    by_dhcp = subnet.cidr.version == 4 or subnet.address_mode in _DHCPV6
    return subnet.dhcp is True and by_dhcp


def _serving(facts: Facts) -> dict[str, list[ServicePort]]:
    """Return the ports that serve DHCP, by the ID of the network."""
    found: dict[str, list[ServicePort]] = {}
    for port in facts.service_ports or ():
        if port.owner == DHCP:
            found.setdefault(port.network_id, []).append(port)
    return found


def _down(port: ServicePort) -> bool:
    """Return whether a port that serves a network does not come up."""
    return port.status in _NOT_UP and (port.age or 0) > PATIENCE


def _subnets(facts: Facts, nic: Nic) -> list[Subnet]:
    """Return the subnets of a port; none unless all are known."""
    known = facts.subnets or {}
    ids = dict.fromkeys(each.subnet_id for each in nic.fixed_ips or ())
    return [known[id_] for id_ in ids] if ids.keys() <= known.keys() else []


def _may_have_dhcp(facts: Facts, nic: Nic) -> bool:
    """Return whether an interface may have DHCP, as far as is known."""
    if nic.fixed_ips == ():
        return False
    subnets = _subnets(facts, nic)
    return not subnets or any(each.dhcp is not False for each in subnets)


def _enable(facts: Facts, machine: Machine, subnet: Subnet) -> Advice:
    """Return the advice to enable DHCP, by whoever may."""
    commands: tuple[Command, ...] = ()
    text = 'Enable DHCP'
    if facts.sees_all or subnet.project_id == machine.project_id:
        commands = (('subnet set', '--dhcp', subnet.id),)
    else:
        text = f'Have the owner of subnet {subnet.id} enable DHCP'
    return Advice(
        f'{text}, or configure the addresses inside the guest.', commands
    )
