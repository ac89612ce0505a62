"""Making and revoking the tokens with which programs come to the API, and knowing one again."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itac.campaign import auditing
from itac.campaign.inviting import hash_of
from itac.campaign.models import ApiToken, Organisation, Person, Program, Scope

PREFIX = "itac_"
LONGEST = timedelta(days=366)
# A write at each request would make every reader a writer.
NOTED_EVERY = timedelta(minutes=1)


class CannotMakeToken(Exception):
    """No token was made. `sentence` says why, and `field` what it is about."""

    def __init__(self, sentence: str | Promise, field: str = "") -> None:
        self.sentence, self.field = sentence, field
        super().__init__(str(sentence))


def make_token(
    actor: Person,
    *,
    organisation: Organisation,
    name: str,
    scopes: Collection[str],
    expires_at: datetime,
    now: datetime,
) -> tuple[ApiToken, str]:
    """A new token and its text, which nobody can read again. Raises `CannotMakeToken`; only coordinators make one."""
    if not actor.is_coordinator:
        raise CannotMakeToken(_("Only coordinators make tokens."))
    if not scopes or not set(scopes) <= set(Scope.values):
        raise CannotMakeToken(_("Choose at least one thing that the program may do."), "scopes")
    if not now < expires_at <= now + LONGEST:
        raise CannotMakeToken(_("Choose a last day between today and a year from now."), "last_day")
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        program = Program(
            email=f"{secrets.token_hex(8)}@program.invalid",
            name=name[:120],
            language=actor.language,
            zone=actor.zone,
            is_active=False,
        )
        program.set_unusable_password()
        program.save()
        token = ApiToken.objects.create(
            organisation=organisation,
            person=program,
            name=name,
            token_hash=hash_of(text),
            beginning=text[:12],
            scopes=[scope for scope in Scope.values if scope in scopes],
            made_by=actor,
            made_at=now,
            expires_at=expires_at,
        )
        auditing.record("token_made", actor=actor, organisation=organisation, now=now, about=token, scopes=token.scopes)
    return token, text


def revoke_token(actor: Person, token: ApiToken, *, now: datetime) -> bool:
    """From the next request on it lets nobody in. False where it was revoked already, or the actor may not."""
    if not actor.is_coordinator:
        return False
    with transaction.atomic():
        if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            return False
        auditing.record("token_revoked", actor=actor, organisation=token.organisation, now=now, about=token)
    return True


def token_of(text: str, *, now: datetime) -> ApiToken | None:
    """The token that this text is, if it lets a program in now."""
    return ApiToken.objects.open_at(now).select_related("organisation").filter(token_hash=hash_of(text)).first()


def note_use(token: ApiToken, *, now: datetime) -> None:
    """Keep when it was last used, to the minute."""
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


auditing.sentences(
    {
        "token_made": _("%(who)s made a token of the API: %(name)s."),
        "token_revoked": _("%(who)s revoked a token of the API: %(name)s."),
    }
)
