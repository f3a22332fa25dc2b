import unicodedata

from django.db import migrations

# PostgreSQL keeps accents where FTS5 drops them; lore.search drops those of a query in the same way.
ACCENTED = [chr(code) for code in range(0xC0, 0x180) if unicodedata.normalize("NFKD", chr(code))[0].isascii()]
PLAIN = [unicodedata.normalize("NFKD", letter)[0] for letter in ACCENTED]


def plain(text):
    return f"translate({text}, '{''.join(ACCENTED)}', '{''.join(PLAIN)}')"


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
# As FTS5 does it: English stems, no stop words ("and" is a word that somebody may look for), no accents. The extension
# that takes accents off is not immutable, so a generated column cannot use it; these are the letters that names come with.
ACCENTED = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝ"
PLAIN = "aaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuy"
_WORDS = "asciiword, asciihword, hword_asciipart, word, hword, hword_part"


def vector(columns, weight):
    return f"setweight(to_tsvector('archive'::regconfig, translate({columns}, '{ACCENTED}', '{PLAIN}')), '{weight}')"


POSTGRESQL = [
    "CREATE TEXT SEARCH DICTIONARY archive_stem (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION archive (COPY = pg_catalog.english)",
    f"ALTER TEXT SEARCH CONFIGURATION archive ALTER MAPPING FOR {_WORDS} WITH archive_stem",
    "ALTER TABLE lore_searchentry ADD COLUMN vector tsvector GENERATED ALWAYS AS "
    f"({vector("title || ' ' || names", 'A')} || {vector('body', 'B')}) STORED",
    "CREATE INDEX lore_searchentry_vector ON lore_searchentry USING gin (vector)",
]
POSTGRESQL_BACK = [
    "ALTER TABLE lore_searchentry DROP COLUMN vector",
    "DROP TEXT SEARCH CONFIGURATION archive",
    "DROP TEXT SEARCH DICTIONARY archive_stem",
]


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
