"""A Studio in which something of every kind stands, and the addresses of its pages by the names of their routes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import resolve, reverse

from itac.campaign import entering, inviting
from itac.campaign.inviting import Guest
from itac.campaign.models import Deputy, Duty, Person
from itac.core import clock, mailing
from itac.core.localised import Localised
from itac.publishing import approving, deciding, righting, writing
from itac.publishing.asking import link_for
from itac.publishing.mandating import Place
from itac.publishing.models import Delivery, Oversight, Post, State, Trigger
from itac.publishing.tests.factories import person, picture
from itac.studio.rules import rule_for
from itac.takeovers import agreeing
from itac.takeovers.agreeing import Terms
from itac.takeovers.models import TakeOver
from tests.journeys.studio.desk import Desk

NOTE = "The figure was that of 2020."
# Routes of ours that show no page of their own, and what they are instead.
NO_PAGE: Mapping[str, str] = {
    "studio_post_preview": "a piece of the composer",
    "studio_begin": "asked by the composer's script",
    "studio_keep": "asked by the composer's script",
    "studio_here": "asked by the composer's script",
    "studio_photo": "asked by the composer's script",
    "studio_calendar_feed": "asked by the calendar's script",
    "studio_discard": "a button",
    "studio_withdraw": "a button",
    "studio_urgent": "a button",
    "studio_comments_seen": "a button",
    "studio_comment_back": "a button",
    "studio_comment": "a form of the post's page",
    "studio_take": "a button",
    "studio_channel_test": "a button",
    "studio_mail": "a button",
    "studio_invitation": "a button",
    "studio_picture": "a picture",
    "studio_delivery_picture": "a picture",
    "studio_proof": "a picture",
    "approve_by_mail_picture": "a picture",
    "studio_decisions": "a file",
    "studio_decisions_json": "a file",
    "studio_decisions_of_post": "a file",
    "studio_spreadsheet_export": "a file",
    "studio_spreadsheet_template": "a file",
    "studio_spreadsheet_file": "a file",
    "studio_takeover_act": "a button",
    "studio_spreadsheet_upload": "a form of the spreadsheet's page",
}


def may_open(who: Person, address: str) -> bool:
    """Whether the stated rule lets this person in there."""
    match = resolve(urlsplit(address).path)
    request = HttpRequest()
    request.user = Person.objects.get(pk=who.pk)
    rule = rule_for(match.view_name)
    return rule is not None and rule.lets_in(request, match.kwargs)


class Standing:
    """Posts in every state, with deliveries, corrections and people; `pages` are their addresses by route."""

    def __init__(self, desk: Desk) -> None:
        scene = self.scene = desk.scene
        self.now = clock.now()
        self.later = scene.now + timedelta(days=1)
        self.guest = person("A Guest", moderator=scene.north)
        self.wall = scene.channel("wall", network="by_hand", person=scene.north_editor, stand_in=scene.coordinator)
        self.mastodon = scene.channel("mastodon", network="mastodon", address="https://mastodon.example")
        self.trigger = Trigger.objects.create(name="The report is public")
        self._posts()
        self._deliveries()
        self._what_is_out(desk)
        self._people()
        self.takeover = self._agreed_takeover()

    def _posts(self) -> None:
        scene = self.scene
        street = picture("A street", owner=scene.north)
        languages = ("en", "es")
        self.asked = scene.post(title="Asked", pictures=(street,), at=self.later, approved=False, languages=languages)
        approving.ask(scene.north_editor, self.asked, now=self.now)
        self.changed = scene.post("Six in ten.", title="Changed", at=self.later)
        self._rewrite(self.changed, "Six in ten stay near.", submit=False)

    def _deliveries(self) -> None:
        scene, wall = self.scene, self.wall
        self.deliveries = {}
        for state in (State.UNCERTAIN, State.HELD, State.FAILED, State.AWAITING, State.PLANNED):
            channels = [wall] if state == State.AWAITING else [scene.website]
            post = scene.post(title=f"It is {state.value}", channels=channels, at=self.later)
            self.deliveries[state] = scene.deliveries(post)[0]
            facts = {"code": "no_answer", "hand": scene.north_editor} if state != State.PLANNED else {}
            Delivery.objects.filter(pk=self.deliveries[state].pk).update(state=state, moved_at=self.now, **facts)

    def _what_is_out(self, desk: Desk) -> None:
        """One post on the site, rewritten since, and one that a person put out by hand and is to take down."""
        scene, editor = self.scene, self.scene.north_editor
        out = {"title": "By hand", "channels": [self.wall]}
        self.sent = desk.due_now(lambda at: scene.post("In 2020 there were 281 million.", title="On the site", at=at))
        self.out = desk.due_now(lambda at: scene.post("Read this aloud.", at=at, **out))
        desk.reaches(self.sent, State.SENT)
        desk.reaches(self.out, State.AWAITING)
        now = clock.now()
        deciding.confirm(editor, desk.delivery(self.out), address="https://wall.example/posts/1", now=now)
        self.rightings = righting.withdraw(editor, self.out, note=NOTE, now=now)
        self._rewrite(self.sent, "In mid-2024 there were 304 million.", submit=True)

    def _people(self) -> None:
        scene = self.scene
        Deputy.objects.create(
            organisation=scene.north, person=self.guest, begins_at=self.now, ends_at=self.later,
            named_by=scene.north_approver,
        )  # fmt: skip
        self.guest = Person.objects.get(pk=self.guest.pk)
        self.tokens: dict[str, str] = {}

        def link(name: str, token: str) -> str:
            self.tokens[name] = token
            return f"http://127.0.0.1/{token}"

        guest = Guest(email="nora@example.org", language="es", organisation=scene.north, duties=(Duty.EDITOR,))
        inviting.invite(scene.coordinator, [guest], link=lambda token: link("accept", token), now=self.now)
        entering.ask_for_code(
            scene.south_editor.email, link=lambda token: link("entry", token), language="en", address="", now=self.now
        )
        words = {"to": "gone@example.org", "language": "en", "zone": "UTC", "subject": "News", "text": "News"}
        mailing.post(kind="invitation", key="news:1", now=self.now, not_after=self.later, **words)

    def _agreed_takeover(self) -> TakeOver:
        scene = self.scene
        terms = Terms(
            title=Localised({"en": "A day in North City"}),
            why=Localised({"en": "The city shows who built it."}),
            opens_at=self.later,
            closes_at=self.later + timedelta(hours=6),
            zone="UTC",
            places=[Place(scene.website, ("en",))],
            guardian=scene.coordinator,
            oversight=Oversight.OWN,
        )
        made = agreeing.request(scene.north_editor, scene.north, terms, reason="It is our day", now=self.now)
        agreeing.agree(scene.coordinator, made, now=self.now)
        return made

    def _rewrite(self, post: Post, text: str, *, submit: bool) -> None:
        editor = self.scene.north_editor
        draft, version = writing.working_draft(Post.objects.get(pk=post.pk))
        writing.save_working_copy(editor, post, replace(draft, text={"en": text}), version=version, now=self.now)
        if submit:
            writing.submit_working_copy(editor, post, now=self.now)

    def pages(self) -> dict[str, list[str]]:
        """The addresses of every page of ours in the Studio, behind its door."""
        asked, changed, sent = self.asked.pk, self.changed.pk, self.sent.pk
        states = {state: each.pk for state, each in self.deliveries.items()}
        acts = {
            State.UNCERTAIN: ("is_there", "is_not_there", "look_up"),
            State.HELD: ("send_now", "drop", "plan_again"),
            State.PLANNED: ("hold",),
            State.AWAITING: ("confirm", "decline"),
        }
        plain = (
            "wagtailadmin_home", "studio_posts", "studio_post_new", "studio_zones", "studio_deputies",
            "studio_deliveries", "studio_held", "studio_channels", "studio_pause", "studio_hold", "studio_audit",
            "studio_triggers", "wagtailadmin_logout",
            "wagtailadmin_account", "studio_password", "studio_sessions", "studio_invitations", "studio_invite",
            "studio_invite_list", "studio_tokens", "studio_mails",
            "studio_spreadsheet", "studio_takeovers", "studio_takeover_new",
        )  # fmt: skip
        of_takeover = ("", "_change", "_brief", "_room", "_rehearsal", "_report")
        takeover = {f"studio_takeover{each}": [self.takeover.pk] for each in of_takeover}
        windows = {name: [reverse(name, args=found)] for name, found in takeover.items()}
        return (
            {name: [reverse(name)] for name in plain}
            | windows
            | {
                "studio_post": [reverse("studio_post", args=[each]) for each in (asked, changed, sent, self.out.pk)],
                "studio_edit": [reverse("studio_edit", args=[each]) for each in (asked, changed)],
                "studio_submit": [reverse("studio_submit", args=[changed])],
                "studio_plan": [reverse("studio_plan", args=[asked])],
                "studio_ask": [reverse("studio_ask", args=[changed])],
                "studio_duplicate": [reverse("studio_duplicate", args=[asked])],
                "studio_approve": [reverse("studio_approve", args=[asked])],
                "studio_take_back": [reverse("studio_take_back", args=[sent])],
                "studio_correct": [reverse("studio_correct", args=[each]) for each in (sent, changed)],
                "studio_righting": [reverse("studio_righting", args=[each.pk]) for each in self.rightings],
                "studio_calendar": [
                    f"{reverse('studio_calendar')}?view={view}&day={self.later:%Y-%m-%d}"
                    for view in ("month", "week", "agenda")
                ],
                "studio_calendar_move": [reverse("studio_calendar_move", args=[asked])],
                "studio_delivery": [reverse("studio_delivery", args=[each]) for each in states.values()],
                "studio_act": [
                    reverse("studio_act", args=[states[s], each]) for s, found in acts.items() for each in found
                ],
                "studio_pass_on": [reverse("studio_pass_on", args=[states[State.AWAITING]])],
                "studio_channel_add": [
                    reverse("studio_channel_add", args=[name]) for name in ("mastodon", "bluesky", "by_hand")
                ],
                "studio_channel_reconnect": [reverse("studio_channel_reconnect", args=[self.mastodon.pk])],
                "studio_channel_hand": [reverse("studio_channel_hand", args=[self.wall.pk])],
                "studio_it_happened": [reverse("studio_it_happened", args=[self.trigger.pk])],
            }
        )

    def doors(self) -> dict[str, list[str]]:
        """The pages that nobody has to be signed in for."""
        return {
            "wagtailadmin_login": [reverse("wagtailadmin_login")],
            "studio_ask_for_code": [reverse("studio_ask_for_code")],
            "studio_forgotten": [reverse("studio_forgotten")],
            "studio_entry_code": [reverse("studio_entry_code")],
            "studio_entry_link": [reverse("studio_entry_link", args=[each]) for each in (self.tokens["entry"], "over")],
            "studio_accept": [reverse("studio_accept", args=[each]) for each in (self.tokens["accept"], "over")],
            "approve_by_mail": [
                *(urlsplit(link_for(who)).path for who in (self.scene.south_approver, self.scene.coordinator)),
                reverse("approve_by_mail", args=["over"]),
            ],
        }
