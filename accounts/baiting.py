"""Bait for machines on the forms of strangers, sign-up and first posts: a field that nobody sees, and the time that
filling in took. What takes it is marked for a look, and refused nothing: a password manager may be as quick."""

import time
from collections.abc import Iterator, Mapping

from django.core import signing

FIELD, BEGAN = "homepage", "began"
LEAST_SECONDS = 3
_SALT = "sign-up"
_LONGEST = 200


def began() -> str:
    """Signed, so that nobody makes up an earlier time."""
    return signing.dumps(round(time.time()), salt=_SALT)


def marks(fields: Mapping[str, str], form: str = "sign-up") -> Iterator[str]:
    if fields.get(FIELD, "").strip():
        yield f"The {form} filled in a field that people do not see."
    try:
        since = signing.loads(fields.get(BEGAN, "")[:_LONGEST], salt=_SALT)
    except signing.BadSignature:
        yield f"The {form} did not come from the form."
    else:
        if time.time() - since < LEAST_SECONDS:
            yield f"The {form} took less than {LEAST_SECONDS} seconds."
