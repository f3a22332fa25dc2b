from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ballerina_site.looking import LookOnlyAdmin
from moderation.models import Appeal, CaseClaim, Decision, Report


class ReadOnlyAdmin(LookOnlyAdmin):
    """Rows that only the verbs write."""

    ordering = ["-id"]

    @admin.display(description="About")
    def about(self, row: Report | Decision | CaseClaim) -> SafeString:
        href = reverse("moderation:decide", args=[row.kind, row.object_id])
        return format_html('<a href="{}">{} {}</a>', href, row.kind, row.object_id)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["id", "about", "reason", "reporter", "weight", "outcome", "created_at", "closed_at"]
    list_filter = ["outcome", "is_machine", "reason", "kind"]
    list_select_related = ["reporter"]
    search_fields = ["words", "reporter__username"]
    fields = [
        *["about", "reason", "scope", "words", "reporter", "is_machine", "weight"],
        *["outcome", "decision", "created_at", "closed_at"],
    ]
    readonly_fields = ["about"]
    date_hierarchy = "created_at"


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["id", "act", "about", "reason", "moderator", "is_automatic", "created_at"]
    list_filter = ["act", "reason", "kind", "is_automatic"]
    list_select_related = ["moderator"]
    search_fields = ["words", "moderator__username"]
    fields = [
        *["act", "about", "reason", "words", "scope", "until", "moderator", "is_automatic"],
        *["concerns", "answers", "created_at"],
    ]
    readonly_fields = ["about"]
    date_hierarchy = "created_at"


@admin.register(CaseClaim)
class CaseClaimAdmin(ReadOnlyAdmin):
    list_display = ["id", "about", "moderator", "claimed_at"]
    list_select_related = ["moderator"]
    search_fields = ["moderator__username"]
    fields = ["about", "moderator", "claimed_at"]
    readonly_fields = ["about"]


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ["id", "decision", "fan", "made_at", "is_granted", "judge", "judged_at"]
    list_filter = [("judged_at", admin.EmptyFieldListFilter), "is_granted"]
    list_select_related = ["decision", "fan", "judge"]
    search_fields = ["words", "answer", "fan__username"]
    fields = ["decision", "fan", "words", "made_at", "judge", "judged_at", "is_granted", "answer"]
    date_hierarchy = "made_at"
