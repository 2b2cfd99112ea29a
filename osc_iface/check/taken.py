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

"""How what a check asks Network for is taken from an answer."""

from typing import Any

from osc_iface import notation
from osc_iface.check.calls import mac
from osc_iface.check.network_facts import (
    FixedIP,
    Floating,
    Forwarding,
    Group,
    Network,
    Nic,
    Rule,
)
from osc_iface.notation import IPRange
from osc_iface.wire import clock
from osc_iface.wire.answer import Answer

# Administrators see this of a port.
ADMINISTRATORS = 'binding:vif_type'
PORT = (
    'id',
    'device_id',
    'device_owner',
    'project_id',
    'network_id',
    'name',
    'description',
    'mac_address',
    'fixed_ips',
    'status',
    'admin_state_up',
    'security_groups',
    'port_security_enabled',
    'data_plane_status',
    'ip_allocation',
    'updated_at',
    'binding:vnic_type',
    'binding:host_id',
    'allowed_address_pairs',
    'trunk_details',
    ADMINISTRATORS,
)
NETWORK = (
    'id',
    'name',
    'admin_state_up',
    'subnets',
    'project_id',
    'shared',
    'router:external',
    'provider:network_type',
    'ipv4_address_scope',
)
GROUP = (
    'id',
    'name',
    'project_id',
    'shared',
    'stateful',
    'security_group_rules',
)
FLOATING_IP = (
    'id',
    'floating_ip_address',
    'floating_network_id',
    'fixed_ip_address',
    'port_id',
    'router_id',
    'status',
    'project_id',
    'updated_at',
    'port_forwardings',
)


def network(answer: Answer, item: dict[str, Any]) -> Network:
    """Take over a network."""
    return Network(
        id=answer.text(item, 'id'),
        name=answer.text_or_none(item, 'name') or '',
        enabled=answer.flag_or_none(item, 'admin_state_up'),
        subnets=_texts(answer, item, 'subnets'),
        project_id=answer.text_or_none(item, 'project_id'),
        shared=answer.flag_or_none(item, 'shared'),
        external=answer.flag_or_none(item, 'router:external'),
        kind=answer.text_or_none(item, 'provider:network_type'),
        scope=answer.text_or_none(item, 'ipv4_address_scope'),
    )


def nic(answer: Answer, item: dict[str, Any]) -> Nic:
    """Take over a port."""
    trunk = answer.object_or_none(item, 'trunk_details') or {}
    return Nic(
        id=answer.text(item, 'id'),
        server_id=answer.text_or_none(item, 'device_id') or '',
        owner=answer.text_or_none(item, 'device_owner') or '',
        name=answer.text_or_none(item, 'name') or '',
        project_id=answer.text_or_none(item, 'project_id'),
        network_id=answer.text_or_none(item, 'network_id'),
        mac=mac(answer.text_or_none(item, 'mac_address')),
        fixed_ips=fixed_ips(answer, item),
        status=answer.text_or_none(item, 'status'),
        enabled=answer.flag_or_none(item, 'admin_state_up'),
        groups=_texts(answer, item, 'security_groups'),
        secured=answer.flag_or_none(item, 'port_security_enabled'),
        vnic_type=answer.text_or_none(item, 'binding:vnic_type'),
        data_plane=answer.text_or_none(item, 'data_plane_status'),
        ip_allocation=answer.text_or_none(item, 'ip_allocation'),
        description=answer.text_or_none(item, 'description'),
        age=clock.since(answer, answer.text_or_none(item, 'updated_at')),
        pairs=pairs(answer, item),
        host=answer.text_or_none(item, 'binding:host_id'),
        vif_type=answer.text_or_none(item, ADMINISTRATORS),
        trunk_id=answer.text_or_none(trunk, 'trunk_id'),
        whole=ADMINISTRATORS in item,
    )


def fixed_ips(
    answer: Answer, item: dict[str, Any], key: str = 'fixed_ips'
) -> tuple[FixedIP, ...] | None:
    """Take over the addresses of a port; None where one is not told."""
    items = answer.objects_or_none(item, key)
    if items is None:
        return None
    found = []
    for each in items:
        ip = notation.as_ip(answer.text(each, 'ip_address'))
        if ip is None:
            return None
        found.append(FixedIP(ip, answer.text(each, 'subnet_id')))
    return tuple(found)


