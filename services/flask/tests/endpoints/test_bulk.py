import json
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.conftest import Headers

NDJSON = {"Content-Type": "application/x-ndjson"}


def test_what_is_exported_can_be_imported(
    client: FlaskClient, admin: Headers, make_product: Callable[..., Any]
) -> None:
    sku = make_product(attributes={"a": {"b": True}})["sku"]
    exported = client.get("/admin/products/export", headers=admin)
    assert exported.mimetype == "application/x-ndjson"
    lines = exported.data.splitlines()
    exported.close()
    again = client.post("/admin/products/import", data=exported.data, headers=admin | NDJSON)
    assert again.get_json() == {"created": 0, "updated": 0, "unchanged": len(lines)}
    [line] = [each for each in map(json.loads, lines) if each["sku"] == sku]
    changed = json.dumps(line | {"price": 7, "stock": 99}).encode()
    updated = client.post("/admin/products/import", data=changed, headers=admin | NDJSON)
    assert updated.get_json() == {"created": 0, "updated": 1, "unchanged": 0}
    product = client.get(f"/products/{sku}").get_json()
    assert (product["price"], product["stock"], product["version"]) == (7, 5, 2)


def test_all_or_nothing(client: FlaskClient, admin: Headers) -> None:
    good = {"sku": "ALL-OR-NOTHING", "name": "Pen", "category": "tests", "price": 1, "tax_rate_bp": 0}
    lines = [json.dumps(good), "", "{", json.dumps(good | {"price": 0}), json.dumps(good | {"sku": "X", "x": 1})]
    response = client.post("/admin/products/import", data="\r\n".join(lines), headers=admin | NDJSON)
    assert response.status_code == 422
    assert {(each["line"], each["pointer"], each["code"]) for each in response.get_json()["errors"]} == {
        (3, "", "malformed"),
        (4, "/price", "out_of_range"),
        (4, "/sku", "duplicate"),
        (5, "/x", "unknown"),
    }
    assert client.get("/products/ALL-OR-NOTHING").status_code == 404
