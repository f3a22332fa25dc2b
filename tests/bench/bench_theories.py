"""What the pages of theories cost with few and with many of them: `make bench THEORIES=100000`. The goals: lists,
filters, theory page and vote take at most 1.5 times as long with a million theories as with a thousand; search and
similar theories take at most 50 ms of processor time.

Fills a SQLite file of its own, or the empty database that DATABASE_URL names, first with a thousand theories and then
with the rest, and prints the medians of both. `ARGS="--as-is"` measures the database of DATA_DIR or DATABASE_URL as it
stands; `--keep FILE` writes the figures down, `--beside FILE` compares with figures written down before.

A ratio is printed where both measured the same: of a filter, where its first page holds cards, and as many with a
thousand theories as with all. A page of three costs less than one of twenty-five, however few there are to look
through. Hence tags are chosen by their share of all theories, such that of a thousand they fill a page.

Times depend on the machine, so no test asserts them. On PostgreSQL the server's own processor time is not counted:
ratios are of wall times there.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import django

FEW, RUNS = 1000, 20
_data = tempfile.TemporaryDirectory(prefix="archive-bench-")
os.environ.setdefault("DATA_DIR", _data.name)
os.environ |= {"DJANGO_SETTINGS_MODULE": "ballerina_site.settings", "PAGE_CACHE_MB": "0"}
os.environ["TASKS_BACKEND"] = "django.tasks.backends.immediate.ImmediateBackend"
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from lore.models import Page, Seen, Work  # noqa: E402
from lore.spoilers import EVERYTHING, Viewer  # noqa: E402
from theories.listing import ORDERS, STATUSES, place  # noqa: E402
from theories.models import Citation, Tag, Theory  # noqa: E402
from theories.populating.stock import made_up_fans  # noqa: E402

try:
    from theories.similar import similar
except ImportError:
    similar = None

type Case = Callable[[], int | None]
"""Returns how many cards it showed, where what it costs depends on that."""
type Figures = dict[str, tuple[float, float, int | None]]
RARE, COMMON = "kordalov", "eve"
SHARE = 0.06
"""Of all theories: of a thousand, a guest sees more than a page of these."""


def prepare() -> None:
    call_command("migrate", verbosity=0)
    with Path(os.devnull).open("w") as nowhere:
        call_command("import_lore", stdout=nowhere)
        call_command("import_theories", stdout=nowhere)


def fill(count: int) -> None:
    call_command("populate", theories=count)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def cases() -> Iterator[tuple[str, Case]]:
    guest, fan = Client(), Client()
    reader = made_up_fans().filter(is_active=True).order_by("-pk")[0]
    Seen.objects.update_or_create(fan=reader, defaults={"works": EVERYTHING})
    fan.force_login(reader)
    yield from lists(guest, fan)
    yield from filters(guest, fan)
    yield from theory_pages(guest, fan, reader)
    yield from findings(guest)
    yield from other_pages(guest, fan)


def get(client: Client, address: str) -> Case:
    def act() -> None:
        assert client.get(address).status_code == 200, address

    return act


def cards(client: Client, query: str) -> Case:
    def act() -> int:
        response = client.get(f"/theories/?{query}")
        assert response.status_code == 200, query
        return response.content.count(b"<article")

    return act


def lists(guest: Client, fan: Client) -> Iterator[tuple[str, Case]]:
    yield "front page", get(guest, "/")
    for name, order in ORDERS.items():
        rows = order.rows().order_by(*order.by).defer("case", "compiled")
        yield f"list {name}", get(guest, f"/theories/?order={name}")
        middle = rows[rows.count() // 2]
        yield f"list {name}, deep", get(guest, f"/theories/?order={name}&after={place(middle, order)}")
    yield "list hot, a fan", get(fan, "/theories/")


def filters(guest: Client, fan: Client) -> Iterator[tuple[str, Case]]:
    tags = Tag.objects.annotate(count=Count("theories")).order_by("-count")
    common, rare = tags[0], tags.filter(count__gte=SHARE * Theory.objects.count()).last()
    authors = User.objects.annotate(count=Count("theories")).filter(count__gt=0).order_by("count")
    for order in ("hot", "new", "closing", "resolved"):
        yield f"commonest tag, {order}", cards(guest, f"tag={common.slug}&order={order}")
        yield f"rare tag, {order}", cards(guest, f"tag={rare.slug}&order={order}")
    for slug in list(Work.objects.values_list("slug", flat=True))[:2]:
        yield f"work {slug}"[:28], cards(guest, f"work={slug}")
        yield f"work {slug}"[:28] + ", a fan", cards(fan, f"work={slug}")
    for status in STATUSES:
        yield f"status {status}", cards(guest, f"status={status}")
        yield f"status {status}, top", cards(guest, f"status={status}&order=top")
    yield "busiest author", cards(guest, f"author={authors.last().username}")
    yield "busiest author, top", cards(guest, f"author={authors.last().username}&order=top")
    yield "quietest author", cards(guest, f"author={authors.first().username}")
    yield "words, rare", cards(guest, f"q={RARE}")
    yield "words, common", cards(guest, f"q={COMMON}")
    yield "tag and status", cards(guest, f"tag={common.slug}&status=resolved")
    yield "tag and status, top", cards(guest, f"tag={common.slug}&status=resolved&order=top")
    yield "tag and work, a fan", cards(fan, f"tag={common.slug}&work=john-wick")
    yield "tag, status and work", cards(guest, f"tag={common.slug}&status=disputed&work=chapter-2")


def theory_pages(guest: Client, fan: Client, reader: User) -> Iterator[tuple[str, Case]]:
    open_to_all = Theory.objects.in_lists().filter(scope=0, is_locked=False, closed_at=None, closes_at=None)
    open_to_all = open_to_all.filter(state="open").exclude(author=reader)
    quiet = open_to_all.filter(believe_count__lt=5).order_by("pk")[0]
    for name, theory in (("quiet", quiet), ("busiest", _busiest(open_to_all))):
        address = theory.get_absolute_url()
        yield f"theory, {name}", get(guest, address)
        yield f"theory, {name}, a fan", get(fan, address)
        yield f"theory, {name}, crowd", get(fan, f"{address}?crowd=1")
        yield f"history, {name}", get(guest, f"{address}history/")
        yield f"vote, {name}", alternating(fan, f"{address}vote/", "value", ["1", "-1"])
        yield f"forecast, {name}", alternating(fan, f"{address}forecast/", "probability", ["40", "60"])


def _busiest(theories):
    return theories.order_by("-believe_count")[0]


def alternating(client: Client, address: str, name: str, values: list[str]) -> Case:
    def act() -> None:
        values.reverse()
        assert client.post(address, {name: values[0]}).status_code < 400, address

    return act


def findings(guest: Client) -> Iterator[tuple[str, Case]]:
    for name, words in (
        ("rare", RARE),
        ("common", COMMON),
        ("two common", "eve contract"),
        ("begun", "e"),
        ("a tag", "rooney"),
    ):
        yield f"search, {name}", get(guest, f"/search/?q={words}")
    if similar:
        for name, claim in (("common words", "Eve hands the contract of Hallstatt to Winston"), ("rare", RARE)):
            yield f"similar, {name}", partial(_alike, claim)


def _alike(claim: str) -> None:
    similar(Viewer(), claim)


def other_pages(guest: Client, fan: Client) -> Iterator[tuple[str, Case]]:
    busiest = User.objects.annotate(count=Count("theories")).order_by("-count")[0]
    yield "profile, busiest author", get(guest, busiest.get_absolute_url())
    cited = Citation.objects.values("page", "claim__page").annotate(count=Count("pk")).order_by("-count")[0]
    page = Page.objects.get(pk=cited["page"] or cited["claim__page"])
    yield "lore page, most leant on", get(guest, page.get_absolute_url())
    for name in ("record", "mine"):
        try:
            yield name, get(fan, reverse(f"theories:{name}"))
        except NoReverseMatch:
            continue


def measured(only: str) -> Figures:
    found = {}
    for name, act in cases():
        if only in name:
            found[name] = _medians(act)
            print(f"  {name:32}{found[name][0]:10.1f}{found[name][1]:10.1f}", flush=True)
    return found


def _medians(act: Case) -> tuple[float, float, int | None]:
    """Milliseconds of this process's processor, and of the clock; and how many cards."""
    shown = act()
    used, passed = [], []
    for _ in range(RUNS):
        start, begun = time.process_time(), time.perf_counter()
        act()
        used.append(time.process_time() - start)
        passed.append(time.perf_counter() - begun)
    return statistics.median(used) * 1000, statistics.median(passed) * 1000, shown


