from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lore.manual import lessons


@login_not_required
@require_safe
def how_to_write(request: HttpRequest) -> HttpResponse:
    return render(request, "lore/how_to_write.html", {"lessons": lessons(request.viewer)})
