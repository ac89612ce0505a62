"""A person's hand on a page: with a pointer, or with the keyboard alone; and the words the page has in a language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page

TABS = 400  # more than any page has stops


def words(language: str) -> Callable[[str], str]:
    """What stands on screen in that language for an English text of ours."""

    def say(text: str) -> str:
        with override(language):
            return gettext(text)

    return say


@dataclass
class Hand:
    """What somebody does on a page. With the keyboard everything is reached by the Tab key, and nothing else."""

    page: Page
    by: Literal["pointer", "keyboard"]

    def press(self, target: Locator) -> None:
        """A link or a button."""
        if self.by == "pointer":
            target.click()
        else:
            self._go_to(target)
            self.page.keyboard.press("Enter")

    def choose(self, target: Locator) -> None:
        """A box, or the first of several."""
        if self.by == "pointer":
            target.check()
        else:
            self._go_to(target)
            self.page.keyboard.press("Space")

    def write(self, target: Locator, text: str) -> None:
        """In place of what stands there."""
        if self.by == "pointer":
            target.fill(text)
        else:
            self._go_to(target)
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(text)

    def pick(self, target: Locator, option: str) -> None:
        """One of a list, by what it says."""
        if self.by == "pointer":
            target.select_option(label=option)
        else:
            self._go_to(target)
            self.page.keyboard.type(option)

    def _go_to(self, target: Locator) -> None:
        target.wait_for()
        for _press in range(TABS):
            if target.evaluate("each => each === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The Tab key doesn't lead to {target}.")
