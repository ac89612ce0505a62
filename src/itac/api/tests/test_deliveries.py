"""What leaves when, on which channel, beside whom; and the same buttons as people have."""

from __future__ import annotations

from datetime import timedelta

from itac.api.deliveries import VERBS
from itac.api.tests.programs import Programs
from itac.campaign.models import ApiToken, Role
from itac.publishing import granting
from itac.publishing.deciding import ACTIONS
from itac.publishing.models import DeliveryMove, Grant, State


def test_a_program_holds_sends_and_drops_as_a_person_would(programs: Programs) -> None:
    programs.two_sides()
    program = programs.program()
    at = f"/deliveries/{programs.mine.delivery.pk}"

    offered, states = [], []
    for action in ("hold", "send_now", "drop"):
        offered.append(program.get(at).json()["actions"])
        states.append(program.post(f"{at}/actions", {"action": action, "note": "As agreed."}).json()["state"])

    assert ["hold" in offered[0], "hold" in offered[1], "send_now" in offered[1], "drop" in offered[2]] == [
        True,
        False,
        True,
        True,
    ]
    assert states == [State.HELD, State.PLANNED, State.CANCELLED]
    moves = DeliveryMove.objects.filter(delivery=programs.mine.delivery)
    assert {(move.actor.name, move.note) for move in moves} >= {("Newsroom", "As agreed.")}  # type: ignore[union-attr]


def test_every_button_of_the_studio_is_a_button_of_the_api() -> None:
    assert set(VERBS) == {name for names in ACTIONS.values() for name in names}


def test_a_button_that_does_not_fit_changes_nothing(programs: Programs) -> None:
    programs.two_sides()
    program = programs.program()
    at = f"/deliveries/{programs.mine.delivery.pk}/actions"

    answers = [program.post(at, {"action": action}) for action in ("send_now", "is_not_there", "explode")]

    assert [answer.status_code for answer in answers] == [409, 409, 422]
    programs.mine.delivery.refresh_from_db()
    assert programs.mine.delivery.state == State.PLANNED


def test_what_was_posted_by_hand_is_confirmed_with_an_address_that_is_one(programs: Programs) -> None:
    programs.two_sides()
    delivery = programs.mine.delivery
    type(delivery).objects.filter(pk=delivery.pk).update(state=State.AWAITING)
    program, at = programs.program(), f"/deliveries/{delivery.pk}/actions"

    wrong = program.post(at, {"action": "confirm", "address": "somewhere"})
    right = program.post(at, {"action": "confirm", "address": "https://example.org/posts/1"})

    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "no_address")
    assert (right.json()["state"], right.json()["address"]) == (State.SENT, "https://example.org/posts/1")


def test_deliveries_are_narrowed_by_state_post_channel_and_time(programs: Programs) -> None:
    programs.two_sides()
    program, delivery = programs.program(), programs.mine.delivery
    due = f"{delivery.due_at:%Y-%m-%dT%H:%M:%SZ}"
    later = f"{delivery.due_at + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"

    def found(query: str) -> list[int]:
        return [each["id"] for each in program.get(f"/deliveries?{query}").json()["items"]]

    assert found("state=planned") == found(f"post={programs.mine.asked.pk}") == [delivery.pk]
    assert found(f"due_from={due}&due_until={later}") == found(f"channel={programs.website.pk}") == [delivery.pk]
    assert found("state=sent") == found(f"due_until={due}") == found("post=999999") == []


def test_of_others_a_slot_tells_channel_time_and_organisation_alone(programs: Programs) -> None:
    programs.two_sides()
    program = programs.program(scopes=["deliveries:read"])
    stretch = f"start={programs.now:%Y-%m-%dT%H:%M:%SZ}&end={programs.now + timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}"

    first = program.get(f"/slots?{stretch}&limit=1").json()
    second = program.get(f"/slots?{stretch}&limit=1&cursor={first['next']}").json()
    long = program.get("/slots?start=2026-01-01T00:00:00Z&end=2027-01-01T00:00:00Z")

    at = f"{programs.mine.delivery.due_at:%Y-%m-%dT%H:%M:%SZ}"
    assert first["items"] == [{"at": at, "channel": programs.website.pk, "organisation": "north-city"}]
    assert second == {
        "items": [{"at": at, "channel": programs.south_site.pk, "organisation": "south-youth"}],
        "next": None,
    }
    assert long.status_code == 422


def test_channels_say_whether_one_may_speak_and_never_their_secrets(programs: Programs) -> None:
    hidden = programs.channel("hidden", network="mastodon", secret={"access_token": "a-secret-token"})
    Grant.objects.filter(channel=hidden, organisation=programs.north).delete()
    granting.grant(None, channel=hidden, organisation=programs.south, opens_at=programs.now)
    program = programs.program(scopes=["deliveries:read"])

    response = program.get("/channels")

    rows = {row["slug"]: row for row in response.json()["items"]}
    assert (rows["website"]["may_speak"], rows["hidden"]["may_speak"]) == (True, False)
    assert b"a-secret-token" not in response.content


def test_a_role_given_to_the_row_of_a_program_widens_nothing(programs: Programs) -> None:
    programs.two_sides()
    program = programs.program(scopes=["posts:read"])
    Role.objects.create(person_id=ApiToken.objects.get().person_id, organisation=programs.south, duty="editor")

    assert program.get(f"/posts/{programs.theirs.draft.pk}").status_code == 404
