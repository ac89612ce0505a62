"""A move on the calendar says first what it would mean; nothing moves unread, unseen by others, or for strangers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from itac.campaign.models import Person
from itac.publishing import approving, granting
from itac.publishing.approving import request_in_force
from itac.publishing.models import ApprovalRequest, Grant, Post, State
from itac.publishing.moving import move
from itac.publishing.tests.factories import Scene

Login = Callable[[Person], Client]
NOON = datetime(2099, 12, 18, 12, tzinfo=UTC)
VOIDS = "Its approval doesn't hold there."
HOLDS = "Its approval holds"


@pytest.fixture
def post(scene: Scene) -> Post:
    """Approved, and leaving at noon UTC; its approval is for an hour before and after."""
    made = scene.post(title="Close to home", at=NOON)
    return Post.objects.get(pk=made.pk)


def address(post: Post) -> str:
    """Where the post is moved."""
    return reverse("studio_calendar_move", args=[post.pk])


def hidden(html: str) -> dict[str, str]:
    """What the form carries back without a person typing it."""
    found = re.findall(r'type="hidden" name="(before|seen|kept|next)" value="([^"]*)"', html)
    return dict(found)


def sent(client: Client, post: Post, wall: str, zone: str = "UTC", **more: str) -> Any:
    """The form as a person sends it who opened it now."""
    carried = hidden(client.get(address(post)).content.decode())
    return client.post(address(post), {**carried, "wall": wall, "zone": zone, "do": "move", **more})


def moment_of(post: Post) -> datetime | None:
    """When it leaves, read afresh."""
    return Post.objects.get(pk=post.pk).planned_at


def test_a_move_inside_the_window_keeps_the_approval_and_says_so(scene: Scene, login: Login, post: Post) -> None:
    client = login(scene.north_editor)

    looked = sent(client, post, "2099-12-18T12:30", do="look").content.decode()
    assert HOLDS in looked
    assert moment_of(post) == NOON

    assert sent(client, post, "2099-12-18T12:30").status_code == 302
    assert moment_of(post) == NOON + timedelta(minutes=30)
    request = request_in_force(post)
    assert request is not None
    assert request.state(now=scene.now) == "granted"


def test_a_move_out_of_the_window_is_made_only_after_its_meaning_was_read(
    scene: Scene, login: Login, post: Post
) -> None:
    client = login(scene.north_editor)

    unread = sent(client, post, "2099-12-19T12:00")
    html = unread.content.decode()

    assert unread.status_code == 422
    assert "Nothing is moved yet." in html
    assert VOIDS in html
    assert moment_of(post) == NOON

    read = client.post(address(post), {**hidden(html), "wall": "2099-12-19T12:00", "zone": "UTC", "do": "move"})
    assert read.status_code == 302
    assert moment_of(post) == NOON + timedelta(days=1)
    assert "approval doesn&#x27;t hold there: ask again" in client.get(reverse("studio_calendar")).content.decode()


def test_what_was_read_of_one_time_does_not_answer_for_another(scene: Scene, login: Login, post: Post) -> None:
    client = login(scene.north_editor)
    html = sent(client, post, "2099-12-19T12:00", do="look").content.decode()

    other = client.post(address(post), {**hidden(html), "wall": "2099-12-20T12:00", "zone": "UTC", "do": "move"})

    assert other.status_code == 422
    assert moment_of(post) == NOON


def test_a_warning_that_came_up_meanwhile_must_be_read_too(scene: Scene, login: Login, post: Post) -> None:
    client = login(scene.north_editor)
    html = sent(client, post, "2099-12-18T12:30", do="look").content.decode()
    scene.post(title="A newcomer", at=NOON + timedelta(minutes=35))

    answer = client.post(address(post), {**hidden(html), "wall": "2099-12-18T12:30", "zone": "UTC", "do": "move"})

    assert answer.status_code == 422
    assert "A newcomer" in answer.content.decode()
    assert moment_of(post) == NOON


def test_nobody_overwrites_a_move_unseen(scene: Scene, login: Login, post: Post) -> None:
    client = login(scene.north_editor)
    opened = hidden(client.get(address(post)).content.decode())
    scene.plan(post, NOON + timedelta(minutes=10))

    late = client.post(address(post), {**opened, "wall": "2099-12-18T12:30", "zone": "UTC", "do": "move"})

    assert late.status_code == 422
    assert "Somebody else moved this post" in late.content.decode()
    assert moment_of(post) == NOON + timedelta(minutes=10)


def test_a_question_still_open_is_lost_outside_its_window_too(scene: Scene, login: Login) -> None:
    asked = scene.post(at=NOON, approved=False)
    approving.ask(scene.north_editor, asked, now=scene.now)
    client = login(scene.north_editor)

    assert "The question to its approvers stands" in sent(client, asked, "2099-12-18T12:30", do="look").content.decode()
    elsewhere = sent(client, asked, "2099-12-18T14:00", do="look").content.decode()
    assert "What its approvers are asked doesn't hold there." in elsewhere
    assert VOIDS not in elsewhere

    ApprovalRequest.objects.all().delete()
    assert "so no approval is lost" in sent(client, asked, "2099-12-18T14:00", do="look").content.decode()


def test_a_post_close_by_is_named_to_who_may_read_it_and_only_taken_to_others(
    scene: Scene, login: Login, post: Post
) -> None:
    other = Post.objects.get(pk=scene.post(title="Of the south", at=NOON + timedelta(hours=3)).pk)
    client = login(scene.north_editor)
    near = "2099-12-18T14:50"
    assert "Of the south" in sent(client, post, near, do="look").content.decode()

    other.requests.all().delete()
    Post.objects.filter(pk=other.pk).update(organisation=scene.south)

    html = sent(client, post, near, do="look").content.decode()
    assert "Another post is close on Website:" in html
    assert "South Youth" in html
    assert "Of the south" not in html
    assert "No other post is close" in sent(client, post, "2099-12-18T12:50", do="look").content.decode()


def test_a_full_day_and_a_time_without_the_right_to_speak_are_said(scene: Scene, login: Login, post: Post) -> None:
    Grant.objects.filter(organisation=scene.north).delete()
    facts = {"channel": scene.website, "organisation": scene.north, "opens_at": scene.now}
    granting.grant(None, **facts, closes_at=NOON + timedelta(days=3), per_day=1)
    scene.post(at=NOON + timedelta(days=1), approved=False)
    client = login(scene.north_editor)

    full = sent(client, post, "2099-12-19T18:00", do="look").content.decode()
    assert "Full on Website for North City: 1 of 1" in full
    assert "Nobody may speak" not in full

    closed = sent(client, post, "2099-12-21T12:00", do="look").content.decode()
    assert "Nobody may speak for it on Website at that time." in closed
    assert "Full on" not in sent(client, post, "2099-12-20T12:00", do="look").content.decode()


def test_a_time_that_doesnt_exist_is_explained_and_one_of_the_two_beside_it_can_be_chosen(
    scene: Scene, login: Login, post: Post
) -> None:
    client = login(scene.north_editor)

    html = sent(client, post, "2027-03-28T02:30", "Europe/Berlin").content.decode()

    assert "This time doesn&#x27;t exist" in html
    assert moment_of(post) == NOON
    looked = sent(client, post, "2027-03-28T02:30", "Europe/Berlin", meant="2027-03-28T03:00", do="look")
    again = {**hidden(looked.content.decode()), "wall": "2027-03-28T03:00", "zone": "Europe/Berlin", "do": "move"}
    assert client.post(address(post), again).status_code == 302
    assert Post.objects.get(pk=post.pk).planned_wall == "2027-03-28T03:00"


def test_of_a_time_that_comes_twice_the_chosen_one_is_kept_until_it_is_moved(
    scene: Scene, login: Login, post: Post
) -> None:
    client = login(scene.north_editor)
    twice = ("2027-10-31T02:30", "Europe/Berlin")
    assert "This time comes twice" in sent(client, post, *twice).content.decode()

    looked = sent(client, post, *twice, meant="2027-10-31T02:30 second", do="look").content.decode()
    assert "02:30" in looked
    answer = client.post(address(post), {**hidden(looked), "wall": twice[0], "zone": twice[1], "do": "move"})

    assert answer.status_code == 302
    assert moment_of(post) == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_a_drag_on_another_clock_keeps_the_agreed_clock(scene: Scene, login: Login, post: Post) -> None:
    client = login(scene.north_editor)
    Post.objects.filter(pk=post.pk).update(planned_zone="America/Guayaquil", planned_wall="2099-12-18T07:00")

    html = client.get(address(post), {"wall": "2099-12-18T13:30", "clock": "Europe/Berlin"}).content.decode()

    assert 'value="2099-12-18T07:30"' in html
    assert '<option value="America/Guayaquil" selected>' in html
    assert HOLDS in html


def test_a_drag_into_a_jump_of_the_clock_is_explained_on_that_clock(scene: Scene, login: Login, post: Post) -> None:
    dragged = {"wall": "2027-03-28T02:30", "clock": "Europe/Berlin", "bare": "1"}
    answer = login(scene.north_editor).get(address(post), dragged)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "the clocks of Berlin go from 01:59 straight to 03:00" in html
    assert "<html" not in html


def test_a_time_that_is_over_is_refused_and_said_before(scene: Scene, login: Login, post: Post) -> None:
    client = login(scene.north_editor)

    for do in ("look", "move"):
        html = sent(client, post, "2020-01-01T10:00", do=do).content.decode()
        seen = hidden(html)
        again = client.post(address(post), {**seen, "wall": "2020-01-01T10:00", "zone": "UTC", "do": "move"})
        assert "This time is over. Choose a later one." in again.content.decode()

    assert moment_of(post) == NOON


@pytest.mark.parametrize(
    ("wall", "zone", "words"),
    [
        ("", "UTC", "Choose a day and a time"),
        ("soon", "UTC", "Choose a day and a time"),
        ("2099-12-18T12:00", "Moon/Crater", "Select a valid choice"),
    ],
)
def test_what_is_no_time_is_said_and_nothing_moves(
    wall: str, zone: str, words: str, scene: Scene, login: Login, post: Post
) -> None:
    answer = sent(login(scene.north_editor), post, wall, zone)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert moment_of(post) == NOON


def test_what_left_already_stays_and_the_rest_moves(scene: Scene, login: Login) -> None:
    second = scene.channel("second", network="website")
    post = Post.objects.get(pk=scene.post(channels=[scene.website, second], at=NOON).pk)
    first = scene.deliveries(post)[0]
    move(first, to=State.SENDING, now=scene.now, worker="w")
    move(first, to=State.SENT, now=scene.now, sent_at=scene.now)
    client = login(scene.north_editor)

    assert "stays as it is." in sent(client, post, "2099-12-18T12:30", do="look").content.decode()
    sent(client, post, "2099-12-18T12:30")

    assert [each.due_at for each in scene.deliveries(post)] == [NOON, NOON + timedelta(minutes=30)]


def test_nobody_else_opens_or_sends_the_form(scene: Scene, login: Login, post: Post) -> None:
    typed = {"wall": "2099-12-18T12:30", "zone": "UTC", "do": "move", "before": NOON.isoformat()}
    for stranger in (scene.south_editor, scene.south_approver, scene.north_approver):
        client = login(stranger)
        answers: list[HttpResponse] = [client.get(address(post)), client.post(address(post), typed)]
        assert [answer.status_code for answer in answers] == [404, 404]

    assert moment_of(post) == NOON


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/studio/calendar/", "/studio/posts/", "x"])
def test_the_way_back_leads_to_the_calendar_and_nowhere_else(
    elsewhere: str, scene: Scene, login: Login, post: Post
) -> None:
    client, back = login(scene.north_editor), "/studio/calendar/?view=week&day=2099-12-14"

    assert sent(client, post, "2099-12-18T12:10", next=back).headers["Location"] == back
    assert sent(client, post, "2099-12-18T12:20", next=elsewhere).headers["Location"] == "/studio/calendar/"
