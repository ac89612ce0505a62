"""The handle by which a test holds the cutting proxy: the same one in its own process and from another.

with Proxy(server.url) as proxy:
    proxy.drop_after(method="POST", path="/api/v1/statuses")       # in the test's process
    RemoteProxy(proxy.control_url).wait_for("dropped", timeout=5)  # in a worker's
"""

from __future__ import annotations

import abc
import dataclasses
from types import TracebackType
from typing import Any, Self

import httpx

from tests.servers.rules import Event, Exchange, NeverHappened, Rule

MARGIN_SECONDS = 10.0


class Controls(abc.ABC):
    """What can be asked of a proxy. Each method that adds a rule returns the rule's number."""

    @abc.abstractmethod
    def add(self, rule: Rule) -> int:
        """Put a rule in force, behind those already there."""

    @abc.abstractmethod
    def remove(self, number: int | None = None) -> None:
        """Take one rule away, or all; what is held already stays held."""

    @abc.abstractmethod
    def release(self, number: int | None = None, *, drop: bool = False) -> int:
        """Let a held exchange go on (all of them without a number), or drop it; return how many were held."""

    @abc.abstractmethod
    def exchanges(self) -> list[Exchange]:
        """Every request that came whole so far, and what became of it."""

    @abc.abstractmethod
    def wait_for(
        self,
        event: Event,
        timeout: float = 10.0,
        *,
        method: str = "*",
        path: str = "*",
        contains: str = "",
        nth: int = 1,
    ) -> Exchange:
        """The nth fitting exchange to which `event` has happened, also earlier; raises `NeverHappened` in the end."""

    def drop_before(self, method: str = "*", path: str = "*", **more: Any) -> int:
        """Close the connection before the request reaches the server."""
        return self.add(Rule("drop_before", method, path, **more))

    def drop_after(self, method: str = "*", path: str = "*", **more: Any) -> int:
        """Let the server act, then close the connection without its answer."""
        return self.add(Rule("drop_after", method, path, **more))

    def delay(self, seconds: float, method: str = "*", path: str = "*", **more: Any) -> int:
        """Let the server act and its answer wait; with `early=True` the request waits before it goes on."""
        return self.add(Rule("delay", method, path, seconds=seconds, **more))

    def truncate(self, keep: int, method: str = "*", path: str = "*", **more: Any) -> int:
        """Let the server act; of the answer's body only the first `keep` bytes arrive."""
        return self.add(Rule("truncate", method, path, keep=keep, **more))

    def status(self, code: int, method: str = "*", path: str = "*", **more: Any) -> int:
        """Answer with this code, `headers` and `body`; the server hears nothing of it unless `forward=True`."""
        return self.add(Rule("status", method, path, code=code, **more))

    def garbage(self, raw: str, method: str = "*", path: str = "*", **more: Any) -> int:
        """Answer with bytes that are not HTTP; the server hears nothing of it unless `forward=True`."""
        return self.add(Rule("status", method, path, raw=raw, **more))

    def hold(self, method: str = "*", path: str = "*", **more: Any) -> int:
        """Let the server act and keep its answer until released; wait for *held* to know that it is so far."""
        return self.add(Rule("hold", method, path, **more))

    def hold_before(self, method: str = "*", path: str = "*", **more: Any) -> int:
        """Keep the whole request from the server until released; wait for *held_before*."""
        return self.add(Rule("hold_before", method, path, **more))


class RemoteProxy(Controls):
    """The handle from another process, by the proxy's control address."""

    def __init__(self, control_url: str) -> None:
        self._client = httpx.Client(base_url=control_url, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def add(self, rule: Rule) -> int:
        """Put a rule in force, behind those already there."""
        return int(self._ask("add", rule=dataclasses.asdict(rule)))

    def remove(self, number: int | None = None) -> None:
        """Take one rule away, or all; what is held already stays held."""
        self._ask("remove", number=number)

    def release(self, number: int | None = None, *, drop: bool = False) -> int:
        """Let a held exchange go on (all of them without a number), or drop it; return how many were held."""
        return int(self._ask("release", number=number, drop=drop))

    def exchanges(self) -> list[Exchange]:
        """Every request that came whole so far, and what became of it."""
        return [Exchange.from_json(told) for told in self._ask("exchanges")]

    def wait_for(
        self,
        event: Event,
        timeout: float = 10.0,
        *,
        method: str = "*",
        path: str = "*",
        contains: str = "",
        nth: int = 1,
    ) -> Exchange:
        """The nth fitting exchange to which `event` has happened, also earlier; raises `NeverHappened` in the end."""
        wanted = {"event": event, "timeout": timeout, "method": method, "path": path, "contains": contains, "nth": nth}
        return Exchange.from_json(self._ask("wait_for", **wanted))

    def _ask(self, call: str, **arguments: Any) -> Any:
        patience = arguments.get("timeout", 0.0) + MARGIN_SECONDS
        answer = self._client.post(f"/{call}", json=arguments, timeout=patience)
        if answer.status_code == 408:
            raise NeverHappened(answer.json()["error"])
        return answer.raise_for_status().json()["result"]
