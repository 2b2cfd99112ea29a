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

"""A small cloud over HTTP for ``server interface reach``."""

import json
from typing import Any

from osc_iface.tests.unit.base import PORT_ID, PROJECT_ID, Result
from osc_iface.tests.unit.check_base import EXTERNAL_ID, ROUTER_ID
from osc_iface.tests.unit.check_cloud import (
    CheckTestCase,
    Item,
    router_port,
    rule,
    subnet,
)

RULE_ID = 'eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee'
FLOATING_ID = 'ffffffff-ffff-4fff-8fff-ffffffffffff'
REMOTE_ID = '12121212-1212-4121-8121-121212121212'
LIST_ID = '13131313-1313-4131-8131-131313131313'
BACK_ID = '14141414-1414-4141-8141-141414141414'
BACK_SUBNET_ID = '15151515-1515-4151-8151-151515151515'
MEMBER_ID = '16161616-1616-4161-8161-161616161616'
OUTSIDE = '198.51.100.7'
FLOATING = '203.0.113.41'
SSH = ('--protocol', 'tcp', '--dst-port', '22')


def floating_ip(**changes: Any) -> Item:
    """Return a floating IP that leads to the port."""
    return {
        'id': FLOATING_ID,
        'floating_ip_address': FLOATING,
        'floating_network_id': EXTERNAL_ID,
        'fixed_ip_address': '10.0.0.5',
        'port_id': PORT_ID,
        'router_id': ROUTER_ID,
        'status': 'ACTIVE',
        'project_id': PROJECT_ID,
        'port_forwardings': [],
        **changes,
    }


def allowing(**changes: Any) -> Item:
    """Return a rule that lets something in: ssh, from anyone."""
    return rule(
        'ingress',
        **{
            'id': RULE_ID,
            'protocol': 'tcp',
            'port_range_min': 22,
            'port_range_max': 22,
            'remote_ip_prefix': None,
            **changes,
        },
    )


class ReachTestCase(CheckTestCase):
    """Runs ``reach`` against a cloud that a test may change.

    A port with a floating IP behind a router, which is attached to another
    network, too; a group with one rule.
    """

    def setUp(self) -> None:
        super().setUp()
        self.items['networks'][0]['router:external'] = False
        self.items['floatingips'] = [floating_ip()]
        self.let_in(allowing())
        back = {
            'id': BACK_SUBNET_ID,
            'name': 'back-v4',
            'network_id': BACK_ID,
            'cidr': '10.0.1.0/24',
            'gateway_ip': '10.0.1.1',
        }
        self.items['subnets'] = [subnet(), subnet(**back)]
        self.serving.append(
            router_port(
                id=MEMBER_ID.replace('16', '17'),
                network_id=BACK_ID,
                fixed_ips=[
                    {'ip_address': '10.0.1.1', 'subnet_id': BACK_SUBNET_ID}
                ],
            )
        )

    def let_in(self, *rules: Item, **changes: Any) -> None:
        """Let the group of the port have these rules."""
        group = self.items['security_groups'][0]
        group.update(changes, security_group_rules=list(rules))

    def reach(self, *args: str) -> Result:
        """Run ``openstack server interface reach web-1``."""
        result = self.openstack('server', 'interface', 'reach', *args)
        self.assertNotIn('Traceback', result.stderr)
        return result

    def rows(self, *args: str) -> list[Item]:
        """Return the rows of an answer, the port of each left out."""
        result = self.reach('web-1', *args, '-f', 'json')
        found: list[Item] = json.loads(result.stdout)
        allowed = any(row['Verdict'] == 'allowed' for row in found)
        self.assertEqual(0 if allowed else 3, result.status, result.stderr)
        return found

    def verdicts(self, *args: str) -> dict[str, tuple[str, str | None]]:
        """Return verdict and what decides, by address."""
        return {
            row['Address']: (row['Verdict'], row['Decided By'])
            for row in self.rows(*args)
        }
