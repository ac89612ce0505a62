"""A post as each network will show it: from a sealed payload, from the post, or from what is being typed.

Always the engine's own payload, so that what is looked at is what would be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itac.campaign.models import Person
from itac.core.localised import RIGHT_TO_LEFT, Localised
from itac.library.models import Picture
from itac.networks.counting import count, passes_at
from itac.networks.models import Channel
from itac.networks.richtext import Span, spans
from itac.publishing.approving import Difference
from itac.publishing.checking import Problem, check
from itac.publishing.models import Post
from itac.publishing.payload import payload_from, signed
from itac.publishing.writing import Draft
from itac.studio.composing import language_name
from itac.studio.pictures import shown_pictures
from itac.studio.speaking import Speaker

NOT_LENT = gettext_lazy("The take-over doesn't have %(channel)s in “%(language)s”. Take it out.")


@dataclass(frozen=True)
class ShownPicture:
    """A picture with its words; `is_changed` when the file isn't the sealed one any more."""

    url: str
    alt: str
    is_changed: bool = False


@dataclass(frozen=True)
class ShownPart:
    """One message as it will stand there, with its length beside the limit (None: none)."""

    text: SafeString
    length: int
    limit: int | None
    pictures: Sequence[ShownPicture]
    card: Mapping[str, str] | None

    @property
    def is_over(self) -> bool:
        """Whether it is longer than the network takes."""
        return self.limit is not None and self.length > self.limit


@dataclass(frozen=True)
class Shown:
    """One variant as its network will show it, and what stands in its way; `signature` is the take-over's, which its
    text ends with."""

    channel: Channel
    language: str
    title: str
    parts: Sequence[ShownPart]
    sources: Sequence[Mapping[str, str]]
    problems: Sequence[Problem] = ()
    signature: str = ""

    @property
    def language_name(self) -> str:
        """The language in its own words."""
        return language_name(self.language)

    @property
    def direction(self) -> str:
        """For the element's dir attribute."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"


def studio_picture(picture_id: int) -> str:
    """Where the Studio's own pages get a picture."""
    return reverse("studio_picture", args=[picture_id])


def shown_payload(
    payload: Mapping[str, Any],
    channel: Channel,
    *,
    problems: Sequence[Problem] = (),
    signature: str = "",
    picture_url: Callable[[int], str] = studio_picture,
) -> Shown:
    """What that payload looks like on that channel; `picture_url` gives the address of a picture by its id."""
    capabilities = channel.plug().capabilities(channel)
    ids = [item["picture"] for part in payload["parts"] for item in part["media"]]
    stored = dict(Picture.objects.filter(pk__in=ids).values_list("pk", "sha256"))
    parts = [
        ShownPart(
            text=with_marks(
                part["text"],
                passes=passes_at(part["text"], capabilities),
                with_servers=capabilities.mention_without_domain,
            ),
            length=count(part["text"], capabilities),
            limit=capabilities.text_max,
            pictures=[
                ShownPicture(
                    picture_url(item["picture"]),
                    item["alt"],
                    is_changed=stored.get(item["picture"]) != item["sha256"],
                )
                for item in part["media"]
            ],
            card=part["card"],
        )
        for part in payload["parts"]
    ]
    return Shown(channel, payload["language"], payload["title"], parts, payload["sources"], problems, signature)


def shown_seal(
    sealed: Mapping[str, Mapping[str, Any]], *, picture_url: Callable[[int], str] = studio_picture
) -> list[Shown]:
    """All that a request for approval sealed, exactly as it was sealed."""
    payloads = [value["payload"] for value in sealed.values()]
    ids = [payload["channel"]["id"] for payload in payloads]
    channels = Channel.objects.defer("secret", "session").in_bulk(ids)
    return [
        shown_payload(payload, channels[payload["channel"]["id"]], picture_url=picture_url)
        for payload in payloads
        if payload["channel"]["id"] in channels
    ]


