"""A yes by mail: whoever opens links and submits forms decides nothing; the code decides exactly what was shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from itac.campaign.models import Deputy, Organisation, Person
from itac.core import clock
from itac.core.models import Mail
from itac.publishing import approving, writing
from itac.publishing.asking import link_for, remind
from itac.publishing.models import ApprovalCode, ApprovalRequest, ApprovalRule, Decision, Delivery, Post, Verdict
from itac.publishing.tests.factories import Scene, person, picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post(scene: Scene) -> Post:
    """A post with a picture that both organisations are asked about."""
    made = scene.post(
        "Half stay near.", at=clock.now() + timedelta(hours=5), approved=False, pictures=(picture(owner=scene.north),)
    )
    approving.ask(scene.north_editor, made, now=clock.now())
    return made


def page_of(who: Person) -> str:
    return "/" + link_for(who).split("/", 3)[3]


def asked(post: Post) -> ApprovalRequest:
    return ApprovalRequest.objects.get(post=post, voided_at=None)


def typed(post: Post, verdict: str = "approve", **more: str) -> dict[str, str]:
    request = asked(post)
    organisation = post.requests.latest("pk").requirements.get().organisations.get(slug="south-youth")
    number = request.pk
    return {
        f"verdict-{number}": verdict,
        f"seal-{number}": request.seal,
        f"for-{number}": str(organisation.pk),
        f"reason-{number}": "",
        **more,
    }


def code_for(who: Person) -> str:
    text = Mail.objects.filter(kind="approval_code", to=who.email).latest("pk").text
    found = re.search(r"^(\d{6})$", text, re.MULTILINE)
    assert found
    return found.group(1)


def test_a_mail_leads_to_the_posts_as_they_would_be_sent(scene: Scene, post: Post, client: Client) -> None:
    mail = Mail.objects.get(kind="approval_asked", to=scene.south_approver.email)
    address = re.search(r"/approve/\S+", mail.text)
    assert address

    page = client.get(address.group())
    shown = re.search(r'src="(/approve/[^"]+/pictures/\d+/)"', page.content.decode())

    assert page.status_code == 200
    assert "Half stay near." in page.content.decode()
    assert shown
    assert client.get(shown.group(1)).status_code == 200
    assert "no-store" in page.headers["Cache-Control"]


def test_only_who_is_asked_gets_a_mail_and_once(scene: Scene, post: Post) -> None:
    from itac.publishing.asking import ask_by_mail

    ask_by_mail(asked(post), now=clock.now())

    told = sorted(Mail.objects.filter(kind="approval_asked").values_list("to", flat=True))
    assert told == sorted([scene.north_approver.email, scene.south_approver.email])


def test_two_taps_and_a_code_approve_and_stand_on_the_record(scene: Scene, post: Post, client: Client) -> None:
    page = page_of(scene.south_approver)

    first = client.post(page, {**typed(post), "step": "code"})
    second = client.post(page, {**typed(post), "step": "decide", "code": code_for(scene.south_approver)})

    decision = Decision.objects.get()
    assert (first.status_code, second.status_code) == (200, 302)
    assert "You approved it. Others are still asked." in client.get(second.headers["Location"]).content.decode()
    assert (decision.person, decision.verdict, decision.by_mail) == (scene.south_approver, "approve", True)
    assert decision.seal == asked(post).seal


def test_a_mail_scanner_that_opens_and_submits_everything_decides_nothing(
    scene: Scene, post: Post, client: Client
) -> None:
    page = page_of(scene.south_approver)

    for _round in range(3):
        client.post(page, {f"verdict-{'9' * 5000}": "approve", "seal-": "", "verdict-x": "approve", "step": "code"})
        client.get(page)
        client.head(page)
        client.post(page, {})
        client.post(page, {**typed(post), "step": "code"})
        client.post(page, {**typed(post), "step": "decide"})
        client.post(page, {**typed(post), "step": "decide", "code": "000000"})
        client.post(page, {**typed(post, "refuse"), "step": "decide", "code": "123456"})

    assert not Decision.objects.exists()


def test_a_code_that_is_old_used_tried_too_often_or_anothers_decides_nothing(
    scene: Scene, post: Post, client: Client
) -> None:
    page = page_of(scene.south_approver)
    client.post(page, {**typed(post), "step": "code"})
    mine = code_for(scene.south_approver)
    wrong = f"{(int(mine) + 1) % 10**6:06d}"

    client.post(page_of(scene.north_approver), {**typed(post), "step": "decide", "code": mine})
    foreign = Decision.objects.count()
    for _try in range(5):
        client.post(page, {**typed(post), "step": "decide", "code": wrong})
    client.post(page, {**typed(post), "step": "decide", "code": mine})
    tried = Decision.objects.count()
    client.post(page, {**typed(post), "step": "code"})
    ApprovalCode.objects.filter(ended_at=None).update(expires_at=clock.now())
    client.post(page, {**typed(post), "step": "decide", "code": code_for(scene.south_approver)})
    old = Decision.objects.count()
    client.post(page, {**typed(post), "step": "code"})
    good = code_for(scene.south_approver)
    client.post(page, {**typed(post), "step": "decide", "code": good})
    client.post(page, {**typed(post, "refuse", **{f"reason-{asked(post).pk}": "No."}), "step": "decide", "code": good})

    assert (foreign, tried, old, Decision.objects.count()) == (0, 0, 0, 1)


def test_a_change_between_opening_and_deciding_is_shown_and_must_be_read_again(
    scene: Scene, post: Post, client: Client
) -> None:
    page = page_of(scene.south_approver)
    before = typed(post)
    client.post(page, {**before, "step": "code"})
    draft, version = writing.working_draft(Post.objects.get(pk=post.pk))
    changed = replace(draft, text={"en": "Half stay near, half go far."})
    writing.save_working_copy(scene.north_editor, post, changed, version=version, now=clock.now())
    writing.submit_working_copy(scene.north_editor, Post.objects.get(pk=post.pk), now=clock.now())
    approving.ask(scene.north_editor, Post.objects.get(pk=post.pk), now=clock.now())

    answer = client.post(page, {**before, "step": "decide", "code": code_for(scene.south_approver)})

    text = answer.content.decode()
    assert not Decision.objects.exists()
    assert "half go far" in text
    assert "What changed since it was asked about before" in text


def test_what_was_typed_about_a_post_that_changed_meanwhile_or_is_gone_is_shown_again(
    scene: Scene, post: Post, client: Client
) -> None:
    page, before = page_of(scene.south_approver), typed(post, "refuse")
    words = {**before, f"reason-{asked(post).pk}": "The figure is of 2015.", "step": "code"}
    approving.ask(scene.north_editor, post, now=clock.now())

    changed = client.post(page, words).content.decode()
    Delivery.objects.all().delete()
    Post.objects.all().delete()
    gone = client.post(page, words).content.decode()

    assert re.search(r'name="reason-\d+"[^>]*>The figure is of 2015.<', changed)
    assert "This post was changed since you opened the page" in changed
    assert '<p dir="auto">The figure is of 2015.</p>' in gone


def test_a_code_serves_whatever_is_chosen_later_on_the_page_it_was_asked_for(
    scene: Scene, post: Post, client: Client
) -> None:
    page, other = page_of(scene.south_approver), scene.post("And half go far.", approved=False, at=post.planned_at)
    approving.ask(scene.north_editor, other, now=clock.now())
    seals = {f"seal-{one.pk}": one.seal for one in (asked(post), asked(other))}

    for _press in range(7):
        last = client.post(page, {**typed(post), **seals, "step": "code"})
    client.post(page, {**typed(post), **typed(other), "step": "decide", "code": code_for(scene.south_approver)})

    assert "Many codes were sent already" in last.content.decode()
    assert 'id="code"' in last.content.decode()
    assert set(Decision.objects.values_list("request__post", flat=True)) == {post.pk, other.pk}


def test_a_no_wants_a_word_and_keeps_what_was_chosen(scene: Scene, post: Post, client: Client) -> None:
    answer = client.post(page_of(scene.south_approver), {**typed(post, "refuse"), "step": "code"})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Say in a sentence why" in text
    assert re.search(r'value="refuse" checked', text)
    assert not Mail.objects.filter(kind="approval_code").exists()


def test_a_link_that_is_none_and_one_of_a_person_who_left_show_nothing(
    scene: Scene, post: Post, client: Client
) -> None:
    page = page_of(scene.south_approver)
    Person.objects.filter(pk=scene.south_approver.pk).update(is_active=False)

    answers = [client.get(page), client.get(page[:-3] + "x/"), client.get("/approve/nonsense/")]

    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert not any("Half stay near." in answer.content.decode() for answer in answers)


def test_another_persons_picture_isnt_behind_a_link(scene: Scene, post: Post, client: Client) -> None:
    other = picture("Another", owner=scene.north)

    answer = client.get(
        reverse("approve_by_mail_picture", args=[page_of(scene.south_approver).split("/")[2], other.pk])
    )

    assert answer.status_code == 404


def test_reminders_go_a_day_and_two_hours_before_once_and_to_who_hasnt_answered(scene: Scene) -> None:
    now = clock.now()
    Person.objects.filter(pk=scene.south_approver.pk).update(zone="America/Costa_Rica")
    made = scene.post(at=now + timedelta(days=3), approved=False)
    request = approving.ask(scene.north_editor, made, now=now, deadline_at=now + timedelta(days=2))
    approving.decide(
        scene.north_approver, request, organisation=scene.north, verdict=Verdict.APPROVE, seal=request.seal, now=now
    )

    def reminded() -> list[str]:
        found = Mail.objects.filter(kind__startswith="approval_reminder")
        return sorted(f"{mail.kind} {mail.to}" for mail in found)

    remind(now + timedelta(hours=23))
    early = reminded()
    for hours in (25, 26, 46, 47, 49):
        remind(now + timedelta(hours=hours))

    to = scene.south_approver.email
    assert early == []
    assert reminded() == [f"approval_reminder_day {to}", f"approval_reminder_hours {to}"]
    theirs = (now + timedelta(days=2)).astimezone(ZoneInfo("America/Costa_Rica"))
    until = f"{theirs.day} {theirs:%B %Y, %H:%M} (Costa Rica)"
    assert until in Mail.objects.get(kind="approval_reminder_day").text


def test_a_deputy_answers_within_their_dates_alone(scene: Scene, post: Post) -> None:
    stand_in = person("Stand In", editor=scene.south)
    now = clock.now()
    deputy = Deputy.objects.create(
        organisation=scene.south,
        person=stand_in,
        named_by=scene.south_approver,
        begins_at=now - timedelta(days=2),
        ends_at=now - timedelta(days=1),
    )
    after = approving.answering_as(Person.objects.get(pk=stand_in.pk), asked(post), now=now)
    Deputy.objects.filter(pk=deputy.pk).update(ends_at=now + timedelta(days=1))

    within = approving.answering_as(Person.objects.get(pk=stand_in.pk), asked(post), now=now)

    assert (after, within) == ([], [scene.south])


def test_each_language_wants_a_reader_where_the_rule_says_so(scene: Scene) -> None:
    ApprovalRule.objects.filter(pk=scene.rule.pk).update(readers=True, needed=1)
    now = clock.now()
    made = scene.post(at=now + timedelta(hours=5), languages=("en", "es"), approved=False)
    request = approving.ask(scene.north_editor, made, now=now)
    states = [
        approving.decide(
            who, request, organisation=org, verdict=Verdict.APPROVE, seal=request.seal, now=now, languages=languages
        )
        for who, org, languages in [
            (scene.north_approver, scene.north, ["en"]),
            (scene.south_approver, scene.south, ["es", "fr"]),
        ]
    ]

    assert states == ["open", "granted"]
    assert approving.unread_languages(request) == []


def test_the_most_exact_rule_counts(scene: Scene) -> None:
    ApprovalRule.objects.create(channel=scene.website, post_kind="story", needed=1).organisations.set([scene.south])
    story = scene.post(at=clock.now() + timedelta(hours=5), approved=False, kind="story")
    statement = scene.post(at=clock.now() + timedelta(hours=5), approved=False)

    def asked(post: Post) -> list[list[Organisation]]:
        return [list(terms.organisations) for terms in approving.terms_for(post)]

    assert (asked(story), asked(statement)) == ([[scene.south]], [[scene.north, scene.south]])


def test_another_kind_voids_because_it_may_ask_others(scene: Scene) -> None:
    made = scene.post(at=clock.now() + timedelta(hours=5))
    draft, version = writing.working_draft(made)
    writing.save_working_copy(scene.north_editor, made, replace(draft, kind="story"), version=version, now=clock.now())

    assert writing.submit_working_copy(scene.north_editor, made, now=clock.now())


def test_the_record_is_its_organisations_and_opens_as_a_table(
    scene: Scene, post: Post, login: Callable[[Person], Client]
) -> None:
    request = asked(post)
    approving.decide(
        scene.south_approver,
        request,
        organisation=scene.south,
        verdict=Verdict.REFUSE,
        seal=request.seal,
        now=clock.now(),
        reason="=1+1",
    )

    mine = login(scene.north_editor).get(reverse("studio_decisions_of_post", args=[post.pk, "csv"]))
    as_json = login(scene.coordinator).get(reverse("studio_decisions_json")).json()
    foreign = login(person("East Editor")).get(reverse("studio_decisions_of_post", args=[post.pk, "csv"]))

    assert "'=1+1" in mine.content.decode()
    assert as_json["decisions"][0]["seal"] == request.seal
    assert foreign.status_code != 200


def test_a_question_that_was_answered_meanwhile_isnt_mailed_any_more(scene: Scene) -> None:
    scene.post(at=clock.now() + timedelta(hours=5))

    states = set(Mail.objects.filter(kind="approval_asked").values_list("state", flat=True))

    assert states == {"dropped"}
