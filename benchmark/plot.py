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

"""The figures as a picture."""

import io
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import pyplot

from benchmark.many_servers import Comparison
from benchmark.measure import Figures
from benchmark.report import Results
from benchmark.scale import AtSize

_OURS, _OTHERS = '#b3123a', '#7a8b99'
_SETTINGS: Any = {
    'svg.fonttype': 'none',  # text stays text
    'svg.hashsalt': 'benchmark',  # the same names each time
    'font.family': 'sans-serif',
    'font.size': 9,
    'axes.spines.top': False,
    'axes.spines.right': False,
}
# No date, and none of the schemes' addresses.
_METADATA = dict.fromkeys(('Creator', 'Date', 'Format', 'Type'))


def draw(results: Results, path: Path) -> None:
    """Draw all panels into an SVG file."""
    matplotlib.use('svg')
    with matplotlib.rc_context(_SETTINGS):
        figure, axes = pyplot.subplots(
            2, 2, figsize=(10, 8), layout='constrained'
        )
        delay = f'{1000 * results.delay:.0f} ms'
        _bars(axes[0, 0], results.one, 'cpu', 'CPU seconds')
        _bars(
            axes[0, 1],
            results.delayed,
            'wall',
            f'Seconds, answers {delay} later',
        )
        axes[0, 1].set_yticklabels([])
        _loop(axes[1, 0], results.many)
        _growth(axes[1, 1], results.scale[0])
        svg = io.StringIO()
        figure.savefig(svg, format='svg', metadata=_METADATA)
        pyplot.close(figure)
    # Else the checks of style would find blanks at the ends of lines.
    lines = [line.rstrip() for line in svg.getvalue().splitlines()]
    path.write_text('\n'.join([*lines, '']), encoding='utf-8')


def _bars(axes: Any, figures: list[Figures], what: str, title: str) -> None:
    """Show a figure of each command; ours stand out."""
    names = [each.name for each in figures]
    values = [getattr(each, what) for each in figures]
    bars = axes.barh(
        names,
        values,
        color=[_OURS if 'interface ' in name else _OTHERS for name in names],
    )
    axes.bar_label(bars, fmt='%.2f', padding=2, fontsize=8)
    axes.invert_yaxis()
    axes.set_title(title, loc='left')


def _loop(axes: Any, comparisons: list[Comparison]) -> None:
    """Show the CPU of both ways to list several servers."""
    names = [
        f'{each.servers} servers, {way}'
        for each in comparisons
        for way in ('one command', 'loop')
    ]
    values = [
        seconds
        for each in comparisons
        for seconds in (each.ours.cpu, each.loop.cpu)
    ]
    bars = axes.barh(names, values, color=[_OURS, _OTHERS] * len(comparisons))
    axes.bar_label(bars, fmt='%.2f', padding=2, fontsize=8)
    axes.invert_yaxis()
    axes.set_title('CPU seconds, all servers', loc='left')


def _growth(axes: Any, at_sizes: list[AtSize]) -> None:
    """Show how CPU and memory grow with the number of rows."""
    rows = [each.rows for each in at_sizes]
    axes.plot(rows, [each.figures.cpu for each in at_sizes], 'o-', color=_OURS)
    axes.set_ylim(bottom=0)
    axes.set_xlim(left=0)
    axes.set_xlabel('interfaces listed')
    axes.set_ylabel('CPU seconds', color=_OURS)
    memory = axes.twinx()
    memory.spines['right'].set_visible(True)
    memory.plot(
        rows,
        [each.figures.memory / 1e6 for each in at_sizes],
        's--',
        color=_OTHERS,
    )
    memory.set_ylim(bottom=0)
    memory.set_ylabel('peak MB', color=_OTHERS)
    axes.set_title('One list, growing', loc='left')
