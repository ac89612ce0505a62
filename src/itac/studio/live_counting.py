"""What the browser needs to count and preview a post while it is typed: the server's own limits, names and sentences.

`static/studio/counting/` reads it. Nothing is decided there: "Check" and the gate judge what goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from itac.core.localised import RIGHT_TO_LEFT
from itac.library.models import Picture
from itac.networks.models import Channel
from itac.networks.protocol import Capabilities
from itac.publishing import checking
from itac.publishing.models import PostKind
from itac.studio.composing import SOURCE_PARTS, ComposerForm, language_name
from itac.studio.showing import NOT_LENT, studio_picture
from itac.studio.speaking import Speaker
from itac.studio.templatetags.studio import network_name

RULES = (
    "text_max", "text_bytes_max", "url_counts", "mention_without_domain", "threads", "cards", "images_max", "alt_max",
)  # fmt: skip
# Beyond two hundred, the plural forms of all our languages depend on the last two digits.
PLURALS_UP_TO = 200


def live_facts(form: ComposerForm, *, today: date) -> dict[str, Any]:
    """All that the form's fields don't say themselves, as JSON values. Asks the database nothing."""
    limits = {channel.pk: channel.plug().capabilities(channel) for channel in form.channels}
    return {
        "languages": {
            code: {"name": language_name(code), "direction": "rtl" if code in RIGHT_TO_LEFT else "ltr"}
            for code in form.languages
        },
        "channels": [_channel(channel, limits[channel.pk]) for channel in form.channels],
        "pictures": [_picture(each, form.channels, limits, today) for each in form.pictures],
        "picture_address": studio_picture(0),
        "sources": form.rows,
        "source_parts": SOURCE_PARTS,
        "original": form.before.original,
        "takeovers": {each.key: _takeover(each, form) for each in form.speakers if each.mandate},
        "kinds": [[code, str(name)] for code, name in PostKind.choices],
        "speaker": form.speakers[0].key,
        "sentences": _sentences(),
    }


def _takeover(speaker: Speaker, form: ComposerForm) -> dict[str, Any]:
    """Its signature by language, and the places and kinds of posts (none named: any) that are lent to it."""
    mandate = speaker.mandate
    return {
        "kinds": list(mandate.kinds) if mandate else [],
        "signature": {code: mandate.signature_in(code) if mandate else "" for code in form.languages},
        "places": [
            f"{channel.pk} {code}"
            for channel in form.channels
            for code in form.languages
            if speaker.may_say(channel.pk, code)
        ],
    }


def rules_of(capabilities: Capabilities) -> dict[str, Any]:
    """How a network counts, as `counting/measuring.js` takes it."""
    return {name: getattr(capabilities, name) for name in RULES} | {"text_unit": capabilities.text_unit.value}


def _channel(channel: Channel, capabilities: Capabilities) -> dict[str, Any]:
    is_called_otherwise = channel.plug().title != channel.name
    return {
        "id": channel.pk,
        "network": channel.network,
        "network_name": str(network_name(channel.network)) if is_called_otherwise else "",
        "name": channel.name,
        "handle": channel.handle,
        "rules": rules_of(capabilities),
        "too_many_pictures": checking.too_many_pictures(capabilities.images_max)
        % {"channel": channel.name, "limit": capabilities.images_max},
    }


def _picture(
    picture: Picture, channels: list[Channel], limits: Mapping[int, Capabilities], today: date
) -> dict[str, Any]:
    """A picture and what each channel has against it, whatever is said about it: its rights, then its file."""
    problems = {}
    for channel in channels:
        found = checking.check(
            channel=channel.name,
            language="",
            text="-",
            pictures=[(picture, "-")],
            capabilities=limits[channel.pk],
            today=today,
        )
        said = [[problem.code, str(problem.message)] for problem in found if problem.code != "too_many_pictures"]
        if said:
            problems[channel.pk] = said
    return {"id": picture.pk, "title": picture.title, "address": studio_picture(picture.pk), "problems": problems}


def _sentences() -> dict[str, Any]:
    """Whole sentences in the reader's language, with named places; those that count come in all their forms."""
    return {
        "text_missing": str(checking.TEXT_MISSING),
        "text_too_long": _forms(checking.text_too_long),
        "text_too_many_bytes": str(checking.TEXT_TOO_MANY_BYTES),
        "alt_missing": str(checking.ALT_MISSING),
        "alt_too_long": str(checking.ALT_TOO_LONG),
        "length": _forms(lambda number: ngettext("%(length)s character", "%(length)s characters", number)),
        "length_of": _("%(length)s of %(limit)s characters"),
        "part": _("Part %(number)s of %(all)s"),
        "parts": _forms(lambda number: ngettext("%(number)s part", "%(number)s parts", number)),
        "no_alt": _("No description yet"),
        "sources": _("Sources"),
        "signature": _("Signature of the take-over:"),
        "not_lent": str(NOT_LENT),
        "nothing": _("Choose a channel and a language above; how the post looks there will stand here."),
    }


def _forms(of: Callable[[int], str]) -> dict[str, Any]:
    """The forms of a sentence that counts, and which of them each number takes, the first two hundred in order."""
    said = [of(number) for number in range(PLURALS_UP_TO)]
    forms = list(dict.fromkeys(said))
    return {"forms": forms, "of": [forms.index(each) for each in said]}
