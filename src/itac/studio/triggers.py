"""Named events that posts wait for: the list, a new one, and the button that says it happened."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from itac.publishing.models import Trigger
from itac.publishing.planning import fire
from itac.studio.answering import Mistake, done, mistakes_of_form, moment_of, page, person_of


class TriggerForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """A new event to wait for."""

    class Meta:
        model = Trigger
        fields = ["name", "open_minutes"]


def trigger_list(request: HttpRequest) -> HttpResponse:
    """What is waited for, what has happened, and a form for a new one."""
    form = TriggerForm(request.POST if request.method == "POST" else None, label_suffix="")
    mistakes: list[Mistake] = []
    if request.method == "POST":
        mistakes = mistakes_of_form(form)
        if not mistakes:
            with transaction.atomic():
                form.save()
            return done(request, _("Posts can wait for it now."), "studio_triggers")
    context = {"triggers": list(Trigger.objects.prefetch_related("posts").order_by("-pk")), "form": form}
    return page(request, "studio/triggers.html", context, title=_("What posts wait for"), mistakes=mistakes)


def it_happened(request: HttpRequest, trigger_id: int) -> HttpResponse:
    """What would leave by it; then the word that it happened. Once only."""
    trigger = get_object_or_404(Trigger.objects.filter(fired_at=None), pk=trigger_id)
    if request.method == "POST":
        number = fire(person_of(request), trigger, now=moment_of(request))
        sentence = ngettext(
            "It happened: %(number)d delivery is due.", "It happened: %(number)d deliveries are due.", number
        )
        return done(request, sentence % {"number": number}, "studio_triggers")
    context = {"trigger": trigger, "posts": list(trigger.posts.select_related("organisation"))}
    return page(request, "studio/it_happened.html", context, title=_("It happened: %(trigger)s") % {"trigger": trigger})
