"""What the shapes find wrong, said in whole sentences, in the language that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itac.api.shapes import NO_NUL

_TEXT = gettext_lazy("Write a text, in quotation marks.")
_NUMBER = gettext_lazy("Write a whole number.")
_TRUTH = gettext_lazy("Write true or false.")
_OBJECT = gettext_lazy("Write an object, with its names and values in braces.")
_LIST = gettext_lazy("Write a list, in square brackets.")
_SIGN = gettext_lazy("It holds a sign that can't be kept. Take it out.")
# By the type that the shapes' library gives a mistake; the places are filled from what it says of it.
SENTENCES: Mapping[str, str | Promise] = {
    "missing": gettext_lazy("This is missing."),
    "extra_forbidden": gettext_lazy("Nothing has this name here. Correct the name, or take it out."),
    "string_type": _TEXT,
    "string_unicode": _SIGN,
    "string_too_short": gettext_lazy("Write at least %(min_length)d characters."),
    "string_too_long": gettext_lazy("Write %(max_length)d characters at most."),
    "string_pattern_mismatch": gettext_lazy("It isn't written as it must be. The pattern is: %(pattern)s"),
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_parsing_size": _NUMBER,
    "int_from_float": _NUMBER,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "list_type": _LIST,
    "too_long": gettext_lazy("List %(max_length)d at most."),
    "greater_than_equal": gettext_lazy("Write a number that isn't below %(ge)d."),
    "less_than_equal": gettext_lazy("Write a number that isn't above %(le)d."),
    "enum": gettext_lazy("Choose one of these: %(expected)s."),
}


def sentence_of(mistake: Mapping[str, Any]) -> str:
    """One mistake of a shape, as a sentence that says what to write instead."""
    facts = dict(mistake.get("ctx") or {})
    if mistake["type"] == "value_error":  # one of our own validators, which says a sentence itself
        return str(facts["error"])
    if facts.get("pattern") == NO_NUL:
        return str(_SIGN)
    if "expected" in facts:
        facts["expected"] = facts["expected"].replace(" or ", ", ")
    said = SENTENCES.get(mistake["type"])
    return str(said) % facts if said else _("This can't be used. The document of the API says what belongs here.")
