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

"""What the user typed, turned into the interface that is meant."""

from collections.abc import Callable, Iterable
import ipaddress
import re
from typing import TypeVar
import uuid

import netaddr
from osc_lib import exceptions

from osc_iface import compute, errors, network
from osc_iface.cloud import Cloud
from osc_iface.interface import Interface
from osc_iface.printable import printable

_T = TypeVar('_T')


def interface(cloud: Cloud, server: str, port: str | None) -> Interface:
    """Find one interface of a server.

    :param cloud: the services to ask
    :param server: ID or name of the server
    :param port: ID, MAC address, fixed IP address or name of the port, tried
        in this order; None for the only interface that the server has
    :returns: the interface
    :raises osc_lib.exceptions.CommandError: there is no such interface, or
        more than one; or a call failed
    """
    if port is None:
        return on_server(cloud, server, lambda id_: _only(cloud, id_))
    typed = checked('port', port)
    return on_server(cloud, server, lambda id_: _of_server(cloud, id_, typed))


def interfaces(cloud: Cloud, server: str) -> list[Interface]:
    """Find all interfaces of a server.

    :param cloud: the services to ask
    :param server: ID or name of the server
    :returns: the interfaces, in the order of the Compute service
    :raises osc_lib.exceptions.CommandError: there is no such server, or more
        than one; or a call failed
    """
    return on_server(
        cloud, server, lambda id_: compute.list_interfaces(cloud.compute, id_)
    )


def on_server(cloud: Cloud, server: str, call: Callable[[str], _T]) -> _T:
    """Make a call with the ID of the server that the user means.

    What looks like an ID is used as one, without asking for it first. Only
    if there is no such server may it be a name.

    :param cloud: the services to ask
    :param server: ID (in any notation of a UUID) or name of the server
    :param call: what to do with the ID; raises
        :class:`osc_iface.errors.ServerNotFound` where there is no such server
    :returns: what ``call`` returned
    :raises osc_lib.exceptions.CommandError: there is no such server, or more
        than one of the name; or a call failed
    """
    server_id = as_uuid(checked('server', server))
    not_found = no_server(server)
    if server_id is not None:
        try:
            return call(server_id)
        except errors.ServerNotFound as exc:
            not_found = exc
    found = compute.servers_named(cloud.compute, server)
    if not found:
        raise not_found
    if len(found) > 1:
        raise ambiguous(
            f"servers have the name '{server}'", (each.id for each in found)
        )
    return call(found[0].id)


def network_or_subnet(cloud: Cloud, kind: str, text: str) -> str:
    """Find a network or a subnet.

    :param cloud: the services to ask
    :param kind: ``network`` or ``subnet``
    :param text: its ID (in any notation of a UUID) or name
    :returns: its ID
    :raises osc_lib.exceptions.CommandError: there is none, or more than one;
        or a call failed
    """
    id_ = as_uuid(checked(kind, text))
    if id_ is not None and network.exists(cloud.network, kind, id_):
        return id_
    found = network.named(cloud.network, kind, text)
    if len(found) > 1:
        raise ambiguous(f"{kind}s have the name '{text}'", found)
    if not found:
        raise exceptions.CommandError(
            f"No {kind} has the ID or name '{printable(text)}'. "
            f'See "openstack {kind} list".'
        )
    return found[0]


def checked(what: str, value: str) -> str:
    """Check that an argument is something to look for.

    :param what: what it names, as in "server"
    :param value: what the user typed
    :returns: the same
    :raises osc_lib.exceptions.CommandError: it is empty, or no text
    """
    if not value:
        raise exceptions.CommandError(f'The {what} must not be empty.')
    try:
        value.encode()
    except UnicodeEncodeError as exc:
        raise exceptions.CommandError(
            f"The {what} '{printable(value)}' is not valid text."
        ) from exc
    return value


def ambiguous(what: str, candidates: Iterable[str]) -> exceptions.CommandError:
    """Say that several things fit, and which.

    :param what: the things, as in "servers have the name 'x'"
    :param candidates: what to tell them apart by
    :returns: the exception, to be raised
    """
    return exceptions.CommandError(
        f'Several {printable(what)}; use the ID of one of them:'
        + _listed(candidates)
    )


