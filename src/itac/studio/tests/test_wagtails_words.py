"""What `wagtails_words` names stands in Wagtail, word for word; an upgrade that changes it is noticed."""

from __future__ import annotations

from pathlib import Path

import wagtail
from babel.messages.pofile import read_po

from itac.studio import wagtails_words


def named() -> set[str]:
    """The strings of the module, those that count something aside."""
    groups = [words for words in vars(wagtails_words).values() if isinstance(words, tuple)]
    return {word for words in groups for word in words if isinstance(word, str)}


def of_wagtail() -> set[str]:
    """Every string of Wagtail, from its English catalogues."""
    found = set()
    for path in Path(wagtail.__file__).parent.glob("**/locale/en/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                found.add(message.id[0] if isinstance(message.id, tuple) else message.id)
    return found


def test_every_word_named_is_one_of_wagtails() -> None:
    assert sorted(named() - of_wagtail()) == []
    assert len(named()) > 100
