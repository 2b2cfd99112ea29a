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

"""The commands against a real OpenStack.

Nothing is read from the user's home directory, and nothing left there: what
the tests and their commands keep goes below that of the sandbox. Libraries
look for the directory when they are imported.
"""

import os
from pathlib import Path

SANDBOX = Path(
    os.environ.get('OSC_IFACE_SANDBOX')
    or Path(__file__).parents[3] / '.sandbox'
).resolve()
HOME = SANDBOX / 'home'

for _name in ('CACHE', 'CONFIG', 'DATA', 'STATE'):
    os.environ.pop(f'XDG_{_name}_HOME', None)
os.environ['HOME'] = str(HOME)
