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

"""Run a cloud until interrupted; print how to use it.

That is::

python -m osc_iface.tests.fake --servers 10000 --ports 2
"""

import argparse
import contextlib
import sys
import threading

from osc_iface.tests.fake.cloud import Cloud
from osc_iface.tests.fake.data import generated


def main() -> None:
    parser = argparse.ArgumentParser(
        prog='python -m osc_iface.tests.fake',
        description='Run a cloud of generated servers on loopback.',
    )
    parser.add_argument('--servers', type=int, default=1000)
    parser.add_argument('--ports', type=int, default=2, help='of each server')
    parser.add_argument('--networks', type=int, default=1)
    parser.add_argument('--groups', type=int, default=1, help='for security')
    parser.add_argument('--page-limit', type=int)
    args = parser.parse_args()
    data = generated(
        args.servers,
        args.ports,
        networks=args.networks,
        groups=args.groups,
    )
    with (
        Cloud(data, page_limit=args.page_limit) as cloud,
        contextlib.suppress(KeyboardInterrupt),
    ):
        for name, value in cloud.settings.items():
            print(f'export {name}={value}')
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == '__main__':
    main()
