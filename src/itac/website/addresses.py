"""A page's twins in the other languages, and where the language switch leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from wagtail.models import Page

from itac.core.localised import RIGHT_TO_LEFT


@dataclass(frozen=True)
class Way:
    """One language of the switch. `is_twin` is False where the page isn't there and the way leads to the home page."""

    code: str
    name: str
    address: str
    is_twin: bool

    @property
    def direction(self) -> str:
        """The direction of the language's own name."""
        return "rtl" if self.code.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def ways(page: Page | None, *, subject: str = "", spoken: Iterable[str] = ()) -> list[Way]:
    """The switch for a page, or for the post `subject` below it, which exists in the languages `spoken`.

    A post opens in every language (where it wasn't said in it, the page says so), but only those it was said in are
    twins for `hreflang`.
    """
    found = _addresses(page)
    spoken = set(spoken)
    rows = []
    for code, name in settings.LANGUAGES:
        address = found.get(code)
        if address is None:
            rows.append(Way(code, name, f"/{code}/", False))
        elif subject:
            rows.append(Way(code, name, f"{address}{subject}/", code in spoken))
        else:
            rows.append(Way(code, name, address, True))
    return rows


def _addresses(page: Page | None) -> dict[str, str]:
    if page is None or not page.pk:
        return {}
    twins = page.get_translations(inclusive=True).filter(live=True).select_related("locale")
    return {twin.locale.language_code: twin.url for twin in twins if twin.url}
