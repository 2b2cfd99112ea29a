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

"""What is imported is named where pip reads it."""

import ast
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
import re
import sys

import testtools

_CHECKOUT = Path(__file__).parents[3]


def imported(files: Iterable[Path]) -> Iterator[str]:
    """Return the packages that files import from elsewhere."""
    ours = {'osc_iface', 'sandbox', *sys.stdlib_module_names}
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in names:
                package = name.partition('.')[0]
                if package not in ours:
                    yield package


def required(*files: str) -> set[str]:
    """Return the distributions that requirement files name."""
    lines = [
        line
        for file in files
        for line in (_CHECKOUT / file).read_text().splitlines()
    ]
    return {
        normalised(re.split(r'[\[>]', line)[0])
        for line in lines
        if not line.startswith('#')
    }


def normalised(name: str) -> str:
    return re.sub('[-_.]+', '-', name).lower()


class TestRequirements(testtools.TestCase):
    """Each import belongs to a distribution that is named."""

    def check(self, files: Iterable[Path], named: set[str]) -> None:
        belong = metadata.packages_distributions()
        for package in sorted({*imported(files)}):
            names = {normalised(each) for each in belong.get(package, [])}
            self.assertTrue(names & named, f'{package} is imported')

    def test_of_the_plugin(self) -> None:
        package = _CHECKOUT / 'osc_iface'
        files = [
            file
            for file in package.rglob('*.py')
            if 'tests' not in file.relative_to(package).parts
        ]

        # keystoneauth is imported below the top, where all of HTTP is.
        self.assertIn('keystoneauth1', set(imported(files)))
        self.check(files, required('requirements.txt'))

    def test_of_the_tests(self) -> None:
        self.check(
            [
                *(_CHECKOUT / 'osc_iface' / 'tests').rglob('*.py'),
                *(_CHECKOUT / 'sandbox').glob('*.py'),
            ],
            required('requirements.txt', 'test-requirements.txt'),
        )
