"""Screenshots that show a post which was put out by hand: checked, stripped, kept for a while, then gone."""

from __future__ import annotations

import io
import secrets
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image

from itac.campaign.models import Person
from itac.library.stripping import UNREADABLE, without_private_data
from itac.publishing.checking import Problem
from itac.publishing.errors import Unfit
from itac.publishing.models import Delivery, Proof
from itac.publishing.models.proofs import KEPT

LONGEST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000  # a long page on a large screen; reading it takes four bytes for each


def cleaned(data: bytes) -> bytes:
    """The screenshot without location and device data (Promise 3). Raises `Unfit` for what can't be one."""
    if len(data) > LONGEST_BYTES:
        raise _unfit(_("This picture is larger than 10 megabytes. Take the screenshot of a smaller part."))
    try:
        with Image.open(io.BytesIO(data)) as picture:
            pixels = picture.width * picture.height
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _unfit(str(UNREADABLE)) from error
    if pixels > MOST_PIXELS:
        raise _unfit(_("This picture has too many pixels. Take the screenshot of a smaller part."))
    try:
        return without_private_data(data)
    except ValidationError as error:
        raise _unfit(error.messages[0]) from error


def keep(delivery: Delivery, data: bytes, *, given_by: Person, now: datetime) -> Proof:
    """Store a cleaned screenshot beside its delivery, in the caller's transaction."""
    with Image.open(io.BytesIO(data)) as picture:
        ending = str(picture.format).lower()
    name = f"{secrets.token_hex(16)}.{ending}"  # nobody guesses it, and it says nothing
    return Proof.objects.create(
        delivery=delivery,
        file=ContentFile(data, name=name),
        mime=f"image/{ending}",
        given_by=given_by,
        given_at=now,
        ends_at=now + KEPT,
    )


def forget_proofs(now: datetime) -> None:
    """Screenshots whose time is over: the file first, so that what is interrupted is done again (Promise 7)."""
    for proof in Proof.objects.filter(ends_at__lte=now):
        proof.file.delete(save=False)
        proof.delete()


def _unfit(message: str) -> Unfit:
    return Unfit([Problem("screenshot_unfit", message, "screenshot")])
