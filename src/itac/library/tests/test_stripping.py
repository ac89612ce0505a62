"""Promise 3: nothing that tells where, when or with what a picture was taken is left in what we store."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageChops, ImageCms, ImageStat, PngImagePlugin

from itac.library.stripping import as_document, without_private_data

SECRET = b"SECRET"
UPRIGHT, LYING = 1, 6
XMP = b"<x:xmpmeta>SECRET place</x:xmpmeta>"


def exif(orientation: int = UPRIGHT) -> Image.Exif:
    """Camera and place, as a phone writes them."""
    made = Image.Exif()
    made[0x010F], made[0x0112] = "SECRET camera", orientation
    place = made.get_ifd(0x8825)
    place[1], place[2], place[29] = "N", (9.0, 55.0, 41.0), "SECRET:12:18"
    return made


def noise(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """A picture that no codec can make small by chance."""
    return Image.effect_noise(size, 60).convert("RGB")


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """A file of that kind."""
    out = io.BytesIO()
    picture.save(out, format=kind, **options)
    return out.getvalue()


def jpeg(**options: Any) -> bytes:
    """A photo with everything a camera and an editor's program leave in it."""
    return saved(noise(), "JPEG", exif=exif(), comment=b"SECRET comment", xmp=XMP, **options)


def with_press_data() -> bytes:
    """The same with the fields of press agencies (IPTC)."""
    words = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x10\x1c\x02\x5a\x00\x0bSECRET city"
    data = jpeg()
    return data[:2] + b"\xff\xed" + (len(words) + 2).to_bytes(2, "big") + words + data[2:]


def on_a_canvas_of(width: int, height: int) -> bytes:
    """A GIF of two small frames that are drawn on a large canvas: few bytes, and many points for whoever opens it."""
    data = saved(noise(), "GIF", save_all=True, append_images=[noise()])
    return data[:6] + width.to_bytes(2, "little") + height.to_bytes(2, "little") + data[10:]


def png() -> bytes:
    """A picture with texts in each of the format's ways."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "SECRET author")
    texts.add_text("Comment", "SECRET" * 90, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved(noise(), "PNG", pnginfo=texts, exif=exif())


def gif() -> bytes:
    """A moving picture with a comment, and XMP before its first frame."""
    frames = [Image.effect_noise((40, 30), 60).convert("P") for _ in range(3)]
    data = saved(
        frames[0], "GIF", save_all=True, append_images=frames[1:], comment=b"SECRET comment", duration=70, loop=0
    )
    place = data.index(b"\x21\xff\x0bNETSCAPE")
    block = b"\x21\xff\x0bXMP DataXMP" + XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\x00\x00"
    return data[:place] + block + data[place:]


def moving(kind: str) -> bytes:
    """Two frames of that kind."""
    return saved(noise(), kind, save_all=True, append_images=[noise()], duration=80, exif=exif())


FILES: dict[str, Callable[[], bytes]] = {
    "photo": jpeg,
    "photo of an agency": with_press_data,
    "photo with something behind its end": lambda: jpeg() + b"SECRET trailer",
    "photo with a second picture inside": lambda: saved(
        noise(), "MPO", save_all=True, append_images=[noise()], exif=exif()
    ),
    "grey photo": lambda: saved(noise().convert("L"), "JPEG", exif=exif(LYING)),
    "photo for print": lambda: saved(noise().convert("CMYK"), "JPEG", exif=exif()),
    "png": png,
    "gif": gif,
    "gif that stands still": lambda: saved(noise().convert("P"), "GIF", comment=b"SECRET"),
    "webp": lambda: saved(noise(), "WEBP", exif=exif(), xmp=XMP),
    "webp that moves": lambda: moving("WEBP"),
    "png that moves": lambda: moving("PNG"),
}


@pytest.mark.parametrize("name", FILES)
def test_nothing_private_is_left_in_a_file(name: str) -> None:
    data = FILES[name]()
    before = Image.open(io.BytesIO(data))

    clean = without_private_data(data)

    after = Image.open(io.BytesIO(clean))
    after.load()
    assert SECRET not in clean
    assert dict(after.getexif()) == {}
    assert not {"exif", "xmp", "comment", "photoshop", "XML:com.adobe.xmp"} & set(after.info)
    assert after.format == ("JPEG" if before.format == "MPO" else before.format)


@pytest.mark.parametrize(("kind", "frames"), [("GIF", 3), ("WEBP", 2), ("PNG", 2)])
def test_a_picture_that_moves_keeps_its_frames_and_its_pace(kind: str, frames: int) -> None:
    data = gif() if kind == "GIF" else moving(kind)

    after = Image.open(io.BytesIO(without_private_data(data)))

    assert after.n_frames == frames  # type: ignore[attr-defined]
    after.seek(1)
    after.load()
    assert after.info["duration"] == (70 if kind == "GIF" else 80)


def test_a_photo_taken_lying_stands_upright_without_its_remark() -> None:
    picture = Image.new("RGB", (64, 48), "white")
    picture.paste((200, 0, 0), (0, 0, 64, 8))  # red on top as stored, so on the right side as seen

    after = Image.open(io.BytesIO(without_private_data(saved(picture, "JPEG", exif=exif(LYING)))))

    assert after.size == (48, 64)
    red, _green, blue = after.convert("RGB").getpixel((46, 32))  # type: ignore[misc]
    assert red > 150 > blue


def test_an_upright_photo_keeps_its_pixels_but_for_rounding_and_its_colours() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = jpeg(icc_profile=profile)

    after = Image.open(io.BytesIO(without_private_data(data)))

    apart = ImageChops.difference(after.convert("RGB"), Image.open(io.BytesIO(data)).convert("RGB"))
    assert max(ImageStat.Stat(apart).mean) < 1  # of 255
    assert after.info["icc_profile"] == profile


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "damaged"),
        (b"No picture at all", "damaged"),
        (jpeg()[:900], "damaged"),
        (png()[:300], "damaged"),
        (saved(noise(), "TIFF"), "of this kind"),
        (on_a_canvas_of(6_000, 6_000), "50 million points"),
    ],
)
def test_what_cant_be_freed_of_private_data_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        without_private_data(data)


@pytest.mark.parametrize(
    "data",
    [jpeg()[:900], saved(noise(), "TIFF"), b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", on_a_canvas_of(6_000, 6_000)],
)
def test_a_photo_that_cant_be_freed_is_no_document_either(data: bytes) -> None:
    with pytest.raises(ValidationError):
        as_document(data)


def test_a_document_that_is_no_picture_stays_as_it_was_handed_over() -> None:
    assert as_document(b"%PDF-1.7 (Author)") == b"%PDF-1.7 (Author)"
    assert SECRET not in as_document(jpeg())
