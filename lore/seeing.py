"""A viewer's seen-set: kept in a signed cookie for guests, in a `Seen` row for fans, merged at sign-in."""

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.muting import muted_by
from lore.models import Kept, Seen, Work
from lore.spoilers import EVERYTHING, Viewer, reveal_from

COOKIE = "seen"
_SALT = "lore.seeing"
_COOKIE_AGE = 60 * 60 * 24 * 365


def viewer_of(request: HttpRequest) -> Viewer:
    reveal = reveal_from(request.GET.get("reveal", "")) if request.method in {"GET", "HEAD"} else None
    if request.user.is_authenticated:
        return viewer_of_fan(request.user, reveal)
    seen = seen_from_cookie(request)
    return Viewer(None, seen or 0, reveal, seen is not None, load_works=Work.objects.all)


def viewer_of_fan(fan: User, reveal: tuple[str, str] | None = None) -> Viewer:
    """Their seen-set and what they keep revealed are one query: every page of a fan begins with it."""
    rows = User.objects.filter(pk=fan.pk).values_list("seen__works", "kept__kind", "kept__object_id")
    [(works, *_), *_] = found = list(rows) or [(None, None, None)]
    kept = [(kind, key) for _, kind, key in found if kind]
    return Viewer(
        fan.pk,
        works or 0,
        reveal,
        works is not None,
        load_works=Work.objects.all,
        load_kept=lambda: kept,
        load_muted=lambda: muted_by(fan),
    )


def seen_from_cookie(request: HttpRequest) -> int | None:
    """None when the guest was never asked, or when the cookie is not ours."""
    try:
        seen = signing.loads(request.COOKIES[COOKIE], salt=_SALT)
    except (KeyError, signing.BadSignature):
        return None
    return seen & EVERYTHING if isinstance(seen, int) else None


def remember_in_cookie(response: HttpResponse, seen: int, *, secure: bool) -> None:
    value = signing.dumps(seen, salt=_SALT)
    response.set_cookie(COOKIE, value, max_age=_COOKIE_AGE, httponly=True, samesite="Lax", secure=secure)


def set_seen(fan: User, seen: int) -> None:
    Seen.objects.update_or_create(fan=fan, defaults={"works": seen & EVERYTHING})


def add_seen(fan: User, seen: int) -> None:
    """Widens the fan's seen-set: at sign-in, by what they had told us as a guest."""
    with transaction.atomic():
        _, is_new = Seen.objects.get_or_create(fan=fan, defaults={"works": seen & EVERYTHING})
        if not is_new:
            Seen.objects.filter(fan=fan).update(works=F("works").bitor(seen & EVERYTHING))


def keep(fan: User, kind: str, object_id: int) -> None:
    Kept.objects.get_or_create(fan=fan, kind=kind, object_id=object_id)
