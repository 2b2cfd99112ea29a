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

import configparser
import os
from pathlib import Path
import subprocess

import setuptools

HERE = Path(__file__).resolve().parent


def is_clone():
    try:
        top = subprocess.check_output(
            ['git', '-C', HERE, 'rev-parse', '--show-toplevel'],
            stderr=subprocess.DEVNULL,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return Path(top.rstrip('\n')).resolve() == HERE


# pbr counts the commits on the way to the version in setup.cfg, or reads what
# an sdist says. An archive of the files alone tells no more than the way.
if not is_clone() and not (HERE / 'PKG-INFO').exists():
    config = configparser.ConfigParser()
    config.read(HERE / 'setup.cfg')
    version = f'{config["metadata"]["version"]}.dev0'
    os.environ.setdefault('PBR_VERSION', version)

setuptools.setup(setup_requires=['pbr>=2.0.0'], pbr=True)
