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

"""The columns: one table that says of each what it is and what it costs."""

from collections.abc import Callable, Collection, Sequence
import dataclasses
import enum
from typing import Any, NamedTuple

from osc_lib import exceptions

from osc_iface import cells
from osc_iface.model import FIELDS, Row
from osc_iface.names import FLOATING_IP, Names
from osc_iface.printable import beginning


class Source(enum.Enum):
    """What is asked for a column, and how many requests more that takes."""

    INTERFACES = 'the interfaces themselves', 'none'
    TAGS = 'Compute, interfaces', 'one for each of several servers'
    SERVER_NAMES = 'Compute, servers', 'one for a server named by ID'
    SERVERS = 'Compute, servers in detail', 'one for a server named by ID'
    PORTS = 'Network, ports', 'one with Tag, or for one server named by ID'
    NETWORKS = 'Network, networks', 'one'
    SUBNETS = 'Network, subnets', 'one'
    GROUPS = 'Network, ports and security groups', 'as Port Name, and one'
    FLOATING_IPS = 'Network, floating IPs', 'one for a thousand of them'

    def __init__(self, asked: str, cost: str) -> None:
        self.asked = asked
        self.cost = cost


class Column(NamedTuple):
    """A column of a list.

    ``field`` is its name for ``show --long``, in the style of the API;
    ``attribute`` what is asked for of the port; ``since`` the version or the
    extension of the API that it takes; ``policy`` the one that shows it to
    more than administrators.
    """

    header: str
    source: Source
    value: Callable[[Row, Names], Any]
    form: type[cells.Cell] = cells.Text
    field: str = ''
    attribute: str = ''
    since: str = ''
    policy: str = ''


def _interface(field: str) -> Callable[[Row, Names], Any]:
    """Return what takes a field of the interface."""
    return lambda row, _names: row.interface.get(field)


def _port(header: str, attribute: str, **more: Any) -> Column:
    """Return a column of an attribute of the port."""
    return Column(
        header,
        Source.PORTS,
        lambda row, _names: _attribute(row, attribute),
        **{
            'field': header.lower().replace(' ', '_'),
            'attribute': attribute,
            **more,
        },
    )


def _attribute(row: Row, attribute: str) -> Any:
    """Return an attribute of the port; None where it is not known."""
    return row.port.attributes.get(attribute) if row.port else None


def _network(row: Row, names: Names) -> str | None:
    """Return the name of the network, or its ID."""
    net_id = row.interface.get('net_id')
    return None if net_id is None else names.name('network', net_id)


def _subnets(row: Row, names: Names) -> list[str] | None:
    """Return the names of the subnets, or their IDs, each once."""
    fixed_ips = row.interface.get('fixed_ips')
    if fixed_ips is None:
        return None
    ids = dict.fromkeys(each['subnet_id'] for each in fixed_ips)
    return [names.name('subnet', id_) for id_ in ids]


def _groups(row: Row, names: Names) -> list[str] | None:
    """Return the names of the security groups, or their IDs."""
    ids = _attribute(row, 'security_groups')
    if ids is None:
        return None
    return sorted(names.name('security group', id_) for id_ in ids)


def _floating_ips(row: Row, names: Names) -> list[str] | None:
    """Return the floating IPs that lead to the port."""
    if names.floating_ips is None:
        return None
    return names.floating_ips.get(row.interface['port_id'], [])


def normal(name: str) -> str:
    """Return a name of a column as the client compares it."""
    return name.strip().lower().replace(' ', '_')


