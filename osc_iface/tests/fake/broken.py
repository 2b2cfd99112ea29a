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

"""Break a sound cloud: a share of all there is, each way at least once."""

import random

# Each registers what breaks something where it is imported. What servers
# share is broken first.
from osc_iface.tests.fake import (  # noqa: F401
    break_networks,
    break_ports,  # isort: skip
    break_servers,  # isort: skip
)
from osc_iface.tests.fake.breaks import BREAKS, Pair, Victims
from osc_iface.tests.fake.fleet import Fleet

SHARE = 0.01


def broken(cloud: Fleet, seed: int) -> list[Pair]:
    """Break a cloud, the same way for the same seed.

    :param cloud: which is sound; it is changed
    :param seed: of what is chosen by chance
    :returns: what is to be found: the names of checks, and IDs of objects
    """
    victims = Victims(cloud, random.Random(seed))  # noqa: S311
    there = (
        cloud.servers,
        cloud.ports,
        cloud.networks,
        cloud.security_groups,
        cloud.floating_ips,
    )
    often = [each for each in BREAKS if not each.once]
    count = round(SHARE * sum(map(len, there)))
    times, rest = divmod(max(count, len(often)), len(often))
    more = victims.chance.sample(often, rest)
    return [
        pair
        for each in BREAKS
        for _time in range(1 if each.once else times + (each in more))
        for pair in each.breaks(victims)
    ]
