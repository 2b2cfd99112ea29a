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

"""The checks of ports and networks, each by itself."""

import dataclasses
from typing import Any

from osc_iface.check.findings import Severity
from osc_iface.tests.unit.base import NETWORK_ID, PORT_ID, SERVER_ID
from osc_iface.tests.unit.check_base import (
    MACHINE,
    NETWORK,
    NIC,
    FactsTestCase,
    facts,
)

OTHER_SERVER = '77777777-7777-4777-8777-777777777777'


def nics(**changes: Any) -> Any:
    """Return the port with changes, as the only one."""
    return (dataclasses.replace(NIC, **changes),)


class TestHealthy(FactsTestCase):
    def test_finds_nothing(self) -> None:
        self.assert_none(facts())


class TestNotAttached(FactsTestCase):
    def test_owner_is_no_server(self) -> None:
        known = facts(nics=nics(owner='', status='DOWN'))

        found = self.assert_one(known, 'not-attached', 'never attached')

        self.assertEqual(PORT_ID, found.object_id)
        self.assert_none(known, 'port-not-active', 'cache-lacks-interface')

    def test_server_is_being_built(self) -> None:
        machine = dataclasses.replace(MACHINE, status='BUILD')

        self.assert_none(facts(machine, nics(owner='')), 'not-attached')


class TestOtherProject(FactsTestCase):
    def test_other_project(self) -> None:
        known = facts(nics=nics(project_id='other', status='DOWN'))

        self.assert_one(known, 'other-project', 'other')
        self.assert_none(known, 'port-not-active')

    def test_unknown(self) -> None:
        self.assert_none(facts(nics=nics(project_id=None)), 'other-project')


class TestOrphanPort(FactsTestCase):
    def orphan(self, **changes: Any) -> Any:
        """Return a cloud with a port of a server that is not there."""
        known = facts(nics=(NIC, *nics(id='p', server_id=OTHER_SERVER)))
        return dataclasses.replace(
            known, absent=frozenset({OTHER_SERVER}), **changes
        )

    def test_administrator(self) -> None:
        found = self.assert_one(
            self.orphan(sees_all=True), 'orphan-port', 'is not there'
        )

        self.assertIs(Severity.WARNING, found.severity)
        self.assertEqual(((OTHER_SERVER, None),), found.servers)
        self.assertEqual((('port delete', 'p'),), found.advice.commands)

    def test_reader(self) -> None:
        found = self.assert_one(
            self.orphan(), 'orphan-port', 'not a server of this project'
        )

        self.assertIs(Severity.NOTE, found.severity)
        self.assertEqual((), found.advice.commands)

    def test_harmless(self) -> None:
        known = self.orphan()
        self.assert_none(
            dataclasses.replace(known, absent=None), 'orphan-port'
        )
        for owner in ('compute:kuryr', ''):
            ports = nics(server_id=OTHER_SERVER, owner=owner)
            self.assert_none(
                dataclasses.replace(known, ports=ports), 'orphan-port'
            )


class TestPortDisabled(FactsTestCase):
    def test_disabled(self) -> None:
        known = facts(nics=nics(enabled=False, status='DOWN'))

        found = self.assert_one(known, 'port-disabled', 'disabled')

        self.assertEqual(
            (('port set', '--enable', PORT_ID),), found.advice.commands
        )
        self.assert_none(known, 'port-not-active')

    def test_unknown(self) -> None:
        self.assert_none(facts(nics=nics(enabled=None)))


class TestNetworkDisabled(FactsTestCase):
    def test_disabled(self) -> None:
        network = dataclasses.replace(NETWORK, enabled=False)
        known = facts(nics=nics(status='DOWN'), network=network)

        found = self.assert_one(known, 'network-disabled', 'disabled')

        self.assertEqual(NETWORK_ID, found.object_id)
        self.assertEqual(((SERVER_ID, 'web-1'),), found.servers)
        self.assert_none(known, 'port-not-active')

    def test_of_somebody_else(self) -> None:
        """Who may enable it is its owner, or an administrator."""
        network = dataclasses.replace(
            NETWORK, enabled=False, project_id='other'
        )
        command = (('network set', '--enable', NETWORK_ID),)
        for sees_all, commands in ((False, ()), (True, command)):
            found = self.assert_one(
                facts(network=network, sees_all=sees_all), 'network-disabled'
            )
            self.assertEqual(commands, found.advice.commands)

    def test_unknown(self) -> None:
        self.assert_none(
            facts(network=dataclasses.replace(NETWORK, enabled=None))
        )
        self.assert_none(facts(networks=None), 'network-disabled')


class TestPortNotActive(FactsTestCase):
    def test_down(self) -> None:
        for status in ('DOWN', 'BUILD', 'ERROR'):
            found = self.assert_one(
                facts(nics=nics(status=status)), 'port-not-active', status
            )
            self.assertIs(Severity.ERROR, found.severity)

    def test_changed_just_now(self) -> None:
        for age, words in (
            (300.0, '300 s ago'),
            (-2.0, ' 0 s ago'),
            (None, 'not known'),
        ):
            found = self.assert_one(
                facts(nics=nics(status='DOWN', age=age)),
                'port-not-active',
                words,
            )
            self.assertIs(Severity.NOTE, found.severity)

    def test_server_was_just_started(self) -> None:
        machine = dataclasses.replace(MACHINE, since_updated=5.0)

        found = self.assert_one(
            facts(machine, nics(status='DOWN')),
            'port-not-active',
            'the server was changed 5 s ago',
        )

        self.assertIs(Severity.NOTE, found.severity)

    def test_harmless(self) -> None:
        for changes in (
            {'status': 'N/A'},
            {'status': None},
            {'vnic_type': 'direct'},
            {'vnic_type': 'macvtap'},
            {'vnic_type': 'baremetal'},
        ):
            known = facts(nics=nics(**{'status': 'DOWN', **changes}))
            self.assert_none(known, 'port-not-active')
        for machine in (
            dataclasses.replace(MACHINE, status='SHUTOFF'),
            dataclasses.replace(MACHINE, status='VERIFY_RESIZE'),
            dataclasses.replace(MACHINE, task='migrating'),
            dataclasses.replace(MACHINE, task=None),
        ):
            self.assert_none(
                facts(machine, nics(status='DOWN')), 'port-not-active'
            )


class TestDataPlaneDown(FactsTestCase):
    def test_down(self) -> None:
        self.assert_one(
            facts(nics=nics(data_plane='DOWN')), 'data-plane-down', 'operator'
        )

    def test_active(self) -> None:
        self.assert_none(facts(nics=nics(data_plane='ACTIVE')))


class TestNoFixedIP(FactsTestCase):
    def test_lost(self) -> None:
        for allocation in (None, 'immediate'):
            known = facts(nics=nics(fixed_ips=(), ip_allocation=allocation))

            self.assert_one(known, 'no-fixed-ip', 'no address', 'net')
            self.assert_none(known, 'cache-stale-address')

    def test_harmless(self) -> None:
        for changes in (
            {'ip_allocation': 'none'},
            {'ip_allocation': 'deferred'},
            {'fixed_ips': None},
            {'owner': ''},
            {'network_id': 'hidden'},
        ):
            known = facts(nics=nics(**{'fixed_ips': (), **changes}))
            self.assert_none(known, 'no-fixed-ip')
        for subnets in ((), None):
            network = dataclasses.replace(NETWORK, subnets=subnets)
            self.assert_none(
                facts(nics=nics(fixed_ips=()), network=network), 'no-fixed-ip'
            )
