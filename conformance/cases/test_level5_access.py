"""Level 5: what every protected operation refuses, now that all are there."""

from __future__ import annotations

from test_level2_accounts import unauthenticated

from rosetta.kit.case import case
from rosetta.kit.client import Answer, Client
from rosetta.kit.people import People

LEVEL = 5
PROTECTED = [
    ("GET", "/me"),
    ("GET", "/cart"),
    ("PUT", "/cart/items/X"),
    ("DELETE", "/cart/items/X"),
    ("PUT", "/cart/coupon"),
    ("DELETE", "/cart/coupon"),
    ("POST", "/checkout"),
    ("GET", "/orders"),
    ("GET", "/orders/00000000-0000-4000-8000-000000000000"),
    ("POST", "/orders/00000000-0000-4000-8000-000000000000/cancel"),
    ("POST", "/admin/products"),
    ("PATCH", "/admin/products/X"),
    ("DELETE", "/admin/products/X"),
    ("POST", "/admin/products/X/stock"),
    ("POST", "/admin/products/import"),
    ("GET", "/admin/products/export"),
    ("POST", "/admin/coupons"),
    ("POST", "/admin/orders/00000000-0000-4000-8000-000000000000/transition"),
]


@case("TOKEN-014", rule="HTTP-1", hint="Authenticate before you read the body.")
def test_authentication_before_the_body(shop: Client) -> None:
    """Authentication comes before the body

    Sends each protected operation without a token, with a malformed body of the right type, a wrong query and things
    that do not exist: 401 each. Frameworks that bind the body first answer 400 or 422.
    """
    for method, path in PROTECTED:
        answer = shop.request(
            method, f"{path}?limit=0", content=b"{", headers={"content-type": media_type(method, path)}
        )
        unauthenticated(answer, f"{method} {path} without a token")


def media_type(method: str, path: str) -> str:
    """The type of the operation's body, or that of most."""
    if path.endswith("/import"):
        return "application/x-ndjson"
    return "application/merge-patch+json" if method == "PATCH" else "application/json"


@case("TOKEN-015", rule="ADMIN-1", hint="Check the role right after the token, for everything under /admin.")
def test_roles(people: People) -> None:
    """Customers may not enter the back office

    Sends each operation under /admin with a customer's token, a malformed body of the right type, a wrong query and
    things that do not exist: 403 each. A forged role in the token is a forged signature.
    """
    customer = people.customer()
    for method, path in PROTECTED:
        if path.startswith("/admin"):
            headers = {"content-type": media_type(method, path)}
            answer = customer.request(method, f"{path}?limit=0", content=b"{", headers=headers)
            assert answer.status == 403, f"{method} {path} as a customer is {answer.status}"
            answer.problem(403, "forbidden")


@case("TOKEN-016", rule="HTTP-3", hint="Give each protected path its methods, and answer 405 with Allow.")
def test_methods_of_protected_paths(people: People) -> None:
    """Methods of protected paths

    Sends wrong methods to protected paths, and unknown paths under them: 405 with Allow, and 404, to who may enter; to
    who has no token either these or 401.
    """
    for method, path, allowed in (
        ("DELETE", "/me", {"GET", "HEAD"}),
        ("POST", "/cart", {"GET", "HEAD"}),
        ("GET", "/checkout", {"POST"}),
        ("POST", "/cart/coupon", {"PUT", "DELETE"}),
        ("GET", "/admin/coupons", {"POST"}),
        ("POST", "/cart/items/X", {"PUT", "DELETE"}),
        ("GET", f"/orders/{NOBODYS}/cancel", {"POST"}),
    ):
        for answer in (people.admin.request(method, path), people.shop.request(method, path)):
            refused_method(answer, path, allowed)
    refused_method(people.shop.get("/auth/login"), "/auth/login", {"POST"})
    for path in ("/me/", "/cart/items", "/admin", "/admin/nope", f"/orders/{NOBODYS}/y"):
        people.admin.get(path).problem(404, "not_found")
        people.shop.get(path).expect(404, 401)
    people.shop.get("/auth").problem(404, "not_found")


NOBODYS = "00000000-0000-4000-8000-000000000000"


def refused_method(answer: Answer, path: str, allowed: set[str]) -> None:
    """Assert 405 with Allow; or 401, if nobody was named."""
    if "authorization" not in answer.response.request.headers and answer.status == 401:
        unauthenticated(answer, path)
        return
    answer.problem(405, "method_not_allowed")
    names = {name.strip() for name in answer.headers.get("allow", "").split(",")}
    assert allowed <= names, f"Allow of {path} is {answer.headers.get('allow')!r}"
