import re

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from lore.models import Image

_NAME = re.compile(r"([0-9a-f]{12})-(\d{1,5})\.(avif|webp|jpg)")
_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}


@login_not_required
@require_safe
def picture(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    image = get_object_or_404(Image.objects.visible_to(request.viewer), pk=pk)
    asked = _NAME.fullmatch(name)
    is_mine = image.uploader_id is not None and image.uploader_id == request.viewer.fan_id
    if not asked or not image.digest.startswith(asked[1]) or not (image.is_public or is_mine):
        raise Http404
    return _file(image, int(asked[2]), asked[3])


def _file(image: Image, width: int, extension: str) -> HttpResponse:
    if width not in image.widths:
        raise Http404
    try:
        file = default_storage.open(image.file(width, extension))
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(file, content_type=_TYPES[extension])
    # Names change with the content. Only what everybody may see may be kept by a cache that many share.
    keeper = "public" if image.is_public and not image.scope else "private"
    response["Cache-Control"] = f"{keeper}, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
