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

"""A Neutron mechanism driver for a cloud that has no switch."""

import os
from typing import Any

import agents
from neutron_lib.plugins.ml2 import api
import notices
import policies
import trunks

# No switch is expected on hosts whose names begin with this.
REFUSED = 'no-'


class BindEverything(api.MechanismDriver):  # type: ignore[misc]
    """Binds every port on the first segment offered, as ACTIVE.

    The real drivers wait for an agent that wires the port. Here no packet
    will ever flow, and a port is what the API says of it. On a host that is
    called ``no-`` and something, no port can be bound.
    """

    def initialize(self) -> None:
        """Let the others know who does their part, and what Nova may not."""
        notices.heed(os.path.join(os.environ['OSC_IFACE_SANDBOX'], 'quiet'))
        self.others = (trunks.create(), policies.create())
        agents.act()

    def bind_port(self, context: Any) -> None:
        """Bind the port of ``context``, if its host is one for ports."""
        if context.host.startswith(REFUSED):
            return
        segment = context.segments_to_bind[0]
        context.set_binding(
            segment[api.ID], 'ovs', {'port_filter': True}, status='ACTIVE'
        )
