"""Pictures: stored anew only where the file itself is another."""

import io
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage

from ballerina_site.pictures import read_picture
from lore.bulk.faults import Fault, faults_at
from lore.bulk.picture_files import STORED, name_of, names_of_pictures, opener_of, sum_of
from lore.bulk.reading import PICTURES
from lore.bulk.run import Run
from lore.bulk.shapes import Entry
from lore.gallery import ours
from lore.models import Image, Page
from lore.opening import MEGABYTE, read_bytes
from lore.seeding import Found, Verdict
from lore.uploads import prepare_later, remove_image, store_image

_LARGEST = 100 * MEGABYTE
"""A master of ours may weigh more than what is taken anew, which its reading says."""
_ABOUT = ("alt", "credit", "licence", "scope", "focal_x", "focal_y")


@dataclass
class Settled:
    entry: Entry
    seed: dict[str, Any]
    image: Image | None
    verdict: Verdict
    has_become: bool
    """Whether the image was made of the very file, or is what we exported."""


def import_pictures(run: Run) -> None:
    known = _known(run)
    settled = []
    for entry in run.entries["picture"]:
        with faults_at(entry.where):
            settled.append(_settle(run, entry, known.get(entry.key)))
    written = [each for each in settled if each.verdict.writes]
    if run.is_dry:
        _try(run, written)
    else:
        _write_all(run, written)
        _hang_all(run, written)


def _known(run: Run) -> dict[str, Image]:
    """The pictures that these files became, by the files' names; whether it was the built-in seed or a folder that
    brought them."""
    names = names_of_pictures()
    wanted = {entry.key for entry in run.entries["picture"]}
    found = {name_of(image, names): image for image in ours().prefetch_related("leads", "pages")} if wanted else {}
    return {name: image for name, image in found.items() if name in wanted}


# Deciding


def _settle(run: Run, entry: Entry, image: Image | None) -> Settled:
    data = _read(run, entry)
    run.names.need_pages(*entry.row["lead_of"], *entry.row["shows"])
    seed = {name: entry.row[name] for name in _ABOUT if name != "scope"} | {
        "scope": run.names.mask(entry.row["scope"]),
        "lead_of": run.names.all_called(entry.row["lead_of"]),
        "shows": run.names.all_called(entry.row["shows"]),
        "file": sum_of(data),
    }
    has_become = image is not None and _became(image, data)
    found = image and _found(run, image, data if has_become else None)
    return Settled(entry, seed, image, run.ledger.settle("picture", entry.key, seed, found), has_become)


def _read(run: Run, entry: Entry) -> bytes:
    """Read when it is needed, and not kept: all of them might be more than the memory holds."""
    name = entry.row["file"]
    try:
        return read_bytes(run.folder / PICTURES / name, _LARGEST, run.folder)
    except ValueError as problem:
        raise Fault(f"{entry.where}: the file {PICTURES}/{name} {problem}")


def _found(run: Run, image: Image, data: bytes | None) -> Found:
    """`data`: the file that the image became."""
    values = {name: getattr(image, name) for name in _ABOUT} | {
        "lead_of": sorted(run.names.first[page.pk] for page in image.leads.all()),
        "shows": sorted(run.names.first[page.pk] for page in image.pages.all()),
        "file": image.digest[:32],
    }
    # Our own export of it is another file, and the same picture.
    return Found(values | {"file": sum_of(data)}, older=values) if data is not None else Found(values)


def _became(image: Image, data: bytes) -> bool:
    if image.digest.startswith(sum_of(data)):
        return True
    kept = opener_of(image, {})
    if kept is None:
        return False
    with kept() as file:
        return file.read() == data


# Writing


def _try(run: Run, written: list[Settled]) -> None:
    for each in written:
        with faults_at(each.entry.where):
            read_picture(io.BytesIO(_read(run, each.entry)))
            about = {name: each.seed[name] for name in _ABOUT}
            Image(**about).full_clean(exclude=["digest", "width", "height", "widths"])


def _write_all(run: Run, written: list[Settled]) -> None:
    stored: list[Image] = []
    try:
        for each in written:
            with faults_at(each.entry.where):
                _write(run, each, stored)
    except ValidationError:
        for image in stored:
            default_storage.delete(image.original)
        raise


def _write(run: Run, each: Settled, stored: list[Image]) -> None:
    about = {name: each.seed[name] for name in _ABOUT}
    if each.image and each.has_become:
        for name, value in about.items():
            setattr(each.image, name, value)
        each.image.full_clean()
        each.image.save()
        prepare_later(each.image)  # another focal point: other crops
    else:
        data = _read(run, each.entry)
        kept = data if _is_ours(run, each.entry) else b""
        old, each.image = each.image, store_image(io.BytesIO(data), uploader=run.archive, kept=kept, **about)
        stored.append(each.image)
        _replace(old, each.image)
    run.ledger.record(STORED, each.entry.key, each.image.digest)


def _is_ours(run: Run, entry: Entry) -> bool:
    """The built-in seed's drawings hold nothing that a master must not, and are as small as they get."""
    return not run.ledger.origin and entry.row["file"].endswith(".webp")


def _replace(old: Image | None, new: Image) -> None:
    if old is None:
        return
    Page.objects.filter(lead_image=old).update(lead_image=new)
    new.pages.set(old.pages.all())
    remove_image(old)


# Where it hangs


def _hang_all(run: Run, written: list[Settled]) -> None:
    """Taken down everywhere first, so that two pictures can change places. One that an editor hung stays."""
    for each in written:
        wanted = run.names.page_ids(each.entry.row["lead_of"])
        Page.objects.filter(lead_image=each.image).exclude(pk__in=wanted).update(lead_image=None)
    for each in written:
        wanted = run.names.page_ids(each.entry.row["lead_of"])
        Page.objects.filter(pk__in=wanted, lead_image=None).update(lead_image=each.image)
        each.image.pages.set(run.names.page_ids(each.entry.row["shows"]))
