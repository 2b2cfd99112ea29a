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

"""Checks: the ports of servers and their networks, each by itself."""

from collections.abc import Iterator

from osc_iface.check.advice import Advice
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
from osc_iface.check.network_facts import PASSTHROUGH, Network, Nic

# Seconds that a port may take to come up.
PATIENCE = 300
_NOT_UP = frozenset(('DOWN', 'BUILD', 'ERROR'))


@check(
    'port-disabled',
    Severity.ERROR,
    kind='port',
    needs={Need.PORTS},
    seen='The port is disabled (its admin state is down).',
    advised='Enable it.',
)
def port_disabled(facts: Facts) -> Iterator[Finding]:
    """Find ports that somebody switched off."""
    for machine, nic in facts.nics():
        if nic.enabled is False:
            yield on_port(
                machine,
                nic,
                'The port is disabled: nothing passes.',
                Advice('Enable it.', (('port set', '--enable', nic.id),)),
            )


@check(
    'network-disabled',
    Severity.ERROR,
    kind='network',
    needs={Need.PORTS, Need.NETWORKS},
    seen='The network is disabled (its admin state is down).',
    advised='Enable it.',
)
def network_disabled(facts: Facts) -> Iterator[Finding]:
    """Find networks that somebody switched off."""
    having: dict[str, list[tuple[Machine, Nic]]] = {}
    networks: dict[str, Network] = {}
    for machine, nic in facts.nics():
        network = facts.network(nic)
        if network is not None and network.enabled is False:
            networks[network.id] = network
            having.setdefault(network.id, []).append((machine, nic))
    for id_, network in networks.items():
        advice = Advice('Enable it.', (('network set', '--enable', id_),))
        machine, _nic = having[id_][0]
        if not facts.shows(machine, network):
            advice = Advice(f'Have the owner of network {id_} enable it.')
        yield on_shared(
            'network',
            id_,
            network.label,
            having[id_],
            'The network is disabled: nothing passes on it.',
            advice,
        )


@check(
    'port-not-active',
    Severity.ERROR,
    Severity.NOTE,
    kind='port',
    needs={Need.PORTS},
    seen=(
        f'The server runs, and the port is not ACTIVE, {PATIENCE} seconds '
        f'after the last change of either; a note within them.'
    ),
    advised='See the host; else reboot the server hard, or the operator.',
    unless=(
        'port-disabled',
        'network-disabled',
        'not-attached',
        'binding-failed',
        'unbound',
        'wrong-host',
        'host-agent-down',
        # What mends these is no reboot, which would take the interface away.
        'other-project',
        'cache-empty',
        'cache-lacks-interface',
    ),
    compares=True,
)
def port_not_active(facts: Facts) -> Iterator[Finding]:
    """Find ports that do not come up."""
    for machine, nic in facts.nics():
        if not machine.runs or not nic.attached or nic.status not in _NOT_UP:
            continue
        if nic.vnic_type in PASSTHROUGH or machine.bare_metal:
            continue
        if since := _just_changed(machine, nic):
            yield on_port(
                machine,
                nic,
                f'The port is {nic.status}; {since}.',
                Advice(f'It may be coming up: check again in {PATIENCE} s.'),
                Severity.NOTE,
            )
            continue
        yield on_port(
            machine,
            nic,
            f'The port is {nic.status} though the server runs: its host has '
            f'not connected it.',
            Advice(
                'Reboot the server hard; if it stays so, send the operator '
                'the ID of the port and the time.',
                (('server reboot', '--hard', '--wait', machine.id),),
            ),
        )


@check(
    'data-plane-down',
    Severity.WARNING,
    kind='port',
    needs={Need.PORTS},
    seen='The operator has marked the data plane of the port as down.',
    advised='Ask the operator.',
)
def data_plane_down(facts: Facts) -> Iterator[Finding]:
    """Find ports whose traffic the operator knows to fail."""
    for machine, nic in facts.nics():
        if nic.data_plane == 'DOWN':
            yield on_port(
                machine,
                nic,
                'The operator has marked the data plane of the port as down.',
                Advice(
                    'Send the operator of the cloud the ID of the port, and '
                    'the time.'
                ),
            )


@check(
    'no-fixed-ip',
    Severity.ERROR,
    kind='port',
    needs={Need.PORTS, Need.NETWORKS},
    seen='The port has no address, though its network has subnets.',
    advised="The network's owner or an administrator sets one; or a new port.",
)
def no_fixed_ip(facts: Facts) -> Iterator[Finding]:
    """Find ports that have lost their addresses."""
    for machine, nic in facts.nics():
        network = facts.network(nic)
        if (
            nic.attached
            and nic.fixed_ips == ()
            and network is not None
            and network.subnets
            and nic.ip_allocation in (None, 'immediate')
        ):
            subnet = network.subnets[0]
            yield on_port(
                machine,
                nic,
                f'The port has no address, though network {network.label} '
                f'has subnets.',
                Advice(
                    'Have the owner of the network, or an administrator, '
                    'set a fixed IP; or attach a new port instead.',
                    (('port set', '--fixed-ip', f'subnet={subnet}', nic.id),),
                ),
            )


def _just_changed(machine: Machine, nic: Nic) -> str:
    """Return how long ago a port may have begun to come up, if just now.

    A port that waits for its server to be started is not changed by that.
    """
    if nic.age is None:
        return 'when it was changed is not known'
    for what, age in (('it', nic.age), ('the server', machine.since_updated)):
        if age is not None and age <= PATIENCE:
            return f'{what} was changed {max(0, round(age))} s ago'
    return ''
