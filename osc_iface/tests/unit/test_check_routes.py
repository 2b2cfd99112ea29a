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

"""The checks of subnets, routers, and several interfaces together."""

import dataclasses
import ipaddress
from typing import Any

from osc_iface.check.facts import Facts
from osc_iface.check.findings import Severity
from osc_iface.check.network_facts import (
    FixedIP,
    Floating,
    Holder,
    Router,
    Subnet,
)
from osc_iface.tests.unit.base import (
    NETWORK_ID,
    PORT_ID,
    SERVER_ID,
    SUBNET_ID,
)
from osc_iface.tests.unit.check_base import (
    DHCP_PORT,
    FLOATING,
    GATEWAY_IP,
    IP,
    MACHINE,
    NETWORK,
    NIC,
    OTHER_NIC,
    ROUTER,
    ROUTER_ID,
    ROUTER_PORT,
    SUBNET,
    FactsTestCase,
    facts,
)

CLOSED = dataclasses.replace(ROUTER, gateway=None, external=False)
BACK = Subnet(
    'back-v4',
    'back',
    ipaddress.ip_network('10.0.1.0/24'),
    gateway=ipaddress.ip_address('10.0.1.1'),
    dhcp=True,
    project_id=NETWORK.project_id,
)
BACK_NIC = dataclasses.replace(
    OTHER_NIC,
    network_id='back',
    fixed_ips=(FixedIP(ipaddress.ip_address('10.0.1.6'), 'back-v4'),),
)
BACK_NETWORK = dataclasses.replace(NETWORK, id='back', subnets=('back-v4',))


def unrouted(**changes: Any) -> Facts:
    """Return a server in a subnet of which nobody has the gateway."""
    return facts(**{'service_ports': [DHCP_PORT], **changes})


def two_legs(*routers: Router, **changes: Any) -> Facts:
    """Return a server on two networks, each with a router of its own."""
    ports = [ROUTER_PORT, DHCP_PORT]
    if len(routers) > 1:
        back = FixedIP(ipaddress.ip_address('10.0.1.1'), 'back-v4')
        ports.append(
            dataclasses.replace(
                ROUTER_PORT,
                id='back-port',
                network_id='back',
                device_id=routers[1].id,
                fixed_ips=(back,),
            )
        )
    return facts(
        **{
            'nics': (NIC, BACK_NIC),
            'networks': {NETWORK_ID: NETWORK, 'back': BACK_NETWORK},
            'subnets': {SUBNET_ID: SUBNET, 'back-v4': BACK},
            'routers': {each.id: each for each in routers},
            'service_ports': ports,
            **changes,
        }
    )


class TestBesideTheGateway(FactsTestCase):
    def test_router_that_is_not_the_gateway(self) -> None:
        """An appliance has the address that packets go to."""
        port = dataclasses.replace(
            ROUTER_PORT,
            fixed_ips=(FixedIP(ipaddress.ip_address('10.0.0.9'), SUBNET_ID),),
        )
        holder = Holder('p', 's', NETWORK_ID, GATEWAY_IP)
        for router in (
            dataclasses.replace(ROUTER, enabled=False),
            CLOSED,
        ):
            self.assert_none(
                facts(
                    service_ports=[port, DHCP_PORT],
                    gateway_holders=[holder],
                    routers={ROUTER_ID: router},
                )
            )


