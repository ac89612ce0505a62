"""HTTP/1.1 on a socket, as little as the cutting proxy needs: whole requests in, whole answers out.

Framing follows RFC 9112: a body is counted, chunked, or (answers only) lasts until the connection ends. Bodies
are kept whole in memory and sent on counted. No pipelining and no streaming: an endless answer never comes out.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

READ_BYTES = 65536
MAX_HEAD_BYTES = 65536
# Named by RFC 9110 7.6.1 as meant for one connection only, plus the two that say how long a body is.
NOT_PASSED_ON = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "content-length",
        "expect",
    }
)


class Broken(Exception):
    """The other side left in the middle of a message, or sent something that is not HTTP/1.1."""


@dataclass(frozen=True)
class Message:
    """One request or answer: its first line in three words, its header fields in order, its body without framing."""

    first: tuple[str, str, str]
    fields: tuple[tuple[str, str], ...]
    body: bytes

    def field(self, name: str) -> str:
        """The value of a header field (the last one of that name), or an empty string."""
        return next((value for key, value in reversed(self.fields) if key.lower() == name), "")

    @property
    def stays_open(self) -> bool:
        """Whether the sender of this request means to use the connection again."""
        words = self.field("connection").lower()
        return "close" not in words and (self.first[2] != "HTTP/1.0" or "keep-alive" in words)

    def encode(self, *, connection: str = "", counted: bool = True) -> bytes:
        """The bytes for the next hop: its own framing, everything else as it came."""
        lines = [" ".join(self.first)]
        lines += [f"{name}: {value}" for name, value in self.fields if name.lower() not in NOT_PASSED_ON]
        if counted:
            lines.append(f"Content-Length: {len(self.body)}")
        if connection:
            lines.append(f"Connection: {connection}")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


class Wire:
    """One side of a connection, with a buffer of what arrived and was not read yet."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self._buffer = bytearray()
        self._ended = False

    async def request(self) -> Message | None:
        """The next whole request, or None when the client left between two of them. Raises `Broken`."""
        if not self._buffer and not await self._fill():
            return None
        first, fields = await self._head()
        if len(first) != 3:
            raise Broken("a request line has three words")
        if {name.lower(): value for name, value in fields}.get("expect", "").lower() == "100-continue":
            self.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await self._body(fields, until_end=False)
        return Message((first[0], first[1], first[2]), fields, body)

    async def answer(self, *, to: str) -> Message:
        """The whole answer to a request made with method `to`; interim answers are passed over. Raises `Broken`."""
        while True:
            first, fields = await self._head()
            if len(first) < 2 or not first[1].isdigit():
                raise Broken("a status line needs a code")
            reason = first[2] if len(first) > 2 else ""
            status = int(first[1])
            if 100 <= status < 200:
                continue
            bodiless = to == "HEAD" or status in (204, 304)
            body = b"" if bodiless else await self._body(fields, until_end=True)
            return Message((first[0], first[1], reason), fields, body)

    async def until_gone(self) -> None:
        """Return when the other side has closed the connection; what it still sends meanwhile is kept for later."""
        while await self._fill():
            pass

    def cut(self) -> None:
        """Close at once, without a goodbye."""
        self.writer.transport.abort()

    async def _fill(self) -> bool:
        if self._ended:
            return False
        try:
            piece = await self._reader.read(READ_BYTES)
        except ConnectionError:
            piece = b""
        self._ended = not piece
        self._buffer += piece
        return not self._ended

    async def _line_end(self) -> int:
        while (at := self._buffer.find(b"\r\n")) < 0:
            if not await self._fill():
                raise Broken("the connection ended in the middle of a line")
        return at

    async def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            if not await self._fill():
                raise Broken("the connection ended in the middle of a body")
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    async def _head(self) -> tuple[list[str], tuple[tuple[str, str], ...]]:
        while (at := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > MAX_HEAD_BYTES or not await self._fill():
                raise Broken("the connection ended in the middle of a head")
        head = (await self._take(at + 4))[:-4].decode("latin-1")
        first, *rest = head.split("\r\n")
        fields = []
        for line in rest:
            name, colon, value = line.partition(":")
            if not colon:
                raise Broken("a header field needs a colon")
            fields.append((name, value.strip()))
        return first.split(" ", 2), tuple(fields)

    async def _body(self, fields: tuple[tuple[str, str], ...], *, until_end: bool) -> bytes:
        known = {name.lower(): value for name, value in fields}
        if "chunked" in known.get("transfer-encoding", "").lower():
            return await self._chunks()
        if "content-length" in known:
            return await self._take(int(known["content-length"]))
        if not until_end:
            return b""
        await self.until_gone()
        return await self._take(len(self._buffer))

    async def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            line = await self._take(await self._line_end() + 2)
            size = int(line.split(b";")[0], 16)
            if not size:
                break
            body += (await self._take(size + 2))[:-2]
        while await self._take(await self._line_end() + 2) != b"\r\n":
            pass
        return bytes(body)
