from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts.following import TAG, THEORY
from accounts.views_following import answer_follow
from ballerina_site.http import HtmxRequest, same_query
from theories.models import Tag
from theories.views.common import find


@require_POST
def follow(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    """Back to the address that was asked for, reveal and all: the right slug might give something away."""
    theory = find(request, pk)
    back = same_query(request, reverse("theories:theory", args=[pk, slug]))
    return answer_follow(request, THEORY, theory.pk, back=back)


@require_POST
def follow_tag(request: HtmxRequest, tag: str) -> HttpResponse:
    found = get_object_or_404(Tag.objects.visible_to(request.viewer).called(tag))
    back = f"{reverse('theories:list')}?{urlencode({'tag': found.slug})}"
    return answer_follow(request, TAG, found.pk, back=back)
