from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ballerina_site.looking import LookOnlyAdmin
from lore.models import PictureSuggestion, Review, Suggestion

_OPEN_FIRST = Case(When(state=Review.OPEN, then=0), default=1, output_field=IntegerField())


class ReviewedAdmin(LookOnlyAdmin):
    """What waits and what became of it. It is decided on the site; titles stay there too, behind the shield."""

    list_display = ["review", "state", "author", "reviewer", "created_at", "decided_at"]
    list_display_links = None
    list_filter = ["state"]
    list_select_related = ["author", "reviewer"]
    search_fields = ["author__username"]
    ordering = [_OPEN_FIRST.asc(), "created_at", "pk"]
    place = ""

    @admin.display(description="where it is decided")
    def review(self, thing: Suggestion | PictureSuggestion) -> SafeString:
        return format_html(
            '<a href="{}">{} {}</a>', self._href(thing.pk), self.opts.verbose_name.capitalize(), thing.pk
        )

    def _href(self, pk: Any) -> str:
        return reverse(self.place, args=[pk])

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        is_known = object_id.isdecimal() and self.model.objects.filter(pk=object_id).exists()
        return redirect(self._href(object_id) if is_known else f"admin:lore_{self.opts.model_name}_changelist")


@admin.register(Suggestion)
class SuggestionAdmin(ReviewedAdmin):
    place = "lore:suggestion"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suggestion]:
        return super().get_queryset(request).defer("lead", "facts", "body")


@admin.register(PictureSuggestion)
class PictureSuggestionAdmin(ReviewedAdmin):
    place = "lore:image_suggestion"
