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

"""The check of trunks, and of the ports behind one of a server."""

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
from osc_iface.check.network_facts import PASSTHROUGH, Nic
from osc_iface.check.ports import PATIENCE
from osc_iface.check.trunk_facts import Subport, Trunk

_NOT_UP = frozenset(('DOWN', 'BUILD', 'DEGRADED', 'ERROR'))


@check(
    'trunk-not-active',
    Severity.WARNING,
    kind='trunk',
    needs={Need.PORTS, Need.TRUNKS},
    seen=(
        'The server runs and its port is up, and the trunk behind it, or a '
        f'subport, is not ACTIVE, {PATIENCE} seconds after its last change.'
    ),
    advised='Attach the subport anew.',
)
def trunk_not_active(facts: Facts) -> Iterator[Finding]:
    """Find trunks that do not come up, and subports of theirs."""
    for machine, nic in facts.nics():
        trunk = (facts.trunks or {}).get(nic.trunk_id or '')
        if trunk is None or not _expected(machine, nic):
            continue
        ports = facts.subports or {}
        down = [
            (subport, ports[subport.port_id])
            for subport in trunk.subports
            if subport.port_id in ports and _down(ports[subport.port_id])
        ]
        texts = [
            f'its subport {port.label} is {port.status}' for _sub, port in down
        ]
        if _down(trunk):
            texts.insert(0, f'the trunk is {trunk.status}')
        if texts:
            yield on_shared(
                'trunk',
                trunk.id,
                trunk.label,
                [(machine, nic)],
                f'The server runs, and {" and ".join(texts)}.',
                _advice(trunk, down),
                about=[port.id for _subport, port in down],
            )


def _expected(machine: Machine, nic: Nic) -> bool:
    """Return whether what is behind a port of a server ought to be up."""
    if nic.vnic_type in PASSTHROUGH or machine.bare_metal:
        return False  # nobody may set its status
    since = machine.since_updated
    just_started = since is not None and since <= PATIENCE
    return machine.runs and nic.status not in _NOT_UP and not just_started


def _down(what: Trunk | Nic) -> bool:
    """Return whether something does not come up."""
    return what.status in _NOT_UP and (what.age or 0) > PATIENCE


def _advice(trunk: Trunk, down: list[tuple[Subport, Nic]]) -> Advice:
    """Return what to do about subports that are down, or about the trunk."""
    operator = 'Send the operator the ID of the trunk and the time.'
    disabled = [port for _subport, port in down if port.enabled is False]
    if disabled:
        return Advice(
            'Enable what is disabled.',
            tuple(('port set', '--enable', port.id) for port in disabled),
        )
    commands: list[Command] = []
    for subport, _port in down:
        told = f'port={subport.port_id},segmentation-type={subport.kind}'
        if subport.segment is not None:
            told += f',segmentation-id={subport.segment}'
        commands += [
            ('network trunk unset', '--subport', subport.port_id, trunk.id),
            ('network trunk set', '--subport', told, trunk.id),
        ]
    if not commands:
        return Advice(operator)
    if trunk.enabled is False:  # nothing can be changed of it
        commands.insert(0, ('network trunk set', '--enable', trunk.id))
    text = 'Take the subport from the trunk, and attach it anew'
    return Advice(f'{text}.', tuple(commands), f'{text}; or else: {operator}')
