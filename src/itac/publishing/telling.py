"""Telling a terminal what goes out: a line for each post, in the process that sends it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from django.db import DatabaseError, close_old_connections, connections

from itac.campaign.models import Campaign
from itac.core.addresses import whole_address
from itac.core.logs import get_logger
from itac.publishing.models import Delivery, State
from itac.publishing.signals import delivery_moved

log = get_logger("itac.telling")
TOLD = (State.SENT, State.AWAITING)


def line_for(delivery: Delivery) -> str:
    """What happened to a delivery, in one line; it ends with the post's address where there is one."""
    post, channel = delivery.variant.post, delivery.channel
    at = Campaign.current().local(delivery.moved_at)
    where = f"{channel.name}, {delivery.variant.language}"
    title = post.title.read(delivery.variant.language)
    if delivery.state == State.AWAITING:
        who = delivery.hand or channel.person or channel.stand_in or "a person"
        return f"{at:%H:%M:%S %Z} waits for {who} to post it by hand ({where}): {title}"
    first = delivery.parts.order_by("place").first()
    address = delivery.address or (first.address if first else "")
    return f"{at:%H:%M:%S %Z} went out ({where}): {title} {whole_address(address) if address else ''}".rstrip()


class Teller:
    """Hands `write` a line for each post that this process sends, from entering the block until leaving it.

    Lines are read and written on a thread of its own, so that a slow terminal or a burst of posts holds no worker up.
    What was sent before the block ends is told before it ends.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write
        self.news: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._run, name="teller")

    def __enter__(self) -> Teller:
        delivery_moved.connect(self._hear)
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        delivery_moved.disconnect(self._hear)
        self.news.put(None)
        self.thread.join()

    def _hear(self, sender: Any, *, pk: int, state: str, **_facts: Any) -> None:
        if state in TOLD:
            self.news.put(pk)

    def _run(self) -> None:
        while (pk := self.news.get()) is not None:
            close_old_connections()
            try:
                row = Delivery.objects.select_related(
                    "variant__post", "channel__person", "channel__stand_in", "hand"
                ).get(pk=pk)
                if row.state in TOLD:
                    self.write(line_for(row))
            except DatabaseError as error:
                log.warning("line_not_told", delivery=pk, error=type(error).__name__)
        connections.close_all()
