"""Structured log lines: an event's name and its ids and codes; never texts, addresses or tokens (Promise 8)."""

import logging
import logging.config
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(*, style: str) -> None:
    """Send every log line, ours and the libraries', through one formatter ("console" or "json") to standard error."""
    # The plain traceback: a pretty one shows the variables' values, tokens among them (Promise 8).
    console = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    renderer: Any = structlog.processors.JSONRenderer() if style == "json" else console
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                    "foreign_pre_chain": _SHARED,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {"itac": {"level": "INFO"}},
        }
    )


def get_logger(name: str) -> Any:
    """The logger of a module, to be called with an event's name and keyword facts."""
    return structlog.get_logger(name)
