"""The composer's form: everything a person types about a post, without script, into a draft and back.

Nothing is judged here but the form of an address: what can't go out is said by `publishing.checking`, and a draft that
isn't finished is kept as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Person
from itac.campaign.people_forms import zone_choices
from itac.core.forms import WebAddress
from itac.core.localised import RIGHT_TO_LEFT
from itac.library.models import Picture
from itac.library.policies import editable_pictures
from itac.networks.models import Channel
from itac.publishing.models import PostKind
from itac.publishing.writing import Draft, DraftPicture, DraftVariant, Seat
from itac.studio.answering import row_number
from itac.studio.focusing import point_names, point_of
from itac.studio.pictures import offered_pictures
from itac.studio.speaking import Speaker

EMPTY_SOURCES = 2  # rows offered beyond those filled; saving offers new ones
SOURCE_PARTS = ("title", "publisher", "address", "figure")
ADDRESS_WRONG = _("Write the whole address, such as https://example.org/page.")


def language_name(code: str) -> str:
    """A language in its own words."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code


def post_languages(channels: Sequence[Channel], draft: Draft) -> list[str]:
    """The languages a composer offers: the campaign's, those of its channels, and those the draft has."""
    wanted = [code for code, _name in settings.LANGUAGES]
    wanted += [code for channel in channels for code in channel.languages or []]
    wanted += [draft.original, *draft.title, *draft.text, *(variant.language for variant in draft.variants)]
    return list(dict.fromkeys(wanted))


def the_channels() -> list[Channel]:
    """Every channel, without its secrets."""
    return list(Channel.objects.defer("secret", "session"))


def _ticked(data: Mapping[str, Any]) -> list[int]:
    """The pictures that a sent form has ticked, so that none drops out of the offer while somebody writes."""
    numbers = [name.removeprefix("picture_") for name in data if name.startswith("picture_")]
    return [number for each in numbers if (number := row_number(each))]


