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

import logging
import re
from typing import Any, Literal, TypedDict

from osc_iface import errors
from osc_iface.answer import Answer
from osc_iface.cloud import Service

LOG = logging.getLogger(__name__)

# The first version whose interfaces have a tag. No later one adds anything,
# and below it all versions answer the same.
NEWEST = '2.70'
OLDEST = '2.1'
_TAG_SINCE = (2, 70)


class FixedIP(TypedDict):
    """An address of an interface."""

    ip_address: str
    subnet_id: str


class Interface(TypedDict, total=False):
    """An interfaceAttachment of the API; its keys in the API's words.

    All but ``port_id`` may be None, or missing from an incomplete answer.
    ``tag`` is there from microversion 2.70 on.
    """

    fixed_ips: list[FixedIP] | None
    mac_addr: str | None
    net_id: str | None
    port_id: str
    port_state: str | None
    tag: str | None


_TextField = Literal['mac_addr', 'net_id', 'port_state', 'tag']
_TEXT_FIELDS: tuple[_TextField, ...] = (
    'mac_addr',
    'net_id',
    'port_state',
    'tag',
)


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
        raise _not_found(exc, action, server_id, port_id) from exc
    interface = _interface(answer, answer.object('interfaceAttachment'))
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
        raise _not_found(exc, action, server_id) from exc
    items = answer.objects('interfaceAttachments')
    interfaces = [_interface(answer, item) for item in items]
    for interface in interfaces:
        _warn_of_missing(answer, interface)
    return interfaces


def servers_named(compute: Service, name: str) -> list[str]:
    """Find servers by name: ``GET /servers?name=^name$``.

    Nova takes a regular expression, unanchored, and the database that
    evaluates it may fold case: what comes back is compared once more.

    :param compute: the Compute service
    :param name: the whole name
    :returns: the IDs of the servers of exactly this name
    :raises osc_iface.errors.CallFailed: the call failed
    """
    query = [('name', f'^{re.escape(name)}$')]
    answer = compute.get(f'find server {name}', 'servers', query=query)
    return [
        answer.text(server, 'id')
        for server in answer.objects('servers')
        if server.get('name') == name
    ]


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


def _not_found(
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
    words = errors.own_words(response)
    kind: type[errors.CallFailed] = errors.CallFailed
    verdict, advice = 'no such API', ''
    if port_id and port_id in words:
        kind = errors.PortNotFound
        elsewhere = server_id in words.replace(port_id, '', 1)
        verdict = (
            'the port is not on this server' if elsewhere else 'no such port'
        )
        advice = (
            'See "openstack server interface list" for those of the server.'
        )
    elif server_id in words:
        kind = errors.ServerNotFound
        verdict, advice = 'no such server', 'See "openstack server list".'
    return errors.from_response(
        response, 'Compute', action, verdict, advice, kind
    )


def _interface(answer: Answer, item: dict[str, Any]) -> Interface:
    """Take over the known fields of an interface, checked."""
    interface = Interface(port_id=answer.text(item, 'port_id'))
    for field in _TEXT_FIELDS:
        if field in item:
            interface[field] = answer.text_or_none(item, field)
    if 'fixed_ips' in item:
        interface['fixed_ips'] = _fixed_ips(answer, item)
    return interface


def _fixed_ips(answer: Answer, item: dict[str, Any]) -> list[FixedIP] | None:
    """The addresses of an interface, checked; null stays null."""
    if item['fixed_ips'] is None:
        return None
    return [
        FixedIP(
            ip_address=answer.text(fixed_ip, 'ip_address'),
            subnet_id=answer.text(fixed_ip, 'subnet_id'),
        )
        for fixed_ip in answer.objects_of(item, 'fixed_ips')
    ]


def _warn_of_missing(answer: Answer, interface: Interface) -> None:
    """Say which fields an answer should have had."""
    expected = ['fixed_ips', *_TEXT_FIELDS]
    if (answer.microversion or (2, 1)) < _TAG_SINCE:
        expected.remove('tag')
    missing = [field for field in expected if field not in interface]
    if missing:
        LOG.warning(
            'The Compute service left out %s of interface %s.',
            ', '.join(missing),
            interface['port_id'],
        )