def address_range(answer: Answer, text: str) -> IPRange:
    """Take over a prefix, or an address.

    :raises osc_iface.errors.CallFailed: it is neither
    """
    found = notation.as_loose_range(text)
    if found is None:
        raise answer.fault('a prefix that is none')
    return found


def text_or_empty(
    answer: Answer, item: dict[str, Any], key: str
) -> str | None:
    """Take over a text; empty where it is null, None where not told."""
    if key not in item:
        return None
    return answer.text_or_none(item, key) or ''


def group(answer: Answer, item: dict[str, Any]) -> Group:
    """Take over a security group with its rules."""
    return Group(
        id=answer.text(item, 'id'),
        name=answer.text_or_none(item, 'name') or '',
        rules=tuple(
            _rule(answer, each)
            for each in answer.objects_of(item, 'security_group_rules')
        ),
        stateful=answer.flag_or_none(item, 'stateful'),
        shared=answer.flag_or_none(item, 'shared'),
        project_id=answer.text_or_none(item, 'project_id'),
    )


def floating_ip(answer: Answer, item: dict[str, Any]) -> Floating:
    """Take over a floating IP.

    :raises osc_iface.errors.CallFailed: what it has is not an address
    """
    address = notation.as_ip(answer.text(item, 'floating_ip_address'))
    if address is None:
        raise answer.fault('a floating IP without an address')
    fixed = answer.text_or_none(item, 'fixed_ip_address')
    return Floating(
        address=address,
        port_id=answer.text_or_none(item, 'port_id'),
        fixed=notation.as_ip(fixed or ''),
        id=answer.text_or_none(item, 'id') or '',
        network_id=answer.text_or_none(item, 'floating_network_id'),
        router_id=text_or_empty(answer, item, 'router_id'),
        status=answer.text_or_none(item, 'status'),
        project_id=answer.text_or_none(item, 'project_id'),
        age=clock.since(answer, answer.text_or_none(item, 'updated_at')),
        forwardings=tuple(
            _forwarding(answer, each)
            for each in answer.objects_or_none(item, 'port_forwardings') or ()
        ),
    )


def _rule(answer: Answer, item: dict[str, Any]) -> Rule:
    """Take over a rule of a group."""
    prefix = answer.text_or_none(item, 'remote_ip_prefix')
    return Rule(
        ingress=answer.text(item, 'direction') == 'ingress',
        family=answer.text_or_none(item, 'ethertype') or '',
        id=answer.text_or_none(item, 'id') or '',
        protocol=(answer.text_or_none(item, 'protocol') or '').lower() or None,
        ports=(
            answer.number_or_none(item, 'port_range_min'),
            answer.number_or_none(item, 'port_range_max'),
        ),
        prefix=None if prefix is None else address_range(answer, prefix),
        group_id=answer.text_or_none(item, 'remote_group_id'),
        address_group_id=answer.text_or_none(item, 'remote_address_group_id'),
    )


def _forwarding(answer: Answer, item: dict[str, Any]) -> Forwarding:
    """Take over the forwarding of one port, or of several in a row."""
    fixed = answer.text_or_none(item, 'internal_ip_address')
    return Forwarding(
        protocol=(answer.text_or_none(item, 'protocol') or '').lower(),
        fixed=notation.as_ip(fixed or ''),
        port_id=answer.text_or_none(item, 'internal_port_id'),
        external_ports=_span(answer, item, 'external_port'),
        internal_ports=_span(answer, item, 'internal_port'),
    )


def _span(
    answer: Answer, item: dict[str, Any], key: str
) -> tuple[int, int] | None:
    """Take over one port number, or a range of them; None if not told."""
    one = answer.number_or_none(item, key)
    if one is not None:
        return one, one
    first, _colon, last = (
        answer.text_or_none(item, f'{key}_range') or ''
    ).partition(':')
    if not (first.isdecimal() and last.isdecimal()):
        return None
    return int(first), int(last)


def pairs(answer: Answer, item: dict[str, Any]) -> tuple[IPRange, ...] | None:
    """Take over the further addresses that a port may use."""
    items = answer.objects_or_none(item, 'allowed_address_pairs')
    if items is None:
        return None
    return tuple(
        address_range(answer, answer.text(each, 'ip_address'))
        for each in items
    )


def _texts(
    answer: Answer, item: dict[str, Any], key: str
) -> tuple[str, ...] | None:
    """Take over a list of texts; None where it is not told."""
    found = answer.texts_or_none(item, key)
    return None if found is None else tuple(found)
