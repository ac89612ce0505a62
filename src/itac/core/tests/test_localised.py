"""A text in several languages says which one a reader got, and loses none on its way through the database."""

import json

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from itac.core.localised import Localised, LocalisedField

CODES = st.sampled_from(["en", "es", "fr", "pt", "ar"])
TEXTS = st.dictionaries(CODES, st.text(min_size=1).filter(str.strip), max_size=5)


@given(TEXTS, CODES)
def test_a_text_survives_its_stored_form(texts: dict[str, str], original: str) -> None:
    text = Localised(texts, original)

    assert Localised.from_json(json.loads(json.dumps(text.as_json()))) == text


@given(TEXTS, CODES, CODES)
def test_a_reader_gets_their_language_or_is_told_that_it_is_another(
    texts: dict[str, str], original: str, wanted: str
) -> None:
    reading = Localised(texts, original).read(wanted)

    assert reading.text == texts.get(reading.language, "")
    assert reading.is_fallback == (bool(texts) and wanted not in texts)
    if wanted not in texts and original in texts:
        assert reading.language == original


def test_arabic_is_read_from_right_to_left() -> None:
    text = Localised({"ar": "معًا", "en": "Together"}, "en")

    assert [text.read(code).direction for code in ("ar", "en", "es")] == ["rtl", "ltr", "ltr"]


def test_a_region_reads_its_language() -> None:
    assert str(Localised({"es": "Juntos", "en": "Together"}, "en").read("es-CO")) == "Juntos"


@pytest.mark.parametrize("value", [7, {"texts": "x"}, {"original": "en"}, ["en"]])
def test_what_has_no_language_is_refused(value: object) -> None:
    with pytest.raises(ValidationError, match="no language"):
        Localised.from_json(value)


def test_a_field_that_may_not_be_blank_wants_one_language() -> None:
    field = LocalisedField("name")

    field.validate(Localised({"es": "Quito"}, "es"), None)
    with pytest.raises(ValidationError, match="at least one language"):
        field.validate(Localised({}), None)
