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

"""The calls of the Compute service, one function a call, answers checked."""

from collections.abc import Iterator, Sequence
import logging
import re
from typing import Any

from osc_iface import errors
from osc_iface.model import FIELDS, Interface, Query, Server
from osc_iface.wire import attachment, failures, pages, words
from osc_iface.wire.answer import Answer
from osc_iface.wire.service import Service

LOG = logging.getLogger(__name__)

# The first version whose interfaces have a tag. No later one adds anything,
# and below it all versions answer the same.
NEWEST = '2.70'
OLDEST = '2.1'
_TAG_SINCE = (2, 70)


def show_interface(
    compute: Service, server_id: str, port_id: str
) -> Interface:
    """Ask for one interface: ``GET /servers/{id}/os-interface/{port_id}``.

    :param compute: the Compute service
    :param server_id: ID of the server, as the API writes it
    :param port_id: ID of the port, as the API writes it
    :returns: the interface
    :raises osc_iface.errors.ServerNotFound: no such server
    :raises osc_iface.errors.PortNotFound: no such port on it
    :raises osc_iface.errors.CallFailed: any other failure
    """
    action = f'show interface {port_id} of server {server_id}'
    path = ('servers', server_id, 'os-interface', port_id)
    try:
        answer = _get_newest(compute, action, *path)
    except errors.CallFailed as exc:
        raise not_found(exc, action, server_id, port_id) from exc
    interface = attachment.taken(answer, answer.object('interfaceAttachment'))
    if interface['port_id'] != port_id:
        raise answer.fault('another interface than was asked for')
    _warn_of_missing(answer, interface)
    return interface


def list_interfaces(compute: Service, server_id: str) -> list[Interface]:
    """Ask for all interfaces: ``GET /servers/{id}/os-interface``.

    :param compute: the Compute service
    :param server_id: ID of the server, as the API writes it
    :returns: the interfaces in the order of the answer
    :raises osc_iface.errors.ServerNotFound: no such server
    :raises osc_iface.errors.CallFailed: any other failure
    """
    action = f'list the interfaces of server {server_id}'
    path = ('servers', server_id, 'os-interface')
    try:
        answer = _get_newest(compute, action, *path)
    except errors.CallFailed as exc:
        raise not_found(exc, action, server_id) from exc
    items = answer.objects('interfaceAttachments')
    found = [attachment.taken(answer, item) for item in items]
    for interface in found:
        _warn_of_missing(answer, interface)
    return found


def servers_named(
    compute: Service, *names: str, detail: bool = False
) -> list[Server]:
    """Find servers by name: ``GET /servers?name=^(?:name|...)$``.

    :param compute: the Compute service
    :param names: the whole names
    :param detail: whether to ask for status and project, too
    :returns: the servers of exactly these names, in the order of the answer
    :raises osc_iface.errors.CallFailed: the call failed
    """
    found = []
    for some, query in name_queries(names):
        for answer, servers in compute.pages(
            f'find server {", ".join(some)}',
            'servers',
            *_path(detail),
            query=query,
        ):
            found += [
                _server(answer, server)
                for server in servers
                if server.get('name') in some
            ]
    return found


def name_queries(names: Sequence[str]) -> Iterator[tuple[list[str], Query]]:
    """Yield names, as many as fit into a URL, and how to ask for them.

    Nova takes a regular expression, unanchored, and the database that
    evaluates it may fold case: what comes back is to be compared once more.
    """
    for some in pages.cut(names, re.escape):
        expression = '|'.join(re.escape(name) for name in some)
        if len(some) > 1:
            expression = f'({expression})'
        yield some, [('name', f'^{expression}$')]


def list_servers(
    compute: Service,
    all_projects: bool,
    *filters: tuple[str, str],
    detail: bool = False,
) -> Iterator[Server]:
    """Ask for all servers, a page at a time: ``GET /servers``.

    :param compute: the Compute service
    :param all_projects: those of all projects, by ``GET /servers/detail``,
        which tells the project of each; by policy for administrators only
    :param filters: parameters of the query; ``uuid`` and others are passed
        over by Nova where somebody is no administrator
    :param detail: whether to ask for status and project in any case
    :returns: the servers in the order of the answers, newest first
    :raises osc_iface.errors.CallFailed: a call failed
    """
    path = _path(detail or all_projects)
    query = [('all_tenants', '1')] if all_projects else []
    action = 'list the servers'
    try:
        for answer, servers in compute.pages(
            action, 'servers', *path, query=[*query, *filters]
        ):
            for server in servers:
                yield _server(answer, server)
    except errors.CallFailed as exc:
        if not all_projects:
            raise
        raise not_allowed(exc, action) from exc


