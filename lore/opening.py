"""Files that somebody hands in: ordinary ones, inside their folder, no larger and no deeper than what is expected. Each
refusal is a ValueError in plain words; none of them waits for a file that never ends."""

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

MEGABYTE = 1_000_000
DEEPEST = 12
"""Brackets within brackets, and names in a dotted name: ours have three."""
# What TOML reads as one piece, in the order in which it does. Nothing is tried twice: the time is that of reading once.
_TOML = re.compile(
    r"""
    \#[^\n]*+
    | (?P<words> "{3}(?:[^"\\]++|\\.|"(?!""))*+"{3,5} | '{3}(?:[^']++|'(?!''))*+'{3,5}
        | (?!"{3})"(?:[^"\\\n]++|\\.)*+" | (?!'{3})'[^'\n]*+' )
    | (?P<unclosed> ["'] )
    | (?P<name> [A-Za-z0-9_-]++ ) | (?P<mark> [.\[\]{}] ) | (?P<space> [ \t]++ )
    | \n | [^\s"'\#.\[\]{}A-Za-z0-9_-]++ | .
    """,
    re.VERBOSE | re.DOTALL,
)


def read_bytes(file: Path, most: int, within: Path | None = None) -> bytes:
    """At most so many bytes. `within`: the folder out of which no link may lead."""
    try:
        real = file.resolve(strict=True)
        if within is not None and not real.is_relative_to(within.resolve()):
            raise ValueError("leads out of its folder.")
        return _read(real, most)
    except FileNotFoundError as problem:
        raise ValueError("is not there.") from problem
    except OSError as problem:
        raise ValueError(f"cannot be read ({problem.strerror or type(problem).__name__}).") from problem


def _read(file: Path, most: int) -> bytes:
    _refuse_strange(file.stat())  # before opening: a device may act on that alone
    with open(file, "rb", opener=_without_waiting) as opened:
        _refuse_strange(os.fstat(opened.fileno()))
        data = opened.read(most + 1)
    if len(data) > most:
        raise ValueError(f"is larger than {most // MEGABYTE} MB.")
    return data


def _without_waiting(file: str, flags: int) -> int:
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0))


def _refuse_strange(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ValueError("is no ordinary file.")


def read_toml(words: str) -> dict[str, Any]:
    """Long dotted names cost the parser the square of their length, and deep brackets its stack: looked for before."""
    _refuse_deep(words)
    return tomllib.loads(words)


def _refuse_deep(words: str) -> None:
    depth = dots = 0
    for piece in _TOML.finditer(words):
        match piece.lastgroup:
            case "unclosed":  # where the parser will stop
                return
            case "mark":
                depth += (piece[0] in "[{") - (piece[0] in "]}")
                dots = dots + 1 if piece[0] == "." else 0
            case None:
                dots = 0
        if max(depth, dots) > DEEPEST:
            raise ValueError(f"is nested too deeply (line {words.count(chr(10), 0, piece.start()) + 1}).")
