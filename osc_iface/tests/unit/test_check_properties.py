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

"""What holds of checks whatever there is in a cloud."""

import ipaddress
import json
from typing import Any

import hypothesis
from hypothesis import strategies as st
import testtools

from osc_iface.check import checks, findings, judging, routing_calls
from osc_iface.check.advice import broken, pasted
from osc_iface.check.compute_facts import Address, Machine
from osc_iface.check.facts import Facts
from osc_iface.check.findings import Severity, Wanted
from osc_iface.check.host_facts import Agent, Binding
from osc_iface.check.network_facts import (
    FixedIP,
    Floating,
    Group,
    Holder,
    Network,
    Nic,
    Router,
    Rule,
    ServicePort,
    Subnet,
)
from osc_iface.check.trunk_facts import Subport, Trunk
from osc_iface.tests.unit import check_cloud, test_properties
from osc_iface.tests.unit.base import NETWORK_URL, SERVERS_URL
from osc_iface.wire.actions import Action

# Few values, so that they meet each other.
_ids = st.sampled_from(['a', 'b', 'c'])
_macs = st.sampled_from(['fa:16:3e:00:00:01', 'fa:16:3e:00:00:02', None])
_ips = st.sampled_from(
    [
        ipaddress.ip_address(text)
        for text in ('10.0.0.5', '10.0.0.6', '2001:db8::5', '203.0.113.5')
    ]
)
_flags = st.sampled_from([True, False, None])
_ages = st.sampled_from([None, -5.0, 0.0, 299.0, 301.0, 1e5, 1e9])
_maybe = st.none()
_hosts = st.sampled_from([None, '', 'host', 'host-2'])
_statuses = st.sampled_from(['ACTIVE', 'DOWN', 'BUILD', 'ERROR', 'N/A', None])


def _tuples(values: Any, most: int = 3) -> Any:
    return st.lists(values, max_size=most).map(tuple)


_prefixes = st.sampled_from(
    [ipaddress.ip_network(text) for text in ('10.0.0.0/24', '2001:db8::/64')]
)
_fixed_ips = st.builds(FixedIP, _ips, _ids)
_machines = st.builds(
    Machine,
    id=_ids,
    name=st.none() | st.text(max_size=5),
    project_id=_maybe | _ids,
    status=st.sampled_from(
        ['ACTIVE', 'ERROR', 'BUILD', 'SHUTOFF', 'VERIFY_RESIZE', None]
    ),
    task=st.sampled_from(['', None, 'networking', 'powering-off', 'spawning']),
    addresses=_maybe
    | _tuples(
        st.builds(
            Address,
            st.sampled_from(['net', 'other']),
            _ips,
            _macs.filter(bool),
            st.booleans(),
        )
    ),
    fault=st.sampled_from(['', 'No port', 'Bad']) | st.text(max_size=5),
    host=_hosts,
    launched=_flags,
    since_updated=_ages,
    since_created=_ages,
    config_drive=_flags,
    bare_metal=_flags,
)
_nics = st.builds(
    Nic,
    id=st.sampled_from(['p', 'q', 'r', 's']),
    server_id=_ids,
    owner=st.sampled_from(['', 'compute:nova', 'compute:kuryr', 'other']),
    name=st.text(max_size=5),
    project_id=_maybe | _ids,
    network_id=_maybe | _ids,
    mac=_macs,
    fixed_ips=_maybe | _tuples(_fixed_ips),
    status=st.sampled_from(['ACTIVE', 'DOWN', 'BUILD', 'N/A', None]),
    enabled=_flags,
    groups=_maybe | _tuples(_ids),
    secured=_flags,
    vnic_type=st.sampled_from([None, 'normal', 'direct']),
    data_plane=st.sampled_from([None, 'DOWN']),
    ip_allocation=st.sampled_from([None, 'immediate', 'none', 'deferred']),
    description=st.none() | st.text(max_size=5),
    age=_ages,
    pairs=_maybe | _tuples(_prefixes),
    host=_hosts,
    vif_type=st.sampled_from([None, 'ovs', 'unbound', 'binding_failed']),
    trunk_id=_maybe | st.sampled_from(['t', 'u']),
)
_rules = st.builds(
    Rule,
    st.booleans(),
    st.sampled_from(['IPv4', 'IPv6', '']),
    st.booleans(),
)
_networks = st.builds(
    Network,
    _ids,
    st.sampled_from(['net', '']),
    _flags,
    _maybe | _tuples(_ids),
    _maybe | _ids,
    shared=_flags,
    external=_flags,
)
_subnets = st.builds(
    Subnet,
    _ids,
    _ids,
    _prefixes,
    gateway=_maybe | _ips,
    dhcp=_flags,
    project_id=_maybe | _ids,
    address_mode=st.sampled_from([None, 'slaac', 'dhcpv6-stateful']),
)
_service_ports = st.builds(
    ServicePort,
    st.uuids().map(str),
    _ids,
    st.sampled_from(routing_calls.OWNERS),
    st.sampled_from(['', 'x', 'y']),
    _maybe | _ids,
    _maybe | _tuples(_fixed_ips),
    _statuses,
    _flags,
    _hosts,
    _ages,
)
_routers = st.builds(
    Router,
    st.sampled_from(['x', 'y']),
    enabled=_flags,
    status=_statuses,
    external=_flags,
    routes=_flags,
)
_agents = st.builds(
    Agent,
    st.sampled_from(['Open vSwitch agent', 'DHCP agent', 'nova-compute']),
    _hosts.filter(bool),
    _flags,
)
_trunks = st.builds(
    Trunk,
    st.sampled_from(['t', 'u']),
    status=_statuses,
    enabled=_flags,
    age=_ages,
    subports=_tuples(
        st.builds(Subport, st.sampled_from(['p', 'q']), st.just('vlan'))
    ),
)
_bindings = st.builds(
    Binding, st.just('host-2'), st.sampled_from(['ACTIVE', 'INACTIVE'])
)
_groups = st.builds(Group, _ids, st.text(max_size=3), _tuples(_rules))
_floating = st.builds(
    Floating,
    _ips,
    _maybe | st.sampled_from(['p', 'q']),
    _maybe | _ips,
    st.sampled_from(['f', 'g']),
    router_id=st.sampled_from([None, '', 'x', 'y']),
    status=_statuses,
    age=_ages,
)
_actions = st.builds(
    Action,
    st.just('req-1'),
    st.sampled_from(['attach_interface', 'detach_interface', 'create']),
    _ages,
    st.booleans(),
)


