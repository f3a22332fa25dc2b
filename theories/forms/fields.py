from typing import Any

from django.utils.html import format_html

from lore.models import WorksField

COVER = format_html("cover what gives a film away with <code>{}</code>", ">!chapter-4: words!<")


class Ticks:
    """Of values sent empty nothing is ticked, as from a list that has nothing to tick."""

    def clean(self, value: Any) -> Any:
        return super().clean([one for one in value or [] if one])


class ScopeField(Ticks, WorksField):
    pass
