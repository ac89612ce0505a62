"""A program that reads mails before people do: it opens every link and submits every form that it finds there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from django.test import Client

from itac.core.models import Mail
from itac.studio.tests.eyes import body_of

GUESSES = ("000000", "123456")
FILLED = {"email": "scanner@example.org", "password": "a scanner's own password", "datetime-local": "2030-01-01T10:00"}


@dataclass
class Scanner:
    """One browser with its cookies; `seen` are the addresses it has been to."""

    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    seen: list[str] = field(default_factory=list)
    submitted: int = 0

    def read(self, mail: Mail) -> None:
        """Every link of the mail, and on the page it leads to every form, and every form of the page that answers."""
        links = re.findall(r"https?://[^\s<>\"]+", f"{mail.text}\n{mail.html}\n{mail.unsubscribe}")
        for address in dict.fromkeys(links):
            parts = urlsplit(address)
            where = parts.path + (f"?{parts.query}" if parts.query else "")
            self.browser.head(where)
            answer = self.browser.get(where, follow=True)
            self._submit_everything(answer, where, deep=2)

    def _submit_everything(self, answer: Any, where: str, *, deep: int) -> None:
        assert answer.status_code < 500, where
        self.seen.append(where)
        if not deep or "text/html" not in answer.headers.get("Content-Type", ""):
            return
        here = answer.wsgi_request.get_full_path()
        for method, target, fields in forms_of(body_of(answer), here):
            self.submitted += 1
            send = self.browser.post if method == "post" else self.browser.get
            self._submit_everything(send(target, fields, follow=True), target, deep=deep - 1)


def forms_of(page: str, here: str) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """Each form of a page, once for each of its buttons and choices: as it stands, and with every field filled."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    for form in tree.iter("form"):
        target, method = urljoin(here, form.get("action") or here), (form.get("method") or "get").lower()
        if urlsplit(target).netloc:
            continue
        stands, choices, buttons = _fields_of(form)
        filled = {name: values if any(values) else [_words_for(form, name)] for name, values in stands.items()}
        for name, value in buttons or [("", "")]:
            pressed = {name: [value]} if name else {}
            yield method, target, {**stands, **pressed}
            for place in range(max(map(len, choices.values()), default=0)):
                chosen = {key: [values[place % len(values)]] for key, values in choices.items()}
                for code in GUESSES:
                    guess = {key: [code] for key in stands if "code" in key}
                    yield method, target, {**filled, **chosen, **guess, **pressed}
            yield method, target, {**filled, **pressed}


def _fields_of(form: Element) -> tuple[dict[str, list[str]], dict[str, list[str]], list[tuple[str, str]]]:
    stands: dict[str, list[str]] = {}
    choices: dict[str, list[str]] = {}
    buttons: list[tuple[str, str]] = []
    for each in form.iter():
        name, value, kind = each.get("name", ""), each.get("value", ""), each.get("type", "text")
        if not name:
            continue
        if each.tag == "button" or kind == "submit":
            buttons.append((name, value))
        elif kind in {"radio", "checkbox"}:
            choices.setdefault(name, []).append(value or "on")
            if each.get("checked") is not None:
                stands.setdefault(name, []).append(value or "on")
        elif each.tag == "select":
            options = [one.get("value", "") for one in each.iter("option")]
            marked = [one.get("value", "") for one in each.iter("option") if one.get("selected") is not None]
            stands[name] = marked or options[:1]
        elif each.tag in {"input", "textarea"} and kind != "file":
            stands.setdefault(name, []).append(value if each.tag == "input" else (each.text or ""))
    return stands, choices, buttons


def _words_for(form: Element, name: str) -> str:
    found = next(each for each in form.iter() if each.get("name") == name)
    return FILLED.get(found.get("type", ""), "Scanned and found harmless.")
