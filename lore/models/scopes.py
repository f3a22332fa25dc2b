from collections.abc import Iterable

from django import forms
from django.db import models

from lore.models.works import Work


class WorksField(forms.ModelMultipleChoiceField):
    """Works ticked by slug; cleans to a bit mask."""

    def __init__(self, **kwargs: object) -> None:
        kwargs = {"required": False, "widget": forms.CheckboxSelectMultiple} | kwargs
        super().__init__(Work.objects.all(), to_field_name="slug", **kwargs)
        self.offered: tuple[Work, ...] | None = None

    def offer(self, works: Iterable[Work]) -> None:
        """Works that somebody has asked for already: the field asks no more."""
        self.offered = tuple(works)
        self.choices = [(work.slug, self.label_from_instance(work)) for work in self.offered]

    def clean(self, value: object) -> int:
        return sum(work.mask for work in super().clean(value))

    def prepare_value(self, value: object) -> object:
        if isinstance(value, int):
            works = self.queryset.all() if self.offered is None else self.offered
            return [work.slug for work in works if value & work.mask]
        return super().prepare_value(value)

    def has_changed(self, initial: object, data: object) -> bool:
        return set(self.prepare_value(initial or 0) or []) != set(data or [])

    def label_from_instance(self, work: Work) -> str:
        return work.short_title


class ScopeField(models.PositiveBigIntegerField):
    """The set of works that a thing gives away, as a bit mask. 0: safe for all."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **({"default": 0, "blank": True, "verbose_name": "gives away"} | kwargs))

    def formfield(self, **kwargs: object) -> forms.Field:
        return WorksField(
            label=kwargs.get("label", "Gives away"),
            help_text=kwargs.get("help_text") or "Tick nothing when it is safe for everybody.",
        )
