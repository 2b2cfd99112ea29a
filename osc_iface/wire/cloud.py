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

"""The services that the commands ask, and whom the login is for."""

import functools
from typing import TYPE_CHECKING

from osc_lib import exceptions

from osc_iface import errors
from osc_iface.printable import printable
from osc_iface.wire import causes, failures
from osc_iface.wire.service import Service

if TYPE_CHECKING:
    from openstackclient.common import clientmanager


class Cloud:
    """The services that the commands ask.

    :param client_manager: the client's own, which has logged in
    """

    def __init__(self, client_manager: 'clientmanager.ClientManager') -> None:
        self._connection = client_manager.sdk_connection
        self._access = client_manager.auth_ref

    @property
    def project_id(self) -> str | None:
        """The project that the user works in; None if there is none."""
        return self._access.project_id if self._access else None

    def need_project(self) -> str | None:
        """Return the project whose servers are meant.

        :returns: its ID; None where there is no Identity service, and so no
            project to choose
        :raises osc_lib.exceptions.CommandError: the login is for no project
        """
        access = self._access
        if access is None or access.project_id:
            return self.project_id
        scope = 'no project'
        if access.system_scoped:
            scope = 'the system, not for a project'
        elif access.domain_scoped:
            domain = printable(access.domain_name or access.domain_id or '')
            scope = f"domain '{domain}', not for a project"
        raise exceptions.CommandError(
            f'This login is for {scope}, and servers belong to projects: '
            f'choose one with --os-project-name or --os-project-id.'
        )

    @functools.cached_property
    def compute(self) -> Service:
        """The Compute service (Nova)."""
        return self._service('Compute', 'compute')

    @functools.cached_property
    def network(self) -> Service:
        """The Network service (Neutron)."""
        return self._service('Network', 'network')

    @functools.cached_property
    def identity(self) -> Service:
        """The Identity service (Keystone)."""
        return self._service('Identity', 'identity')

    def _service(self, name: str, proxy: str) -> Service:
        # The SDK looks for the endpoint here, asking the service for its
        # versions where the user chose one, and stumbles over settings that
        # make no sense in many ways.
        try:
            found = getattr(self._connection, proxy)
            found.session  # noqa: B018  raises where there is no endpoint
        except Exception as exc:
            raise self._unreachable(exc, name) from exc
        return Service(name, found)

    def _unreachable(self, exc: Exception, name: str) -> errors.CallFailed:
        """Say why there is no way to a service."""
        if self._access is None:
            return _without_login(name)
        failure = failures.from_exception(
            exc,
            name,
            f'reach the {name} service',
            login=self._connection.session.auth,
        )
        absent = isinstance(failure, errors.ServiceNotFound)
        if absent and not self._access.project_id:
            return _without_project(name)
        if absent and name == 'Identity':  # there is one: it let the user in
            reason, advice = causes.absent(causes.IDENTITY)
            return errors.ServiceNotFound(
                f'Cannot reach {causes.IDENTITY}: {reason}. {advice}'
            )
        return failure


def _without_project(service: str) -> errors.CallFailed:
    """Return an exception: no project was chosen."""
    return errors.ServiceNotFound(
        f'Cannot reach the {service} service: the login is for no project, '
        f'and then the catalog does not name the service. Choose a project '
        f'with --os-project-name or --os-project-id.'
    )


def _without_login(service: str) -> errors.CallFailed:
    """Return an exception: nobody has logged in."""
    key = f'{service.lower()}_endpoint_override'
    return errors.ServiceNotFound(
        f'Cannot reach the {service} service: without a login (auth_type '
        f'none or admin_token) there is no catalog to find it in, and no '
        f'endpoint that works is set. Set {key} in clouds.yaml, or '
        f'--os-endpoint.'
    )
