"""Writing a post: a working copy that is saved as often as wanted, with its looks on each network beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from itac.campaign.models import Organisation
from itac.publishing.accompanying import company_of
from itac.publishing.errors import PublishingError, StaleCopy
from itac.publishing.models import Post, WorkingCopy
from itac.publishing.repeating import Repeat, repeats
from itac.publishing.writing import Draft, begin_post, save_working_copy, working_draft
from itac.studio.answering import Mistake, done, mistakes_of, mistakes_of_form, moment_of, page, person_of, row_number
from itac.studio.composing import ComposerForm, language_name
from itac.studio.doors import no_such_page
from itac.studio.focusing import set_points
from itac.studio.keeping import company_words, saved_words, ways
from itac.studio.photographing import PhotoForm, add_photo, sent_photo, with_photo
from itac.studio.posts import name_of, way_to
from itac.studio.showing import Shown, shown_draft
from itac.studio.speaking import Speaker, speakers_for

LOOK_ONLY = {"check", "photo", "speaker"}  # buttons that show what is typed, and save nothing of it


def new_post(request: HttpRequest) -> HttpResponse:
    """A new post: an empty form, then the first working copy. `?takeover=` begins it in a take-over, and only there."""
    person, now = person_of(request), moment_of(request)
    speakers = speakers_for(person, now=now)
    wanted = [each for each in speakers if each.key == f"t{request.GET.get('takeover')}"]
    facts: dict[str, Any] = {
        "person": person,
        "draft": Draft(original=person.language),
        "speakers": wanted or speakers,
    }
    if request.method != "POST":
        return _composer(request, ComposerForm(None, **facts))
    form = ComposerForm(request.POST, **facts)
    if not form.is_valid():
        return _composer(request, form, mistakes=mistakes_of_form(form))
    speaker = form.chosen_speaker()
    form, mistakes = _with_sent_photo(request, form, facts, speaker.organisation)
    if mistakes:
        return _composer(request, form, mistakes=mistakes)
    draft = form.draft()
    if request.POST.get("do") in LOOK_ONLY:
        shown = shown_draft(draft, person=person, speaker=speaker, today=now.date())
        return _composer(request, form, shown=shown)
    try:
        whose: dict[str, Any] = {"organisation": speaker.organisation, "mandate": speaker.mandate}
        post = begin_post(person, **whose, draft=draft, now=now, seat=form.seat_taken())
    except StaleCopy:
        return _both_versions(request, Post.objects.get(working_copy__begun_in=form.seat_taken().key), form)
    except PublishingError as error:
        return _composer(request, form, mistakes=mistakes_of(error, {}))
    set_points(person, form.points())
    return _onwards(request, post)


def edit_post(request: HttpRequest, post_id: int) -> HttpResponse:
    """Go on with a post. What another person saved meanwhile is shown, and nothing of either is lost.

    A post that is gone, or not this person's, looks like one that never was; what was typed into it is given back.
    """
    person, now = person_of(request), moment_of(request)
    post = Post.objects.editable_by(person).filter(pk=post_id).first()
    if post is None:
        return _given_back(request) if request.method == "POST" else no_such_page(request)
    draft, version = working_draft(post)
    speaker = Speaker.of(post)
    facts: dict[str, Any] = {"person": person, "draft": draft, "version": version, "speaker": speaker}
    looks: dict[str, Any] = {
        "person": person,
        "speaker": speaker,
        "slug": post.slug,
        "today": now.date(),
    }
    if request.method != "POST":
        return _composer(request, ComposerForm(None, **facts), post=post, shown=shown_draft(draft, **looks))
    form = ComposerForm(request.POST, **facts)
    if not form.is_valid():
        return _composer(request, form, post=post, mistakes=mistakes_of_form(form))
    form, mistakes = _with_sent_photo(request, form, facts, post.organisation)
    if mistakes:
        return _composer(request, form, post=post, mistakes=mistakes)
    typed = form.draft()
    if request.POST.get("do") in LOOK_ONLY:
        return _composer(request, form, post=post, shown=shown_draft(typed, **looks))
    try:
        read = form.cleaned_data["version"] or 0
        save_working_copy(person, post, typed, version=read, now=now, seat=form.seat_taken())
    except StaleCopy:
        return _both_versions(request, post, form)
    except PublishingError as error:
        return _composer(request, form, post=post, mistakes=mistakes_of(error, {}))
    set_points(person, form.points())
    return _onwards(request, post)


def _with_sent_photo(
    request: HttpRequest, form: ComposerForm, facts: Mapping[str, Any], organisation: Organisation | None
) -> tuple[ComposerForm, list[Mistake]]:
    """The form with the picture that came with it chosen, or as it was, with what is wrong with the picture."""
    upload = sent_photo(request)
    if upload is None:
        wants_one = request.POST.get("do") == "photo"
        missing = Mistake("id_photo", _("Take a photo or choose a file first."))
        return form, [missing] if wants_one else []
    picture, mistakes = add_photo(person_of(request), organisation, upload, request.POST, now=moment_of(request))
    if picture is None:
        return form, mistakes
    form = ComposerForm(with_photo(request.POST, picture), **facts)
    form.is_valid()
    return form, []


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What is typed now, as the chosen networks would show it: a piece of HTML. Stores nothing."""
    person, now, post_id = person_of(request), moment_of(request), row_number(request.POST.get("post"))
    post = Post.objects.editable_by(person).filter(pk=post_id).first()
    draft = working_draft(post)[0] if post else Draft(original=person.language)
    whose: dict[str, Any] = {"speaker": Speaker.of(post)} if post else {"speakers": speakers_for(person, now=now)}
    form = ComposerForm(request.POST, person=person, draft=draft, **whose)
    form.is_valid()  # what doesn't pass counts as empty: a preview of half a form is better than none
    shown = shown_draft(form.draft(), person=person, speaker=form.chosen_speaker(), today=now.date())
    return render(request, "studio/parts/previews.html", {"shown": shown, "is_asked": True})


