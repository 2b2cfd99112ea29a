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

"""What having the plugin installed costs the client's other commands."""

import dataclasses
import json
from pathlib import Path
import statistics
import sys
import tempfile
from typing import Any

from benchmark.measure import BenchmarkError, Figures, Subject, in_turn, run

PACKAGE = 'osc-iface'
_MODULE = 'osc_iface.server_interface'
_NOTHING = 'no-such-package'
_SCRIPT = (sys.executable, Path(__file__).parent / 'scripts/command_list.py')


@dataclasses.dataclass(frozen=True)
class Loading:
    """``openstack command list``, with and without the plugin.

    :ivar modules: how many it loads without
    :ivar more_modules: the names of those that it loads with it besides
    :ivar import_cpu: CPU seconds that their import takes, of each round
    """

    modules: int
    more_modules: list[str]
    import_cpu: list[float]
    with_it: Figures
    without: Figures

    @property
    def import_median(self) -> float:
        """CPU seconds that the import of the modules takes."""
        return statistics.median(self.import_cpu)


def measure(rounds: int) -> Loading:
    """Compare them in turn."""
    with_it, without = in_turn(
        'openstack command list, with the plugin and without',
        [
            Subject('with', (*_SCRIPT, _NOTHING)),
            Subject('without', (*_SCRIPT, PACKAGE)),
        ],
        rounds,
    )
    modules, modules_without = set(_ask(_NOTHING)), set(_ask(PACKAGE))
    if _MODULE not in modules - modules_without:
        raise BenchmarkError(
            f'{PACKAGE} is not installed here, or cannot be hidden.'
        )
    return Loading(
        modules=len(modules_without),
        more_modules=sorted(modules - modules_without),
        import_cpu=[_ask(PACKAGE, _MODULE) for _round in range(rounds)],
        with_it=with_it,
        without=without,
    )


def _ask(*arguments: str) -> Any:
    """Return what the script says."""
    with tempfile.TemporaryDirectory() as home:
        _taken, output = run((*_SCRIPT, *arguments), {}, Path(home))
    return json.loads(output)
