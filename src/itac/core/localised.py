"""One text in several languages, in one column.

A row (a post, an organisation, a phase) exists once; its texts say which language is the original, which are
missing, and when a reader gets another language than the one asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "dv"})


@dataclass(frozen=True)
class Reading:
    """What a reader gets: the text, its language, and whether that is another one than asked for."""

    text: str
    language: str
    is_fallback: bool

    @property
    def direction(self) -> str:
        """ "rtl" or "ltr", for the element's dir attribute."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Localised:
    """Texts by language code, with the one they were first written in."""

    texts: Mapping[str, str]
    original: str = "en"

    def read(self, language: str | None) -> Reading:
        """The text in that language, else in the original, else in any that exists, else empty."""
        wanted = (language or self.original).split("-")[0]
        for code in (wanted, self.original, *self.texts):
            if self.texts.get(code):
                return Reading(self.texts[code], code, code != wanted)
        return Reading("", wanted, False)

    def missing(self, languages: Iterable[str]) -> list[str]:
        """Those of the languages that have no text yet."""
        return [code for code in languages if not self.texts.get(code)]

    def with_text(self, language: str, text: str) -> "Localised":
        """A copy with that language's text set; an empty text removes it."""
        texts = {**self.texts, language: text}
        return Localised({code: value for code, value in texts.items() if value}, self.original)

    def as_json(self) -> dict[str, Any]:
        """The form in which the database keeps it."""
        return {"original": self.original, "texts": dict(self.texts)}

    @classmethod
    def from_json(cls, value: Any) -> "Localised":
        """Read the database's form. Raises `ValidationError` when the value isn't one."""
        if isinstance(value, Localised):
            return value
        if not value:
            return cls({})
        if isinstance(value, str):
            return cls({"en": value})
        try:
            return cls({str(k): str(v) for k, v in value["texts"].items() if v}, str(value["original"]))
        except (TypeError, KeyError, AttributeError) as error:
            raise ValidationError(_("This text has no language beside it.")) from error

    def __str__(self) -> str:
        return self.read(get_language()).text

    def __bool__(self) -> bool:
        return any(self.texts.values())


class LocalisedField(models.JSONField):
    """A text in several languages; the attribute is a `Localised`, the column JSON."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", no_text)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Localised:
        """A `Localised`, also for what older rows hold."""
        return Localised.from_json(super().from_db_value(value, expression, connection))

    def to_python(self, value: Any) -> Localised:
        """Accepts a `Localised`, its JSON form, or a plain string (taken as English)."""
        return Localised.from_json(value)

    def get_prep_value(self, value: Any) -> Any:
        """The JSON form."""
        return super().get_prep_value(Localised.from_json(value).as_json())

    def value_to_string(self, obj: models.Model) -> Any:
        """For serialisation: the JSON form."""
        return Localised.from_json(self.value_from_object(obj)).as_json()

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """A field that may not be blank needs a text in at least one language."""
        if not self.blank and not Localised.from_json(value):
            raise ValidationError(_("Write this in at least one language."), code="blank")

    def formfield(self, **kwargs: Any) -> Any:
        """One text box per language of the campaign."""
        from itac.core.forms import LocalisedFormField  # noqa: PLC0415 -- forms need apps to be ready

        return LocalisedFormField(
            required=not self.blank,
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=self.help_text,
            long=kwargs.get("long", False),
        )


def no_text() -> Localised:
    """An empty text."""
    return Localised({})
