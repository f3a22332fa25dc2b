"""For migrations: what a group may do in the admin."""

from collections.abc import Iterable
from functools import partial

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps
from django.db.models import Model, QuerySet


def grants(group: str, app_label: str, models: Iterable[str], acts: Iterable[str]) -> RunPython:
    """The operation that lets `group` do `acts` (add, change, view) with these models. Its migration depends on the
    groups of accounts and on contenttypes."""
    rights = [(model, act) for model in models for act in acts]
    return RunPython(partial(_grant, group, app_label, rights), partial(_revoke, group, app_label, rights))


def _grant(
    group: str, app_label: str, rights: list[tuple[str, str]], apps: StateApps, editor: BaseDatabaseSchemaEditor
) -> None:
    """Django makes permissions only after all migrations, so they are made here where they are missing."""
    members = apps.get_model("auth", "Group").objects.get_or_create(name=group)[0]
    for model, act in rights:
        of_model, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label=app_label, model=model
        )
        named = {"name": f"Can {act} {model}"}
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=of_model, codename=f"{act}_{model}", defaults=named
        )
        members.permissions.add(permission)


def _revoke(
    group: str, app_label: str, rights: list[tuple[str, str]], apps: StateApps, editor: BaseDatabaseSchemaEditor
) -> None:
    names = [f"{act}_{model}" for model, act in rights]
    granted: QuerySet[Model] = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label=app_label, codename__in=names
    )
    for members in apps.get_model("auth", "Group").objects.filter(name=group):
        members.permissions.remove(*granted)
