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

"""Checks: the floating IPs that lead to a server."""

from collections.abc import Iterator

from osc_iface.check.advice import Advice, Command
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import (
    Finding,
    Need,
    Severity,
    check,
    on_shared,
)
from osc_iface.check.network_facts import Floating, Nic
from osc_iface.check.ports import PATIENCE

_NOT_UP = frozenset(('DOWN', 'ERROR'))


@check(
    'floating-ip-unrouted',
    Severity.ERROR,
    Severity.NOTE,
    kind='floating ip',
    needs={Need.PORTS, Need.FLOATING_IPS, Need.SERVICE_PORTS},
    seen='No router leads from the floating IP to the port; a note where '
    'there are none that can be seen.',
    advised='Take it from the port, and give it to the port again.',
    unless=('router-disabled',),
)
def floating_ip_unrouted(facts: Facts) -> Iterator[Finding]:
    """Find floating IPs that no router translates."""
    # Some backends translate without routers, and never have one.
    without = (
        facts.service_ports is not None
        and not facts.routing
        and not any(each.router_id for each in facts.floating_ips or ())
    )
    text = ', as you can see none at all: this cloud may do without'
    for machine, nic, floating in _leading(facts):
        if floating.router_id == '':
            yield _on_floating_ip(
                machine,
                nic,
                floating,
                f'No router leads from {floating.address} to '
                f'{floating.fixed}{text * without}.',
                Advice(
                    'Take it from the port, and give it to the port again; '
                    'if that is refused, no router of the subnet has a '
                    'gateway on the network of the floating IP.',
                    (
                        ('floating ip unset', '--port', floating.id),
                        _set(nic, floating, str(floating.fixed)),
                    ),
                ),
                Severity.NOTE if without else None,
            )


@check(
    'floating-ip-not-active',
    Severity.WARNING,
    Severity.NOTE,
    kind='floating ip',
    needs={Need.PORTS, Need.FLOATING_IPS},
    seen=(
        f'The server runs, and the floating IP is not ACTIVE, {PATIENCE} '
        'seconds after its last change; a note where none is that can be seen.'
    ),
    advised='Ask the operator.',
    unless=('router-disabled', 'floating-ip-unrouted'),
)
def floating_ip_not_active(facts: Facts) -> Iterator[Finding]:
    """Find floating IPs that the host of their router has not set up."""
    told = any(each.status == 'ACTIVE' for each in facts.floating_ips or ())
    for machine, nic, floating in _leading(facts):
        if (
            machine.runs  # else there may be no host that sets it up
            and floating.status in _NOT_UP
            and (floating.age or 0) > PATIENCE
        ):
            text = f'The floating IP is {floating.status}.'
            if not told:
                text = (
                    f'The floating IP is {floating.status}, as all that you '
                    f'can see: this cloud may not tell.'
                )
            yield _on_floating_ip(
                machine,
                nic,
                floating,
                text,
                Advice(
                    'Send the operator the ID of the floating IP and the time.'
                ),
                None if told else Severity.NOTE,
            )


@check(
    'floating-ip-stale',
    Severity.WARNING,
    kind='floating ip',
    needs={Need.PORTS, Need.FLOATING_IPS},
    seen='The floating IP leads to an address that the port has no more.',
    advised='Set it anew.',
    compares=True,
)
def floating_ip_stale(facts: Facts) -> Iterator[Finding]:
    """Find floating IPs that lead to an old address."""
    for machine, nic, floating in _leading(facts):
        if nic.fixed_ips is None:
            continue
        ips = [each.ip for each in nic.fixed_ips if each.ip.version == 4]
        if floating.fixed in ips:
            continue
        commands: tuple[Command, ...] = ()
        text = (
            f'Choose which address it is to lead to: "openstack floating ip '
            f'unset --port {floating.id}", then "openstack floating ip set '
            f'--port {nic.id} --fixed-ip-address <address> {floating.id}".'
        )
        if len(ips) == 1:
            text = 'Have it lead to the address that the port has now.'
            # The client sends no port that is the same, nor Network takes the
            # address without it.
            commands = (
                ('floating ip unset', '--port', floating.id),
                _set(nic, floating, str(ips[0])),
            )
        elif not ips:
            text = 'Take it from the port, which has no IPv4 address.'
            commands = (('floating ip unset', '--port', floating.id),)
        yield _on_floating_ip(
            machine,
            nic,
            floating,
            f'The floating IP leads to {floating.fixed}, which the port does '
            f'not have.',
            Advice(text, commands),
        )


def _leading(facts: Facts) -> Iterator[tuple[Machine, Nic, Floating]]:
    """Yield the floating IPs that lead to the ports of servers."""
    for machine, nic in facts.nics():
        for floating in facts.floating_by_port.get(nic.id, ()):
            yield machine, nic, floating


def _set(nic: Nic, floating: Floating, address: str) -> Command:
    """Return the command that has a floating IP lead to an address."""
    return (
        'floating ip set',
        '--port',
        nic.id,
        '--fixed-ip-address',
        address,
        floating.id,
    )


def _on_floating_ip(
    machine: Machine,
    nic: Nic,
    floating: Floating,
    text: str,
    advice: Advice,
    severity: Severity | None = None,
) -> Finding:
    """Return a finding about a floating IP that leads to a port."""
    return on_shared(
        'floating ip',
        floating.id,
        str(floating.address),
        [(machine, nic)],
        text,
        advice,
        severity=severity,
    )
