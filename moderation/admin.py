from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ballerina_site.looking import LookOnlyAdmin
from moderation.models import Decision, Report


class ReadOnlyAdmin(LookOnlyAdmin):
    """Rows that only the verbs write."""

    ordering = ["-id"]

    @admin.display(description="About")
    def about(self, row: Report | Decision) -> SafeString:
        href = reverse("moderation:decide", args=[row.kind, row.object_id])
        return format_html('<a href="{}">{} {}</a>', href, row.kind, row.object_id)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["id", "about", "reason", "reporter", "created_at", "closed_at"]
    list_filter = [("closed_at", admin.EmptyFieldListFilter), "reason", "kind"]
    list_select_related = ["reporter"]
    search_fields = ["words", "reporter__username"]
    fields = ["about", "reason", "words", "reporter", "created_at", "closed_at"]
    readonly_fields = ["about"]
    date_hierarchy = "created_at"


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["id", "act", "about", "reason", "moderator", "created_at"]
    list_filter = ["act", "reason", "kind"]
    list_select_related = ["moderator"]
    search_fields = ["words", "moderator__username"]
    fields = ["act", "about", "reason", "words", "moderator", "created_at"]
    readonly_fields = ["about"]
    date_hierarchy = "created_at"
