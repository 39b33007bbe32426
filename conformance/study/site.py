"""The pages of the site, written from what the other modules have read."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2

import load
from load import plots
from load.builds import Build
from load.report import LoadReport
from load.words import headline, interval, number
from rosetta.harness.report import Outcome
from rosetta.kit.case import LEVELS
from study import cost, themes, words
from study.cases import Written
from study.code import Source
from study.operations import Operation
from study.reports import MARKS, TOLD, Run
from study.shops import Shop
from study.words import Rule
from study.wrongs import Wrong

HERE = Path(__file__).parent
LOAD = Path(load.__file__).parent
FOLDED = 30  # lines; a longer part of an operation's code is folded until it is opened


@dataclass(frozen=True)
class Facts:
    """All that the pages are made of. `absent` are services without pages, and why."""

    shops: list[Shop]
    absent: dict[str, str]
    operations: list[Operation]
    rules: list[Rule]
    cases: list[Written]
    wrongs: list[Wrong]
    runs: dict[str, Run]
    measurement: LoadReport | None
    builds: dict[str, Build]


@dataclass
class Site:
    """Writes the site of `facts` into the folder `out`, which is replaced."""

    facts: Facts
    out: Path
    _search: list[tuple[str, str, str]] = field(default_factory=list)

    def write(self) -> None:
        """Write every page, the style, the script and the index of the search."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir(parents=True)
        self._assets()
        facts = self.facts
        self._page("index.html", "index")
        self._page("matrix.html", "matrix", outcomes=_outcomes(facts), marks=MARKS, told=TOLD)
        self._page("cost.html", "cost", plots=plots, cost=cost, headline=headline)
        for operation in facts.operations:
            self._page(operation.page, "operation", operation=operation, folded=FOLDED)
            self._find(operation.id, f"{operation.method} {operation.path}, {operation.summary}", operation.page)
        self._rules()
        for theme in themes.THEMES:
            found = {shop.key: themes.excerpts(theme, shop.sources, shop.modules) for shop in facts.shops}
            self._page(f"themes/{theme.key}.html", "theme", theme=theme, found=found, most=themes.MOST)
            self._find(theme.title, "theme", f"themes/{theme.key}.html")
        for shop in facts.shops:
            self._page(f"services/{shop.key}.html", "service", shop=shop)
            self._find(shop.key, shop.service.description.framework, f"services/{shop.key}.html")
        self._files()
        index = json.dumps(self._search, ensure_ascii=False, separators=(",", ":"))
        (self.out / "search.js").write_text(f"const SEARCH = {index};\n", encoding="utf-8")

    def _rules(self) -> None:
        mentions = {shop.key: shop.mentions() for shop in self.facts.shops}
        for rule in self.facts.rules:
            cases = [each for each in self.facts.cases if each.case.rule == rule.id]
            said = {key: found[rule.id] for key, found in mentions.items() if rule.id in found}
            broken = [each for each in self.facts.wrongs if each.rule == rule.id]
            users = [each for each in self.facts.operations if rule.id in each.rules]
            self._page(rule.page, "rule", rule=rule, users=users, checks=cases, wrongs=broken, said=said)
            self._find(rule.id, rule.title, rule.page)
            for each in cases:
                self._find(each.case.id, each.case.title, each.page)

    def _files(self) -> None:
        """A page for each file of a service, and for what rules link to: cases, and the shop with its bugs."""
        linked = [
            *(each.source for each in self.facts.cases),
            *(each.where[0] for each in self.facts.wrongs if each.where),
        ]
        files = {source.page: source for shop in self.facts.shops for source in shop.sources}
        for source in files.values():
            self._find(f"{source.service}/{source.path}", "file", source.page)
        for source in (files | {each.page: each for each in linked}).values():
            self._page(source.page, "file", source=source)

    def _assets(self) -> None:
        styles = [LOAD / "page.css", HERE / "study.css"]
        (self.out / "study.css").write_text(
            "".join(each.read_text(encoding="utf-8") for each in styles), encoding="utf-8"
        )
        shutil.copy(HERE / "study.js", self.out)

    def _find(self, title: str, text: str, page: str) -> None:
        self._search.append((title, text, page))

    def _page(self, path: str, template: str, **context: Any) -> None:
        file = self.out / path
        file.parent.mkdir(exist_ok=True)
        root = "../" * path.count("/")
        page = self._templates.get_template(f"{template}.html.j2")
        file.write_text(page.render(root=root, path=path, **context), encoding="utf-8")

    @cached_property
    def _templates(self) -> jinja2.Environment:
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([HERE / "templates", LOAD]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        rules = {rule.id: rule for rule in self.facts.rules}
        cases = {each.case.id: each for each in self.facts.cases}
        environment.globals |= {"facts": self.facts, "rules": rules, "cases": cases}
        environment.globals |= {"levels": LEVELS, "themes": themes.THEMES}
        environment.filters |= {
            "markdown": words.markdown,
            "section": words.section,
            "with_files": words.with_files,
            "linked": words.linked,
            "number": number,
            "interval": interval,
            "errors": plots.errors,
            "highlighted": highlighted,
        }
        return environment


def highlighted(source: Source, first: int = 1, last: int | None = None) -> str:
    """Lines of a file as HTML."""
    return "\n".join(source.lines[first - 1 : last])


def _outcomes(facts: Facts) -> dict[str, dict[str, tuple[Outcome, str]]]:
    """How each case ended in each service that has a run, by the ids of cases, with what was told."""
    found: defaultdict[str, dict[str, tuple[Outcome, str]]] = defaultdict(dict)
    for key, run in facts.runs.items():
        for id, result in run.cases.items():
            found[id][key] = (result.outcome, result.message)
    return found