class Words(forms.CharField):
    """A text in one language, in its own direction; line ends as networks count them."""

    def __init__(self, language: str, *, rows: int = 0, **facts: Any) -> None:
        attrs = {"lang": language, "dir": "rtl" if language in RIGHT_TO_LEFT else "ltr"}
        box = forms.Textarea({**attrs, "rows": rows}) if rows else forms.TextInput(attrs)
        super().__init__(required=False, widget=box, **facts)

    def to_python(self, value: Any) -> str:
        """Browsers send a line's end as two characters; networks would count both."""
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class ComposerForm(forms.Form):
    """One post as a person writes it. `draft()` is what was typed, once the form is valid.

    A new one offers its `speakers`. Where the one chosen speaks in a take-over, only what is lent to it is offered, and
    what was ticked before is taken out with a sentence; a page can offer the rest again when another is chosen.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seat = forms.RegexField(r"^[0-9a-f-]{36}$", widget=forms.HiddenInput, required=False)
    turn = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=1_000_000)
    wished_wall = forms.CharField(
        label=_("Day and time"),
        required=False,
        max_length=16,
        widget=forms.TextInput({"type": "datetime-local"}),
        help_text=_("A wish: it is kept with the text, and becomes the plan when you submit."),
    )
    wished_zone = forms.ChoiceField(label=_("Clock of"), required=False, choices=zone_choices)
    source_rows = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=60)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        person: Person,
        draft: Draft,
        version: int = 0,
        speaker: Speaker | None = None,
        speakers: Sequence[Speaker] = (),
    ) -> None:
        super().__init__(data, label_suffix="")
        self.before = draft
        self.speakers = list(speakers) or [speaker or Speaker(None)]
        asked = data.get("organisation") if data is not None else None
        self._speaker = next((each for each in self.speakers if each.key == asked), self.speakers[0])
        had = {item.channel_id for item in draft.variants}
        self.channels = [each for each in the_channels() if each.pk in had or self._has(each.pk)]
        self.languages = post_languages(self.channels, draft)
        self.pictures = offered_pictures(
            person, chosen=[item.picture_id for item in draft.pictures], ticked=_ticked(data or {})
        )
        offered = [picture.pk for picture in self.pictures]
        self._points = set(editable_pictures(person).filter(pk__in=offered).values_list("pk", flat=True))
        rows = data.get("source_rows") if data is not None else None
        self.rows = min(row_number(str(rows or "")), 60) or len(draft.sources) + EMPTY_SOURCES
        kinds = self._kinds()
        self.initial.update(
            {
                "version": version,
                "seat": str(uuid4()),
                "turn": 0,
                "source_rows": self.rows,
                "original": draft.original,
                "kind": draft.kind if draft.kind in dict(kinds) else kinds[0][0],
                "wished_wall": draft.wished_wall,
                "wished_zone": draft.wished_zone or person.zone,
            }
        )
        if speakers:
            self._add_speakers()
        names = [(code, language_name(code)) for code in self.languages]
        self.fields["original"] = forms.ChoiceField(
            label=_("First written in"), choices=names, help_text=_("Translations follow this language.")
        )
        self.fields["kind"] = forms.ChoiceField(
            label=_("What sort of post it is"),
            choices=kinds,
            required=False,
            error_messages={"invalid_choice": _("The take-over doesn't allow posts of this kind. Choose another.")},
            help_text=_("Rules may ask other people about a statement than about a story."),
        )
        self._add_words(draft)
        self._add_link(draft)
        self._add_sources(draft)
        self._add_pictures(draft)
        self._add_channels(draft)

    # -- fields -----------------------------------------------------------------------------------

    def _add_speakers(self) -> None:
        choices = [(each.key, str(each)) for each in self.speakers]
        self.fields["organisation"] = forms.ChoiceField(
            label=_("Who speaks"),
            choices=choices,
            required="" not in dict(choices),
            help_text=_("The organisation in whose name the post goes out. This can't be changed later."),
        )

    def _has(self, channel_id: int) -> bool:
        """Whether the channel is among those that one of the speakers can choose from."""
        return any(each.lent is None or channel_id in each.lent for each in self.speakers)

    def _kinds(self) -> list[tuple[str, Any]]:
        mandate = self._speaker.mandate
        return [kind for kind in PostKind.choices if mandate is None or not mandate.kinds or kind[0] in mandate.kinds]

    def _add_words(self, draft: Draft) -> None:
        for code in self.languages:
            name = language_name(code)
            self.fields[f"title_{code}"] = Words(
                code, max_length=200, label=_("Title, %(language)s") % {"language": name}
            )
            self.fields[f"text_{code}"] = Words(
                code, rows=7, max_length=20_000, strip=False, label=_("Text, %(language)s") % {"language": name}
            )
            self.initial.update({f"title_{code}": draft.title.get(code, ""), f"text_{code}": draft.text.get(code, "")})

    def _add_link(self, draft: Draft) -> None:
        self.fields["link_address"] = WebAddress(
            label=_("Address"),
            required=False,
            max_length=500,
            error_messages={"invalid": ADDRESS_WRONG},
            widget=forms.TextInput({"inputmode": "url", "placeholder": "https://", "dir": "ltr"}),
        )
        self.initial["link_address"] = draft.link_address
        for code in self.languages:
            names = {"language": language_name(code)}
            self.fields[f"link_title_{code}"] = Words(code, max_length=200, label=_("Its title, %(language)s") % names)
            self.fields[f"link_description_{code}"] = Words(
                code, rows=2, max_length=500, label=_("What stands there, %(language)s") % names
            )
            self.initial[f"link_title_{code}"] = draft.link_title.get(code, "")
            self.initial[f"link_description_{code}"] = draft.link_description.get(code, "")

    def _add_sources(self, draft: Draft) -> None:
        labels = {"title": _("Source"), "publisher": _("Published by"), "figure": _("The figure it gives")}
        for row in range(self.rows):
            known = draft.sources[row] if row < len(draft.sources) else {}
            for part in SOURCE_PARTS:
                name = f"source_{row}_{part}"
                self.fields[name] = (
                    WebAddress(
                        label=_("Its address"),
                        required=False,
                        max_length=500,
                        error_messages={"invalid": ADDRESS_WRONG},
                        widget=forms.TextInput({"inputmode": "url", "dir": "ltr"}),
                    )
                    if part == "address"
                    else forms.CharField(label=labels[part], required=False, max_length=300)
                )
                self.initial[name] = known.get(part, "")

    def _add_pictures(self, draft: Draft) -> None:
        chosen = {item.picture_id: (place, item) for place, item in enumerate(draft.pictures, start=1)}
        for picture in self.pictures:
            place, item = chosen.get(picture.pk, (None, None))
            self.fields[f"picture_{picture.pk}"] = forms.BooleanField(label=picture.title, required=False)
            self.fields[f"place_{picture.pk}"] = forms.IntegerField(
                label=_("Its place"),
                required=False,
                min_value=1,
                max_value=99,
                widget=forms.NumberInput({"class": "itac-narrow"}),
            )
            self.initial.update({f"picture_{picture.pk}": item is not None, f"place_{picture.pk}": place})
            for code in self.languages:
                name = f"alt_{picture.pk}_{code}"
                self.fields[name] = Words(
                    code,
                    rows=2,
                    max_length=1500,
                    label=_("What it shows, %(language)s") % {"language": language_name(code)},
                )
                self.initial[name] = (item.alt if item else picture.alt.texts).get(code, "")

            if picture.pk in self._points:
                self._add_point(picture)

    def _add_point(self, picture: Picture) -> None:
        """Where its middle is, for crops; sliders, so that it works with a thumb, a keyboard and without script."""
        labels = (_("What matters, from left to right"), _("What matters, from top to bottom"))
        for name, label, per_cent in zip(point_names(picture), labels, point_of(picture), strict=True):
            self.fields[name] = forms.IntegerField(
                label=label,
                required=False,
                min_value=0,
                max_value=100,
                widget=forms.NumberInput({"type": "range", "min": 0, "max": 100, "step": 1}),
            )
            self.initial[name] = per_cent

    def _add_channels(self, draft: Draft) -> None:
        chosen = {(item.channel_id, item.language): item for item in draft.variants}
        for channel, code in self._places():
            item = chosen.get((channel.pk, code))
            names = {"channel": channel.name, "language": language_name(code)}
            goes, own = f"goes_{channel.pk}_{code}", f"own_{channel.pk}_{code}"
            is_lent = self._is_lent(channel, code)
            # One that isn't stays in the page, shut, for when another is to speak after all.
            shut: dict[str, Any] = {} if is_lent else {"disabled": True}
            box = forms.CheckboxInput(shut)
            self.fields[goes] = forms.BooleanField(label=language_name(code), required=False, widget=box)
            self.fields[own] = Words(
                code,
                rows=4,
                max_length=20_000,
                strip=False,
                label=_("A text of its own for %(channel)s, %(language)s") % names,
                help_text=_("Empty: the post's own text in this language."),
            )
            self.fields[own].widget.attrs |= shut
            self.initial.update({goes: item is not None, own: item.text if item else ""})

    def _places(self) -> Iterator[tuple[Channel, str]]:
        """Channels by languages; one that a draft has already stays, also where the channel's list changed since."""
        had = {(item.channel_id, item.language) for item in self.before.variants}
        for channel in self.channels:
            for code in self.languages:
                is_its = not channel.languages or code in channel.languages
                is_offered = any(each.may_say(channel.pk, code) for each in self.speakers)
                if (is_its and is_offered) or (channel.pk, code) in had:
                    yield channel, code

    def _is_lent(self, channel: Channel, code: str) -> bool:
        """Whether who speaks may say it there; or the draft had it, and taking it out is a person's decision."""
        had = any((item.channel_id, item.language) == (channel.pk, code) for item in self.before.variants)
        return had or self._speaker.may_say(channel.pk, code)

    def clean(self) -> dict[str, Any]:
        """Places that were ticked and aren't lent to who speaks are taken out, and named once."""
        facts = super().clean() or {}
        gone = []
        for channel, code in self._places():
            if facts.get(goes := f"goes_{channel.pk}_{code}") and not self._is_lent(channel, code):
                facts[goes] = False
                gone.append(f"{channel.name} ({language_name(code)})")
        if gone:
            sentence = _(
                "The take-over doesn't have %(places)s, so that isn't chosen any more. Look at where the post goes,"
                " then save again."
            )
            self.add_error("organisation", sentence % {"places": ", ".join(gone)})
        return facts

    # -- as the template shows it -----------------------------------------------------------------

    @property
    def is_narrow(self) -> bool:
        """Whether only what a take-over lends is offered."""
        return self._speaker.lent is not None

    @property
    def may_narrow(self) -> bool:
        """Whether choosing who speaks changes what is offered."""
        return len(self.speakers) > 1 and any(each.lent is not None for each in self.speakers)

    @property
    def original(self) -> str:
        """The language the post is first written in, as chosen now."""
        chosen = str(self["original"].value() or "")
        return chosen if f"title_{chosen}" in self.fields else self.languages[0]

    def languages_in_use(self) -> list[str]:
        """The original, then those with words or a channel; all others are offered, folded."""
        chosen = {code for channel, code in self._places() if self[f"goes_{channel.pk}_{code}"].value()}
        names = ("title", "text")
        rest = [
            code
            for code in self.languages
            if code != self.original
            and (
                code in chosen or any(self[f"{name}_{code}"].value() or self[f"{name}_{code}"].errors for name in names)
            )
        ]
        return [self.original, *rest]

    def word_rows(self) -> list[dict[str, Any]]:
        """Title and text of each language, the original first."""
        used = self.languages_in_use()
        return [
            {
                "code": code,
                "name": language_name(code),
                "title": self[f"title_{code}"],
                "text": self[f"text_{code}"],
                "is_original": code == self.original,
                "is_open": code in used,
            }
            for code in [*used, *(each for each in self.languages if each not in used)]
        ]

    def link_rows(self) -> list[forms.BoundField]:
        """The link's words in each language."""
        return [self[f"link_{part}_{code}"] for code in self._by_use() for part in ("title", "description")]

    def source_lines(self) -> list[list[forms.BoundField]]:
        """One list of fields a source."""
        return [[self[f"source_{row}_{part}"] for part in SOURCE_PARTS] for row in range(self.rows)]

    @property
    def has_link(self) -> bool:
        """Whether a link is typed, or wrong."""
        return bool(self["link_address"].value() or self["link_address"].errors)

    @property
    def has_sources(self) -> bool:
        """Whether a source is typed, or wrong."""
        return any(field.value() or field.errors for line in self.source_lines() for field in line)

    def picture_rows(self) -> list[dict[str, Any]]:
        """Each picture on offer with its box, place, point and words; the chosen ones first."""
        used = self.languages_in_use()
        rows = [
            {
                "picture": picture,
                "box": self[f"picture_{picture.pk}"],
                "place": self[f"place_{picture.pk}"],
                "is_chosen": bool(self[f"picture_{picture.pk}"].value()),
                "words": [self[f"alt_{picture.pk}_{code}"] for code in used],
                "more_words": [self[f"alt_{picture.pk}_{code}"] for code in self.languages if code not in used],
                "point": [self[name] for name in point_names(picture) if name in self.fields],
            }
            for picture in self.pictures
        ]
        return sorted(rows, key=lambda row: not row["is_chosen"])

    def channel_rows(self) -> list[dict[str, Any]]:
        """Each channel with its languages, those in use apart: a box, and a text of its own."""
        used = self.languages_in_use()
        rows: dict[int, dict[str, Any]] = {}
        for channel, code in self._places():
            row = rows.setdefault(channel.pk, {"channel": channel, "languages": [], "more": []})
            own = self[f"own_{channel.pk}_{code}"]
            place = {
                "code": code,
                "goes": self[f"goes_{channel.pk}_{code}"],
                "own": own,
                "is_own": bool(own.value()),
                "is_lent": self._is_lent(channel, code),
            }
            row["languages" if code in used else "more"].append(place)
        for row in rows.values():
            row["is_more_lent"] = any(place["is_lent"] for place in row["more"])
            row["is_lent"] = row["is_more_lent"] or any(place["is_lent"] for place in row["languages"])
            row["languages"].sort(key=lambda place: used.index(place["code"]))
        return list(rows.values())

    def _by_use(self) -> list[str]:
        used = self.languages_in_use()
        return [*used, *(code for code in self.languages if code not in used)]

    def chosen_speaker(self) -> Speaker:
        """Who speaks, of those this person writes for; where none of them is chosen yet, the first."""
        return self._speaker

    # -- into a draft -----------------------------------------------------------------------------

    def draft(self) -> Draft:
        """What was typed. A field that didn't pass counts as empty, so a preview can be made of half a form."""
        value = self.cleaned_data.get

        def texts(stem: str) -> dict[str, str]:
            return {code: value(f"{stem}_{code}") or "" for code in self.languages if value(f"{stem}_{code}")}

        sources = [
            {part: value(f"source_{row}_{part}") or "" for part in SOURCE_PARTS}
            for row in range(self.rows)
            if any(value(f"source_{row}_{part}") for part in SOURCE_PARTS)
        ]
        options = {(item.channel_id, item.language): item.options for item in self.before.variants}
        return Draft(
            title=texts("title"),
            text=texts("text"),
            original=value("original") or self.before.original,
            kind=value("kind") or self.initial["kind"],
            pictures=[DraftPicture(picture_id=each.pk, alt=texts(f"alt_{each.pk}")) for each in self._chosen()],
            variants=[
                DraftVariant(
                    channel_id=channel.pk,
                    language=code,
                    text=value(f"own_{channel.pk}_{code}") or "",
                    options=options.get((channel.pk, code), {}),
                )
                for channel, code in self._places()
                if value(f"goes_{channel.pk}_{code}")
            ],
            link_address=value("link_address") or "",
            link_title=texts("link_title"),
            link_description=texts("link_description"),
            sources=sources,
            wished_wall=value("wished_wall") or "",
            wished_zone=(value("wished_zone") or "") if value("wished_wall") else "",
        )

    def seat_taken(self) -> Seat:
        """The page that sends this, and which of its saves it is."""
        return Seat(key=self.cleaned_data.get("seat") or "", turn=self.cleaned_data.get("turn") or 0)

    def points(self) -> list[tuple[Picture, int, int]]:
        """The chosen pictures whose point was moved, with the new one in per cent."""
        value = self.cleaned_data.get
        found = []
        for picture in self._chosen():
            across, down = (value(name) for name in point_names(picture))
            if across is not None and down is not None and (across, down) != point_of(picture):
                found.append((picture, across, down))
        return found

    def _chosen(self) -> list[Picture]:
        value = self.cleaned_data.get
        chosen = [each for each in self.pictures if value(f"picture_{each.pk}")]
        return sorted(chosen, key=lambda each: value(f"place_{each.pk}") or 100)
