"""What a reader finds wrong is kept, loud when it can't be, and reaches a coordinator."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from itac.campaign.models import Campaign, Person
from itac.core import clock, personal
from itac.website.models import ErrorReport
from itac.website.reports import MOST_A_DAY

FORM = "/en/report-an-error/"
WORDS = "The share is 3.6 percent,\nnot 3.7."


def logged_in(*, coordinator: bool) -> Client:
    """A browser in which somebody works in the Studio."""
    somebody = Person.objects.create_user(
        f"somebody-{coordinator}@example.org", name="Somebody", is_coordinator=coordinator
    )
    client = Client()
    client.force_login(somebody)
    return client


def test_a_report_is_kept_and_its_reader_thanked(site: Campaign) -> None:
    reader = Client(enforce_csrf_checks=True)
    before = clock.now()

    sent = reader.post(
        "/es/report-an-error/", {"words": WORDS, "page": "/es/updates/x/", "email": "reader@example.org"}
    )
    thanked = reader.get(sent["Location"])

    kept = ErrorReport.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, "/es/report-an-error/?received#received")
    assert (kept.words, kept.page, kept.email, kept.language) == (
        WORDS,
        "/es/updates/x/",
        "reader@example.org",
        "es",
    )
    assert before <= kept.received_at <= clock.now()
    assert "Gracias" in thanked.content.decode()
    assert "<form" not in thanked.content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"words": " "}, "Write what is wrong, in a few words."),
        ({"words": "x" * 4001}, "This is longer than 4000 letters."),
        ({"words": WORDS, "email": "reader at home"}, "This isn’t an e-mail address. Write it like name@example.org."),
        ({"words": WORDS, "page": "/" * 501}, "This address is too long. Its beginning is enough."),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(
    site: Campaign, typed: dict[str, str], says: str
) -> None:
    response = Client().post(FORM, {"page": "/en/about/", "email": "reader@example.org", **typed})

    html = response.content.decode()
    assert response.status_code == 422
    assert html.count(says) == 2  # in the list on top, and at the field
    assert 'role="alert"' in html
    assert '<a href="#id_' in html
    assert "<title>Not sent yet: " in html
    for value in typed.values():
        assert value in html
    assert typed.get("page", "/en/about/") in html
    assert ErrorReport.objects.count() == 0


def test_the_form_asks_for_a_letter_once_a_machine_fills_it_in(site: Campaign) -> None:
    now = clock.now()
    ErrorReport.objects.bulk_create(
        ErrorReport(words="x", language="en", received_at=now - timedelta(hours=1)) for _ in range(MOST_A_DAY)
    )

    full = Client().post(FORM, {"words": WORDS})
    ErrorReport.objects.update(received_at=now - timedelta(days=2))
    later = Client().post(FORM, {"words": WORDS})

    assert full.status_code == 422
    assert "Please write to us by e-mail." in full.content.decode()
    assert WORDS.splitlines()[0] in full.content.decode()
    assert later.status_code == 302


def test_the_form_knows_the_page_somebody_came_from(site: Campaign) -> None:
    html = Client().get(FORM, {"page": '/en/updates/a/"><b>'}).content.decode()

    assert 'value="/en/updates/a/&quot;&gt;&lt;b&gt;"' in html


def test_a_reader_gets_no_cookie_even_by_reporting(site: Campaign) -> None:
    reader = Client()

    reader.get(FORM)
    reader.post(FORM, {"words": WORDS})

    assert not reader.cookies


def test_nothing_is_taken_where_the_page_was_taken_down(site: Campaign) -> None:
    from wagtail.models import Page

    Page.objects.filter(slug="report-an-error").update(live=False)

    assert Client().get(FORM).status_code == 404
    assert Client().post(FORM, {"words": WORDS}).status_code == 404
    assert ErrorReport.objects.count() == 0


def test_a_coordinator_finds_the_report_on_the_home_page_reads_and_settles_it(site: Campaign) -> None:
    Client().post(FORM, {"words": WORDS, "page": "/en/about/", "email": "reader@example.org"})
    report = ErrorReport.objects.get()
    coordinator = logged_in(coordinator=True)
    address = f"/studio/error_reports/edit/{report.pk}/"

    home = coordinator.get("/studio/").content.decode()
    listed = coordinator.get("/studio/error_reports/").content.decode()
    read = coordinator.get(address).content.decode()
    settled = coordinator.post(address, {"outcome": "Put right.", "is_settled": "on", "words": "Forged."})

    assert "1 reader’s report of an error waits to be settled." in home
    assert "/studio/error_reports/" in home
    assert address in listed
    assert "/studio/error_reports/new/" not in listed
    assert "The share is 3.6 percent," in read
    assert "reader@example.org" in read
    report.refresh_from_db()
    assert settled.status_code == 302
    assert (report.words, report.outcome, report.email) == (WORDS, "Put right.", "")
    assert report.settled_at is not None
    assert "waits to be settled" not in coordinator.get("/studio/").content.decode()


def test_nobody_else_reads_reports(site: Campaign) -> None:
    Client().post(FORM, {"words": WORDS})
    address = f"/studio/error_reports/edit/{ErrorReport.objects.get().pk}/"
    member = logged_in(coordinator=False)

    assert member.get("/studio/error_reports/").status_code in {302, 404}
    assert member.get(address).status_code in {302, 404}
    assert member.post(address, {"is_settled": "on"}).status_code in {302, 404}
    assert Client().get(address).status_code == 302
    assert ErrorReport.objects.get().settled_at is None


def test_a_settled_report_holds_no_address(site: Campaign) -> None:
    now = clock.now()

    with pytest.raises(IntegrityError), transaction.atomic():
        ErrorReport.objects.create(
            words="x", language="en", email="reader@example.org", received_at=now, settled_at=now
        )

    assert personal.declared()["website.ErrorReport.email"].ends == "when the report is settled"
