"""What the pages of theories cost with few and with many of them: `make bench THEORIES=100000`. The goals: lists,
filters, theory page and vote take at most 1.5 times as long with a million theories as with a thousand; search and
similar theories take at most 50 ms of processor time.

Fills a SQLite file of its own, or the empty database that DATABASE_URL names, first with a thousand theories and then
with the rest, and prints the medians of both. `ARGS="--as-is"` measures the database of DATA_DIR or DATABASE_URL as it
stands; `--keep FILE` writes the figures down, `--beside FILE` compares with figures written down before.

Times depend on the machine, so no test asserts them. On PostgreSQL the server's own processor time is not counted:
look at the wall times there.
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
from theories.listing import ORDERS, STATUSES, listing, place  # noqa: E402
from theories.models import Citation, Tag, Theory  # noqa: E402
from theories.populating.stock import made_up_fans  # noqa: E402

try:
    from theories.similar import similar
except ImportError:
    similar = None

type Case = Callable[[], object]
type Figures = dict[str, tuple[float, float]]
RARE, COMMON = "kordalov", "eve"


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
    yield from filters(guest)
    yield from theory_pages(guest, fan, reader)
    yield from findings(guest)
    yield from other_pages(guest, fan)


def get(client: Client, address: str) -> Case:
    def act() -> None:
        assert client.get(address).status_code == 200, address

    return act


def lists(guest: Client, fan: Client) -> Iterator[tuple[str, Case]]:
    yield "front page", get(guest, "/")
    for name, order in ORDERS.items():
        rows = order.rows().order_by(*order.by).defer("case", "compiled")
        yield f"list {name}", get(guest, f"/theories/?order={name}")
        middle = rows[rows.count() // 2]
        yield f"list {name}, deep", get(guest, f"/theories/?order={name}&after={place(middle, order)}")
    yield "list hot, a fan", get(fan, "/theories/")


def filters(guest: Client) -> Iterator[tuple[str, Case]]:
    tags = Tag.objects.annotate(count=Count("theories")).filter(count__gt=0).order_by("count")
    authors = User.objects.annotate(count=Count("theories")).filter(count__gt=0).order_by("count")
    for order in ("hot", "new", "closing", "resolved"):
        yield f"commonest tag, {order}", get(guest, f"/theories/?tag={tags.last().slug}&order={order}")
    yield "rarest tag, hot", get(guest, f"/theories/?tag={tags.first().slug}")
    for slug in list(Work.objects.values_list("slug", flat=True))[:2]:
        yield f"work {slug}"[:28], get(guest, f"/theories/?work={slug}")
        yield f"  seen {slug}"[:28], partial(listing, Viewer(seen=EVERYTHING), {"work": slug})
    for status in STATUSES:
        yield f"status {status}", get(guest, f"/theories/?status={status}")
        yield f"status {status}, top", get(guest, f"/theories/?status={status}&order=top")
    yield "busiest author", get(guest, f"/theories/?author={authors.last().username}")
    yield "busiest author, top", get(guest, f"/theories/?author={authors.last().username}&order=top")
    yield "quietest author", get(guest, f"/theories/?author={authors.first().username}")
    yield "words, rare", get(guest, f"/theories/?q={RARE}")
    yield "words, common", get(guest, f"/theories/?q={COMMON}")
    yield "tag, status and work", get(guest, f"/theories/?tag={tags.last().slug}&status=disputed&work=chapter-2")


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
            yield f"similar, {name}", partial(similar, Viewer(), claim)


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


def _medians(act: Case) -> tuple[float, float]:
    """Milliseconds of this process's processor, and of the clock."""
    act()
    used, passed = [], []
    for _ in range(RUNS):
        start, begun = time.process_time(), time.perf_counter()
        act()
        used.append(time.process_time() - start)
        passed.append(time.perf_counter() - begun)
    return statistics.median(used) * 1000, statistics.median(passed) * 1000


def report(before: Figures, after: Figures) -> None:
    print(f"\n{'':32}{'CPU, ms':>10}{'wall, ms':>10}{'CPU, ms':>10}{'wall, ms':>10}{'ratio':>8}")
    for name, (used, passed) in after.items():
        if name in before:
            was_used, was_passed = before[name]
            ratio = max(used, 0.1) / max(was_used, 0.1) if connection.vendor == "sqlite" else passed / was_passed
            print(f"{name:32}{was_used:10.1f}{was_passed:10.1f}{used:10.1f}{passed:10.1f}{ratio:8.2f}")


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
