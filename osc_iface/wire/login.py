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

"""Logging in, within limits that the session of the client keeps a while."""

from collections.abc import Iterator
import contextlib
from typing import TYPE_CHECKING

from osc_iface.wire import failures, request

if TYPE_CHECKING:
    from openstackclient.common import clientmanager


@contextlib.contextmanager
def limits(
    client_manager: 'clientmanager.ClientManager',
) -> Iterator[None]:
    """Have the client's session keep this module's rules for a while.

    The session belongs to the other commands of the process as well, and
    nothing is left on it. What needs the rules there and not with each
    request is what others send for us: logging in, now or when a token has
    expired, and the SDK's question for the versions of a service.

    :param client_manager: the client's own, its session made
    """
    session = client_manager.session
    timeout, hooks = session.timeout, session.session.hooks
    try:
        session.timeout = request.timeout(session)
        session.session.hooks = {
            **hooks,
            'response': [*hooks['response'], request.read_all],
        }
        yield
    finally:
        session.timeout, session.session.hooks = timeout, hooks


def log_in(client_manager: 'clientmanager.ClientManager') -> None:
    """Get a token, or use a cached one, under this module's rules.

    :param client_manager: the client's own, its session made but not used
    :raises osc_iface.errors.CallFailed: where there is no way to log in
    """
    try:
        with limits(client_manager):
            client_manager.auth_ref  # noqa: B018  reading it logs in
    except Exception as exc:
        raise failures.from_exception(
            exc,
            'Identity',
            'log in',
            request.timeout(client_manager.session),
            client_manager.session.auth,
        ) from exc
