"""Posts: the list, and one post with all that is known about it and what can be done next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from itac.campaign.models import Organisation, Person
from itac.publishing import commenting, granting
from itac.publishing.approving import answering_as, differences, request_in_force
from itac.publishing.errors import PublishingError
from itac.publishing.foreseeing import taken_at
from itac.publishing.models import ApprovalRequest, Delivery, DeliveryPart, Post, State, Variant, WorkingCopy
from itac.publishing.planning import MOVABLE
from itac.studio.answering import (
    Mistake,
    done,
    mistakes_of,
    mistakes_of_form,
    moment_of,
    page,
    paged,
    person_of,
    query_without_page,
    row_number,
)
from itac.studio.commenting import CommentForm, comments_for
from itac.studio.composing import language_name, the_channels
from itac.studio.history import lines_of_post
from itac.studio.home import taken_slots, with_post
from itac.studio.showing import differences_in_words
from itac.takeovers.models import TakeOver

AHEAD = timedelta(days=14)  # so far the list tells of others' slots


def states() -> list[tuple[str, str]]:
    """What the list can be narrowed to."""
    return [
        ("draft", _("Drafts, never submitted")),
        ("open", _("Waiting for answers")),
        ("granted", _("Approved")),
        *((state.value, _("A delivery is %(state)s") % {"state": state.label}) for state in State),
    ]


def post_list(request: HttpRequest) -> HttpResponse:
    """Posts this person may read, filtered and searched among those only; and the slots of others, without content."""
    person, now = person_of(request), moment_of(request)
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "state", "channel", "language", "organisation")}
    found = paged(request, _filtered(Post.objects.visible_to(person), asked))
    found.object_list = [Row.of(post, now=now) for post in _with_rows(found.object_list)]
    readable = Organisation.objects.filter(pk__in=Post.objects.visible_to(person).order_by().values("organisation_id"))
    return page(
        request,
        "studio/posts.html",
        {
            "rows": found,
            "query": query_without_page(request),
            "asked": asked,
            "states": states(),
            "channels": the_channels(),
            "organisations": list(readable),
            "languages": [(code, language_name(code)) for code, _name in settings.LANGUAGES],
            "taken": taken_slots(person, start=now, end=now + AHEAD),
            "may_write": person.is_coordinator or bool(person.organisation_ids("editor")),
        },
        title=_("Posts"),
    )


def one_post(request: HttpRequest, post_id: int) -> HttpResponse:
    """All that is known about a post, and what can be done next."""
    return show_post(request, post_id)


def show_post(
    request: HttpRequest,
    post_id: int,
    *,
    comment_form: CommentForm | None = None,
    mistakes: Sequence[Mistake] = (),
) -> HttpResponse:
    """The page of a post, with a comment that couldn't be kept as it was typed."""
    person, now = person_of(request), moment_of(request)
    post = get_object_or_404(
        Post.objects.visible_to(person).select_related("organisation", "author", "trigger", "urgent_by"), pk=post_id
    )
    in_force = request_in_force(post)
    may_write = Post.objects.editable_by(person).filter(pk=post.pk).exists()
    said = comments_for(person, post)
    variants = list(_variants(post))
    context: dict[str, Any] = {
        "post": post,
        "may_write": may_write,
        "copy": WorkingCopy.objects.filter(post=post).select_related("saved_by").first() if may_write else None,
        "variants": variants,
        "takeover": TakeOver.objects.visible_to(person).filter(mandate=post.mandate_id).first()
        if post.mandate_id
        else None,
        "taken": _taken(post, variants, now=now),
        "may_be_urgent": person.is_coordinator and post.mandate_id is None and _has_more_to_say(variants),
        "asked": in_force,
        "asked_state": in_force.state(now=now) if in_force else "",
        "window": in_force.window() if in_force else None,
        "decisions": list(in_force.decisions.select_related("person", "organisation")) if in_force else [],
        "answering": answering_as(person, in_force, now=now) if in_force else [],
        "changed": differences_in_words(differences(last))
        if (last := last_voided_by_change(post)) and not in_force
        else [],
        "is_out": may_write and DeliveryPart.objects.filter(delivery__variant__post=post, state="sent").exists(),
        "words": _words(post),
        "lines": lines_of_post(post, now=now),
        "said": said,
        "names_me": any(one.is_new for one in said),
        "comment_form": comment_form or CommentForm(person=person, post=post, now=now),
        "next": _next_step(post, in_force, now=now) if may_write else "",
    }
    return page(
        request,
        "studio/post.html",
        context,
        title=name_of(post),
        trail=[(_("Posts"), reverse("studio_posts"))],
        mistakes=mistakes,
    )


