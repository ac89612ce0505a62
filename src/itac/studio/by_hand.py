"""Posting by hand, made pleasant: what to copy and save, where to post it, whose hand it is in, what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from itac.campaign.models import Person
from itac.networks.composers import COMPOSERS, opening
from itac.networks.models import Channel
from itac.publishing import deciding, handing, pausing
from itac.publishing.errors import NotAllowed, PublishingError
from itac.publishing.models import Delivery, Proof, State
from itac.publishing.proving import LONGEST_BYTES
from itac.studio.answering import (
    Mistake,
    done,
    mistakes_of,
    mistakes_of_form,
    moment_of,
    page,
    person_of,
)
from itac.studio.home import with_post

STOPS: Mapping[str, str | Promise] = {
    "campaign_paused": gettext_lazy(
        "The whole campaign is paused. Don't post this now; if it stands there already, say so below."
    ),
    "channel_paused": gettext_lazy(
        "This channel is paused. Don't post this now; if it stands there already, say so below."
    ),
    "organisation_held": gettext_lazy(
        "Everything of this organisation is on hold. Don't post this now; if it stands there already, say so below."
    ),
    "takeover_stopped": gettext_lazy(
        "The take-over is stopped. Don't post this now; if it stands there already, say so below."
    ),
}


def what_to_do(request: HttpRequest, delivery: Delivery, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What `parts/by_hand.html` wants: the texts, the way to the network, whose turn it is, and what stops it."""
    person, now = person_of(request), moment_of(request)
    texts = [part["text"] for part in payload["parts"]]
    asked = deciding.whose_hand(delivery, now=now)
    # Not to be led to the network while it is to stay unsaid.
    stop = STOPS.get(pausing.stop_in_force(delivery), "")
    return {
        "texts": [(number, text, _label(number, len(texts))) for number, text in enumerate(texts, start=1)],
        "opening": opening(delivery.channel, texts[0]) if texts and not stop else None,
        "stop": stop,
        "is_mine": delivery.hand_id == person.pk,
        "others": list(Person.objects.filter(pk__in=asked - {person.pk}).order_by("name")),
        "since": delivery.handed_at or delivery.moved_at,
    }


def _label(number: int, of: int) -> str:
    if of == 1:
        return _("The text to post")
    return _("The text to post, part %(number)d of %(all)d") % {"number": number, "all": of}


def screenshot_of(request: HttpRequest) -> bytes | None:
    """The screenshot that was handed in, None without one. One that is too large isn't read to its end."""
    upload = request.FILES.get("screenshot")
    return upload.read(LONGEST_BYTES + 1) if upload else None


def pass_on(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """To whom, with a word; then that person is told."""
    person, now = person_of(request), moment_of(request)
    delivery = _in_hand(request, delivery_id)
    people = handing.stand_ins(delivery, now=now)
    others = [each for each in people if each != person]
    mistakes: list[Mistake] = []
    if request.method == "POST":
        chosen = next((each for each in others if str(each.pk) == request.POST.get("person", "")), None)
        if chosen is None:
            mistakes = [Mistake("person", _("Choose who is to post it."))]
        else:
            try:
                handing.pass_on(person, delivery, to=chosen, now=now, note=request.POST.get("note", ""))
            except PublishingError as error:
                mistakes = mistakes_of(error, {})
            else:
                sentence = _("It is in the hand of %(who)s now, who is told by mail.") % {"who": chosen}
                still_mine = Delivery.objects.visible_to(person).filter(pk=delivery.pk).exists()
                to = ("studio_delivery", delivery.pk) if still_mine else ("studio_deliveries",)
                return done(request, sentence, *to)
    return page(
        request,
        "studio/pass_on.html",
        {"delivery": delivery, "people": others, "typed": request.POST},
        title=_("Pass it on"),
        trail=_way_to(delivery),
        mistakes=mistakes,
    )


@require_POST
def take(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """This person is posting it now, so that nobody else does."""
    delivery = _in_hand(request, delivery_id)
    try:
        handing.take(person_of(request), delivery, now=moment_of(request))
    except NotAllowed as error:
        raise Http404 from error
    except PublishingError:
        sentence = _("Somebody else took it in hand a moment ago. Look who has it before you post.")
        return done(request, sentence, "studio_delivery", delivery.pk)
    return done(request, _("It is in your hand. Nobody else is asked for 15 minutes."), "studio_delivery", delivery.pk)


def proof(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """The screenshot, to those who see the delivery, while it is kept (Promise 7). Nobody in between keeps it."""
    kept = get_object_or_404(
        Proof.objects.filter(
            delivery__in=Delivery.objects.visible_to(person_of(request)), ends_at__gt=moment_of(request)
        ),
        delivery_id=delivery_id,
    )
    try:
        with kept.file.open("rb") as file:
            data = file.read()
    except OSError as error:
        raise Http404 from error
    response = HttpResponse(data, content_type=kept.mime)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


class HandForm(forms.Form):
    """Who posts by hand, and where."""

    posted_on = forms.ChoiceField(
        label=gettext_lazy("Where it is posted"),
        required=False,
        help_text=gettext_lazy(
            "Its limits count from then on, so posts that are planned there may need their approval again."
        ),
    )
    address = forms.URLField(
        label=gettext_lazy("Server"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=gettext_lazy("Only for Mastodon, such as https://mastodon.example."),
    )
    person = forms.ModelChoiceField(
        Person.objects.filter(is_active=True), label=gettext_lazy("Who posts by hand"), empty_label=None
    )
    stand_in = forms.ModelChoiceField(
        Person.objects.filter(is_active=True),
        label=gettext_lazy("Who stands in after 15 minutes"),
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        self.fields["posted_on"].choices = places()  # type: ignore[attr-defined]


def places() -> list[tuple[str, str]]:
    """The networks on which people post by hand, for a choice."""
    return [("", _("Elsewhere")), *((name, each.title) for name, each in COMPOSERS.items())]


def change_hand(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Who posts on a by-hand channel, who stands in, and where that is."""
    known = Channel.objects.filter(network="by_hand").defer("secret", "session")
    channel = get_object_or_404(known, pk=channel_id)
    names = ("posted_on", "address", "person", "stand_in")
    form = HandForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(channel, name) for name in names},
    )
    mistakes: list[Mistake] = []
    if request.method == "POST":
        mistakes = mistakes_of_form(form)
        if not mistakes:
            for name in names:
                setattr(channel, name, form.cleaned_data[name])
            channel.save(update_fields=names)
            return done(request, _("%(channel)s is changed.") % {"channel": channel}, "studio_channels")
    return page(
        request,
        "studio/channel_hand.html",
        {"form": form},
        title=_("By hand: %(channel)s") % {"channel": channel},
        trail=[(_("Channels"), reverse("studio_channels"))],
        mistakes=mistakes,
    )


def _in_hand(request: HttpRequest, delivery_id: int) -> Delivery:
    """A delivery that waits for a hand, if this person decides about it; else 404 as for one that isn't there."""
    mine: QuerySet[Delivery] = with_post(Delivery.objects.visible_to(person_of(request)).filter(state=State.AWAITING))
    delivery = get_object_or_404(mine, pk=delivery_id)
    if not deciding.may_decide(person_of(request), delivery, now=moment_of(request)):
        raise Http404
    return delivery


def _way_to(delivery: Delivery) -> list[tuple[str, str]]:
    post = str(delivery.variant.post)
    return [
        (_("Deliveries"), reverse("studio_deliveries")),
        (post, reverse("studio_delivery", args=[delivery.pk])),
    ]
