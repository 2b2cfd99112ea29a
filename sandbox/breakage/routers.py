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
"""Routers and floating IPs that lead nowhere."""

from typing import Any

from sandbox.breakage.states import state
from sandbox.maker import OTHER_NETWORK, Maker
from sandbox.rows import HOUR


def _reached(maker: Maker, network: str = OTHER_NETWORK) -> tuple[Any, Any]:
    """Make the server, with a floating IP; return its port, and that."""
    port = maker.port(network)
    floating_ip = maker.floating_ip(port)
    maker.server(port)
    return port, floating_ip


@state('floating-ip-unrouted', "No router knows of the server's floating IP.")
def _floating_ip_unrouted(maker: Maker) -> None:
    _port, floating_ip = _reached(maker)
    maker.rows.forget_router(floating_ip)


@state(
    'floating-ip-not-active',
    "The server's floating IP has been down for an hour.",
)
def _floating_ip_not_active(maker: Maker) -> None:
    _port, floating_ip = _reached(maker)
    maker.rows.report('floatingips', floating_ip, 'DOWN', HOUR)


@state(
    'floating-ip-stale',
    'The floating IP leads to an address that the port had before.',
)
def _floating_ip_stale(maker: Maker) -> None:
    _port, floating_ip = _reached(maker)
    # Neutron refuses to take the address away, which others have not done.
    maker.rows.redirect(floating_ip, '10.0.0.254')


@state('router-disabled', "The router of the server's subnet is disabled.")
def _router_disabled(maker: Maker) -> None:
    network, router = maker.routed_network()
    _reached(maker, network)
    maker.network.update_router(router, is_admin_state_up=False)


@state(
    'router-without-gateway',
    "The router of the server's subnet leads nowhere else.",
)
def _router_without_gateway(maker: Maker) -> None:
    network, _router = maker.routed_network(outside=False)
    maker.server(maker.port(network))
