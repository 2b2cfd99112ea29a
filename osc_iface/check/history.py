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

"""What was done to servers with which something is wrong, and its failures."""

from collections.abc import Iterable
import dataclasses
import functools

from osc_iface import errors
from osc_iface.check import servers
from osc_iface.check.findings import Finding
from osc_iface.check.reading import Reading
from osc_iface.wire import actions
from osc_iface.wire.cloud import Cloud

# What is found where something may have gone wrong with an interface.
_DOUBTFUL = frozenset(
    (
        'cache-empty',
        'cache-lacks-interface',
        'cache-extra-interface',
        'cache-stale-address',
        'not-attached',
        'port-not-active',
        'no-interface',
        'server-failed',
    )
)


def read_actions(
    cloud: Cloud, reading: Reading, found: Iterable[Finding]
) -> None:
    """Read what was done to the servers with which something is wrong.

    :param cloud: the services to ask
    :param reading: what has been read, and will be more
    :param found: what is wrong
    """
    facts = reading.facts
    ids = {
        id_
        for each in found
        if each.check in _DOUBTFUL
        for id_, _name in each.servers
    }
    ids |= {
        id_
        for id_, machine in facts.servers.items()
        if machine.status == 'ERROR'
    }
    known = {}
    ask = functools.partial(actions.list_actions, cloud.compute)
    refused: list[errors.CallFailed] = []
    failed: list[errors.CallFailed] = []
    asked = sorted(ids & facts.servers.keys())
    for id_, answer in reading.answers(ask, asked, 'Reading events'):
        if not isinstance(answer, errors.CallFailed):
            known[id_] = answer
        elif answer.status in (403, 404):
            refused.append(answer)
        else:
            failed.append(answer)
    reading.failures.extend(map(str, failed))
    if refused:
        reading.unseen.append(
            f'what was done last to {len(refused)} of the servers '
            f'({str(refused[0]).rstrip(".")})'
        )
    reading.facts = dataclasses.replace(reading.facts, actions=known)


def read_reasons(
    cloud: Cloud, reading: Reading, found: Iterable[Finding]
) -> bool:
    """Read why the last action failed, where it is found that it did.

    Compute tells that to administrators alone.

    :param cloud: the services to ask
    :param reading: what has been read, and will be more
    :param found: what is wrong
    :returns: whether something is known now
    """
    facts = reading.facts
    if not facts.sees_all:
        return False
    requests = {
        each.object_id: last.request_id
        for each in found
        if each.check in servers.LAST_FAILED
        and (last := servers.last((facts.actions or {})[each.object_id]))
    }

    def ask(id_: str) -> str:
        return actions.why_failed(cloud.compute, id_, requests[id_])

    reasons = {}
    for id_, answer in reading.answers(ask, list(requests), 'Reading events'):
        if isinstance(answer, errors.CallFailed):
            reading.failures.append(str(answer))
        elif answer:
            reasons[id_] = answer
    reading.facts = dataclasses.replace(facts, reasons=reasons)
    return bool(reasons)
