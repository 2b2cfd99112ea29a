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

"""Whether a router leads outside, without a floating IP."""

from osc_iface.check.network_facts import Nic, Router
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
    if gateway.snat and network is not None and network.scope:
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
