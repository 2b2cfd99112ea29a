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

"""Checks: the state of servers, and what was done to them last."""

from collections.abc import Iterator, Sequence
import re

from osc_iface.check.advice import Advice, Command
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import (
    Finding,
    Need,
    Severity,
    check,
    on_server,
)
from osc_iface.check.ports import PATIENCE
from osc_iface.wire.actions import Action

_HOUR = 3600
_DAY = 24 * _HOUR
# Words by which a fault is one of the network.
_OF_NETWORK = re.compile(
    r'\bnetwork|\bneutron|\bports?\b|port ?binding|\bvif|fixed.?ip'
    r'|\bbinding',
    re.IGNORECASE,
)
# Behind this, what went wrong on each host is hidden, unless it goes on so.
_HIDING, _TELLING = 'Exceeded maximum number of retries', 'Last exception'
# What brings a server back, by its status.
_AWAY = {
    'SHUTOFF': 'start',
    'PAUSED': 'unpause',
    'SUSPENDED': 'resume',
    'SHELVED': 'unshelve',
    'SHELVED_OFFLOADED': 'unshelve',
    'RESCUE': 'unrescue',
}
# What is under way and stops a server meanwhile.
_STOPPING = re.compile('power|reboot|suspend|resum|paus|shelv|rescu')
# What the actions are called, and the checks about their failures.
_ATTACH, _DETACH = 'attach_interface', 'detach_interface'
LAST_FAILED = ('last-attach-failed', 'last-detach-failed')


@check(
    'server-failed',
    Severity.ERROR,
    Severity.WARNING,
    kind='server',
    uses={Need.ACTIONS},
    seen=(
        'The server is in ERROR for reasons of the network, or waits for it '
        f'for more than {PATIENCE} seconds; a warning where it is being '
        'built for more than an hour.'
    ),
    advised='By what the fault says.',
)
def server_failed(facts: Facts) -> Iterator[Finding]:
    """Find servers that the network keeps from running."""
    for machine in facts.servers.values():
        request = _failing(facts, machine)
        traced = f', the request ID {request}' if request else ''
        again = Advice(
            f'Mend what it says and build the server anew, or send the '
            f'operator the ID of the server{traced} and the time.'
        )
        if machine.status == 'ERROR':
            if _OF_NETWORK.search(machine.fault):
                yield on_server(
                    machine,
                    f'The server is in ERROR: {machine.fault.rstrip(".")}.',
                    again,
                )
        elif machine.task == 'networking':
            if (machine.since_updated or 0) > PATIENCE:
                yield on_server(
                    machine,
                    f'The server waits for its network for more than '
                    f'{PATIENCE} seconds.',
                    again,
                )
        elif machine.status == 'BUILD' and (machine.since_created or 0) > (
            _HOUR
        ):
            yield on_server(
                machine,
                'The server is being built for more than an hour.',
                again,
                severity=Severity.WARNING,
            )


@check(
    'last-attach-failed',
    Severity.WARNING,
    kind='server',
    needs={Need.ACTIONS},
    seen='The last interface to be attached, today or yesterday, was not.',
    advised='Send the operator the request ID; administrators see the reason.',
)
def last_attach_failed(facts: Facts) -> Iterator[Finding]:
    """Find servers to which an interface could not be attached."""
    yield from _last_failed(facts, _ATTACH, 'attach')


@check(
    'last-detach-failed',
    Severity.WARNING,
    kind='server',
    needs={Need.ACTIONS},
    seen='The last interface to be detached, today or yesterday, was not.',
    advised='Send the operator the request ID; administrators see the reason.',
)
def last_detach_failed(facts: Facts) -> Iterator[Finding]:
    """Find servers from which an interface could not be detached."""
    yield from _last_failed(facts, _DETACH, 'detach')


@check(
    'server-not-running',
    Severity.NOTE,
    kind='server',
    seen='The server does not run, which explains ports that are DOWN.',
    advised='Start, unpause, resume, unshelve or unrescue it.',
)
def server_not_running(facts: Facts) -> Iterator[Finding]:
    """Find servers that were stopped, and the like."""
    for machine in facts.servers.values():
        status = machine.status or ''
        if machine.task and _STOPPING.search(machine.task):
            yield on_server(
                machine,
                f'The server is {status}, and {machine.task} is under way.',
                Advice('Check again when that is over.'),
            )
        elif status in _AWAY and machine.task == '':
            verb = _AWAY[status]
            command: Command = (f'server {verb}', machine.id)
            yield on_server(
                machine,
                f'The server is {status}: its ports need not be up.',
                Advice(f'If it is to run, {verb} it.', (command,)),
            )


@check(
    'no-interface',
    Severity.WARNING,
    kind='server',
    needs={Need.PORTS},
    seen='The server has no port at all.',
    advised='Attach a network.',
    unless=('server-failed',),
    compares=True,
)
def no_interface(facts: Facts) -> Iterator[Finding]:
    """Find servers without any interface."""
    for machine, nics in facts.machines():
        if not nics and machine.settled and machine.status != 'ERROR':
            yield on_server(
                machine,
                'The server has no interface.',
                Advice(
                    f'Attach a network: "openstack server add network '
                    f'{machine.id} <network>".'
                ),
            )


def hidden_faults(facts: Facts) -> Iterator[str]:
    """Yield sentences about faults that may be of the network or not."""
    for machine in facts.servers.values():
        if (
            machine.status == 'ERROR'
            and _HIDING in machine.fault
            and _TELLING not in machine.fault
        ):
            request = _failing(facts, machine)
            traced = f' (request ID: {request})' if request else ''
            yield (
                f'why server {machine.label} could not be built{traced}; '
                f'the logs of Compute tell its operator'
            )


def _failing(facts: Facts, machine: Machine) -> str:
    """Return the request ID of what brought a server into ERROR, if known.

    Compute does not call it a failure where a server could not be made.
    """
    for each in (facts.actions or {}).get(machine.id, ()):
        if each.failed if machine.launched else each.name == 'create':
            return each.request_id
    return ''


def _last_failed(facts: Facts, kind: str, verb: str) -> Iterator[Finding]:
    """Yield the servers whose last action with interfaces failed."""
    for id_, actions in (facts.actions or {}).items():
        machine = facts.servers.get(id_)
        newest = last(actions)
        if machine and newest and newest.name == kind and newest.failed:
            reason = facts.reasons.get(id_, '').rstrip('.')
            yield on_server(
                machine,
                f'The last try to {verb} an interface failed'
                + (f': {reason}.' if reason else '.'),
                Advice(
                    f'Send the operator the request ID {newest.request_id}.'
                ),
            )


def last(actions: Sequence[Action]) -> Action | None:
    """Return the newest action with interfaces of the last day."""
    recent = [
        each
        for each in actions
        if each.name in (_ATTACH, _DETACH)
        and each.age is not None
        and each.age <= _DAY
    ]
    return min(recent, key=lambda each: each.age or 0, default=None)
