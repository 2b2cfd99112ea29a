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

"""The steps of the sandbox, as they are drawn."""

import io
from pathlib import Path
import re

import fixtures
import testtools

from sandbox import install
from sandbox.progress import Steps


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestSteps(testtools.TestCase):
    def test_each_drawing_ends_with_a_line(self) -> None:
        """What stands after the last line is held back by tox."""
        terminal = Terminal()
        with Steps(terminal) as steps:
            for title in ('First', 'Second'):
                with steps.step(title):
                    steps.detail(f'{title}: 1 of 2')
                    steps.progress.refresh()

                    _, _, held_back = terminal.getvalue().rpartition('\n')
                    visible = re.sub(r'\x1b\[[0-9;?]*[A-Za-z]', '', held_back)
                    self.assertEqual('', visible)
                    self.assertIn(f'{title}: 1 of 2', terminal.getvalue())

    def test_no_terminal(self) -> None:
        """A line when a step begins, whatever the environment says."""
        self.useFixture(fixtures.EnvironmentVariable('FORCE_COLOR', '1'))
        stream = io.StringIO()
        with Steps(stream) as steps, steps.step('First'):
            steps.detail('First: 1 of 2')
            steps.progress.refresh()

        self.assertEqual('First ...\n', stream.getvalue())


class TestNews(testtools.TestCase):
    """What the installation is at, going by pip's output."""

    def setUp(self) -> None:
        super().setUp()
        folder = Path(self.useFixture(fixtures.TempDir()).path)
        self.venv, self.log = folder / 'venv', folder / 'log'
        self.text = (
            'Collecting setuptools==80.9.0\n'
            'Installing collected packages: setuptools\n'
            'Successfully installed setuptools-80.9.0\n'
            'Looking in links: /srv/wheels\n'
        )
        self.useFixture(
            fixtures.MonkeyPatch('sandbox.install.CONSTRAINTS', folder / 'all')
        )
        install.CONSTRAINTS.write_text('a==1\nb==2; old\nc==3\nd==4\n')

    def news(self, text: str) -> str:
        self.text += text
        self.log.write_text(self.text)
        return install._news(self.venv, self.log).partition(': ')[2]

    def test_news(self) -> None:
        self.assertEqual('0 of 4 fetched', self.news(''))
        self.assertEqual(
            '1 of 3 fetched',
            self.news(
                "Ignoring b: markers 'old' don't match your environment\n"
                'Collecting a==1\n  Using cached a-1-py3-none-any.whl\n'
            ),
        )
        self.assertEqual(
            'building those that need it',
            self.news(
                'Processing /srv/wheels/c-3.tar.gz\n'
                '  Preparing metadata (pyproject.toml): started\n'
                'Requirement already satisfied: d==4 in ./venv\n'
            ),
        )
        packages = self.venv / 'lib' / 'python3.11' / 'site-packages'
        for name in ('pip-26.dist-info', 'd-4.dist-info'):
            (packages / name).mkdir(parents=True)
        text = 'Installing collected packages: c, a\n'
        self.assertEqual('1 of 3 unpacked', self.news(text))
        (packages / 'c-3.dist-info').mkdir()
        self.assertEqual('2 of 3 unpacked', self.news(''))
