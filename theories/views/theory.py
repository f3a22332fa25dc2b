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

from accounts.following import THEORY, noting_follow
from ballerina_site.http import HtmxRequest, same_query
from ballerina_site.kept import kept_fields
from lore.leading import Leads
from lore.spoilers import Viewer
from moderation.hidden import hidden_notices
from theories.discussing import next_turn
from theories.forms import NewCommentForm
from theories.models import RESOLVED, State, Theory
from theories.permissions import (
    is_authors,
    marks_as_moderator,
    may_clarify,
    may_comment,
    may_edit,
    may_mark,
    may_succeed,
    may_vote,
    may_withdraw,
    why_no_mark,
)
from theories.reading import Reading, read, with_annexes
from theories.resolution import headline
from theories.talk import Discussion, discussion
from theories.threads import Place, with_talk
from theories.views.common import find, reveals, shielded
from theories.views.forecasting import forecast_control
from theories.views.voting import vote_control
from theories.voting import with_own

_JUST_NOW = timedelta(minutes=2)
_TURNED_OUT = {State.PROPOSED, State.DISPUTED, *RESOLVED}
"""What was proposed or found stands above what was to be looked for."""
_UP_TO_A_MINUTE = timedelta(seconds=59)
"""So that the minute that is told has come when it says so."""


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
    talk = discussion(request.viewer, theory, Place.asked(request.GET), leads)
    context = {
        "reading": reading,
        "vote": vote_control(request, theory, theory.own_stance),
        "forecast": forecast_control(request, theory, has_forecast=theory.has_forecast),
        "told": headline(request.viewer, theory),
        "discussion": talk,
        "hidden_because": hidden_notices("theory", [pk]).get(pk) if theory.is_hidden else None,
        "is_just_saved": theory.author_id == request.user.pk and _is_fresh(theory),
        "muted": _muted(request.viewer, theory),
        "follow_href": _follow_href(request, theory),
        **_say(request, reading, talk),
        **_acts(request, theory),
    }
    return render(request, "theories/theory.html", context)


def _whole(viewer: Viewer, theories: QuerySet[Theory], fan_id: int | None) -> QuerySet[Theory]:
    """With all of its page that one query can bring."""
    whole = with_own(with_annexes(theories, viewer), fan_id)
    return with_talk(noting_follow(whole, THEORY, fan_id), viewer)


def _follow_href(request: HtmxRequest, theory: Theory) -> str:
    """With the reveal under which the page is read: the answer leads back to it."""
    reveal = f"?reveal=theory-{theory.pk}" if reveals(request, theory.pk) else ""
    return reverse("theories:follow", args=[theory.pk, theory.slug]) + reveal


def _muted(viewer: Viewer, theory: Theory) -> list[tuple[str, int, str]]:
    """What of it this fan has muted: kind, id, name. They came by its address."""
    found = []
    if theory.author_id in viewer.muted.fans:
        found.append(("fan", theory.author_id, theory.author.get_full_name()))
    if viewer.muted.tags and theory.author_id != viewer.fan_id:
        tags = theory.tags.visible_to(viewer).filter(pk__in=viewer.muted.tags)
        found += [("tag", tag.pk, f"the tag “{tag.name}”") for tag in tags]
    return found


def _is_fresh(theory: Theory) -> bool:
    return theory.edited_at is not None and timezone.now() - theory.edited_at < _JUST_NOW


def _acts(request: HtmxRequest, theory: Theory) -> dict[str, object]:
    sign_in = f"{reverse('account_login')}?{urlencode({'next': theory.get_absolute_url()})}"
    is_mine = is_authors(request.user, theory)
    is_posted = not theory.is_draft
    return {
        "is_mine": is_mine,
        "has_turned_out": theory.current_state in _TURNED_OUT,
        "may_report": is_posted and not is_mine,
        # Whoever acts for the archive moderates what it posted, too: all but their own.
        "moderates": is_posted and request.user.is_staff and marks_as_moderator(request.user, theory),
        "may_edit": may_edit(request.user, theory),
        "may_withdraw": may_withdraw(request.user, theory),
        "may_clarify": may_clarify(request.user, theory),
        "may_succeed": may_succeed(request.user, theory),
        # Whoever is neither is not asked about: it would cost every fan a query.
        "may_mark": (is_mine or request.user.is_staff) and may_mark(request.user, theory),
        "why_no_mark": why_no_mark(request.user, theory) if is_mine and _could_be_marked(theory) else "",
        "takes_comments": is_posted and not theory.is_locked and not theory.is_hidden,
        "sign_in_href": sign_in,
        "sign_in_next": theory.get_absolute_url(),
    }


def _could_be_marked(theory: Theory) -> bool:
    """As a duplicate, or as one no longer, by somebody."""
    return theory.state in {State.OPEN, State.DUPLICATE} and not theory.is_locked and not theory.is_hidden


def _say(request: HtmxRequest, reading: Reading, talk: Discussion) -> dict[str, object]:
    """For fans alone: guests' pages hold no form. In slow mode when they can write again, if that is later."""
    theory = reading.theory
    if not may_comment(request.user, theory):
        return {}
    if writes_from := next_turn(request.user, theory):
        return {"writes_from": writes_from + _UP_TO_A_MINUTE}
    form = _comment_form(request, reading)
    return {"form": form, "answered": talk.comment(_number(form["parent"].value()))}


def _comment_form(request: HtmxRequest, reading: Reading) -> NewCommentForm:
    """With what they had typed before they had to sign in."""
    theory = reading.theory
    typed = kept_fields(request, reverse("theories:comment", args=[theory.pk, theory.slug]))
    initial = {"scope": reading.comment_scope, "parent": _number(request.GET.get("reply"))}
    form = NewCommentForm(typed, initial=initial)
    form.fields["scope"].offer(request.viewer.works)
    if not theory.own_stance and not may_vote(request.user, theory):
        del form.fields["shows_stance"]
    return form


def _number(asked: object) -> int | None:
    words = str(asked or "")
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else None
