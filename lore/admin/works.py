from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from lore import hooks
from lore.models import Work


@admin.register(Work)
class WorkAdmin(admin.ModelAdmin):
    list_display = ["title", "kind", "release_order", "story_order", "released_on"]
    list_filter = ["kind"]
    search_fields = ["title", "slug"]
    autocomplete_fields = ["page"]
    prepopulated_fields = {"slug": ["title"]}

    def get_prepopulated_fields(self, request: HttpRequest, obj: Work | None = None) -> dict[str, list[str]]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Work | None = None) -> bool:
        """Its bit stands in scopes and seen-sets everywhere."""
        return False

    def save_model(self, request: HttpRequest, obj: Work, form: ModelForm, change: bool) -> None:
        if not change:
            obj.bit = Work.objects.free_bit()
        super().save_model(request, obj, form, change)
        if "released_on" in form.changed_data:
            for after in hooks.work_released:
                after(obj)
