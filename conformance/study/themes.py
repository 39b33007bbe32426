"""Themes: what all services do, each in its own way. Their code is found by where it stands and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from study.calls import LONGEST_TYPE
from study.code import MIGRATIONS, Source
from study.definitions import Definition, Module

MOST = 160  # lines of one service on one page


@dataclass(frozen=True)
class Theme:
    """A theme. `where` is looked for in the path and the name of a definition, `says` in its text, without case.

    `look` says what to look at. `whole`: files are shown whole, as far as they fit.
    """

    key: str
    title: str
    look: str
    where: str
    says: str = ""
    whole: bool = False
    tests: bool = False


THEMES = [
    Theme(
        "validation",
        "Validation",
        "Who names the members and their limits, and who refuses what is unknown? Compare how absent, null and "
        "zero are told apart (JSON-7), and where the rule over several members stands, such as that of "
        "attributes.",
        r"(catalog|admin|api)/\S*(schema|input|patch|validat|attributes|changeset|request|rules)\S* ",
    ),
    Theme(
        "authentication",
        "Authentication",
        "Where does a token become a caller, and what keeps a handler from running without one (AUTH-8)? Look for "
        "the list of accepted algorithms, and for the role, which is judged before the body (HTTP-1).",
        r"(auth|security|token|guard|caller)\w*(/\S+)?\.\w+ ",
        r"token|bearer|jwt|jws|role|claims",
    ),
    Theme(
        "errors",
        "Errors as problem+json",
        "One place makes every answer that is no success (PROBLEM-1). Look at how an error gets there from any "
        "depth, what an unknown one becomes, and how the framework's own errors are translated.",
        r"(problem|errors?\b|exception|fallback|advice)\w*(/\S+)?\.\w+ ",
    ),
    Theme(
        "transactions",
        "Transactions and locks",
        "Checkout locks key, cart, coupon and products, always in this order (DB-3), and reads only then. Look at "
        "who opens the transaction, who ends it, and what must survive its rollback.",
        r"checkout|transaction|database|/db",
        r"transaction|runintx|atomic|advisory|lock|for_update|for (no key )?update|rollback|begin",
    ),
    Theme(
        "prices",
        "Prices",
        "The same arithmetic in every language, whole numbers only (PRICE-1). Look at half-up rounding, at how "
        "the discount is spread over the lines, and at what the language needs for 64 bits.",
        r"pric(e|es|ing)\.\w+ ",
    ),
    Theme(
        "streaming",
        "Streaming",
        "A stream lives longer than any time-out of a request (EVENT-4). Look at who listens to the database, how "
        "many streams share that, what a client that has left costs, and how a stream ends when the service "
        "stops.",
        r"events?/|/stream|hub",
    ),
    Theme(
        "configuration",
        "Configuration",
        "Every missing or bad variable is named at once, before anything starts (OPS-1). Look at what comes from "
        "a library, and at how a secret is kept out of the message.",
        r"(config|environment|settings|env)\w*\.\w+ |Environment|Settings|Config\b",
    ),
    Theme(
        "migrations",
        "Migrations",
        "The tables are one contract, the tools that make them are not (DB-1). Look at how each says a "
        "constraint, and at what it cannot say and writes as SQL.",
        r"migrations?/.*(cart|orders)|(carts|checkout)/migrations?/\d",
        whole=True,
    ),
    Theme(
        "tests",
        "Tests",
        "Each service tests its endpoints with its framework's own client. Look at how the database is made, what "
        "a test must clean up, and how little of HTTP it has to say.",
        r"checkout|features?_test",
        tests=True,
        whole=True,
    ),
    Theme(
        "shutdown",
        "Shutdown",
        "A service that stops accepts nothing new, answers what it has begun, ends its streams, and closes its "
        "pool last (OPS-5). Look at who catches the signal and who waits for whom.",
        r"server|serve\b|supervis|worker|lifecycle|shutdown|lifespan|main|Application|connections?\.",
        r"shut ?down|sigterm|graceful|\bstop|drain|lifespan|signal",
    ),
]


@dataclass(frozen=True)
class Excerpt:
    """Lines of a file, counted from 1, under a name."""

    source: Source
    title: str
    first: int
    last: int

    @property
    def length(self) -> int:
        """How many lines it takes."""
        return self.last - self.first + 1


def excerpts(theme: Theme, sources: Iterable[Source], modules: Iterable[Module]) -> tuple[list[Excerpt], list[Source]]:
    """The code of one service for a theme, at most `MOST` lines, and the files in which more of it stands."""
    found: list[Excerpt] = []
    more: list[Source] = []
    room = MOST
    for each in _whole(theme, sources) if theme.whole else _parts(theme, modules):
        if each.length <= room:
            found.append(each)
            room -= each.length
        elif each.source not in more:
            more.append(each.source)
    return found, more


def _whole(theme: Theme, sources: Iterable[Source]) -> Iterator[Excerpt]:
    for source in sources:
        if source.is_test == theme.tests and re.search(theme.where, source.path, re.IGNORECASE):
            yield Excerpt(source, source.path, 1, min(len(source.lines) - source.text.endswith("\n"), MOST))


def _parts(theme: Theme, modules: Iterable[Module]) -> Iterator[Excerpt]:
    last: Definition | None = None
    for module in modules:
        if module.source.is_test or MIGRATIONS.search(module.source.path):
            continue
        lines = module.source.text.split("\n")
        for each in module.definitions:
            # A long type is shown by its parts, and a value of one line tells nothing by itself.
            worth = each.length > 1 if each.kind == "value" else each.kind == "function" or each.length <= LONGEST_TYPE
            if not worth or (last is not None and last.covers(each)):
                continue
            text = "\n".join(lines[each.first - 1 : each.last])
            place = f"{each.source.path} {each.title}"
            if re.search(theme.where, place, re.IGNORECASE) and re.search(theme.says, text, re.IGNORECASE):
                yield Excerpt(each.source, each.title, each.first, each.last)
                last = each
