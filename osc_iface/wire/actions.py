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

"""What was done to a server: the calls for its actions and their events."""

from typing import NamedTuple

from osc_iface import errors
from osc_iface.wire import clock
from osc_iface.wire.answer import Answer
from osc_iface.wire.service import Service

# The first version that tells when an action was last heard of. From 2.51 on
# others than administrators see events.
_NEWEST = '2.58'
# The first version that tells administrators why an event failed.
_DETAILED = '2.84'
# What an action says when one of its events has failed.
_FAILED = 'Error'


class Action(NamedTuple):
    """Something that was asked of a server, such as ``detach_interface``.

    ``age`` is how many seconds ago it ended, or began where its end is not
    told, by the clock of the cloud alone; None where that does not tell.
    ``failed`` is False as long as it is under way, too.
    """

    request_id: str
    name: str
    age: float | None
    failed: bool


def list_actions(compute: Service, server_id: str) -> list[Action]:
    """Ask what was done: ``GET /servers/{id}/os-instance-actions``.

    :param compute: the Compute service
    :param server_id: ID of the server, as the API writes it
    :returns: the actions, the newest first
    :raises osc_iface.errors.CallFailed: the call failed
    """
    answer = _get(
        compute,
        f'list the events of server {server_id}',
        *('servers', server_id, 'os-instance-actions'),
    )
    return [
        Action(
            request_id=answer.text(item, 'request_id'),
            name=answer.text(item, 'action'),
            age=clock.since(
                answer,
                answer.text_or_none(item, 'updated_at')
                or answer.text(item, 'start_time'),
            ),
            failed=answer.text_or_none(item, 'message') == _FAILED,
        )
        for item in answer.objects('instanceActions')
    ]


def is_finished(compute: Service, server_id: str, request_id: str) -> bool:
    """Ask for an action: ``GET .../os-instance-actions/{request_id}``.

    :param compute: the Compute service
    :param server_id: ID of the server, as the API writes it
    :param request_id: what the action is known by
    :returns: whether all of it is over; False where that cannot be seen
    :raises osc_iface.errors.CallFailed: the call failed
    """
    answer = _get(
        compute,
        f'show event {request_id} of server {server_id}',
        *('servers', server_id, 'os-instance-actions', request_id),
    )
    action = answer.object('instanceAction')
    if not action.get('events'):
        return False
    return all(
        answer.text_or_none(event, 'finish_time')
        for event in answer.objects_of(action, 'events')
    )


def why_failed(compute: Service, server_id: str, request_id: str) -> str:
    """Ask for an action, in a version that tells administrators the reason.

    :param compute: the Compute service
    :param server_id: ID of the server, as the API writes it
    :param request_id: what the action is known by
    :returns: why it failed, in the words of the service; empty where it does
        not tell, is older than that, or is asked in an older version
    :raises osc_iface.errors.CallFailed: the call failed
    """
    chosen = compute.adapter.default_microversion
    try:
        answer = compute.get(
            f'show event {request_id} of server {server_id}',
            *('servers', server_id, 'os-instance-actions', request_id),
            microversion=None if chosen else _DETAILED,
        )
    except errors.CallFailed as exc:
        if exc.status in (403, 404, 406):
            return ''
        raise
    action = answer.object('instanceAction')
    for event in answer.objects_or_none(action, 'events') or ():
        if details := answer.text_or_none(event, 'details'):
            return ' '.join(details.split())
    return ''


def _get(compute: Service, action: str, *path: str) -> Answer:
    """Ask in the version the user chose, or one that tells more than 2.1."""
    if compute.adapter.default_microversion:
        return compute.get(action, *path)
    try:
        return compute.get(action, *path, microversion=_NEWEST)
    except errors.CallFailed as exc:
        if exc.status != 406:
            raise
    return compute.get(action, *path)
