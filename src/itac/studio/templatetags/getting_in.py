"""What the home page shows a coordinator of a campaign that has just begun."""

from __future__ import annotations

from typing import Any

from django import template

from itac.campaign.models import Person
from itac.studio.getting_in.beginning import first_steps as steps_for

register = template.Library()


@register.inclusion_tag("getting_in/first_steps.html", takes_context=True)
def first_steps(context: dict[str, Any]) -> dict[str, Any]:
    """The steps to the first post; nothing where there are none."""
    person = context["request"].user
    steps = steps_for(person) if isinstance(person, Person) else []
    return {"steps": steps, "next": next((step for step in steps if not step.is_done), None)}
