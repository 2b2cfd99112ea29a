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

"""The services' configuration files."""

from collections.abc import Mapping
import configparser
import io
from pathlib import Path

from sandbox import services
from sandbox.layout import Layout, write_text

SERVICE_USER = 'service'
SERVICE_PROJECT = 'service'

Sections = Mapping[str, Mapping[str, object]]


def write(
    layout: Layout, venv: Path, ports: dict[str, int], password: str
) -> None:
    """Write all files for these ports and the service user's password."""
    keystone = services.url(services.KEYSTONE, ports)
    login = _login(keystone, password)
    files: dict[str, Sections] = {
        'keystone': _keystone(layout, keystone),
        'glance': _glance(layout, venv, login),
        'placement': _placement(layout, login),
        'neutron': _neutron(layout, venv, login),
        'nova': _nova(layout, venv, login),
    }
    for name, sections in files.items():
        folder = layout.etc / name
        folder.mkdir(mode=0o700, exist_ok=True)
        # Glance reads this name and no other.
        file = 'glance-api.conf' if name == 'glance' else f'{name}.conf'
        write_text(folder / file, _text(sections))
    for path in (layout.data / 'nova', layout.data / 'images'):
        path.mkdir(mode=0o700, exist_ok=True)


def environment(layout: Layout, venv: Path) -> dict[str, str]:
    """Return the environment that the services' programs run in."""
    etc = layout.etc
    paste = venv / 'etc' / 'nova' / 'api-paste.ini'
    return {
        'PATH': f'{venv / "bin"}:/usr/sbin:/usr/bin:/sbin:/bin',
        'HOME': str(layout.home),
        'LANG': 'C.UTF-8',
        'TMPDIR': str(layout.home),
        # Neutron renames its process; its environment is to stay readable.
        'SPT_NOENV': '1',
        'NO_PROXY': '127.0.0.1',
        'OS_KEYSTONE_CONFIG_DIR': str(etc / 'keystone'),
        'OS_GLANCE_CONFIG_DIR': str(etc / 'glance'),
        'OS_PLACEMENT_CONFIG_DIR': str(etc / 'placement'),
        'OS_NEUTRON_CONFIG_DIR': str(etc / 'neutron'),
        'OS_NEUTRON_CONFIG_FILES': 'neutron.conf',
        'OS_NOVA_CONFIG_DIR': str(etc / 'nova'),
        'OS_NOVA_CONFIG_FILES': f'{paste};nova.conf',
    }


def database_url(layout: Layout, name: str) -> str:
    """Return what the services call a database."""
    return f'sqlite:///{layout.database(name)}'


def _text(sections: Sections) -> str:
    """Return the sections as the services read them."""
    parser = configparser.RawConfigParser()
    parser.read_dict(
        {
            section: {key: str(value) for key, value in options.items()}
            for section, options in sections.items()
        }
    )
    text = io.StringIO()
    parser.write(text)
    return text.getvalue()


def _login(keystone: str, password: str) -> dict[str, object]:
    """Return the options by which one service logs in to another."""
    return {
        'auth_type': 'password',
        'auth_url': keystone,
        'username': SERVICE_USER,
        'password': password,
        'project_name': SERVICE_PROJECT,
        'user_domain_name': 'Default',
        'project_domain_name': 'Default',
        'region_name': 'RegionOne',
        'valid_interfaces': 'public',
    }


def _tokens(login: dict[str, object]) -> dict[str, object]:
    """Return the options by which a service has tokens checked."""
    tokens = {**login, 'www_authenticate_uri': login['auth_url']}
    tokens['interface'] = tokens.pop('valid_interfaces')
    tokens['service_token_roles_required'] = True
    return tokens


def _database(layout: Layout, name: str) -> dict[str, object]:
    """Return the options of a database."""
    return {'connection': database_url(layout, name)}


def _keystone(layout: Layout, url: str) -> Sections:
    """Return Keystone's options."""
    keys = layout.data / 'keys'
    return {
        'DEFAULT': {'public_endpoint': url.removesuffix('/v3')},
        'database': _database(layout, 'keystone'),
        'token': {'provider': 'fernet'},
        'fernet_tokens': {'key_repository': keys / 'fernet'},
        'fernet_receipts': {'key_repository': keys / 'fernet'},
        'credential': {'key_repository': keys / 'credential'},
        # The default costs 0.3 s a login, to protect passwords that are
        # random here anyway.
        'identity': {'password_hash_rounds': 4},
        # Of the one process, which sees every change itself. Roles, catalog
        # and tokens would be read and computed anew for each request.
        'cache': {
            'backend': 'dogpile.cache.memory',
            'proxies': 'oslo_cache.testing.CacheIsolatingProxy',
        },
    }


