from django.db import migrations


def scopes_in(compiled):
    """All that a compiled prose gives away, as `lore.prose` computes it for new revisions."""
    lines = [compiled.get("lead"), compiled.get("hatnote"), *(value for _, value in compiled.get("facts", []))]
    scope = 0
    for block in [*(line for line in lines if line), *compiled.get("body", [])]:
        scope |= block["scope"]
        for spoiler in block["spoilers"]:
            scope |= spoiler[0]
    return scope


def tell_of_old_revisions(apps, schema_editor):
    Revision, Change = apps.get_model("lore", "Revision"), apps.get_model("lore", "Change")
    for revision in Revision.objects.order_by("id").iterator():
        revision.scope = scopes_in(revision.compiled)
        revision.save(update_fields=["scope"])
        Change.objects.create(
            kind="created" if revision.number == 1 else "edited",
            page_id=revision.page_id,
            revision=revision,
            actor_id=revision.editor_id,
            reason=revision.comment,
            scope=revision.scope,
            happened_at=revision.created_at,
        )
    apps.get_model("lore", "Image").objects.update(making="ready")


def forget(apps, schema_editor):
    apps.get_model("lore", "Change").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("lore", "0004_wiki")]
    operations = [migrations.RunPython(tell_of_old_revisions, forget)]
