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
"""What Nova remembers of a server is not what Neutron has."""

from sandbox.breakage.states import state
from sandbox.maker import OTHER_NETWORK, Maker


@state('cache-empty', 'Nova has forgotten all interfaces of the server.')
def _cache_empty(maker: Maker) -> None:
    port = maker.port(**maker.claimed(maker.server()))
    maker.rows.leave('ports', port)


@state(
    'cache-lacks-interface',
    'Nova does not know of the second interface of the server.',
)
def _cache_lacks_interface(maker: Maker) -> None:
    server = maker.server(maker.port())
    lacking = maker.port(OTHER_NETWORK, '-lacking', **maker.claimed(server))
    maker.rows.leave('ports', lacking)


@state(
    'cache-extra-interface',
    'Nova still has an interface of the server whose port was deleted.',
)
def _cache_extra_interface(maker: Maker) -> None:
    extra = maker.port(OTHER_NETWORK, '-extra')
    maker.server(maker.port(), extra)
    maker.network.delete_port(extra)


@state(
    'cache-stale-address',
    'Nova still has the address that the interface had before.',
)
def _cache_stale_address(maker: Maker) -> None:
    port = maker.port()
    maker.server(port)
    # The old one is not free while the new one is chosen.
    [old] = port.fixed_ips
    both = maker.update(
        port, fixed_ips=[old, {'subnet_id': old['subnet_id']}]
    ).fixed_ips
    maker.update(port, fixed_ips=[each for each in both if each != old])
    maker.rows.leave('ports', port)
