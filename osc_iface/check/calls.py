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

"""The calls that a check makes of Compute, and how answers are taken."""

from collections.abc import Container, Iterable, Iterator
from typing import Any

from osc_iface import errors, notation
from osc_iface.check.compute_facts import Address, Machine
from osc_iface.model import Query
from osc_iface.wire import clock
from osc_iface.wire import compute as compute_calls
from osc_iface.wire.answer import Answer
from osc_iface.wire.service import Service

_TASK = 'OS-EXT-STS:task_state'
_HOST = 'OS-EXT-SRV-ATTR:host'
# Of bare metal, the ID of the machine.
_NODE = 'OS-EXT-SRV-ATTR:hypervisor_hostname'
_LAUNCHED = 'OS-SRV-USG:launched_at'
_MAC = 'OS-EXT-IPS-MAC:mac_addr'
_DRIVE = 'config_drive'
_TYPE = 'OS-EXT-IPS:type'


def list_servers(
    compute: Service, query: Query, only: Container[str] | None = None
) -> Iterator[Machine]:
    """Ask for servers, page by page: ``GET /servers/detail``.

    :param compute: the Compute service
    :param query: the parameters
    :param only: the IDs of those that are wanted; None for all
    :returns: the servers, the newest first
    :raises osc_iface.errors.CallFailed: a call failed
    """
    action = 'list the servers'
    try:
        for answer, items in compute.pages(
            action, 'servers', 'servers', 'detail', query=query
        ):
            for item in items:
                if only is None or answer.text_or_none(item, 'id') in only:
                    yield _machine(answer, item)
    except errors.CallFailed as exc:
        if ('all_tenants', '1') not in query:
            raise
        raise compute_calls.not_allowed(exc, action) from exc


def servers_named(
    compute: Service, names: Iterable[str], query: Query
) -> dict[str, list[Machine]]:
    """Find servers by name: ``GET /servers/detail?name=^(?:name|...)$``.

    :param compute: the Compute service
    :param names: the whole names
    :param query: further parameters
    :returns: the servers of exactly each name
    :raises osc_iface.errors.CallFailed: a call failed
    """
    found: dict[str, list[Machine]] = {name: [] for name in names}
    for some, named in compute_calls.name_queries(list(found)):
        for machine in list_servers(compute, [*query, *named]):
            if machine.name in some:
                found[str(machine.name)].append(machine)
    return found


def show_server(compute: Service, server_id: str) -> Machine:
    """Ask for one server: ``GET /servers/{id}``.

    :param compute: the Compute service
    :param server_id: its ID, as the API writes it
    :returns: the server
    :raises osc_iface.errors.ServerNotFound: no such server, or none that
        this user may see
    :raises osc_iface.errors.CallFailed: any other failure
    """
    action = f'find server {server_id}'
    try:
        answer = compute.get(action, 'servers', server_id)
    except errors.CallFailed as exc:
        raise compute_calls.not_found(exc, action, server_id) from exc
    machine = _machine(answer, answer.object('server'))
    if machine.id != server_id:
        raise answer.fault('another server than was asked for')
    return machine


def host_exists(compute: Service, host: str) -> bool:
    """Ask whether there is a host: ``GET /os-services?host=``.

    :param compute: the Compute service
    :param host: its name
    :returns: whether a service of Compute runs there
    :raises osc_iface.errors.CallFailed: the call failed
    """
    answer = compute.get(
        f'find host {host}', 'os-services', query=[('host', host)]
    )
    return any(item.get('host') == host for item in answer.objects('services'))


def _machine(answer: Answer, item: dict[str, Any]) -> Machine:
    """Take over what is wanted of a server, checked."""
    fault = answer.object_or_none(item, 'fault') or {}
    task: str | None = None
    if _TASK in item:
        task = answer.text_or_none(item, _TASK) or ''
    host: str | None = None
    if _HOST in item:
        host = answer.text_or_none(item, _HOST) or ''
    node = answer.text_or_none(item, _NODE)
    return Machine(
        id=answer.text(item, 'id'),
        name=answer.text_or_none(item, 'name'),
        project_id=answer.text_or_none(item, 'tenant_id'),
        status=answer.text_or_none(item, 'status'),
        task=task,
        addresses=_addresses(answer, item),
        fault=answer.text_or_none(fault, 'message') or '',
        host=host,
        launched=(item[_LAUNCHED] is not None) if _LAUNCHED in item else None,
        since_updated=clock.since(
            answer, answer.text_or_none(item, 'updated')
        ),
        since_created=clock.since(
            answer, answer.text_or_none(item, 'created')
        ),
        config_drive=(
            bool(answer.text_or_none(item, _DRIVE)) if _DRIVE in item else None
        ),
        bare_metal=None if node is None else bool(notation.as_uuid(node)),
    )


def _addresses(
    answer: Answer, item: dict[str, Any]
) -> tuple[Address, ...] | None:
    """Take over the addresses; None where they are not all told in full."""
    by_network = answer.object_or_none(item, 'addresses')
    if by_network is None:
        return None
    found = []
    for network in by_network:
        for each in answer.objects_of(by_network, network):
            ip = notation.as_ip(answer.text(each, 'addr'))
            address_mac = mac(answer.text_or_none(each, _MAC))
            kind = answer.text_or_none(each, _TYPE)
            if ip is None or address_mac is None or kind is None:
                return None
            found.append(Address(network, ip, address_mac, kind == 'floating'))
    return tuple(found)


def mac(text: str | None) -> str | None:
    """Return a MAC address as it is compared; None for what is none."""
    parsed = notation.as_mac(text or '')
    return None if parsed is None else notation.unix(parsed)
