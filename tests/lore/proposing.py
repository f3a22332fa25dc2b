"""What the tests of suggestions share."""

from django.urls import reverse

from lore.editing import save_revision
from lore.models import Page, Suggestion
from lore.prose import Prose
from lore.suggesting import suggest
from tests.factories import make_page

BODY = "## First\n\nShe trains.\n\n## Second\n\nShe dances.\n\n## Third\n\nShe leaves."


def make_dancer() -> Page:
    """A page in three parts, so that two can write in it and not meet."""
    return make_page("rooney", lead="A dancer.", body=BODY)


def suggest_address(page: Page) -> str:
    return reverse("lore:suggest", args=[page.slug])


def text_of(page: Page, **changed: str) -> Prose:
    """The page's prose, some of it changed."""
    page.refresh_from_db()
    return Prose(**(Prose.of(page.current).fields | changed))


def body_with(old: str, new: str) -> str:
    assert old in BODY
    return BODY.replace(old, new)


def propose(author, page: Page, *, comment: str = "A scene shows it.", **changed: str) -> Suggestion:
    changed = changed or {"body": body_with("She trains.", "She trains hard.")}
    return suggest(author, page, text_of(page, **changed), comment=comment, based_on=page.current_id)


def move_on(page: Page, **changed: str) -> None:
    """Somebody else saves the page."""
    save_revision(page, text_of(page, **changed), editor=None, comment="Meanwhile.")


def fields(page: Page, **changed: object) -> dict[str, object]:
    """What the form sends that is opened on the page as it stands."""
    page.refresh_from_db()
    sent = Prose.of(page.current).fields | {"comment": "A scene shows it.", "based_on": page.current_id, "version": ""}
    return sent | changed


def again(thing):
    return type(thing).objects.get(pk=thing.pk)


def held(answer) -> dict[str, str]:
    """What the form on the page holds."""
    form = answer.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}
