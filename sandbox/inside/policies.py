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

"""A driver of Neutron's service plugin for quality of service."""

from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.db import constants as db
from neutron_lib.services.qos import base
from neutron_lib.services.qos import constants as qos

_NUMBER = {'type:range': [0, db.DB_INTEGER_MAX_VALUE]}


class Policies(base.DriverBase):  # type: ignore[misc]
    """Takes a policy for granted: no packet will ever break it."""


def create() -> Policies:
    """Return the driver, for the ports that are bound here."""
    return Policies(
        name='sandbox',
        vif_types=[portbindings.VIF_TYPE_OVS],
        vnic_types=[portbindings.VNIC_NORMAL],
        supported_rules={
            qos.RULE_TYPE_BANDWIDTH_LIMIT: {
                qos.MAX_KBPS: _NUMBER,
                qos.MAX_BURST: _NUMBER,
                qos.DIRECTION: {'type:values': constants.VALID_DIRECTIONS},
            },
            qos.RULE_TYPE_DSCP_MARKING: {
                qos.DSCP_MARK: {'type:values': constants.VALID_DSCP_MARKS}
            },
        },
    )
