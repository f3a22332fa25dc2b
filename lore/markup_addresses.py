"""Which addresses a text may link to."""

import re
from urllib.parse import unquote_plus

from markdown_it.common.normalize_url import normalizeLink

_PRIVATE = re.compile("[\ue000-\uf8ff]")  # the parser's own marks among them: a spoiler is no address


def safe_address(url: str) -> str:
    """The address as it may be linked to; empty when it may not."""
    if _PRIVATE.search(url):
        return ""
    url = _without_reveal(normalizeLink(url))
    return url if is_allowed(url) else ""


def is_allowed(url: str) -> bool:
    if re.match(r"https?://[^/]|mailto:.", url, re.IGNORECASE):
        return True
    return url.startswith("#") or (url.startswith("/") and not url.startswith(("//", "/\\")))


def is_external(url: str) -> bool:
    return not url.startswith(("/", "#"))


def _without_reveal(url: str) -> str:
    """Nobody lifts a shield for others: a link loses its `reveal` parameter."""
    before, mark, rest = url.partition("?")
    if not mark:
        return url
    query, hash_mark, fragment = rest.partition("#")
    kept = [pair for pair in re.split("[&;]", query) if unquote_plus(pair.partition("=")[0]) != "reveal"]
    if len(kept) == len(re.split("[&;]", query)):
        return url
    return before + ("?" + "&".join(kept) if kept else "") + hash_mark + fragment


def trim_address(rest: str) -> str:
    """Without the punctuation of the sentence around it; a bracket stays when it was opened within."""
    surplus = rest.count(")") - rest.count("(")
    end = len(rest)
    while end and (rest[end - 1] in "?!.,:;*_~'\"]}" or (rest[end - 1] == ")" and surplus > 0)):
        end -= 1
        surplus -= rest[end] == ")"
    return rest[:end]
