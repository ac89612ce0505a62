"""Writing for a take-over: only what is lent is offered, the signature is shown and counted, and nobody borrows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from itac.campaign.models import Person
from itac.core.localised import Localised
from itac.networks.models import Channel
from itac.publishing.mandating import Place
from itac.publishing.models import Post
from itac.publishing.writing import working_draft
from itac.takeovers.models import TakeOver
from itac.takeovers.tests.factories import HOUR, Stage

Login = Callable[[Person], Client]
NEW = "/studio/posts/new/"
SIGNATURE = "North City has the floor"
NAME = "North City, in its take-over “A day in North City”"


@pytest.fixture
def wall(stage: Stage) -> Channel:
    """A channel that isn't lent, and takes 60 characters."""
    return stage.scene.channel("wall", network="by_hand", limits={"text_max": 60}, person=stage.scene.north_editor)


@pytest.fixture
def takeover(stage: Stage) -> TakeOver:
    """The website in English, for stories and figures, each post signed."""
    return stage.agreed(
        signature=Localised({"en": SIGNATURE}),
        kinds=["story", "figure"],
        opens_at=stage.noon + HOUR,
        closes_at=stage.noon + 7 * HOUR,
    )


def typed(stage: Stage, takeover: TakeOver, **fields: Any) -> dict[str, Any]:
    """A filled form of the take-over."""
    return {
        "organisation": f"t{takeover.pk}",
        "original": "en",
        "kind": "story",
        "version": 0,
        "source_rows": 2,
        "title_en": "Harvest",
        "text_en": "We have work for many hands.",
        f"goes_{stage.website.pk}_en": "on",
        "do": "save",
        **fields,
    }


def offered(page: str) -> set[str]:
    """The names of the boxes for channels and languages."""
    return set(re.findall(r'name="goes_(\d+_\w+)"', page))


def test_a_post_begun_in_a_take_over_is_offered_only_what_is_lent(
    stage: Stage, wall: Channel, takeover: TakeOver, login: Login
) -> None:
    client = login(stage.editor)

    page = client.get(NEW, {"takeover": takeover.pk}).content.decode()
    saved = client.post(f"{NEW}?takeover={takeover.pk}", typed(stage, takeover))

    post = Post.objects.get()
    assert offered(page) == {f"{stage.website.pk}_en"}
    assert set(re.findall(r'<option value="(statement|story|figure|[a-z_]+)"', page)) >= {"story", "figure"}
    assert '<option value="statement"' not in page
    assert saved.status_code == 302
    assert post.mandate == takeover.mandate
    again = client.get(f"/studio/posts/{post.pk}/edit/").content.decode()
    assert offered(again) == {f"{stage.website.pk}_en"}
    assert NAME in again
    assert f'Signature of the take-over: <bdi lang="en" dir="ltr">{SIGNATURE}</bdi>' in again


def test_who_speaks_offers_the_take_overs_one_writes_for_until_they_are_over(
    stage: Stage, takeover: TakeOver, login: Login
) -> None:
    mine = login(stage.editor).get(NEW).content.decode()
    others = login(stage.scene.south_editor).get(NEW).content.decode()
    borrowed = login(stage.scene.south_editor).post(NEW, typed(stage, takeover))
    TakeOver.objects.update(opens_at=stage.noon - 8 * HOUR, closes_at=stage.noon)

    assert f'<option value="t{takeover.pk}">{NAME}</option>' in mine
    assert "take-over" not in re.search(r'<select name="organisation".*?</select>', others, re.DOTALL)[0]  # type: ignore[index]
    assert borrowed.status_code == 422
    assert not Post.objects.exists()
    assert NAME not in login(stage.editor).get(NEW).content.decode()


def test_a_page_that_saves_itself_begins_the_post_in_the_take_over(
    stage: Stage, takeover: TakeOver, login: Login
) -> None:
    client, seat = login(stage.editor), str(uuid4())

    begun = client.post("/studio/posts/begin/", typed(stage, takeover, seat=seat, turn=1))
    kept = client.post(
        f"/studio/posts/{begun.json()['post']}/keep/",
        typed(stage, takeover, seat=seat, turn=2, version=begun.json()["version"], text_en="More hands."),
    )

    post = Post.objects.get()
    assert (begun.status_code, kept.status_code, post.mandate) == (200, 200, takeover.mandate)
    assert working_draft(post)[0].text == {"en": "More hands."}


