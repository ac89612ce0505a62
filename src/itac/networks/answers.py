"""What each answer of a network to `publish` means: one table per network, by which its module judges.

`docs/reference/outcomes.md` is printed from these tables, and the tests send every row through a cutting proxy.

Sources, read 2026-11-24: Mastodon's documentation (client/intro, methods/statuses, api/rate-limits, entities/Error);
the AT Protocol's XRPC specification, the lexicon com.atproto.repo.putRecord and the reference server's code.
A server that fails (5xx) may have done its work before: only what is known not to have been accepted is called so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from itac.networks.lines import Missing
from itac.networks.protocol import Accepted, NeedsPerson, Outcome, Refused, TryLater, Unclear

Kind = type[Accepted] | type[TryLater] | type[Refused] | type[NeedsPerson] | type[Unclear]

# The state a delivery gets by an outcome. An unclear one is looked up on the network first where that can be asked.
STATES: dict[Kind, str] = {
    Accepted: "sent",
    TryLater: "planned",
    Refused: "failed",
    NeedsPerson: "failed",
    Unclear: "uncertain",
}
WORDS: dict[Kind, str] = {
    Accepted: "sent",
    TryLater: "planned (sent again later)",
    Refused: "failed",
    NeedsPerson: "failed, and the channel needs somebody",
    Unclear: "looked up; uncertain if that can't tell",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One answer and what is known by it.

    `when` is a status (or the first digit of all others of its hundred) or how the answer is missing. `error` is the
    name the network gives the error, or the meaning its module read from it. `how` says it in words.
    """

    when: int | Missing
    kind: Kind
    code: str = ""
    error: str = ""
    how: str = ""

    @property
    def state(self) -> str:
        """The delivery's state by it."""
        return STATES[self.kind]


_MISSING = (
    Row(when=Missing.NOT_SENT, kind=TryLater, code="server_unreachable", how="no connection, no such host"),
    Row(when=Missing.CUT, kind=Unclear, code="answer_lost", how="connection cut before the server acted"),
    Row(when=Missing.CUT, kind=Unclear, code="answer_lost", how="connection cut after the server acted"),
    Row(when=Missing.CUT, kind=Unclear, code="answer_lost", how="answer truncated"),
    Row(when=Missing.LATE, kind=Unclear, code="answer_late", how="answer delayed past the deadline"),
    Row(when=Missing.UNREADABLE, kind=Unclear, code="answer_unreadable", how="200 with something else in it"),
)

MASTODON: Sequence[Row] = (
    Row(when=200, kind=Accepted, how="posted, or posted before under this key"),
    Row(when=3, kind=NeedsPerson, code="server_moved", how="any redirect; never followed"),
    Row(when=400, kind=Refused, code="not_accepted"),
    Row(when=401, kind=NeedsPerson, code="token_refused"),
    Row(when=403, kind=NeedsPerson, code="not_allowed"),
    Row(when=404, kind=Refused, code="server_wrong"),
    Row(when=404, error="reply", kind=Refused, code="earlier_part_gone", how="a thread's earlier part is gone"),
    Row(when=404, error="answered", kind=Refused, code="answered_gone", how="what the post answers is gone"),
    Row(when=408, kind=Unclear, code="answer_late"),
    Row(when=410, kind=Refused, code="not_accepted"),
    Row(when=413, kind=Refused, code="too_large"),
    Row(when=422, kind=Refused, code="not_accepted"),
    Row(when=422, error="text", kind=Refused, code="text_too_long", how="over the server's limit"),
    Row(when=422, error="media", kind=Refused, code="image_gone", how="pictures unknown to the server (any more)"),
    Row(when=429, kind=TryLater, code="rate_limited", how="not before X-RateLimit-Reset or Retry-After"),
    Row(when=4, kind=Refused, code="not_accepted", how="any other of the 400s"),
    Row(when=500, kind=Unclear, code="server_error"),
    Row(when=502, kind=Unclear, code="server_error"),
    Row(when=503, kind=Unclear, code="server_error"),
    Row(when=504, kind=Unclear, code="server_error"),
    Row(when=5, kind=Unclear, code="server_error", how="any other of the 500s"),
    *_MISSING,
)

