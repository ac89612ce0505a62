"""Posts and deliveries: whole for their organisation, coordinators and who is asked; a taken slot for all others."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from itac.publishing import approving, writing
from itac.publishing.models import Delivery, Post, State
from itac.publishing.moving import move
from itac.publishing.writing import Draft
from itac.studio.tests.eyes import Eyes, Looker, body_of, links_to, told
from itac.studio.tests.walking import STAFF

LISTS = ("/studio/", "/studio/posts/", "/studio/deliveries/", "/studio/calendar/", "/studio/deliveries/held/")


def staff(eyes: Eyes) -> list[Looker]:
    """Everybody who may enter the Studio."""
    return [looker for looker in eyes.roles if looker.name in STAFF]


def opened(eyes: Eyes, address: str) -> set[str]:
    """Who gets a page at an address; everybody else must get the page that says there is none."""
    answers = {looker.name: looker.browser().get(address) for looker in staff(eyes)}
    assert {answer.status_code for answer in answers.values()} <= {200, 302, 404}
    return {name for name, answer in answers.items() if answer.status_code != 404}


NORTHS = {"North's editor", "North's approver", "North's host", "coordinator"}
ASKED = {"South's approver, who is asked"}
WRITERS = {"North's editor", "coordinator"}


def test_the_list_has_every_post_one_may_read_and_no_other(eyes: Eyes) -> None:
    north = {eyes.north_draft.pk, eyes.north_planned.pk, eyes.north_asked.pk}
    expected = {
        "North's editor": north,
        "North's approver": north,
        "North's host": north,
        "South's editor": {eyes.south_draft.pk},
        "South's approver, who is asked": {eyes.south_draft.pk, eyes.north_asked.pk},
        "South's moderator": {eyes.south_draft.pk},
        "West's approver, who isn't asked": set(),
        "coordinator": north | {eyes.south_draft.pk},
    }

    assert {
        looker.name: links_to(looker.browser().get("/studio/posts/"), "posts") for looker in staff(eyes)
    } == expected


@pytest.mark.parametrize("query", ["q=street", "q=words", "q=quetzal", "state=draft", "state=planned", "state=open"])
def test_no_search_or_filter_finds_what_one_may_not_read(query: str, eyes: Eyes) -> None:
    for looker in staff(eyes):
        every = links_to(looker.browser().get("/studio/posts/"), "posts")
        assert links_to(looker.browser().get(f"/studio/posts/?{query}"), "posts") <= every, looker.name
    found = links_to(eyes.role(eyes.north_editor).browser().get("/studio/posts/?q=quetzal"), "posts")
    assert found == {eyes.north_draft.pk, eyes.north_planned.pk}


def test_filters_by_an_organisation_that_isnt_ones_own_say_nothing_of_it(eyes: Eyes) -> None:
    browser = eyes.role(eyes.south_editor).browser()

    page = browser.get(f"/studio/posts/?organisation={eyes.north.pk}")

    assert links_to(page, "posts") == set()
    assert "North City</option>" not in body_of(browser.get("/studio/posts/"))


@pytest.mark.parametrize(
    ("view", "post", "who"),
    [
        ("studio_post", "north_draft", NORTHS),
        ("studio_post", "north_planned", NORTHS),
        ("studio_post", "north_asked", NORTHS | ASKED),
        ("studio_approve", "north_asked", NORTHS | ASKED),
        ("studio_approve", "north_planned", NORTHS),
        ("studio_edit", "north_asked", WRITERS),
        ("studio_submit", "north_draft", WRITERS),
        ("studio_plan", "north_planned", WRITERS),
        ("studio_ask", "north_planned", WRITERS),
        ("studio_post", "south_draft", {"South's editor", *ASKED, "South's moderator", "coordinator"}),
        ("studio_edit", "south_draft", {"South's editor", "coordinator"}),
    ],
)
def test_a_posts_page_opens_to_whom_it_is_for(view: str, post: str, who: set[str], eyes: Eyes) -> None:
    assert opened(eyes, reverse(view, args=[getattr(eyes, post).pk])) == who


def test_a_post_with_its_history_is_read_whole_by_who_is_asked(eyes: Eyes) -> None:
    browser = eyes.role(eyes.south_approver).browser()

    post, question = (
        body_of(browser.get(reverse(view, args=[eyes.north_asked.pk]))) for view in ("studio_post", "studio_approve")
    )

    assert "North Editor asked for approval." in post
    for word in ("Condor asked: words", "example.org/condor", "Condor asked: a source", "Condor street, in one colour"):
        assert word in question, word


def test_who_was_asked_reads_it_no_more_once_the_question_is_taken_back(eyes: Eyes) -> None:
    address = reverse("studio_post", args=[eyes.north_asked.pk])
    assert eyes.role(eyes.south_approver).browser().get(address).status_code == 200

    approving.withdraw_request(eyes.north_editor, eyes.north_asked, now=eyes.now)

    assert eyes.role(eyes.south_approver).browser().get(address).status_code == 404
    for room in LISTS:
        assert "condor" not in body_of(eyes.role(eyes.south_approver).browser().get(room)).lower(), room


def test_who_is_asked_never_reads_what_is_still_being_written(eyes: Eyes) -> None:
    copy, version = writing.working_draft(eyes.north_asked)
    changed = Draft.from_json({**copy.as_json(), "text": {"en": "Quetzal second thoughts"}})
    writing.save_working_copy(eyes.north_editor, eyes.north_asked, changed, version=version, now=eyes.now)
    asked = eyes.role(eyes.south_approver)

    for view in ("studio_post", "studio_approve"):
        assert told(asked, asked.browser().get(reverse(view, args=[eyes.north_asked.pk]))) == []
    mine = eyes.role(eyes.north_editor).browser().get(reverse("studio_edit", args=[eyes.north_asked.pk]))
    assert "Quetzal second thoughts" in body_of(mine)


@pytest.mark.parametrize("room", LISTS)
def test_every_list_tells_of_other_organisations_only_that_a_slot_is_taken(room: str, eyes: Eyes) -> None:
    north_posts = set(Post.objects.filter(organisation=eyes.north).values_list("pk", flat=True))
    deliveries = set(Delivery.objects.values_list("pk", flat=True))

    for looker in (eyes.role(eyes.south_editor), eyes.role(eyes.south_moderator), eyes.role(eyes.west_approver)):
        page = looker.browser().get(room)
        assert told(looker, page) == []
        assert links_to(page, "posts") & north_posts == set()
        assert links_to(page, "deliveries") & deliveries == set()
        assert not re.search("quetzal|condor", str(page.headers), re.IGNORECASE)


@pytest.mark.parametrize("room", ["/studio/", "/studio/posts/"])
def test_a_taken_slot_says_channel_time_and_organisation(room: str, eyes: Eyes) -> None:
    page = body_of(eyes.role(eyes.south_editor).browser().get(room))

    slots = re.findall(r"<li[^>]*>((?:(?!</li>).)*North City.*?)</li>", page, re.DOTALL)
    words = {" ".join(re.sub(r"<[^>]+>", " ", slot).split()) for slot in slots}
    assert any("Website" in slot for slot in words), words
    assert any(f'datetime="{(eyes.now + timedelta(hours=3)).isoformat()[:16]}' in slot for slot in slots), slots


def test_who_is_of_the_organisation_sees_posts_where_others_see_slots(eyes: Eyes) -> None:
    browser = eyes.role(eyes.north_host).browser()
    deliveries = {eyes.delivery(eyes.north_planned).pk, eyes.delivery(eyes.north_asked).pk}

    assert links_to(browser.get("/studio/deliveries/"), "deliveries") == deliveries
    assert links_to(browser.get("/studio/"), "deliveries") == deliveries
    assert "Slots of others" not in body_of(browser.get("/studio/posts/"))


def slots_of_others(response: Any) -> list[dict[str, Any]]:
    """What a calendar's feed tells of slots without a post one may open."""
    return [each for each in response.json() if "posts/" not in str(each)]