def _by_id(values: Any) -> Any:
    return st.lists(values, max_size=3).map(
        lambda found: {each.id: each for each in found}
    )


_facts = st.builds(
    Facts,
    servers=_by_id(_machines),
    ports=_maybe | st.lists(_nics, max_size=5, unique_by=lambda nic: nic.id),
    networks=_maybe | _by_id(_networks),
    groups=_maybe | _by_id(_groups),
    floating_ips=_maybe | st.lists(_floating, max_size=3),
    subnets=_maybe | _by_id(_subnets),
    service_ports=_maybe | st.lists(_service_ports, max_size=4),
    routers=_maybe | _by_id(_routers),
    gateway_holders=_maybe
    | st.lists(
        st.builds(Holder, st.just('p'), st.just(''), _ids, _ips), max_size=2
    ),
    agents=_maybe | st.lists(_agents, max_size=4),
    services=_maybe | st.lists(_agents, max_size=2),
    bindings=_maybe
    | st.dictionaries(
        st.sampled_from(['p', 'q']), st.lists(_bindings, max_size=2)
    ),
    plugged=_maybe
    | st.dictionaries(_ids, st.frozensets(_macs.filter(bool), max_size=2)),
    trunks=_maybe | _by_id(_trunks),
    subports=_maybe | _by_id(_nics),
    dhcp_projects=_maybe | st.frozensets(_ids),
    actions=_maybe
    | st.dictionaries(_ids, st.lists(_actions, max_size=3), max_size=3),
    absent=_maybe | st.frozensets(_ids),
    hidden=st.frozensets(_ids, max_size=1),
    sees_all=st.booleans(),
)


