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
models that the migrations lead to, and the only rows that a migration puts
into them from that migration: the rules that new security groups start with.

    neutron_tables.py URL
"""

from pathlib import Path
import runpy
import sys
from typing import Any

from neutron.common import config
from neutron.db.migration import alembic_migrations
import sqlalchemy
from sqlalchemy import orm

config.register_common_config_options()

from neutron.db.migration.models import head  # noqa: E402
from neutron.db.models import securitygroup_default_rules  # noqa: E402

DEFAULT_RULES = 'versions/2023.2/expand/c33da356b165_*.py'


def main() -> None:
    """Create the tables in the database whose URL is the one argument."""
    engine = sqlalchemy.create_engine(sys.argv[1])
    head.get_metadata().create_all(engine)
    with orm.Session(engine) as session:
        for values in default_rules():
            rule = securitygroup_default_rules.SecurityGroupDefaultRule
            session.add(rule(**values))
        session.commit()


def default_rules() -> list[dict[str, Any]]:
    """Return the rules that the migration has, as columns and values."""
    folder = Path(alembic_migrations.__file__).parent
    (migration,) = folder.glob(DEFAULT_RULES)
    rules: list[dict[str, Any]] = runpy.run_path(str(migration))[
        'default_template_rules'
    ]
    return rules


if __name__ == '__main__':
    main()
