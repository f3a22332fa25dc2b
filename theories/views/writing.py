from functools import partial
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from ballerina_site.complaints import complain
from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.kept import kept_fields
from ballerina_site.ratelimit import spend
from lore.drafting import typed_in
from moderation.spam import look_at_sending
from theories import manuscripts, posting
from theories.forms import CHECK, TheoryForm, amended
from theories.models import Manuscript, Theory
from theories.permissions import (
    Conflict,
    may_act_as_archive,
    require_author,
    require_succession,
    require_withdrawal,
    why_no_edit,
)
from theories.pictures import taken_in
from theories.similar import SaidAlready, same_words
from theories.views.common import find, shielded, too_late
from theories.views.helping import hints_for

_OFFERED = 3
_ACTIONS = {"publish", "draft", CHECK, ""}
_AGAIN = "Choose the picture again: a browser sends it once only."


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HtmxRequest) -> HttpResponse:
    if request.method == "POST":
        return _submit(request, None)
    older = _older(request)
    return _open(request, None, older=older)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    theory = find(request, pk)
    require_author(request.user, theory)
    if request.method == "POST":
        return _submit(request, theory)
    why = why_no_edit(theory)
    if why:
        return too_late(request, Conflict(why), theory.shield_href)
    if not request.viewer.sees(theory):
        return shielded(request, theory)
    return _open(request, theory)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    theory = find(request, pk)
    try:
        require_withdrawal(request.user, theory)
        if request.method != "POST":
            return render(request, "theories/withdraw.html", {"theory": theory})
        held = posting.withdraw(request.user, theory)
    except Conflict as error:
        return too_late(request, error, theory.shield_href)
    messages.success(request, _said_at_leaving(held))
    return see_other(reverse("theories:drafts") if held.is_draft else held.get_absolute_url())


def _open(request: HtmxRequest, theory: Theory | None, *, older: Theory | None = None) -> HttpResponse:
    """The form: as it was when its sender had to sign in, as it was left (`?draft=` a window), or as it begins."""
    typed, held = kept_fields(request, request.path), None
    if typed is None and "draft" in request.GET:
        held = manuscripts.gone_on_with(request.viewer, theory, request.GET["draft"][:32])
    form = _form(request, theory, typed_in(held) if held else typed, older=older, is_unsent=held is not None)
    waiting = [] if typed or held else list(manuscripts.waiting(request.viewer, theory)[:_OFFERED])
    unresolved = _form(request, theory, typed_in(held)).unresolved() if held else []
    return _page(request, form, theory, older=older, waiting=waiting, gone_on_with=held, unresolved=unresolved)


