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

"""How a port, and what leads to it, is taken from an answer."""

from collections.abc import Iterable
from typing import Any, cast

from osc_iface.model import Attributes, FloatingIP, Interface, Port
from osc_iface.wire.answer import Answer
from osc_iface.wire.attachment import fixed_ips

# Of a port, what makes an interface and tells whose it is.
_FIELDS = (
    'id',
    'device_id',
    'device_owner',
    'network_id',
    'mac_address',
    'fixed_ips',
    'status',
)
FLOATING_IP_FIELDS = (
    'id',
    'floating_ip_address',
    'fixed_ip_address',
    'port_id',
    'port_forwardings',
)
# Of an address pair and of a trunk's subport, the texts.
_PAIR = ('ip_address', 'mac_address')
_SUBPORT = ('port_id', 'mac_address', 'segmentation_type')
# Tells on which network the port behind a floating IP is.
PORT_DETAILS = 'port_details'
# What other names the API has for some attributes.
_IN_THE_API = {
    'vnic_type': 'binding:vnic_type',
    'host_id': 'binding:host_id',
    'vif_type': 'binding:vif_type',
}


def fields(attributes: Iterable[str]) -> list[str]:
    """Return the fields to ask for, to have some attributes of ports."""
    return [*_FIELDS, *(_IN_THE_API.get(each, each) for each in attributes)]


def taken(answer: Answer, item: dict[str, Any]) -> Port:
    """Take over a port.

    :param answer: the answer of the Network service
    :param item: the part of it that is the port
    :returns: the port, with those attributes that the answer has
    :raises osc_iface.errors.CallFailed: a field is of the wrong type
    """
    return Port(
        server_id=answer.text_or_none(item, 'device_id') or '',
        owner=answer.text_or_none(item, 'device_owner') or '',
        interface=Interface(
            port_id=answer.text(item, 'id'),
            net_id=answer.text_or_none(item, 'network_id'),
            mac_addr=answer.text_or_none(item, 'mac_address'),
            fixed_ips=fixed_ips(answer, item),
            port_state=answer.text_or_none(item, 'status'),
        ),
        attributes=_attributes(answer, item),
    )


def floating_ip(answer: Answer, item: dict[str, Any]) -> FloatingIP:
    """Take over a floating IP, and where it leads to.

    :param answer: the answer of the Network service
    :param item: the part of it that is the floating IP
    :returns: the floating IP
    :raises osc_iface.errors.CallFailed: a field is of the wrong type
    """
    ports = {answer.text_or_none(item, 'port_id')}
    if item.get('port_forwardings') is not None:
        ports |= {
            answer.text_or_none(each, 'internal_port_id')
            for each in answer.objects_of(item, 'port_forwardings')
        }
    details = answer.object_or_none(item, PORT_DETAILS) or {}
    return FloatingIP(
        address=answer.text(item, 'floating_ip_address'),
        fixed_address=answer.text_or_none(item, 'fixed_ip_address'),
        ports=frozenset(port_id for port_id in ports if port_id is not None),
        network_id=answer.text_or_none(details, 'network_id'),
    )


def _attributes(answer: Answer, item: dict[str, Any]) -> Attributes:
    """Take over the attributes that an answer has."""
    found: dict[str, Any] = {}
    for kinds, take in (
        (('name', 'qos_policy_id'), answer.text_or_none),
        (('vnic_type', 'host_id', 'vif_type'), answer.text_or_none),
        (('admin_state_up', 'port_security_enabled'), answer.flag_or_none),
        (('security_groups',), answer.texts_or_none),
    ):
        for kind in kinds:
            field = _IN_THE_API.get(kind, kind)
            if field in item:
                found[kind] = take(item, field)
    if 'allowed_address_pairs' in item:
        found['allowed_address_pairs'] = _objects(
            answer, item, 'allowed_address_pairs', _PAIR
        )
    if 'trunk_details' in item:
        found['trunk_details'] = _trunk(answer, item)
    return cast(Attributes, found)


def _trunk(answer: Answer, item: dict[str, Any]) -> dict[str, Any] | None:
    """Take over the trunk that a port is the parent of."""
    trunk = answer.object_or_none(item, 'trunk_details')
    if trunk is None:
        return None
    found: dict[str, Any] = _texts(answer, trunk, ('trunk_id',))
    if 'sub_ports' in trunk:
        found['sub_ports'] = _objects(answer, trunk, 'sub_ports', _SUBPORT)
        for taken_over, subport in zip(
            found['sub_ports'] or (), trunk['sub_ports'] or (), strict=True
        ):
            vlan = answer.number_or_none(subport, 'segmentation_id')
            taken_over['segmentation_id'] = vlan
    return found


def _objects(
    answer: Answer, item: dict[str, Any], key: str, fields: tuple[str, ...]
) -> list[dict[str, Any]] | None:
    """Take over the known fields, texts, of the objects under a key."""
    objects = answer.objects_or_none(item, key)
    if objects is None:
        return None
    return [_texts(answer, each, fields) for each in objects]


def _texts(
    answer: Answer, item: dict[str, Any], fields: tuple[str, ...]
) -> dict[str, str | None]:
    """Take over the texts that an object has."""
    return {
        field: answer.text_or_none(item, field)
        for field in fields
        if field in item
    }
