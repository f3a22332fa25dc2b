"""What is wrong with a file, told with the place where it stands."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError

_LONGEST = 400


class Fault(ValidationError):
    """`pages/rooney.md, D1: Unknown work: chapter-33.`"""


@contextmanager
def faults_at(where: str) -> Iterator[None]:
    """Whatever is refused inside is told as a fault of this place."""
    try:
        yield
    except Fault:
        raise
    except ValidationError as refusal:
        raise Fault(f"{where}: {told(refusal)}")


def told(refusal: ValidationError) -> str:
    if not hasattr(refusal, "error_dict"):
        return " ".join(refusal.messages)
    return " ".join(f"{_named(field)}{' '.join(words)}" for field, words in refusal.message_dict.items())


def shortened(words: str) -> str:
    """A name that fills a whole file is not repeated."""
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _named(field: str) -> str:
    return "" if field == "__all__" else f"“{field}”: "
