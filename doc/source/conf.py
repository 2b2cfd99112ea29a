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

"""Configuration of the documentation; the pages are for their readers."""

from importlib import metadata

extensions = ['cliff.sphinxext', 'openstackdocstheme']

project = 'osc-iface'
copyright = '2026, the osc-iface developers'
author = 'the osc-iface developers'
version = release = metadata.version(project)

# The theme would look for a repository that it knows.
html_theme = 'openstackdocs'
openstackdocs_auto_name = False
# It would count the commits on the way to no version in particular.
openstackdocs_auto_version = False
openstackdocs_use_storyboard = False

templates_path: list[str] = []
exclude_patterns: list[str] = []
# The man page has the commands once more.
suppress_warnings = ['docutils']
man_pages = [
    (
        'man/osc-iface',
        'osc-iface',
        'network interfaces of servers, for the openstack command',
        author,
        1,
    )
]
autoprogram_cliff_application = 'openstack'
