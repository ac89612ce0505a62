"""Where a person posts by hand, and the address at which that network opens its own composer.

Only addresses that the networks document (`source`, read on 25 November 2026). Where none takes the text along, the
person pastes it. Limits are those of the networks too, with the way they count; a channel's own go before them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from itac.networks.protocol import Unit

if TYPE_CHECKING:
    from itac.networks.models import Channel

# Servers refuse request lines of 8 kilobytes; half of that leaves room for where a log-in leads back to.
LONGEST = 4_000
_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}’”»]")


@dataclass(frozen=True, kw_only=True)
class Composer:
    """A network on which people post by hand.

    `with_text` is the address that opens its composer with the text in it, `with_link` one that takes a link alone,
    `start` where one begins otherwise. Places in them: {text}, {link}, {server} (the channel's own).
    """

    title: str
    source: str = ""
    with_text: str = ""
    with_link: str = ""
    start: str
    text_max: int = 5_000
    text_unit: Unit = Unit.CHARACTERS
    text_bytes_max: int | None = None
    url_counts: int | None = None
    mention_without_domain: bool = False
    images_max: int = 10
    alt_max: int = 1_500
    threads: bool = False


COMPOSERS: Mapping[str, Composer] = {
    "x": Composer(
        title="X",
        source="https://docs.x.com/x-for-websites/post-button/guides/web-intent",
        with_text="https://x.com/intent/tweet?text={text}",
        start="https://x.com/",
        text_max=280,
        text_unit=Unit.WEIGHTED,
        url_counts=23,
        images_max=4,
        alt_max=1_000,
        threads=True,
    ),
    "instagram": Composer(title="Instagram", start="https://www.instagram.com/", text_max=2_200),
    "facebook": Composer(
        title="Facebook",
        source="https://developers.facebook.com/docs/plugins/share-button",
        with_link="https://www.facebook.com/sharer/sharer.php?u={link}",
        start="https://www.facebook.com/",
        text_max=63_206,
    ),
    "linkedin": Composer(
        title="LinkedIn",
        source="https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/plugins/share-plugin",
        with_link="https://www.linkedin.com/sharing/share-offsite/?url={link}",
        start="https://www.linkedin.com/feed/",
        text_max=3_000,
        images_max=20,
        alt_max=4_086,
    ),
    "threads": Composer(
        title="Threads",
        source="https://developers.facebook.com/documentation/threads/threads-web-intents",
        with_text="https://www.threads.com/intent/post?text={text}",
        start="https://www.threads.com/",
        text_max=500,
        text_unit=Unit.EMOJI_BYTES,
        images_max=20,
        alt_max=1_000,
        threads=True,
    ),
    "telegram": Composer(
        title="Telegram",
        source="https://core.telegram.org/widgets/share",
        with_link="https://t.me/share/url?url={link}&text={text}",
        start="https://web.telegram.org/",
        text_max=4_096,
    ),
    "whatsapp": Composer(
        title="WhatsApp",
        source="https://faq.whatsapp.com/5913398998672934",
        with_text="https://wa.me/?text={text}",
        start="https://web.whatsapp.com/",
    ),
    "bluesky": Composer(
        title="Bluesky",
        source="https://docs.bsky.app/docs/advanced-guides/intent-links",
        with_text="https://bsky.app/intent/compose?text={text}",
        start="https://bsky.app/",
        text_max=300,
        text_unit=Unit.GRAPHEMES,
        text_bytes_max=3_000,
        images_max=4,
        alt_max=2_000,
        threads=True,
    ),
    "mastodon": Composer(
        title="Mastodon",
        source="https://github.com/mastodon/mastodon/blob/main/app/serializers/manifest_serializer.rb",
        with_text="{server}/share?text={text}",
        start="{server}/",
        text_max=500,
        text_unit=Unit.GRAPHEMES,
        url_counts=23,
        mention_without_domain=True,
        images_max=4,
        threads=True,
    ),
}


# Where nobody said which network it is: as much as a person can paste.
ELSEWHERE = Composer(title="", start="")


@dataclass(frozen=True)
class Opening:
    """A way to a network's own page: its name, the address, and whether the text is there already."""

    title: str
    address: str
    has_text: bool


def composer_of(channel: Channel) -> Composer | None:
    """The network on which this channel's person posts; None where nobody said which."""
    return COMPOSERS.get(channel.posted_on)


def opening(channel: Channel, text: str) -> Opening | None:
    """Where the channel's person posts that text: with it if the network takes it along and it isn't too long for an
    address, else with its first link, else where one begins. None for a channel whose network isn't known."""
    composer = composer_of(channel)
    if composer is None or ("{server}" in composer.start and not channel.address):
        return None
    link = _ADDRESS.search(text)
    words = {
        "server": channel.address.rstrip("/"),
        "text": quote(text, safe=""),
        "link": quote(link[0], safe="") if link else "",
    }
    with_text = composer.with_text.format(**words)
    if with_text and len(with_text) <= LONGEST:
        return Opening(composer.title, with_text, has_text=True)
    with_link = composer.with_link.format(**words)
    if with_link and link and len(with_link) <= LONGEST:
        return Opening(composer.title, with_link, has_text="{text}" in composer.with_link)
    return Opening(composer.title, composer.start.format(**words), has_text=False)
