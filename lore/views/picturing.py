"""Pictures are sent, described and decided about."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from ballerina_site.complaints import complain
from ballerina_site.http import HtmxRequest, answer, go, see_other
from ballerina_site.kept import kept_fields
from ballerina_site.pictures import PictureError
from ballerina_site.ratelimit import TooFast, spend, told_to_wait
from lore import picturing
from lore.editing import Conflict
from lore.forms.pictures import (
    AboutForm,
    DecidePictureForm,
    EditPictureForm,
    NewPictureForm,
    first_guess,
    name_of,
    page_known,
)
from lore.models import Image, Page, PictureSuggestion
from lore.permissions import may_edit_lore, require_editor
from lore.picturing import About, Hung
from lore.spoilers import Shield, gate
from lore.views.gallery import find_image, lit
from lore.views.workshop import href_for
from moderation.spam import look_at_sending

# A new one: an editor's stands in the gallery at once, a fan's is a suggestion


@require_http_methods(["GET", "HEAD", "POST"])
def new_image(request: HtmxRequest) -> HttpResponse:
    if request.method != "POST":
        return _new_page(request, _new_form(request))
    form = _new_form(request, is_sent=True)
    try:
        spend(request, "upload")
        if not form.is_valid():
            return _new_page(request, form, 422)
        return _added(request, form) if may_edit_lore(request.user) else _suggested(request, form)
    except TooFast as fault:
        form.add_error(None, str(fault))
        return told_to_wait(_new_page(request, form, 429), fault)
    except ValidationError as problem:
        blame(form, problem)
        return _new_page(request, form, 422)


def _new_form(request: HtmxRequest, *, is_sent: bool = False) -> NewPictureForm:
    about = {"viewer": request.viewer, "is_editor": may_edit_lore(request.user)}
    if is_sent:
        return NewPictureForm(request.POST, request.FILES, **about)
    asked = request.GET.get("page", "")[:120]
    page = page_known(request.viewer, asked, is_editor=about["is_editor"]) if asked else None
    guess = first_guess(page, request.user.get_full_name()) | {"focal_x": 50, "focal_y": 50}
    if page:
        guess |= {"page": name_of(request.viewer, page), "as_lead": page.lead_image_id is None}
    kept = kept_fields(request, request.path)
    return NewPictureForm(initial=guess | (kept.dict() | {"scope": kept.getlist("scope")} if kept else {}), **about)


def _new_page(request: HtmxRequest, form: NewPictureForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "is_editor": form.is_editor, "must_choose_again": form.is_bound}
    return answer(request, "lore/image_new.html", context, partial="form", status=status)


def _added(request: HtmxRequest, form: NewPictureForm) -> HttpResponse:
    data = form.cleaned_data
    page = data["page"]
    image = picturing.add_picture(data["file"], form.about, editor=request.user, page=page, as_lead=data["as_lead"])
    messages.success(request, "The picture is in the gallery." if not page else "The picture is on the page.")
    return _on(request, image.get_absolute_url())


def _suggested(request: HtmxRequest, form: NewPictureForm) -> HttpResponse:
    data = form.cleaned_data
    suggestion = picturing.suggest_picture(
        data["file"], form.about, fan=request.user, page=data["page"], comment=data["comment"]
    )
    look_at_sending(request.user, "fan", request.user.pk, request.POST)
    messages.success(request, "Thank you. An editor will look at your picture.")
    return _on(request, suggestion.get_absolute_url())


def _on(request: HtmxRequest, address: str) -> HttpResponse:
    response = go(request, address)
    return see_other(address) if response.status_code == HTTPStatus.FOUND else response


# One that is there


@require_http_methods(["GET", "HEAD", "POST"])
def edit_image(request: HtmxRequest, pk: int) -> HttpResponse:
    require_editor(request.user)
    found = find_image(request, pk)
    if not found.is_public:
        raise Http404  # it is decided about where it was suggested
    if request.method == "POST":
        return _changed(request, found)
    entry = gate(request.viewer, found)
    if isinstance(entry, Shield):
        return render(request, "lore/shielded.html", {"shield": entry, "sign_in_next": entry.href})
    return _edit_page(request, found, EditPictureForm.showing(found, viewer=request.viewer))


def _changed(request: HtmxRequest, found: Image) -> HttpResponse:
    form = EditPictureForm.showing(found, request.POST, viewer=request.viewer)
    try:
        spend(request, "edit")
        if not form.is_valid():
            return _edit_page(request, found, form, 422)
        data = form.cleaned_data
        hung = Hung(data["leads"], data["shows"])
        picturing.change_picture(
            found, form.about, hung, editor=request.user, reason=data["reason"], edition=data["edition"]
        )
    except TooFast as fault:
        form.add_error(None, str(fault))
        return told_to_wait(_edit_page(request, found, form, 429), fault)
    except Conflict:
        return _overtaken(request, found, form)
    except ValidationError as problem:
        blame(form, problem)
        return _edit_page(request, found, form, 422)
    messages.success(request, "The picture is saved.")
    return see_other(found.get_absolute_url())


def _overtaken(request: HtmxRequest, found: Image, form: EditPictureForm) -> HttpResponse:
    """The form again, as typed; it now stands on what the editor is told."""
    fresh = EditPictureForm.showing(find_image(request, found.pk), viewer=request.viewer)
    form.data = form.data.copy()
    form.data["edition"] = fresh.initial["edition"]
    stands = [
        (fresh.fields[name].label or name.title(), fresh.initial[name]) for name in ("alt", "credit", "leads", "shows")
    ]
    return _edit_page(request, found, form, 409, stands=stands)


def _edit_page(
    request: HtmxRequest,
    found: Image,
    form: EditPictureForm,
    status: int = 200,
    stands: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    context = {"image": lit(request, find_image(request, found.pk)), "form": form, "stands": stands}
    return render(request, "lore/image_form.html", context, status=status)


# One that was suggested


@require_http_methods(["GET", "HEAD", "POST"])
def suggested_image(request: HtmxRequest, pk: int) -> HttpResponse:
    found = _find_suggestion(request, pk)
    if request.method == "POST":
        return _decided(request, found)
    entry = gate(request.viewer, found)
    if isinstance(entry, Shield):
        return render(request, "lore/shielded.html", {"shield": entry, "sign_in_next": entry.href})
    return _case_page(request, found, _decide_form(request, found))


def _find_suggestion(request: HtmxRequest, pk: int) -> PictureSuggestion:
    rows = PictureSuggestion.objects.select_related("page", "image", "author", "reviewer")
    found = get_object_or_404(rows, pk=pk)
    if found.author_id != request.user.pk and not may_edit_lore(request.user):
        raise Http404
    return found


def _decide_form(request: HtmxRequest, found: PictureSuggestion, data: object = None) -> DecidePictureForm:
    initial = vars(About.of(found.image)) | {"as_lead": found.page.lead_image_id is None}
    return DecidePictureForm(data, initial=initial, viewer=request.viewer, is_editor=True)


def _decided(request: HtmxRequest, found: PictureSuggestion) -> HttpResponse:
    form = _decide_form(request, found, request.POST)
    act = _ACTS.get(request.POST.get("action", ""))
    try:
        spend(request, "edit")
        if act is None:
            raise ValidationError("Choose what to do with it.")
        said = act(request, found, form)
    except TooFast as fault:
        form.add_error(None, str(fault))
        return told_to_wait(_case_page(request, found, form, 429), fault)
    except Conflict as problem:
        form.add_error(None, problem)
        return _case_page(request, _find_suggestion(request, found.pk), form, 409)
    except ValidationError as problem:
        blame(form, problem)
        return _case_page(request, found, form, 422)
    messages.success(request, said)
    return see_other(found.get_absolute_url())


def _approve(request: HtmxRequest, found: PictureSuggestion, form: DecidePictureForm) -> str:
    require_editor(request.user)
    if not form.is_valid():
        raise ValidationError([])
    data = form.cleaned_data
    picturing.approve_picture(found, form.about, editor=request.user, as_lead=data["as_lead"], reason=data["reason"])
    return "Approved: the picture is in the gallery."


def _decline(request: HtmxRequest, found: PictureSuggestion, form: DecidePictureForm) -> str:
    reason = form.fields["reason"].to_python(form["reason"].value())
    picturing.decline_picture(found, editor=request.user, reason=reason)
    return "Declined. The fan is told why."


def _withdraw(request: HtmxRequest, found: PictureSuggestion, form: DecidePictureForm) -> str:
    picturing.withdraw_picture(found, fan=request.user)
    return "Your picture is withdrawn."


_ACTS = {"approve": _approve, "decline": _decline, "withdraw": _withdraw}


def _case_page(
    request: HtmxRequest, found: PictureSuggestion, form: DecidePictureForm, status: int = 200
) -> HttpResponse:
    may_review = may_edit_lore(request.user)
    is_late = status == HTTPStatus.CONFLICT
    context = {
        "suggestion": found,
        "image": lit(request, found.image, found.shield_kind, found.pk),
        "page_name": found.page.title if request.viewer.sees(found.page) else "",
        "page_href": _page_href(request, found.page),
        "works": request.viewer.named(found.image.scope),
        "is_own": found.author_id == request.user.pk,
        # An editor's words may speak of all that is on the page.
        "may_read": request.viewer.sees(found.page) or request.viewer.reveals(found.shield_kind, found.pk),
        "form": form if may_review and (found.is_open or is_late) else None,
        "problems": form.non_field_errors() if form.is_bound else [],
    }
    return render(request, "lore/image_suggestion.html", context, status=status)


def _page_href(request: HtmxRequest, page: Page) -> str:
    return href_for(request.viewer, page) if page.is_published else ""


# What they share


def blame(form: AboutForm, problem: ValidationError) -> None:
    """The verb's complaints beside the fields they are about, or above the form."""
    if isinstance(problem, PictureError) and "file" in form.fields:
        form.add_error("file", problem)
        return
    complain(form, problem)