BLUESKY: Sequence[Row] = (
    Row(when=200, kind=Accepted, how="written, or the same record was there"),
    Row(when=3, kind=NeedsPerson, code="server_moved", how="any redirect; never followed"),
    Row(when=400, kind=Refused, code="not_accepted"),
    Row(when=400, error="InvalidRequest", kind=Refused, code="not_accepted"),
    Row(when=400, error="InvalidSwap", kind=Refused, code="key_taken", how="another record is there; the same: sent"),
    Row(when=400, error="BlobNotFound", kind=Refused, code="image_gone"),
    Row(when=400, error="ExpiredToken", kind=TryLater, code="token_expired", how="and again after a new token"),
    Row(when=400, error="InvalidToken", kind=NeedsPerson, code="token_refused", how="and again after a new log-in"),
    Row(when=400, error="AccountTakedown", kind=NeedsPerson, code="account_closed"),
    Row(when=400, error="AccountDeactivated", kind=NeedsPerson, code="account_closed"),
    Row(when=400, error="RepoTakendown", kind=NeedsPerson, code="account_closed"),
    Row(when=400, error="RepoDeactivated", kind=NeedsPerson, code="account_closed"),
    Row(when=400, error="RateLimitExceeded", kind=TryLater, code="rate_limited"),
    Row(when=401, kind=NeedsPerson, code="token_refused"),
    Row(when=401, error="ExpiredToken", kind=TryLater, code="token_expired", how="and again after a new token"),
    Row(when=401, error="AccountTakedown", kind=NeedsPerson, code="account_closed"),
    Row(when=401, error="AccountDeactivated", kind=NeedsPerson, code="account_closed"),
    Row(when=403, kind=NeedsPerson, code="not_allowed"),
    Row(when=404, kind=NeedsPerson, code="server_wrong", how="no such method: not a personal data server"),
    Row(when=408, kind=Unclear, code="answer_late"),
    Row(when=413, kind=Refused, code="too_large"),
    Row(when=429, kind=TryLater, code="rate_limited", how="not before RateLimit-Reset or Retry-After"),
    Row(when=4, kind=Refused, code="not_accepted", how="any other of the 400s"),
    Row(when=500, kind=Unclear, code="server_error"),
    Row(when=501, kind=NeedsPerson, code="server_wrong", how="no such method"),
    Row(when=502, kind=Unclear, code="server_error"),
    Row(when=503, kind=Unclear, code="server_error"),
    Row(when=504, kind=Unclear, code="server_error"),
    Row(when=5, kind=Unclear, code="server_error", how="any other of the 500s"),
    *_MISSING,
)

WEBSITE: Sequence[Row] = (
    Row(when=200, kind=Accepted, how="the entry is written, or was there under this key"),
    Row(when=503, kind=TryLater, code="database_busy", how="the database took nothing, and no entry is there"),
    Row(when=400, kind=Refused, code="not_accepted", how="the database can't hold this value"),
    Row(when=500, kind=Unclear, code="database_error", how="the database can't be asked what it kept"),
)

TABLES = {"mastodon": MASTODON, "bluesky": BLUESKY, "website": WEBSITE}
TITLES = {"mastodon": "Mastodon", "bluesky": "Bluesky", "website": "Website"}


def row_for(table: Sequence[Row], when: int | Missing, error: str = "") -> Row:
    """The row an answer falls under: its status with this error, its status, or its hundred. Never none."""
    by_key = {(row.when, row.error): row for row in table}
    hundred = when // 100 if isinstance(when, int) else when
    for key in ((when, error), (when, ""), (hundred, "")):
        if key in by_key:
            return by_key[key]
    return Row(when=Missing.UNREADABLE, kind=Unclear, code="answer_unreadable")


def judge(table: Sequence[Row], when: int | Missing, error: str = "", *, after_seconds: float | None = None) -> Outcome:
    """The outcome by the table. What was accepted is told by the network's module, which knows its name there."""
    row = row_for(table, when, error)
    if row.kind is TryLater:
        return TryLater(code=row.code, after_seconds=after_seconds)
    if row.kind is Refused:
        return Refused(code=row.code)
    if row.kind is NeedsPerson:
        return NeedsPerson(code=row.code)
    return Unclear(code=row.code or "answer_unreadable")


def as_markdown() -> str:
    """The tables as the page docs/reference/outcomes.md."""
    lines = [
        "# What each answer of a network means",
        "",
        "Printed from `itac.networks.answers` (`itac channel outcomes`); the tests send every row through a proxy.",
        "",
    ]
    for name, table in TABLES.items():
        lines += [f"## {TITLES[name]}", ""]
        lines += ["| answer | error | outcome | code | the delivery is then |", "|---|---|---|---|---|"]
        lines += [_line(row) for row in table]
        lines.append("")
    return "\n".join(lines)


def _line(row: Row) -> str:
    when = row.when.value.replace("_", " ") if isinstance(row.when, Missing) else str(row.when)
    answer = f"{row.when}xx" if isinstance(row.when, int) and row.when < 10 else when
    said = f"{answer}: {row.how}" if row.how else answer
    return f"| {said} | {row.error} | {row.kind.__name__} | {f'`{row.code}`' if row.code else ''} | {WORDS[row.kind]} |"
