"""What is out is corrected or taken back in the Studio, and readers of the site are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from itac.campaign.models import Person
from itac.core import clock
from itac.networks.models import WebsiteEntry
from itac.publishing import approving, writing
from itac.publishing.mending import Mender
from itac.publishing.models import ApprovalRequest, Post, Righting, RightingState, Verdict
from itac.publishing.outbox import Worker
from itac.publishing.tests.factories import Scene

pytestmark = pytest.mark.django_db(transaction=True)
NOTE = "The figure was that of 2020."


@pytest.fixture
def sent(scene: Scene) -> Post:
    """A post that went out to the site."""
    post = scene.post("In 2020 there were 281 million.", at=clock.now() + timedelta(minutes=1))
    scene.plan(post, clock.now() - timedelta(seconds=1))
    worker = Worker()
    worker.work_off()
    worker.stop()
    worker.run()
    assert WebsiteEntry.objects.exists()
    return Post.objects.get(pk=post.pk)


def test_two_taps_take_a_post_back(scene: Scene, sent: Post, login: Callable[[Person], Client]) -> None:
    client = login(scene.north_editor)
    page = reverse("studio_take_back", args=[sent.pk])

    first = client.get(page)
    second = client.post(page, {"note": NOTE}, follow=True)
    Mender().work_off()

    entry = WebsiteEntry.objects.get()
    assert "Website" in first.content.decode()
    assert "being taken down in 1 place" in second.content.decode()
    assert (entry.withdrawn_at is not None, entry.correction) == (True, NOTE)
    assert "took it back from Website" in client.get(reverse("studio_post", args=[sent.pk])).content.decode()


def test_a_taking_back_without_a_reason_keeps_the_post_and_says_what_is_missing(
    scene: Scene, sent: Post, login: Callable[[Person], Client]
) -> None:
    answer = login(scene.north_editor).post(reverse("studio_take_back", args=[sent.pk]), {"note": " "})

    assert answer.status_code == 422
    assert "Say in a sentence what was wrong" in answer.content.decode()
    assert not Righting.objects.exists()


def test_a_correction_shows_both_versions_and_needs_its_approval(
    scene: Scene, sent: Post, login: Callable[[Person], Client]
) -> None:
    draft, version = writing.working_draft(sent)
    changed = replace(draft, text={"en": "In mid-2024 there were 304 million."})
    writing.save_working_copy(scene.north_editor, sent, changed, version=version, now=scene.now)
    writing.submit_working_copy(scene.north_editor, sent, now=scene.now)
    page = reverse("studio_correct", args=[sent.pk])

    shown = login(scene.north_editor).get(page).content.decode()
    refused = login(scene.north_editor).post(page, {"note": NOTE})
    hurried = login(scene.coordinator).post(page, {"note": NOTE, "urgent": "1"})
    Mender().work_off()

    assert "281 million" in shown
    assert "304 million" in shown
    assert (refused.status_code, hurried.status_code) == (422, 302)
    assert WebsiteEntry.objects.get().text == "In mid-2024 there were 304 million."


def test_others_find_no_such_page(scene: Scene, sent: Post, login: Callable[[Person], Client]) -> None:
    login(scene.north_editor).post(reverse("studio_take_back", args=[sent.pk]), {"note": NOTE})
    one = Righting.objects.get()

    for who in (scene.south_editor, scene.south_approver, scene.north_approver):
        client = login(who)
        pages = [reverse("studio_take_back", args=[sent.pk]), reverse("studio_correct", args=[sent.pk])]
        assert [client.post(page, {"note": NOTE}).status_code for page in pages] == [404, 404]
    assert login(scene.south_editor).get(reverse("studio_righting", args=[one.pk])).status_code == 404
    assert login(scene.north_editor).get(reverse("studio_righting", args=[one.pk])).status_code == 200
    assert Righting.objects.count() == 1


def test_a_failed_one_stands_on_the_home_and_can_be_tried_again(
    scene: Scene, sent: Post, login: Callable[[Person], Client]
) -> None:
    client = login(scene.north_editor)
    client.post(reverse("studio_take_back", args=[sent.pk]), {"note": NOTE})
    one = Righting.objects.get()
    Righting.objects.update(state=RightingState.FAILED, code="not_allowed")

    home = client.get(reverse("wagtailadmin_home")).content.decode()
    client.post(reverse("studio_righting", args=[one.pk]), {"do": "again"})
    Mender().work_off()

    assert reverse("studio_righting", args=[one.pk]) in home
    assert Righting.objects.get().state == RightingState.DONE


def test_two_taps_set_the_words_right_once_their_approvers_said_yes(
    scene: Scene, sent: Post, login: Callable[[Person], Client]
) -> None:
    client = login(scene.north_editor)
    page = reverse("studio_correct", args=[sent.pk])

    first = client.get(page).content.decode()
    words = {"text_en": "In mid-2024 there were 304 million.", "title_en": str(sent.title), "note": NOTE}
    second = client.post(page, {**words, "do": "reword"}, follow=True)
    Mender().work_off()
    waits = WebsiteEntry.objects.get().text
    request = ApprovalRequest.objects.get(voided_at=None)
    for who, organisation in ((scene.north_approver, scene.north), (scene.south_approver, scene.south)):
        verdict, now = Verdict.APPROVE, clock.now()
        approving.decide(who, request, organisation=organisation, verdict=verdict, seal=request.seal, now=now)
    Mender(now=lambda: clock.now() + timedelta(minutes=1)).work_off()

    assert "In 2020 there were 281 million.</textarea>" in first
    assert "It is set right once they have said yes" in second.content.decode()
    assert waits == "In 2020 there were 281 million."
    assert WebsiteEntry.objects.get().text == "In mid-2024 there were 304 million."


def test_what_was_typed_stays_when_the_reason_is_missing(
    scene: Scene, sent: Post, login: Callable[[Person], Client]
) -> None:
    page = reverse("studio_correct", args=[sent.pk])

    answer = login(scene.coordinator).post(page, {"text_en": "New words.", "note": "", "urgent": "1", "do": "reword"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "New words.</textarea>" in html
    assert 'value="1" checked' in html
    assert Post.objects.get(pk=sent.pk).text.texts == {"en": "In 2020 there were 281 million."}


def test_typed_changes_of_others_are_read_first(scene: Scene, sent: Post, login: Callable[[Person], Client]) -> None:
    draft, version = writing.working_draft(sent)
    writing.save_working_copy(scene.coordinator, sent, draft, version=version, now=scene.now)
    page = reverse("studio_correct", args=[sent.pk])

    answer = login(scene.north_editor).post(page, {"text_en": "New words.", "note": NOTE, "do": "reword"})

    assert answer.status_code == 422
    assert "Somebody has typed changes since you opened this." in answer.content.decode()
