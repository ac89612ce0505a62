"""The rehearsal names what would fail and who mends it, changes nothing, and plays the window to its team alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from itac.campaign.models import Person
from itac.core.localised import Localised
from itac.library.models import Picture
from itac.networks.models import Channel, Health
from itac.publishing import mandating, writing
from itac.publishing.models import Delivery, Oversight, Post, PostKind, PostMedia
from itac.publishing.tests.factories import person, picture
from itac.takeovers import rehearsing
from itac.takeovers.models import Rehearsal, TakeOver
from itac.takeovers.tests.factories import HOUR, Stage

Login = Callable[[Person], Client]


def address(takeover: TakeOver) -> str:
    return reverse("studio_takeover_rehearsal", args=[takeover.pk])


def faults(stage: Stage, takeover: TakeOver) -> list[tuple[str, str]]:
    """What would fail, and who mends it."""
    fresh = TakeOver.objects.get(pk=takeover.pk)
    return [(each.code, each.mender.value) for each in rehearsing.rehearse(fresh, now=stage.noon).faults]


def everything() -> dict[str, int]:
    """How many rows there are of each kind, but for log-ins."""
    return {
        model._meta.label: model._default_manager.count() for model in apps.get_models() if "ession" not in str(model)
    }


def test_a_window_in_which_everything_is_right_has_no_faults(stage: Stage) -> None:
    takeover = stage.briefed()
    stage.post(takeover, at=stage.noon + HOUR)

    outlook = rehearsing.rehearse(takeover, now=stage.noon)

    assert (outlook.faults, len(outlook.good)) == ([], 1)


def unapproved(stage: Stage, takeover: TakeOver) -> None:
    stage.post(takeover, at=stage.noon + HOUR, approved=False)


def half_approved(stage: Stage, takeover: TakeOver) -> None:
    stage.approve_own(stage.post(takeover, at=stage.noon + HOUR, approved=False))


def outside(stage: Stage, takeover: TakeOver) -> None:
    stage.post(takeover, at=stage.noon + 7 * HOUR)


def unlent(stage: Stage, takeover: TakeOver) -> None:
    other = stage.scene.channel("second-site", network="website")
    stage.post(takeover, at=stage.noon + HOUR, channel=other)


def token_over(stage: Stage, takeover: TakeOver) -> None:
    stage.post(takeover, at=stage.noon + 2 * HOUR)
    Channel.objects.update(token_expires_at=stage.noon + HOUR)


def token_refused(stage: Stage, takeover: TakeOver) -> None:
    Channel.objects.filter(pk=stage.website.pk).update(health=Health.NEEDS_PERSON, health_code="token_refused")


def too_many(stage: Stage, takeover: TakeOver) -> None:
    type(takeover.mandate).objects.update(per_day=1)
    for number in (1, 2):
        stage.post(takeover, at=stage.noon + number * timedelta(minutes=1))


def wrong_kind(stage: Stage, takeover: TakeOver) -> None:
    stage.post(takeover, at=stage.noon + HOUR)
    type(takeover.mandate).objects.update(kinds=[PostKind.STORY.value])


def draft(stage: Stage, takeover: TakeOver) -> None:
    writing.begin_post(
        stage.editor, organisation=stage.scene.north, draft=writing.Draft(), now=stage.now, mandate=takeover.mandate
    )


def held(stage: Stage, takeover: TakeOver) -> None:
    post = stage.post(takeover, at=stage.noon + HOUR)
    Delivery.objects.filter(variant__post=post).update(state="held", code="held_by_person")


def without_alt(stage: Stage, takeover: TakeOver) -> None:
    post = stage.post(takeover, at=stage.noon + HOUR, approved=False)
    PostMedia.objects.create(post=post, picture=picture(owner=stage.scene.north), alt=Localised({}))


def without_credit(stage: Stage, takeover: TakeOver) -> None:
    shown = picture(owner=stage.scene.north)
    post = stage.post(takeover, at=stage.noon + HOUR, approved=False)
    PostMedia.objects.create(post=post, picture=shown, alt=Localised({"en": "A street"}))
    stage.approve(post)
    Picture.objects.filter(pk=shown.pk).update(credit="")


def too_long(stage: Stage, takeover: TakeOver) -> None:
    wall = stage.scene.channel("wall", network="by_hand", posted_on="instagram", person=stage.editor)
    takeover.places.update(channel=wall)
    takeover.mandate.grants.update(channel=wall)
    post = stage.post(takeover, at=stage.noon + HOUR, approved=False, channel=wall)
    Post.objects.filter(pk=post.pk).update(text=Localised({"en": "a" * 2_300}))


def on_network(stage: Stage, takeover: TakeOver, network: str, text: str, *, with_picture: bool = False) -> Post:
    there = stage.scene.channel(network, network=network, address="https://social.example.org", account_id="1")
    takeover.places.update(channel=there)
    takeover.mandate.grants.update(channel=there)
    post = stage.post(takeover, at=stage.noon + HOUR, approved=False, channel=there, text=text)
    if with_picture:
        shown = picture(owner=stage.scene.north)
        PostMedia.objects.create(post=post, picture=shown, alt=Localised({"en": "A street"}))
    return post


def without_its_file(stage: Stage, takeover: TakeOver) -> None:
    post = on_network(stage, takeover, "bluesky", "Look.", with_picture=True)
    stage.approve(post)
    shown = post.media.get().picture
    shown.file.storage.delete(shown.file.name)


def seen_by_nobody_knows_whom(stage: Stage, takeover: TakeOver) -> None:
    post = on_network(stage, takeover, "mastodon", "Look.", with_picture=True)
    post.variants.update(options={"visibility": "neighbours"})


def named_as_elsewhere(stage: Stage, takeover: TakeOver) -> None:
    on_network(stage, takeover, "bluesky", "With @ana@social.example.org, in the harbour.")


def nobody_by_hand(stage: Stage, takeover: TakeOver) -> None:
    takeover.places.update(channel=stage.scene.channel("wall", network="by_hand"))


def stopped(stage: Stage, takeover: TakeOver) -> None:
    mandating.stop(stage.editor, takeover.mandate, reason="", now=stage.now)


def paused(stage: Stage, takeover: TakeOver) -> None:
    stage.post(takeover, at=stage.noon + HOUR)
    Channel.objects.filter(pk=stage.website.pk).update(paused_at=stage.now)


def brief_lacking(stage: Stage, takeover: TakeOver) -> None:
    takeover.brief.goals = ""
    takeover.brief.save()


@pytest.mark.parametrize(
    ("what", "code", "mender"),
    [
        (unapproved, "not_approved", "team"),
        (half_approved, "not_approved", "approvers"),
        (outside, "outside_takeover", "team"),
        (unlent, "not_lent", "team"),
        (token_over, "channel_needs_person", "coordinators"),
        (token_refused, "token", "coordinators"),
        (too_many, "daily_limit", "team"),
        (wrong_kind, "kind_not_lent", "team"),
        (draft, "draft", "team"),
        (held, "held", "team"),
        (without_alt, "alt_missing", "team"),
        (without_credit, "rights_missing", "team"),
        (too_long, "text_too_long", "team"),
        (without_its_file, "picture_changed", "team"),
        (seen_by_nobody_knows_whom, "visibility_unknown", "team"),
        (named_as_elsewhere, "names_nobody", "team"),
        (nobody_by_hand, "nobody_by_hand", "coordinators"),
        (stopped, "takeover_stopped", "guardian"),
        (paused, "channel_paused", "coordinators"),
        (brief_lacking, "brief_incomplete", "team"),
    ],
)
def test_each_fault_is_named_with_who_mends_it(
    stage: Stage, what: Callable[[Stage, TakeOver], None], code: str, mender: str
) -> None:
    takeover = stage.briefed(oversight=Oversight.EACH)
    what(stage, takeover)

    assert (code, mender) in faults(stage, takeover)


def test_before_the_briefing_posts_are_judged_as_if_everything_were_lent_and_nothing_is(stage: Stage) -> None:
    takeover = stage.agreed()
    stage.write_brief(takeover)
    stage.post(takeover, at=stage.noon + HOUR)
    before = everything()

    assert faults(stage, takeover) == [("not_briefed", "guardian")]
    assert everything() == before
    assert not takeover.mandate.grants.exists()


def test_the_page_tells_why_and_links_to_where_it_is_mended_and_writes_nothing(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()
    post = stage.post(takeover, at=stage.noon + HOUR, approved=False)
    client = login(stage.editor)
    client.get(address(takeover))
    before = everything()
    rows = set(Delivery.objects.values_list()), set(Post.objects.values_list("pk", "planned_at", "mandate"))

    page = client.get(address(takeover)).content.decode()

    assert "It isn&#x27;t approved. The organisation&#x27;s team mends it." in page
    assert reverse("studio_ask", args=[post.pk]) in page
    assert everything() == before
    assert (set(Delivery.objects.values_list()), set(Post.objects.values_list("pk", "planned_at", "mandate"))) == rows


def test_a_guardian_gets_no_link_to_what_only_the_team_may_open(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()
    post = stage.post(takeover, at=stage.noon + HOUR, approved=False)

    page = login(stage.guardian).get(address(takeover)).content.decode()

    assert "team mends it" in page
    assert reverse("studio_ask", args=[post.pk]) not in page


def test_accounts_are_tried_when_somebody_asks_and_the_list_says_which_are_refused(
    stage: Stage, login: Login, mastodon: Any
) -> None:
    wall = stage.scene.channel("toots", network="mastodon", secret={"access_token": "wrong"}, address=mastodon.url)
    takeover = stage.briefed()
    takeover.places.update(channel=wall)
    host = person("North Host", host=stage.scene.north)

    outsider = login(host).post(address(takeover), {"do": "try"})
    answer = login(stage.editor).post(address(takeover), {"do": "try"}, follow=True)

    assert outsider.status_code == 404
    assert "1 account needs somebody" in answer.content.decode()
    assert "token" in [code for code, _who in faults(stage, takeover)]


def test_the_window_is_played_in_order_by_the_clock_and_says_what_would_not_have_left(stage: Stage) -> None:
    takeover = stage.briefed()
    good = stage.post(takeover, at=stage.noon + HOUR)
    bad = stage.post(takeover, at=stage.noon + 3 * HOUR, approved=False)

    run = rehearsing.begin_run(stage.editor, takeover, seconds=600, now=stage.noon)

    rows = [(row.post, row.code, row.said_at - run.begun_at) for row in run.deliveries.all()]
    assert rows == [(good, "", timedelta(seconds=100)), (bad, "not_approved", timedelta(seconds=300))]
    assert run.instant(stage.noon + timedelta(seconds=300)) == stage.noon + 3 * HOUR
    assert set(Delivery.objects.values_list("state", flat=True)) == {"planned"}


def test_the_private_feed_is_its_teams_alone_and_keeps_what_was_there_when_it_began(
    stage: Stage, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    takeover = stage.briefed()
    post = stage.post(takeover, at=stage.noon + HOUR)
    login(stage.editor).post(address(takeover), {"do": "run", "seconds": "120"})
    Post.objects.filter(pk=post.pk).update(text=Localised({"en": "Changed since"}))
    begun = Rehearsal.objects.get().begun_at
    feed = f"{address(takeover)}?part=now"

    before = login(stage.editor).get(feed).content.decode()
    monkeypatch.setattr("itac.core.clock.now", lambda: begun + timedelta(seconds=30))
    after = login(stage.guardian).get(feed).content.decode()
    stranger = login(stage.scene.south_editor).get(feed)

    assert "We have work for many hands." not in before
    assert "We have work for many hands." in after
    assert "Changed since" not in after
    assert stranger.status_code == 404


def test_rehearsals_are_forgotten_after_a_week(stage: Stage) -> None:
    takeover = stage.briefed()
    rehearsing.begin_run(stage.editor, takeover, seconds=120, now=stage.noon)

    rehearsing.forget_rehearsals(stage.noon + timedelta(days=6))
    kept = Rehearsal.objects.count()
    rehearsing.forget_rehearsals(stage.noon + timedelta(days=8))

    assert (kept, Rehearsal.objects.count()) == (1, 0)


def test_a_length_that_is_not_offered_is_no_page(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()

    assert login(stage.editor).post(address(takeover), {"do": "run", "seconds": "7"}).status_code == 404
    assert not Rehearsal.objects.exists()
