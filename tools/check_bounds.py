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

"""Check that the lower bound of each requirement is what is installed."""

from importlib import metadata
import re
import sys


def main() -> int:
    """Print what differs; return the exit status."""
    status = 0
    for line in metadata.requires('osc-iface') or []:
        match = re.fullmatch(r'([\w.-]+)>=([\d.]+)', line.strip())
        if match is None:
            print(f'{line}: no lower bound')
            status = 1
            continue
        name, bound = match.groups()
        installed = metadata.version(name)
        print(f'{name}: bound {bound}, installed {installed}')
        if installed != bound:
            status = 1
    return status


if __name__ == '__main__':
    sys.exit(main())
