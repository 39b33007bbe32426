"""The contract agrees with itself: openapi.yaml, problems.yaml and README.md."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import jsonschema_rs
import pytest
import schemathesis
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.core.result import Ok

from rosetta.harness.paths import CONTRACT
from rosetta.kit.case import LEVELS

TEXT = (CONTRACT / "openapi.yaml").read_text(encoding="utf-8")
README = (CONTRACT / "README.md").read_text(encoding="utf-8")
DOC: dict[str, Any] = yaml.safe_load(TEXT)
PROBLEMS: dict[str, Any] = yaml.safe_load((CONTRACT / "problems.yaml").read_text(encoding="utf-8"))
TYPE = "https://shop.example/problems/"

OPERATION_IDS = [
    *("listProducts", "getProduct"),
    *("register", "login", "refreshToken", "logout", "getMe"),
    *("getCart", "putCartItem", "deleteCartItem", "putCartCoupon", "deleteCartCoupon", "checkout"),
    *("listOrders", "getOrder", "cancelOrder"),
    *("createProduct", "patchProduct", "archiveProduct", "adjustStock", "importProducts", "exportProducts"),
    *("createCoupon", "transitionOrder", "paymentWebhook", "streamEvents"),
    *("liveness", "readiness", "metrics", "contract"),
]
# WEBHOOK-3: the provider may add members to its events, and what it adds is ignored.
OPEN_REQUESTS = {"paymentWebhook"}
# These answer without the database, so they have no 503.
WITHOUT_DATABASE = {"liveness", "metrics", "contract"}
# Responses that belong to no operation, because any path or none may give them.
ANYWHERE = {"UnknownPath": 404, "MethodNotAllowed": 405, "InternalError": 500}


class Operation(NamedTuple):
    """One operation: its path template, its method in lower case, and what openapi.yaml says of it."""

    path: str
    method: str
    raw: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.raw["operationId"])

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """Parameters by name, references followed."""
        return {p["name"]: p for p in map(deref, self.raw.get("parameters", []))}

    @property
    def responses(self) -> dict[int, dict[str, Any]]:
        """Responses by status, references followed."""
        return {int(status): deref(response) for status, response in self.raw["responses"].items()}

    @property
    def body(self) -> dict[str, Any]:
        """Media types of the request body, empty without one."""
        content: dict[str, Any] = self.raw.get("requestBody", {}).get("content", {})
        return content


class Place(NamedTuple):
    """A schema and one value that must fit it."""

    where: str
    schema: Any
    value: Any


def resolve(ref: str) -> Any:
    """Follows a local reference. Raises KeyError when it leads nowhere."""
    assert ref.startswith("#/"), ref
    node: Any = DOC
    for part in ref[2:].split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def deref(node: dict[str, Any]) -> dict[str, Any]:
    """What a reference object stands for."""
    while "$ref" in node:
        node = resolve(node["$ref"])
    return node


def walk(node: Any, where: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document, with its JSON pointer."""
    if isinstance(node, dict):
        yield where, node
        for key, value in node.items():
            yield from walk(value, f"{where}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, f"{where}/{index}")


def examples_of(node: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The examples of a parameter, header or media type, by name."""
    if "example" in node:
        yield "example", node["example"]
    for name, example in node.get("examples", {}).items():
        yield name, deref(example)["value"]


def errors_of(schema: Any, value: Any) -> list[str]:
    """Why `value` does not fit `schema`; formats count, references are those of the document."""
    validator = jsonschema_rs.Draft202012Validator(
        {"allOf": [schema], "components": DOC["components"]}, validate_formats=True
    )
    return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(value)]


OPERATIONS = [
    Operation(path, method, raw)
    for path, item in DOC["paths"].items()
    for method, raw in item.items()
    if method in {"get", "put", "post", "delete", "patch", "head", "options", "trace"}
]
EACH_OPERATION = pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.id for operation in OPERATIONS])


def responses() -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Every response: the name that a failure shows, its status, and what openapi.yaml says of it."""
    for operation in OPERATIONS:
        for status, response in operation.responses.items():
            yield f"{operation.id} {status}", status, response
    for name, status in ANYWHERE.items():
        yield name, status, DOC["components"]["responses"][name]


def refusals() -> Iterator[tuple[str, int, dict[str, Any], dict[str, Any]]]:
    """Every response of 400 and above, and the media type object of its problem."""
    for where, status, response in responses():
        if status >= 400:
            assert list(response["content"]) == ["application/problem+json"], where
            yield where, status, response, response["content"]["application/problem+json"]


def media_types() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every body, sent or answered: where it stands, its type, its media type object."""
    for operation in OPERATIONS:
        for name, media in operation.body.items():
            yield f"{operation.id} request", name, media
    for where, _, response in responses():
        for name, media in response.get("content", {}).items():
            yield where, name, media


def described() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every parameter, header and body: all that has a schema and must have an example."""
    for operation in OPERATIONS:
        for name, parameter in operation.parameters.items():
            yield f"{operation.id} {name}", parameter
    for where, _, response in responses():
        for name, header in response.get("headers", {}).items():
            yield f"{where} {name}", deref(header)
    for where, name, media in media_types():
        yield f"{where} {name}", media


def parts_of_text(where: str, media: dict[str, Any]) -> Iterator[Place]:
    """The lines of NDJSON and the data of events, which are JSON inside a text."""
    for name, text in examples_of(media):
        if "x-line-schema" in media:
            for line in text.splitlines():
                yield Place(f"{where} {name} line", media["x-line-schema"], json.loads(line))
        if "x-event-data" in media:
            for kind, data in re.findall(r"^event: (.*)\ndata: (.*)$", text, re.MULTILINE):
                yield Place(f"{where} {name} {kind}", media["x-event-data"][kind], json.loads(data))


def places() -> Iterator[Place]:
    """Every example and every default, with the schema that it must fit."""
    for where, node in described():
        for name, value in examples_of(node):
            yield Place(f"{where} {name}", node["schema"], value)
        yield from parts_of_text(where, node)
    for where, schema in walk(DOC):
        if "default" in schema:
            yield Place(f"{where} default", schema, schema["default"])


def object_schemas(schema: Any, seen: set[str], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema below `schema` that describes an object, each named one once."""
    if isinstance(schema, list):
        for index, entry in enumerate(schema):
            yield from object_schemas(entry, seen, f"{where}/{index}")
    if not isinstance(schema, dict):
        return
    ref = schema.get("$ref")
    if ref is not None and ref not in seen:
        seen.add(ref)
        yield from object_schemas(resolve(ref), seen, ref)
    whole, *narrowings = schema.get("allOf", [None])
    yield from object_schemas(whole, seen, where)
    if schema.get("type") == "object" or narrowings:
        yield where, schema
    for key in ("oneOf", "anyOf", "items", "additionalProperties"):
        yield from object_schemas(schema.get(key), seen, f"{where}/{key}")
    for key in ("properties", "patternProperties"):
        for name, entry in schema.get(key, {}).items():
            yield from object_schemas(entry, seen, f"{where}/{key}/{name}")


OPTIONAL = {"instance"}  # of a problem: what frameworks add (PROBLEM-1)


def openings(schema: dict[str, Any], *, complete: bool) -> list[str]:
    """What makes an object schema open, or, if it must be `complete`, leaves a member out of `required`.

    What stands behind the first of `allOf` may only narrow members that the first has.
    """
    if "allOf" in schema:
        whole, *narrowings = schema["allOf"]
        return sorted(set().union(*map(members, narrowings)) - members(whole))
    names = set(schema.get("properties", {})) - OPTIONAL
    found = [] if schema.get("additionalProperties") is False else ["additionalProperties"]
    return found + (sorted(names ^ set(schema.get("required", []))) if complete else [])


def test_openapi_is_valid() -> None:
    assert DOC["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(DOC).iter_errors()] == []


def test_schemathesis_reads_every_operation() -> None:
    schema = schemathesis.openapi.from_path(CONTRACT / "openapi.yaml")
    refused = [result for result in schema.get_all_operations() if not isinstance(result, Ok)]
    assert refused == []
    assert schema.statistic.operations.total == len(OPERATION_IDS)


def test_operations_are_the_thirty_in_their_order() -> None:
    assert [operation.id for operation in OPERATIONS] == OPERATION_IDS


def test_every_reference_resolves() -> None:
    lost = []
    for where, node in walk(DOC):
        if "$ref" in node:
            try:
                resolve(node["$ref"])
            except KeyError:
                lost.append(f"{where} -> {node['$ref']}")
    assert lost == []


def test_nothing_stands_beside_a_reference_that_tools_would_miss() -> None:
    """Generators read the reference alone; a default is the service's business, and an example only has a summary."""
    beside = {name for _, node in walk(DOC) if "$ref" in node for name in node}
    assert beside == {"$ref", "default", "summary"}


def test_every_component_is_used() -> None:
    used = {node["$ref"] for _, node in walk(DOC) if "$ref" in node}
    used |= {f"#/components/securitySchemes/{name}" for _, node in walk(DOC["paths"]) for name in node}
    used |= {f"#/components/responses/{name}" for name in ANYWHERE}
    assert [
        f"#/components/{k}/{n}" for k, v in DOC["components"].items() for n in v if f"#/components/{k}/{n}" not in used
    ] == []


def test_every_link_to_a_rule_resolves() -> None:
    anchors = set(re.findall(r'<a id="([^"]+)"></a>', README))
    anchors |= {title.lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", README, re.MULTILINE)}
    links = set(re.findall(r"README\.md#([^)`\s]+)", TEXT)) | set(re.findall(r"\]\(#([^)]+)\)", README))
    links |= {rule.lower() for operation in OPERATIONS for rule in operation.raw["x-rules"]}
    links |= {problem["rule"].lower() for problem in PROBLEMS.values()}
    assert links - anchors == set()


def test_both_texts_can_be_read() -> None:
    """One sentence a line is for people to see to; long lines are for this test."""
    long = [line for line in [*README.splitlines(), *TEXT.splitlines()] if len(line) > 140]
    assert long == []
    assert [problem["meaning"] for problem in PROBLEMS.values() if not problem["meaning"].endswith(".")] == []


def test_every_link_says_where_it_leads() -> None:
    links = re.findall(r"\[([A-Z0-9]+-[0-9]+)\]\((?:README\.md)?#([^)]+)\)", TEXT + README)
    assert links
    assert [(label, anchor) for label, anchor in links if label.lower() != anchor] == []


@EACH_OPERATION
def test_operation_names_its_rules_and_its_tag(operation: Operation) -> None:
    assert operation.raw["x-rules"]
    assert len(operation.raw["x-rules"]) == len(set(operation.raw["x-rules"]))
    (tag,) = (tag for tag in DOC["tags"] if tag["name"] in operation.raw["tags"])
    assert operation.raw["tags"] == [tag["name"]], "one tag, which says the level"
    assert tag["x-level"] in LEVELS
    assert "security" in operation.raw, "security is said for each operation, also when it is none"


def test_every_example_is_valid() -> None:
    found = {place.where: errors for place in places() if (errors := errors_of(place.schema, place.value))}
    assert found == {}


def test_everything_has_an_example() -> None:
    assert [where for where, node in described() if not list(examples_of(node))] == []


def test_every_kind_of_line_and_event_has_an_example() -> None:
    """Guards the test of the examples: a text in which it finds no part would not be checked."""
    for where, name, media in media_types():
        assert ("x-line-schema" in media) == (name == "application/x-ndjson"), where
        assert ("x-event-data" in media) == (name == "text/event-stream"), where
        found = {place.where.rsplit(" ", 1)[1] for place in parts_of_text(where, media)}
        assert found == set(media.get("x-event-data", ["line"] if "x-line-schema" in media else [])), where


def test_every_response_but_these_has_a_body() -> None:
    without = {where for where, _, response in responses() if "content" not in response}
    assert without == {"getProduct 304", "getOrder 304", "logout 204", "archiveProduct 204"}


def test_problem_codes_agree_with_problems_yaml() -> None:
    for where, status, response, media in refusals():
        codes = response["x-problem-codes"]
        assert codes, where
        assert {PROBLEMS[code]["status"] for code in codes} == {status}, where
        examples = [value for _, value in examples_of(media)]
        assert {example["type"] for example in examples} == {TYPE + code for code in codes}, where
        for example in examples:
            problem = PROBLEMS[example["type"].removeprefix(TYPE)]
            assert (example["title"], example["status"]) == (problem["title"], problem["status"]), where
            assert set(example) == {"type", "title", "status", "detail", *problem.get("members", [])}, where


def test_schema_of_a_refusal_admits_its_problems_alone() -> None:
    for where, status, response, media in refusals():
        others = [code for code in PROBLEMS if code not in response["x-problem-codes"]]
        for _, example in examples_of(media):
            wrong = [{**example, "type": TYPE + code} for code in others]
            wrong += [{**example, "status": status + 1}, {**example, "reason": "/"}]
            assert [value for value in wrong if not errors_of(media["schema"], value)] == [], where


def test_success_has_no_problem_codes() -> None:
    assert [where for where, status, response in responses() if status < 400 and "x-problem-codes" in response] == []


def test_every_problem_code_occurs() -> None:
    in_operations = {
        code
        for operation in OPERATIONS
        for response in operation.responses.values()
        for code in response.get("x-problem-codes", [])
    }
    assert set(PROBLEMS) - in_operations == {"method_not_allowed", "internal_error"}


@EACH_OPERATION
def test_request_is_closed(operation: Operation) -> None:
    found = {
        where: openings(schema, complete=False)
        for media in operation.body.values()
        for root in (media["schema"], media.get("x-line-schema"))
        for where, schema in object_schemas(root, set(), operation.id)
    }
    opened = {where: what for where, what in found.items() if what}
    assert bool(opened) == (operation.id in OPEN_REQUESTS), opened


def test_every_response_is_closed_and_complete() -> None:
    opened = {
        f"{answer} {where}": what
        for answer, _, response in responses()
        for media in response.get("content", {}).values()
        for root in (media["schema"], media.get("x-line-schema"), *media.get("x-event-data", {}).values())
        for where, schema in object_schemas(root, set(), "#")
        if (what := openings(schema, complete=True))
    }
    assert opened == {}


@EACH_OPERATION
def test_statuses_follow_from_the_operation(operation: Operation) -> None:
    expected = set()
    if operation.body:
        expected |= {413, 422}
        # The import calls bad JSON a bad line; the webhook ignores the media type (WEBHOOK-3).
        expected |= {400} if operation.id != "importProducts" else set()
        expected |= {415} if operation.id != "paymentWebhook" else set()
    if any("bearer" in scheme for scheme in operation.raw["security"]):
        expected |= {401}
    if {"bearer": ["admin"]} in operation.raw["security"]:
        expected |= {403}
    if "{" in operation.path:
        expected |= {404}
    if "If-Match" in operation.parameters:
        expected |= {412, 428}
    if "If-None-Match" in operation.parameters:
        expected |= {304}
    if any(parameter["in"] == "query" for parameter in operation.parameters.values()):
        expected |= {400}
    if operation.id not in WITHOUT_DATABASE:
        expected |= {503}
    # What is left is the operation's own: its success, conflicts, limits and credentials.
    own = {200, 201, 204, 409, 429} | ({404} if operation.id == "putCartCoupon" else set())
    own |= {401} if operation.id in {"login", "refreshToken", "paymentWebhook"} else set()
    own |= {400} if operation.id == "checkout" else set()
    assert expected <= set(operation.responses)
    assert set(operation.responses) - expected <= own
    assert operation.path.startswith("/admin/") == ({"bearer": ["admin"]} in operation.raw["security"])


@EACH_OPERATION
def test_headers_follow_from_the_status(operation: Operation) -> None:
    caching = set()
    for status, response in operation.responses.items():
        headers = {name: deref(header) for name, header in response.get("headers", {}).items()}
        if status < 400:
            caching.add(json.dumps(headers.get("Cache-Control")))
        else:
            assert "Cache-Control" not in headers, "HTTP-7: that of an error is free"
        required = {name for name, header in headers.items() if header.get("required")}
        assert status != 401 or "WWW-Authenticate" in required
        assert status not in {429, 503} or "Retry-After" in required
        assert status != 304 or "ETag" in required
        one = response.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
        assert (one.rsplit("/")[-1] in {"Product", "Order"} or status == 304) == ("ETag" in headers)
    assert len(caching) == 1, "HTTP-7: a 304 carries its path's Cache-Control"


@EACH_OPERATION
def test_links_lead_to_operations(operation: Operation) -> None:
    targets = {target.id: target for target in OPERATIONS}
    for response in operation.responses.values():
        for link in response.get("links", {}).values():
            target = targets[link["operationId"]]
            assert set(link.get("parameters", {})) <= set(target.parameters)
            for media in target.body.values():
                assert set(link.get("requestBody", {})) <= members(media["schema"])


def members(schema: dict[str, Any]) -> set[str]:
    """The members that a schema, or one of its alternatives, names."""
    read = deref(schema)
    named = [members(alternative) for alternative in read.get("anyOf", [])]
    return set(read.get("properties", {})).union(*named)


def priced(value: Any) -> Iterator[dict[str, Any]]:
    """Every cart and order in an example."""
    yield from (node for _, node in walk(value) if "subtotal" in node)


def test_every_example_adds_up() -> None:
    values = [value for place in places() for value in priced(place.value)]
    assert any(value["discount"] for value in values)
    for value in values:
        check_figures(value)


def check_figures(value: dict[str, Any]) -> None:
    """Checks PRICE-1 from the discount on: an order does not tell the rate of its coupon."""
    lines = [line for line in value["lines"] if line.get("available", True)]
    assert value["lines"] == sorted(value["lines"], key=lambda line: str(line["sku"]))
    assert [line["line_total"] for line in value["lines"]] == [
        line["unit_price"] * line["quantity"] for line in value["lines"]
    ]
    subtotal, discount = sum(line["line_total"] for line in lines), value["discount"]
    shares = [discount * line["line_total"] // subtotal for line in lines]
    by_remainder = sorted(range(len(lines)), key=lambda index: -(discount * lines[index]["line_total"] % subtotal))
    for index in by_remainder[: discount - sum(shares)]:
        shares[index] += 1
    taxes = [
        ((line["line_total"] - share) * line["tax_rate_bp"] + 5000) // 10000
        for line, share in zip(lines, shares, strict=True)
    ]
    assert [(line["discount"], line["tax"]) for line in lines] == list(zip(shares, taxes, strict=True))
    assert all(line["discount"] == line["tax"] == 0 for line in value["lines"] if line not in lines)
    shipping = 499 if lines and subtotal - discount < 5000 else 0
    figures = (subtotal, sum(taxes), shipping, subtotal - discount + sum(taxes) + shipping)
    assert (value["subtotal"], value["tax"], value["shipping"], value["total"]) == figures
    assert value.get("refund_due", False) == (
        (value.get("status"), value.get("payment_status")) == ("cancelled", "succeeded")
    )


def patterns() -> list[str]:
    """Every pattern of the document, those of member names too."""
    found = {node["pattern"] for _, node in walk(DOC) if isinstance(node.get("pattern"), str)}
    return sorted(found | {name for _, node in walk(DOC) for name in node.get("patternProperties", {})})


def test_every_pattern_means_the_same_everywhere() -> None:
    """Python, Rust and ECMAScript agree on what is anchored and has neither look-around nor a class by letter."""
    assert [pattern for pattern in patterns() if not re.fullmatch(r"\^.*\$", pattern)] == []
    differing = re.compile(r"\(\?|\\[bBdDsSwWpPkAzZ]|\[\[|&&|--|~~")
    assert [pattern for pattern in patterns() if differing.search(pattern)] == []
    for pattern in patterns():
        re.compile(pattern)
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
