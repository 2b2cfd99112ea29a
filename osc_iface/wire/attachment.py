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

"""How an interface is taken from an answer."""

from typing import Any, Literal

from osc_iface.model import FixedIP, Interface
from osc_iface.wire.answer import Answer

_TextField = Literal['mac_addr', 'net_id', 'port_state', 'tag']
_TEXT_FIELDS: tuple[_TextField, ...] = (
    'mac_addr',
    'net_id',
    'port_state',
    'tag',
)


def taken(answer: Answer, item: dict[str, Any]) -> Interface:
    """Take over the known fields of an interfaceAttachment.

    :param answer: the answer of the Compute service
    :param item: the part of it that is the interface
    :returns: the interface
    :raises osc_iface.errors.CallFailed: a field is of the wrong type
    """
    interface = Interface(port_id=answer.text(item, 'port_id'))
    for field in _TEXT_FIELDS:
        if field in item:
            interface[field] = answer.text_or_none(item, field)
    if 'fixed_ips' in item:
        interface['fixed_ips'] = fixed_ips(answer, item)
    return interface


def fixed_ips(answer: Answer, item: dict[str, Any]) -> list[FixedIP] | None:
    """Take over the addresses of an interface or a port.

    :param answer: the answer of the Compute or Network service
    :param item: the part of it that is the interface or port
    :returns: the addresses; None where they are null
    :raises osc_iface.errors.CallFailed: a field is of the wrong type
    """
    if item.get('fixed_ips') is None:
        return None
    return [
        FixedIP(
            ip_address=answer.text(fixed_ip, 'ip_address'),
            subnet_id=answer.text(fixed_ip, 'subnet_id'),
        )
        for fixed_ip in answer.objects_of(item, 'fixed_ips')
    ]
