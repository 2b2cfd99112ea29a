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

"""Whether anything leads outside, without a floating IP."""

from osc_iface.check.network_facts import OVERLAYS, Nic, Router, Subnet
from osc_iface.notation import IPAddress
from osc_iface.reach.known import Known


def leads(
    known: Known, nic: Nic, ip: IPAddress, ingress: bool, router: Router
) -> tuple[bool | None, str]:
    """Return whether it leads from outside to an address, or from it out.

    :param known: what is known
    :param nic: the port
    :param ip: its address
    :param ingress: whether this is about the way in
    :param router: a router that its subnet is attached to
    :returns: None if nobody knows; why, unless it leads there
    """
    label = router.label
    gateway = router.gateway
    if gateway is None:
        if router.external is None:
            return None, f'The gateway of router {label} cannot be seen'
        return False, f'Router {label} has no external gateway'
    routes = f'The routes outside of router {label} cannot be seen'
    if ip.version == 6:
        if gateway.ips is not None and not any(
            each.ip.version == 6 for each in gateway.ips
        ):
            return (
                False,
                f'The external gateway of router {label} has no IPv6 address',
            )
        return None, routes
    if not ingress and any(
        each.router_id == router.id for each in known.floating(nic, ip)
    ):
        return True, ''
    network = known.facts.network(nic)
    if network is None:
        return None, 'The network of the port cannot be seen'
    if gateway.snat and network.scope:
        why = (
            f'Network {network.label} has an address scope: whether router '
            f'{label} translates is not known'
        )
        return None, why
    if gateway.snat and not ingress:
        return True, ''
    if gateway.snat is None:
        return None, f'Whether router {label} translates cannot be seen'
    if gateway.snat:
        return (
            False,
            f'Router {label} translates addresses: from outside nothing '
            f'reaches {ip} itself',
        )
    return None, routes


def may_lead(
    known: Known, nic: Nic, ip: IPAddress, ingress: bool, router: Router
) -> bool:
    """Return whether it may lead anywhere but to its own subnets.

    :param known: as for ``leads``, like all the others
    """
    if router.enabled is False:
        return False
    open_, _why = leads(known, nic, ip, ingress, router)
    return router.routes is True or open_ is not False


def without_router(
    known: Known, nic: Nic, subnet: Subnet
) -> tuple[bool | None, str, str]:
    """Return whether a subnet that has no router leads anywhere.

    :param known: what is known
    :param nic: the port
    :param subnet: one of its subnets
    :returns: None if nobody knows; the ID of what decides; why
    """
    network = known.facts.network(nic)
    holder = known.holder(subnet)
    if holder is not None:
        why = (
            f'The gateway {subnet.gateway} of subnet {subnet.label} is a port '
            f'that is no router: where it leads is not known'
        )
        return None, holder.port_id, why
    if network is None or known.foreign(nic):
        why = (
            f'Subnet {subnet.label} is of another project, whose routers '
            f'cannot be seen'
        )
        return None, nic.network_id or subnet.id, why
    if network.kind in OVERLAYS and (
        subnet.gateway is None or known.holders is not None
    ):
        why = (
            f'Subnet {subnet.label} has no router, and its network '
            f'({network.kind}) no other way out'
        )
        return False, network.id, why
    why = (
        f'Subnet {subnet.label} has no router; whether its network leads '
        f'anywhere by itself is not known'
    )
    return None, network.id, why
