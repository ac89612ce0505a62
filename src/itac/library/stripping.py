"""Taking location and device data out of pictures before they are stored (Promise 3)."""

from __future__ import annotations

import io
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

UNREADABLE = _(
    "This file can't be read as a picture; it may be damaged. Save it again as JPEG or PNG and try once more."
)
# A moving picture is written anew frame by frame, at some five million points a second, with all of them in memory.
MOST_MOVING_POINTS = 50_000_000
TOO_MUCH_MOVES = _(
    "This moving picture is larger than can be kept: at most 50 million points in all its frames together, which is 100"
    " frames of 800 by 600. Make it smaller or shorter and try once more."
)
UNKEPT = _("Pictures of this kind can't be kept. Save it as JPEG or PNG and try once more.")
# A phone's JPEG with a second picture inside is called MPO; the second one (a depth map, a brighter twin) is left out.
WRITTEN_AS = {"GIF": "GIF", "JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
# Kinds that can say where and by what they were taken; Pillow doesn't read the last, which begins by a brand of its own
# (ISO/IEC 23008-12, annex B).
PHOTOS = frozenset({*WRITTEN_AS, "AVIF", "JPEG2000", "TIFF"})
HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
ORIENTATION = 0x0112
# What a format needs to draw the picture. Everything else that it brings along is left behind.
DRAWING = frozenset({"transparency", "gamma", "background"})


def without_private_data(data: bytes) -> bytes:
    """The same picture without EXIF, XMP, IPTC and comments, turned upright; the colour profile stays.

    One that moves keeps its frames. Raises `ValidationError` for bytes that are no picture, a broken one, one of a kind
    that we don't keep, or one that moves more than `MOST_MOVING_POINTS`.
    """
    try:
        picture = Image.open(io.BytesIO(data))
        kind = WRITTEN_AS.get(picture.format or "")
        if _moves(picture) and picture.width * picture.height * picture.n_frames > MOST_MOVING_POINTS:  # type: ignore[attr-defined]
            raise ValidationError(TOO_MUCH_MOVES)
        picture.load()
        if kind is not None:
            return _moving(picture, kind) if _moves(picture) else _still(picture, kind)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError(UNREADABLE) from error
    raise ValidationError(UNKEPT)


def as_document(data: bytes) -> bytes:
    """The bytes of a file to download: a picture's without private data, anything else as it is.

    What other files say of themselves stays: a PDF's author and a table's sheets are part of what was handed over.
    Raises `ValidationError` for a picture that we can't free, such as a TIFF, a phone's HEIC or a damaged JPEG.
    """
    try:
        return without_private_data(data)
    except ValidationError:
        if _is_photo(data):
            raise
        return data


def strip_upload(sender: Any, instance: Any, **_facts: Any) -> None:
    """For `pre_save` of Wagtail's uploads that wait for their facts: pictures wait without private data too."""
    if instance.file and not getattr(instance.file, "_committed", True):
        name = instance.file.name
        instance.file.seek(0)
        instance.file = ContentFile(as_document(instance.file.read()), name=name)


def _is_photo(data: bytes) -> bool:
    """Whether it is a picture of a kind that cameras write, by how it begins; it need not be whole."""
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        return True
    try:
        return Image.open(io.BytesIO(data)).format in PHOTOS
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


def _moves(picture: Image.Image) -> bool:
    return picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1


def _still(picture: Image.Image, kind: str) -> bytes:
    turned = picture.getexif().get(ORIENTATION, 1) != 1
    upright = ImageOps.exif_transpose(picture) if turned else picture
    options: dict[str, Any] = _profile(picture)
    if kind == "JPEG":
        # "keep" takes over the file's own steps and sampling, so an upright photo differs by rounding alone.
        options["quality"] = "keep" if picture.format == "JPEG" and not turned else 92
    elif kind == "WEBP":
        options |= {"quality": 90, "method": 4, "xmp": b""}
    upright.info = _needed(picture)
    out = io.BytesIO()
    upright.save(out, format=kind, exif=b"", **options)
    return out.getvalue()


def _moving(picture: Image.Image, kind: str) -> bytes:
    loop = {"loop": picture.info["loop"]} if "loop" in picture.info else {}
    clean: dict[str, dict[str, Any]] = {
        "GIF": {"comment": b"", "disposal": 2},  # each frame is whole, so what is see-through stays so
        "PNG": {"exif": b""},
        "WEBP": {"quality": 90, "exif": b"", "xmp": b""},
    }
    frames, durations = [], []
    for frame in ImageSequence.Iterator(picture):
        frame.load()
        durations.append(frame.info.get("duration", 100))
        # A copy of its own, because a frame's remarks come back whenever the file is asked for the next.
        frames.append(frame.copy())
        frames[-1].info = _needed(frame)
    out = io.BytesIO()
    frames[0].save(
        out,
        format=kind,
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        **loop,
        **clean[kind],
        **_profile(picture),
    )
    return out.getvalue()


def _needed(picture: Image.Image) -> dict[str | tuple[int, int], Any]:
    return {key: value for key, value in picture.info.items() if key in DRAWING}


def _profile(picture: Image.Image) -> dict[str, Any]:
    profile = picture.info.get("icc_profile")
    return {"icc_profile": profile} if profile else {}
