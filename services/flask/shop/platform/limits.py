"""Rate limits (RATE-1 to RATE-3). PostgreSQL counts, so that a fleet of services has one limit."""

from dataclasses import dataclass

from sqlalchemy import text

from shop.platform.database import db
from shop.platform.problems import RateLimited

RATE_TAKE = text("SELECT allowed, retry_after FROM rate_take(:key, :burst, :interval)")


@dataclass(frozen=True)
class Limit:
    """A policy: a burst, then one request every `interval` seconds."""

    name: str
    burst: int
    interval: int

    def take(self, key: str) -> None:
        """Take one unit for good, whatever becomes of the request, or raise rate_limited."""
        parameters = {"key": f"{self.name}:{key}", "burst": self.burst, "interval": self.interval}
        with db.session.begin():  # autocommit: nothing that comes later undoes it
            allowed, seconds = db.session.execute(RATE_TAKE, parameters).one()
        if not allowed:
            raise RateLimited(
                headers={
                    "Retry-After": str(seconds),
                    "RateLimit-Policy": f'"{self.name}";q={self.burst};w=60',
                    "RateLimit": f'"{self.name}";r=0;t={seconds}',
                }
            )
