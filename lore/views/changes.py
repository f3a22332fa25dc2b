"""What changed in the lore, what is asked for, and what nothing leads to."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lore.models import ChangeKind
from lore.permissions import may_edit_lore
from lore.recent import DAYS, PAGES, Filters, recent_changes
from lore.views.history import number_in
from lore.wanting import MOST, orphans, wanted_pages


@login_not_required
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    before = number_in(request.GET.get("before", ""))
    listing = recent_changes(request.viewer, Filters.of(request.GET), before)
    context = {
        "listing": listing,
        "is_newest": before is None,
        "kinds": ChangeKind.choices,
        "pages": PAGES.items(),
        "days": DAYS.items(),
    }
    return render(request, "lore/changes.html", context)


@login_not_required
@require_safe
def wanted(request: HttpRequest) -> HttpResponse:
    may_edit = may_edit_lore(request.user)
    context = {
        "wanted": wanted_pages(request.viewer, for_editor=may_edit),
        "most": MOST,
        "orphans": orphans(request.viewer),
        "may_edit": may_edit,
    }
    return render(request, "lore/wanted.html", context)
