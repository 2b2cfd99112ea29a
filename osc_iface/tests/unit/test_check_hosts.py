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

"""The checks of hosts, of bindings to them, and of what they have plugged."""

import dataclasses
from typing import Any

from osc_iface.check.facts import Facts
from osc_iface.check.findings import Severity
from osc_iface.check.host_facts import Agent, Binding
from osc_iface.check.network_facts import Nic
from osc_iface.tests.unit.base import PORT_ID, SERVER_ID
from osc_iface.tests.unit.check_base import (
    MAC,
    MACHINE,
    NIC,
    OTHER_MAC,
    OTHER_NIC,
    OTHER_PORT_ID,
    FactsTestCase,
    facts,
)

HOSTED = dataclasses.replace(MACHINE, host='host-1')
BOUND = dataclasses.replace(NIC, host='host-1', vif_type='ovs', whole=True)
DEAD = Agent('Open vSwitch agent', 'host-1', alive=False)
ALIVE = dataclasses.replace(DEAD, alive=True)
UP = Agent('nova-compute', 'host-1', alive=True)
DOWN = dataclasses.replace(UP, alive=False)


def hosted(nic: Nic = BOUND, **changes: Any) -> Facts:
    """Return a server on a host, as an administrator sees it."""
    return facts(
        **{
            'machine': HOSTED,
            'nics': (nic,),
            'agents': [ALIVE],
            'services': [UP],
            'sees_all': True,
            **changes,
        }
    )


def bound(**changes: Any) -> Facts:
    """Return a server whose port is bound otherwise."""
    return hosted(dataclasses.replace(BOUND, **changes))


def state(**changes: Any) -> Any:
    """Return the server in another state."""
    return dataclasses.replace(HOSTED, **changes)


class TestHostAgentDown(FactsTestCase):
    def test_agent(self) -> None:
        down = dataclasses.replace(BOUND, status='DOWN')
        known = hosted(down, agents=[DEAD])

        found = self.assert_one(known, 'host-agent-down', 'Open vSwitch agent')

        self.assertEqual(
            ('host', 'host-1', Severity.ERROR),
            (found.kind, found.object_id, found.severity),
        )
        self.assertEqual(((SERVER_ID, 'web-1'),), found.servers)
        self.assert_none(known, 'port-not-active')

    def test_compute(self) -> None:
        self.assert_one(
            hosted(services=[DOWN]), 'host-agent-down', 'nova-compute'
        )

    def test_one_for_all_servers(self) -> None:
        other = dataclasses.replace(HOSTED, id='s2', name='web-2')
        nic = dataclasses.replace(BOUND, id='p2', server_id='s2')
        known = dataclasses.replace(
            hosted(agents=[DEAD], services=[DOWN]),
            servers={SERVER_ID: HOSTED, 's2': other},
            ports=(BOUND, nic),
        )

        found = self.assert_one(known, 'host-agent-down', ' and ')

        self.assertEqual(2, len(found.servers))

    def test_harmless(self) -> None:
        bridge = dataclasses.replace(ALIVE, kind='Linux bridge agent')
        changes: dict[str, Any]
        elsewhere = dataclasses.replace(DEAD, host='host-2')
        for changes in (
            {'agents': []},
            {'agents': None, 'services': None},
            {'agents': [DEAD, ALIVE]},
            {'agents': [DEAD, bridge]},
            {'agents': [elsewhere]},
            {'agents': [dataclasses.replace(DEAD, kind='DHCP agent')]},
            {'agents': [dataclasses.replace(DEAD, kind='NIC Switch agent')]},
            {'agents': [dataclasses.replace(DEAD, alive=None)]},
            {'services': [DOWN, UP]},
            {'services': []},
            {'agents': [DEAD], 'machine': state(host='')},
            {'agents': [DEAD], 'machine': state(host=None)},
        ):
            self.assert_none(hosted(**changes))
        sriov = dataclasses.replace(BOUND, vnic_type='direct')
        self.assert_none(hosted(sriov, agents=[DEAD]), 'host-agent-down')


class TestBindingFailed(FactsTestCase):
    def test_on_the_host_of_the_server(self) -> None:
        known = bound(vif_type='binding_failed', status='DOWN')

        found = self.assert_one(known, 'binding-failed', 'host-1')

        self.assertEqual(
            ('port', PORT_ID, Severity.ERROR),
            (found.kind, found.object_id, found.severity),
        )
        self.assertEqual(
            ('port set', '--description', 'checked', PORT_ID),
            found.advice.commands[0],
        )
        self.assert_none(known, 'port-not-active')

    def test_on_another_host(self) -> None:
        known = bound(vif_type='binding_failed', host='no-host')

        found = self.assert_one(known, 'binding-failed', 'no-host')

        self.assertEqual(
            (('port set', '--host', 'host-1', PORT_ID),),
            found.advice.commands,
        )
        self.assert_none(known, 'wrong-host', 'unbound')

    def test_host_is_not_known(self) -> None:
        known = hosted(
            dataclasses.replace(BOUND, vif_type='binding_failed'),
            machine=MACHINE,
        )

        found = self.assert_one(known, 'binding-failed')

        self.assertEqual((), found.advice.commands)
        self.assertIn('agent of the host', found.advice.text)

    def test_harmless(self) -> None:
        known = bound(vif_type='binding_failed', owner='')
        self.assert_none(known, 'binding-failed')
        self.assert_none(
            hosted(
                dataclasses.replace(BOUND, vif_type='binding_failed'),
                machine=state(status='BUILD', addresses=()),
            ),
            'binding-failed',
        )


