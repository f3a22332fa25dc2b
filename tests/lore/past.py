"""Pages with a past, for the tests of histories."""

from accounts.models import User
from lore.editing import save_revision
from lore.models import Page, Revision, Work
from lore.prose import Prose
from tests.factories import make_fan, make_page

SECRET = "::: gives-away chapter-3\nTelling words.\n:::"


def save(page: Page, body: str, editor: User | None = None, comment: str = "", **fields) -> Revision:
    return save_revision(page, Prose(page.title, "A lead.", body), editor=editor, comment=comment, **fields)


def edited_page(editor: User) -> Page:
    """Three revisions, the last by an editor for a fan."""
    page = make_page("ruska-roma", body="First text.")
    save(page, "First text.\n\nSecond text.", editor, "Added a paragraph")
    credited = make_fan(username="credited", display_name="Credited Fan")
    save(page, "First text, mended.\n\nSecond text.", editor, "Mended the first", credited_to=credited)
    return page


def telling_page(editor: User) -> Page:
    """One that once gave away Chapter 3, in its second revision, and no longer does."""
    page = make_page("ruska-roma", body="First text.")
    save(page, f"First text.\n\n{SECRET}", editor, "Said too much")
    save(page, "First text.", editor, "Took the telling words out")
    return page


def forget_name(work: Work) -> None:
    """Texts that name the work can no longer be compiled."""
    work.slug, work.title, work.short_title = "another", "Another", "Another"
    work.save()
