"""A text as it would stand on its page: compiled and shown like the page itself, for whoever writes it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString

from lore import markup
from lore.models import Revision
from lore.prose import Prose, compile_prose, faults_in, scope_of
from lore.reading import Part, parts_of, shown
from lore.spoilers import ScopedWork, Shield, Viewer


@dataclass(frozen=True)
class Preview:
    """`faults` are (field, sentence); fields with one are left out of the rest. `covered` names the works of which
    something is shielded for this viewer."""

    title: str
    hatnote: SafeString | None
    lead: SafeString
    facts: list[tuple[str, SafeString]]
    parts: list[Part | Shield]
    faults: list[tuple[str, str]]
    covered: tuple[ScopedWork, ...]


def preview_of(viewer: Viewer, prose: Prose) -> Preview:
    faults = faults_in(prose)
    compiled = compile_prose(replace(prose, **dict.fromkeys(faults, "")))
    return Preview(
        prose.title,
        shown(viewer, markup.from_json(compiled["hatnote"])) if compiled["hatnote"] else None,
        shown(viewer, markup.from_json(compiled["lead"])),
        [(label, shown(viewer, markup.from_json(value))) for label, value in compiled["facts"]],
        parts_of(viewer, "preview", 0, compiled["body"]),
        [(name, told) for name, sentences in faults.items() for told in sentences],
        viewer.named(viewer.missing(scope_of(compiled))),
    )


def prose_typed(fields: Mapping[str, str]) -> Prose:
    """What stands in a form's fields so far, whole or not."""
    return Prose(**{name: fields.get(name, "").replace("\r\n", "\n")[: _most(name)].strip() for name in _NAMES})


_NAMES = Prose("", "").fields.keys()


def _most(name: str) -> int:
    return Revision._meta.get_field(name).max_length
