"""A reader of our pages that forgives nothing: html5lib, strict, and what a page says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from django.http import HttpResponse
from django.test import Client
from wagtail.models import Page

LANGUAGES = ("en", "es")
HOST = "http://testserver"
SLUGS = (
    "",
    "about/",
    "updates/",
    "take-overs/",
    "phases/",
    "members/",
    "contributors/",
    "credits/",
    "contact/",
    "privacy/",
    "accessibility/",
    "report-an-error/",
)


@dataclass(frozen=True)
class Document:
    """A page as its markup says it. Markup that a strict parser refuses raises `html5lib.html5parser.ParseError`."""

    address: str
    response: HttpResponse

    @cached_property
    def html(self) -> str:
        """What was sent."""
        return self.response.content.decode()

    @cached_property
    def root(self) -> Element:
        """The tree."""
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        tree: Element = parser.parse(self.html.strip())
        return tree

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements of that name with those attributes (`class_` for class), in their order."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            each
            for each in self.root.iter(tag)
            if all(value in each.get(name, "").split(" ") for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only element of that name with those attributes."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, (self.address, tag, attributes, len(found))
        return found[0]

    def meta(self, name: str) -> str:
        """The content of a meta element by its name or property."""
        found = [e for e in self.root.iter("meta") if name in {e.get("name"), e.get("property")}]
        assert len(found) == 1, (self.address, name, len(found))
        return found[0].get("content", "")

    def links(self, rel: str, **attributes: str) -> dict[str, Any]:
        """Addresses of link elements by what tells them apart: hreflang or type."""
        return {
            each.get("hreflang") or each.get("type") or "": each.get("href", "")
            for each in self.all("link", rel=rel, **attributes)
        }


def words(element: Element) -> str:
    """The text in an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def read(address: str, *, client: Client | None = None, status: int = 200, **headers: str) -> Document:
    """The page at an address."""
    response = (client or Client()).get(address, headers=headers or None)
    assert response.status_code == status, (address, response.status_code)
    return Document(address, response)


def every_page() -> Iterator[str]:
    """The address of each live page of the site, in every language, from the tree itself."""
    for page in Page.objects.live().filter(depth__gt=1).order_by("path"):
        yield page.url
