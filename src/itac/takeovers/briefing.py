"""The brief of a take-over: begun from one good template for each kind of stakeholder, then written by both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Duty, Kind, Person
from itac.publishing.checking import Problem
from itac.publishing.errors import NotAllowed
from itac.takeovers.models import Brief, BriefTask, TakeOver


@dataclass(frozen=True)
class Template:
    """How a brief begins for one kind of stakeholder. Tasks are days before the opening, and what is to be done."""

    goals: str | Promise
    audiences: str | Promise
    promises: Sequence[tuple[str, int, str | Promise]] = ()
    tasks: Sequence[tuple[int, str | Promise]] = ()


HOUSE_RULES = _(
    "Say only what a source bears out, and name the source. Show people with their consent, and credit every picture."
    " No party politics, no insults, nobody pitted against anybody. Answer questions; leave provocations unanswered and"
    " tell the guardian. In doubt press stop: nobody is blamed for it."
)
TASKS: Sequence[tuple[int, str | Promise]] = (
    (14, _("Say who writes, who approves, and who is on duty when")),
    (10, _("Plan the posts on the calendar")),
    (7, _("Pictures with credit, licence and words for those who don't see them")),
    (5, _("Posts written in all languages, and read by somebody who speaks them")),
    (3, _("Approval asked for everything of the first day")),
    (2, _("Rehearsal without anything that would fail")),
    (1, _("Guardian and team have each other's telephone numbers")),
)
TEMPLATES: Mapping[str, Template] = {
    Kind.NATIONAL_GOVERNMENT: Template(
        _("People know one thing that the government does for migrants and their neighbours, and what it brings."),
        _("Citizens and migrants in the country, partner governments, press."),
        [
            ("posts", 6, _("among them one with a figure and its source")),
            ("live_chat", 1, _("with a minister or head of office")),
        ],
        [(21, _("Words cleared by the ministry's press office"))],
    ),
    Kind.CITY: Template(
        _("People see how a city and its newcomers live together, by places and faces of that city."),
        _("Residents old and new, other cities, the press of the region."),
        [("posts", 6, _("from at least three neighbourhoods")), ("photo_series", 1, _("portraits with quotes"))],
        [(14, _("Consent of everybody in a portrait, in writing"))],
    ),
    Kind.BUSINESS: Template(
        _("People know how employers and migrant workers gain from each other, with figures that hold."),
        _("Employers, workers, professional bodies."),
        [("posts", 5, _("among them two with people at work"))],
        [(14, _("No advertising: goods and brands aren't shown"))],
    ),
    Kind.CIVIL_SOCIETY: Template(
        _("People hear those who live it: migrants, refugees, and who stands beside them."),
        _("Members and friends of the organisations, migrant communities, press."),
        [("posts", 6, _("in their own words")), ("live_chat", 1, _("with members"))],
        [(14, _("Everybody shown knows the risks and has agreed, in a language they speak"))],
    ),
    Kind.YOUTH: Template(
        _("Young people make it theirs: they see themselves, and take part."),
        _("People up to 30, schools and universities."),
        [("posts", 8, _("short, mostly pictures and film")), ("challenge", 1, _("with a hashtag"))],
        [(14, _("Consent of parents for everybody under age"))],
    ),
    Kind.INTERNATIONAL_ORGANISATION: Template(
        _("People can check what they hear about migration, and know where."),
        _("Press, teachers, public servants, everybody who looks for figures."),
        [("posts", 6, _("among them three with a figure and its source"))],
        [(10, _("Figures checked against the newest edition of their source"))],
    ),
    Kind.ACADEMIA: Template(
        _("People understand one finding of research, and how it was found."),
        _("Students, teachers, press."),
        [("posts", 4, _("one finding each")), ("live_chat", 1, _("with those who did the research"))],
        [(10, _("Each finding said in words that a neighbour understands"))],
    ),
}


def begin_brief(takeover: TakeOver) -> Brief:
    """The take-over's brief from the template of its kind; the one it has, if any.

    In the first of the organisation's languages that there are words for, whoever agreed; else in the one in force.
    """
    found = Brief.objects.filter(takeover=takeover).first()
    if found is not None:
        return found
    known = [code for code, _name in settings.LANGUAGES]
    theirs = [code for code in takeover.organisation.languages if code in known]
    with translation.override(theirs[0] if theirs else translation.get_language()):
        return _from_template(takeover)


def _from_template(takeover: TakeOver) -> Brief:
    template = TEMPLATES[takeover.organisation.kind]
    made = Brief.objects.create(
        takeover=takeover,
        goals=str(template.goals),
        audiences=str(template.audiences),
        promises=[{"what": what, "number": number, "words": str(words)} for what, number, words in template.promises],
        house_rules=str(HOUSE_RULES),
    )
    opening = takeover.opens_at.date()
    BriefTask.objects.bulk_create(
        BriefTask(brief=made, what=str(what), due_on=opening - timedelta(days=days))
        for days, what in sorted([*TASKS, *template.tasks], key=lambda task: -task[0])
    )
    return made


def lacking(takeover: TakeOver) -> Problem | None:
    """What the brief lacks before anybody is briefed; None where nothing does, or where there is no brief yet."""
    brief = Brief.objects.filter(takeover=takeover).first()
    missing = brief.missing if brief else []
    if brief is None or not missing:
        return None
    names = ", ".join(brief.name_of(field) for field in missing)
    return Problem(
        "brief_incomplete", gettext("The brief lacks something yet: %(names)s.") % {"names": names}, missing[0]
    )


def may_write_brief(actor: Person, takeover: TakeOver) -> bool:
    """Both sides do: the team, the guardian, coordinators."""
    if actor.is_coordinator or actor.pk == takeover.mandate.guardian_id:
        return True
    return bool({Duty.EDITOR, Duty.APPROVER} & actor.duties(takeover.organisation))


def take_out(actor: Person, task: BriefTask) -> None:
    """Take a task out of the checklist; one that is done by now stays, as what was done. Raises `NotAllowed`."""
    if not may_write_brief(actor, task.brief.takeover):
        raise NotAllowed("This person doesn't write that brief.")
    BriefTask.objects.filter(pk=task.pk, done_at=None).delete()


def tick(actor: Person, task: BriefTask, *, is_done: bool, now: datetime) -> None:
    """Say that a task is done, or isn't. Raises `NotAllowed`."""
    if not may_write_brief(actor, task.brief.takeover):
        raise NotAllowed("This person doesn't write that brief.")
    with transaction.atomic():
        task.done_at, task.done_by = (now, actor) if is_done else (None, None)
        task.save(update_fields=["done_at", "done_by"])
