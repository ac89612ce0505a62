"""Asking for approval, answering, and what ends an answer.

Promise 2: what was approved is the sealed payload and the window, which the gate reads right before each call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Organisation, Person
from itac.publishing import asking
from itac.publishing.checking import Problem, problems_of
from itac.publishing.errors import MovedMeanwhile, NotAllowed, Unfit
from itac.publishing.models import (
    FIRST_POSTS,
    ApprovalRequest,
    ApprovalRule,
    Decision,
    Mandate,
    Oversight,
    Post,
    Requirement,
    Trigger,
    Verdict,
)
from itac.publishing.payload import hash_of, payload_of, seal_of, whole
from itac.publishing.signals import approval_asked, approval_decided

AROUND = timedelta(hours=1)  # what a window is by default: this much before and after the planned time
WHO_IS_ASKED = ("requirements__organisations", "requirements__mandate")  # settled when a request is made


def seal(post: Post) -> dict[str, dict[str, Any]]:
    """Hash and payload of every variant of the post, as submitted now."""
    payloads = {str(variant.pk): payload_of(variant) for variant in whole(post)}
    return {key: {"hash": hash_of(payload), "payload": payload} for key, payload in payloads.items()}


def ask(
    actor: Person,
    post: Post,
    *,
    now: datetime,
    window: tuple[datetime, datetime] | None = None,
    trigger: Trigger | None = None,
    deadline_at: datetime | None = None,
) -> ApprovalRequest:
    """Ask the rules' approvers about exactly the post as submitted, for a window (by default around its time).

    An earlier request in force is voided by the new one. Raises `NotAllowed`, or `Unfit` naming all that stands in the
    way: no variants, no time, a window or a deadline that is over, or a variant's own problems.
    """
    if not actor.is_coordinator and "editor" not in actor.duties(post.organisation):
        raise NotAllowed("This person doesn't write for that organisation.")
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
        if window is None and trigger is None and post.planned_at:
            window = (post.planned_at - AROUND, post.planned_at + AROUND)
        _refuse_unfit(post, window=window, trigger=trigger, deadline_at=deadline_at, now=now)
        void(post, now=now, reason="asked_again")
        sealed = seal(post)
        terms = terms_for(post)
        default_deadline = now + timedelta(hours=max(each.deadline_hours for each in terms))
        request = ApprovalRequest.objects.create(
            post=post,
            asked_by=actor,
            asked_at=now,
            sealed=sealed,
            seal=seal_of(sealed),
            trigger=trigger,
            opens_at=window[0] if window and not trigger else None,
            closes_at=window[1] if window and not trigger else None,
            deadline_at=deadline_at or min(default_deadline, window[1] if window else default_deadline),
        )
        for each in terms:
            requirement = Requirement.objects.create(
                request=request, needed=each.needed, veto=each.veto, readers=each.readers, mandate=each.mandate
            )
            requirement.organisations.set(each.organisations)
        transaction.on_commit(partial(approval_asked.send_robust, sender=ApprovalRequest, pk=request.pk))
        asking.ask_by_mail(request, now=now)
    return request


def decide(
    actor: Person,
    request: ApprovalRequest,
    *,
    organisation: Organisation | None,
    verdict: Verdict,
    seal: str,
    now: datetime,
    reason: str = "",
    languages: Sequence[str] = (),
    by_mail: bool = False,
) -> str:
    """Answer for an organisation (None: as a coordinator) to exactly what `seal` names. Returns the request's state.

    `languages` are the versions that this person has read and vouches for. Once a request has enough yeses, and a
    reader for each language where a rule wants one, it is granted; a no with veto refuses it; asking for changes
    returns it. Raises `NotAllowed` unless the actor approves for that organisation and it is asked; `MovedMeanwhile`
    when the request ended, its deadline passed, the organisation has answered, or the seal is another one; `Unfit`
    for a no without a word of why.
    """
    if verdict != Verdict.APPROVE and not reason.strip():
        raise Unfit(
            [Problem("reason_missing", _("Say in a sentence why, so that the writer knows what to do."), "reason")]
        )
    with transaction.atomic():
        request = ApprovalRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if not may_answer(actor, request, organisation):
            raise NotAllowed("This person isn't asked for that organisation.")
        if not request.is_open(now=now) or request.seal != seal:
            raise MovedMeanwhile(request.pk)
        try:
            with transaction.atomic():
                Decision.objects.create(
                    request=request,
                    person=actor,
                    organisation=organisation,
                    verdict=verdict,
                    reason=reason.strip(),
                    seal=seal,
                    languages=sorted(set(languages) & languages_of(request)) if verdict == Verdict.APPROVE else [],
                    by_mail=by_mail,
                    decided_at=now,
                )
        except IntegrityError as error:
            raise MovedMeanwhile(request.pk) from error
        column = _outcome(request)
        if column:
            ApprovalRequest.objects.filter(pk=request.pk).update(**{column: now})
            setattr(request, column, now)
            asking.ask_no_more(request, now=now)
        state = request.state(now=now)
        transaction.on_commit(partial(approval_decided.send_robust, sender=ApprovalRequest, pk=request.pk, state=state))
    return state


def languages_of(request: ApprovalRequest) -> set[str]:
    """The languages in which the request's post would be said."""
    return {value["payload"]["language"] for value in request.sealed.values()}


