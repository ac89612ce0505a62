"""Fields of forms: a localised text, with one box per language in its own direction; and an address on the web."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from itac.core.localised import RIGHT_TO_LEFT, Localised


class LocalisedWidget(forms.MultiWidget):
    """One text box per language, labelled with the language's own name."""

    template_name = "core/localised_widget.html"

    def __init__(self, *, long: bool = False, attrs: dict[str, Any] | None = None) -> None:
        self.languages = list(settings.LANGUAGES)
        box = forms.Textarea if long else forms.TextInput
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            code: box(attrs={"lang": code, "dir": "rtl" if code in RIGHT_TO_LEFT else "ltr", "aria-label": str(name)})
            for code, name in self.languages
        }
        super().__init__(widgets, attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's own, and to each box the name of its language."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for box, (_code, language) in zip(context["widget"]["subwidgets"], self.languages, strict=True):
            box["language"] = language
        return context

    def decompress(self, value: Any) -> list[str]:
        """The texts in the order of the boxes."""
        texts = Localised.from_json(value).texts
        return [texts.get(code, "") for code, _name in self.languages]


class LocalisedFormField(forms.MultiValueField):
    """A `Localised` from one box per language. The original stays; for a new text it is the first filled."""

    def __init__(self, *, required: bool = True, long: bool = False, **kwargs: Any) -> None:
        fields = [forms.CharField(required=False) for _code, _name in settings.LANGUAGES]
        kwargs.setdefault("error_messages", {"required": _("Write this in at least one language.")})
        super().__init__(
            fields, widget=LocalisedWidget(long=long), required=required, require_all_fields=False, **kwargs
        )

    def compress(self, data_list: list[str]) -> Localised:
        """The boxes as one value."""
        codes = [code for code, _name in settings.LANGUAGES]
        texts = {code: text for code, text in zip(codes, data_list or [], strict=False) if text}
        return Localised(texts, next(iter(texts), codes[0]))


class WebAddress(forms.URLField):
    """An address that every browser opens; one without its beginning is meant to begin with https://.

    Django would let FTP pass, which neither networks nor programs take.
    """

    default_validators = [URLValidator(schemes=["https", "http"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)
