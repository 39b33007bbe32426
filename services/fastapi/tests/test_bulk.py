import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from shop.bulk.service import BATCH_CHARACTERS, _batches
from shop.bulk.upload import MAX_LINE_BYTES, MAX_LINES, Upload, split_lines
from shop.platform.problem import Problem

FULL = b"x" * MAX_LINE_BYTES


async def chunked(body: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(body), size):
        yield body[at : at + size]


def read(body: bytes) -> Upload:
    upload = Upload()
    asyncio.run(upload.read(chunked(body, 65_536)))
    return upload


@pytest.mark.parametrize("size", [1, 2, 7, 100_000])
@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (b"", []),
        (b"\n", [b""]),
        (b"a", [b"a"]),
        (b"a\nb\n", [b"a", b"b"]),
        (b"a\r\n\r\nb\r", [b"a", b"", b"b\r"]),
        ("a\r\r\nb\rc\u2028d\u0085e\vf\n".encode(), [b"a\r", "b\rc\u2028d\u0085e\vf".encode()]),
    ],
)
def test_lines(body: bytes, lines: list[bytes], size: int) -> None:
    async def split() -> list[bytes]:
        return [line async for line in split_lines(chunked(body, size))]

    assert asyncio.run(split()) == lines


@pytest.mark.parametrize("size", [4096, 65_536, 300_000])
def test_long_lines(size: int) -> None:
    body = FULL + b"\n" + FULL + b"\r\n" + FULL + b"x\n" + FULL + b"x\r\n" + FULL * 3 + b"\nb\n" + FULL

    async def split() -> list[int]:
        return [len(line) async for line in split_lines(chunked(body, size))]

    lengths = asyncio.run(split())
    assert [length > MAX_LINE_BYTES for length in lengths] == [False, False, True, True, True, False, False]


def good(sku: str) -> bytes:
    return json.dumps({"sku": sku, "name": "n", "category": "c", "price": 1, "tax_rate_bp": 0}).encode()


def test_errors() -> None:
    upload = read(
        b"\n".join(
            [
                good("A"),
                b"",
                good("A"),
                b"\xef\xbb\xbf" + good("B"),
                b"[]",
                b'{"sku":"\xff"}',
                good("B") + b" " * MAX_LINE_BYTES,
                b'{"sku":"C","name":1,"stock":-1,"x":0,"version":"any"}',
                good("C"),
                good("c"),
                good("c"),
            ]
        )
    )
    assert [(error["line"], error["pointer"], error["code"]) for error in upload.errors] == [
        (3, "/sku", "duplicate"),
        (4, "", "malformed"),
        (5, "", "malformed"),
        (6, "", "malformed"),
        (7, "", "malformed"),
        (8, "/category", "required"),
        (8, "/name", "type"),
        (8, "/price", "required"),
        (8, "/stock", "out_of_range"),
        (8, "/tax_rate_bp", "required"),
        (8, "/x", "unknown"),
        (9, "/sku", "duplicate"),
        (10, "/sku", "format"),
        (11, "/sku", "format"),
    ]
    assert upload.error_count == len(upload.errors)


def test_limits() -> None:
    upload = read(b"x\n" * MAX_LINES)
    assert (upload.error_count, len(upload.errors), upload.errors[99]["line"]) == (MAX_LINES, 100, 100)
    with pytest.raises(Problem, match="too many"):
        read(b"\n" * (MAX_LINES + 1))


def test_rows() -> None:
    upload = read(
        good("B") + b'\n{"sku":"A","name":"<\xe2\x80\xa8>","category":"c","price":1,"tax_rate_bp":0,"description":"d",'
        b'"stock":2,"active":false,"attributes":{"a":1},"id":null,"created_at":1}'
    )
    [batch] = _batches(upload.rows)
    first, second = json.loads(batch)
    assert first == {
        "sku": "A",
        "name": "<\u2028>",
        "description": "d",
        "category": "c",
        "price": 1,
        "tax_rate_bp": 0,
        "attributes": {"a": 1},
        "stock": 2,
        "active": False,
    }
    assert (second["sku"], second["active"], second["stock"], second["description"]) == ("B", True, 0, None)


def test_batches() -> None:
    rows = {f"S-{number}": json.dumps({"sku": f"S-{number}", "name": "n" * 100}) for number in range(5000)}
    batches = list(_batches(rows))
    assert len(batches) > 1
    assert max(map(len, batches)) < BATCH_CHARACTERS * 1.1
    assert [row["sku"] for batch in batches for row in json.loads(batch)] == sorted(rows)
    assert list(_batches({})) == []
