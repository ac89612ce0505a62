"""What a person may do ends with the role it came from, at the next request."""

from __future__ import annotations

import pytest
from django.test import Client

from itac.campaign.models import Person

PAGES = "/studio/pages/"


@pytest.mark.django_db
def test_a_coordinator_keeps_the_pages_until_they_are_no_coordinator_any_more() -> None:
    person = Person.objects.create_user("c@example.org", "correct horse battery", name="C", is_coordinator=True)
    browser = Client()
    browser.force_login(person)
    assert browser.get(PAGES).status_code == 200
    # Whatever is saved about somebody while they are one gives them nothing afterwards.
    Person.objects.filter(pk=person.pk).update(is_superuser=True, is_coordinator=False)

    assert browser.get(PAGES).status_code == 302
    assert not browser.get(PAGES).wsgi_request.user.is_superuser