def _glance(layout: Layout, venv: Path, login: dict[str, object]) -> Sections:
    """Return Glance's options."""
    paste = venv / 'etc' / 'glance' / 'glance-api-paste.ini'
    return {
        'DEFAULT': {
            'enabled_backends': 'local:file',
            'node_staging_uri': f'file://{layout.data / "staging"}',
        },
        'database': _database(layout, 'glance'),
        'glance_store': {'default_backend': 'local'},
        'local': {'filesystem_store_datadir': layout.data / 'images'},
        'os_glance_staging_store': {
            'filesystem_store_datadir': layout.data / 'staging'
        },
        'os_glance_tasks_store': {
            'filesystem_store_datadir': layout.data / 'tasks'
        },
        'keystone_authtoken': _tokens(login),
        'paste_deploy': {'flavor': 'keystone', 'config_file': paste},
        'oslo_concurrency': {'lock_path': layout.data / 'locks'},
    }


def _placement(layout: Layout, login: dict[str, object]) -> Sections:
    """Return Placement's options."""
    return {
        'placement_database': _database(layout, 'placement'),
        'keystone_authtoken': _tokens(login),
    }


def _neutron(layout: Layout, venv: Path, login: dict[str, object]) -> Sections:
    """Return Neutron's options, ML2's included."""
    unlimited = (
        'default_quota',
        'quota_network',
        'quota_subnet',
        'quota_port',
        'quota_router',
        'quota_floatingip',
        'quota_security_group',
        'quota_security_group_rule',
    )
    return {
        'DEFAULT': {
            'api_paste_config': venv / 'etc' / 'neutron' / 'api-paste.ini',
            'state_path': layout.data / 'neutron',
            'core_plugin': 'ml2',
            'service_plugins': 'router,port_forwarding,trunk,qos',
            'transport_url': 'fake://',
            # The longest that Neutron takes: agents are said to live when it
            # starts, see inside/agents.py, and then stay alive for 24 days.
            'agent_down_time': 2147483,
            # Nova is told of changes at once, or after another second; not
            # of all: see inside/notices.py.
            'send_events_interval': 1,
        },
        'nova': login,
        'database': _database(layout, 'neutron'),
        'keystone_authtoken': _tokens(login),
        'oslo_concurrency': {'lock_path': layout.data / 'locks'},
        'quotas': dict.fromkeys(unlimited, -1),
        'ml2': {
            'type_drivers': 'local,flat,vlan',
            'tenant_network_types': 'local',
            'mechanism_drivers': 'sandbox',
            'extension_drivers': 'port_security,qos,data_plane_status',
        },
        'ml2_type_flat': {'flat_networks': 'public'},
    }


def _nova(layout: Layout, venv: Path, login: dict[str, object]) -> Sections:
    """Return Nova's options, for all its parts."""
    unlimited = (
        'instances',
        'cores',
        'ram',
        'server_groups',
        'server_group_members',
        'key_pairs',
    )
    return {
        'DEFAULT': {
            'host': 'sandbox',
            'my_ip': '127.0.0.1',
            'state_path': layout.data / 'nova',
            # The fake driver that stays the same hypervisor when restarted.
            'compute_driver': 'fake.FakeDriverWithoutFakeNodes',
            # In-memory, between the threads of one process.
            'transport_url': 'fake://',
            # SQLite knows one writer at a time.
            'max_concurrent_builds': 1,
            'vif_plugging_is_fatal': False,
            'vif_plugging_timeout': 0,
            'allow_resize_to_same_host': True,
            # A slow machine is no reason to call a part dead.
            'service_down_time': 600,
            # The fake hypervisor forgets its servers when the process ends;
            # Nova would take them for powered off.
            'sync_power_state_interval': -1,
            # Nothing but what clients ask for is to be in the access logs.
            'heal_instance_info_cache_interval': -1,
        },
        'api_database': _database(layout, 'nova_api'),
        'database': _database(layout, 'nova'),
        'keystone_authtoken': _tokens(login),
        'service_user': {'send_service_user_token': True, **login},
        'placement': login,
        'glance': login,
        'neutron': login,
        'quota': dict.fromkeys(unlimited, -1),
        # A few failed builds do not take the one hypervisor away.
        'compute': {'consecutive_build_service_disable_threshold': 0},
        'oslo_concurrency': {'lock_path': layout.data / 'locks'},
        'wsgi': {'api_paste_config': venv / 'etc' / 'nova' / 'api-paste.ini'},
    }
