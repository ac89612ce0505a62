"""How often a program may ask: so many requests a minute for each token, counted where the site's cache is.

With `REDIS_URL` all web processes count together; without, each counts alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from itac.api.problems import Problem
from itac.campaign.models import ApiToken

MINUTE = 60


@dataclass(frozen=True)
class Rate:
    """What is left of this minute."""

    most: int
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """As the IETF's draft of rate limit headers has it."""
        return {
            "RateLimit-Policy": f'"token";q={self.most};w={MINUTE}',
            "RateLimit": f'"token";r={max(self.left, 0)};t={self.seconds}',
        }


def count(token: ApiToken, *, now: datetime) -> Rate:
    """Count one request."""
    moment = int(now.timestamp())
    key = f"api:rate:{token.pk}:{moment // MINUTE}"
    cache.add(key, 0, timeout=2 * MINUTE)
    try:
        used = cache.incr(key)
    except ValueError:  # thrown out of the cache between the two lines
        used = 1
    most = settings.API_PER_MINUTE
    return Rate(most, most - used, MINUTE - moment % MINUTE)


def refuse_too_many(rate: Rate) -> None:
    """Raise `Problem` for one request too many."""
    if rate.left < 0:
        raise Problem("rate", headers={"Retry-After": str(rate.seconds)})
