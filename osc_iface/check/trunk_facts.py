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

"""What is known of trunks.

None is unknown, as in :mod:`osc_iface.check.network_facts`.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Subport:
    """A port behind the one of a trunk; ``kind`` is as in ``vlan``."""

    port_id: str
    kind: str
    segment: int | None = None


@dataclasses.dataclass(frozen=True)
class Trunk:
    """A trunk; ``age`` is since it was updated."""

    id: str
    name: str = ''
    status: str | None = None
    enabled: bool | None = None
    age: float | None = None
    subports: tuple[Subport, ...] = ()

    @property
    def label(self) -> str:
        """How people know it: its name, else its ID."""
        return self.name or self.id
