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

"""What is waited for: interfaces that are gone."""

from collections.abc import Iterable

from osc_lib import exceptions

from osc_iface import errors
from osc_iface.goal import Goal, with_state
from osc_iface.printable import beginning, printable
from osc_iface.wire import actions
from osc_iface.wire.actions import Action
from osc_iface.wire.cloud import Cloud

# Seconds before the first question within which a detaching that failed is
# taken for the one whose end is waited for: it may fail at once, before the
# next command has been started.
RECENT = 60
_DETACH = 'detach_interface'


class Detached(Goal):
    """Interfaces that the server has no more."""

    word = 'detached'

    def __init__(
        self, cloud: Cloud, server_id: str, ports: Iterable[str]
    ) -> None:
        super().__init__(cloud, server_id, ports)
        self._events = Events(cloud, server_id)

    def ask_server(self) -> None:
        """Ask for the server, and for its events."""
        super().ask_server()
        self._events.ask()

    def is_met(self) -> bool:
        """Return whether the server has none of them."""
        return not self._left()

    def check(self) -> None:
        """Raise CommandError if they will not be detached."""
        super().check()
        id_ = self._events.failed
        if id_:
            raise exceptions.CommandError(
                f'Detaching from server {self._id} failed: its event '
                f'detach_interface says Error. See "openstack server event '
                f'show {self._id} {id_}", or ask the operators of the cloud. '
                f'(Request ID: {id_})' + self._listed()
            )

    def _resolve(self) -> None:
        """Find those named, once; afterwards their IDs will do."""
        if self.seen:
            return
        for typed in self._ports:
            if self._find(typed) is None:
                self.notes.append(
                    f'No interface of server {self._id} has the ID, MAC '
                    f"address, IP address or name '{beginning(typed)}', so "
                    f'there is nothing to wait for.'
                )
        if not (self._ports or self._interfaces):
            self.notes.append(
                f'Server {self._id} has no interface, so there is nothing to '
                f'wait for.'
            )

    def _left(self) -> list[str]:
        """Return those that are still attached, with their states."""
        meant = set(self._found.values())
        return [
            with_state(each)
            for each in self._interfaces
            if not self._ports or each['port_id'] in meant
        ]


class Events:
    """Looks for a detaching that failed.

    :param cloud: the services to ask
    :param server_id: ID of the server, as the API writes it
    :ivar failed: the request ID of one that failed; empty if none has
    """

    def __init__(self, cloud: Cloud, server_id: str) -> None:
        self._cloud = cloud
        self._id = server_id
        # Failed before the first question: those that do not count, and
        # those that do when nothing is under way.
        self._old: set[str] | None = None
        self._recent: set[str] = set()
        self._finished: set[str] = set()
        self.failed = ''

    def ask(self) -> None:
        """Ask for the events, and whether one of them failed."""
        try:
            found = actions.list_actions(self._cloud.compute, self._id)
            detaching = [each for each in found if each.name == _DETACH]
            failed = self._failed(detaching)
        except errors.CallFailed as exc:
            # Whoever may not see them can still see the interfaces.
            if exc.status not in (403, 404):
                raise
            return
        self.failed = printable(failed)

    def _failed(self, detaching: list[Action]) -> str:
        """Return the request ID of one that failed, or ''."""
        failed = {each.request_id: each for each in detaching if each.failed}
        if self._old is None:
            self._recent = {
                id_
                for id_, each in failed.items()
                if each.age is not None and each.age <= RECENT
            }
            self._old = failed.keys() - self._recent
        known = self._old | self._recent
        for id_ in failed:
            if id_ not in known:
                return id_
        # Of one tried again, the end of the last attempt is waited for.
        for each in detaching if self._recent else ():
            if each.request_id in self._recent:
                return each.request_id
            if not (each.failed or self._is_finished(each.request_id)):
                return ''
        return ''

    def _is_finished(self, request_id: str) -> bool:
        """Return whether all of an action is over."""
        if request_id not in self._finished and actions.is_finished(
            self._cloud.compute, self._id, request_id
        ):
            self._finished.add(request_id)
        return request_id in self._finished
