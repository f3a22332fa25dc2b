from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.following import PAGE
from accounts.views_following import answer_follow
from ballerina_site.http import HtmxRequest, same_query
from lore.canon import in_address
from lore.models import Page


@require_POST
def follow(request: HtmxRequest, slug: str) -> HttpResponse:
    """Back to the address that was asked for: the right one might give something away."""
    page = in_address(Page.objects.lore(), slug)
    if page is None:
        raise Http404
    return answer_follow(request, PAGE, page.pk, back=same_query(request, reverse("lore:page", args=[slug])))
