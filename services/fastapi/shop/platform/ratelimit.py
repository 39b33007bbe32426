"""Rate limits, kept by the database, so that all processes and services share them (RATE-1 to RATE-3)."""

from dataclasses import dataclass

from sqlalchemy import text

from shop.platform.database import Database
from shop.platform.problem import Code, Problem

RATE_TAKE = text("SELECT allowed, retry_after FROM rate_take(:key, :burst, CAST(:interval AS double precision))")


@dataclass(frozen=True)
class Limit:
    """A policy: a burst, then one request every `interval` seconds."""

    name: str
    burst: int
    interval: int

    async def take(self, pool: Database, key: str) -> None:
        """Take one unit for good, whatever becomes of the request, or raise rate_limited."""
        parameters = {"key": f"{self.name}:{key}", "burst": self.burst, "interval": self.interval}
        async with pool.connect() as connection:  # each statement commits by itself
            allowed, seconds = (await connection.execute(RATE_TAKE, parameters)).one()
        if not allowed:
            headers = {
                "Retry-After": str(seconds),
                "RateLimit-Policy": f'"{self.name}";q={self.burst};w=60',
                "RateLimit": f'"{self.name}";r=0;t={seconds}',
            }
            raise Problem(Code.RATE_LIMITED, headers=headers)
