"""What a handler calls inside its service, in the order of the call.

There are no types here. A name is resolved within the files of the service: by what stands before its dot, by the
file's imports and its package, and by being the only one of its name there. What stays ambiguous is left out.
"""

from __future__ import annotations

import functools
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from study.definitions import Definition, Module
from study.languages import LANGUAGES

AREAS = 3  # so many areas of the contract make what they reach the platform
LONGEST_TYPE = 60  # lines; a longer one is shown by those of its methods that are called
_TOKEN = re.compile(r"[^\W\d]\w*[?!]?(?=\W|$)|::|->|\?\.|\S")
_OF = {".", "::", "?."}
_SELF = {"this", "self", "Self", "cls", "super", "static", "parent"}
# How a value is declared with its type: `Cart cart`, `cart: Cart`, `cart *carts.Cart`.
_DECLARED = (r"\b(\w+)(?:<[^<>]*>)?\??\s+{}\b", r"\b{}\??\s*:\s*&?(?:\w+(?:\.|::))*(\w+)", r"\b{}\s+\*?(?:\w+\.)?(\w+)")
_ROOTS = {"src", "lib", "app"}  # folders that no import names
_FOLDERS_THEMSELVES = {"init", "mod", "index"}  # files that stand for their folder
_NO_PATH = {"import", "from", "use", "using", "as", "alias", "type", "crate", "self", "static"}


@dataclass(frozen=True)
class Reference:
    """A name in code, the name before its dot, and whether it is called."""

    name: str
    qualifier: str
    called: bool


@dataclass(frozen=True)
class Step:
    """A definition that is reached; `depth` is how many calls from the handler."""

    definition: Definition
    depth: int


def references(bare: str) -> Iterator[Reference]:
    """The names in code without comments and strings, in their order."""
    tokens = _TOKEN.findall(bare)
    for at, token in enumerate(tokens):
        if _is_word(token):
            dotted = at > 1 and tokens[at - 1] in _OF
            before = (tokens[at - 2] if _is_word(tokens[at - 2]) else "?") if dotted else ""
            yield Reference(token, before, at + 1 < len(tokens) and tokens[at + 1] == "(")


def _is_word(token: str) -> bool:
    return token[0].isalpha() or token[0] == "_"


def _references(definition: Definition) -> Iterator[Reference]:
    bare = definition.bare
    if definition.source.suffix == ".php":
        bare = bare.replace("?->", ".").replace("->", ".").replace("$", " ")
    return references(bare)


