"""A process of ours as a person at a terminal sees it: its lines, awaited one by one."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ITAC = [sys.executable, "-m", "itac.cli"]
SOURCE = Path(__file__).resolve().parents[2] / "src"


def environment(data: Path, *, port: int = 0, url: str = "") -> dict[str, str]:
    """What a person has set, and nothing that this test run has."""
    ours = ("ITAC_", "DATABASE_URL", "REDIS_URL", "HOST", "PORT", "DJANGO_SETTINGS_MODULE")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    clean |= {"ITAC_DATA": str(data), "PYTHONPATH": str(SOURCE)}
    return clean | ({"PORT": str(port)} if port else {}) | ({"DATABASE_URL": url} if url else {})


def free_port() -> int:
    """A port of the loopback interface that nobody uses now."""
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        return int(plug.getsockname()[1])


class Ended(AssertionError):
    """The process ended, or was silent for too long; the message holds what it said."""


class Terminal:
    """A running `itac` command. As a context manager it is ended by SIGTERM."""

    def __init__(self, *words: str, environment: Mapping[str, str]) -> None:
        self.said: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [*ITAC, *words], env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def wait_for(self, wanted: Callable[[str], bool], *, seconds: float) -> str:
        """The next line that is wanted. Raises `Ended`."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            self.said.append(line)
            if wanted(line):
                return line
        raise Ended("\n".join(self.said[-40:]))

    def end(self, number: int = signal.SIGTERM, *, seconds: float = 20.0) -> int:
        """Send a signal; the exit code once the process ended, with every line read into `said`."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(timeout=seconds)
        self._listener.join(timeout=seconds)
        while not self._lines.empty():
            line = self._lines.get()
            if line is not None:
                self.said.append(line)
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