class TestSubnetWithoutRouter(FactsTestCase):
    def test_nobody_has_the_gateway(self) -> None:
        found = self.assert_one(
            unrouted(), 'subnet-without-router', '10.0.0.1', 'unless'
        )

        self.assertEqual(
            ('subnet', SUBNET_ID, 'net-v4', Severity.NOTE),
            (found.kind, found.object_id, found.label, found.severity),
        )
        self.assertEqual(((SERVER_ID, 'web-1'),), found.servers)
        self.assertIn('router add subnet <router>', found.advice.text)

    def test_router_with_another_address_does_not_count(self) -> None:
        port = dataclasses.replace(
            ROUTER_PORT,
            fixed_ips=(FixedIP(ipaddress.ip_address('10.0.0.9'), SUBNET_ID),),
        )

        self.assert_one(
            facts(service_ports=[port, DHCP_PORT]), 'subnet-without-router'
        )

    def test_one_for_many_servers(self) -> None:
        other = dataclasses.replace(MACHINE, id='s2', name='web-2')
        nic = dataclasses.replace(NIC, id='p2', server_id='s2')
        known = dataclasses.replace(
            unrouted(nics=(NIC, nic)),
            servers={SERVER_ID: MACHINE, 's2': other},
        )

        found = self.assert_one(known, 'subnet-without-router')

        self.assertEqual(2, len(found.servers))

    def test_held_by_another_port(self) -> None:
        """An appliance, or a server that routes."""
        holder = Holder('p', 's', NETWORK_ID, GATEWAY_IP)
        elsewhere = Holder('p', 's', 'back', GATEWAY_IP)

        self.assert_none(
            unrouted(gateway_holders=[holder]), 'subnet-without-router'
        )
        self.assert_one(
            unrouted(gateway_holders=[elsewhere]), 'subnet-without-router'
        )

    def test_server_that_is_the_gateway(self) -> None:
        nic = dataclasses.replace(
            NIC, fixed_ips=(FixedIP(GATEWAY_IP, SUBNET_ID),)
        )

        self.assert_none(unrouted(nics=(nic,)), 'subnet-without-router')

    def test_gateway_in_address_pairs(self) -> None:
        """Two servers of which either may be the router."""
        pair = ipaddress.ip_network('10.0.0.1/32')
        nic = dataclasses.replace(NIC, pairs=(pair,))

        self.assert_none(unrouted(nics=(nic,)), 'subnet-without-router')

    def test_cannot_be_seen(self) -> None:
        for changes in (
            {'project_id': 'other'},
            {'project_id': None},
            {'external': True},
            {'external': None},
        ):
            network = dataclasses.replace(NETWORK, **changes)
            for sees_all in (True, False):
                self.assert_none(
                    unrouted(network=network, sees_all=sees_all),
                    'subnet-without-router',
                )
        for unknown in (
            {'gateway_holders': None},
            {'service_ports': None},
            {'subnets': None},
            {'networks': None},
        ):
            self.assert_none(unrouted(**unknown), 'subnet-without-router')

    def test_harmless(self) -> None:
        for gateway in (None, ipaddress.ip_address('fe80::1')):
            subnet = dataclasses.replace(SUBNET, gateway=gateway)
            self.assert_none(
                unrouted(subnets={SUBNET_ID: subnet}), 'subnet-without-router'
            )
        nic = dataclasses.replace(NIC, owner='')
        self.assert_none(unrouted(nics=(nic,)), 'subnet-without-router')


