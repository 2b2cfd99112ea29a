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

"""The calls that only the question what gets through makes of Network."""

from collections.abc import Iterable

from osc_iface import errors
from osc_iface.check import network_calls, taken
from osc_iface.notation import IPRange
from osc_iface.wire.service import Service

_MEMBER = ('id', 'fixed_ips', 'allowed_address_pairs', 'security_groups')


class Users:
    """The ports that use security groups, and their addresses."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ports: dict[str, set[str]] = {id_: set() for id_ in ids}
        self.ranges: dict[str, list[IPRange]] = {id_: [] for id_ in self.ports}

    def add(
        self, port_id: str, groups: Iterable[str], ranges: list[IPRange]
    ) -> None:
        """Take in a port."""
        for id_ in groups:
            if id_ in self.ports:
                self.ports[id_].add(port_id)
                self.ranges[id_] += ranges


def users(network: Service, group_ids: Iterable[str]) -> Users:
    """Ask which ports use groups: ``GET /ports?security_groups=``.

    :param network: the Network service
    :param group_ids: the IDs of the groups
    :returns: those that this user may see
    :raises osc_iface.errors.CallFailed: a call failed
    """
    found = Users(group_ids)
    for answer, items in network.pages(
        'list the ports',
        'ports',
        'ports',
        query=[('security_groups', each) for each in sorted(found.ports)],
        fields=_MEMBER,
    ):
        for item in items:
            ranges = list(taken.pairs(answer, item) or ())
            ranges += [
                taken.address_range(answer, str(each.ip))
                for each in taken.fixed_ips(answer, item) or ()
            ]
            groups = answer.texts_or_none(item, 'security_groups') or ()
            found.add(answer.text(item, 'id'), groups, ranges)
    return found


def closed_groups(network: Service, ids: Iterable[str]) -> set[str]:
    """Ask which groups nobody else uses: ``GET /security-groups?id=``.

    :param network: the Network service
    :param ids: the IDs of the groups
    :returns: those that this user may see and that are not shared
    :raises osc_iface.errors.CallFailed: a call failed
    """
    return {
        answer.text(item, 'id')
        for answer, item in network_calls.some(
            network, 'security-groups', ids, ('id', 'shared')
        )
        if answer.flag_or_none(item, 'shared') is not True
    }


def address_groups(
    network: Service, ids: Iterable[str]
) -> dict[str, tuple[IPRange, ...]]:
    """Ask for address groups: ``GET /address-groups?id=``.

    :param network: the Network service
    :param ids: their IDs
    :returns: the addresses of those that this user may see
    :raises osc_iface.errors.CallFailed: a call failed
    """
    try:
        return {
            answer.text(item, 'id'): tuple(
                taken.address_range(answer, each)
                for each in answer.texts_or_none(item, 'addresses') or ()
            )
            for answer, item in network_calls.some(
                network, 'address-groups', ids, ('id', 'addresses')
            )
        }
    except errors.CallFailed as exc:
        if exc.status != 404:
            raise
        return {}