@require_POST
def comment(request: HttpRequest, post_id: int) -> HttpResponse:
    """Say something; what can't be kept stays in the form with a sentence why."""
    person, now = person_of(request), moment_of(request)
    post = get_object_or_404(Post.objects.visible_to(person), pk=post_id)
    form = CommentForm(request.POST, person=person, post=post, now=now)
    if not form.is_valid():
        return show_post(request, post_id, comment_form=form, mistakes=mistakes_of_form(form))
    facts = form.cleaned_data
    try:
        commenting.comment(
            person,
            post,
            facts["text"],
            now=now,
            variant=facts["variant"],
            mentions=facts["mentions"],
            is_internal=facts.get("is_internal", False),
        )
    except PublishingError as error:
        fields = {"text": "comment_text", "variant": "comment_variant", "mentions": "comment_mentions"}
        return show_post(request, post_id, comment_form=form, mistakes=mistakes_of(error, fields))
    return HttpResponseRedirect(reverse("studio_post", args=[post_id]) + "#comments")


@require_POST
def urgent(request: HttpRequest, post_id: int) -> HttpResponse:
    """A coordinator lets the post leave also while others have the floor on its channels, or no longer."""
    person, now = person_of(request), moment_of(request)
    post = get_object_or_404(Post.objects.visible_to(person).filter(mandate=None), pk=post_id)
    is_urgent = request.POST.get("do") == "mark"
    granting.mark_urgent(person, post, is_urgent=is_urgent, now=now)
    sentence = _("It is no longer urgent: while others have the floor on a channel it is held there.")
    if is_urgent:
        sentence = _("It is urgent: it leaves also while others have the floor. What is held waits for a decision.")
    return done(request, sentence, "studio_post", post.pk)


def _taken(post: Post, variants: Sequence[Variant], *, now: datetime) -> Sequence[Any]:
    """Who has the floor on its channels when it is to leave."""
    if post.planned_at is None or post.planned_at <= now or not _has_more_to_say(variants):
        return []
    return taken_at(post, [each for each in variants if each.taken_out_at is None], at=post.planned_at)


def _has_more_to_say(variants: Sequence[Variant]) -> bool:
    """Whether something of it is still to leave."""
    deliveries = [each for variant in variants for each in variant.deliveries.all()]
    return not deliveries or any(each.state in MOVABLE for each in deliveries)


@dataclass(frozen=True)
class Row:
    """A post in the list."""

    post: Post
    channels: str
    deliveries: list[Delivery]
    approval: str

    @classmethod
    def of(cls, post: Post, *, now: datetime) -> Row:
        """From a post read by `_with_rows`."""
        variants = list(post.variants.all())
        requests = list(post.requests.all())
        deliveries = [each for variant in variants for each in variant.deliveries.all()]
        state = requests[0].state(now=now) if requests else ""
        return cls(
            post,
            _where(variant for variant in variants if variant.taken_out_at is None),
            deliveries,
            state or ("" if post.submitted_at else "draft"),
        )

    @property
    def has_left(self) -> bool:
        """Whether it stands on any network."""
        return any(each.state == State.SENT for each in self.deliveries)

    @property
    def states(self) -> list[str]:
        """The states of its deliveries, each once."""
        return list(dict.fromkeys(str(each.state) for each in self.deliveries))


def _where(variants: Iterable[Variant]) -> str:
    """Each channel once, with its languages: `Website (en, es); Mastodon (en)`."""
    languages: dict[str, list[str]] = {}
    for variant in variants:
        languages.setdefault(variant.channel.name, []).append(variant.language)
    return "; ".join(f"{channel} ({', '.join(codes)})" for channel, codes in languages.items())


