"""What was typed into a form while nobody was signed in: kept in the session for an hour, through sign-in."""

import time
from collections.abc import MutableMapping
from typing import Any

from django.http import HttpRequest, QueryDict

_KEY = "kept_fields"
_SECONDS = 60 * 60
_MOST_SIGNS = 200_000
SECRET = ("csrf", "password", "code", "credential")
"""Parts of the names of fields that are never handed back."""


def keep_fields(request: HttpRequest) -> None:
    """Keeps the fields of this POST for the address it was sent to. No passwords, no files, no form token."""
    fields = {name: request.POST.getlist(name) for name in request.POST if _may_be_kept(name)}
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    if fields and size <= _MOST_SIGNS:
        request.session[_KEY] = {"path": request.path, "until": time.time() + _SECONDS, "fields": fields}


def kept_fields(request: HttpRequest, path: str) -> QueryDict | None:
    """What was typed into the form that posts to `path`; told once, so it is not offered after sending."""
    kept = request.session.get(_KEY)
    if not kept or kept["path"] != path:
        return None
    del request.session[_KEY]
    if kept["until"] < time.time():
        return None
    fields = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        fields.setlist(name, values)
    return fields


def forget_fields(session: MutableMapping[str, Any]) -> bool:
    """Whether there was anything kept in what this session holds."""
    return session.pop(_KEY, None) is not None


def _may_be_kept(name: str) -> bool:
    return not any(part in name.lower() for part in SECRET)
