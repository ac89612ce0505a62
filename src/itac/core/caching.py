"""The cache that several web processes share (REDIS_URL). What it holds can always be read or counted anew.

So its absence is no reason for a page to fail: what can't be asked isn't there, what can't be kept isn't kept, and the
log says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from itac.core.logs import get_logger

log = get_logger("itac.cache")
# A page waits no longer than this for a cache that is gone, and asks once more where a line only broke.
OPTIONS = {"socket_connect_timeout": 0.5, "socket_timeout": 1.0, "retry": Retry(NoBackoff(), 1)}


def _or(name: str, otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """The client's method; where the cache doesn't answer what `otherwise` makes of the arguments."""
    usual = getattr(RedisCacheClient, name)

    def ask(self: RedisCacheClient, *words: Any) -> Any:
        try:
            return usual(self, *words)
        except (RedisError, OSError) as error:
            log.warning("cache_gone", asked=name, error=type(error).__name__)
            return otherwise(*words)

    return ask


def _not_counted(key: str, delta: int) -> int:
    raise ValueError(key)  # as Django's caches say that a key isn't there


class ForgivingClient(RedisCacheClient):
    """Django's, for a cache that may be gone."""

    add = _or("add", lambda *_: True)
    get = _or("get", lambda _key, default: default)
    set = _or("set", lambda *_: None)
    touch = _or("touch", lambda *_: False)
    delete = _or("delete", lambda *_: False)
    get_many = _or("get_many", lambda *_: {})
    has_key = _or("has_key", lambda *_: False)
    incr = _or("incr", _not_counted)
    set_many = _or("set_many", lambda *_: None)
    delete_many = _or("delete_many", lambda *_: None)
    clear = _or("clear", lambda: False)


class SharedCache(RedisCache):
    """Redis or Valkey at LOCATION."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": OPTIONS})
        self._class = ForgivingClient
