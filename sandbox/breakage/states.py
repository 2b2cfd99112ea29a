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
"""What a state is, and which there are."""

from collections.abc import Callable
import dataclasses

from sandbox.maker import Maker

_Make = Callable[[Maker], None]


@dataclasses.dataclass(frozen=True)
class State:
    """A state: what is wrong, in one sentence, and how it comes to that.

    ``heard`` is whether Neutron tells Nova of it.
    """

    what: str
    make: _Make
    heard: bool = False


STATES: dict[str, State] = {}


def state(
    name: str, what: str, *, heard: bool = False
) -> Callable[[_Make], _Make]:
    """Enter a function as what leads to a state."""

    def enter(make: _Make) -> _Make:
        STATES[name] = State(what, make, heard)
        return make

    return enter