def test_the_signature_counts_and_a_place_taken_back_since_is_said(
    stage: Stage, wall: Channel, takeover: TakeOver, login: Login
) -> None:
    client, words = login(stage.editor), "We have work for very many hands today."
    assert len(words) < 60 < len(f"{words}\n\n{SIGNATURE}")
    takeover.places.create(channel=wall)
    everywhere = {f"goes_{wall.pk}_en": "on", "text_en": words}

    own = client.post("/studio/posts/preview/", typed(stage, takeover, **everywhere, organisation=stage.scene.north.pk))
    client.post(NEW, typed(stage, takeover, **everywhere, do="save"))
    takeover.places.filter(channel=wall).delete()
    theirs = client.get(f"/studio/posts/{Post.objects.get().pk}/edit/")

    assert SIGNATURE not in own.content.decode()
    assert "too long" not in own.content.decode()
    page = theirs.content.decode()
    assert "Signature of the take-over:" in page
    assert f"{len(words) + 2 + len(SIGNATURE)} of 60 characters" in page
    assert "too long" in page
    assert "The take-over doesn&#x27;t have Wall in “en”. Take it out." in page


def test_choosing_the_take_over_offers_what_it_lends_and_names_what_was_ticked_besides(
    stage: Stage, wall: Channel, takeover: TakeOver, login: Login
) -> None:
    client, besides = login(stage.editor), {f"goes_{wall.pk}_en": "on", f"own_{wall.pk}_en": "Short."}

    shown = client.post(NEW, typed(stage, takeover, do="speaker")).content.decode()
    refused = client.post(NEW, typed(stage, takeover, do="save", **besides))
    by_itself = client.post("/studio/posts/begin/", typed(stage, takeover, **besides, seat=str(uuid4()), turn=1))

    box = re.search(rf'<input[^>]*name="goes_{wall.pk}_en"[^>]*>', shown)
    lent = re.search(rf'<input[^>]*name="goes_{stage.website.pk}_en"[^>]*>', shown)
    assert box is not None
    assert lent is not None
    assert ("disabled" in box[0], "disabled" in lent[0]) == (True, False)
    assert re.search(rf'data-place="{wall.pk}" data-language="en" hidden', shown)
    sentence = "The take-over doesn&#x27;t have Wall (English), so that isn&#x27;t chosen any more."
    assert (refused.status_code, sentence in refused.content.decode()) == (422, True)
    assert by_itself.status_code == 422
    assert not Post.objects.exists()


def test_a_guest_reads_on_the_lent_channels_nothing_but_their_own(
    stage: Stage, takeover: TakeOver, login: Login
) -> None:
    campaign = stage.scene.post("Jaguar words", title="Jaguar", at=stage.noon + 2 * HOUR)
    Post.objects.filter(pk=campaign.pk).update(organisation=None)
    campaign.requests.all().delete()
    client, delivery = login(stage.editor), stage.delivery(campaign)

    for address in ("/studio/posts/", "/studio/calendar/", "/studio/deliveries/", f"/studio/take-overs/{takeover.pk}/"):
        assert "Jaguar" not in client.get(address).content.decode(), address
        assert "Jaguar" in login(stage.coordinator).get(address).content.decode() or "take-overs" in address
    assert client.get(f"/studio/posts/{campaign.pk}/").status_code == 404
    assert client.get(f"/studio/deliveries/{delivery.pk}/").status_code == 404


def test_terms_that_change_are_followed_and_what_was_chosen_before_stays_to_be_taken_out(
    stage: Stage, wall: Channel, takeover: TakeOver, login: Login
) -> None:
    client = login(stage.editor)
    client.post(f"{NEW}?takeover={takeover.pk}", typed(stage, takeover))
    takeover.places.all().delete()
    for place in [Place(wall, ("en",))]:
        takeover.places.create(channel=place.channel, languages=list(place.languages))

    page = client.get(f"/studio/posts/{Post.objects.get().pk}/edit/").content.decode()

    assert offered(page) == {f"{stage.website.pk}_en", f"{wall.pk}_en"}
    assert "The take-over doesn&#x27;t have Website in “en”." in page
