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

# What is imported here is only in the services' environment.
# mypy: disable-error-code="import-not-found, import-untyped"

"""A driver of Neutron's service plugin for trunks."""

from collections.abc import Iterable
from typing import Any

from neutron.objects import trunk as objects
from neutron.services.trunk.drivers import base
from neutron_lib import context as contexts
from neutron_lib.api.definitions import portbindings
from neutron_lib.callbacks import events, registry, resources
from neutron_lib.plugins import directory
from neutron_lib.services.trunk import constants


class Trunks(base.DriverBase):  # type: ignore[misc]
    """Does to subports what Open vSwitch's driver and agent do.

    Once the parent is bound, they are bound where it is, and have an owner.
    """

    is_loaded = True

    @registry.receives(resources.TRUNK_PLUGIN, [events.AFTER_INIT])  # type: ignore[untyped-decorator]
    def register(
        self, resource: Any, event: Any, trigger: Any, payload: Any = None
    ) -> None:
        """Be the driver of the plugin ``trigger``, now that it is there."""
        super().register(resource, event, trigger, payload=payload)
        for what, when, call in (
            (resources.TRUNK, events.AFTER_CREATE, self.changed),
            (resources.TRUNK, events.AFTER_DELETE, self.deleted),
            (resources.SUBPORTS, events.AFTER_CREATE, self.changed),
            (resources.SUBPORTS, events.AFTER_DELETE, self.removed),
            (resources.PORT, events.AFTER_UPDATE, self.bound),
        ):
            registry.subscribe(call, what, when)

    def changed(self, *_event: Any, payload: Any) -> None:
        """Bind the subports of a trunk that is new, or has new ones."""
        _bind(payload.resource_id)

    def removed(self, *_event: Any, payload: Any) -> None:
        """Let go of subports."""
        _update(payload.metadata['subports'], '', '')
        _bind(payload.resource_id)

    def deleted(self, *_event: Any, payload: Any) -> None:
        """Let go of all subports of a trunk."""
        _update(payload.states[0].sub_ports, '', '')

    def bound(self, *_event: Any, payload: Any) -> None:
        """Bind the subports if the port is a parent that moved."""
        before, after = payload.states[0], payload.latest_state
        host = portbindings.HOST_ID
        if 'trunk_details' in after and before[host] != after[host]:
            _bind(after['trunk_details']['trunk_id'])


def create() -> Trunks:
    """Return the driver, for the ports that are bound here."""
    return Trunks(
        'sandbox',
        (portbindings.VIF_TYPE_OVS,),
        (constants.SEGMENTATION_TYPE_VLAN,),
        # Of no agent: Neutron asks only one driver a host what may become of
        # a trunk there, and its own for Open vSwitch is always registered.
        agent_type='none',
    )


def _bind(trunk_id: str) -> None:
    """Bind the subports of a trunk where its parent is, if it is."""
    admin = contexts.get_admin_context()
    trunk = objects.Trunk.get_object(admin, id=trunk_id)
    parent = directory.get_plugin().get_port(admin, trunk.port_id)
    if host := parent[portbindings.HOST_ID]:
        _update(trunk.sub_ports, host, constants.TRUNK_SUBPORT_OWNER)
        trunk.update(status=constants.TRUNK_ACTIVE_STATUS)


def _update(subports: Iterable[Any], host: str, owner: str) -> None:
    """Change where subports are bound, and whose they are."""
    admin = contexts.get_admin_context()
    for subport in subports:
        directory.get_plugin().update_port(
            admin,
            subport.port_id,
            {'port': {portbindings.HOST_ID: host, 'device_owner': owner}},
        )
