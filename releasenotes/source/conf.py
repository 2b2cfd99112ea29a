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

"""Configuration of the release notes."""

import configparser
from pathlib import Path
import re
from typing import Any

from docutils import nodes

extensions = ['openstackdocstheme', 'reno.sphinxext']

project = 'osc-iface release notes'
copyright = '2026, the osc-iface developers'

html_theme = 'openstackdocs'
openstackdocs_auto_name = False


def setup(app: Any) -> None:
    """Have titles set right before the table of contents is made of them."""
    app.connect('doctree-read', name_the_next_version, priority=400)


def name_the_next_version(app: Any, doctree: nodes.document) -> None:
    """Name the version that setup.cfg says the notes are for.

    reno knows tags alone: what comes before the first it calls 0.0.0, and
    what comes after another 1.0.0-3 or the like.
    """
    config = configparser.ConfigParser()
    config.read(Path(app.confdir).parents[1] / 'setup.cfg')
    title = f'{config["metadata"]["version"]} (not released yet)'
    for node in doctree.findall(nodes.title):
        if re.fullmatch(r'0\.0\.0|[\d.]+-\d+', node.astext()):
            node[:] = [nodes.Text(title)]
