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

from osc_iface.check import network_calls
from osc_iface.check.calls import mac
from osc_iface.check.host_facts import Agent, Binding
from osc_iface.wire.service import Service, optional

COMPUTE = 'nova-compute'
# The version from which on diagnostics are the same with all hypervisors.
_DIAGNOSTICS = '2.48'
_AGENT = ('id', 'agent_type', 'host', 'alive')


@optional
def list_agents(network: Service, hosts: Iterable[str]) -> list[Agent]:
    """Ask for the agents on hosts: ``GET /agents?host=``.

    :param network: the Network service
    :param hosts: the names of the hosts
    :returns: those that this user may see; None where the service knows no
        such thing
    :raises osc_iface.errors.CallFailed: a call failed
    """
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


def list_services(compute: Service, hosts: Iterable[str]) -> list[Agent]:
    """Ask for the services on hosts: ``GET /os-services``.

    :param compute: the Compute service
    :param hosts: the names of the hosts
    :returns: what runs the servers there
    :raises osc_iface.errors.CallFailed: the call failed
    """
    wanted = set(hosts)
    if not wanted:
        return []
    query = [('binary', COMPUTE)]
    if len(wanted) == 1:
        query += [('host', host) for host in wanted]
    answer = compute.get(
        'list the services of Compute', 'os-services', query=query
    )
    return [
        Agent(COMPUTE, host, state == 'up')
        for item in answer.objects('services')
        if (host := answer.text(item, 'host')) in wanted
        and answer.text_or_none(item, 'binary') == COMPUTE
        and (state := answer.text_or_none(item, 'state'))
    ]


def list_bindings(network: Service, port_id: str) -> list[Binding]:
    """Ask for the hosts of a port: ``GET /ports/{id}/bindings``.

    :param network: the Network service
    :param port_id: the ID of the port
    :returns: the bindings that this user may see
    :raises osc_iface.errors.CallFailed: the call failed
    """
    answer = network.get(
        f'list the bindings of port {port_id}', 'ports', port_id, 'bindings'
    )
    return [
        Binding(
            host=answer.text_or_none(item, 'host') or '',
            status=answer.text_or_none(item, 'status') or '',
        )
        for item in answer.objects('bindings')
    ]


def plugged(compute: Service, server_id: str) -> frozenset[str] | None:
    """Ask what the hypervisor has: ``GET /servers/{id}/diagnostics``.

    :param compute: the Compute service
    :param server_id: the ID of the server
    :returns: the MAC addresses of the interfaces; None if it does not tell
    :raises osc_iface.errors.CallFailed: the call failed
    """
    chosen = compute.adapter.default_microversion
    answer = compute.get(
        f'show the diagnostics of server {server_id}',
        'servers',
        server_id,
        'diagnostics',
        microversion=None if chosen else _DIAGNOSTICS,
    )
    items = answer.objects_or_none(answer.body, 'nic_details') or ()
    macs = {mac(answer.text_or_none(item, 'mac_address')) for item in items}
    told = frozenset(each for each in macs if each is not None)
    return told if len(told) == len(macs) else None
