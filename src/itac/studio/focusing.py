"""The point of a picture that no crop may lose: read and set in per cent, kept as Wagtail's focal point."""

from __future__ import annotations

from collections.abc import Iterable

from itac.campaign.models import Person
from itac.library.models import Picture
from itac.library.policies import editable_pictures

MIDDLE = (50, 50)
SHARE = 5  # of the shorter side: Wagtail keeps a rectangle, and a small one leaves its crops free


def point_names(picture: Picture) -> tuple[str, str]:
    """The form's fields for it: across, down."""
    return f"across_{picture.pk}", f"down_{picture.pk}"


def point_of(picture: Picture) -> tuple[int, int]:
    """Across and down, in per cent; the middle where nobody chose."""
    across, down = picture.focal_point_x, picture.focal_point_y
    if across is None or down is None or not picture.width or not picture.height:
        return MIDDLE
    return round(100 * across / picture.width), round(100 * down / picture.height)


def set_points(actor: Person, points: Iterable[tuple[Picture, int, int]]) -> None:
    """Keep the points of the pictures that the actor may change; of others nothing is kept, and nothing is said."""
    wanted = {picture.pk: (across, down) for picture, across, down in points}
    for picture in editable_pictures(actor).filter(pk__in=wanted):
        across, down = wanted[picture.pk]
        picture.focal_point_x = round(picture.width * across / 100)
        picture.focal_point_y = round(picture.height * down / 100)
        picture.focal_point_width = picture.focal_point_height = max(2, min(picture.width, picture.height) // SHARE)
        picture.save(update_fields=[f"focal_point_{name}" for name in ("x", "y", "width", "height")])
