from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from lore.spoilers import Viewer
from theories.forms.fields import Ticks
from theories.models import Tag
from theories.tagging import check_alias, tags_called, typed_words


class TagsField(Ticks, forms.ModelMultipleChoiceField):
    pass


class TagWordsField(forms.CharField):
    """Tags by their own words and by others, found inside the shield."""

    viewer: Viewer = Viewer()

    def clean(self, value: Any) -> list[Tag]:
        words = typed_words(super().clean(value))
        return tags_called(self.viewer, words) if words else []


class TagForm(forms.ModelForm):
    """The admin's. A word leads to one tag."""

    other_words = forms.CharField(
        max_length=1000, required=False, help_text="With commas between them. Whoever types one gets this tag."
    )

    class Meta:
        model = Tag
        fields = ["name", "slug", "scope"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["other_words"] = ", ".join(self.instance.aliases.values_list("slug", flat=True))

    def clean_slug(self) -> str:
        check_alias(self.instance, self.cleaned_data["slug"])
        return self.cleaned_data["slug"]

    def clean_other_words(self) -> list[str]:
        words = typed_words(self.cleaned_data["other_words"])
        slugs = {slugify(word)[:50]: word for word in words}
        if "" in slugs:
            raise ValidationError(f"“{slugs['']}” is no word for a tag: use letters and numbers.")
        for slug in slugs:
            check_alias(self.instance, slug)
        return list(slugs)
