"""The ground of the demonstration: organisations, phases, observances, thanks and people, from the data files.

Everything here may run again over what it made: rows are found by their address, and nothing doubles.
"""

from __future__ import annotations

import os
import secrets
from datetime import date
from pathlib import Path
from typing import Any

from itac.campaign.models import (
    Contributor,
    Duty,
    Edition,
    Mechanism,
    Membership,
    Milestone,
    Observance,
    Organisation,
    Person,
    Phase,
    Role,
    Standing,
)
from itac.demo.reading import facts, source_columns, words
from itac.library.models import FootageCredit

PASSWORD_BYTES = 12


def lay_ground() -> None:
    """Editions, organisations with their part, phases, observances, and whom the campaign thanks."""
    for row in facts("campaign")["editions"]:
        columns = {"name": words(row["name"]), "countries": row["countries"], "languages": row["languages"]}
        Edition.objects.update_or_create(slug=row["slug"], defaults=columns)
    for row in facts("organisations"):
        _organisation(row)
    for row in facts("organisations"):
        if "mechanism" in row:
            _mechanism(row["slug"], row["mechanism"])
    for row in facts("calendar")["phases"]:
        _phase(row)
    for row in facts("calendar")["observances"]:
        _observance(row)
    for place, row in enumerate(facts("thanks")["contributors"], start=1):
        _contributor(place, row)
    for place, row in enumerate(facts("thanks")["footage"], start=1):
        columns = {
            "name": words(row["name"]),
            "organisation": _named(row.get("organisation")),
            **source_columns(row["source"]),
        }
        FootageCredit.objects.update_or_create(place=place, defaults=columns)


def let_people_in(kept: Path) -> list[str]:
    """The people of the demonstration, by office, and their log-ins as lines "role e-mail password".

    Passwords are generated once and kept in `kept`, for its owner alone; where the file is there they stay as they are.
    """
    known = dict(line.split()[1:3] for line in kept.read_text(encoding="utf-8").splitlines()) if kept.is_file() else {}
    lines = []
    for row in facts("campaign")["people"]:
        password = known.get(row["email"]) or secrets.token_urlsafe(PASSWORD_BYTES)
        _person(row, password)
        lines.append(f"{row['role']} {row['email']} {password}")
    with os.fdopen(os.open(kept, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return lines


def _person(row: dict[str, Any], password: str) -> None:
    person = Person.objects.filter(email=row["email"]).first() or Person(email=row["email"])
    person.name, person.language, person.zone = row["office"], row["language"], row["zone"]
    person.is_coordinator = bool(row.get("coordinator"))
    person.set_password(password)
    person.save()
    for duty in (Duty.EDITOR, Duty.APPROVER, Duty.HOST):
        if duty in row:
            Role.objects.get_or_create(person=person, organisation=_named(row[duty]), duty=duty)


def _named(slug: str | None) -> Organisation | None:
    return Organisation.objects.get(slug=slug) if slug else None


def _organisation(row: dict[str, Any]) -> None:
    organisation, _made = Organisation.objects.update_or_create(
        slug=row["slug"],
        defaults={
            "name": words(row["name"]),
            "short_name": row.get("short_name", ""),
            "kind": row["kind"],
            "country": row.get("country", ""),
            "languages": row["languages"],
            "links": row.get("links", []),
            "line": words(row.get("line")),
        },
    )
    organisation.editions.set(Edition.objects.filter(slug__in=row.get("editions", [])))
    Membership.objects.update_or_create(
        organisation=organisation,
        defaults={
            "standing": row.get("standing", Standing.MEMBER),
            "part": words(row["part"]),
            **source_columns(row["source"]),
        },
    )


def _mechanism(slug: str, row: dict[str, Any]) -> None:
    columns = {"founded": row.get("founded"), **source_columns(row["source"])}
    mechanism, _made = Mechanism.objects.update_or_create(organisation=_named(slug), defaults=columns)
    mechanism.steered_by.set(Organisation.objects.filter(slug__in=row.get("steered_by", [])))


def _phase(row: dict[str, Any]) -> None:
    ends: dict[str, Any] = row.get("ends", {})
    phase, _made = Phase.objects.update_or_create(
        slug=row["slug"],
        defaults={
            "name": words(row["name"]),
            "summary": words(row["summary"]),
            "focus": words(row.get("focus")),
            "note": words(row.get("note")),
            "starts_on": row["starts"]["day"],
            "starts_precision": row["starts"]["precision"],
            "ends_on": ends.get("day"),
            "ends_precision": ends.get("precision", "day"),
        },
    )
    for milestone in row["milestones"]:
        on: date = milestone["day"]
        columns = {
            "precision": milestone.get("precision", "day"),
            "what": words(milestone["what"]),
            **source_columns(milestone["source"]),
        }
        Milestone.objects.update_or_create(phase=phase, on=on, defaults=columns)


def _observance(row: dict[str, Any]) -> None:
    Observance.objects.update_or_create(
        slug=row["slug"],
        defaults={
            "name": words(row["name"]),
            "rule": row["rule"],
            "applies_from": row.get("applies_from"),
            "announced": row.get("announced", []),
            "proclaimed_by": row["proclaimed_by"],
            "instrument": row.get("instrument", ""),
            "is_peak": row.get("is_peak", False),
            **source_columns(row["source"]),
        },
    )


def _contributor(place: int, row: dict[str, Any]) -> None:
    Contributor.objects.update_or_create(
        place=place,
        defaults={
            "name": words(row["name"]),
            "organisation": _named(row.get("organisation")),
            "contribution": row["contribution"],
            "phase": Phase.objects.filter(slug=row.get("phase", "")).first(),
            "project": row.get("project", ""),
            **source_columns(row["source"]),
        },
    )
