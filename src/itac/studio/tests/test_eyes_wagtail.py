"""Wagtail's other ways out: pages, revisions, histories, reports, choosers, translations, documents, people.

They go by model and not by row, so they are the coordinators' alone. Each is tried with a real object whose words would
show, by everybody who is no coordinator and by one who is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wagtail.models import ModelLogEntry
from wagtail_localize.models import Translation, TranslationSource

from itac.studio.rooms import rooms_for
from itac.studio.tests.eyes import Eyes, Looker, body_of, told
from itac.studio.tests.walking import STAFF

MEMBERS = sorted(STAFF - {"coordinator"})
Address = Callable[[Eyes], str]

# What is behind each address, and a word that a coordinator reads there ("" where the page has none of ours).
WAYS_OUT: dict[str, tuple[Address, str]] = {
    "tree of pages": (lambda e: f"/studio/pages/{e.home.pk}/", "quetzal page"),
    "edit of a page": (lambda e: f"/studio/pages/{e.page.pk}/edit/", "quetzal page"),
    "history of a page": (lambda e: f"/studio/pages/{e.page.pk}/history/", "quetzal page"),
    "usage of a page": (lambda e: f"/studio/pages/{e.page.pk}/usage/", "quetzal page"),
    "revisions of a page": (lambda e: f"/studio/pages/{e.page.pk}/revisions/{e.revision.pk}/view/", "quetzal page"),
    "comparison of revisions": (
        lambda e: f"/studio/pages/{e.page.pk}/revisions/compare/earliest...{e.revision.pk}/",
        "quetzal page",
    ),
    "draft of a page": (lambda e: f"/studio/pages/{e.page.pk}/view_draft/", "quetzal page"),
    "history of workflows of a page": (lambda e: f"/studio/pages/{e.page.pk}/workflow_history/", "quetzal page"),
    "search of pages": (lambda e: "/studio/pages/search/?q=about", "quetzal page"),
    "use of a type of page": (lambda e: "/studio/pages/usage/website/editorialpage/", "quetzal page"),
    "report: history of the site": (lambda e: "/studio/reports/site-history/", "quetzal"),
    "report: locked pages": (lambda e: "/studio/reports/locked/", ""),
    "report: aging pages": (lambda e: "/studio/reports/aging-pages/", ""),
    "report: workflows": (lambda e: "/studio/reports/workflow/", ""),
    "report: workflow tasks": (lambda e: "/studio/reports/workflow_tasks/", ""),
    "report: types of pages": (lambda e: "/studio/reports/page-types-usage/", "quetzal page"),
    "report: translations": (lambda e: "/studio/localize/reports/translations/", "quetzal page"),
    "chooser of pages": (lambda e: f"/studio/choose-page/{e.home.pk}/", "quetzal page"),
    "search of the chooser of pages": (lambda e: "/studio/choose-page/search/?q=about", "quetzal page"),
    "list of documents": (lambda e: "/studio/documents/", "quetzal minutes"),
    "search of documents": (lambda e: "/studio/documents/?q=minutes", "quetzal minutes"),
    "edit of a document": (lambda e: f"/studio/documents/edit/{e.north_document.pk}/", "quetzal minutes"),
    "usage of a document": (lambda e: f"/studio/documents/usage/{e.north_document.pk}/", "quetzal minutes"),
    "chooser of documents": (lambda e: "/studio/documents/chooser/", "quetzal minutes"),
    "chosen document": (lambda e: f"/studio/documents/chooser/chosen/{e.north_document.pk}/", "quetzal minutes"),
    "chosen documents": (
        lambda e: f"/studio/documents/chooser/chosen-multiple/?id={e.north_document.pk}",
        "quetzal minutes",
    ),
    "several documents at once": (
        lambda e: f"/studio/bulk/library/document/delete/?id={e.north_document.pk}",
        "quetzal minutes",
    ),
    "several pages at once": (lambda e: f"/studio/bulk/wagtailcore/page/delete/?id={e.page.pk}", "quetzal page"),
    "programs' way to pages": (lambda e: "/studio/api/main/pages/", "quetzal page"),
    "programs' way to pictures": (lambda e: "/studio/api/main/images/", "quetzal street"),
    "programs' way to documents": (lambda e: "/studio/api/main/documents/", "quetzal minutes"),
    "completion of tags": (lambda e: "/studio/tag-autocomplete/?term=quetzal", "quetzal-tag"),
    "snippets": (lambda e: "/studio/snippets/", ""),
    "submission for translation": (lambda e: f"/studio/localize/submit/page/{e.page.pk}/", "quetzal page"),
    "people": (lambda e: "/studio/people/", "north editor"),
    "history of an organisation": (lambda e: f"/studio/organisations/history/{e.north.pk}/", "north city"),
    "usage of an organisation": (lambda e: f"/studio/organisations/usage/{e.north.pk}/", "north city"),
    "grants": (lambda e: "/studio/grants/", "north city"),
}


@pytest.fixture
def logged(eyes: Eyes) -> Eyes:
    """The scene, with an entry in Wagtail's log of rows, and a page that is to be translated."""
    ModelLogEntry.objects.log_action(eyes.north_picture, "wagtail.edit", user=eyes.north_editor)
    _translation(eyes)
    return eyes


