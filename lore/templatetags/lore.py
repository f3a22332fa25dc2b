import json
from datetime import date

from django import template
from django.template.defaultfilters import date as format_date
from django.utils.safestring import SafeString, mark_safe

from lore.models import Precision

register = template.Library()
_FORMATS = {Precision.DAY: "j F Y", Precision.MONTH: "F Y", Precision.YEAR: "Y"}


@register.filter
def to_precision(day: date, precision: str) -> str:
    """A date said no more precisely than it is known."""
    return format_date(day, _FORMATS[precision])


@register.simple_tag
def json_ld(data: dict[str, object]) -> SafeString:
    """Structured data as a block of its own. What could end the block early is written as JSON escapes."""
    text = json.dumps(data, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    # Safe: JSON without any sign that HTML gives a meaning to inside <script>.
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308
