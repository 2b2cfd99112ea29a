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

"""Checks: whether ports are bound to the hosts of their servers."""

from collections.abc import Iterator

from osc_iface.check.addresses import update
from osc_iface.check.advice import Advice
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import (
    Finding,
    Need,
    Severity,
    check,
    on_port,
)
from osc_iface.check.network_facts import Nic

_FAILED = 'binding_failed'
_UNBOUND = 'unbound'
# Such ports are bound to the machine itself, or to nothing.
_BARE_METAL = 'baremetal'


@check(
    'binding-failed',
    Severity.ERROR,
    kind='port',
    needs={Need.PORTS},
    seen='Network could not bind the port to its host.',
    advised="See the host's agent; then bind it again.",
    role='administrator',
    compares=True,
)
def binding_failed(facts: Facts) -> Iterator[Finding]:
    """Find ports that no driver of Network could bind."""
    for machine, nic in facts.nics():
        if (
            nic.vif_type == _FAILED
            and nic.attached
            and machine.settled
            # No driver need bind these, and their host is the machine.
            and not _on_bare_metal(machine, nic)
        ):
            yield on_port(
                machine,
                nic,
                f'Network could not bind the port to host {nic.host}.',
                _bind(
                    machine,
                    nic,
                    'See to the agent of the host, then bind the port again; '
                    'if it stays DOWN, stop the server and start it.',
                ),
            )


@check(
    'unbound',
    Severity.ERROR,
    kind='port',
    needs={Need.PORTS},
    seen='The server runs, and the port is bound to no host.',
    advised='Bind it to the host of the server.',
    role='administrator',
    unless=('binding-failed', 'not-attached'),
    compares=True,
)
def unbound(facts: Facts) -> Iterator[Finding]:
    """Find ports of running servers that are on no host."""
    for machine, nic in facts.nics():
        if (
            nic.vif_type == _UNBOUND
            and nic.attached
            and not _on_bare_metal(machine, nic)
            and machine.runs
            and machine.host
        ):
            yield on_port(
                machine,
                nic,
                f'The server runs on host {machine.host}, and the port is '
                f'bound to none.',
                _bind(
                    machine,
                    nic,
                    'Bind it to the host of the server; if it stays DOWN, '
                    'stop the server and start it.',
                ),
            )


@check(
    'wrong-host',
    Severity.ERROR,
    kind='port',
    needs={Need.PORTS},
    seen='The port is bound to another host than that of its server.',
    advised='Bind it to the host of the server.',
    role='administrator',
    unless=('binding-failed',),
    compares=True,
)
def wrong_host(facts: Facts) -> Iterator[Finding]:
    """Find ports that were left behind, or went ahead, in a migration."""
    for machine, nic in facts.nics():
        if (
            nic.host
            and machine.host
            and nic.host != machine.host
            and machine.stays
            and nic.attached
            and nic.vif_type not in (None, _FAILED, _UNBOUND)
            and not _on_bare_metal(machine, nic)
        ):
            yield on_port(
                machine,
                nic,
                f'The port is bound to host {nic.host}, and the server is on '
                f'{machine.host}.',
                _bind(
                    machine,
                    nic,
                    'Bind it to the host of the server; if it stays DOWN, '
                    'stop the server and start it.',
                ),
            )


@check(
    'leftover-binding',
    Severity.WARNING,
    kind='port',
    needs={Need.PORTS, Need.BINDINGS},
    seen='A binding is left of a migration that did not end as it should: '
    'the next one fails.',
    advised='Have it deleted, for which there is no command.',
    role='administrator',
    compares=True,
)
def leftover_binding(facts: Facts) -> Iterator[Finding]:
    """Find ports with a place on a host where the server does not go."""
    for machine, nic in facts.nics():
        hosts = sorted(
            each.host
            for each in (facts.bindings or {}).get(nic.id, ())
            if each.status == 'INACTIVE'
        )
        if hosts and machine.stays:
            yield on_port(
                machine,
                nic,
                f'The port has an inactive binding to host '
                f'{", ".join(hosts)}, and no migration is under way: the '
                f'next one there fails.',
                Advice(
                    'Delete it by the Network API, with the role service that '
                    'the user of Compute has, as no command does: '
                    + ', '.join(
                        f'DELETE /v2.0/ports/{nic.id}/bindings/{host}'
                        for host in hosts
                    )
                    + '.'
                ),
            )


def _on_bare_metal(machine: Machine, nic: Nic) -> bool:
    """Return whether a port is bound to a machine, if it is at all."""
    return machine.bare_metal is True or nic.vnic_type == _BARE_METAL


def _bind(machine: Machine, nic: Nic, text: str) -> Advice:
    """Return the advice to bind a port to the host of its server.

    Any update of a port that is bound to none has Network try again.
    """
    if not machine.host:
        return Advice(text)
    if nic.host == machine.host:
        return update(nic, text)
    return Advice(text, (('port set', '--host', machine.host, nic.id),))
