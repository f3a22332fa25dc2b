"""Every address of the URLconf, with something put in for its parameters. A new address joins by being there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern

# What parameters of other people's addresses (allauth, the admin) get: they lead nowhere, and must not fail.
ELSEWHERE: dict[str, Sequence[Any]] = {
    "object_id": [1],
    "content_type_id": [1],
    "app_label": ["lore"],
    "url": ["nowhere/"],
    "uidb36": ["1"],
    "key": ["no-such-key"],
    "provider": ["none"],
    "pk": [1],
    "id": [1],
}
# What `pk` stands for where it is not a theory's: the name of its values.
NUMBERED = {
    "moderation:judge": "appeal",
    "lore:image": "image",
    "lore:image_edit": "image",
    "lore:picture": "image",
    "lore:suggestion": "suggestion",
    "lore:image_suggestion": "proposal",
}


@dataclass(frozen=True)
class Spot:
    """One named pattern. `params` are its parameter names, `extra` the arguments it is given in the URLconf."""

    name: str
    params: tuple[str, ...]
    view: Any

    @property
    def is_ours(self) -> bool:
        """The admin's screens are Django's, also where we add to one."""
        app = self.view.__module__.split(".")[0]
        return app in {"ballerina_site", "accounts", "moderation", "lore", "theories"} and "admin:" not in self.name

    def paths(self, values: Mapping[str, Sequence[Any]]) -> list[str]:
        """All addresses that these values make. A parameter without values is an error: say what to put in."""
        names = [NUMBERED.get(self.name, param) if param == "pk" else param for param in self.params]
        missing = [name for name in names if name not in values]
        assert not missing, f"{self.name}: tests/addresses.py does not know what to put in for {missing}"
        combinations = product(*(values[name] for name in names))
        return [reverse(self.name, kwargs=dict(zip(self.params, each, strict=True))) for each in combinations]


def spots() -> list[Spot]:
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(patterns: Sequence[URLPattern | URLResolver], namespace: str, params: tuple[str, ...]) -> Iterator[Spot]:
    for pattern in patterns:
        own = params + tuple(_params(pattern.pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, own)
        elif pattern.name:
            yield Spot(namespace + pattern.name, own, pattern.callback)


def _params(pattern: Any) -> list[str]:
    if isinstance(pattern, RegexPattern):
        return list(pattern.regex.groupindex)
    return list(pattern.converters)
