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

"""Checks: how the interfaces of one server go together."""

from collections.abc import Iterator

from osc_iface.check.advice import Advice
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import (
    Finding,
    Need,
    Severity,
    check,
    on_server,
)
from osc_iface.check.network_facts import Nic, Subnet


@check(
    'several-gateways',
    Severity.NOTE,
    kind='server',
    needs={Need.PORTS, Need.SUBNETS},
    seen='Several interfaces of the server have a gateway, of one IP version.',
    advised='Choose the default route inside the guest.',
)
def several_gateways(facts: Facts) -> Iterator[Finding]:
    """Find servers that are offered more than one default route."""
    for machine, legs in _by_server(facts):
        offered: dict[int, dict[str, str]] = {}
        gateways: dict[int, set[str]] = {}
        for nic, subnet in legs:
            if subnet.gateway is not None:
                of_version = offered.setdefault(subnet.gateway.version, {})
                of_version[nic.id] = f'{subnet.gateway} by {nic.label}'
                gateways.setdefault(subnet.gateway.version, set()).add(
                    subnet.id
                )
        several = {
            version: by_nic
            for version, by_nic in offered.items()
            # By two interfaces of one subnet it is the same.
            if len(by_nic) > 1 and len(gateways[version]) > 1
        }
        if several:
            texts = [
                f'IPv{version} ({", ".join(several[version].values())})'
                for version in sorted(several)
            ]
            yield on_server(
                machine,
                f'The server has more than one gateway for '
                f'{" and ".join(texts)}: which one it uses is up to the '
                f'guest.',
                Advice(
                    'Choose the default route inside the guest; or have the '
                    'subnet that is not to be one without a gateway '
                    '("openstack subnet set --gateway none <subnet>"), which '
                    'Network refuses where a router has that address.'
                ),
            )


@check(
    'same-subnet-twice',
    Severity.NOTE,
    kind='server',
    needs={Need.PORTS, Need.SUBNETS},
    seen='Two interfaces of the server have addresses in one subnet.',
    advised='Is that meant?',
)
def same_subnet_twice(facts: Facts) -> Iterator[Finding]:
    """Find servers with two interfaces in the same subnet."""
    for machine, legs in _by_server(facts):
        inside: dict[str, list[Nic]] = {}
        labels = {}
        for nic, subnet in legs:
            inside.setdefault(subnet.id, []).append(nic)
            labels[subnet.id] = subnet.label
        twice = [
            f'{labels[id_]} ({", ".join(nic.label for nic in nics)})'
            for id_, nics in inside.items()
            if len(nics) > 1
        ]
        if twice:
            yield on_server(
                machine,
                f'Several interfaces are in subnet {" and in ".join(twice)}: '
                f'replies may leave by another one than they should.',
                Advice('If that is not meant, detach all of them but one.'),
            )


def _by_server(
    facts: Facts,
) -> Iterator[tuple[Machine, list[tuple[Nic, Subnet]]]]:
    """Yield servers with the subnets of their interfaces."""
    found: dict[str, list[tuple[Nic, Subnet]]] = {}
    for machine, nic, subnet in facts.legs():
        found.setdefault(machine.id, []).append((nic, subnet))
    for id_, legs in found.items():
        yield facts.servers[id_], legs