class TestUnbound(FactsTestCase):
    def test_running(self) -> None:
        known = bound(vif_type='unbound', host='', status='DOWN')

        found = self.assert_one(known, 'unbound', 'host-1')

        self.assertEqual(
            (('port set', '--host', 'host-1', PORT_ID),),
            found.advice.commands,
        )
        self.assert_none(known, 'port-not-active', 'wrong-host')

    def test_harmless(self) -> None:
        for changes in (
            {'status': 'SHUTOFF'},
            {'status': 'SHELVED_OFFLOADED', 'host': ''},
            {'task': 'rebuilding'},
            {'bare_metal': True},
        ):
            self.assert_none(
                hosted(
                    dataclasses.replace(BOUND, vif_type='unbound', host=''),
                    machine=state(**changes),
                ),
                'unbound',
            )
        self.assert_none(
            bound(vif_type='unbound', host='', vnic_type='baremetal'),
            'unbound',
        )
        self.assert_none(bound(vif_type='unbound', owner=''), 'unbound')


class TestWrongHost(FactsTestCase):
    def test_explains_that_the_port_is_down(self) -> None:
        """Which no reboot mends."""
        known = bound(host='host-2', status='DOWN')

        self.assert_one(known, 'wrong-host')
        self.assert_none(known, 'port-not-active')

    def test_running_or_not(self) -> None:
        for status in ('ACTIVE', 'SHUTOFF'):
            found = self.assert_one(
                hosted(
                    dataclasses.replace(BOUND, host='host-2'),
                    machine=state(status=status),
                ),
                'wrong-host',
                'host-1',
                'host-2',
            )
            self.assertEqual(
                (('port set', '--host', 'host-1', PORT_ID),),
                found.advice.commands,
            )

    def test_harmless(self) -> None:
        for changes in (
            {'status': 'MIGRATING', 'task': 'migrating'},
            {'status': 'VERIFY_RESIZE'},
            {'status': 'RESIZE', 'task': 'resize_migrating'},
            {'status': 'SHELVED_OFFLOADED', 'host': ''},
            {'task': None},
            {'host': None},
            {'bare_metal': True},
        ):
            known = hosted(
                dataclasses.replace(BOUND, host='host-2'),
                machine=state(**changes),
            )
            self.assert_none(known, 'wrong-host')
        for port in (
            {'vnic_type': 'baremetal'},
            {'vif_type': None},
            {'host': ''},
            {'host': None},
        ):
            self.assert_none(bound(**{'host': 'host-2', **port}), 'wrong-host')


class TestLeftoverBinding(FactsTestCase):
    def test_inactive(self) -> None:
        bindings = [Binding('host-1', 'ACTIVE'), Binding('host-2', 'INACTIVE')]

        found = self.assert_one(
            hosted(bindings={PORT_ID: bindings}), 'leftover-binding', 'host-2'
        )

        self.assertIs(Severity.WARNING, found.severity)
        self.assertIn(
            f'DELETE /v2.0/ports/{PORT_ID}/bindings/host-2', found.advice.text
        )

    def test_harmless(self) -> None:
        bindings = {PORT_ID: [Binding('host-2', 'INACTIVE')]}
        for changes in (
            {'status': 'MIGRATING', 'task': 'migrating'},
            {'status': 'VERIFY_RESIZE'},
            {'task': 'migrating'},
        ):
            self.assert_none(
                hosted(machine=state(**changes), bindings=bindings),
                'leftover-binding',
            )
        self.assert_none(hosted(bindings={PORT_ID: [Binding('h', 'ACTIVE')]}))
        self.assert_none(hosted(bindings={}))


class TestNotPlugged(FactsTestCase):
    def two(self, *macs: str, **changes: Any) -> Facts:
        """Return a server with two ports, of which so many are plugged."""
        return hosted(
            nics=(BOUND, dataclasses.replace(OTHER_NIC, **changes)),
            plugged={SERVER_ID: frozenset(macs)},
        )

    def test_one_of_two(self) -> None:
        found = self.assert_one(self.two(MAC), 'not-plugged', 'hypervisor')

        self.assertEqual(
            ('port', OTHER_PORT_ID, Severity.ERROR),
            (found.kind, found.object_id, found.severity),
        )
        self.assertEqual(
            ('server add port', SERVER_ID, OTHER_PORT_ID),
            found.advice.commands[1],
        )

    def test_harmless(self) -> None:
        for known in (
            self.two(MAC, OTHER_MAC),
            # An invention of a driver for tests.
            self.two(MAC, 'fa:16:3e:99:99:99'),
            self.two(),
            self.two(MAC, vnic_type='direct-physical'),
            self.two(MAC, mac=None),
            self.two(MAC, owner=''),
            self.two(MAC, age=300.0),
            self.two(MAC, age=None),
            dataclasses.replace(
                self.two(MAC),
                servers={SERVER_ID: state(status='SHUTOFF')},
            ),
        ):
            self.assert_none(known, 'not-plugged')
