"""The cutting proxy: an HTTP/1.1 reverse proxy on loopback that can lose, delay and falsify on purpose.

It stands between us and one real server, in a thread of the test's process, and reads every request whole before
any of it goes on, so "reached the server" and "did not" are facts and not races. What it may do says
`rules.Rule`, what happened says `rules.Exchange`, and tests wait for events instead of sleeping. Each request goes
to the server on a connection of its own; the client's connection is kept alive as HTTP/1.1 asks.

Not for streams (answers are read to their end) and not for TLS.
"""

from __future__ import annotations

import asyncio
import fnmatch
import http
import json
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from tests.servers.controls import Controls
from tests.servers.rules import Event, Exchange, Journal, NeverHappened, Rule
from tests.servers.wire import Broken, Message, Wire

LOOPBACK = "127.0.0.1"
WAITERS = 64
START_SECONDS = 10.0

Result = TypeVar("Result")


class _Dropped(Exception):
    """A rule, or a release, wants this connection closed without an answer."""


class Proxy(Controls):
    """A running proxy in front of `upstream` (an http address). Enter it to start, leave it to stop.

    `url` is where clients go, `control_url` where `RemoteProxy` goes. `announced` is the address by which the server
    speaks of itself (a PDS writes it into identities): in JSON answers it becomes the proxy's, so that clients stay.
    Leaving drops whatever is still held.
    """

    url: str
    control_url: str

    def __init__(self, upstream: str, *, announced: str = "") -> None:
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname or LOOPBACK, parts.port or 80)
        self._announced = announced.encode()
        self._journal = Journal()
        self._held: dict[int, asyncio.Future[bool]] = {}
        self._open: set[asyncio.Task[None]] = set()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cutting-proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._started.wait(START_SECONDS):
            raise RuntimeError("The cutting proxy did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def add(self, rule: Rule) -> int:
        """Put a rule in force, behind those already there."""
        return self._journal.add(rule)

    def remove(self, number: int | None = None) -> None:
        """Take one rule away, or all; what is held already stays held."""
        self._journal.remove(number)

    def exchanges(self) -> list[Exchange]:
        """Every request that came whole so far, and what became of it."""
        return self._journal.exchanges()

    def release(self, number: int | None = None, *, drop: bool = False) -> int:
        """Let a held exchange go on (all of them without a number), or drop it; return how many were held."""
        return self._in_loop(self._release(number, drop))

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

        def fits(one: Exchange) -> bool:
            return (
                method in ("*", one.method)
                and fnmatch.fnmatchcase(one.path, path)
                and (not contains or contains.encode() in one.body)
            )

        return self._journal.wait_for(event, timeout, fits=fits, nth=nth)

    # The proxy's own thread

    def _run(self) -> None:
        asyncio.run(self._serve())

    def _in_loop(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        # A waiting control call occupies a thread; the default of six would let waiters block each other.
        self._loop.set_default_executor(ThreadPoolExecutor(WAITERS, thread_name_prefix="cutting-proxy-wait"))
        front = await asyncio.start_server(self._client, LOOPBACK, 0)
        control = await asyncio.start_server(self._control, LOOPBACK, 0)
        self.url = f"http://{LOOPBACK}:{front.sockets[0].getsockname()[1]}"
        self.control_url = f"http://{LOOPBACK}:{control.sockets[0].getsockname()[1]}"
        self._started.set()
        await self._over.wait()
        front.close()
        control.close()
        self._journal.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = Wire(reader, writer)
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            while (request := await wire.request()) is not None:
                if not await self._exchange(wire, request):
                    break
        except (Broken, ConnectionError, ValueError):
            pass
        except asyncio.CancelledError:
            wire.cut()  # The proxy ends: asyncio must not report the connections it closed on purpose.
        finally:
            writer.close()
            self._open.discard(task)

    async def _exchange(self, wire: Wire, request: Message) -> bool:
        """Carry one request through; return whether the client's connection can be used again."""
        headers = {name.lower(): value for name, value in request.fields}
        exchange, rule = self._journal.begin(request.first[0], request.first[1], headers, request.body)
        watch = asyncio.ensure_future(self._notice_leaving(wire, exchange))
        try:
            answer = await self._obey(rule, exchange, request)
        except (_Dropped, asyncio.CancelledError) as reason:
            self._journal.note(exchange, "dropped")
            wire.cut()
            if isinstance(reason, asyncio.CancelledError):
                raise
            return False
        finally:
            watch.cancel()
            await asyncio.wait([watch])
        if "client_gone" in exchange.events:
            return False
        return await self._send(wire, request, exchange, rule, answer)

    async def _notice_leaving(self, wire: Wire, exchange: Exchange) -> None:
        await wire.until_gone()
        self._journal.note(exchange, "client_gone")

    async def _obey(self, rule: Rule | None, exchange: Exchange, request: Message) -> Message:
        action = rule.action if rule is not None else ""
        if rule is not None and action == "drop_before":
            raise _Dropped
        if action == "hold_before":
            await self._hold(exchange, "held_before")
        if rule is not None and action == "delay" and rule.early:
            await asyncio.sleep(rule.seconds)
        if rule is not None and action == "status" and not rule.forward:
            return _made_up(rule)
        answer = await self._forward(exchange, request)
        if action == "drop_after":
            raise _Dropped
        if action == "hold":
            await self._hold(exchange, "held")
        if rule is not None and action == "delay" and not rule.early:
            await asyncio.sleep(rule.seconds)
        return _made_up(rule) if rule is not None and action == "status" else answer

    async def _forward(self, exchange: Exchange, request: Message) -> Message:
        try:
            reader, writer = await asyncio.open_connection(*self._upstream)
        except OSError:
            return Message(("HTTP/1.1", "502", "Bad Gateway"), (), b"the server behind the cutting proxy is not there")
        try:
            counted = bool(request.body) or request.first[0] in ("POST", "PUT", "PATCH")
            writer.write(request.encode(connection="close", counted=counted))
            await writer.drain()
            self._journal.note(exchange, "forwarded")
            answer = await Wire(reader, writer).answer(to=request.first[0])
        except (Broken, ConnectionError, ValueError) as error:
            raise _Dropped from error
        finally:
            writer.close()
        exchange.upstream_status = int(answer.first[1])
        self._journal.note(exchange, "acted")
        if self._announced and "json" in answer.field("content-type"):
            body = answer.body.replace(self._announced, self.url.encode())
            return Message(answer.first, answer.fields, body)
        return answer

    async def _send(self, wire: Wire, request: Message, exchange: Exchange, rule: Rule | None, answer: Message) -> bool:
        code = int(answer.first[1])
        bodiless = request.first[0] == "HEAD" or code in (204, 304)
        data = answer.encode(connection="" if request.stays_open else "close", counted=not bodiless)
        again = request.stays_open
        if rule is not None and rule.action == "truncate":
            data = data[: len(data) - len(answer.body) + rule.keep]
            again = False
        elif rule is not None and rule.raw:
            data = rule.raw.encode("latin-1")
            again = False
        exchange.status = code
        # Noted first: a client that has its answer must find it in the journal.
        self._journal.note(exchange, "answered")
        wire.writer.write(data)
        await wire.writer.drain()
        return again

    async def _hold(self, exchange: Exchange, event: Event) -> None:
        waiting: asyncio.Future[bool] = self._loop.create_future()
        self._held[exchange.number] = waiting
        self._journal.note(exchange, event)
        try:
            if not await waiting:
                raise _Dropped
        finally:
            del self._held[exchange.number]

    async def _release(self, number: int | None, drop: bool) -> int:
        chosen = [waiting for held, waiting in self._held.items() if number in (None, held) and not waiting.done()]
        for waiting in chosen:
            waiting.set_result(not drop)
        return len(chosen)

    # The control port

    async def _control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = Wire(reader, writer)
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            while (request := await wire.request()) is not None:
                code, told = await self._called(request)
                body = json.dumps(told).encode()
                answer = Message(("HTTP/1.1", str(code), ""), (("Content-Type", "application/json"),), body)
                writer.write(answer.encode())
                await writer.drain()
        except (Broken, ConnectionError, ValueError):
            pass
        except asyncio.CancelledError:
            wire.cut()
        finally:
            writer.close()
            self._open.discard(task)

    async def _called(self, request: Message) -> tuple[int, dict[str, Any]]:
        try:
            wanted = json.loads(request.body or b"{}")
            match request.first[1].strip("/"):
                case "add":
                    return 200, {"result": self.add(Rule(**wanted["rule"]))}
                case "remove":
                    self.remove(wanted["number"])
                    return 200, {"result": None}
                case "release":
                    return 200, {"result": await self._release(wanted["number"], wanted["drop"])}
                case "exchanges":
                    return 200, {"result": [one.as_json() for one in self.exchanges()]}
                case "wait_for":
                    found = await asyncio.to_thread(self.wait_for, **wanted)
                    return 200, {"result": found.as_json()}
        except NeverHappened as error:
            return 408, {"error": str(error)}
        except (ValueError, KeyError, TypeError) as error:
            return 400, {"error": f"{type(error).__name__}: {error}"}
        return 404, {"error": f"{request.first[1]} is not a call"}


def _made_up(rule: Rule) -> Message:
    """The answer that a `status` rule gives in the server's place."""
    phrase = http.HTTPStatus(rule.code).phrase if rule.code in http.HTTPStatus.__members__.values() else "Unnamed"
    return Message(("HTTP/1.1", str(rule.code), phrase), tuple(rule.headers.items()), rule.body.encode())
