"""Serving the pages: the web server of `itac web` and `itac run`, and what a terminal reads once it answers."""

from __future__ import annotations

import http.client
import logging
import os
import signal
import socket
import threading
import time
import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from django.conf import settings
from django.db import connections, transaction
from wagtail.models import Site

from itac.campaign.models import Campaign
from itac.core import clock
from itac.core.addresses import EVERYWHERE, host_and_port, whole_address
from itac.core.logs import get_logger
from itac.core.options import read
from itac.studio.signals import first_started

log = get_logger("itac.serving")
ANSWERS_WITHIN_SECONDS = 60.0
SERVERS_OWN_TROUBLE = 500  # HTTP's border between their mistakes and ours
CLOSE_WITHIN_SECONDS = 5  # how long open pages may finish after a signal


class NotServing(Exception):
    """The server couldn't begin; the message is one line for whoever started it."""


def log_ins_file() -> Path:
    """Where generated log-ins are kept, for their owner alone; it exists only where they may be shown at each start."""
    return Path(settings.DATA) / "demo-log-ins"


def note_first_start(*, now: datetime) -> bool:
    """Note that the installation has started, and tell `first_started`; True the first time, False ever after.

    Of two processes that start at once exactly one gets True: the conditional update's row count decides.
    """
    with transaction.atomic():
        if not Campaign.objects.filter(pk=1, first_started_at=None).update(first_started_at=now):
            return False
        first_started.send(sender=Campaign, now=now)
    return True


def follow_address() -> None:
    """Tell Wagtail where the site is now: another port or a new public address, since the last start."""
    hostname, port = host_and_port()
    elsewhere = Site.objects.filter(is_default_site=True).exclude(hostname=hostname, port=port)
    for site in elsewhere:
        site.hostname, site.port = hostname, port
        site.save()


def welcome() -> list[str]:
    """The lines a terminal reads once the site answers: the Studio's address, then the log-ins that may be shown."""
    kept = log_ins_file()
    log_ins = kept.read_text(encoding="utf-8").splitlines() if kept.is_file() else []
    return [whole_address("/studio/"), *log_ins]


class Pages(uvicorn.Server):
    """The pages. `on_end` is called at the first signal, so that a worker beside it begins nothing new."""

    def __init__(self, *, on_end: Callable[[], None]) -> None:
        self.on_end = on_end
        super().__init__(
            uvicorn.Config(
                "itac.asgi:application",
                lifespan="off",
                log_config=None,
                log_level=logging.WARNING,
                access_log=False,
                server_header=False,
                # Believed from these alone: whoever could say where they come from would have endless tries to sign in.
                forwarded_allow_ips=settings.PROXIES,
                timeout_graceful_shutdown=CLOSE_WITHIN_SECONDS,
            )
        )

    def handle_exit(self, sig: int, frame: Any) -> None:
        """A signal: finish what is open, begin nothing."""
        self.on_end()
        super().handle_exit(sig, frame)


def serve(write: Callable[[str], object], *, on_end: Callable[[], None], on_answer: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM. Once the site answers: the `welcome` lines to `write`, then `on_answer`.

    Raises `NotServing` when the port is taken or the site doesn't answer.
    """
    host, port = read()["HOST"], settings.PORT
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    quiet()
    follow_address()
    # The server restores these when it ends and raises the signal again: by then it is answered.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    with _listen(host, port) as listener:
        pages = Pages(on_end=on_end)
        troubles: list[Exception] = []
        greeting = (pages, host, port, write, on_answer, troubles)
        greeter = threading.Thread(target=_greet, args=greeting, name="greeter")
        greeter.start()
        try:
            pages.run(sockets=[listener])
        finally:
            pages.should_exit = True
            on_end()
            greeter.join()
    if troubles:
        raise NotServing(str(troubles[0]))


def _listen(host: str, port: int) -> socket.socket:
    plain = host.strip("[]")
    family = socket.AF_INET6 if ":" in plain else socket.AF_INET
    try:
        return socket.create_server((plain, port), family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise NotServing(f"Nothing can listen on {host}, port {port}: {reason}. Choose another with PORT.") from error


def quiet() -> None:
    """On a terminal only what needs somebody: a page that isn't there, or a worker that starts, is no news."""
    if read()["ITAC_LOG"] == "console":
        logging.getLogger("itac").setLevel(logging.WARNING)
        logging.getLogger("django.request").setLevel(logging.ERROR)
    # WhiteNoise hands its files over as plain iterators; they are small, and nobody at the terminal can change it.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")


def _greet(
    pages: Pages,
    host: str,
    port: int,
    write: Callable[[str], object],
    on_answer: Callable[[], None],
    troubles: list[Exception],
) -> None:
    try:
        if _answers(pages, "127.0.0.1" if host in EVERYWHERE else host, port):
            note_first_start(now=clock.now())
            for line in welcome():
                write(line)
            on_answer()
    except Exception as error:
        log.exception("start_failed", error=type(error).__name__)
        troubles.append(error)
        pages.should_exit = True
    finally:
        connections.close_all()


def _answers(pages: Pages, host: str, port: int) -> bool:
    """True once the home page came back; False when the server ends before. Raises `NotServing` after a minute."""
    end = time.monotonic() + ANSWERS_WITHIN_SECONDS
    while not pages.should_exit:
        status = _status(host, port, f"/{settings.LANGUAGE_CODE}/") if pages.started else 0
        if 0 < status < SERVERS_OWN_TROUBLE:
            return True
        if time.monotonic() > end:
            raise NotServing(f"The site didn't answer on {host}, port {port}, within a minute.")
        # A page that fails is asked for less often than a port that isn't open yet.
        time.sleep(2.0 if status else 0.05)
    return False


def _status(host: str, port: int, path: str) -> int:
    """The status of the answer at this address, 0 for none."""
    line = http.client.HTTPConnection(host.strip("[]"), port, timeout=ANSWERS_WITHIN_SECONDS)
    name = settings.ALLOWED_HOSTS[0].replace("*", "localhost").lstrip(".")
    headers = {"Host": name, **({"X-Forwarded-Proto": "https"} if settings.HTTPS else {})}
    try:
        line.request("GET", path, headers=headers)
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()
