"""Channels: how they are, the stop of each and of the whole campaign, and connecting one by a form.

Promise 8: a secret goes in and never comes out again; after a mistake it has to be typed anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from itac.campaign.models import Campaign, Organisation
from itac.networks import connecting
from itac.networks.models import Channel
from itac.networks.protocol import ConnectionRefused
from itac.networks.registry import NETWORKS, network
from itac.publishing.models import Delivery, State
from itac.publishing.pausing import pause, resume
from itac.studio.answering import Mistake, done, mistakes_of_form, moment_of, page, person_of, row_number
from itac.studio.by_hand import HandForm

SECRETS = {
    "access_token": gettext_lazy("Access token"),
    "app_password": gettext_lazy("App password"),
    "password": gettext_lazy("Password"),
}


def channel_list(request: HttpRequest) -> HttpResponse:
    """Every channel with its health; coordinators test, pause and add."""
    context = {
        "channels": list(
            Channel.objects.defer("secret", "session").select_related("organisation", "person", "stand_in")
        ),
        "networks": [(name, plug.title) for name, plug in NETWORKS.items()],
        "may_act": person_of(request).is_coordinator,
    }
    return page(request, "studio/channels.html", context, title=_("Channels"))


@require_POST
def test_channel(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Ask the network whether the channel works, and show what it says."""
    channel = get_object_or_404(Channel, pk=channel_id)
    try:
        connection = connecting.test_channel(channel, now=moment_of(request))
    except ConnectionRefused as refused:
        return _channels_with(request, Mistake(f"channel-{channel.pk}", f"{channel}: {refused}"))
    sentence = _("%(channel)s works: the network knows it as %(handle)s.")
    return done(
        request, sentence % {"channel": channel, "handle": connection.handle or channel.name}, "studio_channels"
    )


test_channel.__test__ = False  # type: ignore[attr-defined]  # a view, whatever its name says


class ChannelForm(forms.Form):
    """A new channel of one network: only what that network needs."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("What people here call it.")
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(),
        label=gettext_lazy("Belongs to"),
        required=False,
        empty_label=gettext_lazy("The campaign"),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: any."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, network_name: str) -> None:
        super().__init__(data, label_suffix="")
        plug = network(network_name)
        self.plug = plug
        if plug.needs_address or plug.name == "bluesky":
            self.fields["address"] = forms.CharField(
                label=_("Server"),
                max_length=300,
                required=plug.needs_address,
                help_text=_("Such as https://mastodon.example.")
                if plug.needs_address
                else _("Empty for Bluesky's own."),
            )
        if plug.name == "by_hand":
            self.fields.update(HandForm().fields)
        if plug.name in {"bluesky", "by_hand"}:
            self.fields["handle"] = forms.CharField(
                label=_("Account"),
                max_length=200,
                required=plug.needs_handle,
                help_text=_("The account's name on the network, such as itac.example.org."),
            )
        for secret in plug.needs_secret:
            self.fields[f"secret_{secret}"] = forms.CharField(
                label=SECRETS.get(secret, secret),
                widget=forms.PasswordInput({"autocomplete": "off"}, render_value=False),
                help_text=_("Kept encrypted and never shown again."),
            )

    def secret(self) -> dict[str, str]:
        """The secrets typed, by their names."""
        return {name: self.cleaned_data[f"secret_{name}"] for name in self.plug.needs_secret}


@sensitive_post_parameters()
def add_channel(request: HttpRequest, network_name: str) -> HttpResponse:
    """Connect a channel; it is stored once the network has proved that it works."""
    if network_name not in NETWORKS:
        raise Http404
    form = ChannelForm(request.POST if request.method == "POST" else None, network_name=network_name)
    mistakes: list[Mistake] = []
    if request.method == "POST":
        mistakes = mistakes_of_form(form)
        if not mistakes:
            mistakes = _connected(request, form)
        if not mistakes:
            sentence = _("%(channel)s is connected. Give the right to speak on it before anybody posts.")
            return done(request, sentence % {"channel": form.cleaned_data["name"]}, "studio_channels")
    title = _("Connect a channel: %(network)s") % {"network": form.plug.title}
    return page(
        request,
        "studio/channel_add.html",
        {"form": form},
        title=title,
        trail=[(_("Channels"), reverse("studio_channels"))],
        mistakes=mistakes,
    )


class ReconnectForm(forms.Form):
    """A new secret for a channel that needs somebody."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, channel: Channel) -> None:
        super().__init__(data, label_suffix="")
        self.names = list(channel.plug().needs_secret)
        for secret in self.names:
            self.fields[f"secret_{secret}"] = forms.CharField(
                label=SECRETS.get(secret, secret),
                widget=forms.PasswordInput({"autocomplete": "off"}, render_value=False),
                help_text=_("Kept encrypted and never shown again."),
            )


