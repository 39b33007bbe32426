"""Who sends the fuzzing's requests, and what it takes for a generated request to get anywhere."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import requests
from schemathesis import Case, Response
from schemathesis.auths import AuthContext
from schemathesis.core.parameters import ParameterLocation
from schemathesis.wfc.escalation import EscalatingAuthProvider

from rosetta.fuzz.scope import FRAMING, GOODS
from rosetta.fuzz.wire import content_of
from rosetta.harness import contract
from rosetta.kit import orders, payments, tokens
from rosetta.kit.people import People, User

if TYPE_CHECKING:
    from rosetta.harness.contract import Operation

DAY_SECONDS = 86_400
# RATE-1 allows 20 check-outs at once; a customer who has made so many is replaced before the limit makes noise.
MOST_CHECKOUTS = 15

EVENT_ID = re.compile(r"[0-9]{1,18}")
# What names a thing, and how to make another name of the same form.
RENAMED: dict[str, Callable[[str, int], str]] = {
    "Email": lambda value, number: f"fuzz{number}@{value.rpartition('@')[2]}",
    "Sku": lambda value, number: f"{value[:24]}-{number:X}",
    "CouponCodeInput": lambda value, number: f"{value[:14]}{number:X}",
}
# The member of a body that names what an operation makes, and what it uses.
MAKES = {"register": ("email", "Email"), "createProduct": ("sku", "Sku"), "createCoupon": ("code", "CouponCodeInput")}
USES = {"login": ("email", "Email"), "putCartCoupon": ("code", "CouponCodeInput")}


def operation_id(operation: Operation) -> str:
    """The operationId of an operation."""
    return str(operation.definition.raw["operationId"])


def is_for_administrators(operation: Operation) -> bool:
    """Whether it asks for the role admin."""
    return {"bearer": ["admin"]} in operation.definition.raw["security"]


def _is(kind: str, value: str) -> bool:
    """Whether `value` has the form of a schema of the contract."""
    return re.fullmatch(contract.document()["components"]["schemas"][kind]["pattern"], value) is not None


class Actor:
    """One identity: puts the token of its user of the moment on a request."""

    def __init__(self, make: Callable[[], User], role: str) -> None:
        self._make = make
        self._role = role
        self.renew()

    def renew(self) -> None:
        """Go on as somebody new."""
        # A run may last longer than a token of 900 seconds.
        claims = tokens.claims(self._make().id, self._role, exp=int(time.time()) + DAY_SECONDS)
        self.token = tokens.sign(claims)

    def get(self, case: Case[Any], context: AuthContext) -> str:
        """The token (schemathesis' interface)."""
        return self.token

    def set(self, case: Case[Any], data: str, context: AuthContext) -> None:
        """Put it on the request (schemathesis' interface)."""
        case.headers["Authorization"] = f"Bearer {data}"


class Cast:
    """Two customers and an administrator, and what keeps them going.

    `ada` sends what customers send and `admin` the rest; what ada reads of her own is asked for as `ben` too.
    """

    def __init__(self, people: People) -> None:
        self._people = people
        product = {"name": "Goods", "category": "fuzz", "price": 1000, "tax_rate_bp": 1900, "stock": 1_000_000}
        for sku in GOODS:
            people.admin.post("/admin/products", body={"sku": sku, **product})  # 409 where a run was before
        self.ada = Actor(self._customer, "customer")
        self.ben = Actor(people.customer, "customer")
        self.admin = Actor(lambda: people.admin, "admin")
        self._checkouts = 0
        self._taken: set[str] = set()
        # What the sequence that runs has made; None while requests stand for themselves.
        self._own: set[str] | None = None
        self._astray: set[str] = set()
        self._numbers = 0

    def provider(self, operations: list[Operation]) -> EscalatingAuthProvider:
        """What schemathesis asks for credentials for these operations."""
        actors = {"ada": self.ada, "ben": self.ben, "admin": self.admin}
        provider = EscalatingAuthProvider(list(actors.values()), list(actors), peers=("ada", "ben"))
        provider.restore({each.label: "admin" for each in operations if is_for_administrators(each)})
        return provider

    def begin_sequence(self) -> None:
        """Begin with the goods, and an order and a cart of them alone.

        schemathesis tries a sequence again, whole or in parts, and takes it for flaky if it goes another way then:
        so it must find nothing that others left.
        """
        self._own = set()
        self._renew_ada()

    def before(self, case: Case[Any], options: dict[str, Any]) -> None:
        """Sign a webhook, and rename what would be taken, or what is not for this request to find."""
        name, meta = operation_id(case.operation), case.meta
        for header in FRAMING:
            case.headers.pop(header, None)
        if name == "paymentWebhook" and (meta is None or not meta.is_negative_at(ParameterLocation.HEADER)):
            # WEBHOOK-3: an id that came before is answered whatever the body is.
            if case.headers["webhook-id"] in self._taken:
                case.headers["webhook-id"] = f"evt_{self._next()}"
            options["auth"] = Signature()
        if name == "streamEvents" and EVENT_ID.fullmatch(case.headers.get("last-event-id", "0")):
            # EVENT-3: an id that is to come would be waited for; from the first on there is something to send at once.
            case.headers["last-event-id"] = "0"
        if isinstance(case.body, dict) and (name in MAKES or name in USES):
            case.body = dict(case.body)  # the original may be an example of the contract
            if name in MAKES:
                self._rename(case.body, *MAKES[name], self._is_taken)
            else:
                self._rename(case.body, *USES[name], self._is_foreign)
        # The goods are not to be edited or archived.
        admin = is_for_administrators(case.operation)
        if self._rename(
            case.path_parameters, "sku", "Sku", lambda sku: admin if sku in GOODS else self._is_foreign(sku)
        ):
            self._astray.add(case.id)

    def after(self, case: Case[Any], response: Response) -> None:
        """Remember what is taken, and let a new customer go on where a check-out cannot succeed any more."""
        name, status = operation_id(case.operation), response.status_code
        if name in MAKES and isinstance(case.body, dict) and status in (201, 409):
            value = str(case.body.get(MAKES[name][0])).lower()
            self._taken.add(value)
            if self._own is not None and status == 201:
                self._own.add(value)
        if name == "paymentWebhook" and status == 200:
            self._taken.add(case.headers["webhook-id"])
        if name == "checkout" and status in (201, 409, 429):
            self._checkouts += 1
        # A cart with a product that is gone or short stays refused, and would hide what comes after.
        spoilt = self._own is None and status == 409 and name in ("checkout", "putCartItem")
        if spoilt or self._checkouts >= MOST_CHECKOUTS:
            self._renew_ada()

    def is_astray(self, case: Case[Any]) -> bool:
        """Whether the request went to a product that is not there, whatever a link said."""
        return case.id in self._astray

    def _rename(self, values: dict[str, Any], name: str, kind: str, unwanted: Callable[[str], bool]) -> bool:
        value = values.get(name)
        if not (isinstance(value, str) and unwanted(value) and _is(kind, value)):
            return False
        values[name] = RENAMED[kind](value, self._next())
        return True

    def _is_taken(self, value: str) -> bool:
        """Whether it may not be new; a sequence, which must succeed each time that it is tried, takes no chances."""
        return self._own is not None or value.lower() in self._taken

    def _is_foreign(self, value: str) -> bool:
        """Whether a sequence runs that has not made what has this name."""
        return self._own is not None and value.lower() not in self._own

    def _customer(self) -> User:
        """A new customer, who has an order and something in the cart: else few requests would ever meet either."""
        user = self._people.customer()
        orders.checkout(user, orders.fill(user, GOODS[0])["total"])
        orders.put(user, GOODS[0], 2)
        return user

    def _renew_ada(self) -> None:
        self._checkouts = 0
        self.ada.renew()

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers


class Signature(requests.auth.AuthBase):
    """Signs a webhook as WEBHOOK-1 says, over the bytes as they go out."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Replace the time and the signature (requests' interface)."""
        id = request.headers["webhook-id"]
        request.headers.update(payments.headers(content_of(request), id.decode() if isinstance(id, bytes) else id))
        return request
