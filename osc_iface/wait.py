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

"""Waiting until what is wanted of the interfaces of a server is so."""

from collections.abc import Callable
import time

from osc_iface import errors, progress
from osc_iface.goal import Goal
from osc_iface.printable import beginning

# Seconds between two looks at the interfaces: at first, and at most.
SHORTEST = 1
LONGEST = 5
# Seconds after which the server is asked for, too.
SERVER_EVERY = 5

# A clock that nobody sets; a name of its own for the tests.
monotonic = time.monotonic


def wait(goal: Goal, timeout: float, server: str) -> None:
    """Wait until a goal is met.

    :param goal: what is wanted
    :param timeout: the seconds to wait; 0 to ask but once
    :param server: what to call the server at a terminal
    :raises osc_iface.errors.ServerNotFound: there was no such server from
        the beginning
    :raises osc_lib.exceptions.CommandError: to wait is in vain, or the time
        is over, or a call failed
    """
    with progress.waiting() as tell:
        try:
            _wait(
                goal,
                timeout,
                lambda what: tell(f'{what} of {beginning(server)}'),
            )
        except errors.ServerNotFound as exc:
            if not goal.seen:
                raise
            raise goal.server_gone() from exc


def _wait(goal: Goal, timeout: float, tell: Callable[[str], None]) -> None:
    """Look, and look again, until the goal is met."""
    end = monotonic() + timeout
    pause: float = SHORTEST
    # What may be met already is looked at before the server is.
    since: float = SERVER_EVERY
    while True:
        if since >= SERVER_EVERY and (goal.server_first or goal.seen):
            goal.ask_server()
            since = 0
        # After the server: what is missing from it then is not to come.
        goal.look()
        if goal.is_met():
            return
        if goal.server is None:
            continue
        goal.check()
        tell(goal.awaited())
        left = end - monotonic()
        if left <= 0:
            raise goal.late(timeout)
        this = min(pause, left)
        time.sleep(this)
        since += this
        pause = min(pause + 1, LONGEST)
