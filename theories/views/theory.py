from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ballerina_site.http import HtmxRequest, same_query
from ballerina_site.kept import kept_fields
from moderation.deciding import hidden_notice
from theories.counting import activities
from theories.forms import NewCommentForm
from theories.models import Theory
from theories.permissions import is_authors, may_comment, may_edit, may_withdraw
from theories.ranking import hot_parts
from theories.reading import Reading, discussion, read, read_versions
from theories.views.common import find, shielded
from theories.views.voting import vote_control
from theories.voting import stance_of

_JUST_NOW = timedelta(minutes=2)


@login_not_required
@require_safe
def by_id(request: HtmxRequest, pk: int) -> HttpResponse:
    return show(request, pk, slug="")


@login_not_required
@require_safe
def show(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    theory = find(request, pk)
    if not request.viewer.sees(theory):
        return shielded(request, theory)
    # A reveal is answered where it was asked for: whoever stands outside the scope is not led to the slug.
    if slug != theory.slug and not request.viewer.reveals("theory", theory.pk):
        return redirect(same_query(request, theory.get_absolute_url()))
    stance = stance_of(request.user.pk, theory)
    reading = read(request.viewer, theory)
    context = {
        "reading": reading,
        "vote": vote_control(request, theory, stance),
        "discussion": discussion(request.viewer, theory, request.GET.get("from", "")),
        "hidden_because": hidden_notice("theory", theory.pk) if theory.is_hidden else None,
        "is_just_saved": theory.author_id == request.user.pk and _is_fresh(theory),
        "form": _comment_form(request, reading),
        **_acts(request, theory),
    }
    return render(request, "theories/theory.html", context)


@login_not_required
@require_safe
def history(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    theory = find(request, pk)
    if not request.viewer.sees(theory):
        return shielded(request, theory)
    context = {
        "theory": theory,
        "versions": read_versions(request.viewer, theory),
        "hot_parts": hot_parts(activities(theory), timezone.now()),
    }
    return render(request, "theories/history.html", context)


def _is_fresh(theory: Theory) -> bool:
    return theory.edited_at is not None and timezone.now() - theory.edited_at < _JUST_NOW


def _acts(request: HtmxRequest, theory: Theory) -> dict[str, object]:
    sign_in = f"{reverse('account_login')}?{urlencode({'next': theory.get_absolute_url()})}"
    return {
        "is_mine": is_authors(request.user, theory),
        "may_edit": may_edit(request.user, theory),
        "may_withdraw": may_withdraw(request.user, theory),
        "takes_comments": not theory.is_locked and not theory.is_draft and not theory.is_hidden,
        "sign_in_href": sign_in,
        "sign_in_next": theory.get_absolute_url(),
    }


def _comment_form(request: HtmxRequest, reading: Reading) -> NewCommentForm | None:
    """For fans alone: guests' pages hold no form. With what they had typed before they had to sign in."""
    theory = reading.theory
    if not may_comment(request.user, theory):
        return None
    typed = kept_fields(request, reverse("theories:comment", args=[theory.pk, theory.slug]))
    if typed:
        return NewCommentForm(typed)
    answered = request.GET.get("reply", "")
    parent = answered if answered.isascii() and answered.isdecimal() and len(answered) < 19 else None
    return NewCommentForm(initial={"scope": reading.comment_scope, "parent": parent})
