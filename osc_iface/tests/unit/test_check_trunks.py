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

"""The check of trunks."""

import dataclasses
from typing import Any

from osc_iface.check.facts import Facts
from osc_iface.check.findings import Severity
from osc_iface.check.network_facts import Nic
from osc_iface.check.trunk_facts import Subport, Trunk
from osc_iface.tests.unit.base import SERVER_ID
from osc_iface.tests.unit.check_base import (
    LONG_AGO,
    MACHINE,
    NIC,
    FactsTestCase,
    facts,
)

PARENT = dataclasses.replace(NIC, trunk_id='t')
TRUNK = Trunk(
    't', 'trunk-1', 'ACTIVE', True, LONG_AGO, (Subport('sub', 'vlan', 101),)
)
SUBPORT = Nic(
    'sub', '', 'trunk:subport', 'sub-1', status='ACTIVE', age=LONG_AGO
)
ANEW = (
    ('network trunk unset', '--subport', 'sub', 't'),
    (
        'network trunk set',
        '--subport',
        'port=sub,segmentation-type=vlan,segmentation-id=101',
        't',
    ),
)


def trunk(
    subport: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """Return what there is of a trunk with changes."""
    port = dataclasses.replace(SUBPORT, **(subport or {}))
    return {
        'trunks': {'t': dataclasses.replace(TRUNK, **changes)},
        'subports': {'sub': port},
    }


def known(**changes: Any) -> Facts:
    """Return a server with a trunk."""
    return facts(**{'nics': (PARENT,), **changes})


class TestTrunkNotActive(FactsTestCase):
    def test_healthy(self) -> None:
        self.assert_none(known(**trunk()))

    def test_subport(self) -> None:
        found = self.assert_one(
            known(**trunk({'status': 'DOWN'})),
            'trunk-not-active',
            'its subport sub-1 is DOWN',
        )

        self.assertEqual(
            ('trunk', 't', 'trunk-1', Severity.WARNING),
            (found.kind, found.object_id, found.label, found.severity),
        )
        self.assertEqual(((SERVER_ID, 'web-1'),), found.servers)
        self.assertEqual(ANEW, found.advice.commands)
        self.assertIn('operator', found.advice.instead)

    def test_trunk(self) -> None:
        found = self.assert_one(
            known(**trunk(status='DEGRADED')),
            'trunk-not-active',
            'the trunk is DEGRADED',
        )

        self.assertEqual((), found.advice.commands)
        self.assertIn('ID of the trunk', found.advice.text)

    def test_trunk_is_disabled(self) -> None:
        found = self.assert_one(
            known(**trunk({'status': 'DOWN'}, enabled=False)),
            'trunk-not-active',
        )

        self.assertEqual(
            (('network trunk set', '--enable', 't'), *ANEW),
            found.advice.commands,
        )

    def test_subport_is_disabled(self) -> None:
        found = self.assert_one(
            known(**trunk({'status': 'DOWN', 'enabled': False})),
            'trunk-not-active',
        )

        self.assertEqual(
            (('port set', '--enable', 'sub'),), found.advice.commands
        )

    def test_inherited_segment(self) -> None:
        found = self.assert_one(
            known(
                **trunk(
                    {'status': 'DOWN'}, subports=(Subport('sub', 'inherit'),)
                )
            ),
            'trunk-not-active',
        )

        self.assertEqual(
            'port=sub,segmentation-type=inherit', found.advice.commands[1][2]
        )

    def test_harmless(self) -> None:
        some: dict[str, Any]
        for some in (
            trunk({'status': 'N/A'}),
            trunk({'status': None}),
            trunk({'status': 'DOWN', 'age': 300.0}),
            trunk({'status': 'DOWN', 'age': None}),
            trunk(status='BUILD', age=5.0),
            trunk(status=None),
            {'trunks': None, 'subports': None},
            {'trunks': {}, 'subports': {}},
            {'trunks': {'t': TRUNK}, 'subports': {}},
        ):
            self.assert_none(known(**some))
        broken = trunk({'status': 'DOWN'}, status='DOWN')
        for machine in (
            dataclasses.replace(MACHINE, status='SHUTOFF'),
            dataclasses.replace(MACHINE, since_updated=5.0),
        ):
            self.assert_none(
                known(machine=machine, **broken), 'trunk-not-active'
            )
        down = dataclasses.replace(PARENT, status='DOWN')
        self.assert_none(known(nics=(down,), **broken), 'trunk-not-active')