def check_list(compute: Service, all_projects: bool) -> None:
    """Find out whether this user may list servers, if there were any.

    The Network service filters what it lists by what a role may see, to
    nothing at all where that is nothing; the Compute service refuses.

    :param compute: the Compute service
    :param all_projects: as for :func:`list_servers`
    :raises osc_iface.errors.CallFailed: not so, or the call failed
    """
    path = _path(all_projects)
    query = [('all_tenants', '1')] if all_projects else []
    action = 'list the servers'
    try:
        compute.get(action, *path, query=[*query, ('limit', '1')])
    except errors.CallFailed as exc:
        if not all_projects:
            raise
        raise not_allowed(exc, action) from exc


def show_server(compute: Service, server_id: str) -> Server:
    """Ask for one server: ``GET /servers/{id}``.

    :param compute: the Compute service
    :param server_id: ID of the server, as the API writes it
    :returns: the server
    :raises osc_iface.errors.ServerNotFound: no such server
    :raises osc_iface.errors.CallFailed: any other failure
    """
    action = f'find server {server_id}'
    try:
        answer = compute.get(action, 'servers', server_id)
    except errors.CallFailed as exc:
        raise not_found(exc, action, server_id) from exc
    server = _server(answer, answer.object('server'))
    if server.id != server_id:
        raise answer.fault('another server than was asked for')
    return server


def _path(detail: bool) -> tuple[str, ...]:
    """Return where the list of servers is."""
    return ('servers', 'detail') if detail else ('servers',)


def _get_newest(compute: Service, action: str, *path: str) -> Answer:
    """Ask in the version the user chose, or the newest that is of use.

    Trying costs nothing where it succeeds; asking for the range of versions
    first would cost a request every time.
    """
    if compute.adapter.default_microversion:
        return compute.get(action, *path)
    try:
        return compute.get(action, *path, microversion=NEWEST)
    except errors.CallFailed as exc:
        if exc.response is None or exc.response.status_code != 406:
            raise
    return compute.get(action, *path, microversion=OLDEST)


def not_found(
    exc: errors.CallFailed, action: str, server_id: str, port_id: str = ''
) -> errors.CallFailed:
    """Tell apart what a 404 is about.

    Nova may translate its messages, but names in them what it did not find:
    "Instance X could not be found.", "Port id Y could not be found.",
    "Instance X does not have a port with id Y". A wrong path is answered
    without any of them.

    :returns: ``exc`` itself where it is no 404
    """
    response = exc.response
    if response is None or response.status_code != 404:
        return exc
    said = words.own_words(response)
    kind: type[errors.CallFailed] = errors.CallFailed
    verdict, advice = 'no such API', ''
    if port_id and port_id in said:
        kind = errors.PortNotFound
        elsewhere = server_id in said.replace(port_id, '', 1)
        verdict = (
            'the port is not on this server' if elsewhere else 'no such port'
        )
        advice = (
            'See "openstack server interface list" for those of the server.'
        )
    elif server_id in said:
        kind = errors.ServerNotFound
        verdict, advice = 'no such server', 'See "openstack server list".'
    return failures.from_response(
        response, 'Compute', action, verdict, advice, kind
    )


def not_allowed(exc: errors.CallFailed, action: str) -> errors.CallFailed:
    """Tell who may see all projects; other failures are left as they are."""
    response = exc.response
    if response is None or response.status_code != 403:
        return exc
    advice = 'By default, all projects are for administrators to see.'
    return failures.from_response(response, 'Compute', action, advice=advice)


def _server(answer: Answer, item: dict[str, Any]) -> Server:
    """Take over what is wanted of a server, checked."""
    return Server(
        id=answer.text(item, 'id'),
        name=answer.text_or_none(item, 'name'),
        project_id=answer.text_or_none(item, 'tenant_id'),
        status=answer.text_or_none(item, 'status'),
        task=answer.text_or_none(item, 'OS-EXT-STS:task_state'),
        fault=answer.text_or_none(answer.part(item, 'fault'), 'message'),
    )


def _warn_of_missing(answer: Answer, interface: Interface) -> None:
    """Say which fields an answer should have had."""
    expected = [*FIELDS]
    if (answer.microversion or (2, 1)) < _TAG_SINCE:
        expected.remove('tag')
    missing = [field for field in expected if field not in interface]
    if missing:
        LOG.warning(
            'The Compute service left out %s of interface %s.',
            ', '.join(missing),
            interface['port_id'],
        )
