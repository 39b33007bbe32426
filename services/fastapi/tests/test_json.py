import base64
from typing import Any

import pytest
from pydantic import ValidationError

from shop.carts.schemas import CartItemPut
from shop.platform.requests import MAX_BYTES, MalformedJsonError, read_json
from tests.vectors import cases


def status_of(body: bytes) -> int:
    """What PUT /cart/items/{sku} answers to a body, but for its resource."""
    if len(body) > MAX_BYTES:
        return 413
    try:
        CartItemPut.model_validate(read_json(body))
    except MalformedJsonError:
        return 400
    except ValidationError:
        return 422
    return 200


@pytest.mark.parametrize("case", cases("json_bodies"))
def test_vectors(case: dict[str, Any]) -> None:
    if case["recipe"]:
        body = b"".join(part["text"].encode() * part["count"] for part in case["recipe"])
    else:
        body = base64.b64decode(case["body_base64"])
    assert status_of(body) in case["statuses"]
    if status_of(body) == 200:
        assert CartItemPut.model_validate(read_json(body)).quantity == case["quantity"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"1.0", 1.0),
        (b"1e2", 100.0),
        (b"-0", 0),
        (b"9223372036854775808", 9223372036854775808),
        (b"1.5", 1.5),
        (b"1e-400", 0.0),
        (b"0e99999999999999999999", 0.0),
        (b"1e-99999999999999999999", 0.0),
        (b"0." + b"9" * 60_000, 1.0),
    ],
)
def test_numbers(text: bytes, value: float) -> None:
    got = read_json(b'{"n": %b}' % text)["n"]
    assert (got, type(got)) == (value, type(value))


@pytest.mark.parametrize(
    "text",
    [
        b"9" * 5000,
        b"NaN",
        b"01",
        b"1.",
        b"+1",
    ],
)
def test_no_numbers(text: bytes) -> None:
    with pytest.raises(MalformedJsonError):
        read_json(b'{"n": %b}' % text)


def test_depth() -> None:
    def nested(depth: int) -> bytes:
        return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"

    read_json(nested(32))
    for depth in (1000, 30_000):
        with pytest.raises(MalformedJsonError):
            read_json(nested(depth))
    brackets = read_json(b'{"a":"' + b"[{" * 100 + b'\\"[", "b":[{}]}')
    assert brackets["b"] == [{}]


def test_depth_is_told_in_linear_time() -> None:
    with pytest.raises(MalformedJsonError):
        read_json(b'{"a":' + b"[" * 40 + b'"' + b'\\"' * 30_000)


def test_duplicates() -> None:
    for text in (b'{"a":1,"a":1}', b'{"a":1,"\\u0061":2}', b'{"x":[{"y":{"a":1,"a":2}}]}'):
        with pytest.raises(MalformedJsonError):
            read_json(text)
    assert read_json(b'{"a":{"a":1}}') == {"a": {"a": 1}}


@pytest.mark.parametrize("text", [b'"\\ud800"', b'"\\udc00\\ud800"', b'["\\ud83d"]', b'{"\\udfff":1}'])
def test_lone_surrogates(text: bytes) -> None:
    with pytest.raises(MalformedJsonError):
        read_json(b'{"a":%b}' % text)


def test_strings_stay_as_they_are() -> None:
    assert read_json('{"a":" \\ud83d\\ude00\u0301 "}'.encode()) == {"a": " \U0001f600\u0301 "}


def test_nul() -> None:
    for text in (b'{"a":"\\u0000"}', b'{"\\u0000":1}', b'{"a":"\\\\\\u0000"}'):
        with pytest.raises(MalformedJsonError):
            read_json(text)
    assert read_json(b'{"a":"\\\\u0000"}') == {"a": "\\u0000"}
