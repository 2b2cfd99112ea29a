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

"""Which interfaces of a server are meant, of those that are known."""

from osc_lib import exceptions

from osc_iface import find, notation
from osc_iface.check.compute_facts import Machine
from osc_iface.check.facts import Facts
from osc_iface.check.network_facts import Nic
from osc_iface.printable import beginning


def nics(facts: Facts, machine: Machine, port: str | None) -> list[Nic]:
    """Return the ports that are meant.

    :param facts: with the ports of the server
    :param machine: the server
    :param port: ID, MAC address, fixed or floating IP address, or name of
        one of them, tried in this order; None for all
    :raises osc_lib.exceptions.CommandError: there is no such port, or more
        than one
    """
    every = facts.by_server.get(machine.id, [])
    if port is None:
        return every
    ip, mac = notation.as_ip(port), notation.as_mac(port)
    behind = {
        id_
        for each in facts.floating_ips or ()
        if each.address == ip
        for id_ in (
            each.port_id,
            *(forwarding.port_id for forwarding in each.forwardings),
        )
    }
    for what, found in (
        ('ID', [nic for nic in every if nic.id == notation.as_uuid(port)]),
        (
            'address',
            [nic for nic in every if mac and nic.mac == notation.unix(mac)],
        ),
        ('address', [nic for nic in every if ip and ip in _addresses(nic)]),
        ('address', [nic for nic in every if nic.id in behind]),
        ('name', [nic for nic in every if nic.name == port]),
    ):
        if len(found) > 1:
            raise find.ambiguous(
                f"ports of server {machine.id} have the {what} '{port}'",
                map(_described, found),
            )
        if found:
            return found
    raise exceptions.CommandError(
        f'No interface of server {machine.id} has the ID, MAC address, IP '
        f"address or name '{beginning(port)}'."
        + (' It has:' if every else '')
        + find.listed(map(_described, every))
    )


def _addresses(nic: Nic) -> list[notation.IPAddress]:
    return [each.ip for each in nic.fixed_ips or ()]


def _described(nic: Nic) -> str:
    """Return a port on one line: ID, MAC and IP addresses."""
    return '  '.join(
        [nic.id, nic.mac or '(no MAC address)', *map(str, _addresses(nic))]
    )
