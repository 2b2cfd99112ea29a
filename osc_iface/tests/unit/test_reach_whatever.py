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

"""What holds of what gets in, whatever is known and whatever is not."""

import ipaddress
from typing import Any

import hypothesis
from hypothesis import strategies as st
import testtools

from osc_iface.check.facts import Facts
from osc_iface.check.network_facts import (
    FixedIP,
    Floating,
    Forwarding,
    Gateway,
    Group,
    Network,
    Nic,
    Router,
    Rule,
    ServicePort,
    Subnet,
)
from osc_iface.reach import packets, verdicts
from osc_iface.reach.known import Known
from osc_iface.reach.packets import Question
from osc_iface.reach.verdicts import Verdict
from osc_iface.tests.unit import test_properties
from osc_iface.tests.unit.base import SERVER_ID
from osc_iface.tests.unit.check_base import MACHINE

_flags = st.sampled_from([True, False, None])
_ids = st.sampled_from(['a', 'b'])
_addresses = st.sampled_from(
    [
        ipaddress.ip_address(text)
        for text in ('10.0.0.1', '10.0.0.5', '10.0.1.1', '2001:db8::1')
    ]
)
_fixed_ips = st.lists(
    st.builds(FixedIP, _addresses, _ids), max_size=2, unique=True
).map(tuple)
_prefixes = st.sampled_from(
    [
        ipaddress.ip_network(text)
        for text in ('10.0.0.0/24', '10.0.1.0/24', '2001:db8::/64')
    ]
)


def _by_id(values: Any) -> Any:
    return st.lists(values, max_size=2).map(
        lambda found: {each.id: each for each in found}
    )


_forwardings = st.builds(
    Forwarding,
    st.sampled_from(['tcp', 'new']),
    _addresses,
    st.sampled_from(['p', 'q', None]),
    st.sampled_from([(80, 80), (80, 89), None]),
    st.sampled_from([(22, 22), (22, 31), None]),
)
_known = st.builds(
    Known,
    st.builds(
        Facts,
        st.just({SERVER_ID: MACHINE}),
        st.just([]),
        st.none()
        | _by_id(
            st.builds(
                Network,
                _ids,
                enabled=_flags,
                external=_flags,
                project_id=st.none() | _ids,
                kind=st.sampled_from(['vxlan', 'vlan', None]),
                scope=st.none() | _ids,
            )
        ),
        st.none()
        | _by_id(
            st.builds(
                Group,
                _ids,
                rules=st.lists(
                    st.builds(
                        Rule,
                        st.booleans(),
                        st.sampled_from(['IPv4', 'IPv6', '']),
                        _ids,
                        st.sampled_from([None, 'tcp', 'icmp', 'ip']),
                        group_id=st.none() | _ids,
                    ),
                    max_size=2,
                ).map(tuple),
                stateful=_flags,
            )
        ),
        st.none()
        | st.lists(
            st.builds(
                Floating,
                _addresses,
                st.sampled_from(['p', 'q', None]),
                st.none() | _addresses,
                st.just('floating'),
                st.none() | _ids,
                st.sampled_from(['a', 'b', '', None]),
                forwardings=st.lists(_forwardings, max_size=1).map(tuple),
            ),
            max_size=2,
        ),
        sees_all=st.booleans(),
        subnets=st.none()
        | _by_id(
            st.builds(
                Subnet, _ids, _ids, _prefixes, gateway=st.none() | _addresses
            )
        ),
        service_ports=st.none()
        | st.lists(
            st.builds(
                ServicePort,
                _ids,
                _ids,
                st.just('network:router_interface'),
                _ids,
                fixed_ips=st.none() | _fixed_ips,
            ),
            max_size=3,
        ),
        routers=st.none()
        | _by_id(
            st.builds(
                Router,
                _ids,
                enabled=_flags,
                gateway=st.none()
                | st.builds(Gateway, _ids, _flags, ips=st.none() | _fixed_ips),
                external=_flags,
                routes=_flags,
            )
        ),
    ),
)
_nics = st.builds(
    Nic,
    st.just('p'),
    st.just(SERVER_ID),
    network_id=_ids,
    fixed_ips=st.none() | _fixed_ips,
    enabled=_flags,
    groups=st.none() | st.lists(_ids, max_size=2, unique=True).map(tuple),
    secured=_flags,
    vnic_type=st.sampled_from(['normal', 'direct', None]),
)


class TestWhateverThereIs(testtools.TestCase):
    @test_properties.of_functions
    @hypothesis.given(
        _known,
        _nics,
        st.booleans(),
        st.sampled_from(
            [
                '0.0.0.0/0',
                '10.0.0.0/8',
                '10.0.0.0/24',
                '10.0.1.7',
                '169.254.169.254',
                '::/0',
            ]
        ),
        st.sampled_from([None, 0, 1, 6]),
    )
    def test_says_why(
        self,
        known: Known,
        nic: Nic,
        ingress: bool,
        remote: str,
        protocol: int | None,
    ) -> None:
        """There is a reason, and what decides, where something does."""
        prefix = ipaddress.ip_network(remote)
        question = Question(
            ingress,
            f'IPv{prefix.version}',
            packets.addresses([prefix]),
            protocol,
        )

        for row in verdicts.rows(known, [nic], [question]):
            self.assertTrue(row.why[0].isupper() or row.why[0].isdigit())
            self.assertTrue(row.why.endswith('.') and row.paths)
            self.assertNotIn('None', row.why)
            if row.verdict is Verdict.UNKNOWN:
                self.assertTrue(row.decided_by)
            if row.verdict is not Verdict.BLOCKED:
                self.assertIsNone(row.fix)
