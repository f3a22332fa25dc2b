"""How much processor time a comparison takes: `make bench-diff`. The goal is 200 ms for two texts of 5,000 lines, with
pairing and words; beside it, what it costs to show. The last two are there for their shape: a text has at most
100,000 signs, and none is to take long.

Prints the best of five runs. Times depend on the machine, so no test asserts them.
"""

import os
import random
import tempfile
import time
from collections.abc import Callable

import django

_data = tempfile.TemporaryDirectory(prefix="archive-bench-")
os.environ |= {"DATA_DIR": _data.name, "DJANGO_SETTINGS_MODULE": "ballerina_site.settings"}
django.setup()

from django.template.loader import render_to_string  # noqa: E402

from lore.diff import compare  # noqa: E402
from lore.prose import Prose  # noqa: E402

LINES, RUNS, GOAL = 5_000, 5, 200
CHANCE = random.Random(20_250_606)
WORDS = ["".join(CHANCE.choices("abcdefghijklmnop", k=CHANCE.randint(2, 9))) for _ in range(3_000)]


def line() -> str:
    return " ".join(CHANCE.choices(WORDS, k=CHANCE.randint(3, 20)))


def edited(text: str) -> str:
    words = text.split()
    words[CHANCE.randrange(len(words))] = "edited"
    return " ".join(words)


def worked_over(lines: list[str], share: float) -> list[str]:
    """A third of the share is taken out, a third put in, a third edited."""
    made = []
    for text in lines:
        chance = CHANCE.random()
        if chance < share / 3:
            continue
        if chance < share * 2 / 3:
            made.append(line())
        made.append(edited(text) if chance < share else text)
    return made


def cases() -> dict[str, tuple[list[str], list[str]]]:
    text = [line() for _ in range(LINES)]
    alike = [CHANCE.choice(["a", "b", ""]) for _ in range(LINES)]
    return {
        "5 % edited": (text, worked_over(text, 0.05)),
        "half edited": (text, worked_over(text, 0.5)),
        "a word in every line": (text, [edited(each) for each in text]),
        "all different": (text, [line() for _ in range(LINES)]),
        "shuffled": (text, CHANCE.sample(text, LINES)),
        "highly repetitive": (alike, CHANCE.sample(alike, LINES)),
        "one line, over and over": (["the same"] * LINES, ["the sane"] * LINES),
        "50,000 lines of a letter": (CHANCE.choices("abc", k=50_000), CHANCE.choices("abc", k=50_000)),
        "one line of 100,000 signs": (["a, b. " * 16_666], ["b, a. " * 16_666]),
    }


def best(act: Callable[[], object]) -> float:
    """Milliseconds of this process's processor time."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        act()
        times.append(time.process_time() - start)
    return min(times) * 1000


def main() -> None:
    print(f"{'':28}{'diff, ms':>12}{'of the goal':>14}{'as HTML, ms':>14}")
    for name, (old, new) in cases().items():
        proses = Prose("Title", "Lead", "\n".join(old)), Prose("Title", "Lead", "\n".join(new))
        taken = best(lambda proses=proses: compare(*proses))
        diff = compare(*proses)
        shown = best(lambda diff=diff: render_to_string("lore/_diff.html", {"diff": diff, "side": True}))
        print(f"{name:28}{taken:12.0f}{taken / GOAL:14.0%}{shown:14.0f}")


if __name__ == "__main__":
    main()
