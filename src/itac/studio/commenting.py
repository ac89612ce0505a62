"""Comments on the page of a post: what was said, a form to answer, and who is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from itac.campaign.models import Person
from itac.publishing import commenting
from itac.publishing.models import Comment, Mention, Post, Variant
from itac.studio.answering import done, moment_of, person_of


class CommentForm(forms.Form):
    """What somebody says about a post, whom it concerns, and who may read it."""

    text = forms.CharField(
        label=gettext_lazy("Your comment"),
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        strip=False,
        required=False,
        help_text=gettext_lazy(
            "Write @ and a whole name, or tick it below, and that person finds it on their first page."
        ),
    )
    variant = forms.ModelChoiceField(
        label=gettext_lazy("About"),
        queryset=Variant.objects.none(),
        required=False,
        empty_label=gettext_lazy("the whole post"),
    )
    mentions = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who is to read it"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_internal = forms.BooleanField(
        label=gettext_lazy("Only for the organisation that speaks, and coordinators"), required=False
    )

    def __init__(self, data: Any = None, *, person: Person, post: Post, now: datetime) -> None:
        super().__init__(data, label_suffix="", auto_id="comment_%s")
        shown = post.variants.current().select_related("channel")
        self.fields["variant"].queryset = shown.defer("channel__secret", "channel__session")  # type: ignore[attr-defined]
        readers = commenting.readers_of(post, now=now).exclude(pk=person.pk)
        self.fields["mentions"].queryset = readers  # type: ignore[attr-defined]
        if not commenting.may_write_internally(person, post):
            del self.fields["is_internal"]


@dataclass(frozen=True)
class Said:
    """One comment as the page shows it."""

    it: Comment
    to: list[Person]
    is_new: bool
    is_mine: bool


def comments_for(person: Person, post: Post) -> list[Said]:
    """What this person may read about the post, the oldest first."""
    rows = Comment.objects.visible_to(person).filter(post=post)
    rows = rows.select_related("author", "variant__channel").defer(
        "variant__channel__secret", "variant__channel__session"
    )
    rows = rows.prefetch_related(Prefetch("mentions", Mention.objects.select_related("person")))
    return [
        Said(
            row,
            [each.person for each in row.mentions.all()],
            any(each.person_id == person.pk and each.seen_at is None for each in row.mentions.all()),
            row.author_id == person.pk,
        )
        for row in rows
    ]


@require_POST
def seen(request: HttpRequest, post_id: int) -> HttpResponse:
    """The person has read what names them on this post."""
    person = person_of(request)
    post = get_object_or_404(Post.objects.visible_to(person), pk=post_id)
    commenting.seen(person, post, now=moment_of(request))
    return HttpResponseRedirect(reverse("studio_post", args=[post_id]) + "#comments")


@require_POST
def take_back(request: HttpRequest, post_id: int, comment_id: int) -> HttpResponse:
    """Take back a comment of one's own."""
    person = person_of(request)
    mine = Comment.objects.visible_to(person).filter(post_id=post_id, author=person)
    commenting.take_back(person, get_object_or_404(mine, pk=comment_id), now=moment_of(request))
    return done(request, _("Your comment is taken back. Only that there was one stays."), "studio_post", post_id)
