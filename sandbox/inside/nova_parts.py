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

"""Nova's API, conductor, scheduler and compute in one process."""

from typing import Any
from wsgiref.types import WSGIApplication

# Nova insists on choosing the kind of threads before anything else of it is
# imported.
from nova import monkey_patch

monkey_patch.patch(backend='threading')

from nova import context, objects, service  # noqa: E402
from nova.compute import power_state, rpcapi  # noqa: E402
import nova.conf  # noqa: E402
from nova.objects import host_mapping  # noqa: E402

# Conductor first: the others ask it something as they start. The second topic
# is where compute takes what is not to be lost while it is shut down, such as
# Neutron's news of a port; its own program names it, and not its class.
PARTS = {
    'nova-conductor': None,
    'nova-scheduler': None,
    'nova-compute': rpcapi.RPC_TOPIC_ALT,
}

# They stop when nothing refers to them.
_running: list[Any] = []


def start() -> WSGIApplication:
    """Start all parts; return the API's application."""
    from nova.wsgi import osapi_compute  # its import reads the configuration

    objects.Service.enable_min_version_cache()
    host = nova.conf.CONF.host
    for binary, topic in PARTS.items():
        part = service.Service.create(
            binary=binary, host=host, topic_alt=topic
        )
        part.start()
        _running.append(part)
    admin = context.get_admin_context()
    # What `nova-manage cell_v2 discover_hosts` does.
    host_mapping.discover_hosts(admin)
    _remember(admin, host, _running[-1].manager.driver)
    application: WSGIApplication = osapi_compute.application
    return application


def _remember(admin: Any, host: str, driver: Any) -> None:
    """Give the fake hypervisor back the servers that it ran before.

    It keeps them in memory alone, and would refuse to stop a server or to
    detach a port that it does not know.
    """
    attributes = ['flavor', 'info_cache']
    for server in objects.InstanceList.get_by_host(admin, host, attributes):
        driver.spawn(
            admin,
            server,
            image_meta=None,
            injected_files=None,
            admin_password=None,
            allocations=None,
            network_info=server.get_network_info(),
            power_on=server.power_state == power_state.RUNNING,
        )
