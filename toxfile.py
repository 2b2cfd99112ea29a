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

"""Say what an environment needs before pip fails for the want of it.

tox finds this file by its name.
"""

import subprocess
from typing import Any

from tox.plugin import impl
from tox.tox_env.errors import Fail

# Their SDK imports netifaces, which is published as source for these Pythons.
_COMPILED = {'debian12', 'lowest'}
_CAN_COMPILE = """
import os, shutil, sys, sysconfig
compiler = os.environ.get('CC') or sysconfig.get_config_var('CC')
header = os.path.join(sysconfig.get_path('include'), 'Python.h')
sys.exit(not (shutil.which(compiler.split()[0]) and os.path.exists(header)))
"""


@impl  # type: ignore[untyped-decorator]  # tox is not where mypy is
def tox_on_install(
    tox_env: Any, arguments: Any, section: str, of_type: str
) -> None:
    """Fail where a package is to be compiled and cannot be."""
    if not _COMPILED & set(tox_env.name.split('-')):
        return
    python = tox_env.env_bin_dir() / 'python'
    if subprocess.run([python, '-c', _CAN_COMPILE]).returncode:  # noqa: S603
        raise Fail(
            'no C compiler, or no headers of Python '
            f'{tox_env.base_python.version_dot} (in Debian: gcc, python3-dev);'
            f' {tox_env.name} compiles netifaces'
        )
