"""The project's own files, as the architecture tests read them."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "moderation", "lore", "theories")
"""Lowest first: each may use only those to its left."""
TEMPLATES = ROOT / "templates"


def modules() -> list[Path]:
    """Every module of the site, without migrations and tests."""
    found = (path for app in (*APPS, "ballerina_site") for path in (ROOT / app).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def templates() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt", ".xml"})


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))
