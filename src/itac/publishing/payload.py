"""What exactly will be sent, in a canonical form whose hash an approval binds to.

Promise 2: text, language, kind (it decides who is asked), parts, link card, options, the stored bytes of every
picture, its words, and the channel with its account are all in it; whatever of them changes, the hash changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from itac.library.models import Picture
from itac.networks.counting import count
from itac.networks.models import Channel
from itac.networks.protocol import AnswerTo, Capabilities, Card, Content, Media, Part
from itac.publishing.models import Post, Variant
from itac.publishing.splitting import split

FORM = 1  # grows when the canonical form changes; older approvals then ask again


def text_of(variant: Variant) -> str:
    """The variant's own text, else the post's in that language. Never another language's: that is `missing`."""
    return variant.text or variant.post.text.texts.get(variant.language, "")


def signed(text: str, post: Post, language: str) -> str:
    """The text with the signature that every post of a take-over carries; it counts in the network's limit."""
    signature = post.mandate.signature_in(language) if post.mandate is not None else ""
    return f"{text.rstrip()}\n\n{signature}" if signature and text.strip() else text


def parts_of(text: str, capabilities: Capabilities) -> list[str]:
    """The text as the network will get it: whole, or as a thread."""
    return split(
        text, most=capabilities.text_max, count=lambda part: count(part, capabilities), threads=capabilities.threads
    )


def payload_of(variant: Variant) -> dict[str, Any]:
    """The canonical payload of a variant, as JSON values, from the submitted post.

    Reads the post, its media and the channel; writes nothing.
    """
    language = variant.language
    return payload_from(
        variant.post,
        channel=variant.channel,
        language=language,
        text=text_of(variant),
        media=[(item.picture, item.alt.texts.get(language, "")) for item in variant.post.media.all()],
        options=variant.options,
    )


def payload_from(
    post: Post,
    *,
    channel: Channel,
    language: str,
    text: str,
    media: Iterable[tuple[Picture, str]],
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """The canonical payload of these words and pictures. The post needs no row yet: a draft is shown as it will go.

    Pictures go with the first part, the link card with the first part of a network that has cards (and no pictures:
    networks show one or the other).
    """
    capabilities = channel.plug().capabilities(channel)
    pictures = [_picture(picture, alt) for picture, alt in media]
    whole_text = signed(text, post, language)
    parts: list[dict[str, Any]] = [
        {"text": part, "media": [], "card": None} for part in parts_of(whole_text, capabilities)
    ]
    parts[0]["media"] = pictures
    if post.link_address and capabilities.cards and (not pictures or channel.network == "website"):
        parts[0]["card"] = {
            "address": post.link_address,
            "title": post.link_title.texts.get(language, "") or str(post.title.read(language)),
            "description": post.link_description.texts.get(language, ""),
        }
    return {
        "form": FORM,
        "channel": {"id": channel.pk, "network": channel.network, "account": channel.account_id or channel.handle},
        "speaker": post.organisation_id,
        "subject": post.slug,
        "language": language,
        "kind": post.kind,
        "title": str(post.title.read(language)),
        "parts": parts,
        "sources": [dict(source) for source in post.sources],
        "options": dict(options),
    }


def _picture(picture: Picture, alt: str) -> dict[str, Any]:
    return {
        "picture": picture.pk,
        "sha256": picture.sha256,
        "alt": alt,
        "mime": mime_of(picture),
        "width": picture.width,
        "height": picture.height,
        "size_bytes": picture.file_size or 0,
    }


def mime_of(picture: Picture) -> str:
    """The media type by the stored file's ending."""
    ending = str(picture.file.name).rsplit(".", 1)[-1].lower()
    return {
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "png": "image/png",
        "webp": "image/webp",
        "gif": "image/gif",
    }.get(ending, "application/octet-stream")


def hash_of(payload: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def seal_of(sealed: Mapping[str, Mapping[str, Any]]) -> str:
    """One hash over all variants' hashes: what an approver's decision names."""
    return hash_of({key: value["hash"] for key, value in sealed.items()})


class ChangedMedia(Exception):
    """The stored bytes of a picture are not the ones that were approved, or are gone."""


def content_of(payload: Mapping[str, Any]) -> Content:
    """The content a network gets, from a payload. Pictures are read, and their bytes verified, when asked for.

    What it answers stands in the options as `answers`, so that the hash binds it (Promise 2).
    """
    parts = [
        Part(
            text=part["text"],
            media=[_media(item) for item in part["media"]],
            card=Card(**part["card"]) if part["card"] else None,
        )
        for part in payload["parts"]
    ]
    return Content(
        language=payload["language"],
        parts=parts,
        subject=payload["subject"],
        title=payload["title"],
        sources=payload["sources"],
        options={**payload["options"], "speaker": payload["speaker"]},
        answers=AnswerTo.of(payload["options"].get("answers")),
    )


def _media(item: Mapping[str, Any]) -> Media:
    return Media(
        sha256=item["sha256"],
        mime=item["mime"],
        alt=item["alt"],
        width=item["width"],
        height=item["height"],
        size_bytes=item["size_bytes"],
        picture_id=item["picture"],
        read=lambda: read_picture(item["picture"], item["sha256"]),
    )


def read_picture(picture_id: int, sha256: str) -> bytes:
    """The stored bytes. Raises `ChangedMedia` unless they are exactly the approved ones."""
    picture = Picture.objects.filter(pk=picture_id).first()
    try:
        if picture is None:
            raise ChangedMedia(picture_id)
        with picture.file.open("rb") as file:
            data: bytes = file.read()
    except OSError as error:
        raise ChangedMedia(picture_id) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ChangedMedia(picture_id)
    return data


def whole(post: Post) -> list[Variant]:
    """The post's current variants with all that a payload needs, in a fixed number of queries."""
    return list(
        post.variants.current().select_related("post__mandate", "channel").prefetch_related("post__media__picture")
    )
