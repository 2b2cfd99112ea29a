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

"""Run ``openstack command list`` with a package hidden from the client.

``command_list.py PACKAGE`` prints as JSON the modules that were loaded.
``command_list.py PACKAGE MODULE`` prints the CPU seconds that the import of
a module of the package takes then. The package is hidden as if it were not
installed: importlib.metadata, which the client asks, does not know it. To
compare with nothing hidden, name a package that there is not, so that the
hiding itself costs the same.
"""

import contextlib
import importlib
from importlib import metadata
import io
import json
import sys
import time

hidden, *modules = sys.argv[1:]
every = metadata.distributions
metadata.distributions = lambda **kwargs: (
    dist for dist in every(**kwargs) if dist.metadata['Name'] != hidden
)
# The client asks as soon as it is imported.
shell = importlib.import_module('openstackclient.shell')
with contextlib.redirect_stdout(io.StringIO()):
    status = shell.main(['command', 'list'])
if status:
    sys.exit(status)
loaded = sorted(sys.modules)
start = time.process_time()
for module in modules:
    importlib.import_module(module)
seconds = time.process_time() - start
print(json.dumps(seconds if modules else loaded))
