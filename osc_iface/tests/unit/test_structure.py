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

"""The map of the modules can be read from the top down."""

import ast
from collections.abc import Iterator
from pathlib import Path
import re

import testtools

_PACKAGE = Path(__file__).parents[2]
_MAP = _PACKAGE.parent / 'CONTRIBUTING.rst'


class TestMap(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        lines = _MAP.read_text().partition('\nThe modules\n')[2].splitlines()
        # A line that begins with a module names those of one floor.
        self.floor = {
            module: floor
            for floor, line in enumerate(lines)
            if line.startswith('``')
            for module in re.findall(r'``([\w/]+\.py)``', line)
        }

    def test_has_every_module(self) -> None:
        self.assertEqual(set(_modules()), self.floor.keys())

    def test_no_module_imports_one_above_it(self) -> None:
        upwards = [
            (module, imported)
            for module in _modules()
            for imported in _imported(module)
            if self.floor[imported] < self.floor[module]
        ]

        self.assertEqual([], upwards)
        self.assertIn('find.py', list(_imported('fleet.py')))


def _modules() -> Iterator[str]:
    """Yield the modules of the package: their paths below it."""
    for pattern in ('*.py', 'check/*.py', 'reach/*.py', 'wire/*.py'):
        for path in sorted(_PACKAGE.glob(pattern)):
            if path.name != '__init__.py':
                yield str(path.relative_to(_PACKAGE))


def _imported(module: str) -> Iterator[str]:
    """Yield the modules of the package that one of them imports."""
    for node in ast.walk(ast.parse((_PACKAGE / module).read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                for name in (node.module, f'{node.module}.{alias.name}'):
                    path = name.replace('.', '/').removeprefix('osc_iface/')
                    if (_PACKAGE / f'{path}.py').exists():
                        yield f'{path}.py'
