"""What a killed process left behind: files of no picture, pictures of no thing, tasks that got lost."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.utils import timezone

from lore.gallery import ours
from lore.models import Image, Making
from lore.preparing import with_files
from lore.tasks import prepare_picture
from lore.uploads import drop_folder, names_in, remove_image

LOST_AFTER = timedelta(minutes=10)
OLD_AFTER = timedelta(hours=1)
"""A younger file may belong to a picture that is not committed yet."""
ABANDONED_AFTER = timedelta(days=1)
_ASK_AGAIN = 30 * 60  # seconds


def prepare_lost() -> int:
    """Asks once more for pictures that have waited too long: how many. Each at most twice an hour, however often
    this runs."""
    lost = with_files().filter(making=Making.WAITING, created_at__lt=timezone.now() - LOST_AFTER)
    return _asked_for(lost.values_list("pk", flat=True))


def prepare_missing() -> int:
    """The same for those whose crop is not there: from before there were crops, or with a focal point just moved."""
    missing = [image.pk for image in with_files().filter(making=Making.READY) if not _has_crop(image)]
    return _asked_for(missing)


def _has_crop(image: Image) -> bool:
    return default_storage.exists(image.card_files[-1])


def _asked_for(keys: Iterable[int]) -> int:
    asked = [pk for pk in keys if cache.add(f"picture-again:{pk}", 1, _ASK_AGAIN)]
    for pk in asked:
        prepare_picture.enqueue(pk)
    return len(asked)


def drop_abandoned(age: timedelta = ABANDONED_AFTER) -> int:
    """Pictures that nobody but their sender could see, and that belong to nothing."""
    unseen = ours().filter(is_public=False, is_hidden=False, suggestion=None, leads=None)
    nobodys = unseen.filter(created_at__lt=timezone.now() - age)
    for image in nobodys:
        remove_image(image)
    return len(nobodys)


def drop_strays(age: timedelta = OLD_AFTER) -> int:
    """Files that belong to no picture, or to an older focal point, and those that were never finished."""
    before = timezone.now() - age
    wanted = {image.digest: image for image in with_files().only("digest", "widths", "focal_x", "focal_y")}
    strays = [*_stray_originals(wanted), *_stray_renditions(wanted)]
    dropped = [file for file in strays if _dropped(file, before)]
    for digest in _folders() - wanted.keys():
        drop_folder(f"pictures/{digest}")
    return len(dropped)


def _stray_originals(wanted: dict[str, Image]) -> Iterator[str]:
    known = {image.original for image in wanted.values()}
    yield from {f"originals/{name}" for name in names_in("originals")} - known


def _stray_renditions(wanted: dict[str, Image]) -> Iterator[str]:
    for digest in _folders():
        image = wanted.get(digest)
        known = {*image.files, *image.card_files} if image else set()
        yield from {f"pictures/{digest}/{name}" for name in names_in(f"pictures/{digest}")} - known


def _folders() -> set[str]:
    try:
        return set(default_storage.listdir("pictures")[0])
    except FileNotFoundError:
        return set()


def _dropped(file: str, before: datetime) -> bool:
    try:
        is_old = default_storage.get_modified_time(file) < before
    except FileNotFoundError:
        return False  # somebody else was quicker
    if is_old:
        default_storage.delete(file)
    return is_old