def _filtered(posts: QuerySet[Post], asked: dict[str, str]) -> QuerySet[Post]:
    if asked["q"]:
        words = Q()
        for code, _name in settings.LANGUAGES:
            words |= Q(**{f"title__texts__{code}__icontains": asked["q"]})
            words |= Q(**{f"text__texts__{code}__icontains": asked["q"]})
        posts = posts.filter(words)
    if asked["state"] == "draft":
        posts = posts.filter(submitted_at=None)
    elif asked["state"] in {"open", "granted"}:
        answers = ApprovalRequest.objects.filter(refused_at=None, returned_at=None, voided_at=None)
        if asked["state"] == "open":
            # Few among many: from the questions to their posts, by the index of open ones.
            posts = posts.filter(pk__in=answers.filter(granted_at=None).values("post_id"))
        else:
            posts = posts.filter(Exists(answers.filter(post=OuterRef("pk"), granted_at__isnull=False)))
    elif asked["state"] in State.values:
        posts = posts.filter(Exists(Delivery.objects.filter(variant__post=OuterRef("pk"), state=asked["state"])))
    if asked["channel"].isdecimal():
        posts = posts.filter(
            Exists(Variant.objects.filter(post=OuterRef("pk"), channel_id=row_number(asked["channel"])))
        )
    if asked["language"]:
        posts = posts.filter(Exists(Variant.objects.filter(post=OuterRef("pk"), language=asked["language"])))
    if asked["organisation"].isdecimal():
        posts = posts.filter(organisation_id=row_number(asked["organisation"]))
    return posts.order_by("-created_at", "-pk")


def _with_rows(posts: Any) -> Any:
    """With what the list says about each, in a fixed number of queries."""
    return posts.select_related("organisation").prefetch_related(
        Prefetch("variants", Variant.objects.select_related("channel").defer("channel__secret", "channel__session")),
        Prefetch("variants__deliveries", Delivery.objects.exclude(state=State.CANCELLED)),
        Prefetch("requests", ApprovalRequest.objects.filter(voided_at=None).defer("sealed")),
    )


def _variants(post: Post) -> Any:
    return (
        post.variants.select_related("channel")
        .defer("channel__secret", "channel__session")
        .prefetch_related(
            Prefetch("deliveries", with_post(Delivery.objects.order_by("-pk")).prefetch_related("rightings", "parts"))
        )
    )


def last_voided_by_change(post: Post) -> ApprovalRequest | None:
    """The newest request that was voided by a change: what it sealed is what one compares with."""
    return post.requests.filter(void_reason="changed").first()


def _words(post: Post) -> list[dict[str, str]]:
    codes = list(dict.fromkeys([*post.title.texts, *post.text.texts]))
    return [
        {
            "code": code,
            "name": language_name(code),
            "title": post.title.texts.get(code, ""),
            "text": post.text.texts.get(code, ""),
        }
        for code in codes
    ]


def _next_step(post: Post, in_force: ApprovalRequest | None, *, now: datetime) -> str:
    """What the writer would do next: submit, plan, ask, or nothing."""
    if post.submitted_at is None:
        return "submit"
    if post.planned_at is None and post.trigger_id is None:
        return "plan"
    state = in_force.state(now=now) if in_force else "none"
    has_left = Delivery.objects.filter(variant__post=post, state=State.SENT).exists()
    return "ask" if state in {"none", "expired", "refused", "returned"} and not has_left else ""


def writable_post(person: Person, post_id: int) -> Post:
    """The post, if this person may change it; else 404 as for one that isn't there."""
    return get_object_or_404(Post.objects.editable_by(person).select_related("organisation", "trigger"), pk=post_id)


def name_of(post: Post) -> str:
    """Its title, also where nobody has given it one yet."""
    return str(post) or _("A post without a title")


def way_to(post: Post) -> list[tuple[str, str]]:
    """The links back from a page about a post."""
    return [(_("Posts"), reverse("studio_posts")), (name_of(post), reverse("studio_post", args=[post.pk]))]
