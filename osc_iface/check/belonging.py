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

"""Checks: whether a port and a server belong to each other."""

from collections.abc import Iterator

from osc_iface.check.advice import Advice
from osc_iface.check.cache import attach_anew
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts, foreign
from osc_iface.check.findings import (
    Finding,
    Need,
    Severity,
    check,
    on_port,
)
from osc_iface.check.fresh import noted

# Looks like a server's, and is that of containers.
_CONTAINERS = 'compute:kuryr'


@check(
    'not-attached',
    Severity.ERROR,
    Severity.NOTE,
    kind='port',
    needs={Need.PORTS},
    seen="The port names the server, and is not marked as a server's.",
    advised='Clear its device, and attach it.',
    compares=True,
)
def not_attached(facts: Facts) -> Iterator[Finding]:
    """Find ports that were given a server, but not to the server."""
    for machine, nic in facts.nics():
        if not nic.attached and machine.settled:
            finding = on_port(
                machine,
                nic,
                'The port names this server, but Compute never attached it: '
                'the server does not have it.',
                attach_anew(machine, [nic]),
            )
            # Compute itself makes ports so, and marks them then.
            yield noted(finding, [nic.age])


@check(
    'other-project',
    Severity.WARNING,
    kind='port',
    needs={Need.PORTS},
    seen='The port is of another project than its server: Compute forgets it.',
    advised="Have it deleted, and attach a port of the server's project.",
    role="administrator, or the network's owner",
    compares=True,
)
def other_project(facts: Facts) -> Iterator[Finding]:
    """Find ports that are not of the server's project."""
    for machine, nic in facts.nics():
        if foreign(machine, nic):
            yield on_port(
                machine,
                nic,
                f'The port is of project {nic.project_id}, the server of '
                f'project {machine.project_id}: Compute leaves such a port '
                f'out of what it remembers.',
                Advice(
                    f'Have an administrator delete it ("openstack port '
                    f'delete {nic.id}"), and attach a network or a port of '
                    f"the server's project instead."
                ),
            )


@check(
    'orphan-port',
    Severity.WARNING,
    Severity.NOTE,
    kind='port',
    needs={Need.PORTS},
    seen='The port is on a server that Compute does not know.',
    advised='Delete it, or clear its device.',
    role='administrator; others get a note',
    compares=True,
)
def orphan_port(facts: Facts) -> Iterator[Finding]:
    """Find ports that servers left behind."""
    for nic in facts.ports or ():
        if nic.server_id not in (facts.absent or ()):
            continue
        if not nic.attached or nic.owner == _CONTAINERS:
            continue
        text = f'The port is on server {nic.server_id}, which is not there.'
        advice = Advice(
            'Delete the port, or clear its device, unless Compute of another '
            'region has the server.',
            (('port delete', nic.id),),
        )
        if not facts.sees_all:
            text = (
                f'The port is on server {nic.server_id}, which is not a '
                f'server of this project that you can see.'
            )
            advice = Advice(
                'Ask an administrator whether there is such a server.'
            )
        yield on_port(
            Machine(nic.server_id),
            nic,
            text,
            advice,
            None if facts.sees_all else Severity.NOTE,
        )
