"""How much is measured: a smoke test for CI, a quick look, and a full measurement. The rates are the same in all."""

from __future__ import annotations

from dataclasses import dataclass

SETTLE_SECONDS = 0.3
OVERHEAD_SECONDS = 0.2  # of one window beside its own time: its beginning, the last answers, reading the clocks
STATEMENT_SECONDS = 1.0
STATEMENT_RATE = 10.0

# The journeys of single requests, and how often a second each is sent: the same for every service, and few enough
# for a slow one on one core.
RATES = {
    "getProduct": 300.0,
    "listProducts": 50.0,
    "search": 10.0,
    "putCartItem": 40.0,
    "checkout": 20.0,
    "adjustStock": 40.0,
    "login": 3.0,
}
WARM_SHARE = 0.25  # of all of them at once, until the service has warmed up
# The journeys of people, all at once.
STORY = {"browse": 6.0, "find": 2.0, "buy": 1.5, "edit": 4.0, "bulk": 0.3}
WATCHERS = 10


@dataclass(frozen=True)
class Profile:
    """The counts of a measurement; times are seconds.

    Args:
        products: how many the shop has.
        main: windows of getProduct at its rate, for its percentiles, and how long each is.
        others: windows of each other operation.
        ceiling: windows of each operation whose ceiling is looked for, and how long each is; wrk takes whole seconds.
        sweep: the numbers of connections among which wrk's best is chosen, and how long each is tried.
        null: windows against the null server.
        story: windows of all journeys at once.
        warm: the most that a warm-up takes.
        curve: further rates at which getProduct is measured.
        limit: what a service may take in all; repeats of dirty windows stop in time for it.
    """

    name: str
    products: int
    main: tuple[int, float]
    others: tuple[int, float]
    ceiling: tuple[dict[str, int], int]
    sweep: tuple[tuple[int, ...], int]
    null: tuple[int, float]
    story: tuple[int, float]
    warm: float
    limit: float
    curve: tuple[float, ...] = ()
    repeats: int = 4

    def seconds(self, services: int) -> float:
        """What the windows take, without repeats."""
        per_service = self.warm / 2 + len(RATES) * (STATEMENT_SECONDS + OVERHEAD_SECONDS)
        for (count, each), times in (
            (self.main, 1 + len(self.curve)),
            (self.others, len(RATES) - 1),
            (self.story, 1),
        ):
            per_service += times * count * (each + SETTLE_SECONDS + OVERHEAD_SECONDS)
        counts, each = self.ceiling
        for count in counts.values():
            per_service += count * (each + OVERHEAD_SECONDS) + len(self.sweep[0]) * (self.sweep[1] + OVERHEAD_SECONDS)
        shared = self.null[0] * (self.null[1] + SETTLE_SECONDS + OVERHEAD_SECONDS)
        shared += counts["getProduct"] * (each + OVERHEAD_SECONDS)  # pgbench
        return services * per_service + shared

    def customers(self) -> int:
        """How many customers a service can need, if each window is repeated as often as it may be."""
        count, each = self.others
        once = sum(RATES[name] for name in ("putCartItem", "checkout", "login")) * count * (each + SETTLE_SECONDS)
        story = STORY["buy"] * self.story[0] * (self.story[1] + SETTLE_SECONDS)
        warm = sum(RATES.values()) * self.warm
        return round(1.5 * (1 + self.repeats) * (once + story) + warm)


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            name="smoke",
            products=5_000,
            main=(2, 1.0),
            others=(2, 1.0),
            ceiling=({"getProduct": 2, "listProducts": 2}, 1),
            sweep=((8,), 1),
            null=(2, 1.0),
            story=(1, 5.0),
            warm=6.0,
            limit=90.0,
            repeats=0,
        ),
        Profile(
            name="quick",
            products=100_000,
            main=(10, 3.4),
            others=(6, 0.8),
            ceiling=({"getProduct": 12, "listProducts": 8}, 1),
            sweep=((4, 8, 32), 1),
            null=(2, 3.4),
            story=(1, 8.0),
            warm=20.0,
            limit=180.0,
        ),
        Profile(
            name="full",
            products=100_000,
            main=(20, 17.0),
            others=(12, 4.0),
            ceiling=({"getProduct": 12, "listProducts": 12}, 4),
            sweep=((1, 2, 4, 8, 16, 32, 64), 2),
            null=(10, 17.0),
            story=(6, 30.0),
            warm=60.0,
            limit=3600.0,
            curve=(1000.0,),
        ),
    )
}
