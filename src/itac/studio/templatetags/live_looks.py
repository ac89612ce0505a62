"""What the composer's live previews read, as JSON in the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from itac.studio.answering import moment_of
from itac.studio.composing import ComposerForm
from itac.studio.live_counting import live_facts

register = template.Library()


@register.simple_tag(takes_context=True)
def facts_for_looks(context: Mapping[str, Any], form: ComposerForm) -> SafeString:
    """A script element of data that runs nothing."""
    return json_script(live_facts(form, today=moment_of(context["request"]).date()))
