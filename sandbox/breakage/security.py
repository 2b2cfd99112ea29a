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
"""Security groups that let less through than one thinks, or more."""

from sandbox.breakage.states import state
from sandbox.maker import Maker


@state(
    'no-security-group',
    "The server's port has no security group: nothing passes.",
)
def _no_security_group(maker: Maker) -> None:
    maker.server(maker.port(security_group_ids=[]))


@state('no-ingress', 'No security group lets anything in to the server.')
def _no_ingress(maker: Maker) -> None:
    group = maker.group('egress')
    maker.server(maker.port(security_group_ids=[group.id]))


@state(
    'ingress-from-groups-only',
    'Only members of its own security group reach the server.',
)
def _ingress_from_groups_only(maker: Maker) -> None:
    group = maker.group('egress')
    maker.network.create_security_group_rule(
        security_group_id=group.id,
        direction='ingress',
        remote_group_id=group.id,
    )
    maker.server(maker.port(security_group_ids=[group.id]))


@state('no-egress', 'No security group lets anything out of the server.')
def _no_egress(maker: Maker) -> None:
    group = maker.group('ingress')
    maker.server(maker.port(security_group_ids=[group.id]))


@state(
    'groups-not-enforced',
    'The port bypasses the switch, and so its security groups.',
)
def _groups_not_enforced(maker: Maker) -> None:
    port = maker.port()
    maker.server(port)
    # While it is bound it cannot change its kind.
    maker.update(port, binding_host_id='')
    maker.update(port, binding_vnic_type='direct', binding_host_id='sandbox')
