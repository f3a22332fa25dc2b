"""What readers get of a picture, made from its master. Safe to run twice, at once, or after it was killed half way:
files are written as a whole, and those that are there are not made again."""

from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from PIL import Image as Pillow

from ballerina_site.pictures import Limits, read_picture
from ballerina_site.renditions import crops, renditions
from lore.models import Image, Making, Review

_OWN = Limits(max_bytes=100_000_000)
"""A master is our own: it may weigh more than what is sent."""


def with_files() -> QuerySet[Image]:
    """Those that are kept at all: what was suggested and not taken has lost its files."""
    return Image.objects.exclude(suggestion__state__in=[Review.DECLINED, Review.WITHDRAWN])


def prepare(pk: int) -> None:
    """Raises PictureError or OSError."""
    image = with_files().filter(pk=pk).first()
    if image is None:
        return
    source = _Source(image)
    _make(image, image.files, "", lambda: renditions(source.read()))
    _make(image, image.card_files, image.crop, lambda: crops(source.read(), (image.focal_x, image.focal_y)))
    Image.objects.filter(pk=pk).exclude(making=Making.READY).update(making=Making.READY)


def _make(image: Image, files: list[str], crop: str, make: Callable[[], dict[str, bytes]]) -> None:
    if all(default_storage.exists(file) for file in files):
        return
    for name, data in make().items():
        default_storage.save(f"{image.folder}/{crop}{name}", ContentFile(data))


class _Source:
    """The picture in pixels, read when it is first needed."""

    def __init__(self, image: Image) -> None:
        self.image = image
        self._pixels: Pillow.Image | None = None

    def read(self) -> Pillow.Image:
        if self._pixels is None:
            with default_storage.open(self._file()) as file:
                self._pixels = read_picture(file, limits=_OWN).image
        return self._pixels

    def _file(self) -> str:
        """The master; of a picture from before there were masters, its largest rendition."""
        is_kept = default_storage.exists(self.image.original)
        return self.image.original if is_kept else self.image.file(self.image.widths[-1], "webp")
