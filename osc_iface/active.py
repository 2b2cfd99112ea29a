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

"""What is waited for: interfaces that are ACTIVE."""

from collections.abc import Iterable
import logging

from osc_lib import exceptions

from osc_iface import choose, errors, find
from osc_iface.goal import Goal, with_state
from osc_iface.model import Interface
from osc_iface.printable import beginning
from osc_iface.wire import network
from osc_iface.wire.cloud import Cloud

LOG = logging.getLogger(__name__)

# A port of a network whose backend has no states is as good as it gets.
_GOOD = ('ACTIVE', 'N/A')
# What makes a server run again, by what it is.
_STOPPED = {
    'SHUTOFF': 'start',
    'SUSPENDED': 'resume',
    'SHELVED': 'unshelve',
    'SHELVED_OFFLOADED': 'unshelve',
}


class Active(Goal):
    """Interfaces that are there and in the state ACTIVE."""

    word = 'ACTIVE'

    def __init__(
        self, cloud: Cloud, server_id: str, ports: Iterable[str]
    ) -> None:
        super().__init__(cloud, server_id, ports)
        # All there are is only known of a server that has been built.
        self.server_first = not self._ports
        self._missing: list[str] = []
        self._not_good: list[Interface] = []
        self._had_some = False
        # Those that the Network service has been asked about.
        self._asked: set[str] = set()

    def is_met(self) -> bool:
        """Return whether all are there, and good."""
        if self._missing or self._not_good:
            return False
        if self._ports:
            return True
        return bool(self._interfaces) and self._status() not in (
            *('BUILD', 'ERROR'),
            *('DELETED', 'SOFT_DELETED'),
        )

    def check(self) -> None:
        """Raise CommandError if they will not be ACTIVE."""
        super().check()
        if self._lacks_some() and self._status() != 'BUILD':
            self._check_lacking()
        if self.server and not self.server.task:
            self._check_stopped()
        self._check_disabled()

    def _lacks_some(self) -> bool:
        """Return whether what is waited for is not there at all."""
        return bool(self._missing or not (self._ports or self._interfaces))

    def _check_lacking(self) -> None:
        """Raise CommandError if what is not there will not come."""
        if self._had_some:
            # A server that is deleted has no interfaces before it is gone.
            self.ask_server()
            super().check()
        if self.server and 'deleting' in (self.server.task or ''):
            return
        for typed in self._missing:
            # It says so in its own words, unless it finds it now.
            choose.interface(self._cloud, self._id, typed)
        if not self._ports:
            raise exceptions.CommandError(
                f'Server {self._id} has no interface to wait for. Attach one '
                f'with "openstack server add network" or "openstack server '
                f'add port".'
            )

    def _check_stopped(self) -> None:
        """Raise CommandError if the server does not run."""
        command = _STOPPED.get(self._status())
        if command:
            raise exceptions.CommandError(
                f'Server {self._id} is {self._status()}, and its interfaces '
                f'become ACTIVE when it runs: see "openstack server {command} '
                f'{self._id}".' + self._listed()
            )

    def _check_disabled(self) -> None:
        """Raise CommandError if ports are disabled; each is asked for once."""
        down = {
            each['port_id']: each
            for each in self._not_good
            if each.get('port_state') == 'DOWN'
        }
        fresh = down.keys() - self._asked
        if not fresh:
            return
        self._asked |= fresh
        try:
            disabled = fresh & network.disabled(
                self._cloud.network, sorted(fresh)
            )
        except errors.CallFailed as exc:
            LOG.debug('%s', exc)  # to wait may be in vain, or not
            return
        if disabled:
            raise exceptions.CommandError(
                f'Ports of server {self._id} are disabled, and do not become '
                f'ACTIVE before that is changed: see "openstack port set '
                f'--enable {min(disabled)}". Disabled:'
                + find.listed(
                    with_state(down[id_]) for id_ in sorted(disabled)
                )
            )

    def _resolve(self) -> None:
        """Find those named; what is not there yet, again each time."""
        by_id = {each['port_id']: each for each in self._interfaces}
        self._had_some = self._had_some or bool(by_id)
        self._missing, meant = [], {}
        for typed in self._ports:
            known = by_id.get(self._found.get(typed, ''))
            interface = known or self._find(typed)
            if interface:
                meant[interface['port_id']] = interface
            else:
                self._missing.append(typed)
        self._not_good = [
            each
            for each in (meant if self._ports else by_id).values()
            if each.get('port_state') not in _GOOD
        ]

    def _left(self) -> list[str]:
        """Return those that are not ACTIVE, with their states."""
        missing = [f'{beginning(typed)}  not there' for typed in self._missing]
        return [with_state(each) for each in self._not_good] + missing