def shown_draft(draft: Draft, *, person: Person, speaker: Speaker, slug: str = "", today: date) -> list[Shown]:
    """What is being typed, as each chosen network would show it now, with its problems. Writes nothing."""
    ids = [item.picture_id for item in draft.pictures]
    pictures = shown_pictures(person).in_bulk(ids)
    channels = Channel.objects.defer("secret", "session").in_bulk([item.channel_id for item in draft.variants])
    post = Post(
        slug=slug,
        kind=draft.kind,
        organisation=speaker.organisation,
        mandate=speaker.mandate,
        title=_localised(draft.title, draft),
        text=_localised(draft.text, draft),
        link_address=draft.link_address,
        link_title=_localised(draft.link_title, draft),
        link_description=_localised(draft.link_description, draft),
        sources=[dict(source) for source in draft.sources],
    )
    found = []
    for item in draft.variants:
        channel = channels.get(item.channel_id)
        if channel is None:
            continue
        text = item.text or draft.text.get(item.language, "")
        media = [
            (pictures[each.picture_id], each.alt.get(item.language, ""))
            for each in draft.pictures
            if each.picture_id in pictures
        ]
        payload = payload_from(
            post, channel=channel, language=item.language, text=text, media=media, options=item.options
        )
        whole_text = signed(text, post, item.language)
        problems = check(
            channel=channel.name,
            language=item.language,
            text=whole_text,
            pictures=media,
            capabilities=channel.plug().capabilities(channel),
            today=today,
        )
        if not speaker.may_say(channel.pk, item.language):
            names = {"channel": channel.name, "language": item.language}
            problems.insert(0, Problem("not_lent", NOT_LENT % names))
        signature = speaker.mandate.signature_in(item.language) if speaker.mandate and whole_text != text else ""
        found.append(shown_payload(payload, channel, problems=problems, signature=signature))
    return found


def with_marks(text: str, *, passes: int | None = None, with_servers: bool = False) -> SafeString:
    """The text with its links, tags and mentions marked as its network marks them, and its lines kept.

    What stands from the place `passes` on is marked as too much.
    """
    found = spans(text, with_servers=with_servers)
    if passes is None:
        return _stretch(text, found, 0, len(text))
    over = format_html('<mark class="itac-over">{}</mark>', _stretch(text, found, passes, len(text)))
    return _stretch(text, found, 0, passes) + over


def _stretch(text: str, found: Iterable[Span], begin: int, end: int) -> SafeString:
    pieces, place = [], begin
    for span in found:
        first, last = max(span.start, begin), min(span.end, end)
        if first < last:
            pieces.append(conditional_escape(text[place:first]))
            pieces.append(format_html('<span class="itac-mark">{}</span>', text[first:last]))
            place = last
    pieces.append(conditional_escape(text[place:end]))
    return mark_safe("".join(pieces))  # noqa: S308 -- every piece is escaped above


@dataclass(frozen=True)
class DifferenceInWords:
    """What changed in one place, before and after, as texts."""

    where: str
    what: str
    before: str
    after: str


def differences_in_words(differences: Iterable[Difference]) -> list[DifferenceInWords]:
    """The engine's differences for people to read."""
    names = {
        "channel": _("channel"),
        "speaker": _("who speaks"),
        "subject": _("address"),
        "language": _("language"),
        "kind": _("kind"),
        "title": _("title"),
        "parts": _("text, pictures and link"),
        "sources": _("sources"),
        "options": _("options"),
        "form": _("form"),
    }
    return [
        DifferenceInWords(each.where, names.get(each.field, each.field), _words(each.before), _words(each.after))
        for each in differences
        if each.field != "form"
    ]


def _words(value: Any) -> str:
    if value in (None, "", [], {}):
        return _("nothing")
    if isinstance(value, list) and value and "text" in value[0]:
        lines = []
        for part in value:
            lines.append(part["text"])
            lines += [f"[{item['alt'] or _('picture without description')}]" for item in part["media"]]
            lines += [f"{part['card']['title']} {part['card']['address']}"] if part["card"] else []
        return "\n".join(lines)
    if isinstance(value, list):
        return "\n".join(", ".join(str(word) for word in item.values() if word) for item in value)
    if isinstance(value, dict):
        return ", ".join(str(word) for word in value.values())
    return str(value)


def _localised(texts: Mapping[str, str], draft: Draft) -> Localised:
    return Localised({code: text for code, text in texts.items() if text}, draft.original)
