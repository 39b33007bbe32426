"""The operations of contract/openapi.yaml as people read them, with an example of each side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rosetta.harness import contract


@dataclass(frozen=True)
class Answer:
    """A documented status: its meaning as Markdown, and the codes of the problems that it may carry."""

    status: str
    description: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Operation:
    """An operation: `description` is Markdown; `request` and `answer` are examples as they are on the wire."""

    id: str
    method: str
    path: str
    tag: str
    level: int
    summary: str
    description: str
    rules: tuple[str, ...]
    request: str
    answer: str
    answers: tuple[Answer, ...]

    @property
    def page(self) -> str:
        """Where its page is, seen from the root of the site."""
        return f"operations/{self.id}.html"


def operations() -> list[Operation]:
    """All operations, in the order of the contract."""
    levels = contract.levels()
    return [
        Operation(
            id=raw["operationId"],
            method=method.upper(),
            path=path,
            tag=raw["tags"][0],
            level=levels[raw["operationId"]],
            summary=raw["summary"],
            description=raw.get("description", ""),
            rules=tuple(raw.get("x-rules", ())),
            request=_request(method.upper(), path, raw),
            answer=_answer(raw),
            answers=tuple(_answers(raw)),
        )
        for path, item in contract.document()["paths"].items()
        for method, raw in item.items()
    ]


def _known(node: Any) -> Any:
    """What a `$ref` points to, else the node itself."""
    while isinstance(node, dict) and "$ref" in node:
        target: Any = contract.document()
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        node = target
    return node


def _request(method: str, path: str, raw: dict[str, Any]) -> str:
    parameters = [_known(each) for each in raw.get("parameters", ())]
    queries = [
        f"{each['name']}={_example(each)}" for each in parameters if each["in"] == "query" and each.get("required")
    ]
    for each in parameters:
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", str(_example(each)))
    lines = [f"{method} {path}{'?' if queries else ''}{'&'.join(queries)}"]
    if raw.get("security") and any(each for each in raw["security"]):
        lines.append("Authorization: Bearer …")
    lines += [
        f"{each['name']}: {_example(each)}" for each in parameters if each["in"] == "header" and each.get("required")
    ]
    return "\n".join([*lines, *_body(_known(raw.get("requestBody", {})))])


def _answer(raw: dict[str, Any]) -> str:
    status, answer = next((status, _known(answer)) for status, answer in raw["responses"].items() if status[0] == "2")
    headers = {name: _known(header) for name, header in answer.get("headers", {}).items()}
    told = [f"{name}: {_example(header)}" for name, header in headers.items() if header.get("required", True)]
    return "\n".join([status, *(each for each in told if not each.endswith(": …")), *_body(answer)])


def _body(holder: dict[str, Any]) -> Iterator[str]:
    for kind, content in holder.get("content", {}).items():
        yield f"Content-Type: {kind}"
        example = next(
            (_known(each).get("value") for each in content.get("examples", {}).values()), content.get("example")
        )
        if example is not None:
            yield ""
            yield example.strip() if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)
        return


def _example(node: dict[str, Any]) -> Any:
    schema = _known(node.get("schema", {}))
    for holder in (node, schema):
        if "example" in holder:
            return holder["example"]
        if holder.get("examples"):
            examples = holder["examples"]
            return examples[0] if isinstance(examples, list) else _known(next(iter(examples.values()))).get("value")
    return schema.get("const", schema.get("default", "…"))


def _answers(raw: dict[str, Any]) -> Iterator[Answer]:
    for status, node in raw["responses"].items():
        answer = _known(node)
        codes = (*answer.get("x-problem-codes", ()), *(node.get("x-problem-codes", ()) if node is not answer else ()))
        yield Answer(status, answer.get("description", "").strip(), codes)
