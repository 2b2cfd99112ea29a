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

"""What is waited for, whatever it is."""

import abc
from collections.abc import Iterable

from osc_lib import exceptions

from osc_iface import choose, find
from osc_iface.model import Interface, Server
from osc_iface.printable import beginning, printable
from osc_iface.wire import compute
from osc_iface.wire.cloud import Cloud


class Goal(abc.ABC):
    """What is wanted of the interfaces of a server, and how far it is.

    :param cloud: the services to ask
    :param server_id: ID of the server, as the API writes it
    :param ports: what names the interfaces, each as for
        :func:`osc_iface.choose.interface`; none for all of the server
    :ivar server: the server, as it was when it was last asked for
    :ivar seen: whether there has been such a server
    :ivar notes: sentences about what was not as one would expect
    """

    # How the user says what is wanted.
    word: str
    # Whether the goal can be met only once the server was asked for.
    server_first = False

    def __init__(
        self, cloud: Cloud, server_id: str, ports: Iterable[str]
    ) -> None:
        self._cloud = cloud
        self._id = server_id
        self._ports = list(dict.fromkeys(ports))
        self._interfaces: list[Interface] = []
        # IDs of what was found, by what was typed.
        self._found: dict[str, str] = {}
        self.server: Server | None = None
        self.seen = False
        self.notes: list[str] = []

    def ask_server(self) -> None:
        """Ask for the server, and for what else is asked as seldom."""
        self.server = compute.show_server(self._cloud.compute, self._id)
        self.seen = True

    def look(self) -> None:
        """Ask for the interfaces."""
        self._interfaces = compute.list_interfaces(
            self._cloud.compute, self._id
        )
        self._resolve()
        self.seen = True

    @abc.abstractmethod
    def is_met(self) -> bool:
        """Return whether nothing is left to wait for."""

    def check(self) -> None:
        """Raise CommandError if to wait is in vain."""
        status = self._status()
        if status in ('DELETED', 'SOFT_DELETED'):
            raise self.server_gone()
        # What is in a task, such as a hard reboot, may come out of it.
        if status == 'ERROR' and self.server and not self.server.task:
            fault = beginning(self.server.fault or 'it does not say why')
            raise exceptions.CommandError(
                f'Server {self._id} is in ERROR: {fault.rstrip(".")}. '
                f'See "openstack server event list {self._id}".'
                + self._listed()
            )

    def awaited(self) -> str:
        """Return what is waited for, in a few words."""
        count = len(self._left()) or 'all'
        what = 'interface' if count == 1 else 'interfaces'
        return f'Not {self.word} yet: {count} {what}'

    def late(self, timeout: float) -> exceptions.CommandError:
        """Return an exception that says what is not there yet."""
        lacks = f'not all of its interfaces are {self.word}'
        if not self._left() and self._status() == 'BUILD':
            lacks = 'may get more interfaces'
        return exceptions.CommandError(
            f'After {timeout:g} seconds, server {self._id} is '
            f'{self._status()}, and {lacks}. See "openstack server event '
            f'list {self._id}", or wait longer with --timeout.'
            + self._listed()
        )

    def server_gone(self) -> exceptions.CommandError:
        """Return an exception that says that the server is gone."""
        return exceptions.CommandError(
            f'Server {self._id} has been deleted meanwhile. Ports that it '
            f'left are in "openstack port list --device-id {self._id}".'
        )

    @abc.abstractmethod
    def _resolve(self) -> None:
        """Find out which interfaces are meant."""

    @abc.abstractmethod
    def _left(self) -> list[str]:
        """Return lines about what is waited for."""

    def _listed(self) -> str:
        """Return what is waited for, for the end of a message."""
        left = self._left()
        return f' Not {self.word}:{find.listed(left)}' if left else ''

    def _status(self) -> str:
        """Return the status of the server, as far as it is known."""
        return printable((self.server and self.server.status) or 'UNKNOWN')

    def _find(self, typed: str) -> Interface | None:
        """Return the interface that is meant, if it is there."""
        interface = choose.among(
            self._cloud, self._id, self._interfaces, typed
        )
        if interface:
            self._found[typed] = interface['port_id']
        return interface


def with_state(interface: Interface) -> str:
    """Return an interface on one line, its state at the end."""
    state = interface.get('port_state') or 'in no known state'
    return f'{choose.described(interface)}  {state}'
