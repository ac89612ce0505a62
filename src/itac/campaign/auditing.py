"""Writing the audit log, and saying its entries in sentences. Rooms state the sentences of their kinds here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itac.campaign.models import AuditEntry, Duty, Organisation, Person

Sentence = Promise | Callable[[Mapping[str, Any]], str]
_sentences: dict[str, Sentence] = {}


def sentences(found: Mapping[str, Sentence]) -> None:
    """State how entries of these kinds read. `%(who)s`, `%(name)s` and the entry's facts fill a sentence; a function
    gets the same and returns it whole. Every kind is stated before it is written."""
    _sentences.update(found)


def record(
    kind: str,
    *,
    actor: Person | None,
    organisation: Organisation | None,
    now: datetime,
    about: Model | None = None,
    name: str = "",
    **facts: Any,
) -> None:
    """Write one entry, in the caller's transaction. Facts are JSON. Raises `KeyError` for a kind without a sentence."""
    entry_of(kind, actor=actor, organisation=organisation, now=now, about=about, name=name, **facts).save()


def entry_of(
    kind: str,
    *,
    actor: Person | None,
    organisation: Organisation | None,
    now: datetime,
    about: Model | None = None,
    name: str = "",
    **facts: Any,
) -> AuditEntry:
    """The entry that `record` writes, not written yet: who has many writes them at once."""
    _sentences[kind]
    return AuditEntry(
        at=now,
        actor=actor,
        organisation=organisation,
        kind=kind,
        subject=type(about)._meta.label_lower if about is not None else "",
        subject_id=about.pk if about is not None else None,
        name=(name or str(about if about is not None else ""))[:200],
        facts=facts,
    )


def sentence_of(entry: AuditEntry) -> str:
    """The entry in the reader's language."""
    words = {**entry.facts, "who": entry.actor or _("Somebody"), "name": entry.name or _("something without a name")}
    stated = _sentences.get(entry.kind)
    if stated is None:  # of a room that isn't installed any more
        return _("%(who)s did something with %(name)s.") % words
    return stated(words) if callable(stated) else str(stated) % words


def forget_old(now: datetime) -> None:
    """Entries older than the log is kept (Promise 7)."""
    AuditEntry.objects.outlived(at=now).delete()


def _duty(sentence: Promise) -> Callable[[Mapping[str, Any]], str]:
    def said(words: Mapping[str, Any]) -> str:
        labels = dict(Duty.choices)
        return str(sentence) % {**words, "duty": labels.get(words["duty"], words["duty"])}

    return said


sentences(
    {
        "person_invited": gettext_lazy("%(who)s invited %(name)s."),
        "invitation_accepted": gettext_lazy("%(name)s accepted the invitation."),
        "invitation_revoked": gettext_lazy("%(who)s took back the invitation of %(name)s."),
        "role_given": _duty(gettext_lazy("%(who)s gave %(name)s a role: %(duty)s.")),
        "role_taken": _duty(gettext_lazy("%(who)s took a role from %(name)s: %(duty)s.")),
        "person_locked": gettext_lazy("%(who)s stopped %(name)s from logging in."),
        "person_unlocked": gettext_lazy("%(who)s lets %(name)s log in again."),
        "coordinator_made": gettext_lazy("%(who)s made %(name)s a coordinator."),
        "coordinator_unmade": gettext_lazy("%(who)s ended that %(name)s is a coordinator."),
        "deputy_named": gettext_lazy("%(who)s named %(name)s to stand in for approvers."),
        "deputy_ended": gettext_lazy("%(who)s ended that %(name)s stands in for approvers."),
    }
)
