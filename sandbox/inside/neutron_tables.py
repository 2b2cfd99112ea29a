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

# What is imported here is only in the services' environment.
# mypy: disable-error-code="import-not-found, import-untyped"

"""Create Neutron's tables in an empty SQLite database.

Neutron's own migrations do not run on SQLite, so the tables come from the
models that the migrations lead to.

    neutron_tables.py URL
"""

import sys

from neutron.common import config
import sqlalchemy

config.register_common_config_options()

from neutron.db.migration.models import head  # noqa: E402


def main() -> None:
    """Create the tables in the database whose URL is the one argument."""
    engine = sqlalchemy.create_engine(sys.argv[1])
    head.get_metadata().create_all(engine)


if __name__ == '__main__':
    main()
