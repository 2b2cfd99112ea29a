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

"""A healthy server as facts, and what the checks find in others."""

import dataclasses
import ipaddress
from typing import Any

import testtools

from osc_iface.check import checks, judging
from osc_iface.check.compute_facts import Address, Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import Finding, Wanted
from osc_iface.check.network_facts import (
    FixedIP,
    Gateway,
    Group,
    Network,
    Nic,
    Router,
    Rule,
    ServicePort,
    Subnet,
)
from osc_iface.tests.unit.base import (
    NETWORK_ID,
    PORT_ID,
    PROJECT_ID,
    SERVER_ID,
    SUBNET_ID,
)

MAC = 'fa:16:3e:4c:2c:30'
OTHER_MAC = 'fa:16:3e:00:00:02'
OTHER_PORT_ID = '88888888-8888-4888-8888-888888888888'
GROUP_ID = '99999999-9999-4999-8999-999999999999'
ROUTER_ID = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
ROUTER_PORT_ID = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
DHCP_PORT_ID = 'cccccccc-cccc-4ccc-8ccc-cccccccccccc'
EXTERNAL_ID = 'dddddddd-dddd-4ddd-8ddd-dddddddddddd'
LONG_AGO = 100_000.0

IP = ipaddress.ip_address('10.0.0.5')
OTHER_IP = ipaddress.ip_address('10.0.0.6')
FLOATING = ipaddress.ip_address('203.0.113.5')

ADDRESS = Address('net', IP, MAC, floating=False)
MACHINE = Machine(
    SERVER_ID,
    'web-1',
    PROJECT_ID,
    'ACTIVE',
    addresses=(ADDRESS,),
    launched=True,
    since_updated=LONG_AGO,
    since_created=LONG_AGO,
    config_drive=False,
)
NIC = Nic(
    PORT_ID,
    SERVER_ID,
    'compute:nova',
    'port-1',
    PROJECT_ID,
    NETWORK_ID,
    MAC,
    (FixedIP(IP, SUBNET_ID),),
    'ACTIVE',
    enabled=True,
    groups=(GROUP_ID,),
    secured=True,
    vnic_type='normal',
    description='',
    age=LONG_AGO,
)
OTHER_NIC = dataclasses.replace(
    NIC,
    id=OTHER_PORT_ID,
    name='port-2',
    mac=OTHER_MAC,
    fixed_ips=(FixedIP(OTHER_IP, SUBNET_ID),),
)
NETWORK = Network(
    NETWORK_ID, 'net', True, (SUBNET_ID,), PROJECT_ID, external=False
)
GATEWAY_IP = ipaddress.ip_address('10.0.0.1')
SUBNET = Subnet(
    SUBNET_ID,
    NETWORK_ID,
    ipaddress.ip_network('10.0.0.0/24'),
    'net-v4',
    GATEWAY_IP,
    True,
    PROJECT_ID,
)
ROUTER_PORT = ServicePort(
    ROUTER_PORT_ID,
    NETWORK_ID,
    'network:router_interface',
    ROUTER_ID,
    PROJECT_ID,
    (FixedIP(GATEWAY_IP, SUBNET_ID),),
    'ACTIVE',
    True,
    age=LONG_AGO,
)
DHCP_PORT = ServicePort(
    DHCP_PORT_ID,
    NETWORK_ID,
    'network:dhcp',
    'dhcp-1',
    PROJECT_ID,
    (FixedIP(ipaddress.ip_address('10.0.0.2'), SUBNET_ID),),
    'ACTIVE',
    True,
    age=LONG_AGO,
)
ROUTER = Router(
    ROUTER_ID,
    'router-1',
    True,
    'ACTIVE',
    PROJECT_ID,
    Gateway(EXTERNAL_ID),
    external=True,
    routes=False,
)
OPEN = tuple(
    Rule(ingress, family)
    for ingress in (True, False)
    for family in ('IPv4', 'IPv6')
)
GROUP = Group(GROUP_ID, 'web', OPEN)


def facts(
    machine: Machine = MACHINE,
    nics: tuple[Nic, ...] = (NIC,),
    network: Network = NETWORK,
    group: Group = GROUP,
    **others: Any,
) -> Facts:
    """Return a server with its ports, and what else there is."""
    return Facts(
        {machine.id: machine},
        **{
            'ports': nics,
            'networks': {network.id: network},
            'groups': {group.id: group},
            'floating_ips': [],
            'subnets': {SUBNET_ID: SUBNET},
            'service_ports': [ROUTER_PORT, DHCP_PORT],
            'routers': {ROUTER_ID: ROUTER},
            'gateway_holders': [],
            'absent': frozenset(),
            **others,
        },
    )


class FactsTestCase(testtools.TestCase):
    """Judges facts."""

    def setUp(self) -> None:
        super().setUp()
        checks.every()

    def found(self, known: Facts, check: str) -> list[Finding]:
        """Return what one check finds, less what follows from others."""
        return [
            each
            for each in judging.judged(known, Wanted())
            if each.check == check
        ]

    def assert_one(self, known: Facts, check: str, *words: str) -> Finding:
        """Check that one thing is found, and that it says some words."""
        found = self.found(known, check)
        self.assertEqual([check], [each.check for each in found])
        for word in words:
            self.assertIn(word, found[0].text)
        return found[0]

    def assert_none(self, known: Facts, *names: str) -> None:
        """Check that nothing is found by these checks; by none, if none."""
        found = [
            each.check
            for each in judging.judged(known, Wanted())
            if not names or each.check in names
        ]
        self.assertEqual([], found)
