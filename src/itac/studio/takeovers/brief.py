"""The brief of a take-over: read, written by both sides, ticked off, and printed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itac.campaign.forms import DayInput
from itac.campaign.models import Campaign
from itac.studio.answering import Mistake, done, mistakes_of_form, moment_of, page, person_of, row_number
from itac.studio.takeovers import inside
from itac.studio.takeovers.planning import clock_of
from itac.takeovers.briefing import may_write_brief, take_out, tick
from itac.takeovers.models import Brief, BriefTask, Promised, TakeOver

LONG = ("goals", "themes", "audiences", "house_rules")


class BriefForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """What both sides write. Promises are a number for each kind, and a line about them."""

    new_task = forms.CharField(label=gettext_lazy("A further task"), max_length=200, required=False)
    new_task_until = forms.DateField(label=gettext_lazy("until"), required=False, widget=DayInput())

    class Meta:
        model = Brief
        fields = [
            "goals",
            "themes",
            "audiences",
            "house_rules",
            "their_contact",
            "our_contact",
            "guardian_hours",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        for name in LONG:
            self.fields[name].widget = forms.Textarea({"rows": 3, "dir": "auto"})
        known = {row["what"]: row for row in self.instance.promises}
        for kind in Promised:
            row = known.get(kind.value, {})
            self.fields[f"number_{kind.value}"] = forms.IntegerField(
                label=_("How many: %(kind)s") % {"kind": kind.label},
                min_value=0,
                max_value=999,
                required=False,
                initial=row.get("number") or None,
            )
            self.fields[f"words_{kind.value}"] = forms.CharField(
                label=_("About them: %(kind)s") % {"kind": kind.label},
                max_length=200,
                required=False,
                initial=row.get("words", ""),
            )

    def save(self, commit: bool = True) -> Brief:
        """The brief with its promises, and the further task where there is one."""
        facts = self.cleaned_data
        self.instance.promises = [
            {"what": kind.value, "number": number, "words": facts[f"words_{kind.value}"]}
            for kind in Promised
            if (number := facts[f"number_{kind.value}"])
        ]
        made: Brief = super().save(commit)
        if facts["new_task"].strip():
            BriefTask.objects.create(brief=made, what=facts["new_task"].strip(), due_on=facts["new_task_until"])
        return made


def brief(request: HttpRequest, takeover_id: int) -> HttpResponse:
    """Read it; write it; tick a task, or take it out."""
    takeover = inside.theirs(request, takeover_id)
    found = Brief.objects.filter(takeover=takeover).first()
    if found is None:
        raise Http404
    may_write = may_write_brief(person_of(request), takeover)
    form, mistakes = BriefForm(None, instance=found), list[Mistake]()
    if request.method == "POST":
        if not may_write:
            raise Http404
        if "task" in request.POST:
            return _about_task(request, takeover, found)
        form = BriefForm(request.POST, instance=found)
        if form.is_valid():
            form.save()
            return done(request, _("The brief is kept."), "studio_takeover_brief", takeover.pk)
        mistakes = mistakes_of_form(form)
    return _shown(request, takeover, form, may_write=may_write, mistakes=mistakes)


def _about_task(request: HttpRequest, takeover: TakeOver, found: Brief) -> HttpResponse:
    """A button beside a task of the checklist."""
    person, do = person_of(request), request.POST.get("do")
    task = get_object_or_404(found.tasks, pk=row_number(request.POST["task"]))
    if do == "take_out":
        take_out(person, task)
    elif do in {"done", "undone"}:
        tick(person, task, is_done=do == "done", now=moment_of(request))
    else:
        raise Http404
    return done(request, _("Noted."), "studio_takeover_brief", takeover.pk)


def _shown(
    request: HttpRequest, takeover: TakeOver, form: BriefForm, *, may_write: bool, mistakes: list[Mistake]
) -> HttpResponse:
    now = moment_of(request)
    found = Brief.objects.get(takeover=takeover)
    context = {
        "takeover": takeover,
        "brief": found,
        "state": takeover.state(now=now),
        "clock": clock_of(takeover),
        "missing": [found.name_of(name) for name in found.missing],
        "promises": [
            (row["number"], Promised(row["what"]).label, row["words"])
            for row in found.promises
            if row["what"] in Promised.values
        ],
        "tasks": list(found.tasks.select_related("done_by")),
        "today": Campaign.current().local(now).date(),
        "form": form,
        "may_write": may_write,
        "rooms": inside.rooms_of(request, takeover),
    }
    title = _("Brief: %(takeover)s") % {"takeover": takeover}
    return page(request, "takeovers/brief.html", context, title=title, trail=inside.way_to(takeover), mistakes=mistakes)
