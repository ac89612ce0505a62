"""What the cutting proxy may do to a request, and its journal of what happened to each one.

Nothing here touches a socket. The journal is shared by the proxy's own thread, which writes it, and by tests,
which wait on it instead of sleeping.
"""

from __future__ import annotations

import fnmatch
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Action = Literal["drop_before", "drop_after", "delay", "truncate", "status", "hold", "hold_before"]
ACTIONS: tuple[Action, ...] = ("drop_before", "drop_after", "delay", "truncate", "status", "hold", "hold_before")

Event = Literal["received", "held_before", "forwarded", "acted", "held", "answered", "dropped", "client_gone"]


class NeverHappened(AssertionError):
    """What a test waited for did not come in time; the message lists what did."""


@dataclass
class Rule:
    """One thing to do to chosen requests.

    A request is chosen when its method and its path (without the query; `*` and `?` as in file names) fit and,
    where `contains` is given, when that text stands in its body. A rule counts the requests it chooses from when it
    was added, without those that a rule added earlier acted on, and fires for the `nth` and those after it: `times`
    of them in all (None: without end). So two rules alike act on one request each.

    - `drop_before`: the connection is closed before the request reaches the server.
    - `drop_after`: the server acts, its answer is thrown away and the connection closed.
    - `delay`: `seconds` pass before the answer goes out (with `early`, before the request goes on).
    - `truncate`: the server acts; the answer's head promises the whole body, `keep` bytes of it come, then an end.
    - `status`: `code`, `headers` and `body` answer instead (or `raw`, sent as it is: not even HTTP); the server acts
      first only with `forward`.
    - `hold`: the server acts; the answer waits until released.
    - `hold_before`: the request is fully here and not forwarded until released, even when its sender has died.
    """

    action: Action
    method: str = "*"
    path: str = "*"
    nth: int = 1
    times: int | None = 1
    contains: str = ""
    seconds: float = 0.0
    early: bool = False
    keep: int = 0
    code: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    raw: str = ""
    forward: bool = False
    number: int = 0
    seen: int = 0
    fired: int = 0

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise ValueError(f"{self.action!r} is not one of {', '.join(ACTIONS)}")
        if self.nth < 1:
            raise ValueError("Requests are counted from 1")

    def chooses(self, exchange: Exchange) -> bool:
        """Whether this rule counts the request, whether or not it fires."""
        return (
            self.method in ("*", exchange.method)
            and fnmatch.fnmatchcase(exchange.path, self.path)
            and (not self.contains or self.contains.encode() in exchange.body)
        )

    def fires(self) -> bool:
        """Count one chosen request; say whether it is among those to act on."""
        self.seen += 1
        return self.seen >= self.nth and (self.times is None or self.seen < self.nth + self.times)


@dataclass
class Exchange:
    """One request that reached the proxy whole, and how far it and its answer came.

    `events` maps each event that happened to the time (`time.time()`): *received* whole; *held_before* it was
    forwarded; *forwarded*, all its bytes handed to the server; *acted*, the server's whole answer read; *held*
    after that; *answered*, an answer is being handed to the client's connection; *dropped* by a rule or by
    the proxy's end; *client_gone*, the client closed its side before it was answered.
    """

    number: int
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    events: dict[str, float] = field(default_factory=dict)
    status: int | None = None
    upstream_status: int | None = None
    rule: str = ""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def forwarded(self) -> bool:
        """Whether the whole request was handed to the server."""
        return "forwarded" in self.events

    @property
    def acted(self) -> bool:
        """Whether the server answered, so has done what it was asked."""
        return "acted" in self.events

    @property
    def answered(self) -> bool:
        """Whether an answer (the server's or a rule's, whole or truncated) went to the client's connection."""
        return "answered" in self.events

    def as_json(self) -> dict[str, Any]:
        """Everything but the body's bytes beyond text, for the control port."""
        return {
            "number": self.number,
            "method": self.method,
            "target": self.target,
            "headers": self.headers,
            "body": self.body.decode("latin-1"),
            "events": self.events,
            "status": self.status,
            "upstream_status": self.upstream_status,
            "rule": self.rule,
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Exchange:
        """What `as_json` told, back again."""
        return cls(**{**told, "body": told["body"].encode("latin-1")})


class Journal:
    """The rules in force and every exchange so far, safe to use from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rules: list[Rule] = []
        self._exchanges: list[Exchange] = []
        self._rules_made = 0
        self._closed = False

    def add(self, rule: Rule) -> int:
        """Put a rule behind the others; return its number, by which it can be taken away."""
        with self._changed:
            self._rules_made += 1
            rule.number = self._rules_made
            self._rules.append(rule)
            return rule.number

    def remove(self, number: int | None = None) -> None:
        """Take one rule away, or all of them."""
        with self._changed:
            self._rules = [rule for rule in self._rules if number is not None and rule.number != number]

    def begin(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[Exchange, Rule | None]:
        """Note a request that is whole; return it with the rule that fires for it, if one does."""
        with self._changed:
            exchange = Exchange(len(self._exchanges) + 1, method, target, headers, body)
            self._exchanges.append(exchange)
            rule = next((rule for rule in self._rules if rule.chooses(exchange) and rule.fires()), None)
            if rule is not None:
                rule.fired += 1
                exchange.rule = rule.action
            exchange.events["received"] = time.time()
            self._changed.notify_all()
            return exchange, rule

    def close(self) -> None:
        """Nothing more will happen: whoever still waits gets `NeverHappened` now."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def note(self, exchange: Exchange, event: Event) -> None:
        """Write an event down and wake whoever waits for it. The first time counts."""
        with self._changed:
            exchange.events.setdefault(event, time.time())
            self._changed.notify_all()

    def exchanges(self) -> list[Exchange]:
        """Every exchange so far, in the order in which the requests were whole."""
        with self._changed:
            return list(self._exchanges)

    def wait_for(self, event: Event, timeout: float, *, fits: Callable[[Exchange], bool], nth: int = 1) -> Exchange:
        """The nth fitting exchange to which the event has happened; waits, then raises `NeverHappened`."""
        with self._changed:
            found: list[Exchange] = []

            def there() -> bool:
                found[:] = [one for one in self._exchanges if event in one.events and fits(one)]
                return self._closed or len(found) >= nth

            if not self._changed.wait_for(there, timeout) or len(found) < nth:
                story = "; ".join(
                    f"{one.number} {one.method} {one.target} {list(one.events)}" for one in self._exchanges
                )
                raise NeverHappened(
                    f"No {event} (the {nth}. wanted) within {timeout} s. Happened: {story or 'nothing'}"
                )
            return found[nth - 1]
