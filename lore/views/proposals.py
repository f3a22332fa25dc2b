"""What the views of suggestions share."""

from django.core.exceptions import ValidationError

from ballerina_site.ratelimit import TooFast
from lore.diff import LABELS
from lore.forms.prose import SuggestionForm
from lore.merging import Merged


def as_problem(fault: TooFast) -> ValidationError:
    return ValidationError(str(fault))


def told(form: SuggestionForm) -> dict[str, object]:
    return {name: form.cleaned_data[name] for name in ("comment", "based_on", "version")}


def labels(merged: Merged) -> list[str]:
    return [label for name, label in LABELS.items() if name in merged.conflicts]
