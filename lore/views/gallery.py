from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ballerina_site.http import answer
from lore.gallery import may_get, ours, used_on, wall
from lore.models import Image
from lore.permissions import may_edit_lore
from lore.spoilers import Shield, gate
from moderation.hidden import hidden_notices

_MOST_TRIES = 30
"""Two seconds apart."""
_LARGEST = 18
"""Digits of an id: what every database can hold."""


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    found = wall(request.viewer, before=_place(request, "before"), after=_place(request, "after"))
    return render(request, "lore/gallery.html", {"wall": found, "may_edit": may_edit_lore(request.user)})


@login_not_required
@require_safe
def image(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_image(request, pk)
    entry = gate(request.viewer, found)
    if isinstance(entry, Shield):
        return render(request, "lore/shielded.html", {"shield": entry, "sign_in_next": entry.href})
    may_edit, is_mine = may_edit_lore(request.user), found.uploader_id == request.user.pk
    context = {
        "image": lit(request, found),
        "works": request.viewer.named(found.scope),
        "pages": used_on(request.viewer, found),
        "next_try": _next_try(request) if found.is_waiting else None,
        "may_edit": may_edit and found.is_public,
        # With the address of an appeal: its sender's alone.
        "hidden_because": hidden_notices("image", [pk]).get(pk) if found.is_hidden and is_mine else None,
        "may_name_suggestion": may_edit or is_mine,
    }
    return answer(request, "lore/image.html", context, partial="shot")


def _next_try(request: HttpRequest) -> int | None:
    """The page asks by itself whether the picture is ready: for a minute."""
    tries = (_place(request, "tries") or 0) + 1
    return tries if tries <= _MOST_TRIES else None


def find_image(request: HttpRequest, pk: int) -> Image:
    """One that this visitor may get, the shield aside."""
    found = get_object_or_404(ours().select_related("suggestion"), pk=pk)
    if not may_get(request.user, found):
        raise Http404
    return found


def lit(request: HttpRequest, found: Image, kind: str = "image", key: int | None = None) -> Image:
    """Where it is shown by a reveal, its files are asked for by one, too."""
    if request.viewer.reveals(kind, key or found.pk):
        found.reveal_query = f"?reveal=image-{found.pk}"
    return found


def _place(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= _LARGEST else None