class TestRouterDisabled(FactsTestCase):
    def test_disabled(self) -> None:
        router = dataclasses.replace(ROUTER, enabled=False)

        found = self.assert_one(
            facts(routers={ROUTER_ID: router}), 'router-disabled', 'disabled'
        )

        self.assertEqual(
            ('router', ROUTER_ID, 'router-1', Severity.ERROR),
            (found.kind, found.object_id, found.label, found.severity),
        )
        self.assertEqual(
            (('router set', '--enable', ROUTER_ID),), found.advice.commands
        )

    def test_not_active(self) -> None:
        router = dataclasses.replace(ROUTER, status='ERROR')

        found = self.assert_one(
            facts(routers={ROUTER_ID: router}), 'router-disabled', 'is ERROR'
        )

        self.assertEqual((), found.advice.commands)
        self.assertIn('the ID of the router', found.advice.text)

    def test_is_being_set_up(self) -> None:
        router = dataclasses.replace(ROUTER, status='ALLOCATING')

        found = self.assert_one(
            facts(routers={ROUTER_ID: router}), 'router-disabled', 'ALLOCATING'
        )

        self.assertEqual(Severity.NOTE, found.severity)

    def test_floating_ips_are_taken_along(self) -> None:
        router = dataclasses.replace(ROUTER, enabled=False)
        floating = [
            Floating(
                ipaddress.ip_address(f'203.0.113.{each}'),
                PORT_ID,
                IP,
                f'f{each}',
                router_id=ROUTER_ID,
                status='DOWN',
                age=1e5,
            )
            for each in range(1, 8)
        ]

        known = facts(routers={ROUTER_ID: router}, floating_ips=floating)

        self.assert_one(
            known, 'router-disabled', '203.0.113.5 and 2 more', 'floating IPs'
        )
        self.assert_none(known, 'floating-ip-not-active')
        floating[0] = dataclasses.replace(floating[0], router_id='')
        self.assert_none(known, 'floating-ip-unrouted')

    def test_second_router_of_a_subnet_does_not_count(self) -> None:
        """But that of its gateway does, and that of a floating IP."""
        off = dataclasses.replace(ROUTER, id='off', enabled=False)
        port = dataclasses.replace(
            ROUTER_PORT,
            id='second',
            device_id='off',
            fixed_ips=(FixedIP(ipaddress.ip_address('10.0.0.9'), SUBNET_ID),),
        )
        changes: dict[str, Any] = {
            'routers': {ROUTER_ID: ROUTER, 'off': off},
            'service_ports': [ROUTER_PORT, port, DHCP_PORT],
        }
        floating = Floating(FLOATING, PORT_ID, IP, 'f', router_id='off')

        self.assert_none(facts(**changes))
        self.assert_one(
            facts(floating_ips=[floating], **changes), 'router-disabled'
        )
        changes['service_ports'] = [port, DHCP_PORT]
        self.assert_none(facts(**changes), 'router-disabled')
        bare = dataclasses.replace(SUBNET, gateway=None)
        self.assert_one(
            facts(subnets={SUBNET_ID: bare}, **changes), 'router-disabled'
        )

    def test_harmless(self) -> None:
        for status, enabled in (('N/A', True), (None, None)):
            router = dataclasses.replace(
                ROUTER, status=status, enabled=enabled
            )
            self.assert_none(facts(routers={ROUTER_ID: router}))
        # A router of an administrator, which only its port shows.
        self.assert_none(facts(routers={}))
        self.assert_none(facts(routers=None))