def _older(request: HtmxRequest) -> Theory | None:
    """The theory that the new one is to follow: `?succeeds=` its id."""
    asked = request.GET.get("succeeds", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        return None
    older = find(request, int(asked))
    require_succession(request.user, older)
    return older


def _form(
    request: HtmxRequest,
    theory: Theory | None,
    data: object = None,
    files: object = None,
    *,
    older: Theory | None = None,
    is_unsent: bool = False,
) -> TheoryForm:
    begun = {"citations": request.GET["cite"][:200]} if "cite" in request.GET and not theory else None
    return TheoryForm(
        data,
        files,
        viewer=request.viewer,
        theory=theory,
        initial=amended(older, request.viewer) if older else begun,
        may_be_archive=may_act_as_archive(request.user),
        is_unsent=is_unsent,
    )


def _page(
    request: HtmxRequest,
    form: TheoryForm,
    theory: Theory | None,
    status: int = 200,
    *,
    gone_on_with: Manuscript | None = None,
    **more: object,
) -> HttpResponse:
    sent = "" if gone_on_with else form.data.get("continues", "")
    context = {
        "form": form,
        "theory": theory,
        "is_too_late": status == HTTPStatus.CONFLICT,
        "gone_on_with": gone_on_with,
        "window": manuscripts.as_window(form.data.get("window", "")) or manuscripts.new_window(),
        "continues": gone_on_with.mark if gone_on_with else sent[:50],
        **more,
    }
    return render(request, "theories/edit.html" if theory else "theories/new.html", context, status=status)


def _submit(request: HtmxRequest, theory: Theory | None) -> HttpResponse:
    action = request.POST.get("action", "")
    is_opening = action == "publish" and (theory is None or theory.is_draft)
    spend(request, "post" if is_opening else "preview" if action == CHECK else "edit")
    form = _form(request, theory, request.POST, request.FILES)
    if action == CHECK:
        return _again(request, form, theory, 200, **hints_for(request))
    if action not in _ACTIONS:
        form.add_error(None, "Choose whether to post it or to keep it as a draft.")
    if not form.is_valid():
        return _refused(request, form, theory)
    try:
        saved = _save(request, form, theory, is_opening=is_opening)
    except manuscripts.SentBefore as before:
        saved = before.theory
    except SaidAlready as before:
        return _again(request, form, theory, 422, same=before.theory)
    except ValidationError as error:
        complain(form, error)
        return _again(request, form, theory, 409) if isinstance(error, Conflict) else _refused(request, form, theory)
    return _done(request, saved, is_opening=is_opening)


def _done(request: HtmxRequest, saved: Theory, *, is_opening: bool) -> HttpResponse:
    if saved.is_draft:
        messages.success(request, "The draft is kept.")
        return see_other(reverse("theories:edit", args=[saved.pk, saved.slug]))
    if is_opening:
        look_at_sending(request.user, "theory", saved.pk, request.POST)
    messages.success(request, "Your theory is posted." if is_opening else "Your theory is saved.")
    return see_other(saved.get_absolute_url())


def _refused(request: HtmxRequest, form: TheoryForm, theory: Theory | None) -> HttpResponse:
    """The form again with what is wrong; a draft is kept as it was typed, and then says so."""
    kept = None
    if request.POST.get("action", "") in {"draft", ""} and (theory is None or theory.is_draft):
        try:
            kept = _keep_as_typed(request, theory)
        except ValidationError as problem:
            complain(form, problem)
    if kept is None:
        return _again(request, form, theory, 422)
    key = f"theory-{theory.pk}" if theory else form.draft_key
    messages.success(request, "The draft is kept as you typed it.", extra_tags=key)
    if request.FILES.get("picture"):
        wrong = [*form.errors.get("picture", []), *form.errors.get("picture_alt", [])]
        messages.warning(request, " ".join(["Its picture is not kept: choose it again.", *wrong]))
    return see_other(kept.get_absolute_url())


def _keep_as_typed(request: HtmxRequest, theory: Theory | None) -> Manuscript | None:
    window = manuscripts.as_window(request.POST.get("window", "")) or manuscripts.new_window()
    continues = request.POST.get("continues", "")
    return manuscripts.keep(request.user, theory, dict(request.POST.lists()), window, continues, is_asked=True)


def _again(request: HtmxRequest, form: TheoryForm, theory: Theory | None, status: int, **more: object) -> HttpResponse:
    """The form with all that was typed. No browser fills in a file again."""
    if request.FILES.get("picture") and "picture" not in form.errors:
        form.add_error("picture", _AGAIN)
    return _page(request, form, theory, status, **more)


def _save(request: HtmxRequest, form: TheoryForm, theory: Theory | None, *, is_opening: bool) -> Theory:
    data = form.cleaned_data
    if data["picture"]:
        spend(request, "upload")
    with taken_in(data["picture"], alt=data["picture_alt"], fan=request.user) as picture:
        writing = form.writing(picture or form.kept_picture())
        if is_opening:
            save = partial(_publish, request, _author(request, form), writing, theory)
        elif theory is None or theory.is_draft:
            save = partial(posting.save_draft, _author(request, form), writing, theory)
        else:
            save = partial(posting.edit, request.user, theory, writing)
        fields, window = dict(request.POST.lists()), request.POST.get("window", "")
        if theory is None and not manuscripts.as_window(window):
            window = manuscripts.window_for(fields)
        return manuscripts.send(request.user, fields, window, request.POST.get("continues", ""), save)


def _publish(request: HtmxRequest, author: User, writing: posting.Writing, theory: Theory | None) -> Theory:
    """Asks once about what says the same word for word. Inside the sending, so that a second click is never asked."""
    same = same_words(request.viewer, writing.claim, but=writing.succeeds)
    if same and request.POST.get("anyway") != str(same.pk):
        raise SaidAlready(same)
    return posting.publish(author, writing, theory)


def _author(request: HtmxRequest, form: TheoryForm) -> User:
    return User.objects.archive() if form.cleaned_data.get("as_archive") else request.user


def _said_at_leaving(theory: Theory) -> str:
    if theory.is_draft:
        return "The draft is thrown away."
    if theory.is_frozen:
        return "You no longer back it. It stays open, since others have voted on it or forecast it."
    return "Your theory is withdrawn."