def _translation(eyes: Eyes) -> Translation:
    source, _made = TranslationSource.update_or_create_from_instance(eyes.page)
    spanish = eyes.page.get_translations().get().locale
    return Translation.objects.get_or_create(source=source, target_locale=spanish)[0]


def lookers(eyes: Eyes) -> list[Looker]:
    """Everybody in the Studio who is no coordinator."""
    return [looker for looker in eyes.roles if looker.name in MEMBERS]


@pytest.mark.parametrize("way", WAYS_OUT)
def test_a_way_out_that_goes_by_model_is_the_coordinators_alone(way: str, logged: Eyes) -> None:
    address, word = WAYS_OUT[way][0](logged), WAYS_OUT[way][1]

    seen = logged.role(logged.coordinator).browser().get(address, follow=True)
    others = {looker.name: looker.browser().get(address) for looker in lookers(logged)}

    assert seen.status_code == 200
    assert word in body_of(seen).lower()
    assert {name: answer.status_code for name, answer in others.items()} == dict.fromkeys(others, 404)
    assert len(others) > 3
    assert {name for looker in lookers(logged) if told(looker, others[looker.name]) for name in [looker.name]} == set()


@pytest.mark.parametrize("address", ["collections/", "collections/1/", "workflows/list/", "users/", "groups/"])
def test_what_would_be_a_second_truth_about_rights_is_shut_for_coordinators_too(address: str, eyes: Eyes) -> None:
    assert {looker.browser().get(f"/studio/{address}").status_code for looker in eyes.roles} == {302, 404}
    assert eyes.role(eyes.coordinator).browser().get(f"/studio/{address}").status_code == 404


def test_views_of_a_translation_are_the_coordinators_alone(eyes: Eyes) -> None:
    number = _translation(eyes).pk

    for address in (f"{number}/pofile/download/", f"{number}/preview/"):
        where = f"/studio/localize/translate/{address}"
        assert eyes.role(eyes.coordinator).browser().get(where).status_code in {200, 302}, where
        for looker in lookers(eyes):
            assert looker.browser().get(where).status_code == 404, (where, looker.name)


def test_the_menu_and_the_search_lead_only_where_one_may_go(eyes: Eyes) -> None:
    for looker in eyes.roles:
        if looker.name not in STAFF or looker.person is None:
            continue
        browser = looker.browser()
        for room in rooms_for(looker.person):
            assert browser.get(room.url, follow=True).status_code == 200, (looker.name, room.url)
        if looker.name != "coordinator":
            home = body_of(browser.get("/studio/"))
            for closed in ("/studio/pages/search/", "/studio/reports/", "/studio/documents/", "/studio/people/"):
                assert closed not in home, (looker.name, closed)


def test_history_holds_no_word_of_a_post(eyes: Eyes) -> None:
    labels: list[Any] = list(ModelLogEntry.objects.values_list("label", flat=True))

    assert [label for label in labels if "draft" in label.lower() or "planned" in label.lower()] == []
