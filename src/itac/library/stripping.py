"""Taking location and device data out of pictures before they are stored (Promise 3)."""

import io

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

UNREADABLE = _(
    "This file can't be read as a picture; it may be damaged. Save it again as JPEG or PNG and try once more."
)


def without_private_data(data: bytes) -> bytes:
    """The same picture without EXIF, XMP, IPTC and comments, turned upright; the colour profile stays.

    A GIF with several frames keeps them. Raises `ValidationError` for bytes that are no picture or a broken one.
    """
    try:
        picture = Image.open(io.BytesIO(data))
        kind = picture.format or "PNG"
        frames = getattr(picture, "n_frames", 1)
        picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError(UNREADABLE) from error
    profile = picture.info.get("icc_profile")
    out = io.BytesIO()
    if kind == "GIF":
        picture.seek(0)
        picture.info.pop("comment", None)
        picture.save(out, format="GIF", save_all=frames > 1, comment=b"")
        return out.getvalue()
    upright = ImageOps.exif_transpose(picture)
    turned = (upright is not picture and upright.size != picture.size) or picture.getexif().get(0x0112, 1) != 1
    options: dict[str, object] = {"icc_profile": profile} if profile else {}
    if kind == "JPEG":
        # "keep" writes the same quantised coefficients, so an upright photo loses nothing.
        options |= {"quality": 92} if turned else {"quality": "keep"}
        if not turned:
            upright = picture
    elif kind == "WEBP":
        options |= {"quality": 90, "method": 4, "exif": b"", "xmp": b""}
    upright.info = {key: value for key, value in upright.info.items() if key in {"transparency", "gamma"}}
    upright.save(out, format=kind, exif=b"", **options)
    return out.getvalue()
