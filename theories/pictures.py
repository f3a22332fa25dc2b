from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.core.exceptions import ValidationError

from accounts.models import User
from ballerina_site.pictures import PictureError
from lore.models import Image, Licence
from lore.uploads import remove_image, store_image

_FIELDS = {"alt": "picture_alt"}
"""What a picture's field is called in a theory's form."""


@contextmanager
def taken_in(file: IO[bytes] | None, *, alt: str, fan: User) -> Iterator[Image | None]:
    """The picture stored, for nobody to see yet; taken away again when what is done with it fails."""
    picture = _stored(file, alt, fan) if file else None
    try:
        yield picture
    except Exception:
        if picture:
            remove_image(picture)
        raise


def _stored(file: IO[bytes], alt: str, fan: User) -> Image:
    try:
        return store_image(
            file, alt=alt, credit=fan.get_full_name(), licence=Licence.CC_BY_SA, uploader=fan, is_public=False
        )
    except PictureError as error:
        raise ValidationError({"picture": error.messages})
    except ValidationError as error:
        raise ValidationError({_FIELDS.get(name, "picture"): faults for name, faults in error.error_dict.items()})
