from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from lore.changing import LONGEST_REASON
from lore.editing import Conflict
from lore.models import Tie
from lore.tying import add_tie, check_tie, remove_tie

_WHY_GONE = "Removed in the admin"


class TieForm(forms.ModelForm):
    reason = forms.CharField(max_length=LONGEST_REASON, label="Why", help_text="Stands in the log of changes.")

    class Meta:
        model = Tie
        fields = ["source", "kind", "target", "claim", "scope"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            check_tie(data["source"], data["kind"], data["target"])
        return data


@admin.register(Tie)
class TieAdmin(admin.ModelAdmin):
    """Through the verbs, so that the admin leaves the same trail as the site.

    Ties are made and removed, not changed.
    """

    form = TieForm
    list_display = ["source", "kind", "target", "claim"]
    list_filter = ["kind"]
    search_fields = ["source__title", "target__title", "claim__key"]
    autocomplete_fields = ["source", "target", "claim"]
    list_select_related = ["source", "target", "claim"]

    def has_change_permission(self, request: HttpRequest, obj: Tie | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Tie | None = None) -> list[str]:
        return [*TieForm.Meta.fields, *([] if obj else ["reason"])]

    def save_model(self, request: HttpRequest, obj: Tie, form: TieForm, change: bool) -> None:
        about = {"claim": obj.claim, "scope": obj.scope, "reason": form.cleaned_data["reason"]}
        obj.pk = add_tie(obj.source, obj.kind, obj.target, editor=request.user, **about).pk

    def delete_model(self, request: HttpRequest, obj: Tie) -> None:
        try:
            remove_tie(obj, editor=request.user, reason=_WHY_GONE)
        except Conflict as problem:
            self.message_user(request, problem.messages[0], level="warning")

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Tie]) -> None:
        for tie in queryset.select_related("source", "target", "claim__page"):
            self.delete_model(request, tie)
