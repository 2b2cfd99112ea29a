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
"""Networks whose servers get no address from them, or too many ways out."""

from sandbox.breakage.states import state
from sandbox.maker import GATEWAY, OTHER_NETWORK, Maker


@state('no-dhcp', "The server's subnet has no DHCP.")
def _no_dhcp(maker: Maker) -> None:
    maker.server(maker.port(maker.own_network(enable_dhcp=False)))


@state('dhcp-not-served', "Nothing serves DHCP on the server's network.")
def _dhcp_not_served(maker: Maker) -> None:
    network = maker.own_network()
    maker.server(maker.port(network))
    maker.network.delete_port(maker.dhcp_port(network))


@state('dhcp-agents-down', "What serves DHCP on the server's network is dead.")
def _dhcp_agents_down(maker: Maker) -> None:
    network = maker.own_network()
    maker.server(maker.port(network))
    maker.rows.add_dead_agent('DHCP agent', maker.name)
    maker.update(maker.dhcp_port(network), binding_host_id=maker.name)


@state('several-gateways', 'Two interfaces of the server have a gateway.')
def _several_gateways(maker: Maker) -> None:
    network, _router = maker.routed_network()
    maker.server(maker.port(OTHER_NETWORK), maker.port(network, '-second'))


@state('same-subnet-twice', 'Two interfaces of the server are in one subnet.')
def _same_subnet_twice(maker: Maker) -> None:
    maker.server(maker.port(), maker.port(suffix='-second'))


@state(
    'subnet-without-router',
    "Nothing has the address of the gateway of the server's subnet.",
)
def _subnet_without_router(maker: Maker) -> None:
    maker.server(maker.port(maker.own_network(gateway_ip=GATEWAY)))
