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

"""The checks of the states of servers, and what was done to them."""

import dataclasses
from typing import Any

from osc_iface.check import servers
from osc_iface.check.facts import Facts
from osc_iface.check.findings import Severity
from osc_iface.tests.unit.base import REQUEST_ID, SERVER_ID
from osc_iface.tests.unit.check_base import (
    LONG_AGO,
    MACHINE,
    FactsTestCase,
    facts,
)
from osc_iface.wire.actions import Action


def server(**changes: Any) -> Facts:
    """Return the facts about a server with changes, without any port."""
    return facts(dataclasses.replace(MACHINE, **changes), ())


def done(*actions: tuple[str, bool, float | None]) -> Facts:
    """Return the facts about a server to which something was done."""
    return facts(
        actions={
            SERVER_ID: [
                Action(REQUEST_ID, name, age, failed)
                for name, failed, age in actions
            ]
        }
    )


class TestServerFailed(FactsTestCase):
    def test_fault_of_the_network(self) -> None:
        for fault in (
            'Failed to allocate the network(s), not rescheduling.',
            'Binding failed for port 2, please check neutron logs',
            'PortBindingFailed',
            'Virtual Interface creation failed: vif plugging',
            'Fixed IP address 10.0.0.1 is already in use',
        ):
            known = server(status='ERROR', addresses=(), fault=fault)
            found = self.assert_one(known, 'server-failed', fault.rstrip('.'))
            self.assertIs(Severity.ERROR, found.severity)
            self.assert_none(known, 'no-interface')

    def test_names_the_request(self) -> None:
        """Nova does not say of the making of a server that it failed."""
        actions = [
            Action('req-3', 'stop', 1.0, False),
            Action('req-2', 'reboot', 5.0, True),
            Action('req-1', 'create', 9.0, False),
        ]
        for launched, done, words in (
            (True, actions, ', the request ID req-2 and'),
            (False, actions, ', the request ID req-1 and'),
            (False, [], 'the ID of the server and the time.'),
        ):
            known = dataclasses.replace(
                server(status='ERROR', fault='No VIF', launched=launched),
                actions={SERVER_ID: done},
            )
            found = self.assert_one(known, 'server-failed')
            self.assertIn(words, found.advice.text)

    def test_waits_for_the_network(self) -> None:
        self.assert_one(
            server(status='BUILD', task='networking'), 'server-failed', '300'
        )

    def test_is_built_for_long(self) -> None:
        found = self.assert_one(
            server(status='BUILD', task='spawning'), 'server-failed', 'hour'
        )
        self.assertIs(Severity.WARNING, found.severity)

    def test_harmless(self) -> None:
        for changes in (
            {'status': 'ERROR', 'fault': 'No valid host was found.'},
            {'status': 'ERROR', 'fault': 'Unsupported report of imports'},
            {'status': 'BUILD', 'task': 'networking', 'since_updated': 300},
            {'status': 'BUILD', 'task': 'spawning', 'since_created': 3600},
            {'status': 'BUILD', 'task': '', 'since_created': None},
        ):
            self.assert_none(
                server(**{'since_created': 100.0, **changes}), 'server-failed'
            )


class TestLastFailed(FactsTestCase):
    def test_attach(self) -> None:
        known = done(('attach_interface', True, 9.0), ('create', False, 99.0))

        found = self.assert_one(known, 'last-attach-failed', 'attach')

        self.assertIn(REQUEST_ID, found.advice.text)
        self.assert_none(known, 'last-detach-failed')

    def test_detach(self) -> None:
        known = done(
            ('attach_interface', False, 9.0), ('detach_interface', True, 5.0)
        )

        self.assert_one(known, 'last-detach-failed', 'detach')
        self.assert_none(known, 'last-attach-failed')

    def test_something_else_was_done_since(self) -> None:
        known = done(('reboot', False, 1.0), ('attach_interface', True, 86400))

        self.assert_one(known, 'last-attach-failed')

    def test_harmless(self) -> None:
        for actions in (
            [('detach_interface', False, 9.0), ('detach_interface', True, 99)],
            [('attach_interface', True, LONG_AGO)],
            [('attach_interface', True, None)],
            [('reboot', True, 9.0)],
            [('reboot', True, 5.0), ('attach_interface', False, 9.0)],
            [],
        ):
            self.assert_none(done(*actions))
        gone = dataclasses.replace(
            done(('attach_interface', True, 9.0)), servers={}
        )
        self.assert_none(gone)


class TestServerNotRunning(FactsTestCase):
    def test_away(self) -> None:
        for status, verb in (
            ('SHUTOFF', 'start'),
            ('PAUSED', 'unpause'),
            ('SUSPENDED', 'resume'),
            ('SHELVED', 'unshelve'),
            ('SHELVED_OFFLOADED', 'unshelve'),
            ('RESCUE', 'unrescue'),
        ):
            found = self.assert_one(
                server(status=status), 'server-not-running', status
            )
            self.assertEqual(
                ((f'server {verb}', SERVER_ID),), found.advice.commands
            )

    def test_task_under_way(self) -> None:
        self.assert_one(
            server(task='powering-off'), 'server-not-running', 'powering-off'
        )

    def test_harmless(self) -> None:
        for changes in (
            {'task': 'image_uploading'},
            {'status': 'RESIZE', 'task': 'resize_migrating'},
            {'status': 'VERIFY_RESIZE'},
            {'status': 'MIGRATING', 'task': 'migrating'},
            {'status': 'BUILD', 'task': 'spawning'},
            {'status': 'UNKNOWN', 'task': None},
            {'status': 'SHUTOFF', 'task': None},
            {'status': None},
        ):
            self.assert_none(server(**changes), 'server-not-running')


class TestNoInterface(FactsTestCase):
    def test_none(self) -> None:
        self.assert_one(server(addresses=()), 'no-interface')

    def test_harmless(self) -> None:
        for status in ('ERROR', 'BUILD', 'DELETED', 'SOFT_DELETED'):
            self.assert_none(server(status=status), 'no-interface')
        self.assert_none(
            facts(nics=(), hidden=frozenset({SERVER_ID})), 'no-interface'
        )
        self.assert_none(facts(nics=(), ports=None), 'no-interface')


class TestHiddenFaults(FactsTestCase):
    def test_retries(self) -> None:
        fault = 'Exceeded maximum number of retries. Exhausted all hosts.'
        known = dataclasses.replace(
            server(status='ERROR', fault=fault),
            actions={SERVER_ID: [Action(REQUEST_ID, 'create', 9.0, True)]},
        )

        (told,) = servers.hidden_faults(known)

        self.assertIn(REQUEST_ID, told)
        self.assertIn('web-1', told)
        (told,) = servers.hidden_faults(
            dataclasses.replace(known, actions=None)
        )
        self.assertNotIn('request ID', told)
        self.assertEqual([], list(servers.hidden_faults(facts())))

    def test_last_one_is_told(self) -> None:
        fault = (
            'Exceeded maximum number of retries. Exceeded max scheduling '
            'attempts 3 for instance i. Last exception: Binding failed for '
            'port p.'
        )
        known = server(status='ERROR', fault=fault)

        self.assertEqual([], list(servers.hidden_faults(known)))
        self.assert_one(known, 'server-failed', 'Binding failed for port p')
