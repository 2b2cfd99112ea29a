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

"""Which interface of a server is meant."""

import contextlib

from osc_lib import exceptions

from osc_iface import errors, find, notation
from osc_iface.model import Interface
from osc_iface.printable import beginning
from osc_iface.wire import compute, network
from osc_iface.wire.cloud import Cloud


def interface(cloud: Cloud, server_id: str, port: str | None) -> Interface:
    """Find one interface of a server.

    :param cloud: the services to ask
    :param server_id: ID of the server, as the API writes it
    :param port: ID, MAC address, fixed or floating IP address, or name of
        the port, tried in this order; None for the only interface that the
        server has
    :returns: the interface
    :raises osc_iface.errors.ServerNotFound: there is no such server
    :raises osc_lib.exceptions.CommandError: there is no such interface, or
        more than one; or a call failed
    """
    if port is None:
        return _only(cloud, server_id)
    port_id = notation.as_uuid(port)
    not_found = None
    if port_id is not None:
        try:
            return compute.show_interface(cloud.compute, server_id, port_id)
        except errors.PortNotFound as exc:
            not_found = exc
    found = _of_address(cloud, server_id, port)
    try:
        found = found or _of_name(cloud, server_id, port)
    except errors.CallFailed as exc:
        # Names of ports are the Network service's business. What was typed
        # is hardly one if it looks like something that Compute denied.
        if not_found:
            raise not_found from exc
        if not (_is_address(port) and isinstance(exc, errors.ServiceNotFound)):
            raise
    if found is None:
        raise not_found or _none(cloud, server_id, port)
    return found


def among(
    cloud: Cloud, server_id: str, interfaces: list[Interface], port: str
) -> Interface | None:
    """Find one of the interfaces of a server that have been listed.

    :param cloud: the services to ask for floating IPs and names
    :param server_id: ID of the server, as the API writes it
    :param interfaces: all its interfaces
    :param port: as for :func:`interface`
    :returns: the interface; None if there is none
    :raises osc_lib.exceptions.CommandError: there are several, or a call
        failed
    """
    by_id = {each['port_id']: each for each in interfaces}
    port_id = notation.as_uuid(port)
    if port_id in by_id:
        return by_id[str(port_id)]
    found = None
    if _is_address(port):
        found = _having_address(cloud, server_id, interfaces, port)
    try:
        named = None if found else _named(cloud, server_id, port)
    except errors.CallFailed as exc:
        # What is no name is not to be denied by the Network service alone.
        absent = isinstance(exc, errors.ServiceNotFound)
        if not (port_id or (_is_address(port) and absent)):
            raise
        named = None
    return found or by_id.get(named or '')


def described(interface: Interface) -> str:
    """Return an interface on one line: port ID, MAC and IP addresses."""
    fixed_ips = interface.get('fixed_ips') or []
    return '  '.join(
        [
            interface['port_id'],
            interface.get('mac_addr') or '(no MAC address)',
            *(fixed_ip['ip_address'] for fixed_ip in fixed_ips),
        ]
    )


def _only(cloud: Cloud, server_id: str) -> Interface:
    """Return the one interface that a server has."""
    interfaces = compute.list_interfaces(cloud.compute, server_id)
    if not interfaces:
        raise exceptions.CommandError(
            f'Server {server_id} has no interface to show.'
        )
    if len(interfaces) > 1:
        raise exceptions.CommandError(
            f'Server {server_id} has several interfaces; name one of them:'
            + find.listed(described(each) for each in interfaces)
        )
    return interfaces[0]


def _of_address(cloud: Cloud, server_id: str, text: str) -> Interface | None:
    """Return the interface with an address; None if there is none."""
    if not _is_address(text):
        return None
    interfaces = compute.list_interfaces(cloud.compute, server_id)
    return _having_address(cloud, server_id, interfaces, text)


def _having_address(
    cloud: Cloud, server_id: str, interfaces: list[Interface], text: str
) -> Interface | None:
    """Return which of some interfaces has an address; None if none has."""
    mac, ip = notation.as_mac(text), notation.as_ip(text)
    found = [
        each
        for each in interfaces
        if (mac and notation.as_mac(each.get('mac_addr') or '') == mac)
        or (ip and ip in _fixed_ips(each))
    ]
    if ip and ip.version == 4 and not found and interfaces:
        # Without a Network service there are no floating IPs.
        with contextlib.suppress(errors.ServiceNotFound):
            behind = network.list_floating_ips(cloud.network, [str(ip)])
            found = [
                each
                for each in interfaces
                if any(
                    each['port_id'] in floating.ports
                    for floating in behind or ()
                )
            ]
    if len(found) > 1:
        raise find.ambiguous(
            f"interfaces of server {server_id} have the address '{text}'",
            [described(each) for each in found],
        )
    return found[0] if found else None


def _of_name(cloud: Cloud, server_id: str, name: str) -> Interface | None:
    """Return the interface whose port has a name; None if there is none."""
    named = _named(cloud, server_id, name)
    if named is None:
        return None
    return compute.show_interface(cloud.compute, server_id, named)


def _named(cloud: Cloud, server_id: str, name: str) -> str | None:
    """Return the port of a server that has a name; None if none has."""
    named = network.ports_named(cloud.network, server_id, name)
    if len(named) > 1:
        raise find.ambiguous(
            f"ports of server {server_id} have the name '{name}'", named
        )
    return named[0] if named else None


def _none(cloud: Cloud, server_id: str, port: str) -> exceptions.CommandError:
    """Return an exception: nothing on a server fits; and what there is.

    Asking for that also finds out whether there is such a server at all.
    """
    interfaces = compute.list_interfaces(cloud.compute, server_id)
    message = (
        f'No interface of server {server_id} has the ID, MAC address, '
        f"IP address or name '{beginning(port)}'."
    )
    if interfaces:
        message += ' It has:'
    return exceptions.CommandError(
        message + find.listed(described(each) for each in interfaces)
    )


def _is_address(text: str) -> bool:
    """Return whether a text is a MAC or IP address."""
    return bool(notation.as_mac(text) or notation.as_ip(text))


def _fixed_ips(interface: Interface) -> list[notation.IPAddress | None]:
    """Return the addresses of an interface, to compare with."""
    return [
        notation.as_ip(fixed_ip['ip_address'])
        for fixed_ip in interface.get('fixed_ips') or []
    ]
