"""Posting by hand: in one hand at a time, passed on with a word, and shown by an address or a screenshot."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from itac.campaign.models import Deputy, Person
from itac.core.models import Mail
from itac.publishing import deciding, handing, pausing, proving
from itac.publishing.errors import MovedMeanwhile, NotAllowed, Unfit
from itac.publishing.models import Delivery, Proof, State
from itac.publishing.outbox import Worker
from itac.publishing.tests.factories import Scene

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return Scene(NOON - timedelta(hours=2))


@pytest.fixture
def waiting(scene: Scene) -> Delivery:
    """A post of North City that waits for its editor's hand; the coordinator stands in."""
    hand = scene.channel("wall", network="by_hand", person=scene.north_editor, stand_in=scene.coordinator)
    post = scene.post(at=NOON, channels=[hand])
    worker = Worker(now=lambda: NOON)
    worker.work_off()
    worker.stop()
    worker.run()
    return scene.deliveries(post)[0]


def read(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def screenshot(size: tuple[int, int] = (390, 844)) -> bytes:
    """A phone's screenshot that says where and with what it was taken."""
    data, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "A telling phone"
    exif.get_ifd(0x8825)[2] = (0.0, 10.0, 0.0)
    Image.new("RGB", size, (240, 240, 230)).save(data, format="JPEG", exif=exif)
    return data.getvalue()


def test_who_takes_it_on_is_alone_with_it_for_a_quarter_of_an_hour(scene: Scene, waiting: Delivery) -> None:
    late = NOON + 16 * MINUTE
    both = deciding.whose_hand(waiting, now=late)

    handing.take(scene.coordinator, waiting, now=late)

    assert both == {scene.north_editor.pk, scene.coordinator.pk}
    assert deciding.whose_hand(read(waiting), now=late + 14 * MINUTE) == {scene.coordinator.pk}
    assert deciding.whose_hand(read(waiting), now=late + 15 * MINUTE) == both
    assert not Mail.objects.filter(kind="passed_on").exists()


def test_of_two_who_take_it_on_at_once_one_learns_that_the_other_was_first(scene: Scene, waiting: Delivery) -> None:
    same = read(waiting)
    handing.take(scene.north_editor, waiting, now=NOON)

    with pytest.raises(MovedMeanwhile):
        handing.take(scene.coordinator, same, now=NOON)

    assert read(waiting).hand == scene.north_editor


def test_to_whom_it_is_passed_on_is_told_by_mail_and_decides_from_then_on(scene: Scene, waiting: Delivery) -> None:
    approver = scene.north_approver
    before = deciding.actions_for(approver, waiting, now=NOON)

    handing.pass_on(scene.north_editor, waiting, to=approver, now=NOON, note="I am on a train.")
    given = read(waiting)

    assert before == ()
    assert deciding.actions_for(approver, given, now=NOON) == ("confirm", "decline")
    mail = Mail.objects.get(kind="passed_on")
    assert (mail.to, "I am on a train." in mail.text) == (approver.email, True)
    assert f"/studio/deliveries/{waiting.pk}/" in mail.text
    assert given in Delivery.objects.visible_to(approver)
    move = given.moves.latest("pk")
    assert (move.actor, move.whom, move.note) == (scene.north_editor, approver, "I am on a train.")


def test_it_is_passed_on_to_the_organisations_people_deputies_and_coordinators_only(
    scene: Scene, waiting: Delivery
) -> None:
    Deputy.objects.create(
        organisation=scene.north,
        person=scene.south_approver,
        begins_at=NOON - MINUTE,
        ends_at=NOON + 10 * MINUTE,
    )

    now = handing.stand_ins(waiting, now=NOON)
    later = handing.stand_ins(waiting, now=NOON + 10 * MINUTE)

    assert now == [scene.coordinator, scene.north_editor, scene.north_approver, scene.south_approver]
    assert later == [scene.coordinator, scene.north_editor, scene.north_approver]
    with pytest.raises(NotAllowed):
        handing.pass_on(scene.north_editor, waiting, to=scene.south_editor, now=NOON)
    with pytest.raises(NotAllowed):
        handing.pass_on(scene.south_editor, waiting, to=scene.coordinator, now=NOON)


def test_what_couldnt_be_posted_is_in_nobodys_hand_when_it_is_tried_again(scene: Scene, waiting: Delivery) -> None:
    handing.pass_on(scene.north_editor, waiting, to=scene.north_approver, now=NOON)

    deciding.decline(scene.north_approver, read(waiting), now=NOON, note="The account is locked.")

    assert (read(waiting).hand, read(waiting).state) == (None, State.FAILED)


def test_a_screenshot_shows_what_has_no_address_without_where_and_with_what_it_was_taken(
    scene: Scene, waiting: Delivery
) -> None:
    deciding.confirm(scene.north_editor, waiting, screenshot=screenshot(), now=NOON)

    sent, proof = read(waiting), Proof.objects.get()
    with proof.file.open("rb") as file:
        stored = Image.open(io.BytesIO(file.read()))
        stored.load()
    assert (sent.state, sent.address) == (State.SENT, "")
    assert dict(stored.getexif()) == {}
    assert (stored.size, proof.given_by, proof.ends_at - proof.given_at) == (
        (390, 844),
        scene.north_editor,
        timedelta(days=180),
    )


@pytest.mark.parametrize(
    "given",
    [
        b"no picture",
        screenshot()[:400],
        screenshot((8_000, 5_001)),
        b"x" * (proving.LONGEST_BYTES + 1),
    ],
    ids=["no picture", "torn", "40 megapixels", "10 megabytes"],
)
def test_what_is_no_screenshot_is_refused_in_words_and_nothing_is_sent(
    scene: Scene, waiting: Delivery, given: bytes
) -> None:
    with pytest.raises(Unfit) as refused:
        deciding.confirm(scene.north_editor, waiting, screenshot=given, now=NOON)

    assert [problem.field for problem in refused.value.problems] == ["screenshot"]
    assert (read(waiting).state, Proof.objects.count()) == (State.AWAITING, 0)


def test_without_address_and_screenshot_nothing_is_confirmed(scene: Scene, waiting: Delivery) -> None:
    with pytest.raises(Unfit):
        deciding.confirm(scene.north_editor, waiting, now=NOON)

    assert read(waiting).state == State.AWAITING


def test_a_screenshot_is_gone_after_180_days_with_its_file(scene: Scene, waiting: Delivery) -> None:
    deciding.confirm(scene.north_editor, waiting, screenshot=screenshot(), now=NOON)
    name = Proof.objects.get().file.name

    proving.forget_proofs(NOON + timedelta(days=180) - MINUTE)
    before = (Proof.objects.exists(), default_storage.exists(name))
    proving.forget_proofs(NOON + timedelta(days=180))

    assert before == (True, True)
    assert (Proof.objects.exists(), default_storage.exists(name)) == (False, False)
    assert read(waiting).state == State.SENT


def test_each_part_of_a_thread_posted_by_hand_is_confirmed(scene: Scene) -> None:
    hand = scene.channel("x", network="by_hand", person=scene.north_editor, posted_on="x")
    post = scene.post("One.\n---\nTwo.", at=NOON, channels=[hand])
    worker = Worker(now=lambda: NOON)
    worker.work_off()
    worker.stop()
    worker.run()

    deciding.confirm(scene.north_editor, scene.deliveries(post)[0], screenshot=screenshot(), now=NOON)

    parts = scene.deliveries(post)[0].parts.all()
    assert [part.state for part in parts] == ["sent", "sent"]
    assert len({part.remote_id for part in parts}) == 2


def test_a_stop_is_known_to_the_person_in_whose_hand_it_is(scene: Scene, waiting: Delivery) -> None:
    before = pausing.stop_in_force(waiting)
    pausing.pause(scene.coordinator, channel=waiting.channel, reason="", now=NOON)

    assert (before, pausing.stop_in_force(waiting)) == ("", "channel_paused")


def test_nobody_elses_person_is_named(scene: Scene, waiting: Delivery) -> None:
    Person.objects.filter(pk=scene.north_approver.pk).update(is_active=False)

    assert scene.north_approver not in handing.stand_ins(waiting, now=NOON)
