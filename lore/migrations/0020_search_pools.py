import re

import django.db.models.deletion
from django.db import migrations, models

SQLITE_TRIGGERS = {
    "added": "INSERT ON lore_searchentry BEGIN {add}; END",
    "gone": "DELETE ON lore_searchentry BEGIN {remove}; END",
    "changed": "UPDATE ON lore_searchentry BEGIN {remove}; {add}; END",
}
ARTICLES = {"the", "a", "an"}
BATCH = 1000


def index_over(columns):
    """The statements that make the full-text index anew, over these columns."""

    def remake(apps, schema_editor):
        if schema_editor.connection.vendor != "sqlite":
            return
        names = ", ".join(columns)
        add = f"INSERT INTO lore_searchindex(rowid, {names}) VALUES (new.id, {_of('new', columns)})"
        remove = (
            f"INSERT INTO lore_searchindex(lore_searchindex, rowid, {names}) "
            f"VALUES ('delete', old.id, {_of('old', columns)})"
        )
        for name in SQLITE_TRIGGERS:
            schema_editor.execute(f"DROP TRIGGER lore_searchentry_{name}")
        schema_editor.execute("DROP TABLE lore_searchindex")
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE lore_searchindex USING fts5({names}, content='lore_searchentry', content_rowid='id', "
            """tokenize="porter unicode61 remove_diacritics 2", prefix='2 3')"""
        )
        for name, body in SQLITE_TRIGGERS.items():
            body = body.format(add=add, remove=remove)
            schema_editor.execute(f"CREATE TRIGGER lore_searchentry_{name} AFTER {body}")
        schema_editor.execute("INSERT INTO lore_searchindex(lore_searchindex) VALUES ('rebuild')")

    return remake


def _of(row, columns):
    return ", ".join(f"{row}.{column}" for column in columns)


def called(name):
    words = re.findall(r"\w+", name[:200].casefold())[:8]
    return " ".join(word for word in words if word not in ARTICLES)


def name_all(apps, schema_editor):
    SearchName = apps.get_model("lore", "SearchName")
    rows = apps.get_model("lore", "SearchEntry").objects.values_list("pk", "kind", "title", "names")
    names = (
        SearchName(entry_id=pk, kind=kind, called=each)
        for pk, kind, title, others in rows.iterator()
        for each in {called(name) for name in [title, *others.splitlines()]} - {""}
    )
    SearchName.objects.bulk_create(names, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("lore", "0011_pictures_that_were_approved")]

    operations = [
        migrations.CreateModel(
            name="SearchName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("called", models.CharField(max_length=250)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="called",
                        to="lore.searchentry",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["kind", "called", "entry"], name="thing_called")]},
        ),
        migrations.AddIndex("searchentry", models.Index(fields=["kind", "id"], name="entry_newest_of_kind")),
        migrations.RunPython(index_over(["title", "names", "body", "kind"]), index_over(["title", "names", "body"])),
        migrations.RunPython(name_all, migrations.RunPython.noop),
    ]
