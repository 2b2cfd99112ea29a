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

from collections.abc import Iterator
from typing import Any

from osc_iface import notation
from osc_iface.check.calls import mac
from osc_iface.check.facts import FixedIP, Network, Nic, Rule
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
    ADMINISTRATORS,
)


def network(answer: Answer, item: dict[str, Any]) -> Network:
    """Take over a network."""
    return Network(
        id=answer.text(item, 'id'),
        name=answer.text_or_none(item, 'name') or '',
        enabled=answer.flag_or_none(item, 'admin_state_up'),
        subnets=_texts(answer, item, 'subnets'),
    )


def nic(answer: Answer, item: dict[str, Any]) -> Nic:
    """Take over a port."""
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
        whole=ADMINISTRATORS in item,
    )


def fixed_ips(
    answer: Answer, item: dict[str, Any]
) -> tuple[FixedIP, ...] | None:
    """Take over the addresses of a port; None where one is not told."""
    items = answer.objects_or_none(item, 'fixed_ips')
    if items is None:
        return None
    found = []
    for each in items:
        ip = notation.as_ip(answer.text(each, 'ip_address'))
        if ip is None:
            return None
        found.append(FixedIP(ip, answer.text(each, 'subnet_id')))
    return tuple(found)


def rules(answer: Answer, item: dict[str, Any]) -> Iterator[Rule]:
    """Yield the rules of a group."""
    for rule in answer.objects_of(item, 'security_group_rules'):
        yield Rule(
            ingress=answer.text(rule, 'direction') == 'ingress',
            family=answer.text_or_none(rule, 'ethertype') or '',
            from_group=bool(answer.text_or_none(rule, 'remote_group_id')),
        )


def _texts(
    answer: Answer, item: dict[str, Any], key: str
) -> tuple[str, ...] | None:
    """Take over a list of texts; None where it is not told."""
    found = answer.texts_or_none(item, key)
    return None if found is None else tuple(found)
