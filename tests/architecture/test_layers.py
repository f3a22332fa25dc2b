"""accounts ← moderation ← lore ← theories.

An app knows only those to its left, and the toolkit in `ballerina_site`.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import APPS, ROOT, TEMPLATES, modules, name, templates

COMPOSING = {"settings", "urls", "views", "feeds", "sitemaps"}
"""Modules of `ballerina_site` that see every app. Its other modules are the toolkit, and import no app."""
EVERYTHING, TOOLKIT = len(APPS), -1


def layer_of(path: Path) -> int:
    app, *inner = path.relative_to(ROOT).with_suffix("").parts
    if app in APPS:
        return APPS.index(app)
    return EVERYTHING if inner[0] == "management" or inner[0] in COMPOSING else TOOLKIT


def imported(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute here"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def reach(module: str) -> int:
    """The layer that an imported name belongs to."""
    top, *inner = module.split(".")
    if top in APPS:
        return APPS.index(top)
    composes = top == "ballerina_site" and inner and (inner[0] in COMPOSING or inner[0] == "management")
    return EVERYTHING if composes else TOOLKIT


def wrong_arrows(layer: int, source: str) -> list[str]:
    return sorted(module for module in imported(source) if reach(module) > layer)


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_module_imports_nothing_above_it(path):
    assert not wrong_arrows(layer_of(path), path.read_text())


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("accounts/models.py", "import theories.models"),
        ("accounts/models.py", "def f():\n    from lore import spoilers"),
        ("moderation/views.py", "from lore.models import Page"),
        ("lore/search.py", "from theories import posting"),
        ("lore/search.py", "from ballerina_site import views"),
        ("theories/apps.py", "from ballerina_site.management.commands import serve"),
        ("ballerina_site/context.py", "from accounts.models import User"),
    ],
)
def test_the_judge_finds_a_planted_import(importer, line):
    assert wrong_arrows(layer_of(ROOT / importer), line)


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("theories/voting.py", "from accounts.models import User"),
        ("moderation/views.py", "from ballerina_site import ratelimit"),
        ("lore/search.py", "import lore.spoilers"),
        ("ballerina_site/views.py", "from theories.models import Theory"),
        ("ballerina_site/management/commands/serve.py", "from accounts.models import User"),
    ],
)
def test_the_judge_lets_the_right_way_pass(importer, line):
    assert not wrong_arrows(layer_of(ROOT / importer), line)


# Templates. One's reach is the highest app that it, or what it includes, names. The site's frame
# (base.html, site/, the error pages) sees everything, and counts as toolkit for those who extend it.
OWNERS = {"account": 0, "mfa": 0, "usersessions": 0, "socialaccount": 0, "allauth": 0, "emails": 0}
NAMED = re.compile(r"""{%-?\s*(include|extends|url|load)\s+([^%]*?)\s*-?%}""")
QUOTED = re.compile(r"""^["']([^"']+)["']""")


def template_layer(path: Path) -> int | None:
    """The app a template belongs to; None for components, which have no layer of their own."""
    first, *rest = path.relative_to(TEMPLATES).parts
    if first == "admin" and rest[0] in APPS:
        first = rest[0]
    if first == "components":
        return None
    return APPS.index(first) if first in APPS else OWNERS.get(first, EVERYTHING)


@cache
def tag_libraries() -> dict[str, int]:
    libraries = (path for path in modules() if path.parent.name == "templatetags")
    return {path.stem: layer_of(path) for path in libraries if path.stem != "__init__"}


def named(source: str) -> set[tuple[str, str]]:
    """What a template names: ("url", "lore:page"), ("include", "components/x.html"), ("load", "i18n") …"""
    found = set()
    for verb, rest in NAMED.findall(source):
        if verb == "load":
            libraries = rest.rpartition(" from ")[2].split()
            found |= {(verb, library) for library in libraries}
        elif quoted := QUOTED.match(rest):
            found.add((verb, quoted[1]))
    return found


def template_reach(verb: str, what: str) -> int:
    if verb == "url":
        return reach(what.partition(":")[0]) if ":" in what else TOOLKIT
    if verb == "load":
        return tag_libraries().get(what, TOOLKIT)
    path = TEMPLATES / what.partition("#")[0]
    if not path.is_file():  # Django's and allauth's own
        return TOOLKIT
    layer = template_layer(path)
    if layer is None:
        return highest(path.read_text())
    return TOOLKIT if layer == EVERYTHING else layer


def highest(source: str) -> int:
    return max((template_reach(*item) for item in named(source)), default=TOOLKIT)


def wrong_template_arrows(layer: int, source: str) -> list[tuple[str, str]]:
    return sorted(item for item in named(source) if template_reach(*item) > layer)


@pytest.mark.parametrize("path", templates(), ids=name)
def test_a_template_names_nothing_above_it(path):
    layer = template_layer(path)
    assert layer is None or not wrong_template_arrows(layer, path.read_text())


@pytest.mark.parametrize(
    ("layer", "source"),
    [
        (2, "<a href=\"{% url 'theories:list' %}\">"),
        (0, "{% url 'lore:page' slug as href %}"),
        (1, '{% include "lore/page.html" with x=1 only %}'),
        (0, '{% extends "moderation/log.html" %}'),
        (1, '{% include "components/shield.html" %}'),
    ],
)
def test_the_judge_finds_a_planted_name(layer, source):
    assert wrong_template_arrows(layer, source)


def test_the_judge_knows_tag_libraries(monkeypatch):
    monkeypatch.setitem(tag_libraries(), "leaning", 3)
    assert wrong_template_arrows(2, "{% load static leaning %}")
    assert wrong_template_arrows(2, "{% load stance from leaning %}")
    assert not wrong_template_arrows(3, "{% load static leaning %}")