def unread_languages(request: ApprovalRequest) -> list[str]:
    """The languages for which a reader is still wanted: a rule asks for one, and no yes vouches for it yet."""
    if not any(requirement.readers for requirement in request.requirements.all()):
        return []
    read = {code for each in request.decisions.all() if each.verdict == Verdict.APPROVE for code in each.languages}
    return sorted(languages_of(request) - read)


def may_answer(actor: Person, request: ApprovalRequest, organisation: Organisation | None) -> bool:
    """Whether the actor can answer for that organisation: an approver of one that is asked; for the campaign (None) a
    coordinator, or in a window its guardian."""
    prefetch_related_objects([request], *WHO_IS_ASKED)
    requirements = request.requirements.all()
    if organisation is None:
        asked_of_campaign = [each for each in requirements if not each.organisations.all()]
        return any(
            actor.is_coordinator if each.mandate is None else actor.pk == each.mandate.guardian_id
            for each in asked_of_campaign
        )
    asked = {asked.pk for requirement in requirements for asked in requirement.organisations.all()}
    return organisation.pk in asked and "approver" in actor.duties(organisation)


def answering_as(actor: Person, request: ApprovalRequest, *, now: datetime) -> list[Organisation | None]:
    """For whom the actor can still answer this request."""
    if not request.is_open(now=now):
        return []
    answered = {each.organisation_id for each in request.decisions.all()}
    mine = {role.organisation for role in actor.roles_now() if role.duty == "approver"}
    candidates: list[Organisation | None] = [None, *sorted(mine, key=lambda organisation: organisation.slug)]
    return [
        organisation
        for organisation in candidates
        if (organisation.pk if organisation else None) not in answered and may_answer(actor, request, organisation)
    ]


@dataclass(frozen=True)
class Question:
    """A request that waits for somebody, and for whom they can answer it (None: as a coordinator)."""

    request: ApprovalRequest
    organisations: list[Organisation | None]


def questions_to(person: Person, *, now: datetime) -> list[Question]:
    """The open requests this person can answer, the nearest deadline first."""
    still_open = ApprovalRequest.objects.still_open(at=now).select_related("post__organisation", "asked_by", "trigger")
    if not person.is_coordinator:
        still_open = still_open.filter(post__in=Post.objects.visible_to(person))
    still_open = still_open.prefetch_related(*WHO_IS_ASKED, "decisions")
    pairs = ((each, answering_as(person, each, now=now)) for each in still_open.order_by("deadline_at", "pk"))
    return [Question(each, organisations) for each, organisations in pairs if organisations]


def request_in_force(post: Post) -> ApprovalRequest | None:
    """The post's request that isn't voided, if any."""
    return post.requests.filter(voided_at=None).select_related("trigger").first()


def withdraw_request(actor: Person, post: Post, *, now: datetime) -> None:
    """Take the question, or the approval, back."""
    if not actor.is_coordinator and "editor" not in actor.duties(post.organisation):
        raise NotAllowed("This person doesn't write for that organisation.")
    with transaction.atomic():
        void(post, now=now, reason="withdrawn")


def void_if_changed(post: Post, *, now: datetime) -> bool:
    """End the request in force when the post's seal isn't the sealed one any more. True when it ended."""
    request = request_in_force(post)
    if request is None or seal_of(seal(post)) == request.seal:
        return False
    void(post, now=now, reason="changed")
    return True


@dataclass(frozen=True)
class Difference:
    """What changed in one variant since it was sealed: a field, before and after."""

    where: str
    field: str
    before: Any
    after: Any


def differences(request: ApprovalRequest) -> Sequence[Difference]:
    """What is different now from what was sealed, variant by variant and field by field."""
    now_sealed, found = seal(request.post), []
    names = {str(variant.pk): str(variant) for variant in whole(request.post)}
    for key in {**request.sealed, **now_sealed}:
        before = request.sealed.get(key, {}).get("payload", {})
        after = now_sealed.get(key, {}).get("payload", {})
        channel = (before or after).get("channel", {}).get("account", "")
        where = names.get(key) or f"{channel}, {(before or after).get('language', '')}"
        found += [
            Difference(where, name, before.get(name), after.get(name))
            for name in {**before, **after}
            if before.get(name) != after.get(name)
        ]
    return found


