"""Writing a post: a working copy that is saved as often as wanted, with its looks on each network beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from itac.campaign.models import Person
from itac.publishing.errors import PublishingError, StaleCopy
from itac.publishing.models import Post, WorkingCopy
from itac.publishing.writing import Draft, begin_post, save_working_copy, working_draft
from itac.studio.answering import Mistake, done, mistakes_of, mistakes_of_form, moment_of, page, person_of
from itac.studio.composing import ComposerForm, language_name
from itac.studio.showing import Shown, shown_draft


def new_post(request: HttpRequest) -> HttpResponse:
    """A new post: an empty form, then the first working copy."""
    person = person_of(request)
    empty = Draft(original=person.language)
    form = ComposerForm(request.POST if request.method == "POST" else None, person=person, draft=empty, is_new=True)
    if request.method != "POST":
        return _composer(request, form, title=_("A new post"))
    if not form.is_valid():
        return _composer(request, form, title=_("A new post"), mistakes=mistakes_of_form(form))
    draft, organisation = form.draft(), form.chosen_organisation()
    if request.POST.get("do") == "check":
        shown = shown_draft(draft, person=person, organisation=organisation, today=moment_of(request).date())
        return _composer(request, form, title=_("A new post"), shown=shown)
    try:
        post = begin_post(person, organisation=organisation, draft=draft, now=moment_of(request))
    except PublishingError as error:
        return _composer(request, form, title=_("A new post"), mistakes=mistakes_of(error, {}))
    return _onwards(request, post)


def edit_post(request: HttpRequest, post_id: int) -> HttpResponse:
    """Go on with a post. What another person saved meanwhile is shown, and nothing of either is lost."""
    person = person_of(request)
    post = get_object_or_404(Post.objects.editable_by(person), pk=post_id)
    draft, version = working_draft(post)
    data = request.POST if request.method == "POST" else None
    form = ComposerForm(data, person=person, draft=draft, version=version, is_new=False)
    if data is None:
        shown = shown_draft(
            draft, person=person, organisation=post.organisation, slug=post.slug, today=moment_of(request).date()
        )
        return _composer(request, form, post=post, shown=shown)
    if not form.is_valid():
        return _composer(request, form, post=post, mistakes=mistakes_of_form(form))
    typed = form.draft()
    if data.get("do") == "check":
        shown = shown_draft(
            typed, person=person, organisation=post.organisation, slug=post.slug, today=moment_of(request).date()
        )
        return _composer(request, form, post=post, shown=shown)
    try:
        save_working_copy(person, post, typed, version=form.cleaned_data["version"] or 0, now=moment_of(request))
    except StaleCopy:
        return _both_versions(request, post, typed, person)
    except PublishingError as error:
        return _composer(request, form, post=post, mistakes=mistakes_of(error, {}))
    return _onwards(request, post)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What is typed now, as the chosen networks would show it: a piece of HTML. Stores nothing."""
    person, post_id = person_of(request), request.POST.get("post", "")
    post = Post.objects.editable_by(person).filter(pk=post_id).first() if post_id.isdecimal() else None
    draft = working_draft(post)[0] if post else Draft(original=person.language)
    form = ComposerForm(request.POST, person=person, draft=draft, is_new=post is None)
    form.is_valid()  # what doesn't pass counts as empty: a preview of half a form is better than none
    organisation = post.organisation if post else None
    shown = shown_draft(form.draft(), person=person, organisation=organisation, today=moment_of(request).date())
    return render(request, "studio/parts/previews.html", {"shown": shown, "is_asked": True})


def _onwards(request: HttpRequest, post: Post) -> HttpResponse:
    if request.POST.get("do") == "submit":
        return HttpResponseRedirect(reverse("studio_submit", args=[post.pk]))
    return done(request, _("Saved. Only you and your organisation see it until you submit it."), "studio_edit", post.pk)


def _both_versions(request: HttpRequest, post: Post, typed: Draft, person: Person) -> HttpResponse:
    """The form as typed, on top of the newer version: saving again keeps this one, knowingly."""
    theirs, version = working_draft(post)
    copy = WorkingCopy.objects.filter(post=post).select_related("saved_by").first()
    # Whatever is typed is what the form shows; the version is the new one, so that saving is now a decision.
    form = ComposerForm(None, person=person, draft=typed, version=version, is_new=False)
    who = str(copy.saved_by) if copy and copy.saved_by else _("somebody")
    sentence = _(
        "%(who)s saved this post while you were writing. Nothing of yours is lost and nothing is overwritten: what they"
        " wrote stands below. Take over what you want to keep, then save again."
    )
    return _composer(
        request, form, post=post, mistakes=[Mistake("theirs", sentence % {"who": who})], theirs=_apart(theirs, typed)
    )


def _apart(theirs: Draft, mine: Draft) -> list[dict[str, str]]:
    """The texts in which two drafts differ, with the other's words."""
    labels = {
        "title": _("Title, %(language)s"),
        "text": _("Text, %(language)s"),
        "link_title": _("Title of the link, %(language)s"),
        "link_description": _("Words of the link, %(language)s"),
    }
    found = []
    for stem, label in labels.items():
        other, own = getattr(theirs, stem), getattr(mine, stem)
        found += [
            {"label": label % {"language": language_name(code)}, "text": other.get(code, ""), "language": code}
            for code in {**other, **own}
            if other.get(code, "") != own.get(code, "")
        ]
    if theirs.link_address != mine.link_address:
        found.append({"label": _("Link"), "text": theirs.link_address, "language": ""})
    if theirs.sources != mine.sources:
        rows = "\n".join(", ".join(value for value in source.values() if value) for source in theirs.sources)
        found.append({"label": _("Sources"), "text": rows, "language": ""})
    if [v.text for v in theirs.variants] != [v.text for v in mine.variants]:
        rows = "\n\n".join(v.text for v in theirs.variants if v.text)
        found.append({"label": _("Texts for single channels"), "text": rows, "language": ""})
    return found


def _composer(
    request: HttpRequest,
    form: ComposerForm,
    *,
    post: Post | None = None,
    title: str = "",
    shown: list[Shown] | None = None,
    mistakes: list[Mistake] | None = None,
    theirs: list[dict[str, str]] | None = None,
) -> HttpResponse:
    trail = [(_("Posts"), reverse("studio_posts"))]
    if post is not None:
        trail.append((str(post), reverse("studio_post", args=[post.pk])))
        title = _("Write: %(post)s") % {"post": post}
    context: dict[str, Any] = {
        "form": form,
        "post": post,
        "shown": shown,
        "theirs": theirs or [],
        "is_asked": shown is not None,
    }
    return page(request, "studio/composer.html", context, title=title, trail=trail, mistakes=mistakes or [])
