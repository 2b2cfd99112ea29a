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

"""What the sandbox holds, where no page or other test shows it."""

from typing import Any

from osc_iface.tests.functional import base

_OUT = {('egress', 'IPv4', None), ('egress', 'IPv6', None)}


def rules(group: Any) -> set[tuple[str, str, str | None]]:
    """Return what a security group lets through: direction, family, whose."""
    found = base.connect().network.security_group_rules(
        security_group_id=group.id
    )
    return {
        (each.direction, each.ether_type, each.remote_group_id)
        for each in found
    }


class TestSecurityGroups(base.SandboxTestCase):
    """New groups have the rules that they have in every other cloud."""

    def test_a_new_group_lets_everything_out(self) -> None:
        network = base.connect().network
        group = network.create_security_group(name='new')
        self.addCleanup(network.delete_security_group, group)

        self.assertEqual(_OUT, rules(group))

    def test_a_default_group_lets_its_members_in(self) -> None:
        groups = list(base.connect().network.security_groups(name='default'))

        # Those of the projects sandbox and second at least.
        self.assertGreaterEqual(len(groups), 2)
        for group in groups:
            inside = {
                ('ingress', 'IPv4', group.id),
                ('ingress', 'IPv6', group.id),
            }
            self.assertEqual(_OUT | inside, rules(group))
