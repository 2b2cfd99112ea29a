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

"""What stops all that comes to an interface, whichever way it comes."""

from typing import NamedTuple

from osc_iface.check.compute_facts import Machine
from osc_iface.check.network_facts import Nic
from osc_iface.reach.known import Known

# Compute runs no guest in these states, or one that hears nothing.
_STOPPED = frozenset(
    (
        'DELETED',
        'PAUSED',
        'SHELVED',
        'SHELVED_OFFLOADED',
        'SHUTOFF',
        'SOFT_DELETED',
        'SUSPENDED',
    )
)
# It runs one in these; of all others, it does not tell whether it does.
_RUNNING = frozenset(
    ('ACTIVE', 'MIGRATING', 'PASSWORD', 'RESCUE', 'VERIFY_RESIZE')
)


class Hurdle(NamedTuple):
    """What stops everything: surely (``open`` is False), or perhaps (None).

    ``why`` is a sentence without its full stop.
    """

    open: bool | None
    object_id: str
    why: str


def hurdles(known: Known, machine: Machine, nic: Nic) -> list[Hurdle]:
    """Return what stops all that comes to a port, or leaves it."""
    found: list[Hurdle] = []
    if machine.status in _STOPPED:
        found.append(
            Hurdle(False, machine.id, f'The server is {machine.status}')
        )
    elif machine.status not in _RUNNING:
        state = machine.status or 'not told'
        found.append(
            Hurdle(
                None,
                machine.id,
                f'The status of the server is {state}: whether it runs is '
                f'not known',
            )
        )
    if nic.enabled is False:
        found.append(Hurdle(False, nic.id, 'The port is disabled'))
    network = known.facts.network(nic)
    if network is None:
        found.append(
            Hurdle(
                None,
                nic.network_id or nic.id,
                'The network of the port cannot be seen',
            )
        )
    elif network.enabled is False:
        found.append(
            Hurdle(
                False, network.id, f'The network {network.label} is disabled'
            )
        )
    return found
