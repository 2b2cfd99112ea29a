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

"""The check of what the hypervisor has of a server's interfaces."""

from collections.abc import Iterator

from osc_iface.check.cache import attach_anew
from osc_iface.check.facts import Facts
from osc_iface.check.findings import (
    Finding,
    Need,
    Severity,
    check,
    on_port,
)
from osc_iface.check.ports import PATIENCE

# What goes to the guest as a device of the host, without a MAC address.
_DEVICES = (
    'direct-physical',
    'accelerator-direct',
    'accelerator-direct-physical',
    'baremetal',
)


@check(
    'not-plugged',
    Severity.ERROR,
    kind='port',
    needs={Need.PORTS, Need.DIAGNOSTICS},
    seen='The hypervisor has other interfaces of the server, and not this.',
    advised='Attach it once more.',
    role='administrator',
    compares=True,
)
def not_plugged(facts: Facts) -> Iterator[Finding]:
    """Find interfaces that the hypervisor does not have.

    Only where all that it names are ports of the server: some hypervisors
    name something else.
    """
    for machine, nics in facts.machines():
        macs = (facts.plugged or {}).get(machine.id, frozenset())
        if not macs or not machine.runs or not macs <= {n.mac for n in nics}:
            continue
        for nic in nics:
            if (
                nic.mac is not None
                and nic.mac not in macs
                and nic.attached
                and nic.vnic_type not in _DEVICES
                and (nic.age or 0) > PATIENCE  # it may be on its way
            ):
                yield on_port(
                    machine,
                    nic,
                    'The hypervisor does not have this interface.',
                    attach_anew(machine, [nic]),
                )
