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

"""The calls about trunks, and the ports that are behind one of a server."""

from collections.abc import Iterable
from typing import Any

from osc_iface.check import network_calls, taken
from osc_iface.check.network_facts import Nic
from osc_iface.check.trunk_facts import Subport, Trunk
from osc_iface.wire import clock
from osc_iface.wire.answer import Answer
from osc_iface.wire.service import Service, optional

_TRUNK = ('id', 'name', 'status', 'admin_state_up', 'updated_at', 'sub_ports')


@optional
def list_trunks(network: Service, ids: Iterable[str]) -> dict[str, Trunk]:
    """Ask for trunks: ``GET /trunks?id=``.

    :param network: the Network service
    :param ids: their IDs
    :returns: those that this user may see, by ID; None where the service
        knows no such thing
    :raises osc_iface.errors.CallFailed: a call failed
    """
    return {
        found.id: found
        for answer, item in network_calls.some(network, 'trunks', ids, _TRUNK)
        if (found := _trunk(answer, item))
    }


def list_subports(network: Service, ids: Iterable[str]) -> dict[str, Nic]:
    """Ask for the ports behind others: ``GET /ports?id=``.

    :param network: the Network service
    :param ids: their IDs
    :returns: those that this user may see, by ID
    :raises osc_iface.errors.CallFailed: a call failed
    """
    return {
        found.id: found
        for answer, item in network_calls.some(
            network, 'ports', ids, taken.PORT
        )
        if (found := taken.nic(answer, item))
    }


def _trunk(answer: Answer, item: dict[str, Any]) -> Trunk:
    """Take over a trunk."""
    return Trunk(
        id=answer.text(item, 'id'),
        name=answer.text_or_none(item, 'name') or '',
        status=answer.text_or_none(item, 'status'),
        enabled=answer.flag_or_none(item, 'admin_state_up'),
        age=clock.since(answer, answer.text_or_none(item, 'updated_at')),
        subports=tuple(
            Subport(
                port_id=answer.text(each, 'port_id'),
                kind=answer.text_or_none(each, 'segmentation_type') or '',
                segment=answer.number_or_none(each, 'segmentation_id'),
            )
            for each in answer.objects_or_none(item, 'sub_ports') or ()
        ),
    )
