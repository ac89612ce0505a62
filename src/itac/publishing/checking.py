"""Whether a post can go out as it is: each problem says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from itac.library.models import Picture
from itac.networks.counting import count
from itac.networks.protocol import Capabilities
from itac.publishing.models import Variant
from itac.publishing.payload import mime_of, parts_of, signed, text_of

# What is said while a person types too (`studio.live_counting` hands these to the browser).
TEXT_MISSING = _("There is no text in “%(language)s” for %(channel)s yet. Write it.")
TEXT_TOO_MANY_BYTES = _("A part of the text for %(channel)s takes more than %(limit)d bytes. Shorten it.")
ALT_MISSING = _(
    "“%(picture)s” has no description in “%(language)s”. Say in a sentence what it shows, for people who don't see it."
)
ALT_TOO_LONG = _(
    "The description of “%(picture)s” is longer than %(channel)s takes (%(limit)d characters). Shorten it."
)


def text_too_long(over: int) -> str:
    """The sentence about a text that is so much too long, its facts still to be filled in."""
    return ngettext(
        "The text for %(channel)s is %(over)d character too long (limit %(limit)d). Shorten it.",
        "The text for %(channel)s is %(over)d characters too long (limit %(limit)d). Shorten it.",
        over,
    )


def too_many_pictures(limit: int) -> str:
    """The sentence about more pictures than that, its facts still to be filled in."""
    return ngettext(
        "%(channel)s takes %(limit)d picture at most. Take some out.",
        "%(channel)s takes %(limit)d pictures at most. Take some out.",
        limit,
    )


@dataclass(frozen=True)
class Problem:
    """One reason why something can't go out. `field` names the form field it belongs to, "" for none."""

    code: str
    message: str | Promise
    field: str = ""


def problems_of(variant: Variant, *, today: date) -> list[Problem]:
    """All that stands between this variant and its channel, as submitted. Reads the post's media; writes nothing."""
    channel = variant.channel
    capabilities = channel.plug().capabilities(channel)
    pictures = [(item.picture, item.alt.texts.get(variant.language, "")) for item in variant.post.media.all()]
    return check(
        channel=channel.name,
        language=variant.language,
        text=signed(text_of(variant), variant.post, variant.language),
        pictures=pictures,
        capabilities=capabilities,
        today=today,
    )


def check(
    *,
    channel: str,
    language: str,
    text: str,
    pictures: Iterable[tuple[Picture, str]],
    capabilities: Capabilities,
    today: date,
) -> list[Problem]:
    """The problems of a text, and of pictures with their words in that language, on a channel that can do so much."""
    names = {"channel": channel, "language": language}
    return [
        *_text_problems(text, capabilities, names),
        *_pictures_problems(list(pictures), capabilities, names, today),
    ]


def _text_problems(text: str, capabilities: Capabilities, names: Mapping[str, Any]) -> Iterable[Problem]:
    if not text.strip():
        yield Problem("text_missing", TEXT_MISSING % names, "text")
        return
    for part in parts_of(text, capabilities):
        over = count(part, capabilities) - (capabilities.text_max or count(part, capabilities))
        if over > 0:
            facts = {**names, "over": over, "limit": capabilities.text_max}
            yield Problem("text_too_long", text_too_long(over) % facts, "text")
        if capabilities.text_bytes_max and len(part.encode()) > capabilities.text_bytes_max:
            facts = {**names, "limit": capabilities.text_bytes_max}
            yield Problem("text_too_many_bytes", TEXT_TOO_MANY_BYTES % facts, "text")


def _pictures_problems(
    pictures: list[tuple[Picture, str]], capabilities: Capabilities, names: Mapping[str, Any], today: date
) -> Iterable[Problem]:
    if len(pictures) > capabilities.images_max:
        facts = {**names, "limit": capabilities.images_max}
        yield Problem("too_many_pictures", too_many_pictures(capabilities.images_max) % facts, "pictures")
    for picture, alt in pictures:
        facts = {**names, "picture": picture.title}
        if not picture.may_be_shown(today=today):
            yield Problem(
                "rights_missing",
                _(
                    "“%(picture)s” has no credit line, no licence, or its time is over."
                    " Add who made it and under what it may be used."
                )
                % facts,
                "pictures",
            )
        if not alt.strip():
            yield Problem("alt_missing", ALT_MISSING % facts, "pictures")
        elif capabilities.alt_max and len(alt) > capabilities.alt_max:
            yield Problem("alt_too_long", ALT_TOO_LONG % {**facts, "limit": capabilities.alt_max}, "pictures")
        yield from _file_problems(picture, capabilities, facts)


def _file_problems(picture: Picture, capabilities: Capabilities, facts: Mapping[str, Any]) -> Iterable[Problem]:
    if capabilities.image_types and mime_of(picture) not in capabilities.image_types:
        yield Problem(
            "picture_type",
            _("%(channel)s doesn't take the file type of “%(picture)s”. Save it as JPEG or PNG.") % facts,
            "pictures",
        )
    if capabilities.image_bytes_max and (picture.file_size or 0) > capabilities.image_bytes_max:
        limit = capabilities.image_bytes_max // 1000
        yield Problem(
            "picture_too_large",
            _("“%(picture)s” is larger than %(channel)s takes (%(limit)d kB). Make it smaller.")
            % {**facts, "limit": limit},
            "pictures",
        )
    if capabilities.image_pixels_max and picture.width * picture.height > capabilities.image_pixels_max:
        yield Problem(
            "picture_too_many_pixels",
            _("“%(picture)s” has more pixels than %(channel)s takes. Make it smaller.") % facts,
            "pictures",
        )
    ratio = picture.width / picture.height
    low, high = capabilities.image_ratio_min, capabilities.image_ratio_max
    if (low and ratio < low) or (high and ratio > high):
        yield Problem(
            "picture_ratio", _("%(channel)s doesn't take the shape of “%(picture)s”. Crop it.") % facts, "pictures"
        )
