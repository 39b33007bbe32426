"""Switches that stand in the shop's code by their names: bugs, and liberties."""

from __future__ import annotations

from collections.abc import Iterable


class Switches:
    """A set of switches, of which some are on for the life of the process."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = set(known)
        self._on: set[str] = set()

    def on(self, name: str) -> bool:
        """Whether this switch is on; raises LookupError if there is none of this name."""
        if name not in self._known:
            raise LookupError(f"there is no switch {name}")
        return name in self._on

    def switch_on(self, names: Iterable[str]) -> None:
        """Switch on those of `names` that are known here."""
        self._on.update(self._known.intersection(names))
