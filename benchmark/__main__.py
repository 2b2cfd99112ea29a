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

"""The command line: ``python -m benchmark``."""

import argparse
from importlib import metadata
import os
from pathlib import Path
import platform
import sys

from benchmark import checking, loading, many_servers, one_interface, scale
from benchmark.measure import BenchmarkError
from benchmark.report import Results, as_json, tables
from sandbox import during, interrupts
from sandbox.errors import SandboxError
from sandbox.layout import Layout

DELAY = 0.05
SECONDS_A_ROW = 0.002
# A request for each server.
TAGS = ('-c', 'Port ID', '-c', 'Tag')
_CLIENTS = (
    'python-openstackclient',
    'openstacksdk',
    'keystoneauth1',
    'python-novaclient',
    'osc-iface',
)


def main() -> int:
    """Measure, print the tables, and write files; give the exit status."""
    arguments = _parser().parse_args()
    interrupts.install()
    try:
        with during.running() as layout:
            results = _measure(layout, arguments.rounds, arguments.quick)
    except (BenchmarkError, SandboxError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except interrupts.Interrupted as interrupt:
        print('Interrupted.', file=sys.stderr)
        return 128 + interrupt.number
    for table in tables(results):
        print(table)
    if arguments.output:
        _write(results, arguments.output)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='python -m benchmark',
        description='Measure what the commands cost, in the sandbox in '
        '$OSC_IFACE_SANDBOX, which nobody else may use meanwhile. It is '
        'brought up if need be, and stopped at the end. The tables go to '
        'standard output.',
    )
    parser.add_argument(
        '--rounds',
        type=_positive,
        metavar='NUMBER',
        help='how often to measure everything (default: 5)',
    )
    parser.add_argument(
        '--quick',
        action='store_true',
        help='try whether it works: one round, few servers',
    )
    parser.add_argument(
        '--output',
        type=Path,
        metavar='DIR',
        help='directory for the tables as CSV, all figures as JSON and a '
        'plot as SVG',
    )
    return parser


def _positive(text: str) -> int:
    """Return the number in the text."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError('at least 1')
    return number


def _measure(layout: Layout, rounds: int | None, quick: bool) -> Results:
    """Measure everything, one after another."""
    rounds = rounds or (1 if quick else 5)
    run = _run(rounds)
    one, delayed = one_interface.measure(layout, (0, DELAY), rounds)
    many = many_servers.measure(layout, (3, 4) if quick else (10, 20), rounds)
    sizes = (100, 200) if quick else (1000, 2500, 5000, 10000)
    sizes_of_tags = (10, 20) if quick else (100, 200, 400)
    return Results(
        run=run,
        delay=DELAY,
        one=one,
        delayed=delayed,
        many=many,
        scale=[
            scale.measure((), sizes, rounds),
            scale.measure(TAGS, sizes_of_tags, rounds),
            scale.measure(('--long',), sizes, rounds),
        ],
        checked=checking.measure((300, 600) if quick else sizes, rounds),
        slow=scale.measure_slow(max(sizes) // 4, SECONDS_A_ROW, rounds),
        loading=loading.measure(3 * rounds),
    )


def _run(rounds: int) -> dict[str, str]:
    """Say what is measured with."""
    return {
        'Rounds': str(rounds),
        'CPU cores': str(os.cpu_count()),
        'Load before': f'{os.getloadavg()[0]:.1f}',
        'System': f'{platform.system()} {platform.machine()}',
        'Python': platform.python_version(),
        **{package: metadata.version(package) for package in _CLIENTS},
    }


def _write(results: Results, directory: Path) -> None:
    """Write the tables, the figures and the plot."""
    from benchmark import plot  # takes a while

    directory.mkdir(parents=True, exist_ok=True)
    for table in tables(results):
        table.write(directory)
    text = as_json(results)
    (directory / 'results.json').write_text(text, encoding='utf-8')
    plot.draw(results, directory / 'plot.svg')


if __name__ == '__main__':
    sys.exit(main())
