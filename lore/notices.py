"""What an inbox says of notices about pages and suggestions. Titles and reasons stand in it inside the reader's shield
alone."""

from accounts.hooks import NoticeLine
from lore.models import Page, PictureSuggestion, Review, Suggestion
from lore.spoilers import EVERYTHING, Viewer, whole_scope


def changed_pages(viewer: Viewer, ids: list[int]) -> dict[int, NoticeLine]:
    return {pk: _changed(viewer, page) for pk, page in _pages(ids).items()}


def followed_pages(viewer: Viewer, ids: list[int]) -> dict[int, NoticeLine]:
    pages = _pages(ids)
    return {
        pk: NoticeLine(page.title if viewer.sees(page) else _named(viewer, page), _href(viewer, page))
        for pk, page in pages.items()
    }


def decided_suggestions(viewer: Viewer, ids: list[int]) -> dict[int, NoticeLine]:
    """The reason may speak of all that the suggestion touched."""
    rows = Suggestion.objects.filter(author=viewer.fan_id).select_related("page", "based_on", "revision")
    return {pk: _decided(viewer, made, "suggestion", _touched(made)) for pk, made in rows.in_bulk(ids).items()}


def decided_pictures(viewer: Viewer, ids: list[int]) -> dict[int, NoticeLine]:
    rows = PictureSuggestion.objects.filter(author=viewer.fan_id).select_related("page", "image")
    return {pk: _decided(viewer, made, "picture", whole_scope(made)) for pk, made in rows.in_bulk(ids).items()}


def _touched(made: Suggestion) -> int:
    return whole_scope(made) | (made.based_on.scope if made.based_on else EVERYTHING)


def _decided(viewer: Viewer, made: Suggestion | PictureSuggestion, what: str, scope: int) -> NoticeLine:
    may_name = viewer.inside(scope)
    about = f" for “{made.page.title}”" if may_name else ""
    if made.state == Review.APPROVED:
        changed = ", with changes" if isinstance(made, Suggestion) and made.was_changed else ""
        return NoticeLine(f"An editor has approved your {what}{about}{changed}", made.get_absolute_url())
    words = f"An editor has looked at your {what}{about} and has not taken it"
    detail = made.reason if may_name else "The reason stands beside it."
    return NoticeLine(words, made.get_absolute_url(), detail=detail)


def _pages(ids: list[int]) -> dict[int, Page]:
    return Page.objects.lore().in_bulk(ids)


def _changed(viewer: Viewer, page: Page) -> NoticeLine:
    name, about = _named(viewer, page), ("page", page.pk)
    one, many = f"{name[0].upper()}{name[1:]} has changed", f"{{}} changes of {name}"
    return NoticeLine(one, _href(viewer, page), about, many, names_actor=viewer.sees(page))


def _named(viewer: Viewer, page: Page) -> str:
    return f"“{page.title}”" if viewer.sees(page) else f"a page that gives away {viewer.names(page.scope)}"


def _href(viewer: Viewer, page: Page) -> str:
    return page.get_absolute_url() if viewer.sees(page) else page.shield_href
