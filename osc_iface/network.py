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

"""The calls of the Network service, one function a call, answers checked."""

from osc_iface.cloud import Service


def ports_named(network: Service, server_id: str, name: str) -> list[str]:
    """Find ports of a server by name: ``GET /ports?device_id=&name=``.

    :param network: the Network service
    :param server_id: ID of the server
    :param name: the whole name; compared once more, since the database of
        the service may fold case
    :returns: the IDs of the ports of exactly this name
    :raises osc_iface.errors.CallFailed: the call failed
    """
    query = [
        ('device_id', server_id),
        ('name', name),
        ('fields', 'id'),
        ('fields', 'name'),
    ]
    action = f'find port {name} of server {server_id}'
    answer = network.get(action, 'ports', query=query)
    return [
        answer.text(port, 'id')
        for port in answer.objects('ports')
        if port.get('name') == name
    ]