class TestJudging(testtools.TestCase):
    """Whatever the facts are."""

    def setUp(self) -> None:
        super().setUp()
        checks.every()

    @test_properties.of_functions
    @hypothesis.given(_facts)
    def test_finds_only_what_there_is(self, facts: Facts) -> None:
        ports = {nic.id for nic in facts.ports or ()}
        there = ports | facts.servers.keys()
        for some in (
            *(facts.networks, facts.subnets, facts.routers, facts.trunks),
        ):
            there |= (some or {}).keys()
        there |= {each.id for each in facts.floating_ips or ()}
        there |= {each.host or '' for each in facts.servers.values()}
        named = facts.servers.keys() | {
            nic.server_id for nic in facts.ports or ()
        }

        for each in judging.judged(facts, Wanted()):
            self.assertIn(each.object_id, there)
            self.assertTrue(each.servers)
            self.assertLessEqual({id_ for id_, _ in each.servers}, named)
            self.assertIn(
                each.severity, findings.REGISTRY[each.check].severities
            )
            self.assertTrue(each.text and each.advice.text)

    @test_properties.of_functions
    @hypothesis.given(_facts, st.sampled_from(Severity))
    def test_severity_and_ignoring_only_leave_out(
        self, facts: Facts, lowest: Severity
    ) -> None:
        everything = judging.judged(facts, Wanted())

        self.assertEqual(
            [each for each in everything if each.weight >= lowest],
            judging.judged(facts, Wanted(lowest)),
        )
        ignored = Wanted(ignored=frozenset({'no-ingress', 'port-disabled'}))
        self.assertEqual(
            [each for each in everything if each.check not in ignored.ignored],
            judging.judged(facts, ignored),
        )

    @test_properties.of_functions
    @hypothesis.given(_facts)
    def test_nothing_known_nothing_found(self, facts: Facts) -> None:
        """Ports without attributes, and servers without state, are healthy."""
        bare = Facts(
            {
                id_: Machine(id_, task=None)
                for id_, machine in facts.servers.items()
            },
            [
                Nic(nic.id, nic.server_id, 'compute:nova')
                for nic in facts.ports or ()
            ],
        )

        self.assertEqual([], judging.judged(bare, Wanted()))

    @test_properties.of_functions
    @hypothesis.given(
        st.lists(
            st.text(st.characters(exclude_categories=['Cs']), min_size=1)
        ),
        st.integers(20, 120),
    )
    def test_commands_break_where_a_shell_joins_them(
        self, words: list[str], width: int
    ) -> None:
        command = ('port set', *words)
        lines = broken(command, width)

        joined = ' '.join(
            line.removesuffix(' \\').strip(' ') for line in lines
        )
        self.assertEqual(pasted(command).split(), joined.split())
        self.assertTrue(all(line.endswith(' \\') for line in lines[:-1]))


class TestHealthy(check_cloud.CheckTestCase):
    """Clouds of any size in which nothing is wrong."""

    @test_properties.of_the_shell
    @hypothesis.given(
        st.lists(
            st.lists(st.sampled_from([4, 6, 46]), min_size=1, max_size=3),
            max_size=4,
        )
    )
    def test_nothing_is_found(self, servers: list[list[int]]) -> None:
        self.servers, self.items['ports'] = [], []
        self.items['security_groups'][0]['security_group_rules'] = [
            check_cloud.rule(way, family)
            for way in ('ingress', 'egress')
            for family in ('IPv4', 'IPv6')
        ]
        for number, kinds in enumerate(servers):
            self._add(number, kinds)

        result = self.check('--severity', 'note', '-f', 'json')

        self.assertEqual(([], 0), (json.loads(result.stdout), result.status))

    def _add(self, number: int, kinds: list[int]) -> None:
        """Add a server with an interface for each kind of addresses."""
        server_id = f'{number:08}{check_cloud.server()["id"][8:]}'
        addresses = []
        for index, kind in enumerate(kinds):
            mac = f'fa:16:3e:00:{number:02}:{index:02}'
            ips = [
                ip
                for family, ip in (
                    ('4', f'10.0.{number}.{index}'),
                    ('6', f'2001:DB8:0::{number}:{index}'),
                )
                if family in str(kind)
            ]
            addresses += [
                check_cloud.address(ip.lower(), mac=mac.upper()) for ip in ips
            ]
            self.items['ports'].append(
                check_cloud.port(
                    id=f'{number:04}{index:04}{check_cloud.port()["id"][8:]}',
                    device_id=server_id,
                    mac_address=mac,
                    fixed_ips=[
                        {'ip_address': ip, 'subnet_id': 's'} for ip in ips
                    ],
                )
            )
        self.servers.append(
            check_cloud.server(
                server_id, f'web-{number}', addresses={'net': addresses}
            )
        )


class TestAnswers(check_cloud.CheckTestCase):
    """Whatever is changed in what the services answer."""

    @test_properties.of_the_shell
    @hypothesis.given(
        st.sampled_from(
            ['servers', 'ports', 'subnets', 'routers', 'trunks', 'agents']
        ),
        st.lists(st.integers(0, 30), min_size=1, max_size=6),
        test_properties.anything,
        st.booleans(),
    )
    def test_no_traceback(
        self, kind: str, places: list[int], value: Any, drop: bool
    ) -> None:
        self.register_answers()
        self.be_administrator()
        self.items['ports'][0]['trunk_details'] = {'trunk_id': 'trunk'}
        self.items['trunks'] = [check_cloud.trunk()]
        items = {'servers': self.servers, **self.items}[kind]
        body = test_properties._changed({kind: items}, places, value, drop)
        url = f'{NETWORK_URL}/v2.0/{kind}'
        if kind == 'servers':
            url = f'{SERVERS_URL}/detail'
        self.cloud.get(url, text=json.dumps(body), headers=self.headers)

        result = self.check('--severity', 'note')

        self.assertIn(result.status, (0, 1, 3))
        self.assertNotRegex(result.stderr, test_properties._PYTHONISMS)
