"""Typed readers of the environment. A bad value stops the start with one sentence that names the variable."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_env = environ.Env()


def text(name: str, default: str = "") -> str:
    return _env.str(name, default=default)


def whole_number(name: str, default: int, *, least: int = 0, most: int = 65_535) -> int:
    raw = _env.str(name, default=str(default))
    if not raw.strip().isdecimal() or not least <= int(raw) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {raw!r}.")
    return int(raw)


def switch(name: str, default: bool) -> bool:
    raw = _env.str(name, default="on" if default else "off").strip().lower()
    if raw in {"on", "1", "true", "yes"}:
        return True
    if raw in {"off", "0", "false", "no", ""}:
        return False
    raise ImproperlyConfigured(f"{name} must be on or off, not {raw!r}.")


def words(name: str) -> list[str]:
    return [word for word in text(name).replace(",", " ").split() if word]


def site_url(default: str) -> str:
    raw = text("SITE_URL", default).rstrip("/")
    try:
        parts = urlsplit(raw)
        sound = parts.scheme in {"http", "https"} and parts.hostname and not parts.path and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise ImproperlyConfigured(f"SITE_URL must look like https://example.org, not {raw!r}.")
    return raw


def folder(name: str, default: Path) -> Path:
    path = Path(text(name, str(default))).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ImproperlyConfigured(f"{name}: cannot make the folder {path} ({problem.strerror}).") from problem
    return path


def database(data_dir: Path) -> dict[str, object]:
    raw = text("DATABASE_URL", f"sqlite:///{data_dir / 'archive.sqlite3'}")
    try:
        config = _env.db_url_config(raw)
    except (ValueError, KeyError) as problem:
        raise ImproperlyConfigured("DATABASE_URL must look like postgres://user:password@host/name.") from problem
    if not config.get("ENGINE", "").endswith(("sqlite3", "postgresql")):
        raise ImproperlyConfigured("DATABASE_URL must name SQLite or PostgreSQL.")
    return config


def secret_key(data_dir: Path) -> str:
    """SECRET_KEY, else the one kept in DATA_DIR, made on the first start."""
    given = text("SECRET_KEY")
    if given:
        return given
    file = data_dir / "secret_key"
    try:
        return _made_once(file)
    except OSError as problem:
        raise ImproperlyConfigured(f"DATA_DIR: cannot write {file} ({problem.strerror}).") from problem


def _made_once(file: Path) -> str:
    if not file.exists():
        fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        try:
            # A link fails where a rename would overwrite the key that another process made meanwhile.
            file.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return file.read_text().strip()
