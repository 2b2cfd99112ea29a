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

"""Connections of the SDK to the sandbox."""

import os
from typing import Any

import openstack
from openstack.config import OpenStackConfig

from sandbox import clouds
from sandbox.layout import Layout

TIMEOUT = 120  # seconds for one answer


def connect(layout: Layout, name: str, **settings: Any) -> Any:
    """Return a connection as the user of the cloud ``name``.

    ``settings`` are more of those that clouds.yaml could have.

    Only the sandbox's own clouds.yaml is read, nothing of the user's.
    """
    os.environ.update(
        {
            name: value
            for name, value in clouds.variables(layout).items()
            if name.lower() == 'no_proxy'
        }
    )
    region = OpenStackConfig(
        config_files=[str(layout.clouds)],
        secure_files=[],
        vendor_files=[],
        load_envvars=False,
    ).get_one(cloud=name, api_timeout=TIMEOUT, **settings)
    return openstack.connection.Connection(config=region)
