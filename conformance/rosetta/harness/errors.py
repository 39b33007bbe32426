"""What a person is told when something outside the service is wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


class HarnessError(Exception):
    """A run cannot go on: wrong use, a missing tool, a database that refuses.

    `hint` says what to do about it. Shown without a traceback.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ToolchainMissing(HarnessError):
    """What a service is built with is not installed, or too old: the service is NOT RUN. `hint` says how to get it."""


class StepFailed(Exception):
    """A step that makes a service ready has failed: the service's fault, reported by a case of level 0.

    `log` holds the last lines that the step wrote.
    """

    def __init__(self, message: str, hint: str, log: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.log = log


@contextlib.contextmanager
def ending() -> Iterator[None]:
    """A step that fails inside ends the command, where no case tells of it. Raises HarnessError."""
    try:
        yield
    except StepFailed as failure:
        raise HarnessError(str(failure), f"{failure.hint}\n{failure.log}") from failure
