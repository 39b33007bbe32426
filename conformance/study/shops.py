"""A service as the pages show it: its files, what each operation reaches, its size."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rosetta.harness import contract, handlers
from rosetta.harness.service import Service
from study import calls, code, definitions
from study.calls import Code, Step
from study.code import RULE, Source
from study.definitions import Definition, Module


@dataclass(frozen=True)
class Shop:
    """A service, read once.

    `walks` has what each operation reaches by its id, `platform` what operations of several areas reach.
    """

    service: Service
    sources: list[Source]
    modules: list[Module]
    walks: dict[str, list[Step]]
    platform: set[Definition]

    @property
    def key(self) -> str:
        """Its name on the command line."""
        return self.service.key

    @property
    def readme(self) -> str:
        """Its README as Markdown, or nothing."""
        file = self.service.folder / "README.md"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    @property
    def size(self) -> int:
        """Lines of code, without tests, migrations and what is generated."""
        return sum(each.size() for each in self.sources if each.is_counted)

    def own(self, operation: str) -> list[Step]:
        """What the operation reaches and the pages show: all but the platform."""
        return [step for step in self.walks.get(operation, []) if step.definition not in self.platform]

    def common(self, operation: str) -> list[Definition]:
        """What the operation reaches of the platform, in order."""
        return [step.definition for step in self.walks.get(operation, []) if step.definition in self.platform]

    def folders(self) -> dict[str, int]:
        """Lines of code of each folder that has any."""
        sizes: defaultdict[str, int] = defaultdict(int)
        for each in self.sources:
            if each.is_counted and each.size():
                sizes[each.path.rpartition("/")[0] or "."] += each.size()
        return dict(sorted(sizes.items()))

    def mentions(self) -> dict[str, list[tuple[Source, int, str]]]:
        """Where comments name a rule, by its id: the file, the line and the comment."""
        found: defaultdict[str, list[tuple[Source, int, str]]] = defaultdict(list)
        for source in self.sources:
            for line, comment in enumerate(source.comments, 1):
                for rule in dict.fromkeys(RULE.findall(comment)):
                    found[rule].append((source, line, re.sub(r"^[\s/*#\"'-]+|[\s*/\"]+$", "", comment)))
        return dict(found)


def read(service: Service) -> Shop:
    """Read a service's files; raises StepFailed if its handlers cannot be found."""
    sources = code.read(service.folder, service.key)
    modules = [module for module in map(definitions.module, sources) if module is not None]
    known = Code(modules)
    walks = {}
    for handler in handlers.find(service):
        if found := known.at(handler.file.relative_to(service.folder).as_posix(), handler.first):
            walks[handler.operation] = known.walk(found)
    return Shop(service, sources, modules, walks, calls.platform(walks, _tags()))


def _tags() -> dict[str, str]:
    operations: Iterable[dict[str, list[str]]] = (
        operation for path in contract.document()["paths"].values() for operation in path.values()
    )
    return {str(operation["operationId"]): operation["tags"][0] for operation in operations}
