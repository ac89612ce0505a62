"""What is out is corrected and taken back by programs too, with the approval that people would need."""

from __future__ import annotations

from itac.api.tests.programs import Programs
from itac.api.tests.test_sweep import jpeg
from itac.publishing import righting
from itac.publishing.models import Proof, Righting, RightingState, State

NOTE = {"note": "The figure was that of 2020."}


def test_a_program_corrects_what_is_out_once_its_approvers_are_asked(programs: Programs) -> None:
    programs.two_sides()
    programs.what_is_out()
    program, at = programs.program(), f"/posts/{programs.mine.out.pk}"
    program.ask("DELETE", f"{at}/approval")

    unasked = program.post(f"{at}/correction", NOTE)
    program.post(f"{at}/approval", {})
    asked = program.post(f"{at}/correction", NOTE)

    assert (unasked.status_code, unasked.json()["errors"][0]["code"]) == (422, "not_approved")
    [one] = asked.json()["items"]
    assert (one["post"], one["kind"], one["state"], one["note"]) == (
        programs.mine.out.pk,
        "correct",
        RightingState.PLANNED,
        NOTE["note"],
    )
    assert program.get(f"/rightings?post={programs.mine.out.pk}").json()["items"] == [one]


def test_a_program_takes_back_what_is_out_and_says_why(programs: Programs) -> None:
    programs.two_sides()
    programs.what_is_out()
    program, at = programs.program(), f"/posts/{programs.mine.out.pk}/withdrawal"

    silent = program.post(at, {"note": " "})
    said = program.post(at, NOTE)
    again = program.post(at, NOTE)

    assert (silent.status_code, silent.json()["errors"][0]["field"]) == (422, "note")
    assert [each["kind"] for each in said.json()["items"]] == ["withdraw"]
    assert again.json()["items"] == []


def test_what_could_not_be_taken_back_is_tried_again_or_left_and_no_button_fits_twice(programs: Programs) -> None:
    programs.two_sides()
    programs.what_is_out()
    program, at = programs.program(), f"/rightings/{programs.mine.righting.pk}"

    before = program.get(at).json()
    answers = [program.post(f"{at}/actions", {"action": name}) for name in ("done", "again", "leave")]

    assert (before["state"], before["actions"]) == ("failed", ["again", "leave"])
    assert programs.program(scopes=["deliveries:read"]).get(at).json()["actions"] == []
    assert [each.status_code for each in answers] == [409, 200, 409]
    assert Righting.objects.get(pk=programs.mine.righting.pk).state == RightingState.PLANNED


def test_every_button_of_a_righting_is_told_by_the_document() -> None:
    from itac.api.shapes import RightingAction

    assert {each.value for each in RightingAction} == {name for names in righting.ACTIONS.values() for name in names}


def test_a_screenshot_shows_what_was_posted_by_hand_and_a_text_shows_nothing(programs: Programs) -> None:
    programs.two_sides()
    programs.what_is_out()
    program, at = programs.program(), f"/deliveries/{programs.mine.awaiting.pk}/proof"
    text = jpeg()
    text.truncate(40)

    damaged = program.form(at, {"screenshot": text})
    shown = program.form(at, {"screenshot": jpeg(), "note": "A story."})

    assert (damaged.status_code, damaged.json()["errors"][0]["field"]) == (422, "screenshot")
    assert (shown.status_code, shown.json()["state"], shown.json()["address"]) == (200, State.SENT, "")
    assert Proof.objects.get().delivery_id == programs.mine.awaiting.pk
