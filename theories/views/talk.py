"""The discussion beside its writing: more of it, marks, what was read, and how a comment read before."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from ballerina_site.http import HtmxRequest, go, is_htmx, same_query, see_other
from ballerina_site.ratelimit import spend
from lore.spoilers import Shield
from theories import marking
from theories.models import Comment, MarkKind, Theory
from theories.past import past_of
from theories.permissions import Conflict
from theories.talk import discussion, further_answers, nods
from theories.threads import Place, for_reading, moment_from, with_talk
from theories.views.common import find, is_open_to, shielded, too_late
from theories.visiting import read_up_to

_VALUES = {"1": True, "0": False}


@login_not_required
@require_safe
def more(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    """For htmx what follows: threads, or answers to the comment `thread`. Without it the page on which they stand."""
    theory = find(request, pk, lambda rows, fan_id: with_talk(rows, request.viewer))
    if not request.viewer.sees(theory):
        return go(request, theory.shield_href) if is_htmx(request) else shielded(request, theory)
    if not is_htmx(request):
        return redirect(same_query(request, theory.get_absolute_url()))
    place = Place.asked(request.GET)
    context = {"theory": theory, "sign_in_next": theory.get_absolute_url()}
    if place.comment:
        context["lines"] = further_answers(request.viewer, theory, place)
        return render(request, "theories/_lines.html", context)
    return render(
        request, "theories/_threads.html", context | {"discussion": discussion(request.viewer, theory, place)}
    )


@require_POST
def mark(request: HtmxRequest, pk: int, slug: str, comment_id: int) -> HttpResponse:
    spend(request, "mark")
    theory, comment = _open_comment(request, pk, comment_id)
    if not is_open_to(request, theory):
        return go(request, theory.shield_href)
    back = comment.address_at(_page(theory, slug))
    value = _VALUES.get(request.POST.get("value", ""))
    try:
        if value is None:
            raise ValidationError("A mark is set by 1 and taken off by 0.")
        marking.mark(request.user, comment, request.POST.get("kind", ""), value)
    except Conflict as error:
        return too_late(request, error, back)
    except ValidationError as error:
        return _refused(request, error, back)
    return _control(request, theory, comment) if is_htmx(request) else see_other(back)


@require_POST
def read(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    """All up to the moment at which the page was made: what came meanwhile stays new."""
    spend(request, "visit")
    theory = find(request, pk)
    read_up_to(request.user, theory, moment_from(request.POST.get("until", "")))
    if is_htmx(request):
        return HttpResponse("<p>What is said from now on is marked as new at your next visit.</p>")
    return see_other(f"{_page(theory, slug)}#discussion")


@login_not_required
@require_safe
def history(request: HtmxRequest, pk: int, slug: str, comment_id: int) -> HttpResponse:
    theory, comment = _open_comment(request, pk, comment_id)
    viewer = request.viewer
    if not viewer.sees(theory):
        return shielded(request, theory)
    past = past_of(comment)
    context = {"theory": theory, "comment": comment, "back": comment.address_at(theory.get_absolute_url())}
    is_open = viewer.fan_id == comment.author_id or viewer.reveals("comment", comment.pk)
    if not is_open and not viewer.inside(past.scope & ~theory.scope):
        works = viewer.named(viewer.missing(past.scope))
        context["shield"] = Shield("comment", comment.pk, "history", works)
        return render(request, "theories/comment_history.html", context | {"sign_in_next": context["back"]})
    return render(request, "theories/comment_history.html", context | {"past": past})


def _open_comment(request: HtmxRequest, pk: int, comment_id: int) -> tuple[Theory, Comment]:
    """What is hidden is its writer's alone; what was taken back is nobody's."""
    theory = find(request, pk)
    rows = for_reading(theory.comments.filter(deleted_at=None), request.viewer)
    reachable = rows.filter(is_hidden=False) | rows.filter(author=request.user.pk)
    comment = get_object_or_404(reachable, pk=comment_id)
    comment.theory = theory
    return theory, comment


def _control(request: HtmxRequest, theory: Theory, comment: Comment) -> HttpResponse:
    fresh = for_reading(theory.comments.filter(pk=comment.pk), request.viewer).get()
    fresh.theory = theory
    return render(request, "theories/_marks.html", {"nods": nods(request.viewer, fresh), "comment": fresh})


def _refused(request: HtmxRequest, error: ValidationError, back: str) -> HttpResponse:
    context = {"why": " ".join(error.messages), "back": back, "kinds": MarkKind.values}
    return render(request, "theories/too_late.html", context, status=422)


def _page(theory: Theory, slug: str) -> str:
    """By the slug that was asked for: the right one might give something away."""
    return reverse("theories:theory", args=[theory.pk, slug])
