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

"""``server interface check`` of a whole cloud, broken in known ways."""

import collections
import json
from typing import Any

import testtools

from osc_iface.check import checks
from osc_iface.tests.fake.breaks import BREAKS
from osc_iface.tests.fake.broken import broken
from osc_iface.tests.fake.cloud import Cloud
from osc_iface.tests.fake.fleet import Fleet
from osc_iface.tests.fake.healthy import PROJECTS, healthy
from osc_iface.tests.fake.identity import Login
from osc_iface.tests.unit import base

SEED = 1
SERVERS = 300


def cloud() -> Fleet:
    """Return a sound cloud."""
    return healthy(SERVERS, networks=60, groups=50)


class TestScale(base.ShellTestCase):
    def check(self, data: Fleet, *args: str, **options: Any) -> base.Result:
        """Check all servers of a cloud."""
        self.cloud.stop()
        self.served = self.enterContext(Cloud(data, **options))
        self.set_environment(**self.served.settings)
        return self.openstack(
            *('server', 'interface', 'check', '--severity', 'note'), *args
        )

    def found(self, result: base.Result) -> list[tuple[str, str]]:
        """Return the checks and the IDs of objects in a result."""
        return [
            (row['Check'], row['Object ID'])
            for row in json.loads(result.stdout)
        ]

    def test_finds_what_is_broken_and_nothing_else(self) -> None:
        data = cloud()
        expected = broken(data, SEED)

        result = self.check(data, '--all-projects', '-f', 'json')

        self.assertEqual(sorted(expected), sorted(self.found(result)))
        self.assertEqual(3, result.status)
        self.assertNotIn('Not checked', result.stderr)
        # Single things are asked for only where something is wrong.
        self.assertLess(len(self.served.requests), 2 * len(expected))

    def test_as_reader_finds_nothing_else(self) -> None:
        data = cloud()
        expected = broken(data, SEED)

        result = self.check(data, '-f', 'json', login=Login(role='reader'))

        found = self.found(result)
        self.assertEqual([], sorted(set(found) - set(expected)))
        self.assertNotEqual([], found)

    def test_what_servers_share_is_said_once(self) -> None:
        data = cloud()
        router = data.routers[0]
        router['admin_state_up'] = False

        result = self.check(data, '--all-projects', '-f', 'json')

        self.assertEqual(
            [('router-disabled', router['id'])], self.found(result)
        )
        [row] = json.loads(result.stdout)
        self.assertEqual(SERVERS // PROJECTS, len(row['Servers']))
        report = self.openstack(
            'server', 'interface', 'check', '--all-projects'
        ).stdout
        self.assertIn(f'{SERVERS // PROJECTS} servers: server-', report)
        self.assertEqual(1, report.count('router-disabled'))

    def test_says_nothing_of_a_sound_cloud(self) -> None:
        for login in (Login(), Login(role='reader')):
            result = self.check(cloud(), '-f', 'json', login=login)

            self.assertEqual((0, []), (result.status, self.found(result)))


class TestBroken(testtools.TestCase):
    def test_in_every_way(self) -> None:
        self.assertEqual(
            {each.name for each in checks.every()},
            {check for each in BREAKS for check in each.checks},
        )

    def test_by_what_is_told(self) -> None:
        data = cloud()

        found = collections.Counter(check for check, _id in broken(data, SEED))

        self.assertEqual({each.name for each in checks.every()}, set(found))

    def test_the_same_way_for_the_same_seed(self) -> None:
        first, again, other = [
            broken(cloud(), seed) for seed in (SEED, SEED, SEED + 1)
        ]

        self.assertEqual(first, again)
        self.assertNotEqual(first, other)
