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

"""Names and IDs of what filters name: networks, groups, projects.

An ID comes before a name, and names are compared whole.
"""

import logging
import re

from osc_lib import exceptions

from osc_iface import errors, notation
from osc_iface.find import ambiguous
from osc_iface.printable import beginning
from osc_iface.wire import identity, network
from osc_iface.wire.cloud import Cloud

LOG = logging.getLogger(__name__)

# Of projects and domains. "default" is one of a domain, and a name as well.
_ID = re.compile('[0-9a-f]{32}')


def of_network(
    cloud: Cloud, kind: str, typed: str, all_projects: bool
) -> list[str]:
    """Find the networks, subnets or security groups that a filter names.

    Others' may be seen, too: shared ones, and an administrator sees all.
    Those of the user's project come first.

    :param cloud: the services to ask
    :param kind: ``network``, ``subnet`` or ``security group``
    :param typed: its ID (in any notation of a UUID) or name
    :param all_projects: whether all of that name are meant, whosever
    :returns: its ID; several with ``all_projects``
    :raises osc_lib.exceptions.CommandError: there is none, or more than one;
        or a call failed
    """
    id_ = notation.as_uuid(typed)
    if id_ is not None and network.exists(cloud.network, kind, id_):
        return [id_]
    found = network.named(cloud.network, kind, typed)
    own = [id_ for id_, project_id in found if project_id == cloud.project_id]
    ids = [id_ for id_, _project_id in found]
    if not all_projects:
        ids = own or ids
        if len(ids) > 1:
            raise ambiguous(f"{kind}s have the name '{typed}'", ids)
    if not ids:
        raise _none(kind, typed)
    return ids


def project(cloud: Cloud, typed: str, domain: str | None) -> str:
    """Find the project whose servers are listed.

    :param cloud: the services to ask
    :param typed: its ID or name
    :param domain: ID or name of the domain that it belongs to; None for any
    :returns: its ID
    :raises osc_lib.exceptions.CommandError: there is none, or more than one;
        or a call failed
    """
    domain_id = (
        None if domain is None else _of_identity(cloud, 'domain', domain)
    )
    return _of_identity(cloud, 'project', typed, domain_id)


def _of_identity(
    cloud: Cloud, kind: str, typed: str, domain_id: str | None = None
) -> str:
    """Return the ID of a project or domain.

    Whoever may not read them may still give an ID; whether there is such a
    thing is then for others to find out.
    """
    if identity.exists(cloud.identity, kind, typed):
        return typed
    try:
        found = identity.named(cloud.identity, kind, typed, domain_id)
    except errors.CallFailed as exc:
        if exc.status != 403 or not _ID.fullmatch(typed):
            raise
        LOG.warning('Taken for the ID of a %s, unseen. %s', kind, exc)
        return typed
    if len(found) > 1:
        raise ambiguous(f"{kind}s have the name '{typed}'", found)
    if not found:
        raise _none(kind, typed)
    return found[0]


def _none(kind: str, typed: str) -> exceptions.CommandError:
    """Return an exception that says that there is no such thing."""
    return exceptions.CommandError(
        f"No {kind} has the ID or name '{beginning(typed)}'. "
        f'See "openstack {kind} list".'
    )
