"""All migrations forwards, ours back to nothing and forwards again, on a database made for it.

Run by `test_migrations`. Prints the tables that were left when ours had been taken back; those of
django-tasks-db cannot be.
"""

import json

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.architecture.source import APPS


def main() -> None:
    django.setup()
    test_settings = connection.settings_dict["TEST"]
    test_settings["NAME"] = f"{test_settings['NAME'] or 'test_archive'}_both_ways"
    real_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        print(json.dumps(back_and_forth()))
    finally:
        connection.creation.destroy_test_db(real_name, verbosity=0)


def back_and_forth() -> list[str]:
    executor = MigrationExecutor(connection)
    executor.migrate([(app, None) for app in APPS])
    left = connection.introspection.table_names()
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    return left


if __name__ == "__main__":
    main()
