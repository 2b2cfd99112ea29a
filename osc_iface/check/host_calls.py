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

"""The calls about what happens on hosts, for administrators."""

from collections.abc import Iterable

from osc_iface import errors
from osc_iface.check import network_calls
from osc_iface.check.host_facts import Agent
from osc_iface.wire.service import Service

_AGENT = ('id', 'agent_type', 'host', 'alive')


def list_agents(network: Service, hosts: Iterable[str]) -> list[Agent] | None:
    """Ask for the agents on hosts: ``GET /agents?host=``.

    :param network: the Network service
    :param hosts: the names of the hosts
    :returns: those that this user may see; None where the service knows no
        such thing
    :raises osc_iface.errors.CallFailed: a call failed
    """
    try:
        return [
            Agent(
                kind=answer.text_or_none(item, 'agent_type') or '',
                host=answer.text_or_none(item, 'host') or '',
                alive=answer.flag_or_none(item, 'alive'),
            )
            for answer, item in network_calls.some(
                network, 'agents', hosts, _AGENT, 'host'
            )
        ]
    except errors.CallFailed as exc:
        if exc.status != 404:
            raise
        return None
