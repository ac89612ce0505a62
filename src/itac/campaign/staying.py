"""Where a person is signed in: a row for each browser, which they see and can end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest
from django.urls import reverse

from itac.campaign import entering
from itac.campaign.models import Person, SignedIn
from itac.core import clock

SEEN_EVERY = timedelta(minutes=10)
KNOWN = "known_browser"  # the cookie by which a browser is known again after its session has ended
# As browsers call themselves, the particular before the general: each also claims to be an older one.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("FxiOS", "Firefox"),
            ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("Mac OS", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


def device_of(agent: str) -> str:
    """`Firefox, Android`: enough for a person to know it again, and no more. "" for a browser nobody knows."""
    found = (next((name for mark, name in table if mark in agent), "") for table in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in found if name)


def still_open(person: Person, *, now: datetime) -> list[SignedIn]:
    """The person's sessions, the latest used first. Those that have run out are forgotten."""
    since = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    SignedIn.objects.filter(seen_at__lt=since).delete()
    store = _sessions()()
    # A session gets another key when its password changes; what stands under the old one opens nothing any more.
    dead = [row.pk for row in person.signed_in.all() if not store.exists(row.session_key)]
    SignedIn.objects.filter(pk__in=dead).delete()
    return list(person.signed_in.all())


def end_session(person: Person, signed_in_id: int) -> bool:
    """That browser is signed out from its next request on; False where it isn't one of this person's."""
    row = person.signed_in.filter(pk=signed_in_id).first()
    if row is None:
        return False
    _sessions()(row.session_key).delete()
    row.delete()
    return True


def end_others(person: Person, *, but: str | None) -> int:
    """Sign out every browser of this person except the one with that session key. How many there were."""
    others = list(person.signed_in.exclude(session_key=but or "-"))
    for row in others:
        end_session(person, row.pk)
    return len(others)


class SeenMiddleware:
    """Notes, at most every ten minutes, that a browser is still used; a session without a row gets one.

    The browser gets a mark of the person (`entering.mark_for`), which stays when they sign out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        """Answer, then note: a page doesn't wait for it."""
        response = self.get_response(request)
        session = getattr(request, "session", None)
        # Not asked where the page didn't: who a visitor is stays unknown on public pages.
        if session is None or not session.accessed or not session.session_key:
            return response
        person = request.user
        if isinstance(person, Person):
            note(person, session.session_key, request, now=clock.now())
            if not entering.is_marked_for(person, mark_of(request)):
                _mark(response, person)
        return response


def mark_of(request: HttpRequest) -> str:
    """The mark that a browser brings; "" for none."""
    return request.COOKIES.get(KNOWN, "")


def _mark(response: Any, person: Person) -> None:
    response.set_cookie(
        KNOWN,
        entering.mark_for(person),
        max_age=timedelta(days=entering.KNOWN_DAYS),
        path=reverse("wagtailadmin_home"),
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )


def note(person: Person, key: str, request: HttpRequest, *, now: datetime) -> None:
    """This browser is used now."""
    row = SignedIn.objects.filter(session_key=key).first()
    if row is None:
        device = device_of(request.headers.get("User-Agent", ""))[:80]
        facts = {"person": person, "device": device, "began_at": now, "seen_at": now}
        SignedIn.objects.get_or_create(session_key=key, defaults=facts)
    elif now - row.seen_at > SEEN_EVERY:
        SignedIn.objects.filter(pk=row.pk).update(seen_at=now)


def _sessions() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


def _gone(sender: Any, request: HttpRequest, user: Any, **_facts: Any) -> None:
    key = request.session.session_key if hasattr(request, "session") else None
    SignedIn.objects.filter(session_key=key or "-").delete()


user_logged_out.connect(_gone, dispatch_uid="campaign.staying.gone")