def no_server(name: str) -> exceptions.CommandError:
    """Say that there is no server of a name, as an exception to raise."""
    looked_at = 'ID or name' if as_uuid(name) else 'name'
    return exceptions.CommandError(
        f"No server has the {looked_at} '{printable(name)}'. "
        f'See "openstack server list".'
    )


def as_uuid(text: str) -> str | None:
    """The ID in a text, as Nova and Neutron write and compare it.

    :param text: a UUID in any case, with or without dashes, or anything else
    :returns: the UUID in lower case with dashes; None for anything else
    """
    if not re.fullmatch('[0-9a-fA-F-]+', text):
        return None
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def as_mac(text: str) -> netaddr.EUI | None:
    """The MAC address in a text, in any usual notation, or None."""
    try:
        return netaddr.EUI(text, version=48)
    except netaddr.AddrFormatError:
        return None


def as_ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address in a text, in any notation, or None.

    URLs put IPv6 addresses into brackets, logs of dual-stack sockets map
    IPv4 into IPv6, and a zone (``%eth0``) means nothing on another host.
    """
    try:
        address = ipaddress.ip_address(
            re.sub(r'^\[(.*)\]$', r'\1', text).partition('%')[0]
        )
    except ValueError:
        return None
    return getattr(address, 'ipv4_mapped', None) or address


def _of_server(cloud: Cloud, server_id: str, port: str) -> Interface:
    """The interface of a server that the user means by ``port``."""
    port_id = as_uuid(port)
    not_found = None
    if port_id is not None:
        try:
            return compute.show_interface(cloud.compute, server_id, port_id)
        except errors.PortNotFound as exc:
            not_found = exc
    of_address = _address_test(port)
    if of_address is not None:
        interfaces = compute.list_interfaces(cloud.compute, server_id)
        found = [each for each in interfaces if of_address(each)]
        if len(found) > 1:
            raise ambiguous(
                f"interfaces of server {server_id} have the address '{port}'",
                [_described(each) for each in found],
            )
        if found:
            return found[0]
    named = network.ports_named(cloud.network, server_id, port)
    if len(named) > 1:
        raise ambiguous(
            f"ports of server {server_id} have the name '{port}'", named
        )
    if named:
        return compute.show_interface(cloud.compute, server_id, named[0])
    raise not_found or _no_interface(cloud, server_id, port)


def _address_test(text: str) -> Callable[[Interface], bool] | None:
    """A test for the interface with an address; None if it is none."""
    mac = as_mac(text)
    if mac is not None:
        return lambda each: as_mac(each.get('mac_addr') or '') == mac
    ip = as_ip(text)
    if ip is None:
        return None
    return lambda each: any(
        as_ip(fixed_ip['ip_address']) == ip
        for fixed_ip in each.get('fixed_ips') or []
    )


def _only(cloud: Cloud, server_id: str) -> Interface:
    """The one interface that a server has."""
    interfaces = compute.list_interfaces(cloud.compute, server_id)
    if not interfaces:
        raise exceptions.CommandError(
            f'Server {server_id} has no interface to show.'
        )
    if len(interfaces) > 1:
        raise exceptions.CommandError(
            f'Server {server_id} has several interfaces; name one of them:'
            + _listed(_described(each) for each in interfaces)
        )
    return interfaces[0]


def _no_interface(
    cloud: Cloud, server_id: str, port: str
) -> exceptions.CommandError:
    """Say that nothing on a server fits, and what there is.

    Asking for that also finds out whether there is such a server at all.
    """
    interfaces = compute.list_interfaces(cloud.compute, server_id)
    message = (
        f'No interface of server {server_id} has the ID, MAC address, '
        f"fixed IP address or name '{printable(port)}'."
    )
    if interfaces:
        message += ' It has:'
    return exceptions.CommandError(
        message + _listed(_described(each) for each in interfaces)
    )


def _listed(candidates: Iterable[str]) -> str:
    """Lines for a message, each to pick something from."""
    return ''.join(f'\n  {printable(line)}' for line in candidates)


def _described(interface: Interface) -> str:
    """An interface on one line: its port ID, MAC and IP addresses."""
    fixed_ips = interface.get('fixed_ips') or []
    return '  '.join(
        [
            interface['port_id'],
            interface.get('mac_addr') or '(no MAC address)',
            *(fixed_ip['ip_address'] for fixed_ip in fixed_ips),
        ]
    )
