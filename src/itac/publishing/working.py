"""The outbox as a process: several workers side by side, stopped cleanly by a signal."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from itac.core.crewing import Runner, runners
from itac.core.logs import get_logger
from itac.core.ticking import Ticker
from itac.publishing.mending import Mender
from itac.publishing.outbox import Worker

log = get_logger("itac.working")
AGAIN_SECONDS = 2.0


class Crew:
    """Workers on threads of this process, with one mender, one ticker and what rooms run beside them.

    One that ends by an error of our own is replaced after a moment; what it had in hand is looked up by the others
    like that of any dead worker (Promise 1).
    """

    def __init__(self, *, workers: int = 1, make: Callable[[], Worker] = Worker) -> None:
        self.stopping = threading.Event()
        self.changing = threading.Lock()
        self.now_working: list[Runner] = []
        self.threads = [
            *(threading.Thread(target=self._keep, args=(make,), name=f"worker-{place}") for place in range(workers)),
            threading.Thread(target=self._keep, args=(Mender,), name="mender"),
            threading.Thread(target=self._keep, args=(Ticker,), name="ticker"),
            *(threading.Thread(target=self._keep, args=(each,), name=name) for name, each in runners().items()),
        ]

    def start(self) -> None:
        """Begin to work."""
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Begin no further call. Safe from any thread and from a signal handler; calls under way are finished."""
        self.stopping.set()
        for worker in list(self.now_working):
            worker.stop()

    def join(self) -> None:
        """Return when every call that had begun is recorded."""
        for thread in self.threads:
            # In slices, so that the main thread goes on hearing signals.
            while thread.is_alive():
                thread.join(timeout=0.5)

    def _keep(self, make: Callable[[], Runner]) -> None:
        while not self.stopping.is_set():
            worker = make()
            with self.changing:
                self.now_working.append(worker)
            if self.stopping.is_set():
                worker.stop()
            try:
                worker.run()
            except Exception as error:
                log.exception("worker_failed", worker=worker.name, error=type(error).__name__)
                self.stopping.wait(AGAIN_SECONDS)
            with self.changing:
                self.now_working.remove(worker)


def until_signal(crew: Crew) -> None:
    """Work until `crew.stop` was called, then until all that had begun is recorded."""
    crew.start()
    while not crew.stopping.is_set():
        time.sleep(0.2)
    crew.join()
