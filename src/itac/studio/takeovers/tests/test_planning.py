"""Planning a take-over in the Studio: both sides' steps, what the window meets, and what is refused with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.test import Client

from itac.campaign.models import Blackout, Person
from itac.core.localised import Localised
from itac.core.models import Mail
from itac.publishing import mandating
from itac.takeovers import agreeing
from itac.takeovers.models import TakeOver
from itac.takeovers.tests.factories import HOUR, Stage

Login = Callable[[Person], Client]
NEW = "/studio/take-overs/new/"


def filled(stage: Stage, **facts: Any) -> dict[str, Any]:
    """The form of somebody who asks for a window of six hours tomorrow."""

    def clock(moment: datetime) -> str:
        return f"{moment:%Y-%m-%dT%H:%M}"

    return {
        "organisation": stage.scene.north.pk,
        "title_en": "A day in North City",
        "why_en": "The city shows who built it.",
        "opens": clock(stage.noon + 24 * HOUR),
        "closes": clock(stage.noon + 30 * HOUR),
        "zone": "UTC",
        "channels": [f"{stage.website.pk}:en"],
        "may_answer": "on",
        "reason": "It is our day",
        **facts,
    }


def test_asked_agreed_briefed_and_each_side_learns_of_the_others_step_by_mail(stage: Stage, login: Login) -> None:
    team, campaign = login(stage.editor), login(stage.coordinator)

    team.post(NEW, filled(stage))
    takeover = TakeOver.objects.get()
    address = f"/studio/take-overs/{takeover.pk}/"
    assert "Take-overs that wait for you" in campaign.get("/studio/").content.decode()
    refused = campaign.post(f"{address}step/agree/")
    campaign.post(
        f"{address}change/",
        {**filled(stage), "guardian": stage.guardian.pk, "oversight": "each", "per_day": "4"},
    )
    campaign.post(f"{address}step/agree/")
    team.post(
        f"{address}brief/",
        {
            "goals": "People know",
            "house_rules": "Be kind",
            "their_contact": "Ana",
            "our_contact": "Ben",
            "guardian_hours": "all",
            "number_posts": "6",
            "words_posts": "short",
            "do": "keep",
        },
    )
    done = campaign.post(f"{address}step/brief/", follow=True)

    assert refused.status_code == 422
    assert "Name a guardian first" in refused.content.decode()
    takeover.refresh_from_db()
    assert (takeover.stage, takeover.mandate.grants.count(), takeover.mandate.per_day) == ("briefed", 1, 4)
    assert "The channels are lent for the window." in done.content.decode()
    mails = set(Mail.objects.filter(kind="takeover").values_list("to", flat=True))
    assert {stage.coordinator.email, stage.editor.email, stage.approver.email, stage.guardian.email} <= mails
    assert stage.scene.south_editor.email not in mails


def test_an_offer_is_the_organisations_to_answer(stage: Stage, login: Login) -> None:
    login(stage.coordinator).post(NEW, {**filled(stage), "guardian": stage.guardian.pk, "oversight": "own"})
    takeover = TakeOver.objects.get()
    address = f"/studio/take-overs/{takeover.pk}/step/"

    answers = [
        login(who).post(f"{address}{step}/", {"reason": reason}).status_code
        for who, step, reason in (
            (stage.coordinator, "agree", ""),
            (stage.scene.south_editor, "agree", ""),
            (stage.guardian, "agree", ""),
            (stage.approver, "decline", " "),
            (stage.approver, "decline", "We have no people"),
        )
    ]

    takeover.refresh_from_db()
    assert (takeover.stage, answers) == ("declined", [404, 404, 404, 422, 302])


def test_looking_shows_what_the_window_meets_and_keeps_nothing(stage: Stage, login: Login) -> None:
    stage.agreed(opens_at=stage.noon + 24 * HOUR, closes_at=stage.noon + 26 * HOUR)
    Blackout.objects.create(
        name=Localised({"en": "Day of mourning"}), starts_at=stage.noon + 25 * HOUR, ends_at=stage.noon + 50 * HOUR
    )

    answer = login(stage.editor).post(NEW, {**filled(stage), "do": "look"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "North City wants one of these channels then." in page
    assert "Day of mourning" in page
    assert 'value="A day in North City"' in page
    assert TakeOver.objects.count() == 1


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(stage: Stage, login: Login) -> None:
    client = login(stage.editor)
    wrong = {
        "closes": {"closes": f"{stage.noon:%Y-%m-%dT%H:%M}"},
        "no title": {"title_en": ""},
        "no channel": {"channels": []},
        "no time": {"opens": "soon"},
        "no such clock time": {"opens": "2027-03-28T02:30", "closes": "2027-03-28T09:00", "zone": "Europe/Madrid"},
        "twice": {"opens": "2027-10-31T02:30", "closes": "2027-10-31T09:00", "zone": "Europe/Madrid"},
    }

    for name, facts in wrong.items():
        answer = client.post(NEW, {**filled(stage), **facts})
        assert answer.status_code == 422, name
        assert "The city shows who built it." in answer.content.decode(), name
    assert not TakeOver.objects.exists()


def test_guests_of_two_takeovers_see_each_their_own(stage: Stage, login: Login) -> None:
    ours = stage.agreed()
    login(stage.scene.south_editor).post(
        NEW,
        {**filled(stage), "organisation": stage.scene.south.pk, "title_en": "Youth has a plan"},
    )
    theirs = TakeOver.objects.exclude(pk=ours.pk).get()
    pages = ("", "change/", "brief/", "room/", "rehearsal/", "report/")

    for who, mine, other in ((stage.editor, ours, theirs), (stage.scene.south_editor, theirs, ours)):
        client = login(who)
        assert str(mine) in client.get("/studio/take-overs/").content.decode()
        assert str(other) not in client.get("/studio/take-overs/").content.decode()
        assert [client.get(f"/studio/take-overs/{other.pk}/{page}").status_code for page in pages] == [404] * 6
        assert client.get(f"/studio/take-overs/{mine.pk}/").status_code == 200
    assert login(stage.guardian).get(f"/studio/take-overs/{ours.pk}/").status_code == 200
    assert login(stage.guardian).get(f"/studio/take-overs/{ours.pk}/change/").status_code == 404


def test_limits_and_guardian_are_not_the_organisations_to_change(stage: Stage, login: Login) -> None:
    takeover = stage.briefed()
    facts = {
        **filled(stage),
        "opens": f"{takeover.opens_at:%Y-%m-%dT%H:%M}",
        "closes": f"{takeover.closes_at:%Y-%m-%dT%H:%M}",
        "guardian": stage.editor.pk,
        "oversight": "own",
        "per_day": "500",
    }

    login(stage.editor).post(f"/studio/take-overs/{takeover.pk}/change/", facts)

    takeover = TakeOver.objects.get()
    assert (takeover.mandate.guardian, takeover.mandate.per_day) == (stage.guardian, None)


def test_a_task_is_ticked_with_who_did_it(stage: Stage, login: Login) -> None:
    takeover = stage.agreed()
    task = takeover.brief.tasks.first()
    assert task is not None
    address = f"/studio/take-overs/{takeover.pk}/brief/"

    login(stage.editor).post(address, {"task": task.pk, "do": "done"})
    stranger = login(stage.scene.south_editor).post(address, {"task": task.pk, "do": "undone"})

    task.refresh_from_db()
    assert (task.done_by, stranger.status_code) == (stage.editor, 404)
    assert "North Editor" in login(stage.guardian).get(address).content.decode()


def test_a_task_that_nobody_needs_is_taken_out_and_one_that_is_done_stays(stage: Stage, login: Login) -> None:
    takeover = stage.agreed()
    needless, finished = takeover.brief.tasks.all()[:2]
    address = f"/studio/take-overs/{takeover.pk}/brief/"
    login(stage.editor).post(address, {"task": finished.pk, "do": "done"})

    for task in (needless, finished):
        stranger = login(stage.scene.south_editor).post(address, {"task": task.pk, "do": "take_out"})
        assert stranger.status_code == 404
    assert takeover.brief.tasks.filter(pk__in=[needless.pk, finished.pk]).count() == 2
    for task in (needless, finished):
        login(stage.editor).post(address, {"task": task.pk, "do": "take_out"})

    assert set(takeover.brief.tasks.filter(pk__in=[needless.pk, finished.pk])) == {finished}


def test_its_page_tells_what_people_changed_and_stopped_and_why_and_the_other_side_is_told(
    stage: Stage, login: Login
) -> None:
    takeover = stage.briefed()
    stricter = agreeing.terms_of(takeover)
    change = {
        **filled(stage),
        "opens": f"{stricter.opens_at:%Y-%m-%dT%H:%M}",
        "closes": f"{stricter.closes_at:%Y-%m-%dT%H:%M}",
    }
    change |= {"guardian": stage.guardian.pk, "oversight": "own", "per_day": "4", "reason": "Fewer, and better"}
    campaign = login(stage.coordinator)

    campaign.post(f"/studio/take-overs/{takeover.pk}/change/", change)
    mandating.stop(stage.guardian, takeover.mandate, reason="A wrong figure", now=stage.noon)
    mandating.undo_stop(stage.coordinator, takeover.mandate, now=stage.noon + HOUR)

    page = campaign.get(f"/studio/take-overs/{takeover.pk}/").content.decode()
    assert TakeOver.objects.get(pk=takeover.pk).stage == "briefed"
    for words in ("changed posts a day", "Fewer, and better", "stopped it", "A wrong figure", "undid the stop"):
        assert words in page
    mail = Mail.objects.get(to=stage.editor.email)
    assert ("posts a day" in mail.text, "Fewer, and better" in mail.text) == (True, True)
