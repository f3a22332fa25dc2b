from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import HiddenInput
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.muting import Refused
from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.kept import kept_fields
from ballerina_site.ratelimit import spend
from moderation.spam import look_at_sending
from theories import discussing
from theories.forms import CommentForm, NewCommentForm
from theories.models import Comment, Theory
from theories.permissions import Conflict, TooSoon, require_writer
from theories.views.common import find, too_late
from theories.voting import stance_of


@require_POST
def comment(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    theory = find(request, pk)
    spend(request, "comment")
    form = NewCommentForm(request.POST)
    back = reverse("theories:theory", args=[pk, slug])
    if not form.is_valid():
        return _form_page(request, form, back, 422, on=theory)
    try:
        made = discussing.comment(
            request.user,
            theory,
            form.cleaned_data["text"],
            parent_id=form.cleaned_data["parent"],
            scope=form.chosen_scope,
            shows_stance=form.cleaned_data["shows_stance"],
        )
    except Conflict as error:
        return too_late(request, error, back, typed=form.cleaned_data["text"])
    except Refused as error:
        return too_late(request, error, back, typed=form.cleaned_data["text"], status=403)
    except TooSoon as error:
        form.add_error(None, error)
        response = _form_page(request, form, back, 429, on=theory)
        response.headers["Retry-After"] = str(error.seconds)
        return response
    except ValidationError as error:
        form.add_error(None, error)
        return _form_page(request, form, back, 422, on=theory)
    look_at_sending(request.user, "comment", made.pk, request.POST)
    messages.success(request, "Your comment is posted.", extra_tags=f"comment-{theory.pk}")
    return see_other(made.address_at(back))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HtmxRequest, pk: int, slug: str, comment_id: int) -> HttpResponse:
    found = _found(request, pk, comment_id)
    back = reverse("theories:theory", args=[pk, slug])
    if request.method != "POST":
        typed = kept_fields(request, request.path)
        form = CommentForm(typed, initial={"text": found.text, "scope": found.scope})
        return _form_page(request, form, back)
    spend(request, "edit")
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, back, 422)
    try:
        discussing.revise(request.user, found, form.cleaned_data["text"], scope=form.cleaned_data["scope"])
    except Conflict as error:
        return too_late(request, error, back, typed=form.cleaned_data["text"])
    except ValidationError as error:
        form.add_error(None, error)
        return _form_page(request, form, back, 422)
    return see_other(found.address_at(back))


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HtmxRequest, pk: int, slug: str, comment_id: int) -> HttpResponse:
    found = _found(request, pk, comment_id)
    back = reverse("theories:theory", args=[pk, slug])
    if request.method != "POST":
        return render(request, "theories/comment_delete.html", {"comment": found, "back": back})
    try:
        discussing.take_back(request.user, found)
    except Conflict as error:
        return too_late(request, error, back)
    messages.success(request, "Your comment is gone. What others answered stays.")
    return see_other(f"{back}#discussion")


def _found(request: HtmxRequest, pk: int, comment_id: int) -> Comment:
    theory = find(request, pk)
    comments = Comment.objects.filter(theory=theory).exclude(is_hidden=True).select_related("author")
    found = get_object_or_404(comments, pk=comment_id)
    found.theory = theory
    require_writer(request.user, found)
    return found


def _form_page(
    request: HtmxRequest, form: CommentForm, back: str, status: int = 200, *, on: Theory | None = None
) -> HttpResponse:
    """By itself, without the theory: that might be shielded from whoever revealed it just once. `on`: the theory of a
    comment that has not been posted yet."""
    if on and not stance_of(request.user.pk, on):
        form.fields["shows_stance"].widget = HiddenInput()
    context = {"form": form, "back": back, "is_new": on is not None}
    return render(request, "theories/comment.html", context, status=status)
