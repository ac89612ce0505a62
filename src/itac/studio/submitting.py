"""From working copy to post: what submitting would change, said before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from itac.core.walltime import resolve
from itac.publishing.approving import request_in_force
from itac.publishing.errors import PublishingError
from itac.publishing.models import Post
from itac.publishing.planning import plan
from itac.publishing.repeating import repeats
from itac.publishing.writing import Draft, discard_draft, discard_working_copy, submit_working_copy, working_draft
from itac.studio.answering import Mistake, done, mistakes_of, moment_of, page, person_of
from itac.studio.moments import in_words
from itac.studio.posts import name_of, way_to, writable_post
from itac.studio.showing import Shown, shown_draft
from itac.studio.speaking import Speaker


def submit(request: HttpRequest, post_id: int) -> HttpResponse:
    """What goes, side by side with what stood there; whether an approval ends by it; then the submission itself."""
    person, now = person_of(request), moment_of(request)
    post = writable_post(person, post_id)
    mistakes: list[Mistake] = []
    if request.method == "POST":
        try:
            wish = wish_of(working_draft(post)[0])
            was_voided = submit_working_copy(person, post, now=now)
        except PublishingError as error:
            mistakes = mistakes_of(error, {})
        else:
            return _submitted(request, post, was_voided=was_voided, wish=wish)
    draft, version = working_draft(post)
    today = now.date()
    looks: dict[str, Any] = {"person": person, "speaker": Speaker.of(post), "slug": post.slug, "today": today}
    after = shown_draft(draft, **looks)
    before = shown_draft(Draft.of(post), **looks) if post.submitted_at else []
    in_force = request_in_force(post)
    state = in_force.state(now=now) if in_force else ""
    context = {
        "post": post,
        "has_copy": version > 0,
        "after": after,
        "before": before,
        "changes": _changes(before, after) if post.submitted_at else [],
        "ends": state if state in {"open", "granted"} else "",
        "wish": wish_of(draft),
        "edit": reverse("studio_edit", args=[post.pk]),
        "repeats": repeats(person, draft.says(), today=today, besides=post) if version else [],
    }
    return page(
        request,
        "studio/submit.html",
        context,
        title=_("Submit: %(post)s") % {"post": name_of(post)},
        trail=way_to(post),
        mistakes=mistakes,
    )


@require_POST
def discard(request: HttpRequest, post_id: int) -> HttpResponse:
    """Throw away what was typed since the last submission; a post never submitted goes whole."""
    person, now = person_of(request), moment_of(request)
    post = writable_post(person, post_id)
    if post.submitted_at is None:
        title = name_of(post)
        discard_draft(person, post, now=now)
        return done(request, _("The draft is gone: %(title)s") % {"title": title}, "studio_posts")
    discard_working_copy(person, post, now=now)
    return done(
        request, _("What was typed since the last submission is gone; the post is as it was."), "studio_post", post.pk
    )


@dataclass(frozen=True)
class Wish:
    """When the writer would have it leave, on the clock of a zone."""

    wall: str
    zone: str

    def __str__(self) -> str:
        """`18 December 2026, 18:00 (Quito)`."""
        moment = datetime.fromisoformat(self.wall).replace(tzinfo=ZoneInfo(self.zone))
        return in_words(moment, zone=self.zone)

    def page(self, post: Post) -> str:
        """The page that plans, with the wish filled in."""
        return f"{reverse('studio_plan', args=[post.pk])}?{urlencode({'wall': self.wall, 'zone': self.zone})}"


def wish_of(draft: Draft) -> Wish | None:
    """The draft's wish, if it is a time on a clock that exists."""
    wish = Wish(draft.wished_wall, draft.wished_zone)
    try:
        return wish if str(wish) else None
    except (ValueError, ZoneInfoNotFoundError):
        return None


def _submitted(request: HttpRequest, post: Post, *, was_voided: bool, wish: Wish | None) -> HttpResponse:
    """On to what comes next: planning, at once where the wish can be had, then asking."""
    post.refresh_from_db()
    sentence = _("Submitted.")
    if was_voided:
        sentence = _(
            "Submitted. It was approved or asked about before; that no longer counts, so ask for approval again."
        )
    if wish is not None:
        if request.POST.get("do") == "plan" and _planned(request, post, wish):
            facts = {"said": sentence, "when": wish}
            return done(
                request,
                _("%(said)s Planned: it leaves on %(when)s, once it is approved.") % facts,
                "studio_ask",
                post.pk,
            )
        messages.success(request, sentence)
        return HttpResponseRedirect(wish.page(post))
    is_planned = post.planned_at is not None or post.trigger_id is not None
    if was_voided:
        return done(request, sentence, "studio_ask" if is_planned else "studio_plan", post.pk)
    if not is_planned:
        return done(request, _("Submitted. Now say when it leaves."), "studio_plan", post.pk)
    return done(request, sentence, "studio_post", post.pk)


def _planned(request: HttpRequest, post: Post, wish: Wish) -> bool:
    """Whether the post is planned now; what can't be is explained by the page that plans."""
    try:
        plan(person_of(request), post, at=resolve(wish.wall, wish.zone, which=""), now=moment_of(request))
    except (ValueError, PublishingError):
        return False
    return True


def _changes(before: list[Shown], after: list[Shown]) -> list[tuple[Shown | None, Shown | None]]:
    """The variants that differ, each as it was and as it becomes."""
    old = {(each.channel.pk, each.language): each for each in before}
    new = {(each.channel.pk, each.language): each for each in after}
    pairs = [(old.get(key), new.get(key)) for key in {**old, **new}]
    return [(was, becomes) for was, becomes in pairs if was is None or becomes is None or _face(was) != _face(becomes)]


def _face(shown: Shown) -> tuple[object, ...]:
    parts = [(part.text, [(each.url, each.alt) for each in part.pictures], part.card) for part in shown.parts]
    return shown.title, parts, list(shown.sources)
