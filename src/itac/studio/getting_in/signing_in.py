"""Signing in: one form with e-mail and password, or a code and a link by mail."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import cast

from django.contrib.auth import get_user, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from itac.campaign import entering
from itac.campaign.models import EntryCode, Person
from itac.campaign.staying import mark_of
from itac.core import clock
from itac.studio.answering import Mistake, moment_of
from itac.studio.getting_in.frame import at_the_door, door, link_to, network_address, onward

BACKEND = "itac.campaign.backends.RoleBackend"
ASKED, BY_MAIL = "entry_code", "entered_by_mail_at"
FRESH = timedelta(minutes=15)
TOO_MANY = 429
# How long asking for a code takes at least. Writing the mail for an address that is known takes some hundredths of a
# second more than finding that nobody has it; whoever measures that would learn who is here.
ASKING_SECONDS = 0.25


def let_in(request: HttpRequest, person: Person, *, remember: bool = True, by_mail: bool = False) -> None:
    """From here on this browser is the person's."""
    request.session.pop(ASKED, None)
    login(request, person, backend=BACKEND)
    if not remember:
        request.session.set_expiry(0)
    if by_mail:
        request.session[BY_MAIL] = moment_of(request).timestamp()
    else:
        request.session.pop(BY_MAIL, None)


def came_by_mail(request: HttpRequest) -> bool:
    """Whether this browser got in by a code or link within the last quarter of an hour."""
    at = request.session.get(BY_MAIL)
    return at is not None and clock.now().timestamp() - float(at) < FRESH.total_seconds()


def _wait() -> Mistake:
    return Mistake(
        "",
        _(
            "There were too many tries. Nothing was looked at this time. Wait 15 minutes, then try again; or choose the"
            " other way, a password or a code by mail."
        ),
    )


@at_the_door
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The one form."""
    inside = get_user(request)
    if request.method != "POST":
        if isinstance(inside, Person) and inside.is_staff:
            return onward(request)
        mistakes = [_nothing_to_do()] if isinstance(inside, Person) else []
        return _form(request, "", mistakes)
    email, password = request.POST.get("username", "").strip(), request.POST.get("password", "")
    if not email or not password:
        missing = Mistake(
            "id_username" if not email else "id_password", _("Write your e-mail address and your password.")
        )
        return _form(request, email, [missing])
    try:
        person = entering.enter_by_password(
            email, password, address=network_address(request), now=moment_of(request), mark=mark_of(request)
        )
    except entering.TooManyTries:
        return _form(request, email, [_wait()], status=TOO_MANY)
    except entering.NoEntry:
        wrong = _("The e-mail address or the password isn't right. Try again, or have a code sent to you by mail.")
        return _form(request, email, [Mistake("id_password", wrong)])
    if not person.is_staff:
        return _form(request, email, [_nothing_to_do()])
    let_in(request, person, remember=bool(request.POST.get("remember")))
    return onward(request)


def _nothing_to_do() -> Mistake:
    return Mistake(
        "", _("You have no duty in this campaign at present. Ask a coordinator for one, then sign in again.")
    )


def _form(request: HttpRequest, email: str, mistakes: list[Mistake], *, status: int = 200) -> HttpResponse:
    context = {"email": email, "remember": request.method != "POST" or bool(request.POST.get("remember"))}
    return door(request, "getting_in/sign_in.html", context, title=_("Sign in"), mistakes=mistakes, status=status)


@at_the_door
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_code(request: HttpRequest, *, sets_password: bool = False) -> HttpResponse:
    """Have a code and a link sent. What comes next is the same whether anybody has this address."""
    title = _("Choose a new password") if sets_password else _("Have a code sent")
    context = {"sets_password": sets_password, "email": request.POST.get("email", "").strip()}
    page = "getting_in/ask_for_code.html"
    if request.method != "POST":
        return door(request, page, context, title=title)
    email, begun = str(context["email"]), time.monotonic()
    if "@" not in email:
        mistake = Mistake("id_email", _("Write your e-mail address, such as name@example.org."))
        return door(request, page, context, title=title, mistakes=[mistake])
    try:
        asked = entering.ask_for_code(
            email,
            link=link_to("studio_entry_link"),
            language=translation.get_language() or "en",
            address=network_address(request),
            now=moment_of(request),
            sets_password=sets_password,
            mark=mark_of(request),
            instead_of=request.session.get(ASKED, 0),
        )
    except entering.TooManyTries:
        return door(request, page, context, title=title, mistakes=[_wait()], status=TOO_MANY)
    time.sleep(max(0.0, ASKING_SECONDS - (time.monotonic() - begun)))
    request.session[ASKED] = asked.code_id
    query = request.POST.get("next", "")
    there = reverse("studio_entry_code")
    if query:
        there = f"{there}?{urlencode({'next': query})}"
    return HttpResponseRedirect(there)


@at_the_door
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Type the code that was sent to this browser's person."""
    title, page = _("Your code"), "getting_in/enter_code.html"
    if ASKED not in request.session:
        return HttpResponseRedirect(reverse("studio_ask_for_code"))
    if request.method != "POST":
        return door(request, page, {}, title=title)
    code = "".join(sign for sign in request.POST.get("code", "") if sign.isdecimal())
    try:
        entered = entering.enter_by_code(
            cast("int", request.session[ASKED]), code, address=network_address(request), now=moment_of(request)
        )
    except entering.TooManyTries:
        return door(request, page, {}, title=title, mistakes=[_wait()], status=TOO_MANY)
    except entering.NoEntry:
        wrong = _(
            "This code doesn't let you in. Look at the newest mail and type its six digits. A code works once, for ten"
            " minutes, and for five tries; after that have a new one sent."
        )
        return door(request, page, {}, title=title, mistakes=[Mistake("id_code", wrong)])
    return _enter(request, entered)


@at_the_door
@require_http_methods(["GET", "HEAD", "POST"])
def enter_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a link from a mail. Opening it changes nothing: mail programs open links too. Its button signs in."""
    title = _("Sign in")
    try:
        if request.method == "POST":
            return _enter(request, entering.enter_by_link(token, now=moment_of(request)))
        found = entering.code_of_link(token, now=moment_of(request))
    except entering.NoEntry:
        return door(request, "getting_in/link_is_over.html", {}, title=_("This link doesn't let you in"), status=410)
    return door(request, "getting_in/enter_link.html", {"person": found.person}, title=title)


def _enter(request: HttpRequest, entered: EntryCode) -> HttpResponse:
    if not entered.person.is_staff:
        return _form(request, entered.person.email, [_nothing_to_do()])
    let_in(request, entered.person, by_mail=True)
    return HttpResponseRedirect(reverse("studio_password")) if entered.sets_password else onward(request)


@at_the_door
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends this browser's session by a button. Opening the address ends nothing: any page could make browsers do it."""
    if request.method == "POST":
        logout(request)
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("wagtailadmin_login"))
    return door(request, "getting_in/sign_out.html", {"person": request.user}, title=_("Sign out"))
