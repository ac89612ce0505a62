"""Ways in and ways that lead nowhere: languages, addresses, what an answer says of itself."""

from __future__ import annotations

import gzip
import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, path

from itac.campaign.models import Campaign, Person
from itac.website.tests import factories
from itac.website.tests.reader import LANGUAGES, SLUGS, every_page, read, words


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("es", "/es/"),
        ("es-EC,es;q=0.9,en;q=0.8", "/es/"),
        ("fr-CA,fr;q=0.9,es;q=0.5,en;q=0.3", "/es/"),
        ("en-GB", "/en/"),
        ("de,ja;q=0.8", "/en/"),
        ("", "/en/"),
        ("*", "/en/"),
        ("x" * 5000, "/en/"),
    ],
)
def test_the_root_sends_visitors_to_their_language(site: Campaign, asked: str, leads: str) -> None:
    response = Client().get("/", headers={"accept-language": asked})

    assert (response.status_code, response["Location"]) == (302, leads)
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize("address", ["/xx/", "/de/updates/", "/english/about/"])
def test_an_unknown_language_is_missing_and_the_page_helps_on(site: Campaign, address: str) -> None:
    response = Client().get(address, follow=True, headers={"accept-language": "es"})

    assert response.status_code == 404
    html = response.content.decode()
    assert 'lang="es"' in html
    assert "Esa página no existe" in html
    assert 'href="/es/"' in html


@pytest.mark.parametrize(("language", "heading"), [("en", "There is no such page"), ("es", "Esa página no existe")])
def test_a_missing_page_speaks_the_language_of_its_address(site: Campaign, language: str, heading: str) -> None:
    page = read(f"/{language}/nothing/here/", status=404, accept_language="en")

    assert words(page.one("h1")) == heading
    assert page.root.get("lang") == language
    reached = {each.get("href") for each in page.all("a")}
    assert {f"/{language}/", f"/{language}/updates/", f"/{language}/contact/"} <= reached


def test_an_address_without_language_leads_to_the_one_with_it(site: Campaign) -> None:
    response = Client().get("/members/", headers={"accept-language": "es"})

    assert (response.status_code, response["Location"]) == (302, "/es/members/")


def test_slugs_are_the_same_in_every_language(site: Campaign) -> None:
    by_language = {code: [page[4:] for page in every_page() if page.startswith(f"/{code}/")] for code in LANGUAGES}

    assert by_language["en"] == by_language["es"]
    assert sorted(by_language["en"]) == sorted(SLUGS)


def fall(request: HttpRequest) -> HttpResponse:
    """A view with a fault."""
    raise RuntimeError("secret detail")


def forbid(request: HttpRequest) -> HttpResponse:
    """A view that lets nobody in."""
    from django.core.exceptions import PermissionDenied

    raise PermissionDenied


@pytest.mark.parametrize(
    ("language", "broken", "shut"),
    [
        ("en", "Something broke on our side", "This page isn’t open to you"),
        ("es", "Algo falló de nuestro lado", "Esta página no está abierta para usted"),
    ],
)
def test_what_breaks_and_what_is_shut_says_so_in_the_readers_language(
    site: Campaign, monkeypatch: pytest.MonkeyPatch, language: str, broken: str, shut: str
) -> None:
    from django.urls import clear_url_caches

    extra = [path("falls/", fall), path("forbidden/", forbid)]
    urls = get_resolver().urlconf_module
    monkeypatch.setattr(urls, "urlpatterns", [*extra, *urls.urlpatterns])
    clear_url_caches()
    client = Client(raise_request_exception=False)
    try:
        fallen = read("/falls/", client=client, status=500, accept_language=language)
        forbidden = read("/forbidden/", client=client, status=403, accept_language=language)
    finally:
        monkeypatch.undo()
        clear_url_caches()

    assert words(fallen.one("h1")) == broken
    assert words(forbidden.one("h1")) == shut
    for page in (fallen, forbidden):
        assert page.root.get("lang") == language
        assert "secret detail" not in page.html
        assert page.meta("robots") == "noindex, nofollow"
        assert "no-store" in page.response.headers["Cache-Control"] or page is forbidden


