from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lore.admin.forms import ImageForm
from lore.models import Image
from lore.uploads import prepare_later, remove_image, store_image


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    list_display = ["alt", "preview", "credit", "licence", "making", "width", "height", "created_at"]
    list_filter = ["licence", "making", "is_public"]
    search_fields = ["alt", "credit"]
    form = ImageForm
    readonly_fields = ["preview"]

    @admin.display(description="picture")
    def preview(self, image: Image) -> SafeString | str:
        if not image.pk:
            return ""
        if not image.is_ready:
            return image.get_making_display()
        return format_html('<img src="{}" width="160" alt="{}">', image.address(image.widths[0], "jpg"), image.alt)

    def get_fields(self, request: HttpRequest, obj: Image | None = None) -> list[str]:
        about = ["alt", "credit", "licence", "scope", "focal_x", "focal_y"]
        return ["preview", *about] if obj else ["file", *about]

    def get_form(self, request: HttpRequest, obj: Image | None = None, **kwargs: Any) -> type[ImageForm]:
        return _UploadForm if obj is None else _AboutForm

    def save_model(self, request: HttpRequest, obj: Image, form: ImageForm, change: bool) -> None:
        if not change:
            obj.uploader = request.user
        super().save_model(request, obj, form, change)
        prepare_later(obj)  # another focal point: other crops

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        remove_image(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        for image in queryset:
            remove_image(image)


class _UploadForm(ImageForm):
    def clean(self) -> dict[str, Any]:
        """Stored while validating, since only decoding tells whether it is a picture; and only when all else is
        right."""
        data = super().clean()
        if not self.errors:
            try:
                self.stored = store_image(
                    data["file"], **{name: data[name] for name in self._meta.fields}, uploader=None
                )
            except ValidationError as problem:
                self.add_error("file", problem)
        return data

    def save(self, commit: bool = True) -> Image:
        self.instance = self.stored
        return super().save(commit)


class _AboutForm(ImageForm):
    file = None
