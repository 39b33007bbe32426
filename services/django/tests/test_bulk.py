import json
from io import BytesIO
from typing import Any

import pytest

from shop.bulk.upload import Upload
from shop.catalog.models import Product
from tests.conftest import Person

LINE: dict[str, Any] = {"sku": "L-1", "name": "Line", "category": "test", "price": 100, "tax_rate_bp": 0}


def send(person: Person, content: bytes) -> Any:
    return person.client.post("/admin/products/import", content, content_type="application/x-ndjson")


def test_lines_end_with_lf_or_cr_lf() -> None:
    upload = Upload(BytesIO(json.dumps(LINE).encode() + b"\r\n\r\n\n" + json.dumps({**LINE, "sku": "L-2"}).encode()))
    assert (list(upload.rows), upload.errors) == (["L-1", "L-2"], [])


def test_faults_are_told_by_line() -> None:
    rows = [LINE, {**LINE, "price": 0, "id": 7}, {**LINE, "sku": "L-2", "x": 1}]
    upload = Upload(BytesIO(b"\n".join(json.dumps(row).encode() for row in rows) + b"\n\n[]\n{"))
    assert [(each["line"], each["pointer"], each["code"]) for each in upload.errors] == [
        (2, "/price", "out_of_range"),
        (2, "/sku", "duplicate"),
        (3, "/x", "unknown"),
        (5, "", "malformed"),
        (6, "", "malformed"),
    ]


def test_u0000_stands_only_in_what_is_ignored() -> None:
    lines = [json.dumps({**LINE, "version": "\0"}), json.dumps({**LINE, "name": "\0"})]
    upload = Upload(line.encode() for line in lines)
    assert [(each["line"], each["code"]) for each in upload.errors] == [(2, "malformed")]


@pytest.mark.django_db
def test_import(staff: Person) -> None:
    lines = b"\n".join(json.dumps({**LINE, "sku": f"L-{number}"}).encode() for number in range(300))
    assert send(staff, lines).json() == {"created": 300, "updated": 0, "unchanged": 0}
    changed = json.dumps({**LINE, "price": 101, "stock": 9}).encode()
    assert send(staff, lines + b"\n" + changed.replace(b"L-1", b"L-X")).json()["unchanged"] == 300
    assert send(staff, changed).json() == {"created": 0, "updated": 1, "unchanged": 0}
    assert Product.objects.get(sku="L-1").stock == 0
    assert send(staff, b"{}").json()["error_count"] == 5


@pytest.mark.django_db(transaction=True, databases=["default", "exports"])
def test_export_gives_what_an_import_takes(staff: Person) -> None:
    Product.objects.create(**LINE, attributes={"a": {"b": 1}}, active=False)
    exported = b"".join(staff.client.get("/admin/products/export").streaming_content)  # type: ignore[attr-defined]
    assert json.loads(exported)["active"] is False
    assert send(staff, exported).json() == {"created": 0, "updated": 0, "unchanged": 1}
