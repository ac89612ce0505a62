"""A post once more, from its page in two taps: into another week or language. Jumps of the clock are explained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from itac.core.walltime import WallTimeGap, WallTimeTwice, resolve, zone_in_words
from itac.publishing.duplicating import Copy, duplicate, languages_to_come, weeks_to_come
from itac.publishing.errors import PublishingError
from itac.publishing.models import Post
from itac.publishing.writing import Draft
from itac.studio.answering import Mistake, done, mistakes_of, moment_of, page, person_of
from itac.studio.calendar import day_in_words
from itac.studio.composing import language_name, post_languages, the_channels
from itac.studio.posts import way_to, writable_post
from itac.studio.scheduling import Choice, gap_choices, twice_choices


@require_http_methods(["GET", "HEAD", "POST"])
def duplicate_post(request: HttpRequest, post_id: int) -> HttpResponse:
    """The weeks and languages there are, a button each; then the copy, opened to be written on."""
    person, now = person_of(request), moment_of(request)
    post = writable_post(person, post_id)
    codes = post_languages(the_channels(), Draft.of(post))
    mistakes: list[Mistake] = []
    choices: list[Choice] = []
    if request.method == "POST":
        try:
            return _made(request, duplicate(person, post, now=now, **_wanted(request, post, codes)))
        except WallTimeGap as gap:
            mistakes, choices = gap_choices(gap, post.planned_zone)
        except WallTimeTwice as twice:
            mistakes, choices = twice_choices(twice, post.planned_zone)
        except ValueError:
            mistakes = [Mistake("id_day", _("Choose a day, such as 18 December 2026."))]
        except PublishingError as error:
            mistakes = mistakes_of(error, {"planned": "id_day", "language": "languages"})
    context = {
        "post": post,
        "choices": choices,
        "weeks": [(day.isoformat(), day_in_words(day)) for day in weeks_to_come(post, now=now)],
        "languages": [(code, language_name(code)) for code in languages_to_come(post, codes)],
        "clock": post.planned_wall[11:],
        "zone": zone_in_words(post.planned_zone) if post.planned_wall else "",
        "day": request.POST.get("other", ""),
    }
    title = _("Duplicate: %(post)s") % {"post": post}
    return page(request, "studio/duplicate.html", context, title=title, trail=way_to(post), mistakes=mistakes)


def _wanted(request: HttpRequest, post: Post, codes: Sequence[str]) -> dict[str, Any]:
    """What a button asks for: `at` or `language`, or neither for a copy without a time.

    Raises ValueError for what is no day, `WallTimeGap` or `WallTimeTwice` for a day without that one clock time.
    """
    asked = request.POST
    if asked.get("do") == "undated":
        return {}
    if asked.get("language"):
        if asked["language"] not in codes:
            raise ValueError(asked["language"])
        return {"language": asked["language"]}
    day, clock = asked.get("day") or asked.get("other", ""), post.planned_wall[11:]
    wall, _space, which = (asked.get("meant") or f"{day}T{clock}").partition(" ")
    if not clock or not wall.startswith("2"):  # far from the ends of what a date can be
        raise ValueError(wall)
    return {"at": resolve(wall, post.planned_zone, which=which)}


def _made(request: HttpRequest, copy: Copy) -> HttpResponse:
    sentence = _("This is the copy: a draft, not approved. Change what is to be different, then submit it.")
    if copy.left_out:
        sentence += " " + _("Pictures that you may not use stayed behind: %(titles)s.") % {
            "titles": ", ".join(copy.left_out)
        }
    return done(request, sentence, "studio_edit", copy.post.pk)
