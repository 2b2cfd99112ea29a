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

"""Run tox, and say at the very end what a command wanted to say last.

tox prints some lines after a command that failed; the reason would be above
them.
"""

import os
from pathlib import Path
import sys

from tox.run import run

FILE = 'OSC_IFACE_TROUBLE'  # as in sandbox/trouble.py

if __name__ == '__main__':
    sys.argv[0] = 'tox'
    last = Path('.tox', 'trouble').absolute()  # made by prepare_tox.py
    os.environ[FILE] = str(last)
    try:
        run()
    finally:
        if said := last.read_text(encoding='utf-8').strip():
            print(f'\n{said}', file=sys.stderr)
