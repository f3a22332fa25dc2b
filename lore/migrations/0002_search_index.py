from django.db import migrations

# The index follows the table by itself, so no write path can forget it.
SQLITE = [
    """CREATE VIRTUAL TABLE lore_searchindex USING fts5(
        title, names, body, content='lore_searchentry', content_rowid='id',
        tokenize="porter unicode61 remove_diacritics 2", prefix='2 3')""",
    """CREATE TRIGGER lore_searchentry_added AFTER INSERT ON lore_searchentry BEGIN
        INSERT INTO lore_searchindex(rowid, title, names, body) VALUES (new.id, new.title, new.names, new.body); END""",
    """CREATE TRIGGER lore_searchentry_gone AFTER DELETE ON lore_searchentry BEGIN
        INSERT INTO lore_searchindex(lore_searchindex, rowid, title, names, body)
        VALUES ('delete', old.id, old.title, old.names, old.body); END""",
    """CREATE TRIGGER lore_searchentry_changed AFTER UPDATE ON lore_searchentry BEGIN
        INSERT INTO lore_searchindex(lore_searchindex, rowid, title, names, body)
        VALUES ('delete', old.id, old.title, old.names, old.body);
        INSERT INTO lore_searchindex(rowid, title, names, body) VALUES (new.id, new.title, new.names, new.body); END""",
    "INSERT INTO lore_searchindex(lore_searchindex) VALUES ('rebuild')",
]
SQLITE_BACK = [
    "DROP TRIGGER lore_searchentry_added",
    "DROP TRIGGER lore_searchentry_gone",
    "DROP TRIGGER lore_searchentry_changed",
    "DROP TABLE lore_searchindex",
]
POSTGRESQL = [
    """ALTER TABLE lore_searchentry ADD COLUMN vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('english', title || ' ' || names), 'A') || setweight(to_tsvector('english', body), 'B')
    ) STORED""",
    "CREATE INDEX lore_searchentry_vector ON lore_searchentry USING gin (vector)",
]
POSTGRESQL_BACK = ["ALTER TABLE lore_searchentry DROP COLUMN vector"]


def run(statements):
    def for_vendor(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return for_vendor


class Migration(migrations.Migration):
    dependencies = [("lore", "0001_initial")]

    operations = [
        migrations.RunPython(
            run({"sqlite": SQLITE, "postgresql": POSTGRESQL}),
            run({"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK}),
        ),
    ]
