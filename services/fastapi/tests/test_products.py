from typing import Any

import pytest

from shop.admin.merge import merge
from shop.admin.schemas import CouponCreate, MergedAttributes
from shop.catalog.schemas import ImportLine, ProductCreate, ProductPatch
from tests.vectors import faults

GOOD = {"sku": "A-1", "name": "n", "category": "c", "price": 1, "tax_rate_bp": 0}
FULL = {f"k{number:02}": "\U0001f600" * 997 for number in range(20)}  # 20,000 characters with the names


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"sku": "A\n"}, {"/sku": "format"}),
        ({"sku": "a" * 50_000}, {"/sku": "format"}),
        ({"name": ""}, {"/name": "too_short"}),
        ({"name": "\U0001f600" * 121}, {"/name": "too_long"}),
        ({"name": None, "price": None}, {"/name": "type", "/price": "type"}),
        (
            {"price": True, "tax_rate_bp": "1", "stock": 1.5},
            {"/price": "type", "/tax_rate_bp": "type", "/stock": "type"},
        ),
        ({"price": 2**70, "stock": -1}, {"/price": "out_of_range", "/stock": "out_of_range"}),
        ({"id": 1, "version": None, "x/y~z": {}}, {"/id": "unknown", "/version": "unknown", "/x~1y~0z": "unknown"}),
        ({"attributes": None}, {"/attributes": "type"}),
        ({"attributes": []}, {"/attributes": "type"}),
    ],
)
def test_create(change: dict[str, Any], errors: dict[str, str]) -> None:
    assert faults(ProductCreate, GOOD | change) == errors


def test_create_with_defaults() -> None:
    product = ProductCreate.model_validate(GOOD | {"description": None})
    assert (product.description, product.attributes, product.stock) == (None, {}, 0)
    required = {f"/{name}": "required" for name in GOOD}
    assert faults(ProductCreate, {}) == required


@pytest.mark.parametrize(
    ("attributes", "errors"),
    [
        ({"A": 1, "a" * 33: 1}, {"/A": "format", "/" + "a" * 33: "format"}),
        ({"a": [1], "b": 1.5, "c": None}, {"/a": "type", "/b": "type", "/c": "null_not_allowed"}),
        ({"a": {"b": {"c": {}}}}, {"/a/b/c": "format"}),
        ({"a": "x" * 1001, "c": 2**53}, {"/a": "too_long", "/c": "out_of_range"}),
        ({"a": {f"k{n}": 1 for n in range(21)}}, {"/a": "too_long"}),
        ({f"k{n}": 1 for n in range(21)}, {"": "too_long"}),
        ({"a": {"~/": [], "b": 1}}, {"/a/~0~1": "type"}),
        (FULL | {"k19": {"a": "\U0001f600" * 997}}, {"": "too_long"}),
    ],
)
def test_attributes(attributes: dict[str, Any], errors: dict[str, str]) -> None:
    expected = {f"/attributes{pointer}": code for pointer, code in errors.items()}
    assert faults(ProductCreate, GOOD | {"attributes": attributes}) == expected
    assert faults(MergedAttributes, {"attributes": attributes}) == expected


def test_good_attributes() -> None:
    attributes = {"a": {"b": {"c": True, "d": ""}}, "n": -(2**53) + 1, "e": {}, "s": "x" * 1000}
    for good in (attributes, FULL):
        assert ProductCreate.model_validate(GOOD | {"attributes": good}).attributes == good


def test_stock() -> None:
    assert faults(ProductCreate, GOOD | {"stock": 1_000_001}) == {"/stock": "out_of_range"}
    assert faults(ImportLine, GOOD | {"stock": 2_000_000_001}) == {"/stock": "out_of_range"}
    assert ImportLine.model_validate(GOOD | {"stock": 2_000_000_000}).stock == 2_000_000_000


def test_patch() -> None:
    deep = {"a": {"b": {"c": {"d": None}}}} | {f"k{n}": None for n in range(21)}
    patch = ProductPatch.model_validate({"description": None, "attributes": deep})
    assert patch.model_dump(exclude_unset=True) == {"description": None, "attributes": deep}
    assert faults(ProductPatch, {"attributes": {"A": None, "a": []}}) == {
        "/attributes/A": "format",
        "/attributes/a": "type",
    }
    assert faults(ProductPatch, {"sku": "A", "stock": 1, "active": True, "x": 1}) == {
        "/sku": "unknown",
        "/stock": "unknown",
        "/active": "unknown",
        "/x": "unknown",
    }


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ({"a": 1}, {"a": {"b": None, "c": 2}}, {"a": {"c": 2}}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ],
)
def test_merge(target: dict[str, Any], patch: dict[str, Any], result: dict[str, Any]) -> None:
    assert merge(target, patch) == result


def test_coupons() -> None:
    coupon = CouponCreate.model_validate({"code": "spring125", "percent_bp": 1, "ends_at": None})
    assert (coupon.code, coupon.min_subtotal, coupon.max_redemptions) == ("SPRING125", 0, None)
    for code in ("AB", "\u017fpring", "spr\u0131ng", "SPRING\n", "\uff21\uff22\uff23"):
        assert faults(CouponCreate, {"code": code, "percent_bp": 1}) == {"/code": "format"}
    start, end = "2026-06-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z"
    wrong = {"code": "ABC", "percent_bp": 10_001, "starts_at": start, "ends_at": end}
    assert faults(CouponCreate, wrong) == {"/percent_bp": "out_of_range", "/ends_at": "out_of_range"}
    for time in (
        "2026-01-01T24:00:00.000Z",
        "2026-01-01T00:00:60.000Z",
        "2026-02-30T00:00:00.000Z",
        "1999-01-01T00:00:00.000Z",
        "2026-06-01T00:00:00Z",
        "2026-06-01",
    ):
        assert faults(CouponCreate, {"code": "ABC", "percent_bp": 1, "ends_at": time}) == {"/ends_at": "format"}
