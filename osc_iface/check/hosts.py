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

"""The check of what works on the hosts of servers."""

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
from osc_iface.check.network_facts import PASSTHROUGH, Nic

# The agents that connect ports, but for the one of SR-IOV: cards may do
# without it, and it connects no others.
LAYER_2 = frozenset(
    (
        'Open vSwitch agent',
        'Linux bridge agent',
        'Macvtap agent',
        'HyperV agent',
        'OVN Controller agent',
        'OVN Controller Gateway agent',
    )
)


@check(
    'host-agent-down',
    Severity.ERROR,
    kind='host',
    needs={Need.PORTS, Need.AGENTS, Need.SERVICES},
    seen='None of the L2 agents on the host of a server is alive, or its '
    'nova-compute is down.',
    advised='Restart it.',
    role='administrator',
)
def host_agent_down(facts: Facts) -> Iterator[Finding]:
    """Find hosts that do nothing for the ports of their servers."""
    having: dict[str, list[tuple[Machine, Nic]]] = {}
    for machine, nic in facts.nics():
        if machine.host and machine.settled and nic.attached:
            having.setdefault(machine.host, []).append((machine, nic))
    for host, legs in having.items():
        down = []
        if any(
            nic.vnic_type not in PASSTHROUGH and not machine.bare_metal
            for machine, nic in legs
        ):
            down += _dead_agents(facts, host)
        down += _dead_services(facts, host)
        if down:
            named = ' and '.join(down)
            yield on_shared(
                'host',
                host,
                host,
                legs,
                f'Down on the host: {named}.',
                Advice(f'Restart on host {host}: {named}.'),
            )


def _dead_agents(facts: Facts, host: str) -> list[str]:
    """Return the L2 agents of a host if none of them is alive."""
    agents = [
        agent
        for agent in facts.agents_by_host.get(host, ())
        if agent.kind in LAYER_2
    ]
    if any(agent.alive is not False for agent in agents):
        return []
    return sorted({agent.kind for agent in agents})


def _dead_services(facts: Facts, host: str) -> list[str]:
    """Return the service that runs the servers of a host, if it is down."""
    services = facts.services_by_host.get(host, ())
    if any(service.alive is not False for service in services):
        return []
    return sorted({service.kind for service in services})
