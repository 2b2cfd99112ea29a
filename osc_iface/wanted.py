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

"""What the options of a list ask for: columns, projects and filters."""

import argparse

from osc_iface import columns, find_others, notation
from osc_iface.columns import Choice
from osc_iface.filters import Filters
from osc_iface.model import FloatingIP, Scope
from osc_iface.notation import IPRange
from osc_iface.wire import network
from osc_iface.wire.cloud import Cloud


def choice(options: argparse.Namespace) -> Choice:
    """Return the columns that are asked for.

    :param options: as parsed, columns by their headers
    """
    shown = [columns.named(each) for each in options.columns]
    if not shown and options.long:
        shown = columns.long()
    if not shown:
        shown = columns.default(
            named=bool(options.servers),
            all_projects=bool(options.all_projects or options.project),
        )
    return Choice(
        shown=shown,
        sorted_by=[columns.named(each) for each in options.sort_columns],
        names=not options.no_name_lookup,
    )


def scope(
    cloud: Cloud, options: argparse.Namespace, all_projects: bool
) -> Scope:
    """Return whose servers are meant, where none are named.

    :param cloud: the services to ask for the ID of a project
    :param options: as parsed
    :param all_projects: whether all projects are meant, unless one is named
    :raises osc_lib.exceptions.CommandError: there is no such project, the
        login is for none, or a call failed
    """
    if options.project:
        project_id = find_others.project(
            cloud, options.project, options.project_domain
        )
        return Scope(all_projects=True, project_id=project_id)
    if all_projects:
        return Scope(all_projects=True, project_id=None)
    if options.servers:
        return Scope(all_projects=False, project_id=cloud.project_id)
    return Scope(all_projects=False, project_id=cloud.need_project())


def filters(
    cloud: Cloud, options: argparse.Namespace, all_projects: bool
) -> Filters:
    """Return the filters that are asked for.

    :param cloud: the services to ask for the IDs of names, and for what is
        behind floating IPs
    :param options: as parsed
    :param all_projects: whether all networks of a name are meant
    :raises osc_lib.exceptions.CommandError: a name names nothing, or a call
        failed
    """
    # Servers of any project may be named by ID; theirs are its groups.
    any_group = all_projects or any(map(notation.as_uuid, options.servers))
    ids = {
        kind: frozenset(
            id_
            for typed in values
            for id_ in find_others.of_network(cloud, kind, typed, everyone_s)
        )
        for kind, values, everyone_s in (
            ('network', options.network, all_projects),
            ('subnet', options.subnet, all_projects),
            ('security group', options.security_group, any_group),
        )
    }
    return Filters(
        networks=ids['network'],
        subnets=ids['subnet'],
        groups=ids['security group'],
        hosts=frozenset(options.host),
        addresses=frozenset(options.ip_address),
        macs=frozenset(options.mac_address),
        states=frozenset(options.port_state),
        tags=frozenset(options.tag),
        floating=_floating(cloud, options.ip_address),
    )


def _floating(
    cloud: Cloud, wanted: list[IPRange]
) -> dict[IPRange, list[FloatingIP]]:
    """Return the floating IPs among addresses; IPv6 has none."""
    ranges = [each for each in wanted if each.version == 4]
    if not ranges:
        return {}
    single = all(map(notation.is_single, ranges))
    found = network.list_floating_ips(
        cloud.network,
        [str(each.network_address) for each in ranges] if single else (),
        networks=True,
    )
    return {
        each: [
            floating_ip
            for floating_ip in found or ()
            if (address := notation.as_ip(floating_ip.address)) is not None
            and address in each
        ]
        for each in ranges
    }