def test_a_robot_or_person_without_a_campaign_finds_no_fault(db: None) -> None:
    assert Client().get("/en/updates/feed.rss").status_code == 404
    assert Client().get("/robots.txt").status_code == 200
    assert Client().get("/share/en/home.png").status_code == 404


def test_every_answer_may_be_kept_but_is_asked_about(site: Campaign) -> None:
    factories.posts(2)
    for address in (*every_page(), "/en/updates/feed.atom"):
        first = Client().get(address)
        again = Client().get(address, headers={"if-none-match": first["ETag"]})
        assert set(first["Cache-Control"].split(", ")) == {"no-cache", "public"}, address
        assert (again.status_code, again.content) == (304, b""), address
        assert not first.cookies, address
    new = factories.entry("New")
    changed = Client().get("/en/updates/", headers={"if-none-match": first["ETag"]})
    assert new.title in changed.content.decode()


def test_drawings_and_share_images_may_be_kept_for_a_while(site: Campaign) -> None:
    for address, seconds in (("/cloth/city-of-montreal.svg", 3600), ("/icon.svg", 3600), ("/share/en/home.png", 600)):
        response = Client().get(address)
        assert response["Cache-Control"] == f"public, max-age={seconds}"
        assert "script" not in response["Content-Security-Policy"].replace("script-src 'self'", "")
        assert "Accept-Language" not in response.get("Vary", ""), address
        assert Client().get(address, headers={"if-none-match": response["ETag"]}).status_code == 304, address


def test_what_a_person_of_the_studio_sees_of_the_site_is_what_everybody_sees(site: Campaign) -> None:
    somebody = Person.objects.create_user("somebody@example.org", name="Somebody", is_coordinator=True)
    client = Client()
    client.force_login(somebody)

    assert client.get("/en/about/").content == Client().get("/en/about/").content


def test_no_page_loads_or_runs_anything_that_isnt_ours(site: Campaign) -> None:
    for address in every_page():
        page = read(address)
        policy = dict(part.split(" ", 1) for part in page.response.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["img-src"] == policy["font-src"] == "'self'"
        assert policy["base-uri"] == "'none'"
        assert page.response.headers["X-Content-Type-Options"] == "nosniff"
        assert page.response.headers["Referrer-Policy"] == "same-origin"
        assert all(each.get("src", "").startswith("/static/") for each in page.all("script")), address
        assert not page.all("style"), address
        assert not [each for each in page.root.iter() if each.get("style") or each.get("onclick")], address
        for each in page.root.iter():
            if each.tag in {"img", "script", "iframe", "video", "source", "use"}:
                source = each.get("src") or each.get("href") or ""
                assert re.match(r"/(static|media|cloth)/", source), (address, source)


def test_only_safe_methods_reach_pages_that_take_nothing(site: Campaign) -> None:
    for address in ("/", "/en/", "/icon.svg", "/robots.txt", "/en/updates/feed.rss", "/healthz"):
        answer = Client(enforce_csrf_checks=True).post(address)
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD"), address


def test_texts_are_packed_for_whoever_can_unpack_them_but_no_page_with_a_token(site: Campaign) -> None:
    asked = {"accept-encoding": "gzip, br"}
    for address in ("/en/", "/en/updates/feed.rss", "/cloth/city-of-montreal.svg"):
        packed, plain = Client().get(address, headers=asked), Client().get(address)
        again = Client().get(address, headers={**asked, "if-none-match": packed["ETag"]})

        assert gzip.decompress(packed.content) == plain.content, address
        assert "Accept-Encoding" in packed["Vary"]
        assert (again.status_code, again.content) == (304, b"")
    assert not Client().get("/studio/login/", headers=asked).has_header("Content-Encoding")


@pytest.mark.parametrize(
    "address", ["/share/xx/home.png", "/share/en/nothing.png", "/share/en/updates/nothing.png", "/cloth/nobody.svg"]
)
def test_pictures_of_nothing_are_missing(site: Campaign, address: str) -> None:
    assert Client().get(address).status_code == 404
