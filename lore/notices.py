"""What an inbox says of notices about pages and suggestions. Titles and reasons stand in it inside the reader's shield
alone."""

from collections.abc import Sequence

from accounts.hooks import NoticeLine
from accounts.models import Notice
from lore.models import Change, Page, PictureSuggestion, Review, Suggestion
from lore.spoilers import EVERYTHING, Viewer, whole_scope


def changed_pages(viewer: Viewer, notices: Sequence[Notice]) -> dict[int, NoticeLine]:
    """Each by the change that is its key: whoever may not know of that does not read who did it."""
    pages = _pages([notice.object_id for notice in notices])
    keyed = {notice.pk: int(notice.key) for notice in notices if notice.key.isdecimal()}
    scopes = dict(Change.objects.filter(pk__in=keyed.values()).values_list("pk", "scope"))
    return {
        notice.pk: _changed(viewer, page, scopes.get(keyed.get(notice.pk, 0), EVERYTHING))
        for notice in notices
        if (page := pages.get(notice.object_id))
    }


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


def _changed(viewer: Viewer, page: Page, scope: int) -> NoticeLine:
    """`scope`: what the change touched."""
    name, names_actor = _named(viewer, page), viewer.sees(page) and viewer.inside(scope)
    one, many = f"{name[0].upper()}{name[1:]} has changed", f"{{}} changes of {name}"
    return NoticeLine(one, _href(viewer, page), many, names_actor=names_actor)


def _named(viewer: Viewer, page: Page) -> str:
    return f"“{page.title}”" if viewer.sees(page) else f"a page that gives away {viewer.names(page.scope)}"


def _href(viewer: Viewer, page: Page) -> str:
    return page.get_absolute_url() if viewer.sees(page) else page.shield_href
