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

"""What is known from Compute: servers, and the addresses it remembers.

None is unknown wherever a field may be None: it was not asked for, a policy
hides it, or the cloud does not have it. What is known to be empty is empty.
Ages are in seconds, by the clock of the service that told them.
"""

import dataclasses

from osc_iface.notation import IPAddress

# Compute shows no addresses of these, or none that count.
_UNSETTLED = frozenset(('BUILD', 'DELETED', 'SOFT_DELETED', 'UNKNOWN'))
# What a server is on one host in, where nothing is under way.
_AT_HOME = frozenset(('ACTIVE', 'SHUTOFF', 'PAUSED', 'SUSPENDED', 'RESCUE'))


@dataclasses.dataclass(frozen=True)
class Address:
    """An address that Compute lists of a server, from its cache."""

    network: str  # its name
    ip: IPAddress
    mac: str
    floating: bool


@dataclasses.dataclass(frozen=True)
class Machine:
    """A server, as ``GET /servers/{id}`` shows it.

    ``status`` and ``task`` are the API's words; ``task`` is empty where
    nothing is under way. ``fault`` is what it says of a failure, empty where
    it says nothing. ``host`` is empty where it is on none. ``launched`` tells
    whether it ever ran, ``config_drive`` whether the guest can read its
    addresses from a drive, ``bare_metal`` whether it is a machine of its own.
    """

    id: str
    name: str | None = None
    project_id: str | None = None
    status: str | None = None
    task: str | None = ''
    addresses: tuple[Address, ...] | None = None
    fault: str = ''
    host: str | None = None
    launched: bool | None = None
    since_updated: float | None = None
    since_created: float | None = None
    config_drive: bool | None = None
    bare_metal: bool | None = None

    @property
    def label(self) -> str:
        """How people know it: its name, else its ID."""
        return self.name or self.id

    @property
    def settled(self) -> bool:
        """Whether it is there, and built: Compute knows its interfaces."""
        failed_early = self.status == 'ERROR' and self.launched is False
        return (
            self.status is not None
            and self.status not in _UNSETTLED
            and not failed_early
        )

    @property
    def cached(self) -> tuple[Address, ...] | None:
        """Return the addresses that Compute remembers; None if unknown."""
        return self.addresses if self.settled else None

    @property
    def runs(self) -> bool:
        """Whether its interfaces are meant to be up now."""
        return self.status == 'ACTIVE' and self.task == ''

    @property
    def stays(self) -> bool:
        """Whether it is on one host, and nothing moves it to another."""
        return self.status in _AT_HOME and self.task == ''
