"""One child process that says on its first line of output that it is ready.

Every server here is started the same way: the child binds a free port of the loopback interface, prints one
line of JSON, and ends on SIGTERM or when its standard input closes, so a killed test run leaves none behind.
"""

from __future__ import annotations

import collections
import json
import os
import select
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

STOP_SECONDS = 10.0
KEPT_LINES = 60


class DidNotStart(RuntimeError):
    """The child ended, or said nothing, before it was ready; the message carries its last lines."""


class Child:
    """A running server process and the line with which it announced itself.

    `announced` holds that line as a dictionary. Everything the child says later is read (a full pipe would
    stop it) and the last lines are kept in `said`. Use as a context manager, or call `stop`.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str] | None = None,
        seconds: float = 60.0,
    ) -> None:
        """Start `command` and wait for its line; raise `DidNotStart` after `seconds`, with nothing left running."""
        self.said: collections.deque[str] = collections.deque(maxlen=KEPT_LINES)
        self._process = subprocess.Popen(
            list(command),
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            self.announced = self._wait_until_ready(time.monotonic() + seconds)
        except BaseException:
            self.stop()
            raise
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the child has not ended yet."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the child: by request first, by force after ten seconds. Does nothing the second time."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        if self.running:
            self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _wait_until_ready(self, deadline: float) -> dict[str, Any]:
        pending = b""
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._output], [], [], left)[0]:
                raise DidNotStart(f"{self._process.args!r} was not ready in time:\n" + "\n".join(self.said))
            piece = os.read(self._output.fileno(), 65536)
            if not piece:
                raise DidNotStart(f"{self._process.args!r} ended before it was ready:\n" + "\n".join(self.said))
            *lines, pending = (pending + piece).split(b"\n")
            for line in lines:
                text = line.decode(errors="replace")
                self.said.append(text)
                if text.startswith('{"ready"'):
                    announced: dict[str, Any] = json.loads(text)
                    return announced

    def _listen(self) -> None:
        while piece := os.read(self._output.fileno(), 65536):
            self.said.extend(piece.decode(errors="replace").splitlines())
