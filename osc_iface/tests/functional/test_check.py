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

"""``openstack server interface check`` of servers that are sound."""

import re

from osc_iface.tests.functional import base
from osc_iface.tests.functional.checking import (
    ADMIN,
    CHECK,
    MEMBER,
    READER,
    UNSEEN,
    CheckTestCase,
)

_EVERYBODY = (READER, MEMBER, ADMIN)
_OTHER_PROJECT = 'sandbox-member'
_ALL = r'Checked \d+ servers? with \d+ interfaces?: 0 errors, 0 warnings\.\n'


class TestHealthy(CheckTestCase):
    """As the sandbox is after ``up``, there is nothing to say."""

    def test_all_of_a_project(self) -> None:
        for cloud in (*_EVERYBODY, _OTHER_PROJECT):
            result = self.check(cloud=cloud)

            self.assertEqual(('', 0), (result.stdout, result.status), cloud)
            unseen = '' if cloud == ADMIN else re.escape(UNSEEN)
            self.assertRegex(result.stderr, f'^{_ALL}{unseen}$')

    def test_named(self) -> None:
        ids = [base.server(name).id for name in ('web-1', 'db-1')]
        for cloud in _EVERYBODY:
            for names in (['web-1'], ['db-1'], ['web-1', 'db-1'], ids):
                self.assertEqual([], self.found(*names, cloud=cloud))
        self.assertEqual([], self.found('app-1', cloud=_OTHER_PROJECT))
        # By ID, of whichever project.
        app = base.server('app-1', _OTHER_PROJECT)
        self.assertEqual([], self.found(app.id))

    def test_all_projects(self) -> None:
        for options in (
            ('--all-projects',),
            ('--project', 'second'),
            ('--host', 'sandbox'),
        ):
            result = self.check(*options)

            self.assertEqual(('', 0), (result.stdout, result.status))
            self.assertRegex(result.stderr, f'^{_ALL}$')
            self.assertEqual([], self.found(*options, '--severity', 'note'))


class TestRequests(CheckTestCase):
    def test_one_server(self) -> None:
        """A reader takes twelve at most, two of them to log in.

        One is for what the network behind the router is called, in reports.
        """
        for server, format_, requests in (
            ('web-1', 'report', 8),
            (base.server('web-1').id, 'report', 8),
            ('web-1', 'json', 7),
            ('db-1', 'report', 6),
        ):
            result = self.check(server, '-f', format_, cloud=READER)

            self.assert_requests(result, keystone=2, nova=1, neutron=requests)

    def test_by_an_administrator(self) -> None:
        """Agents, services and floating IPs by port; the port's bindings."""
        result = self.check('db-1')

        self.assert_requests(result, keystone=2, nova=2, neutron=9)

    def test_all_of_a_project(self) -> None:
        result = self.check(cloud=READER)

        self.assert_requests(result, keystone=2, nova=1, neutron=7)


class TestRefused(CheckTestCase):
    def test_host(self) -> None:
        self.assertEqual(
            "No host has the name 'nowhere'. See \"openstack compute service "
            'list".\n',
            self.refused(*CHECK, '--host', 'nowhere'),
        )
        self.assertRegex(
            self.refused(*CHECK, '--host', 'sandbox', cloud=READER),
            'hosts are for administrators|403',
        )

    def test_all_projects(self) -> None:
        self.assertIn(
            '403 Forbidden',
            self.refused(*CHECK, '--all-projects', cloud=READER),
        )

    def test_usage(self) -> None:
        for args in (
            ('web-1', '--host', 'sandbox'),
            ('--severity', 'bad'),
            ('--ignore', 'all-is-well'),
        ):
            result = self.check(*args, alone=True)

            self.assertEqual((2, ''), (result.status, result.stdout))
            self.assert_requests(result)

    def test_no_such_server(self) -> None:
        """What could be checked is checked, and the status is 1."""
        result = self.check('web-1', 'nobody', '-f', 'json')

        self.assertEqual(1, result.status)
        self.assertIn("'nobody'", result.stderr)
        self.assertIn('Checked 1 server with 2 interfaces', result.stderr)