TABLE = (
    Column(
        'Server',
        Source.INTERFACES,
        lambda row, _names: (
            (not row.server.by_id and row.server.name) or row.server.id
        ),
    ),
    Column('Server ID', Source.INTERFACES, lambda row, _names: row.server.id),
    Column(
        'Server Name', Source.SERVER_NAMES, lambda row, _names: row.server.name
    ),
    Column(
        'Server Status', Source.SERVERS, lambda row, _names: row.server.status
    ),
    Column(
        'Project ID',
        Source.SERVERS,
        lambda row, _names: row.server.project_id,
    ),
    Column('Port ID', Source.INTERFACES, _interface('port_id')),
    _port('Port Name', 'name'),
    Column('Network', Source.NETWORKS, _network, field='network_name'),
    Column('Network ID', Source.INTERFACES, _interface('net_id')),
    Column(
        'Subnets', Source.SUBNETS, _subnets, cells.Texts, field='subnet_names'
    ),
    Column('MAC Address', Source.INTERFACES, _interface('mac_addr')),
    Column(
        'Fixed IP Addresses',
        Source.INTERFACES,
        _interface('fixed_ips'),
        cells.FixedIPs,
    ),
    Column(
        'Floating IP Addresses',
        Source.FLOATING_IPS,
        _floating_ips,
        cells.Addresses,
        field='floating_ips',
        since='router',
    ),
    Column('Port State', Source.INTERFACES, _interface('port_state')),
    _port(
        'Admin State',
        'admin_state_up',
        form=cells.State,
        field='admin_state_up',
    ),
    Column(
        'Security Groups',
        Source.GROUPS,
        _groups,
        cells.Texts,
        field='security_groups',
        attribute='security_groups',
        since='security-group',
    ),
    _port(
        'Port Security',
        'port_security_enabled',
        form=cells.Flag,
        field='port_security_enabled',
        since='port-security',
    ),
    _port(
        'Allowed Address Pairs',
        'allowed_address_pairs',
        form=cells.Objects,
        since='allowed-address-pairs',
    ),
    _port('vNIC Type', 'vnic_type', since='binding'),
    _port('QoS Policy ID', 'qos_policy_id', since='qos'),
    _port('Trunk', 'trunk_details', form=cells.Trunk, since='trunk-details'),
    _port(
        'Host', 'host_id', since='binding', policy='get_port:binding:host_id'
    ),
    _port(
        'VIF Type',
        'vif_type',
        since='binding',
        policy='get_port:binding:vif_type',
    ),
    Column('Tag', Source.TAGS, _interface('tag'), since='2.70'),
)
_BY_NAME = {normal(each.header): each for each in TABLE}


@dataclasses.dataclass(frozen=True)
class Choice:
    """The columns that are shown, and those that are only sorted by.

    ``names`` tells whether networks and the like are shown by name.
    """

    shown: Sequence[Column]
    sorted_by: Sequence[Column] = ()
    names: bool = True

    def needs(self, *sources: Source) -> bool:
        """Return whether one of the sources is to be asked."""
        needed = {each.source for each in (*self.shown, *self.sorted_by)}
        return not needed.isdisjoint(sources)

    @property
    def kinds(self) -> list[str]:
        """What is to be asked for by :func:`osc_iface.names.asked`."""
        return [
            kind
            for source, kind in (
                (Source.NETWORKS, 'network'),
                (Source.SUBNETS, 'subnet'),
                (Source.GROUPS, 'security group'),
                (Source.FLOATING_IPS, FLOATING_IP),
            )
            if self.needs(source) and (self.names or kind == FLOATING_IP)
        ]

    @property
    def attributes(self) -> set[str]:
        """What is to be asked for of the ports."""
        found = {each.attribute for each in (*self.shown, *self.sorted_by)}
        if found & {'host_id', 'vif_type'}:
            found.add('vnic_type')  # tells what is hidden from what is not
        return found - {''}


def named(typed: str) -> Column:
    """Return the column of a name, in any case, with blanks or underscores.

    :raises osc_lib.exceptions.CommandError: there is none; says which there
        are
    """
    try:
        return _BY_NAME[normal(typed)]
    except KeyError:
        raise no_column(typed, [each.header for each in TABLE]) from None


def default(named: bool, all_projects: bool) -> list[Column]:
    """Return the columns of a list, if nothing else is asked for.

    :param named: whether servers are named
    :param all_projects: whether those of all projects are listed
    """
    headers = ['Server', *(['Project ID'] if all_projects else [])]
    headers += ['Port ID', 'Network', 'MAC Address', 'Fixed IP Addresses']
    headers += ['Port State', *(['Tag'] if named else [])]
    return [_BY_NAME[normal(each)] for each in headers]


def long() -> list[Column]:
    """Return all columns but the tag, which takes a request a server."""
    return [each for each in TABLE if each.source is not Source.TAGS]


def of_fields(typed: Collection[str], all_of_them: bool) -> list[Column]:
    """Return the columns of what ``show`` tells beside the interface.

    :param typed: names of fields, if some are chosen
    :param all_of_them: whether all are wanted, if none are
    """
    return [
        each
        for each in TABLE
        if each.field and (each.field in typed if typed else all_of_them)
    ]


def field(typed: str) -> str:
    """Return the field of ``show`` of a name, as for :func:`named`.

    :raises osc_lib.exceptions.CommandError: there is none; says which there
        are
    """
    fields = [*FIELDS, *(each.field for each in TABLE if each.field)]
    if normal(typed) in fields:
        return normal(typed)
    raise no_column(typed, fields)


def no_column(typed: str, there: Sequence[str]) -> exceptions.CommandError:
    """Return an exception: no column has a name; and which there are."""
    return exceptions.CommandError(
        f"no column has the name '{beginning(typed)}'; there are "
        f'{", ".join(there)}'
    )
