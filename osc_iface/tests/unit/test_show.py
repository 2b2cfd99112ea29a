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

"""``server interface show``: requests sent, output printed."""

import json
from pathlib import Path
from typing import Any

import fixtures
import yaml

from osc_iface.tests.unit import base

SHOW = f'GET /v2.1/servers/{base.SERVER_ID}/os-interface/{base.PORT_ID}'


class TestRequests(base.ShellTestCase):
    def test_ids_are_used_without_a_lookup(self) -> None:
        self.register_show()

        self.assert_shown(base.SERVER_ID, base.PORT_ID)

        self.assertEqual([f'{SHOW} 2.70'], self.requests)
        self.assertEqual(3, self.count)

    def test_server_name_costs_one_request_more(self) -> None:
        self.register_servers('web-1')
        self.register_show()

        self.assert_shown('web-1', base.PORT_ID)

        self.assertEqual(
            [
                'GET /v2.1/servers?name=%5Eweb%5C-1%24&limit=1000',
                f'{SHOW} 2.70',
            ],
            self.requests,
        )
        self.assertEqual(4, self.count)

    def test_both_names_cost_two_requests_more(self) -> None:
        self.register_servers('web-1')
        self.cloud.get(
            base.PORTS_URL,
            json={'ports': [{'id': base.PORT_ID, 'name': 'web-1-mgmt'}]},
        )
        self.register_show()

        self.assert_shown('web-1', 'web-1-mgmt')

        self.assertEqual(
            [
                'GET /v2.1/servers?name=%5Eweb%5C-1%24&limit=1000',
                f'GET /v2.0/ports?device_id={base.SERVER_ID}'
                '&name=web-1-mgmt&fields=id&fields=name',
                f'{SHOW} 2.70',
            ],
            self.requests,
        )
        self.assertEqual(5, self.count)

    def test_endpoint_with_the_project_in_its_path(self) -> None:
        url = f'{base.COMPUTE_URL}/{base.PROJECT_ID}'
        self.register_identity(('compute', url))
        self.register_show(
            url=f'{url}/servers/{base.SERVER_ID}/os-interface/{base.PORT_ID}'
        )

        self.assert_shown(base.SERVER_ID, base.PORT_ID)

        self.assertEqual(3, self.count)

    def test_requests_have_a_time_limit(self) -> None:
        self.register_show()

        self.assert_shown(base.SERVER_ID, base.PORT_ID)

        self.assertEqual(
            {60.0}, {each.timeout for each in self.cloud.request_history}
        )


class TestCache(base.ShellTestCase):
    def test_of_the_sdk_is_passed_by(self) -> None:
        """What was true an hour ago is no answer."""
        folder = Path(self.useFixture(fixtures.TempDir()).path)
        path = folder / 'clouds.yaml'
        cache = {
            'class': 'dogpile.cache.dbm',
            'arguments': {'filename': str(folder / 'cache')},
            'expiration': {'compute.servers': 3600},
        }
        path.write_text(
            yaml.safe_dump(
                {'cache': cache, 'clouds': {'test': {'auth': base.AUTH}}}
            )
        )
        self.set_environment(OS_CLOUD='test', OS_CLIENT_CONFIG_FILE=str(path))
        self.register_servers('web-1')
        self.register_show()

        for _time in range(2):
            self.assert_shown('web-1', base.PORT_ID)

        self.assertEqual(4, len(self.requests))


