"""Reading the demonstration's data: YAML files of our own beside this module."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from itac.core.localised import Localised


@cache
def facts(name: str) -> Any:
    """The content of `data/NAME.yaml`."""
    return yaml.safe_load(files("itac.demo").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8"))


def source_columns(key: str) -> dict[str, str]:
    """Where a fact was read, as the two columns that rows keep it in. Raises KeyError for an unlisted source."""
    row = facts("sources")[key]
    return {"source_title": row["title"], "source_address": row["address"]}


def words(texts: dict[str, str] | None) -> Localised:
    """A text of the data in its languages, English first."""
    return Localised(dict(texts or {}), "en")
