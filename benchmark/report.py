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

"""The figures as tables and as JSON."""

import dataclasses
import json
from typing import Any

from benchmark.checking import Checked
from benchmark.loading import Loading
from benchmark.many_servers import Comparison
from benchmark.measure import Figures
from benchmark.one_interface import FLOOR
from benchmark.scale import AtSize, Slow
from benchmark.table import Table

_MB = 1e6
_COMMANDS_HEADS = (
    'Command',
    'Requests',
    'CPU s',
    'CPU ratio',
    'CPU s, least to most',
    'Peak MB',
    'Wall s',
    'Wall ratio',
)
_TAKES = (
    'Requests',
    'CPU s',
    'Peak MB',
    'Wall s',
    'Requests per 1000 more rows',
    'CPU ms per more row',
    'KB per more row',
)


@dataclasses.dataclass(frozen=True)
class Results:
    """All that was measured.

    :ivar run: what it was measured with, by what that is
    :ivar one: the commands of :mod:`one_interface`
    :ivar delayed: the same with ``delay`` seconds added to every answer
    """

    run: dict[str, str]
    delay: float
    one: list[Figures]
    delayed: list[Figures]
    many: list[Comparison]
    scale: list[list[AtSize]]
    checked: list[Checked]
    slow: Slow
    loading: Loading


def tables(results: Results) -> list[Table]:
    """Return all the tables."""
    delay = f'{1000 * results.delay:.0f} ms'
    return [
        Table(
            'run',
            'Measured with',
            ('What', 'Which'),
            list(results.run.items()),
        ),
        _commands('one', 'One interface', results.one),
        _commands(
            'delayed',
            f'One interface, {delay} added to every answer',
            results.delayed,
        ),
        _many(results.many),
        *(
            _scale(f'scale-{number}', at_sizes)
            for number, at_sizes in enumerate(results.scale, 1)
        ),
        _checked(results.checked),
        _slow(results.slow),
        _loading(results.loading),
    ]


def as_json(results: Results) -> str:
    """Return everything: the figures, and each run that they come from."""
    return json.dumps(results, default=_plain, indent=1) + '\n'


def _plain(value: Any) -> Any:
    """Return a dataclass as a dictionary, its medians included."""
    plain = {
        field.name: getattr(value, field.name)
        for field in dataclasses.fields(value)
    }
    if isinstance(value, Figures):
        names = ('requests', 'cpu', 'memory', 'wall')
        plain['medians'] = {name: getattr(value, name) for name in names}
    return plain


def _commands(name: str, title: str, figures: list[Figures]) -> Table:
    """One interface: all figures, and those of time beside the floor."""
    floor = next(each for each in figures if each.name == FLOOR)
    return Table(
        name,
        title,
        _COMMANDS_HEADS,
        [
            (
                each.name,
                f'{each.requests:.0f}',
                f'{each.cpu:.2f}',
                f'{each.cpu / floor.cpu:.2f}',
                _range(each, 2),
                f'{each.memory / _MB:.0f}',
                f'{each.wall:.2f}',
                f'{each.wall / floor.wall:.2f}',
            )
            for each in figures
        ],
    )


def _many(comparisons: list[Comparison]) -> Table:
    """Both ways to list several servers, and what the loop takes more."""
    return Table(
        'many',
        'All servers: ours against a shell loop of nova interface-list',
        ('Servers', 'Figure', 'Ours', 'Loop', 'Ratio'),
        [
            (
                str(each.servers),
                figure,
                f'{ours:.{digits}f}',
                f'{loop:.{digits}f}',
                f'{loop / ours:.1f}',
            )
            for each in comparisons
            for figure, digits, ours, loop in (
                ('Requests', 0, each.ours.requests, each.loop.requests),
                ('CPU s', 2, each.ours.cpu, each.loop.cpu),
                ('Wall s', 2, each.ours.wall, each.loop.wall),
            )
        ],
    )


def _scale(name: str, at_sizes: list[AtSize]) -> Table:
    """Return what lists of growing length take, and each row more."""
    return Table(
        name,
        at_sizes[0].figures.name,
        ('Servers', 'Rows', *_TAKES),
        [
            (
                str(each.servers),
                str(each.rows),
                *_takes(smaller, each),
            )
            for smaller, each in zip([None, *at_sizes], at_sizes, strict=False)
        ],
    )


def _checked(checked: list[Checked]) -> Table:
    """Return what checks of growing clouds take and find."""
    return Table(
        'check',
        checked[0].figures.name,
        ('Servers', 'Interfaces', 'Broken and found', *_TAKES),
        [
            (
                str(each.servers),
                str(each.rows),
                str(each.found),
                *_takes(smaller, each),
            )
            for smaller, each in zip([None, *checked], checked, strict=False)
        ],
    )


def _slow(slow: Slow) -> Table:
    """Return what a list takes whose rows take a while, and the services."""
    slower, total = max(slow.seconds.values()), sum(slow.seconds.values())
    wall, start = slow.figures.wall, slow.at_once.wall
    return Table(
        'slow',
        f'{slow.servers} servers, each row of an answer takes a while',
        ('What', 'Seconds', 'Times the slower service'),
        [
            (what, f'{seconds:.2f}', f'{seconds / slower:.2f}')
            for what, seconds in (
                *(
                    (f'{service}, all its pages', seconds)
                    for service, seconds in sorted(slow.seconds.items())
                ),
                ('both, one after the other', total),
                ('the list', wall),
                ('the list, less what it takes at once', wall - start),
            )
        ],
    )


def _takes(smaller: AtSize | None, larger: AtSize) -> tuple[str, ...]:
    """Return what a list takes, and each row that it has more."""
    after = larger.figures
    takes = (
        f'{after.requests:.0f}',
        f'{after.cpu:.2f}',
        f'{after.memory / _MB:.0f}',
        f'{after.wall:.2f}',
    )
    if smaller is None:
        return (*takes, '', '', '')
    rows = larger.rows - smaller.rows
    before = smaller.figures
    return (
        *takes,
        f'{1000 * (after.requests - before.requests) / rows:.1f}',
        f'{1000 * (after.cpu - before.cpu) / rows:.2f}',
        f'{(after.memory - before.memory) / 1000 / rows:.1f}',
    )


def _loading(loading: Loading) -> Table:
    """Return what every other command pays for the plugin."""
    with_it, without = loading.with_it, loading.without
    more = len(loading.more_modules)
    return Table(
        'loading',
        'openstack command list, without the plugin and with it',
        ('Figure', 'Without', 'With', 'Difference'),
        [
            (
                'Modules loaded',
                str(loading.modules),
                str(loading.modules + more),
                f'{more}: {" ".join(loading.more_modules)}',
            ),
            (
                'CPU s',
                f'{without.cpu:.3f}',
                f'{with_it.cpu:.3f}',
                f'{with_it.cpu - without.cpu:+.3f}',
            ),
            (
                'CPU s, least to most',
                _range(without, 3),
                _range(with_it, 3),
                '',
            ),
            (
                'CPU s to import these modules',
                '',
                '',
                f'{loading.import_median:.4f}',
            ),
        ],
    )


def _range(figures: Figures, digits: int) -> str:
    """Return the least and the most CPU of all runs."""
    seconds = [sample.cpu for sample in figures.samples]
    return f'{min(seconds):.{digits}f} to {max(seconds):.{digits}f}'
