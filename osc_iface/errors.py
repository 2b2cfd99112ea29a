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

"""The kinds of failure, each with what the user reads as its text."""

from osc_lib import exceptions
import requests


class CallFailed(exceptions.CommandError):
    """A call that brought no usable answer; as text, what the user reads.

    :ivar response: the answer of the service asked; None where there was none
    """

    def __init__(
        self, message: str, response: requests.Response | None = None
    ) -> None:
        super().__init__(message)
        self.response = response

    @property
    def status(self) -> int | None:
        """The status of the answer; None where there was none."""
        return None if self.response is None else self.response.status_code


class ServerNotFound(CallFailed):
    """There is no such server, or none that this user may see."""


class PortNotFound(CallFailed):
    """There is no such port, or none that is on the server."""


class ServiceNotFound(CallFailed):
    """There is no such service in the catalog."""