def _onwards(request: HttpRequest, post: Post) -> HttpResponse:
    if request.POST.get("do") == "submit":
        return HttpResponseRedirect(reverse("studio_submit", args=[post.pk]))
    return done(request, _("Saved. Only you and your organisation see it until you submit it."), "studio_edit", post.pk)


def _given_back(request: HttpRequest) -> HttpResponse:
    """What was typed into a post that isn't there any more, to be copied."""
    person = person_of(request)
    form = ComposerForm(request.POST, person=person, draft=Draft(original=person.language))
    form.is_valid()
    blank = Draft(original=person.language)
    context = {"texts": _apart(form.draft(), blank)}
    response = page(request, "studio/composer_gone.html", context, title=_("This post isn't there any more"))
    response.status_code = 404
    return response


def _both_versions(request: HttpRequest, post: Post, sent: ComposerForm) -> HttpResponse:
    """The form as typed, on top of the newer version: saving again keeps this one, knowingly."""
    typed, (theirs, version) = sent.draft(), working_draft(post)
    copy = WorkingCopy.objects.filter(post=post).select_related("saved_by").first()
    # Whatever is typed is what the form shows; the version is the new one, so that saving is now a decision.
    whose = Speaker.of(post)
    form = ComposerForm(None, person=person_of(request), draft=typed, version=version, speaker=whose)
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


def _repeats(request: HttpRequest, form: ComposerForm, post: Post | None) -> list[Repeat]:
    draft = form.draft() if form.is_bound else form.before
    return repeats(person_of(request), draft.says(), today=moment_of(request).date(), besides=post)


def _composer(
    request: HttpRequest,
    form: ComposerForm,
    *,
    post: Post | None = None,
    shown: list[Shown] | None = None,
    mistakes: list[Mistake] | None = None,
    theirs: list[dict[str, str]] | None = None,
) -> HttpResponse:
    person, title = person_of(request), _("A new post")
    trail = [(_("Posts"), reverse("studio_posts"))]
    if post is not None:
        trail = way_to(post)
        title = _("Write: %(post)s") % {"post": name_of(post)}
    company = company_of(person, post, now=moment_of(request)) if post else []
    context: dict[str, Any] = {
        "form": form,
        "photo": PhotoForm(form.data if form.is_bound else None, person=person, original=form.original),
        "post": post,
        "shown": shown,
        "theirs": theirs or [],
        "is_asked": shown is not None,
        "repeats": _repeats(request, form, post) if shown else [],
        # What the page's own keeping has to know: whether the server has what the form shows.
        "kept": "saved" if request.method != "POST" else "apart" if theirs else "typed",
        "ways": ways(post) if post else {},
        "saved": saved_words(post) if post else "",
        "company": company_words([str(each) for each in company]) if company else "",
    }
    return page(request, "studio/composer.html", context, title=title, trail=trail, mistakes=mistakes or [])