def test_the_calendars_feed_tells_of_others_only_that_a_slot_is_taken_whatever_is_asked(eyes: Eyes) -> None:
    stretch = {"start": eyes.now.isoformat(), "end": (eyes.now + timedelta(days=2)).isoformat()}
    delivery = eyes.delivery(eyes.north_planned)
    questions: list[dict[str, Any]] = [
        {},
        *({"state": state} for state in State.values),
        *({"language": code} for code in ("en", "es", "ar")),
        {"organisation": eyes.north.pk},
        {"channel": eyes.website.pk},
    ]
    looker = eyes.role(eyes.south_editor)
    before = [slots_of_others(looker.browser().get("/studio/calendar/feed/", {**stretch, **q})) for q in questions]
    assert before[0] != []

    move(delivery, to=State.HELD, now=eyes.now, code="late")
    delivery.variant.language = "es"
    delivery.variant.save()

    for question, known in zip(questions, before, strict=True):
        answer = looker.browser().get("/studio/calendar/feed/", {**stretch, **question})
        assert told(looker, answer) == []
        assert slots_of_others(answer) == known, question


@pytest.mark.parametrize("view", ["studio_delivery", "studio_act"])
def test_a_delivery_opens_to_whom_it_is_for(view: str, eyes: Eyes) -> None:
    def address(post: Post) -> str:
        extra = ["hold"] if view == "studio_act" else []
        return reverse(view, args=[eyes.delivery(post).pk, *extra])

    readers = (NORTHS, NORTHS | ASKED) if view == "studio_delivery" else (WRITERS, WRITERS)
    assert (opened(eyes, address(eyes.north_planned)), opened(eyes, address(eyes.north_asked))) == readers


