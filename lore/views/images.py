import re

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from ballerina_site.renditions import EXTENSIONS
from lore.gallery import may_get
from lore.models import Image

_NAME = re.compile(r"([0-9a-f]{12})-(c\d{1,3}x\d{1,3}-|)(\d{1,5})\.(avif|webp|jpg)")
_TYPES = {extension: f"image/{extension.replace('jpg', 'jpeg')}" for extension in EXTENSIONS}
_FOR_GOOD, _NOT_AT_ALL = "{}, max-age=31536000, immutable", "private, no-store"


@login_not_required
@require_safe
def picture(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    image = get_object_or_404(Image.objects.visible_to(request.viewer), pk=pk)
    asked = _NAME.fullmatch(name)
    if not asked or not image.digest.startswith(asked[1]) or not may_get(request.user, image):
        raise Http404
    crop, width, extension = asked[2], int(asked[3]), asked[4]
    # Names change with the content. Only what everybody may see may be kept by a cache that many share.
    keeping = _FOR_GOOD.format("public" if image.is_public and not image.scope else "private")
    if width not in (image.card_widths if crop else image.widths):
        raise Http404
    response = _file(image.file(width, extension, crop), keeping)
    if response is None and crop == image.crop:
        # The focal point was moved, and the crop is still being made: until then the whole picture.
        response = _file(image.file(image.widths[0], extension), _NOT_AT_ALL)
    if response is None:
        raise Http404
    return response


def _file(name: str, keeping: str) -> FileResponse | None:
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        return None
    response = FileResponse(file, content_type=_TYPES[name.rpartition(".")[2]])
    response["Cache-Control"] = keeping
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
