"""Between what a program sends and a draft: what the Studio's form wouldn't offer isn't taken here either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from itac.api.problems import Problem
from itac.api.shapes import Content, ContentShown, PictureShown, SourceShown, VariantShown
from itac.campaign.models import Person
from itac.library.models import Picture
from itac.networks.models import Channel
from itac.publishing.writing import Draft, DraftPicture, DraftVariant


def draft_of(actor: Person, content: Content, *, before: Draft | None) -> Draft:
    """The content as a draft. Options of variants, which the API doesn't know, stay as they were.

    Raises `Problem` for languages, channels, pictures and addresses that aren't there; not the actor's looks the same.
    """
    lines = [*_faults(actor, content, before or Draft())]
    if lines:
        raise Problem("unfit", errors=lines)
    options = {(item.channel_id, item.language): item.options for item in before.variants} if before else {}
    return Draft(
        title=content.title,
        text={code: text.replace("\r\n", "\n") for code, text in content.text.items()},
        original=content.original,
        pictures=[DraftPicture(picture_id=item.picture, alt=item.alt) for item in content.pictures],
        variants=[
            DraftVariant(
                channel_id=item.channel,
                language=item.language,
                text=item.text.replace("\r\n", "\n"),
                options=options.get((item.channel, item.language), {}),
            )
            for item in content.variants
        ],
        link_address=content.link_address,
        link_title=content.link_title,
        link_description=content.link_description,
        sources=[source.model_dump() for source in content.sources],
        kind=str(content.kind),
    )


def content_of_draft(draft: Draft) -> ContentShown:
    """A draft, as a program reads it."""
    return ContentShown(
        kind=draft.kind,
        original=draft.original,
        title=dict(draft.title),
        text=dict(draft.text),
        pictures=[PictureShown(picture=item.picture_id, alt=dict(item.alt)) for item in draft.pictures],
        variants=[VariantShown(channel=v.channel_id, language=v.language, text=v.text) for v in draft.variants],
        link_address=draft.link_address,
        link_title=dict(draft.link_title),
        link_description=dict(draft.link_description),
        sources=[SourceShown(**source) for source in draft.sources],
    )


def known_languages(channels: Iterable[Channel]) -> set[str]:
    """The languages in which somebody can write: the site's and those of the channels."""
    return {code for code, _name in settings.LANGUAGES} | {code for each in channels for code in each.languages or []}


def _faults(actor: Person, content: Content, before: Draft) -> Iterable[Mapping[str, str]]:
    channels = {each.pk: each for each in Channel.objects.defer("secret", "session")}
    languages = known_languages(channels.values()) | {before.original, *before.title, *before.text}
    used = {
        "original": [content.original],
        "title": content.title,
        "text": content.text,
        "link_title": content.link_title,
        "link_description": content.link_description,
        "pictures": {code for item in content.pictures for code in item.alt},
    }
    for field, codes in used.items():
        for code in sorted(set(codes) - languages):
            yield _line("language_unknown", _("Nobody writes in “%(language)s” here.") % {"language": code}, field)
    yield from _variant_faults(content, channels, before)
    yield from _picture_faults(actor, content, before)
    addresses = [("link_address", content.link_address), *(("sources", each.address) for each in content.sources)]
    for field, address in addresses:
        if address and not _is_address(address):
            yield _line("no_address", _("Write the whole address, such as https://example.org/page."), field)


def _variant_faults(content: Content, channels: Mapping[int, Channel], before: Draft) -> Iterable[Mapping[str, str]]:
    places = [(item.channel, item.language) for item in content.variants]
    if len(set(places)) < len(places):
        yield _line("variant_twice", _("Name each channel once in a language."), "variants")
    had = {(item.channel_id, item.language) for item in before.variants}
    for number, code in dict.fromkeys(places):
        channel = channels.get(number)
        if channel is None:
            yield _line("channel_gone", _("A channel of this post is gone. Choose another."), "variants")
        elif code not in (channel.languages or known_languages([])) and (number, code) not in had:
            words = {"channel": channel.name, "language": code}
            yield _line("language_unknown", _("%(channel)s doesn't speak “%(language)s”.") % words, "variants")


def _picture_faults(actor: Person, content: Content, before: Draft) -> Iterable[Mapping[str, str]]:
    wanted = [item.picture for item in content.pictures]
    if len(set(wanted)) < len(wanted):
        yield _line("picture_twice", _("Name each picture once."), "pictures")
    usable = Picture.objects.visible_to(actor) | Picture.objects.filter(organisation=None)
    there = set(usable.filter(pk__in=wanted).values_list("pk", flat=True))
    if set(wanted) - there - {item.picture_id for item in before.pictures}:
        yield _line("picture_gone", _("A picture of this post is gone. Choose another."), "pictures")


def _is_address(text: str) -> bool:
    try:
        URLValidator(schemes=["https", "http"])(text)
    except ValidationError:
        return False
    return True


def _line(code: str, detail: Any, field: str) -> Mapping[str, str]:
    return {"code": code, "detail": str(detail), "field": field}
