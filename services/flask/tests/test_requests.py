import pytest
from flask import Flask

from shop.platform.etags import check_match, is_unchanged
from shop.platform.problems import PreconditionFailed, PreconditionRequired
from shop.platform.schemas import Schema, String, field_errors


@pytest.mark.parametrize(
    "document",
    [b'{"a": 1, "a": 1}', b'{"a": 1, "\\u0061": 1}', b"\xef\xbb\xbf{}", b"{} x", b'{"a": NaN}', b'{"a": "\xff"}', b""],
)
def test_no_json(app: Flask, document: bytes) -> None:
    with pytest.raises(ValueError, match=r"line|column"):
        app.json.loads(document)


def test_depth_has_an_end(app: Flask) -> None:
    assert app.json.loads(b"[" * 100 + b"]" * 100)
    with pytest.raises(ValueError, match="recursion"):
        app.json.loads(b"[" * 100_000)


@pytest.mark.parametrize("path", ["/products/", "//products", "/Products", "/products/note", "/products/A%0A", "/"])
def test_paths_are_exact(app: Flask, path: str) -> None:
    response = app.test_client().get(path)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=1&limit=1", "limit"),
        ("limit=1_0", "limit"),
        ("limit=", "limit"),
        ("q", "q"),
        ("q=%FF", "q"),
        ("q=%00", "q"),
        ("q=%", "q"),
        ("limit[]=1", "limit[]"),
        ("in_stock=yes", "in_stock"),
    ],
)
def test_strict_queries(app: Flask, query: str, parameter: str) -> None:
    response = app.test_client().get(f"/products?{query}")
    assert response.status_code == 400
    assert response.get_json()["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize(
    ("sent", "unchanged"),
    [('"7"', True), ('W/"7"', True), ("*", True), ('"6", "7"', True), (', "7" ,', True), ("7", False), ('"7', False)],
)
def test_if_none_match(app: Flask, sent: str, *, unchanged: bool) -> None:
    with app.test_request_context(headers={"If-None-Match": sent}):
        assert is_unchanged(7) is unchanged


def test_if_match(app: Flask) -> None:
    for sent in ('"7"', "*", '"6", "7"'):
        with app.test_request_context(headers={"If-Match": sent}):
            check_match(7)
    for sent in ('"6"', 'W/"7"', "7", ""):
        with app.test_request_context(headers={"If-Match": sent}), pytest.raises(PreconditionFailed):
            check_match(7)
    with app.test_request_context(), pytest.raises(PreconditionRequired):
        check_match(7)


def test_pointers_name_odd_members() -> None:
    schema = Schema.from_dict({"name": String(required=True)})()
    messages = schema.validate({"a/b": 1, "~": 1, "_schema": 1})
    assert {each["pointer"]: each["code"] for each in field_errors(messages)} == {
        "/name": "required",
        "/a~1b": "unknown",
        "/~0": "unknown",
        "/_schema": "unknown",
    }
    assert field_errors(schema.validate([])) == [{"pointer": "", "code": "type"}]
