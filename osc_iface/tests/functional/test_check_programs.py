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

"""What programs get of ``check``: statuses, formats, the page's scripts."""

import csv
import io
import json
from pathlib import Path
import re
import tempfile
import textwrap
from typing import Any, ClassVar

import yaml

from osc_iface.tests.functional.checking import ADMIN, CheckTestCase, Row
from osc_iface.tests.functional.test_sandbox_break import (
    ports_of,
    run,
    server_of,
)

_PAGE = Path(__file__).parents[3] / 'doc' / 'source' / 'why.rst'


class TestPrograms(CheckTestCase):
    """One server that is broken, beside those that are not."""

    server: ClassVar[Any]
    expected: ClassVar[Row]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.addClassCleanup(run, '--mend')
        run('port-disabled')
        cls.server = server_of('port-disabled')
        [port] = ports_of(cls.server)
        cls.expected = {
            'Severity': 'error',
            'Check': 'port-disabled',
            'Object': 'port',
            'Object ID': port['id'],
            'Servers': [{'id': cls.server['id'], 'name': cls.server['name']}],
            'Finding': 'The port is disabled: nothing passes.',
            'Advice': f'openstack port set --enable {port["id"]}',
        }

    def test_statuses_of_a_process(self) -> None:
        for args, status in (
            (('web-1',), 0),
            (('broken-port-disabled',), 3),
            (('broken-port-disabled', '--ignore', 'port-disabled'), 0),
            (('broken-port-disabled', 'nobody'), 1),
            (('nobody',), 1),
            (('broken-port-disabled', '--host', 'sandbox'), 2),
        ):
            result = self.check(*args, alone=True)

            self.assertEqual(status, result.status, str(args))
            listed = 'port-disabled, port' in result.stdout
            expected = args in (
                ('broken-port-disabled',),
                ('broken-port-disabled', 'nobody'),
            )
            self.assertEqual(expected, listed, str(args))

    def test_structured(self) -> None:
        for format_, read in (('json', json.loads), ('yaml', yaml.safe_load)):
            result = self.check('-f', format_)

            self.assertEqual([self.expected], read(result.stdout))
            self.assertEqual(3, result.status)

    def test_texts(self) -> None:
        texts = {**self.expected, 'Servers': self.server['name']}

        written = self.check('-f', 'csv').stdout
        self.assertEqual([texts], [*csv.DictReader(io.StringIO(written))])
        self.assertEqual(
            ' '.join(texts.values()) + '\n', self.check('-f', 'value').stdout
        )
        table = self.check('-f', 'table', '-c', 'Check', '-c', 'servers')
        self.assertIn('| port-disabled | broken-port-disabled |', table.stdout)
        report = self.check('-f', 'report')
        self.assertEqual(self.check().stdout, report.stdout)
        self.assertIn(f'      {texts["Advice"]}\n', report.stdout)

    def test_only_what_is_wanted(self) -> None:
        """What is ignored, or is less than wanted, changes no status."""
        result = self.check('--ignore', 'port-disabled')
        self.assertEqual(('', 0), (result.stdout, result.status))
        noted = self.rows(self.server['id'])
        self.assertLess({'error'}, {row['Severity'] for row in noted})
        listed = self.rows(self.server['id'], '--severity', 'error')
        self.assertEqual([self.expected], listed)


class TestPage(CheckTestCase):
    """The examples of the page that are for cron and for Prometheus."""

    def setUp(self) -> None:
        super().setUp()
        self.page = _PAGE.read_text()
        self.assertIn('OS_CLOUD=admin', self.page)
        self.page = self.page.replace('OS_CLOUD=admin', f'OS_CLOUD={ADMIN}')

    def test_cron(self) -> None:
        """What is to be mailed is printed, and nothing where all is well."""
        [line] = re.findall(r'^ *0 6 \* \* \* (.*)$', self.page, re.MULTILINE)

        self.assertEqual((0, '', ''), self.paste(line))
        self.addCleanup(run, '--mend')
        run('no-interface')
        done = self.paste(line)

        self.assertEqual((3, ''), (done.status, done.stderr))
        self.assertIn('WARNING no-interface', done.stdout)

    def test_prometheus(self) -> None:
        [block] = re.findall(r'code-block:: sh\n\n((?: .*\n|\n)+)', self.page)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        out = Path(folder.name, 'interfaces.prom')
        script, count = re.subn(
            '^out=.*$',
            f'out={out}',
            textwrap.dedent(block),
            flags=re.MULTILINE,
        )
        self.assertEqual(1, count)

        self.obey(script)
        self.assertEqual(
            'openstack_interface_check_status 0\n', out.read_text()
        )
        self.addCleanup(run, '--mend')
        run('no-interface')
        self.obey(script)
        self.assertEqual(
            'openstack_interface_findings{check="no-interface",'
            'severity="warning"} 1\n'
            'openstack_interface_check_status 3\n',
            out.read_text(),
        )
        # Where nothing could be read, that is what is told.
        self.obey(script.replace(f'OS_CLOUD={ADMIN}', 'OS_CLOUD=nowhere'))
        self.assertEqual(
            'openstack_interface_check_status 1\n', out.read_text()
        )
