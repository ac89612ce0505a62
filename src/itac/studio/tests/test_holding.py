"""One press holds everything of an organisation; its people see it, and nobody else can press."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from itac.campaign.models import Person
from itac.publishing import holding
from itac.publishing.models import Delivery, OrganisationHold, State
from itac.publishing.tests.factories import Scene

Login = Callable[[Person], Client]
HOLD = "studio_hold"


def press(client: Client, organisation: int, do: str = "hold", **facts: str) -> object:
    return client.post(reverse(HOLD), {"organisation": organisation, "do": do, **facts}, follow=True)


def test_an_editor_presses_once_on_the_held_page_and_everybody_of_the_organisation_sees_it(
    scene: Scene, login: Login
) -> None:
    post = scene.post(at=scene.now + timedelta(days=2))
    editor = login(scene.north_editor)
    form = editor.get(reverse("studio_held")).content.decode()

    answer = press(editor, scene.north.pk, reason="A figure is in doubt")

    assert "Hold everything of North City" in form
    assert f'name="organisation" value="{scene.north.pk}"' in form
    assert "1 planned delivery is held" in answer.content.decode()  # type: ignore[attr-defined]
    assert [d.state for d in scene.deliveries(post)] == [State.HELD]
    banner = "Everything of North City is on hold: A figure is in doubt."
    shown = {
        who.name: banner in login(who).get(reverse("wagtailadmin_home")).content.decode()
        for who in (scene.north_editor, scene.north_approver, scene.coordinator, scene.south_editor)
    }
    assert shown == {"North Editor": True, "North Approver": True, "Coordinator": True, "South Editor": False}


def test_lifting_leads_to_what_is_held_and_sends_nothing(scene: Scene, login: Login) -> None:
    post = scene.post(at=scene.now + timedelta(days=2))
    coordinator = login(scene.coordinator)
    press(coordinator, scene.north.pk)

    answer = press(coordinator, scene.north.pk, "lift")

    assert "Nothing that is held left by that." in answer.content.decode()  # type: ignore[attr-defined]
    assert answer.request["PATH_INFO"] == reverse("studio_held")  # type: ignore[attr-defined]
    assert not OrganisationHold.objects.in_force().exists()
    assert [d.state for d in scene.deliveries(post)] == [State.HELD]


def test_held_ones_leave_at_their_time_when_a_person_says_so(scene: Scene, login: Login) -> None:
    posts = [scene.post(at=scene.now + timedelta(days=2)) for _ in range(3)]
    editor = login(scene.north_editor)
    press(editor, scene.north.pk)
    press(editor, scene.north.pk, "lift")
    chosen = [scene.deliveries(post)[0].pk for post in posts[:2]]

    sure = editor.post(reverse("studio_held"), {"do": "plan_again", "chosen": chosen})
    editor.post(reverse("studio_held"), {"do": "plan_again", "chosen": chosen, "sure": "1"})

    assert "It leaves at its time after all" in sure.content.decode()
    found = [scene.deliveries(post)[0] for post in posts]
    assert [d.state for d in found] == [State.PLANNED, State.PLANNED, State.HELD]
    assert [d.ready_at for d in found[:2]] == [post.planned_at for post in posts[:2]]


def test_a_press_without_an_organisation_says_what_is_missing(scene: Scene, login: Login) -> None:
    answer = login(scene.coordinator).post(reverse(HOLD), {"organisation": "", "do": "hold", "reason": "Doubt"})

    assert answer.status_code == 422
    assert "Choose the organisation" in answer.content.decode()
    assert 'value="Doubt"' in answer.content.decode()


def test_nobody_holds_or_lifts_another_organisation(scene: Scene, login: Login) -> None:
    scene.post(at=scene.now + timedelta(days=2))
    held = press(login(scene.south_editor), scene.north.pk)
    holding.hold_everything(scene.coordinator, scene.north, reason="", now=scene.now)

    lifted = [press(login(who), scene.north.pk, "lift") for who in (scene.south_approver, scene.north_editor)]

    assert held.status_code == 404  # type: ignore[attr-defined]
    assert [each.status_code for each in lifted] == [404, 404]  # type: ignore[attr-defined]
    assert OrganisationHold.objects.in_force().count() == 1
    assert "a coordinator lifts it" in login(scene.north_editor).get(reverse(HOLD)).content.decode()


def test_the_page_takes_as_many_queries_for_many_organisations(
    scene: Scene, login: Login, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    press(login(scene.coordinator), scene.north.pk)
    press(login(scene.coordinator), scene.south.pk)
    client = login(scene.coordinator)
    client.get(reverse(HOLD))

    with django_assert_max_num_queries(22):  # type: ignore[attr-defined]
        client.get(reverse(HOLD))

    assert Delivery.objects.count() == 0


def test_an_organisations_page_leads_to_its_stop(scene: Scene, login: Login) -> None:
    client = login(scene.coordinator)
    address = f"{reverse(HOLD)}?organisation={scene.south.pk}"

    html = client.get(reverse("organisations:edit", args=[scene.south.pk])).content.decode()

    assert f'href="{address}"' in html
    assert f'<option value="{scene.south.pk}" selected>' in client.get(address).content.decode()