class TestRouterWithoutGateway(FactsTestCase):
    def test_only_one(self) -> None:
        found = self.assert_one(
            facts(routers={ROUTER_ID: CLOSED}), 'router-without-gateway'
        )

        self.assertEqual(
            ('router', ROUTER_ID, Severity.NOTE),
            (found.kind, found.object_id, found.severity),
        )

    def test_two_that_do_not_lead_out(self) -> None:
        other = dataclasses.replace(CLOSED, id='back-router')

        found = self.found(two_legs(CLOSED, other), 'router-without-gateway')

        self.assertEqual(
            {ROUTER_ID, 'back-router'}, {each.object_id for each in found}
        )

    def test_other_interface_leads_nowhere(self) -> None:
        subnet = dataclasses.replace(BACK, gateway=None)

        self.assert_one(
            two_legs(CLOSED, subnets={SUBNET_ID: SUBNET, 'back-v4': subnet}),
            'router-without-gateway',
        )

    def test_other_interface_leads_out(self) -> None:
        out = dataclasses.replace(ROUTER, id='back-router')
        along = dataclasses.replace(CLOSED, id='back-router', routes=True)
        for known in (
            two_legs(CLOSED, out),
            two_legs(CLOSED, along),
            two_legs(
                CLOSED,
                networks={
                    NETWORK_ID: NETWORK,
                    'back': dataclasses.replace(BACK_NETWORK, external=True),
                },
            ),
        ):
            self.assert_none(known, 'router-without-gateway')

    def test_nobody_can_tell(self) -> None:
        hidden = dataclasses.replace(BACK_NETWORK, project_id='other')
        open_end = dataclasses.replace(BACK, gateway=None)
        for changes in (
            {},  # somebody may have the gateway address
            {'subnets': {SUBNET_ID: SUBNET}},
            {'networks': {NETWORK_ID: NETWORK}},
            {
                'networks': {NETWORK_ID: NETWORK, 'back': hidden},
                'subnets': {SUBNET_ID: SUBNET, 'back-v4': open_end},
            },
            {'nics': (NIC, dataclasses.replace(BACK_NIC, fixed_ips=None))},
        ):
            self.assert_none(
                two_legs(CLOSED, **changes), 'router-without-gateway'
            )
        unseen = two_legs(CLOSED, dataclasses.replace(ROUTER, id='unseen'))
        self.assert_none(
            dataclasses.replace(unseen, routers={ROUTER_ID: CLOSED}),
            'router-without-gateway',
        )

    def test_harmless(self) -> None:
        for changes in (
            {'routes': True},
            {'routes': None},
            {'external': None},
        ):
            router = dataclasses.replace(CLOSED, **changes)
            self.assert_none(facts(routers={ROUTER_ID: router}))
        floating = Floating(
            FLOATING, PORT_ID, IP, 'f', router_id='r', status='ACTIVE'
        )
        self.assert_none(
            facts(routers={ROUTER_ID: CLOSED}, floating_ips=[floating]),
            'router-without-gateway',
        )


class TestSeveralGateways(FactsTestCase):
    def test_two(self) -> None:
        found = self.assert_one(
            two_legs(ROUTER), 'several-gateways', '10.0.0.1', '10.0.1.1'
        )

        self.assertEqual(SERVER_ID, found.object_id)

    def test_one_of_each_version(self) -> None:
        subnet = dataclasses.replace(
            BACK, gateway=ipaddress.ip_address('2001:db8::1')
        )

        self.assert_none(
            two_legs(ROUTER, subnets={SUBNET_ID: SUBNET, 'back-v4': subnet}),
            'several-gateways',
        )

    def test_two_subnets_of_one_interface(self) -> None:
        both = (*(NIC.fixed_ips or ()), *(BACK_NIC.fixed_ips or ()))

        self.assert_none(
            two_legs(ROUTER, nics=(dataclasses.replace(NIC, fixed_ips=both),)),
            'several-gateways',
        )

    def test_without(self) -> None:
        subnet = dataclasses.replace(BACK, gateway=None)

        self.assert_none(
            two_legs(ROUTER, subnets={SUBNET_ID: SUBNET, 'back-v4': subnet}),
            'several-gateways',
        )


class TestSameSubnetTwice(FactsTestCase):
    def test_twice(self) -> None:
        found = self.assert_one(
            facts(nics=(NIC, OTHER_NIC)), 'same-subnet-twice', 'net-v4'
        )

        self.assertEqual(
            (SERVER_ID, Severity.NOTE), (found.object_id, found.severity)
        )
        # Both have the same gateway, which is not to be said as well.
        self.assert_none(facts(nics=(NIC, OTHER_NIC)), 'several-gateways')

    def test_harmless(self) -> None:
        self.assert_none(two_legs(ROUTER), 'same-subnet-twice')
        both = (*(NIC.fixed_ips or ()), *(OTHER_NIC.fixed_ips or ()))
        self.assert_none(
            facts(nics=(dataclasses.replace(NIC, fixed_ips=both),)),
            'same-subnet-twice',
        )


class TestLabels(FactsTestCase):
    def test_without_names(self) -> None:
        self.assertEqual('10.0.1.0/24', BACK.label)
        self.assertEqual('r', Router('r').label)