class TestMicroversion(base.ShellTestCase):
    def register_versions(self, newest: str) -> None:
        """Let Nova tell its versions, for the SDK to compare."""
        self.cloud.get(
            base.COMPUTE_URL,
            json={
                'version': {
                    'id': 'v2.1',
                    'status': 'CURRENT',
                    'version': newest,
                    'min_version': '2.1',
                    'links': [{'rel': 'self', 'href': base.COMPUTE_URL}],
                }
            },
        )

    def test_older_cloud_answers_without_a_tag(self) -> None:
        self.register_show(version='2.53')

        shown = self.assert_shown(base.SERVER_ID, base.PORT_ID, '-f', 'json')

        self.assertEqual([f'{SHOW} 2.70', f'{SHOW} 2.1'], self.requests)
        self.assertNotIn('tag', json.loads(shown))

    def test_cloud_without_microversions_answers_without_a_tag(self) -> None:
        old = base.interface()
        del old['tag']
        self.cloud.get(base.SHOW_URL, json={'interfaceAttachment': old})

        shown = self.assert_shown(base.SERVER_ID, base.PORT_ID, '-f', 'json')

        self.assertEqual(old, json.loads(shown))

    def test_version_of_the_user_is_obeyed(self) -> None:
        self.register_versions('2.96')
        for version, tagged in (
            ('2.1', False),
            ('2.69', False),
            ('2.70', True),
            ('2.90', True),
        ):
            self.register_show(version='2.96')

            result = self.openstack(
                '--os-compute-api-version',
                version,
                *('server', 'interface', 'show'),
                *(base.SERVER_ID, base.PORT_ID, '-f', 'json'),
            )

            self.assertEqual(('', 0), (result.stderr, result.status))
            self.assertEqual(f'{SHOW} {version}', self.requests[-1])
            self.assertEqual(tagged, 'tag' in json.loads(result.stdout))

    def test_version_of_the_environment_is_obeyed(self) -> None:
        self.register_versions('2.96')
        self.set_variable('OS_COMPUTE_API_VERSION', '2.60')
        self.register_show(version='2.96')

        self.assert_shown(base.SERVER_ID, base.PORT_ID)

        self.assertEqual(f'{SHOW} 2.60', self.requests[-1])

    def test_major_version_of_the_user_leaves_the_minor_to_us(self) -> None:
        self.set_variable('OS_COMPUTE_API_VERSION', '2')
        self.register_show()

        self.assert_shown(base.SERVER_ID, base.PORT_ID)

        self.assertEqual([f'{SHOW} 2.70'], self.requests)

    def test_version_of_the_user_that_the_cloud_has_not(self) -> None:
        self.register_versions('2.53')
        self.set_variable('OS_COMPUTE_API_VERSION', '2.90')

        result = self.show(base.SERVER_ID, base.PORT_ID)

        self.assertEqual(('', 1), (result.stdout, result.status))
        self.assertIn(
            'Cannot reach the Compute service: the Compute service cannot be '
            'used: A default microversion for service compute of 2.90 was '
            'requested, but the cloud only supports a minimum of 2.1 and a '
            'maximum of 2.53.',
            result.stderr,
        )

    def test_what_the_sdk_takes_for_no_version_is_none(self) -> None:
        self.set_variable('OS_COMPUTE_API_VERSION', '2.latest')
        self.register_show()

        self.assert_shown(base.SERVER_ID, base.PORT_ID)

        self.assertEqual([f'{SHOW} 2.70'], self.requests)

    def test_default_microversion_of_the_cloud_is_obeyed(self) -> None:
        self.register_versions('2.96')
        self.register_show(version='2.96')
        self.configure(compute_default_microversion='2.60')

        self.assert_shown(base.SERVER_ID, base.PORT_ID)

        self.assertEqual([f'{SHOW} 2.60'], self.requests[-1:])

    def test_default_microversion_that_cannot_be(self) -> None:
        self.register_versions('2.96')
        self.configure(compute_default_microversion='2.latest')

        self.assert_refused(
            self.show(base.SERVER_ID, base.PORT_ID),
            'Cannot reach the Compute service: the Compute service cannot be '
            'used: A default microversion for service compute of 2.latest '
            'was requested, but the cloud only supports a minimum of 2.1 and '
            'a maximum of 2.96. Check the cloud in clouds.yaml, the options '
            'and the environment.',
        )


