"""The demonstration's posts have gone through the engine, and the first start plans the rest once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from itac.campaign.models import Campaign, Membership, Person
from itac.demo.making import make_demo
from itac.library.models import Picture
from itac.networks.models import WebsiteEntry
from itac.publishing.founding import AlreadyFounded
from itac.publishing.models import ApprovalRequest, Decision, Delivery, Post, State, WorkerBeat
from itac.publishing.outbox import Worker
from itac.publishing.planning import moved_by_zone_data
from itac.studio.home import needs_of
from itac.studio.serving import note_first_start
from itac.takeovers.models import TakeOver

NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo(settings: object, tmp_path: Path) -> Path:
    """The demonstration, made at noon and not yet started; its data directory."""
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    settings.MEDIA_ROOT = str(tmp_path / "media")  # type: ignore[attr-defined]
    make_demo(now=NOON, say=lambda _line: None)
    return tmp_path


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Delivery.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_the_posts_of_the_past_days_went_out_once_with_the_yes_of_who_was_asked(demo: Path) -> None:
    entries = WebsiteEntry.objects.order_by("published_at")

    assert states() == {State.SENT: 20}
    assert {entry.language for entry in entries} == {"en", "es"}
    assert all(NOON - 14 * DAY < entry.published_at < NOON for entry in entries)
    assert all(request.granted_at for request in ApprovalRequest.objects.all())
    assert set(Decision.objects.values_list("organisation__slug", flat=True)) == {
        "government-of-canada",
        "government-of-ecuador",
        "gfmd-civil-society-mechanism",
        None,  # the guardian, for the campaign
    }
    assert not WorkerBeat.objects.exists()


def test_a_start_that_broke_off_is_completed_and_nothing_doubles(demo: Path) -> None:
    before = (demo / "demo-log-ins").read_text(encoding="utf-8")

    make_demo(now=NOON + timedelta(minutes=5), say=lambda _line: None)

    assert states() == {State.SENT: 20}
    assert Membership.objects.count() == 19
    assert (demo / "demo-log-ins").read_text(encoding="utf-8") == before


def test_three_takeovers_stand_in_their_states_and_the_open_ones_post_has_its_own_and_its_guardians_yes(
    demo: Path,
) -> None:
    now = NOON + DAY
    note_first_start(now=now)

    states_now = {each.slug: each.state(now=now) for each in TakeOver.objects.all()}
    opened = TakeOver.objects.get(slug="the-mayors-have-the-floor")
    (request,) = ApprovalRequest.objects.filter(post__mandate=opened.mandate, granted_at__isnull=False)

    assert states_now == {
        "civil-society-has-the-floor": "handed_over",
        "the-mayors-have-the-floor": "open",
        "three-days-with-young-people": "briefed",
        "an-evening-with-civil-society": "offered",
    }
    assert request.granted_at
    assert {each.person.email for each in request.decisions.all()} == {
        "approver.mayors@example.org",
        "guardian@example.org",
    }


def test_something_waits_for_each_of_the_log_ins(demo: Path) -> None:
    now = NOON + DAY
    note_first_start(now=now)
    worker = Worker(now=lambda: now + timedelta(seconds=45))
    worker.work_off()
    worker.stop()
    worker.run()

    idle = [str(person) for person in Person.objects.all() if not needs_of(person, now=now + timedelta(minutes=1))]

    assert idle == []


def test_log_ins_are_for_their_owner_alone(demo: Path) -> None:
    """Promise 8."""
    assert (demo / "demo-log-ins").stat().st_mode & 0o777 == 0o600


def test_every_illustration_has_credit_and_licence_and_words_in_both_languages(demo: Path) -> None:
    """Promise 3."""
    pictures = list(Picture.objects.all())

    assert len(pictures) >= 5
    assert all(picture.may_be_shown(today=NOON.date()) for picture in pictures)
    assert all(picture.alt.missing(["en", "es"]) == [] for picture in pictures)
    assert {(picture.width, picture.height) for picture in pictures} == {(1600, 900)}


def test_the_first_start_plans_what_comes_and_a_later_one_moves_nothing(demo: Path) -> None:
    first = note_first_start(now=NOON + DAY)
    plan = list(Delivery.objects.order_by("pk").values_list("pk", "due_at", "state"))
    later = note_first_start(now=NOON + 2 * DAY)

    assert (first, later) == (True, False)
    assert list(Delivery.objects.order_by("pk").values_list("pk", "due_at", "state")) == plan
    assert states() == {State.SENT: 20, State.PLANNED: 11, State.HELD: 2}
    open_ones = [request for request in ApprovalRequest.objects.all() if request.state(now=NOON + DAY) == "open"]
    assert {str(request.post) for request in open_ones} == {
        "6.2 million came to stay in OECD countries",
        "Almost 6.9 million study abroad",
        "One child in 66 lives outside the country of birth",
    }
    assert ApprovalRequest.objects.exclude(returned_at=None).count() == 1
    assert moved_by_zone_data(Post.objects.all(), now=NOON) == []


def test_what_is_due_soon_leaves_within_the_first_minute_to_the_site_and_by_hand(demo: Path) -> None:
    note_first_start(now=NOON + DAY)
    worker = Worker(now=lambda: NOON + DAY + timedelta(seconds=45))

    worker.work_off()
    worker.stop()
    worker.run()

    assert states() == {State.SENT: 22, State.AWAITING: 1, State.PLANNED: 8, State.HELD: 2}
    waiting = Delivery.objects.get(state=State.AWAITING)
    assert str(waiting.channel.person) == "Editor, GFMD Mayors Mechanism (demonstration)"


def test_a_campaign_that_has_started_is_never_made_over(demo: Path) -> None:
    Campaign.objects.update(first_started_at=NOON)

    with pytest.raises(AlreadyFounded):
        make_demo(now=NOON + DAY, say=lambda _line: None)
