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

"""What administrators alone see, of single ports and servers in doubt."""

from collections.abc import Callable, Iterable
import dataclasses
import functools
from typing import TypeVar

from osc_iface import errors
from osc_iface.check import host_calls
from osc_iface.check.findings import Finding, Need, Wanted
from osc_iface.check.reading import Reading
from osc_iface.check.targets import Target
from osc_iface.wire.cloud import Cloud

_T = TypeVar('_T')
# What is found where a migration may have left something behind.
_ASK_BINDINGS = ('port-not-active', 'binding-failed', 'wrong-host')
# By these answers it is not known there: what runs the server cannot tell, or
# cannot now, or the service is too old.
_UNKNOWN = (400, 404, 406, 409, 501)


def read(
    cloud: Cloud,
    target: Target,
    wanted: Wanted,
    reading: Reading,
    found: Iterable[Finding],
) -> bool:
    """Read more about what is in doubt.

    :param cloud: the services to ask
    :param target: which servers
    :param wanted: which findings
    :param reading: what has been read; the rest is put there
    :param found: what is found in that
    :returns: whether anything was read
    """
    facts = reading.facts
    if not facts.sees_all:
        return False
    doubted = list(found)
    ports = {each.object_id for each in doubted if each.check in _ASK_BINDINGS}
    bound = [
        nic.id
        for _machine, nic in facts.nics()
        if nic.attached and (target.typed or nic.id in ports)
    ]
    servers = {
        id_
        for each in doubted
        if each.check.startswith('cache-') or each.check == 'port-not-active'
        for id_, _name in each.servers
        if id_ in facts.servers and facts.servers[id_].runs
    }
    if not wanted.needs(Need.BINDINGS):
        bound = []
    if not wanted.needs(Need.DIAGNOSTICS):
        servers = set()
    if not (bound or servers):
        return False
    list_bindings = functools.partial(host_calls.list_bindings, cloud.network)
    plugged = functools.partial(host_calls.plugged, cloud.compute)
    reading.facts = dataclasses.replace(
        facts,
        bindings=_known(reading, list_bindings, bound, 'port', 'bindings'),
        plugged={
            id_: macs
            for id_, macs in _known(
                reading, plugged, sorted(servers), 'server', 'diagnostics'
            ).items()
            if macs is not None
        },
    )
    return True


def _known(
    reading: Reading,
    ask: Callable[[str], _T],
    ids: list[str],
    what: str,
    asked: str,
) -> dict[str, _T]:
    """Return the answers about things, of those of which there are any."""
    known = {}
    for id_, answer in reading.answers(ask, ids, f'Reading {asked}', what):
        if not isinstance(answer, errors.CallFailed):
            known[id_] = answer
        elif answer.status == 403:
            reading.missed(asked, answer)
            break  # it is the same with all of them
        elif answer.status not in _UNKNOWN:
            reading.missed(asked, answer)
    return known
