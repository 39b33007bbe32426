import json
from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

from tests.conftest import Headers

NDJSON = {"Content-Type": "application/x-ndjson"}


def test_what_is_exported_can_be_imported(client: TestClient, admin: Headers, make_product: Callable[..., Any]) -> None:
    product = make_product()
    exported = client.get("/admin/products/export", headers=admin)
    assert exported.headers["Content-Type"].startswith(NDJSON["Content-Type"])
    lines = [json.loads(line) for line in exported.content.splitlines()]
    assert product in lines
    same = client.post("/admin/products/import", content=exported.content, headers=admin | NDJSON)
    assert same.json() == {"created": 0, "updated": 0, "unchanged": len(lines)}
    new = json.dumps(product | {"sku": product["sku"] + "-N", "price": 2}).encode()
    changed = json.dumps(product | {"name": "Pencil"}).encode()
    result = client.post("/admin/products/import", content=new + b"\r\n" + changed, headers=admin | NDJSON)
    assert result.json() == {"created": 1, "updated": 1, "unchanged": 0}


def test_nothing_of_a_bad_import_is_applied(client: TestClient, admin: Headers) -> None:
    good = b'{"sku":"TEST-BAD-1","name":"n","category":"c","price":1,"tax_rate_bp":0}'
    refused = client.post("/admin/products/import", content=good + b"\n[]\n" + good, headers=admin | NDJSON)
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {"line": 2, "pointer": "", "code": "malformed"},
        {"line": 3, "pointer": "/sku", "code": "duplicate"},
    ]
    assert client.get("/products/TEST-BAD-1").status_code == 404