@sensitive_post_parameters()
def reconnect(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Give a channel a new secret, once it is proved to belong to the same account."""
    channel = get_object_or_404(Channel.objects.defer("secret", "session"), pk=channel_id)
    form = ReconnectForm(request.POST if request.method == "POST" else None, channel=channel)
    mistakes: list[Mistake] = []
    if request.method == "POST":
        mistakes = mistakes_of_form(form)
        if not mistakes:
            try:
                secret = {name: form.cleaned_data[f"secret_{name}"] for name in form.names}
                connecting.reconnect(channel, secret=secret, now=moment_of(request))
            except ConnectionRefused as refused:
                mistakes = [Mistake(f"id_secret_{form.names[0]}" if form.names else "", str(refused))]
            else:
                return done(request, _("%(channel)s is connected again.") % {"channel": channel}, "studio_channels")
    title = _("Connect again: %(channel)s") % {"channel": channel}
    return page(
        request,
        "studio/channel_add.html",
        {"form": form},
        title=title,
        trail=[(_("Channels"), reverse("studio_channels"))],
        mistakes=mistakes,
    )


def pause_page(request: HttpRequest) -> HttpResponse:
    """The stop: of the campaign, or of one channel. What was held stays held; this page leads there."""
    person, now = person_of(request), moment_of(request)
    if request.method == "POST":
        channel_id, action = request.POST.get("channel", ""), request.POST.get("do")
        channel = None
        if channel_id:
            known = Channel.objects.defer("secret", "session")
            channel = get_object_or_404(known, pk=row_number(channel_id))
        name = str(channel) if channel else _("The whole campaign")
        if action == "pause":
            pause(person, channel=channel, reason=request.POST.get("reason", "").strip(), now=now)
            return done(request, _("%(what)s is paused: no call begins from now on.") % {"what": name}, "studio_pause")
        resume(person, channel=channel, now=now)
        held = Delivery.objects.filter(state=State.HELD).exists()
        sentence = _("%(what)s goes on. Nothing that is held left by that.") % {"what": name}
        return done(request, sentence, "studio_held" if held else "studio_pause")
    context = {
        "campaign": Campaign.objects.filter(pk=1).first(),
        "channels": list(Channel.objects.defer("secret", "session")),
        "held": Delivery.objects.filter(state=State.HELD).count(),
    }
    return page(request, "studio/pause.html", context, title=_("Pause and resume"))


def _channels_with(request: HttpRequest, mistake: Mistake) -> HttpResponse:
    context = {
        "channels": list(
            Channel.objects.defer("secret", "session").select_related("organisation", "person", "stand_in")
        ),
        "networks": [(name, plug.title) for name, plug in NETWORKS.items()],
        "may_act": True,
    }
    return page(request, "studio/channels.html", context, title=_("Channels"), mistakes=[mistake])


def _connected(request: HttpRequest, form: ChannelForm) -> list[Mistake]:
    """Connect; what stands in the way, if anything. The people of a by-hand channel are its connection."""
    facts = form.cleaned_data
    slug = _free_slug(facts["name"])
    try:
        channel = connecting.add_channel(
            form.plug.name,
            name=facts["name"],
            slug=slug,
            address=facts.get("address", ""),
            handle=facts.get("handle", ""),
            languages=facts["languages"],
            organisation=facts["organisation"],
            secret=form.secret(),
            now=moment_of(request),
        )
    except ConnectionRefused as refused:
        secrets = list(form.plug.needs_secret)
        return [Mistake(f"id_secret_{secrets[0]}" if secrets else "", str(refused))]
    except ValidationError as error:
        return [Mistake("id_address" if "address" in form.fields else "id_name", message) for message in error.messages]
    if form.plug.name == "by_hand":
        channel.person, channel.stand_in, channel.posted_on = facts["person"], facts["stand_in"], facts["posted_on"]
        channel.save(update_fields=["person", "stand_in", "posted_on"])
    return []


def _free_slug(name: str) -> str:
    stem = slugify(name)[:44] or "channel"
    slug, number = stem, 1
    while Channel.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug
