"""Things in the database, made in one line. Everything goes through the verbs that the site uses."""

from datetime import date
from importlib import import_module
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps

from accounts.models import User
from lore.claiming import save_claim
from lore.editing import create_page
from lore.models import Claim, Page, Seen, Source, Work
from lore.prose import Prose

PASSWORD = "correct-horse-42"
GRANTING = [
    "moderation.migrations.0003_moderators_see_it_in_the_admin",
    "moderation.migrations.0101_moderators_see_cases_in_the_admin",
    "lore.migrations.0003_editors_may_edit",
    "lore.migrations.0007_editors_keep_the_wiki",
    "theories.migrations.0002_moderators_file_theories",
]


def make_fan(username: str = "fan", *, password: str = PASSWORD, **fields: Any) -> User:
    email = fields.pop("email", f"{username}@example.org")
    user = User.objects.create_user(username, email, password, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def make_work(slug: str = "chapter-3", **fields: Any) -> Work:
    count = Work.objects.count()
    fields = {
        "title": slug.title(),
        "short_title": slug.title(),
        "release_order": count + 1,
        "story_order": count + 1,
    } | fields
    return Work.objects.create(slug=slug, **({"bit": Work.objects.free_bit()} | fields))


def make_page(
    slug: str = "ruska-roma",
    *,
    title: str = "",
    lead: str = "A lead.",
    body: str = "",
    kind: str = "topic",
    **fields: Any,
) -> Page:
    prose = Prose(
        title or slug.replace("-", " ").title(), lead, body, fields.pop("hatnote", ""), fields.pop("facts", "")
    )
    return create_page(prose, slug=slug, kind=kind, **fields)


def make_claim(key: str = "A1", *, page: Page | None = None, text: str = "A claim.", **fields: Any) -> Claim:
    home = page or Page.objects.first() or make_page()
    fields = {"status": "confirmed", "as_of": date(2025, 6, 1), "precision": "month"} | fields
    return save_claim(Claim(key=key, page=home, text=text, **fields))


def make_source(key: str = "article", **fields: Any) -> Source:
    fields = {"title": "The article", "kind": "article", "published_on": date(2025, 6, 1)} | fields
    return Source.objects.get_or_create(key=key, defaults=fields)[0]


def mark_seen(user: User, *works: Work) -> None:
    Seen.objects.update_or_create(fan=user, defaults={"works": sum(work.mask for work in works)})


def give_rights() -> None:
    """What the migrations gave the groups, once more: tests with real transactions empty all tables."""
    for name in GRANTING:
        for operation in import_module(name).Migration.operations:
            operation.code(apps, None)