class Code:
    """The definitions of one service, and how names in them are resolved."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self._modules = {each.source.path: each for each in modules if not each.source.is_test}
        self._named: defaultdict[str, list[Definition]] = defaultdict(list)
        for each in self._modules.values():
            for definition in each.definitions:
                self._named[definition.name].append(definition)

    def at(self, path: str, line: int) -> Definition | None:
        """The function whose definition begins at this line of this file."""
        found = self._modules[path].definitions if path in self._modules else ()
        return next((each for each in found if each.kind == "function" and each.at == line), None)

    def walk(self, handler: Definition) -> list[Step]:
        """The handler and what it reaches, each once, in the order in which a reader comes to it."""
        steps: list[Step] = []
        seen: set[tuple[str, int, str]] = set()

        def visit(definition: Definition, depth: int) -> None:
            key = (definition.source.path, definition.at, definition.name)
            if key in seen:
                return
            seen.add(key)
            shown = [step.definition for step in steps]
            if not any(each.covers(definition) or definition.covers(each) for each in shown):
                steps.append(Step(definition, depth))
            for target in self._targets(definition):
                visit(target, depth + 1)

        visit(handler, 0)
        return steps

    @functools.cache  # noqa: B019 - lives as long as the service's code
    def _targets(self, definition: Definition) -> list[Definition]:
        """What a definition names, in this order."""
        found = (self.resolve(reference, definition) for reference in dict.fromkeys(_references(definition)))
        return [each for each in found if each is not None and _is_worth(each, definition)]

    def resolve(self, reference: Reference, within: Definition) -> Definition | None:
        """What `reference`, which stands in `within`, means; None if that is not in the service, or ambiguous."""
        name = reference.name if reference.qualifier else self._without_alias(reference.name, within)
        found = [each for each in self._named.get(name, ()) if each != within]
        if not reference.called:
            found = [each for each in found if each.kind != "function" or reference.qualifier]
        for chosen in self._ways(reference, within, found):
            distinct = {(each.source.path, each.at) for each in chosen}
            if distinct:
                return chosen[0] if len(distinct) == 1 else None
        return None

    def _ways(self, reference: Reference, within: Definition, found: list[Definition]) -> Iterator[list[Definition]]:
        """The definitions that may be meant, the surest way to tell first."""
        qualifier = self._without_alias(reference.qualifier, within)
        if qualifier in _SELF:
            yield [each for each in found if each.owner == within.owner and each.source is within.source]
        elif qualifier:
            named = [each for each in found if _plain(qualifier) in _names_of(each)]
            yield [each for each in named if self._sees(within, each)]
            yield named  # a whole path, as crate::carts::read or Shop.Carts.read
            if reference.called and not qualifier[0].isupper():
                yield self._methods(qualifier, within, found)
        else:
            free = [each for each in found if not self._is_method(each) or each.owner == within.owner]
            yield [each for each in free if each.source is within.source and each.owner == within.owner]
            yield [each for each in free if each.source is within.source]
            yield [each for each in free if self._imports_name(within, each)]
            outer = [each for each in free if each.owner in ("", within.owner)]
            yield [each for each in outer if self._same_package(within, each)]
            if LANGUAGES[within.source.suffix].namespaces:
                yield [each for each in outer if self._sees(within, each)]

    def _methods(self, receiver: str, within: Definition, found: list[Definition]) -> list[Definition]:
        """The methods that a value may have: those of its type, if the file declares it, else all that are seen."""
        methods = [each for each in found if self._is_method(each) and self._sees(within, each)]
        declared = {
            word
            for pattern in _DECLARED
            for word in re.findall(pattern.format(re.escape(receiver)), within.source.bare)
            if any(each.kind == "type" for each in self._named.get(word, ()))
        }
        return [each for each in methods if each.owner in declared or not (declared or each.owner == within.owner)]

    def _is_method(self, definition: Definition) -> bool:
        return bool(definition.owner) and definition.kind == "function"

    def _sees(self, within: Definition, other: Definition) -> bool:
        path, target = within.source.path, other.source.path
        if path == target or self._same_package(within, other) or self._imports(path, target):
            return True
        # A type of the other's file is named here, as after `import` of a whole package or a namespace.
        return bool(other.owner) and LANGUAGES[other.source.suffix].packages and other.owner in within.source.bare

    def _same_package(self, within: Definition, other: Definition) -> bool:
        packages = LANGUAGES[within.source.suffix].packages
        return packages and posixpath.dirname(within.source.path) == posixpath.dirname(other.source.path)

    def _imports_name(self, within: Definition, other: Definition) -> bool:
        pattern = re.compile(rf"\b{re.escape(other.name)}\b")
        named = any(pattern.search(text) for text in self._modules[within.source.path].imports)
        return named and self._imports(within.source.path, other.source.path)

    @functools.cache  # noqa: B019 - lives as long as the service's code
    def _imports(self, path: str, target: str) -> bool:
        """Whether an import in the file `path` names the file `target`, or its folder where that is a package."""
        words = [_plain(word) for word in posixpath.splitext(target)[0].split("/")]
        if words[0] in _ROOTS and len(words) > 1:
            del words[0]
        folder = words[:-1][-2:] if LANGUAGES[posixpath.splitext(target)[1]].packages else []
        if words[-1] in _FOLDERS_THEMSELVES and len(words) > 1:
            words.pop()
        said = [_path_words(text, path) for text in self._modules[path].imports]
        return any(set(words[-2:]) <= set(each) or (folder and each[-len(folder) :] == folder) for each in said)

    def _without_alias(self, name: str, within: Definition) -> str:
        """What an import calls by this name, else the name itself."""
        for text in self._modules[within.source.path].imports if name else ():
            if name not in text:
                continue
            if found := re.search(rf"(\w+)(?:\s+as\s+|,\s*as:\s*){re.escape(name)}\b", text):
                return found[1]
            if found := re.match(rf'{re.escape(name)}\s+"(?:.*/)?(\w+)"', text):
                return found[1]
        return name


def _plain(word: str) -> str:
    """A word however its language joins it: rate-limit, rate_limit and RateLimit are one."""
    return re.sub(r"[\W_]", "", word).lower()


def _names_of(definition: Definition) -> set[str]:
    """What may stand before the dot of a definition: its owner, its file, its folder."""
    folder, _, file = definition.source.path.rpartition("/")
    stem = file.partition(".")[0]
    names = {definition.owner} if definition.owner else {stem, folder.rpartition("/")[2]}
    return {_plain(each) for each in names}


def _path_words(text: str, path: str) -> list[str]:
    """The words of an import's path and names; one that is relative is told from the root of the service."""
    if found := re.search(r"['\"](\.[^'\"]*)['\"]", text):
        whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), found[1]))
        return [_plain(word) for word in posixpath.splitext(whole)[0].split("/")]
    here = posixpath.dirname(path).split("/")
    words = [word for word in re.findall(r"\w+", text) if word not in _NO_PATH]
    return [_plain(each) for word in words for each in (here[-1:] if word == "super" else [word])]


def _is_worth(target: Definition, seen_from: Definition) -> bool:
    """Whether it is shown: no long type, and no single line from another folder, such as the name of an error."""
    if target.kind == "type":
        return target.length <= LONGEST_TYPE and not target.covers(seen_from)
    same_folder = posixpath.dirname(target.source.path) == posixpath.dirname(seen_from.source.path)
    return target.kind == "function" or target.length > 1 or same_folder


def platform(walks: Mapping[str, list[Step]], tags: Mapping[str, str]) -> set[Definition]:
    """What operations of `AREAS` tags or more reach. `walks` and `tags` are by operation."""
    areas: defaultdict[Definition, set[str]] = defaultdict(set)
    for operation, walk in walks.items():
        for step in walk:
            areas[step.definition].add(tags[operation])
    return {definition for definition, found in areas.items() if len(found) >= AREAS}
