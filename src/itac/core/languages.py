"""Names of languages that Django's list doesn't know, so that no reader meets a code where a name should stand."""

from __future__ import annotations

from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _

# Where a language's name begins with a small letter within a sentence; Django's catalogues give it a capital.
SMALL_LETTERED = frozenset({"es", "fr", "pt"})
OTHERS = {
    "am": gettext_lazy("Amharic"),
    "ay": gettext_lazy("Aymara"),
    "fil": gettext_lazy("Filipino"),
    "gn": gettext_lazy("Guarani"),
    "ha": gettext_lazy("Hausa"),
    "ht": gettext_lazy("Haitian Creole"),
    "lo": gettext_lazy("Lao"),
    "nah": gettext_lazy("Nahuatl"),
    "om": gettext_lazy("Oromo"),
    "ps": gettext_lazy("Pashto"),
    "qu": gettext_lazy("Quechua"),
    "quc": gettext_lazy("K’iche’"),
    "rw": gettext_lazy("Kinyarwanda"),
    "si": gettext_lazy("Sinhala"),
    "so": gettext_lazy("Somali"),
    "ti": gettext_lazy("Tigrinya"),
    "wo": gettext_lazy("Wolof"),
    "xh": gettext_lazy("Xhosa"),
    "yo": gettext_lazy("Yoruba"),
    "zu": gettext_lazy("Zulu"),
}


def language_name(code: str) -> str:
    """A language's name within a sentence of the language in force; the code where nobody here knows it."""
    if code in OTHERS:
        name = str(OTHERS[code])
    else:
        try:
            name = str(_(get_language_info(code)["name"]))
        except KeyError:
            return code
    return name.lower() if (get_language() or "").split("-")[0] in SMALL_LETTERED else name
