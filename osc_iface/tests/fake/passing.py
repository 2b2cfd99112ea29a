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

"""What of Neutron's things may be asked for, and what passes."""

import collections

from osc_iface.tests.fake.items import Item
from osc_iface.tests.fake.pages import Query

# Of the keys that filter, those that are here.
FILTERS = {
    'ports': {
        *('id', 'name', 'device_id', 'device_owner', 'project_id'),
        *('network_id', 'mac_address', 'fixed_ips', 'status'),
    },
    'networks': {'id', 'name', 'project_id'},
    'subnets': {'id', 'name', 'network_id', 'project_id'},
    'floatingips': {
        *('id', 'floating_ip_address', 'port_id', 'project_id', 'router_id'),
        *('fixed_ip_address', 'floating_network_id', 'status'),
    },
    'security-groups': {'id', 'name', 'project_id'},
    'routers': {'id', 'name', 'project_id'},
    'trunks': {'id', 'name', 'port_id', 'project_id', 'status'},
    'agents': {'id', 'agent_type', 'binary', 'host'},
}


def passes(item: Item, filters: Query) -> bool:
    """Return whether something passes the filters."""
    return all(_passes(item, key, filters[key]) for key in filters)


def _passes(item: Item, key: str, values: list[str]) -> bool:
    """Return whether something has one of some values."""
    if key == 'fixed_ips':
        return _passes_fixed_ips(item, values)
    if key == 'security_groups':
        return not set(values).isdisjoint(item[key])
    return item.get(key) in values


def _passes_fixed_ips(port: Item, filters: list[str]) -> bool:
    """Return whether the addresses of a port have what is wanted."""
    wanted: dict[str, set[str]] = collections.defaultdict(set)
    for each in filters:
        key, _equals, value = each.partition('=')
        wanted[key].add(value)
    return all(
        any(fixed_ip[key] in values for fixed_ip in port['fixed_ips'])
        for key, values in wanted.items()
    )
