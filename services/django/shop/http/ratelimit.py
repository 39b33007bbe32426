"""Rate limits that all services of a fleet share (RATE-1 to RATE-3)."""

from dataclasses import dataclass

from django.db import connection

from shop.http.problems import RateLimited


@dataclass(frozen=True)
class Limit:
    name: str
    burst: int
    interval: int  # seconds for one more

    def take(self, key: str) -> None:
        """Raise rate_limited if the key has used its limit up. Autocommit keeps it taken, whatever follows (RATE-2)."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT allowed, retry_after FROM rate_take(%s::text, %s::integer, %s::float8)",
                [f"{self.name}:{key}", self.burst, self.interval],
            )
            allowed, retry_after = cursor.fetchone()
        if not allowed:
            raise RateLimited(
                headers={
                    "Retry-After": str(retry_after),
                    "RateLimit-Policy": f'"{self.name}";q={self.burst};w={self.burst * self.interval}',
                    "RateLimit": f'"{self.name}";r=0;t={retry_after}',
                }
            )