def report(before: Figures, after: Figures) -> None:
    print(f"\n{'':32}{'CPU, ms':>10}{'wall, ms':>10}{'CPU, ms':>10}{'wall, ms':>10}{'ratio':>8}")
    for name, (used, passed, shown) in after.items():
        if name in before:
            was_used, was_passed, was_shown = before[name]
            ratio = max(used, 0.1) / max(was_used, 0.1) if connection.vendor == "sqlite" else passed / was_passed
            told = f"{ratio:8.2f}" if shown == was_shown != 0 else f"   ({was_shown} cards, {shown})"
            print(f"{name:32}{was_used:10.1f}{was_passed:10.1f}{used:10.1f}{passed:10.1f}{told}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("theories", type=int, nargs="?", default=20_000)
    parser.add_argument("--as-is", action="store_true")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--beside", type=Path)
    options = parser.parse_args()
    setup_test_environment(debug=False)
    settings.RATE_LIMITS = False
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    before = json.loads(options.beside.read_text()) if options.beside else None
    if not options.as_is:
        prepare()
        fill(FEW)
        before = before or measured(options.only)
        fill(options.theories - FEW)
    after = measured(options.only)
    report(before or {}, after)
    if options.keep:
        options.keep.write_text(json.dumps(after))


if __name__ == "__main__":
    main()
