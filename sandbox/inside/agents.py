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

# What is imported here is only in the services' environment.
# mypy: disable-error-code="import-not-found, import-untyped"

"""What the agents of the host would do, if there were any.

They serve DHCP, wire routers and floating IPs, and report that they live. What
clients see of it are rows of Neutron's, and these are written here, in its own
process, as soon as there is a reason.
"""

from typing import Any

from neutron.common import utils
from neutron.services.portforwarding import constants as forwarding
from neutron_lib import constants
from neutron_lib import context as contexts
from neutron_lib.agent import topics
from neutron_lib.api.definitions import portbindings
from neutron_lib.callbacks import events, registry, resources
from neutron_lib.plugins import constants as plugins
from neutron_lib.plugins import directory
from neutron_lib.plugins import utils as plugin_utils

HOST = 'sandbox'
# By type: the program, and the topic at which it would be told something.
AGENTS = {
    constants.AGENT_TYPE_OVS: (constants.AGENT_PROCESS_OVS, 'N/A'),
    constants.AGENT_TYPE_DHCP: (
        constants.AGENT_PROCESS_DHCP,
        topics.DHCP_AGENT,
    ),
    constants.AGENT_TYPE_L3: (constants.AGENT_PROCESS_L3, topics.L3_AGENT),
}


def act() -> None:
    """Act for the agents from now on, in this process."""
    for call, what, when in (
        (_report, resources.PROCESS, (events.AFTER_INIT,)),
        (_serve, resources.SUBNET, (events.AFTER_CREATE, events.AFTER_UPDATE)),
        (_wire, resources.PORT, (events.AFTER_CREATE, events.AFTER_UPDATE)),
        (
            _translate,
            resources.FLOATING_IP,
            (events.AFTER_CREATE, events.AFTER_UPDATE),
        ),
        (
            _forward,
            forwarding.PORT_FORWARDING,
            (events.AFTER_CREATE, events.AFTER_DELETE),
        ),
    ):
        for event in when:
            registry.subscribe(call, what, event)


def _report(*_event: Any, payload: Any) -> None:
    """Say that the agents live: once, see ``agent_down_time``."""
    for kind, (binary, topic) in AGENTS.items():
        directory.get_plugin().create_or_update_agent(
            contexts.get_admin_context(),
            {
                'agent_type': kind,
                'binary': binary,
                'host': HOST,
                'topic': topic,
                'configurations': {},
                'start_flag': True,
            },
        )


def _serve(*_event: Any, payload: Any) -> None:
    """Give a network the port that serves DHCP to its subnets, or none."""
    admin = contexts.get_admin_context()
    plugin = directory.get_plugin()
    network = payload.latest_state['network_id']
    served = {'network_id': [network], 'enable_dhcp': [True]}
    addresses = [
        {'subnet_id': each['id']} for each in plugin.get_subnets(admin, served)
    ]
    port = {
        'network_id': network,
        'device_id': utils.get_dhcp_agent_device_id(network, HOST),
    }
    filters = {name: [value] for name, value in port.items()}
    there = plugin.get_ports(admin, filters)
    if not there and addresses:
        plugin_utils.create_port(
            plugin,
            admin,
            {
                'port': {
                    **port,
                    'tenant_id': plugin.get_network(admin, network)[
                        'tenant_id'
                    ],
                    'name': '',
                    'admin_state_up': True,
                    'device_owner': constants.DEVICE_OWNER_DHCP,
                    'fixed_ips': addresses,
                    portbindings.HOST_ID: HOST,
                }
            },
        )
    for each in there:
        if not addresses:
            plugin.delete_port(admin, each['id'])
        elif len(each['fixed_ips']) != len(addresses):
            plugin.update_port(
                admin, each['id'], {'port': {'fixed_ips': addresses}}
            )


def _wire(*_event: Any, payload: Any) -> None:
    """Bind a port that a router has got."""
    port = payload.latest_state
    if (
        port['device_owner'] in constants.ROUTER_PORT_OWNERS
        and not port[portbindings.HOST_ID]
    ):
        directory.get_plugin().update_port(
            contexts.get_admin_context(),
            port['id'],
            {'port': {portbindings.HOST_ID: HOST}},
        )


def _translate(*_event: Any, payload: Any) -> None:
    """Report of a floating IP whether it leads somewhere now."""
    _judge(payload.resource_id)


def _forward(*_event: Any, payload: Any) -> None:
    """Likewise, where a port of it is forwarded, or no longer."""
    _judge(payload.states[0].floatingip_id)


def _judge(floating_ip: str) -> None:
    """Give a floating IP the status that it has by its router."""
    admin = contexts.get_admin_context()
    plugin = directory.get_plugin(plugins.L3)
    routed = plugin.get_floatingip(admin, floating_ip)['router_id']
    plugin.update_floatingip_status(
        admin,
        floating_ip,
        constants.FLOATINGIP_STATUS_ACTIVE
        if routed
        else constants.FLOATINGIP_STATUS_DOWN,
    )