def void(post: Post, *, now: datetime, reason: str) -> None:
    """End the request in force, in the caller's transaction; `reason` is one of `studio.history.VOIDED`."""
    ApprovalRequest.objects.filter(post=post, voided_at=None).update(voided_at=now, void_reason=reason)


@dataclass(frozen=True)
class Terms:
    """What one rule asks of a post: how many of whom. Without organisations somebody answers for the campaign: any one
    coordinator, or with a mandate its guardian."""

    name: str
    organisations: Sequence[Organisation] = ()
    needed: int = 1
    veto: bool = True
    readers: bool = False
    deadline_hours: int = 72
    mandate: Mandate | None = None


def terms_for(post: Post) -> list[Terms]:
    """What the post needs before it may leave; all of it must be met.

    Under a mandate its own terms take the place of the channels' rules. Otherwise for each of its channels the most
    exact rule, each once; without any rule any one coordinator decides.
    """
    if post.mandate is not None:
        return _terms_of_mandate(post, post.mandate)
    found = {
        (rule.channel_id, rule.post_kind): rule
        for rule in ApprovalRule.objects.filter(post_kind__in=["", post.kind]).prefetch_related("organisations")
    }
    chosen: dict[int, ApprovalRule] = {}
    for channel_id in sorted({variant.channel_id for variant in post.variants.current()}):
        places = [(channel_id, post.kind), (channel_id, ""), (None, post.kind), (None, "")]
        rule = next((found[place] for place in places if place in found), None)
        rule = rule or ApprovalRule.objects.get_or_create(channel=None, post_kind="")[0]
        chosen[rule.pk] = rule
    return [
        Terms(
            name=str(rule),
            organisations=list(rule.organisations.all()),
            needed=rule.needed,
            veto=rule.veto,
            readers=rule.readers,
            deadline_hours=rule.deadline_hours,
        )
        for rule in chosen.values()
    ]


def _terms_of_mandate(post: Post, mandate: Mandate) -> list[Terms]:
    own = Terms(name=str(mandate.organisation), organisations=[mandate.organisation])
    guardian = Terms(name=str(_("The guardian of the take-over")), mandate=mandate)
    if mandate.oversight == Oversight.OWN:
        return [own]
    if mandate.oversight == Oversight.EACH:
        return [own, guardian]
    # Those the guardian has said yes to, whatever became of them: a post in doubt is read by the guardian. An answer to
    # the public is none of the three: it would use up what is meant for what the organisation says by itself.
    seen = ApprovalRequest.objects.filter(
        post__mandate=mandate, voided_at=None, granted_at__isnull=False, requirements__mandate=mandate
    ).exclude(Q(post=post) | Q(post__variants__options__has_key="answers"))
    return [own] if seen.values("post").distinct().count() >= FIRST_POSTS else [own, guardian]


def _refuse_unfit(
    post: Post,
    *,
    window: tuple[datetime, datetime] | None,
    trigger: Trigger | None,
    deadline_at: datetime | None,
    now: datetime,
) -> None:
    variants = whole(post)
    found = [problem for variant in variants for problem in problems_of(variant, today=now.date())]
    if not variants:
        found.append(Problem("no_channel", _("Choose at least one channel and language."), "variants"))
    if trigger is None:
        if window is None:
            found.append(Problem("no_time", _("Plan when it should leave, then ask for approval."), "planned"))
        elif window[1] <= now:
            found.append(Problem("window_over", _("The time for it to leave is over. Plan a later one."), "planned"))
        elif window[1] <= window[0]:
            found.append(Problem("window_backwards", _("The window ends before it begins."), "window"))
    if deadline_at is not None and deadline_at <= now:
        found.append(
            Problem("deadline_over", _("Nobody can answer until a time that is over. Choose a later one."), "deadline")
        )
    if found:
        raise Unfit(found)


def _outcome(request: ApprovalRequest) -> str:
    """The column that the decisions so far set, or "" while more are needed."""
    decisions: Mapping[int | None, Decision] = {each.organisation_id: each for each in request.decisions.all()}
    if any(each.verdict == Verdict.CHANGES for each in decisions.values()):
        return "returned_at"
    met = []
    for requirement in request.requirements.prefetch_related("organisations"):
        asked: list[int | None] = [organisation.pk for organisation in requirement.organisations.all()]
        asked = asked or [None]
        answers = [decisions[key].verdict for key in asked if key in decisions]
        no, yes = answers.count(Verdict.REFUSE), answers.count(Verdict.APPROVE)
        if no and (requirement.veto or len(asked) - no < requirement.needed):
            return "refused_at"
        met.append(yes >= requirement.needed)
    return "granted_at" if all(met) and not unread_languages(request) else ""
