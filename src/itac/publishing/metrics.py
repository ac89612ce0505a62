"""Figures for whoever watches over an installation, as Prometheus reads them: numbers and states, nobody's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet, TextChoices

from itac.campaign.models import Campaign
from itac.core.models import Mail, MailState
from itac.networks.models import Channel, Health
from itac.publishing import health
from itac.publishing.models import Delivery, Righting, RightingState, State

TYPE = "text/plain; version=0.0.4; charset=utf-8"


def text(*, now: datetime) -> str:
    """All figures of this moment. Without a database only that it is gone."""
    found = health.look(now=now)
    lines = list(_lines("itac_database_up", "Whether the database answers.", {"": int(found.database)}))
    if found.database:
        lines += _of_the_engine(found, now)
    return "\n".join([*lines, ""])


def _of_the_engine(found: health.Health, now: datetime) -> Iterator[str]:
    silent = found.silent_seconds if found.silent_seconds is not None else float("inf")
    yield from _lines("itac_worker_silent_seconds", "Since a worker was last heard.", {"": _number(silent)})
    yield from _lines("itac_deliveries", "Deliveries in each state.", _counted(Delivery.objects.all(), State))
    first = Delivery.objects.filter(state=State.PLANNED, ready_at__lte=now).aggregate(first=Min("ready_at"))["first"]
    late = (now - first).total_seconds() if first else 0.0
    yield from _lines("itac_delivery_overdue_seconds", "How late the latest delivery to leave is.", {"": _number(late)})
    yield from _lines(
        "itac_rightings", "Corrections and withdrawals in each state.", _counted(Righting.objects.all(), RightingState)
    )
    yield from _lines("itac_mails", "Mails in each state.", _counted(Mail.objects.all(), MailState))
    troubled = Channel.objects.filter(health=Health.NEEDS_PERSON).count()
    yield from _lines("itac_channels_needing_person", "Channels whose account needs somebody.", {"": troubled})
    paused = Campaign.objects.exclude(paused_at=None).count()
    yield from _lines("itac_paused", "Whether the whole campaign is paused.", {"": paused})


def _counted(rows: QuerySet[Any], states: Iterable[TextChoices]) -> dict[str, int]:
    counted = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    return {state.value: counted.get(state.value, 0) for state in states}


def _lines(name: str, said: str, values: Mapping[str, object]) -> Iterator[str]:
    yield f"# HELP {name} {said}"
    yield f"# TYPE {name} gauge"
    for state, value in values.items():
        yield f'{name}{{state="{state}"}} {value}' if state else f"{name} {value}"


def _number(value: float) -> str:
    return "+Inf" if value == float("inf") else f"{value:.1f}"