class TestFormats(base.ShellTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.register_show(
            fixed_ips=[
                {'ip_address': '10.0.0.5', 'subnet_id': base.SUBNET_ID},
                {'ip_address': '2001:db8::5', 'subnet_id': base.SUBNET_ID},
            ]
        )

    def shown(self, *options: str) -> str:
        return self.assert_shown(base.SERVER_ID, base.PORT_ID, *options)

    def test_table(self) -> None:
        self.assertEqual(
            """\
+------------+----------------------------------------------------------------\
------------+
| Field      | Value                                                          \
            |
+------------+----------------------------------------------------------------\
------------+
| fixed_ips  | ip_address='10.0.0.5', subnet_id='33333333-3333-4333-8333-33333\
3333333'    |
|            | ip_address='2001:db8::5', subnet_id='33333333-3333-4333-8333-33\
3333333333' |
| mac_addr   | fa:16:3e:4c:2c:30                                              \
            |
| net_id     | 44444444-4444-4444-8444-444444444444                           \
            |
| port_id    | 22222222-2222-4222-8222-222222222222                           \
            |
| port_state | ACTIVE                                                         \
            |
| tag        | mgmt                                                           \
            |
+------------+----------------------------------------------------------------\
------------+
""",
            self.shown(),
        )

    def test_json(self) -> None:
        shown = json.loads(self.shown('-f', 'json'))

        self.assertEqual(
            {
                'fixed_ips': [
                    {'ip_address': '10.0.0.5', 'subnet_id': base.SUBNET_ID},
                    {'ip_address': '2001:db8::5', 'subnet_id': base.SUBNET_ID},
                ],
                'mac_addr': 'fa:16:3e:4c:2c:30',
                'net_id': base.NETWORK_ID,
                'port_id': base.PORT_ID,
                'port_state': 'ACTIVE',
                'tag': 'mgmt',
            },
            shown,
        )
        self.assertEqual(
            [
                'fixed_ips',
                'mac_addr',
                'net_id',
                'port_id',
                'port_state',
                'tag',
            ],
            list(shown),
        )

    def test_yaml(self) -> None:
        self.assertEqual(
            json.loads(self.shown('-f', 'json')),
            yaml.safe_load(self.shown('-f', 'yaml')),
        )

    def test_value(self) -> None:
        self.assertEqual(
            "[{'ip_address': '10.0.0.5', 'subnet_id': "
            f"'{base.SUBNET_ID}'}}, {{'ip_address': '2001:db8::5', "
            f"'subnet_id': '{base.SUBNET_ID}'}}]\n"
            'fa:16:3e:4c:2c:30\n'
            f'{base.NETWORK_ID}\n'
            f'{base.PORT_ID}\n'
            'ACTIVE\n'
            'mgmt\n',
            self.shown('-f', 'value'),
        )

    def test_shell(self) -> None:
        self.assertEqual(
            'x_mac_addr="fa:16:3e:4c:2c:30"\nx_tag="mgmt"\n',
            self.shown(
                *('-f', 'shell', '--prefix', 'x_'),
                *('-c', 'mac_addr', '-c', 'tag'),
            ),
        )

    def test_column(self) -> None:
        self.assertEqual('mgmt\n', self.shown('-f', 'value', '-c', 'tag'))

    def test_null_stays_null(self) -> None:
        nothing: dict[str, Any] = {
            'fixed_ips': None,
            'mac_addr': None,
            'net_id': None,
            'port_state': None,
            'tag': None,
        }
        self.register_show(**nothing)

        for form, load in (('json', json.loads), ('yaml', yaml.safe_load)):
            self.assertEqual(
                {**nothing, 'port_id': base.PORT_ID},
                load(self.shown('-f', form)),
            )

    def test_no_fixed_ip_is_an_empty_list(self) -> None:
        self.register_show(fixed_ips=[])

        shown = json.loads(self.shown('-f', 'json'))

        self.assertEqual([], shown['fixed_ips'])
        self.assertIn('| fixed_ips  |    ', self.shown())


class TestText(base.ShellTestCase):
    """Text from the cloud that a terminal would obey."""

    EVIL = 'a\x1b[2J\x07\u202eb\u2066'

    def test_people_see_it_written_out(self) -> None:
        self.register_show(tag=self.EVIL, port_state=self.EVIL)

        shown = self.assert_shown(base.SERVER_ID, base.PORT_ID)

        self.assertEqual(2, shown.count(r'a\x1b[2J\x07\u202eb\u2066'))
        self.assertTrue(shown.replace('\n', '').isprintable())

    def test_programs_get_it_unchanged(self) -> None:
        self.register_show(tag=self.EVIL)

        for form, load in (('json', json.loads), ('yaml', yaml.safe_load)):
            shown = self.assert_shown(base.SERVER_ID, base.PORT_ID, '-f', form)

            self.assertEqual(self.EVIL, load(shown)['tag'])
            self.assertTrue(shown.replace('\n', '').isprintable())

    def test_any_script_is_shown(self) -> None:
        for tag in ('\u7ba1\u7406', '\u0645\u062f\u06cc\u200c\u0631', 'ü😀'):
            self.register_show(tag=tag)

            self.assertIn(
                f'| {tag} ', self.assert_shown(base.SERVER_ID, base.PORT_ID)
            )


class TestHelp(base.ShellTestCase):
    def test_help_names_both_arguments(self) -> None:
        result = self.openstack('help', 'server', 'interface', 'show')

        self.assertEqual(0, result.status)
        self.assertIn('<server> [<port>]', result.stdout)
        self.assertIn('osc-iface', result.stdout)
