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

"""The calls of the Identity service, one function a call, answers checked."""

from osc_iface import errors
from osc_iface.wire.service import Service


def exists(identity: Service, kind: str, id_: str) -> bool:
    """Look whether there is a project or domain: ``GET /projects/{id}``.

    :param identity: the Identity service
    :param kind: ``project`` or ``domain``
    :param id_: its ID, or anything else
    :returns: whether there is one
    :raises osc_iface.errors.CallFailed: the call failed
    """
    if id_ in ('.', '..'):  # which are no IDs, but may be names
        return False
    try:
        answer = identity.get(f'find {kind} {id_}', f'{kind}s', id_)
    except errors.CallFailed as exc:
        # Whoever may not see one of an ID may still find one by its name.
        if exc.status in (403, 404):
            return False
        raise
    return answer.object(kind).get('id') == id_


def named(
    identity: Service, kind: str, name: str, domain_id: str | None = None
) -> list[str]:
    """Look for projects or domains by name: ``GET /projects?name=``.

    :param identity: the Identity service
    :param kind: ``project`` or ``domain``
    :param name: the whole name; compared once more, since the database of
        the service may fold case
    :param domain_id: the domain that a project belongs to; None for any
    :returns: the IDs of those of exactly this name
    :raises osc_iface.errors.CallFailed: the call failed
    """
    query = [('name', name)]
    if domain_id is not None:
        query.append(('domain_id', domain_id))
    answer = identity.get(f'find {kind} {name}', f'{kind}s', query=query)
    return [
        answer.text(item, 'id')
        for item in answer.objects(f'{kind}s')
        if item.get('name') == name
    ]
