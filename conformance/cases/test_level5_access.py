"""Level 5: what every protected operation refuses, now that all are there."""

from __future__ import annotations

from test_level2_accounts import unauthenticated

from rosetta.case import case
from rosetta.client import Client
from rosetta.people import People

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
    ("GET", "/orders/x"),
    ("POST", "/orders/x/cancel"),
    ("POST", "/admin/products"),
    ("PATCH", "/admin/products/X"),
    ("DELETE", "/admin/products/X"),
    ("POST", "/admin/products/X/stock"),
    ("POST", "/admin/products/import"),
    ("GET", "/admin/products/export"),
    ("POST", "/admin/coupons"),
    ("POST", "/admin/orders/x/transition"),
]


@case("TOKEN-009", rule="HTTP-1", hint="Authenticate before you read the body or look at its type.")
def test_authentication_comes_first(shop: Client) -> None:
    """Authentication comes before everything else

    Sends each protected operation without a token, with a malformed body, a wrong type, a wrong query and unknown
    ids: 401 each. Frameworks that bind the body first answer 400, 415 or 422.
    """
    for method, path in PROTECTED:
        answer = shop.request(method, f"{path}?limit=0", content=b"{", headers={"content-type": "text/plain"})
        unauthenticated(answer, f"{method} {path} without a token")


@case("TOKEN-010", rule="ADMIN-1", hint="Check the role right after the token, for everything under /admin.")
def test_roles(people: People) -> None:
    """Customers may not enter the back office

    Sends each operation under /admin with a customer's token and a body that is wrong in every way: 403 each. A
    forged role in the token is a forged signature.
    """
    customer = people.customer()
    for method, path in PROTECTED:
        if path.startswith("/admin"):
            answer = customer.request(method, path, content=b"{", headers={"content-type": "text/plain"})
            assert answer.status == 403, f"{method} {path} as a customer is {answer.status}"
            answer.problem(403, "forbidden")


@case("TOKEN-011", rule="HTTP-3", hint="Routing comes before authentication.")
def test_methods_before_authentication(shop: Client) -> None:
    """Route and method come before authentication

    Sends wrong methods to protected paths, and unknown paths under them, without a token: 405 with Allow, and 404.
    """
    for method, path, allowed in (
        ("DELETE", "/me", {"GET", "HEAD"}),
        ("POST", "/cart", {"GET", "HEAD"}),
        ("GET", "/checkout", {"POST"}),
        ("GET", "/auth/login", {"POST"}),
        ("POST", "/cart/coupon", {"PUT", "DELETE"}),
        ("GET", "/admin/coupons", {"POST"}),
        ("POST", "/cart/items/X", {"PUT", "DELETE"}),
        ("GET", "/orders/x/cancel", {"POST"}),
    ):
        answer = shop.request(method, path)
        answer.problem(405, "method_not_allowed")
        names = {name.strip() for name in answer.headers.get("allow", "").split(",")}
        assert allowed <= names, f"Allow of {path} is {answer.headers.get('allow')!r}"
    for path in ("/me/", "/cart/items", "/admin", "/admin/nope", "/auth", "/orders/x/y"):
        shop.get(path).problem(404, "not_found")
