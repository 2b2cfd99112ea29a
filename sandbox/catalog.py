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

"""Keystone's contents: projects, users, roles and the catalog."""

from typing import Any

from sandbox import clouds, config, services

INTERFACES = ('public', 'internal')


def fill(
    connection: Any, ports: dict[str, int], passwords: dict[str, str]
) -> None:
    """Make everything be there, whether or not some of it is.

    ``passwords`` are by the users' names.
    """
    identity = connection.identity
    roles = {role.name: role for role in identity.roles()}
    grants = [
        (config.SERVICE_USER, config.SERVICE_PROJECT, 'admin'),
        (config.SERVICE_USER, config.SERVICE_PROJECT, 'service'),
        (*clouds.USERS[clouds.READER], 'reader'),
        (*clouds.USERS[clouds.MEMBER], 'member'),
    ]
    for user, project, role in grants:
        identity.assign_project_role_to_user(
            _project(identity, project),
            _user(identity, user, passwords[user]),
            roles[role],
        )
    for service in services.SERVICES:
        _endpoints(identity, service, services.url(service, ports))


def _project(identity: Any, name: str) -> Any:
    """Return the project of that name, made if need be."""
    found = next(identity.projects(name=name, domain_id='default'), None)
    return found or identity.create_project(name=name, domain_id='default')


def _user(identity: Any, name: str, password: str) -> Any:
    """Return the user of that name, made if need be."""
    found = next(identity.users(name=name, domain_id='default'), None)
    return found or identity.create_user(
        name=name, password=password, domain_id='default'
    )


def _endpoints(identity: Any, service: services.Service, url: str) -> None:
    """Make the endpoints of a service lead to ``url``."""
    entry = next(identity.services(type=service.type), None)
    if entry is None:
        entry = identity.create_service(name=service.name, type=service.type)
    there = {
        endpoint.interface: endpoint
        for endpoint in identity.endpoints(service_id=entry.id)
    }
    for interface in INTERFACES:
        if interface not in there:
            identity.create_endpoint(
                service_id=entry.id,
                interface=interface,
                url=url,
                region_id='RegionOne',
            )
        elif there[interface].url != url:
            identity.update_endpoint(there[interface], url=url)