def test_who_posts_by_hand_reads_what_waits_for_them_and_nothing_before(eyes: Eyes) -> None:
    hand = eyes.channel("hand", network="by_hand", person=eyes.west_approver)
    post = eyes.post("Quetzal by hand: words", title="Quetzal by hand", channels=[hand], at=eyes.now)
    delivery = eyes.delivery(post)
    address = reverse("studio_delivery", args=[delivery.pk])
    assert eyes.role(eyes.west_approver).browser().get(address).status_code == 404

    move(delivery, to=State.SENDING, now=eyes.now, worker="w")
    move(delivery, to=State.AWAITING, now=eyes.now)

    assert "Quetzal by hand: words" in body_of(eyes.role(eyes.west_approver).browser().get(address))
    assert eyes.role(eyes.west_approver).browser().get(reverse("studio_post", args=[post.pk])).status_code == 404
    assert eyes.role(eyes.south_editor).browser().get(address).status_code == 404


def test_the_preview_of_a_post_that_isnt_ones_own_is_that_of_an_empty_one(eyes: Eyes) -> None:
    looker = eyes.role(eyes.south_editor)
    goes = {f"goes_{eyes.website.pk}_en": "on", "organisation": eyes.south.pk, "original": "en"}

    answer = looker.browser().post("/studio/posts/preview/", {**goes, "post": eyes.north_draft.pk, "text_en": "Mine"})

    assert "Mine" in body_of(answer)
    assert told(looker, answer) == []


def test_the_composer_offers_no_picture_of_others_and_takes_none(eyes: Eyes) -> None:
    looker = eyes.role(eyes.south_editor)
    browser = looker.browser()
    fields = {
        "organisation": eyes.south.pk,
        "original": "en",
        "version": 0,
        "title_en": "Mine",
        "text_en": "Mine",
        f"picture_{eyes.north_picture.pk}": "on",
        f"alt_{eyes.north_picture.pk}_en": "Theirs",
        "do": "save",
    }
    assert told(looker, browser.get("/studio/posts/new/")) == []

    answer = browser.post("/studio/posts/new/", fields)

    assert answer.status_code == 302
    made = Post.objects.latest("pk")
    assert (str(made), made.organisation) == ("Mine", eyes.south)
    assert writing.working_draft(made)[0].pictures == []


def test_a_working_copy_that_names_a_picture_of_others_shows_nothing_of_it_and_cant_be_submitted(eyes: Eyes) -> None:
    draft, version = writing.working_draft(eyes.south_draft)
    stolen = {**draft.as_json(), "pictures": [{"picture_id": eyes.north_picture.pk, "alt": {"en": "Theirs"}}]}
    writing.save_working_copy(
        eyes.south_editor, eyes.south_draft, Draft.from_json(stolen), version=version, now=eyes.now
    )
    looker = eyes.role(eyes.south_editor)

    for view in ("studio_edit", "studio_submit", "studio_post"):
        assert told(looker, looker.browser().get(reverse(view, args=[eyes.south_draft.pk]))) == [], view
    answer = looker.browser().post(reverse("studio_submit", args=[eyes.south_draft.pk]))
    assert answer.status_code == 422
    assert eyes.south_draft.media.count() == 0


def test_the_public_reads_nothing_of_a_post_before_it_stands_on_the_site(eyes: Eyes) -> None:
    visitor = eyes.role(None)
    for post in (eyes.north_draft, eyes.north_planned, eyes.north_asked):
        for address in (f"/en/updates/{post.slug}/", f"/es/updates/{post.slug}/", f"/share/en/updates/{post.slug}.png"):
            answer = Client().get(address)
            assert answer.status_code == 404, address
            assert str(post) not in body_of(answer), address  # its text begins with its title
    for address in ("/en/", "/en/updates/", "/en/updates/feed.rss", "/en/updates/feed.atom", "/en/updates/feed.json"):
        assert told(visitor, Client().get(address)) == [], address
