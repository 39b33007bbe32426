"""The members of a fleet, as the cases of level 8 ask them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rosetta.kit.client import Client


@dataclass(frozen=True)
class Members:
    """A client of each member, by its name. What is told of a pair names both."""

    shops: Mapping[str, Client]

    @property
    def all(self) -> list[Client]:
        """Each member once."""
        return list(self.shops.values())

    @property
    def first(self) -> Client:
        """One of them."""
        return self.all[0]

    def others(self) -> list[Client]:
        """All but the first."""
        return self.all[1:]

    def named(self) -> Iterator[tuple[str, Client]]:
        """Each member with its name."""
        yield from self.shops.items()

    def pairs(self) -> Iterator[tuple[str, Client, Client]]:
        """Each member followed by each other, and what the two are called."""
        for (one, here), (other, there) in itertools.permutations(self.shops.items(), 2):
            yield f"{one}, then {other}", here, there

    def turns(self, count: int) -> list[Client]:
        """`count` clients with connections of their own, the members in turn."""
        return [shop.apart() for shop in itertools.islice(itertools.cycle(self.all), count)]
