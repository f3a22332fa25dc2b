from datetime import timedelta
from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ballerina_site.http import HtmxRequest, same_query
from ballerina_site.kept import kept_fields
from lore.leading import Leads
from lore.spoilers import Viewer
from moderation.deciding import hidden_notice
from theories.forms import NewCommentForm
from theories.models import State, Theory
from theories.permissions import (
    is_authors,
    may_clarify,
    may_comment,
    may_edit,
    may_mark,
    may_succeed,
    may_withdraw,
    why_no_mark,
)
from theories.reading import Reading, read, with_annexes
from theories.resolution import headline
from theories.talk import discussion
from theories.threads import Place, with_talk
from theories.views.common import find, shielded
from theories.views.forecasting import forecast_control
from theories.views.voting import vote_control
from theories.voting import with_own

_JUST_NOW = timedelta(minutes=2)


@login_not_required
@require_safe
def by_id(request: HtmxRequest, pk: int) -> HttpResponse:
    return show(request, pk, slug="")


@login_not_required
@require_safe
def show(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    theory = find(request, pk, partial(_whole, request.viewer))
    if not request.viewer.sees(theory):
        return shielded(request, theory)
    # A reveal is answered where it was asked for: whoever stands outside the scope is not led to the slug.
    if slug != theory.slug and not request.viewer.reveals("theory", theory.pk):
        return redirect(same_query(request, theory.get_absolute_url()))
    leads = Leads(request.viewer)
    reading = read(request.viewer, theory, leads)
    context = {
        "reading": reading,
        "vote": vote_control(request, theory, theory.own_stance),
        "forecast": forecast_control(request, theory, has_forecast=theory.has_forecast),
        "told": headline(request.viewer, theory),
        "discussion": discussion(request.viewer, theory, Place.asked(request.GET), leads),
        "hidden_because": hidden_notice("theory", theory.pk) if theory.is_hidden else None,
        "is_just_saved": theory.author_id == request.user.pk and _is_fresh(theory),
        "form": _comment_form(request, reading),
        **_acts(request, theory),
    }
    return render(request, "theories/theory.html", context)


def _whole(viewer: Viewer, theories: QuerySet[Theory], fan_id: int | None) -> QuerySet[Theory]:
    """With all of its page that one query can bring."""
    return with_talk(with_own(with_annexes(theories, viewer), fan_id), viewer)


def _is_fresh(theory: Theory) -> bool:
    return theory.edited_at is not None and timezone.now() - theory.edited_at < _JUST_NOW


def _acts(request: HtmxRequest, theory: Theory) -> dict[str, object]:
    sign_in = f"{reverse('account_login')}?{urlencode({'next': theory.get_absolute_url()})}"
    is_mine = is_authors(request.user, theory)
    return {
        "is_mine": is_mine,
        "may_edit": may_edit(request.user, theory),
        "may_withdraw": may_withdraw(request.user, theory),
        "may_clarify": may_clarify(request.user, theory),
        "may_succeed": may_succeed(request.user, theory),
        # Whoever is neither is not asked about: it would cost every fan a query.
        "may_mark": (is_mine or request.user.is_staff) and may_mark(request.user, theory),
        "why_no_mark": why_no_mark(request.user, theory) if is_mine and _could_be_marked(theory) else "",
        "takes_comments": not theory.is_locked and not theory.is_draft and not theory.is_hidden,
        "sign_in_href": sign_in,
        "sign_in_next": theory.get_absolute_url(),
    }


def _could_be_marked(theory: Theory) -> bool:
    """As a duplicate, or as one no longer, by somebody."""
    return theory.state in {State.OPEN, State.DUPLICATE} and not theory.is_locked and not theory.is_hidden


def _comment_form(request: HtmxRequest, reading: Reading) -> NewCommentForm | None:
    """For fans alone: guests' pages hold no form. With what they had typed before they had to sign in."""
    theory = reading.theory
    if not may_comment(request.user, theory):
        return None
    typed = kept_fields(request, reverse("theories:comment", args=[theory.pk, theory.slug]))
    answered = request.GET.get("reply", "")
    parent = answered if answered.isascii() and answered.isdecimal() and len(answered) < 19 else None
    form = NewCommentForm(typed, initial={"scope": reading.comment_scope, "parent": parent})
    form.fields["scope"].offer(request.viewer.works)
    return form
