"""Level 7: what somebody tries who wants more than is theirs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from rosetta.harness.database import connect
from rosetta.harness.environment import secrets
from rosetta.kit import payments, tokens
from rosetta.kit.bodies import wrong
from rosetta.kit.case import case
from rosetta.kit.client import Answer, Client
from rosetta.kit.orders import checkout, fill, new_key, order, put
from rosetta.kit.people import PASSWORD, People, User, new_email
from rosetta.kit.private import Private
from rosetta.kit.products import Products
from rosetta.kit.race import together
from rosetta.kit.writes import writes

LEVEL = 7
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def unauthenticated(answer: Answer, what: str) -> None:
    """Assert 401 unauthenticated."""
    assert answer.status == 401, f"{what} is answered with {answer.status}"
    answer.problem(401, "unauthenticated")


# Other people's things


@case("ATT-001", rule="ORDER-1", hint="Find the order by its id and its owner in one query, whatever is asked of it.")
def test_foreign_orders(people: People, products: Products) -> None:
    """Somebody else's order, by every method

    Reads and cancels a foreign order with GET, HEAD and POST, and with its right ETag in conditional headers: always
    the 404 of an order that does not exist. A 304 would tell that it does. Moving it on is 403. The order stays as it
    was.
    """
    owner, other = people.customer(), people.customer()
    made = order(owner, products)
    unknown = other.get(f"/orders/{UNKNOWN}").problem(404, "not_found")
    path = f"/orders/{made['id']}"
    for headers in ({}, {"if-none-match": '"1"'}, {"if-none-match": "*"}, {"if-match": "*"}):
        for answer in (other.get(path, headers=headers), other.post(f"{path}/cancel", headers=headers)):
            assert answer.problem(404, "not_found") == unknown, "the foreign order is told apart from an unknown one"
        other.head(path, headers=headers).expect(404)
    other.post(f"/admin{path}/transition", body={"to": "cancelled"}, headers={"if-match": "*"}).problem(
        403, "forbidden"
    )
    assert made["id"] not in [each["id"] for each in other.get("/orders?limit=100").json["items"]]
    assert owner.get(path).expect(200).json == made


@case("ATT-002", rule="ADMIN-1", hint="Guard the whole of /admin in one place, by the role of a verified token.")
def test_the_back_office(people: People, products: Products) -> None:
    """The back office is closed, whoever knocks

    Sends a good document to every operation under /admin as a customer, as nobody, with a token that claims the role
    and is signed by somebody else, and with a customer's token whose role was changed: 403 or 401, and nothing has
    changed.
    """
    customer = people.customer()
    header, payload, mac = customer.token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    raised = f"{header}.{tokens.encode(json.dumps({**claims, 'role': 'admin'}).encode())}.{mac}"
    foreign = tokens.sign(tokens.claims(people.admin.id, "admin"), secret="another-secret-another-secret-another")
    closed = [write for write in writes(people, products) if write.path.startswith("/admin/")]
    for write in closed:
        for token, status in ((customer.token, 403), (None, 401), (foreign, 401), (raised, 401)):
            headers = {"content-type": write.media_type, **write.headers}
            answer = people.shop.request(write.method, write.path, token=token, headers=headers, content=write.text)
            assert answer.status == status, f"{write.operation} answers {answer.status}, not {status}"
    for method, path in (("GET", "/admin/products/export"), ("HEAD", "/admin/products/export")):
        people.shop.request(method, path, token=customer.token).expect(403)
    creation = next(write for write in closed if write.operation == "createProduct")
    patch = next(write for write in closed if write.operation == "patchProduct")
    people.shop.get(f"/products/{creation.good['sku']}").expect(404)
    assert people.shop.get(f"/products/{patch.path.rpartition('/')[2]}").expect(200).json["version"] == 1
    people.admin.get("/admin/products/export").expect(200)


ASSIGNED = {
    "role": "admin", "is_admin": True, "id": UNKNOWN, "user_id": UNKNOWN, "user": {"role": "admin"}, "price": 1,
    "unit_price": 1, "total": 1, "subtotal": 0, "discount": 9999, "status": "paid", "payment_status": "succeeded",
    "version": 99, "stock": 99, "active": True, "redeemed": 0, "created_at": "2026-01-01T00:00:00.000Z",
    "password_hash": "x", "tax": 0, "shipping": 0, "coupon": "FREE", "currency": "EUR", "quantity": 1,
}  # fmt: skip


@case("ATT-003", rule="JSON-4", hint="Take the members that the operation names; never bind a body to a row.")
def test_mass_assignment(people: People, products: Products) -> None:
    """Members of the row are not members of the request

    Adds columns and other plausible members to a good document of every operation: 422, `unknown` or `read_only`, for
    each. Nobody is an administrator afterwards, and no order is paid.
    """
    customer = people.customer()
    for write in writes(people, products):
        if write.signed:
            continue
        for name, value in ASSIGNED.items():
            if name in write.good:
                continue
            answer = write.replaced(**{name: value})
            assert answer.status == 422, f"{write.operation} takes {name}: {answer.status}"
            wrong(answer, (f"/{name}", "unknown"))
    assert customer.get("/me").expect(200).json["role"] == "customer"
    made = order(customer, products, price=1000)
    assert (made["status"], made["payment_status"]) == ("pending", "none")


@case("ATT-004", rule="QUERY-7", hint="Filter by the caller in the query itself; a cursor is only a position.")
def test_stolen_cursors(people: People, products: Products) -> None:
    """A stolen cursor shows nothing

    Pages through orders with cursors that the administrator and another customer were given. Only own orders come.
    """
    owner, thief = people.customer(), people.customer()
    for _ in range(3):
        order(owner, products)
    mine = order(thief, products)
    for _ in range(2):
        order(owner, products)
    for user in (owner, people.admin):
        cursor = user.get("/orders?limit=1").expect(200).json["next_cursor"]
        page = thief.get("/orders", query={"limit": 100, "cursor": cursor}).expect(200).json
        assert {each["id"] for each in page["items"]} <= {mine["id"]}, "a stolen cursor shows foreign orders"


@case("ATT-005", rule="HTTP-2", hint="Match paths as they come; decode a segment only after the route is found.")
def test_paths_around_a_guard(people: People, products: Products) -> None:
    """There is no way around a guard

    Asks for closed operations by other spellings of their paths: doubled and encoded slashes, dots, semicolons, other
    cases, endings, and a mixture. Each is 404, 405, 400 or 401, and never what is behind.
    """
    sku = products.add()
    ways = [
        "//admin/products/export", "/admin//products/export", "/admin/products/export/", "/admin/products/export;a=b",
        "/admin;a=b/products/export", "/ADMIN/products/export", "/Admin/Products/Export", "/admin/products/export.json",
        "/admin/products/export%00", "/admin/products/export%20", "/admin/./products/export",
        "/%61dmin//products/export", "/admin%2Fproducts%2Fexport", "/products/../admin/products/export",
        "/products/%2e%2e/admin/products/export", "/products/..;/admin/products/export",
        f"/products/{sku}/../../admin/products/export", "/admin/products/export%2f", "/admin\\products\\export",
        "/healthz/..%2fadmin/products/export", "/me;/", "/ME", "/me.json", "/me%2f", "/cart;x", "/me/", "//me", "/./me",
    ]  # fmt: skip
    for target in ways:
        answer = people.shop.get(target, checked=False)
        assert answer.status in (400, 401, 404, 405), f"{target} is answered with {answer.status}"
        assert b'"sku"' not in answer.body, f"{target} shows what is behind the guard"
        customer = people.customer().get(target, checked=False)
        assert customer.status in (400, 403, 404, 405), f"{target} is answered with {customer.status} for a customer"


# Tokens


@case(
    "ATT-006",
    rule="AUTH-7",
    hint="One algorithm, one key, from the configuration; nothing in the token chooses either.",
)
def test_forged_tokens(shop: Client, people: People) -> None:
    """Tokens that were forged

    Signs an administrator's claims with keys that servers have been talked into: the empty key, zero bytes, words, the
    other secrets, a key inside the token, or none. 401 each. So is a good token at any place but the Authorization
    header, and one that is cut anywhere in its signature.
    """
    good = tokens.claims(people.admin.id, "admin")
    jwk = {"kty": "oct", "k": tokens.encode(b"mine"), "kid": "mine"}
    forged = {f"the key {key!r}": sign_with(good, key) for key in (b"", b"\0", b"\0" * 32, b"null", b"secret", b"mine")}
    for name in ("CURSOR_SECRET", "WEBHOOK_SECRET", "ADMIN_PASSWORD"):
        forged[f"the key {name}"] = sign_with(good, secrets()[name].encode())
    raw = secrets()["JWT_SECRET"].encode()
    forged["a key of decoded base64"] = sign_with(good, base64.b64decode(raw + b"==", validate=False))
    forged["a hashed key"] = sign_with(good, hashlib.sha256(raw).digest())
    headers: list[dict[str, Any]] = [
        {"jwk": jwk}, {"kid": "../../../../dev/null"}, {"kid": "' UNION SELECT 'mine"}, {"jku": "http://127.0.0.1:1/"},
        {"x5u": "http://127.0.0.1:1/"}, {"x5c": ["mine"]}, {"enc": "A128GCM"}, {"zip": "DEF"},
    ]  # fmt: skip
    for header in headers:
        forged[f"the header {header}"] = sign_with(good, b"mine", **header)
    for what, token in forged.items():
        unauthenticated(shop.get("/me", token=token), what)
        unauthenticated(shop.get("/admin/products/export", token=token), what)
    token = people.admin.token
    signature = token.rpartition(".")[2]
    for length in range(len(signature) - 1):
        unauthenticated(
            shop.get("/me", token=token[: len(token) - len(signature) + length]), f"{length} characters of it"
        )
    unauthenticated(shop.get(f"/me?access_token={token}&token={token}"), "a token in the query")
    unauthenticated(shop.get("/me", headers={"cookie": f"token={token}; access_token={token}"}), "a token in a cookie")
    unauthenticated(shop.get("/me", headers={"x-authorization": f"Bearer {token}"}), "a token in another header")
    basic = base64.b64encode(f"{token}:".encode()).decode()
    for value in (token, f"Basic {basic}", f"Token {token}", f"Bearer={token}", f"Bearer:{token}", f"Bearer,{token}"):
        unauthenticated(shop.get("/me", headers={"authorization": value}), f"Authorization: {value[:20]}…")
    for header in headers:
        shop.get("/me", token=tokens.sign(good, **header)).expect(200, 401)


def sign_with(claims: dict[str, Any], key: bytes, **header: Any) -> str:
    """A JWT signed with these bytes as the key."""
    parts = [{"alg": "HS256", "typ": "JWT", **header}, claims]
    signed = ".".join(tokens.encode(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{tokens.encode(hmac.digest(key, signed.encode(), 'sha256'))}"


@case(
    "ATT-007", rule="RATE-1", hint="The key of the limit is the address as it is stored, and nothing of the connection."
)
def test_evading_the_limit(people: People) -> None:
    """No way around the limit of log-ins

    Guesses one customer's password twenty times, with the address in other cases and JSON spellings, foreign client
    addresses in all headers that proxies set, new connections, and all at once. Five guesses pass, and one more for
    each 12 seconds that went by; the others are 429.
    """
    customer = people.customer()
    spellings = [customer.email, customer.email.upper(), customer.email.title(), customer.email.swapcase()]

    def guess(number: int) -> Callable[[], Answer]:
        address = spellings[number % len(spellings)]
        escaped = "".join(f"\\u{ord(each):04x}" for each in address) if number % 3 == 0 else address
        content = f'{{"email": "{escaped}", "password": "wrong-{number}"}}'.encode()
        names = ("x-forwarded-for", "x-real-ip", "forwarded", "true-client-ip", "cf-connecting-ip", "x-client-ip")
        headers = dict.fromkeys(names, f"10.0.{number}.1") | {"content-type": "application/json"}
        client = people.shop.apart()
        return lambda: client.post("/auth/login", content=content, headers=headers)

    began = time.monotonic()
    answers = together([guess(number) for number in range(20)])
    more = int((time.monotonic() - began) / 12) + 1
    passed = [answer for answer in answers if answer.status == 401]
    assert {answer.status for answer in answers} == {401, 429}
    assert 5 <= len(passed) <= 5 + more, f"{len(passed)} of 20 guesses passed"


@case("ATT-008", rule="RATE-2", hint="Ask rate_take, which all processes share.")
def test_the_limit_of_a_fleet(private: Callable[..., Private]) -> None:
    """Two processes are no way around a limit

    Guesses a password eight times on each of two processes over one database, at once. Five pass in all.
    """
    one = private()
    two = private(beside=one)
    one.start().await_ready()
    two.start().await_ready()
    body = {"email": new_email(), "password": "wrong"}

    guesses = [partial(shop.apart().post, "/auth/login", body=body) for shop in (one.shop, two.shop) for _ in range(8)]
    began = time.monotonic()
    answers = together(guesses)
    more = int((time.monotonic() - began) / 12) + 1
    passed = len([answer for answer in answers if answer.status == 401])
    assert 5 <= passed <= 5 + more, f"{passed} of 16 guesses passed on two processes"


# Data that is code elsewhere

CODE = [
    "'; DROP TABLE products; --", '" OR 1=1 --', "\\'; SELECT pg_sleep(10); --", "$1", "$$", "%s%s%n", "{0}",
    "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "<script>alert(1)</script>", "<!--#exec cmd='id'-->", "`id`", "$(id)",
    "| id", "; id", "../../../../etc/passwd", "file:///etc/passwd", "${jndi:ldap://127.0.0.1:1/a}", "%_\\", "?",
    ":name", "@name", "__proto__", "constructor", "=1+1", "\r\nSet-Cookie: a=b", "null", "undefined", "NaN", "true",
    "[object Object]", "\u202eevil", "\ufeffx", "\U0001f4a9", "e\u0301", "\u2028", "'" * 100,
]  # fmt: skip


@case(
    "ATT-009", rule="JSON-6", hint="Give every value to the database as a parameter, and to nothing that interprets it."
)
def test_code_is_data(people: People, products: Products) -> None:
    """Code of other languages is data

    Stores fragments of SQL, templates, shells, HTML and format strings as names, descriptions, attributes and names of
    people, finds them with `q`, sends them as keys and payment ids. All come back as they were; nothing else happens.
    """
    admin, shop = people.admin, people.shop
    for code in CODE:
        sku = products.sku()
        body = {
            "sku": sku,
            "name": code,
            "category": products.category,
            "price": 1,
            "tax_rate_bp": 0,
            "description": code,
        }
        made = admin.post("/admin/products", body={**body, "attributes": {"a": code}}).expect(201).json
        assert (made["name"], made["description"], made["attributes"]) == (code, code, {"a": code})
        assert shop.get(f"/products/{sku}").expect(200).json == made
        if len(code) <= 64:
            found = shop.get("/products", query={"q": code, "category": products.category}).expect(200).json["items"]
            assert sku in [each["sku"] for each in found], f"q does not find the name {code!r}"
        edited = admin.patch(f"/admin/products/{sku}", body={"attributes": {"b": code}}, headers={"if-match": "*"})
        assert edited.expect(200).json["attributes"] == {"a": code, "b": code}
    customer = people.customer()
    for code in CODE:
        if re.fullmatch(r"[!#-\[\]-~]{1,255}", code):
            put(customer, products.add())
            made = checkout(customer, key=code + new_key()).expect(201).json
            event = payments.event("payment.failed", made, payment_id=code)
            assert payments.deliver(shop, event).expect(200).json == {"result": "applied"}
            customer = people.customer()
    for code in ("constructor", "prototype", "hasownproperty", "tostring"):
        sku = products.add()
        edited = admin.patch(
            f"/admin/products/{sku}", body={"attributes": {code: {code: 1}}}, headers={"if-match": "*"}
        )
        assert edited.expect(200).json["attributes"] == {code: {code: 1}}


@case(
    "ATT-010", rule="WEBHOOK-1", hint="Sign id, time and body as they came; take nothing from a delivery before that."
)
def test_forged_webhooks(people: People, products: Products) -> None:
    """Deliveries that were forged or replayed

    Takes a genuine delivery apart: its signature under another id, time or amount, over other parts, with other keys
    and functions: 401 each. Replayed as it is, it is a duplicate. The order is as the one genuine delivery left it.
    """
    shop, customer = people.shop, people.customer()
    made = order(customer, products)
    body = json.dumps(payments.event("payment.failed", made)).encode()
    genuine = payments.headers(body)
    assert shop.post(payments.PATH, content=body, headers=genuine).expect(200).json == {"result": "applied"}
    paid = json.dumps(payments.event("payment.succeeded", made)).encode()
    id, moment = payments.new_id(), genuine["webhook-timestamp"]
    secret = secrets()["WEBHOOK_SECRET"]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{id}.{moment}.".encode() + paid

    def signed(key: bytes, data: bytes, function: str = "sha256") -> str:
        return "v1," + base64.b64encode(hmac.digest(key, data, function)).decode()

    signatures = {
        "of another body": genuine["webhook-signature"],
        "over the body alone": signed(key, paid),
        "without the time": signed(key, f"{id}.".encode() + paid),
        "without the id": signed(key, f"{moment}.".encode() + paid),
        "with the text of the secret": signed(secret.encode(), content),
        "with the secret undecoded": signed(secret.removeprefix("whsec_").encode(), content),
        "with the empty key": signed(b"", content),
        "by SHA-1": signed(key, content, "sha1"),
        "by SHA-512": signed(key, content, "sha512"),
        "in hexadecimal": "v1," + hmac.digest(key, content, "sha256").hex(),
        "of another version": signed(key, content).replace("v1,", "v2,"),
        "without a version": signed(key, content).removeprefix("v1,"),
        "cut off": signed(key, content)[:-1],
        "empty": "v1,",
    }
    for what, signature in signatures.items():
        headers = {"webhook-id": id, "webhook-timestamp": moment, "webhook-signature": signature}
        answer = shop.post(payments.PATH, content=paid, headers=headers)
        assert answer.status == 401, f"a signature {what} is answered with {answer.status}"
    for name, value in (
        ("webhook-id", id),
        ("webhook-timestamp", str(int(moment) + 1)),
        ("webhook-timestamp", f"0{moment}"),
    ):
        shop.post(payments.PATH, content=body, headers={**genuine, name: value}).expect(401)
    assert shop.post(payments.PATH, content=body, headers=genuine).expect(200).json == {"result": "duplicate"}
    now = customer.get(f"/orders/{made['id']}").expect(200).json
    assert (now["status"], now["payment_status"], now["version"]) == ("pending", "failed", 2)


# What answers and logs tell

TOLD = re.compile(
    r"Traceback|Exception|goroutine|panic|\.(?:py|go|rs|java|js|ts|cs|php|exs?)\b[:\"]|\bat [\w.$]+\(|"
    r"SQLSTATE|\bSELECT\b|\bINSERT\b|"
    r"\bpg_|psycopg|pgx|jdbc|hikari|sqlalchemy|asyncpg|/(?:home|usr|root|var|app|srv|opt)/|node_modules|stack",
    re.IGNORECASE,
)


@case(
    "ATT-011", rule="PROBLEM-5", hint="Write details for people by hand; never put an exception's text into an answer."
)
def test_leaks(people: People, products: Products) -> None:
    """Refusals of all kinds leak nothing

    Causes each status from 400 to 429 in several operations. No body and no header holds a trace, SQL, a path, the name
    of a library, or the other user's data.
    """
    shop, admin, customer = people.shop, people.admin, people.customer()
    sku, empty = products.add(), products.add(stock=0)
    patch = {"content-type": "application/merge-patch+json"}
    body = {"sku": sku, "name": "Thing", "category": products.category, "price": 1, "tax_rate_bp": 0}
    ndjson = {"content-type": "application/x-ndjson"}
    put(customer, empty)
    answers = [
        shop.get("/products?limit=x&cursor=%00"), shop.get("/products?cursor=AAAA.BBBB"), shop.get("/me"),
        shop.get("/me", token="a.b.c"), customer.get("/admin/products/export"), shop.get("/nope"),
        shop.get("/products/%00"), customer.get("/orders/%7Bx%7D"), shop.delete("/products"),
        admin.post("/admin/products", body=body), admin.post("/admin/products", body={**body, "name": "\0"}),
        admin.request("PATCH", f"/admin/products/{sku}", content=b"{}", headers=patch),
        admin.patch(f"/admin/products/{sku}", body={}, headers={"if-match": '"99"'}),
        admin.post("/admin/products/import", content=b"{\n\xff\n", headers=ndjson),
        shop.post("/auth/register", content=b'{"a":1,"a":2}', headers={"content-type": "application/json"}),
        shop.post("/auth/register", content=b" " * 70_000, headers={"content-type": "application/json"}),
        shop.post("/auth/logout", content=b'{"refresh_token":"x"}', headers={"content-type": "text/xml"}),
        shop.post("/auth/login", body={"email": customer.email, "password": "wrong"}),
        shop.post("/auth/refresh", body={"refresh_token": "'"}), shop.post("/webhooks/payments", content=b"{"),
        checkout(customer), checkout(customer, 1, key="a\tb"), customer.put("/cart/coupon",
        body={"code": "NOSUCHCODE"}),
        shop.get("/events?topic=x"), shop.get("/events?topic=stock", headers={"last-event-id": "x"}),
    ]  # fmt: skip
    assert {answer.status for answer in answers} >= {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428}
    for answer in answers:
        assert answer.status >= 400
        text = "\n".join(f"{name}: {value}" for name, value in answer.headers.items()) + "\n" + answer.body.decode()
        found = TOLD.search(text.replace(sku, "").replace(empty, ""))
        assert found is None, f"a {answer.status} tells {found[0]!r}" if found else ""
        assert "x-powered-by" not in answer.headers
        assert customer.email not in text


@case(
    "ATT-012", rule="OPS-7", hint="Log what happened and to which route; never a header, a body or a query as it came."
)
def test_secrets_stay_out_of_the_log(private: Callable[..., Private]) -> None:
    """The log keeps no secrets

    Registers, logs in, refreshes, logs out, pays and fails at each, with LOG_LEVEL=debug. The process's output holds
    none of the passwords, tokens, secrets and signatures.
    """
    shop = private(linked=True)
    shop.start(LOG_LEVEL="debug").await_ready()
    with connect(shop.database_url) as database:
        people = People(shop.shop, database)
        products = Products(people, database)
        email, password = new_email(), "a password that nobody logs"
        client = shop.shop
        client.post("/auth/register", body={"email": email, "password": password, "name": "Ada"}).expect(201)
        client.post("/auth/register", body={"email": email, "password": password, "name": "Ada"}).expect(409)
        client.post("/auth/register", body={"email": email, "password": password, "nam": "Ada"}).expect(422)
        pair = client.post("/auth/login", body={"email": email, "password": password}).expect(200).json
        client.post("/auth/login", body={"email": email, "password": password[1:]}).expect(401)
        token, first = pair["access_token"], pair["refresh_token"]
        client.get("/me", token=token).expect(200)
        second = client.post("/auth/refresh", body={"refresh_token": first}).expect(200).json["refresh_token"]
        client.post("/auth/refresh", body={"refresh_token": first}).expect(401)
        client.post("/auth/logout", body={"refresh_token": second}).expect(204)
        client.get("/me", token=token + "x").expect(401)
        client.get(f"/me?access_token={token}", token=token).expect(200)
        customer = User(client, tokens.read(token)[1]["sub"], email, token)
        fill(customer, products.add())
        made = checkout(customer).expect(201).json
        body = json.dumps(payments.event("payment.failed", made)).encode()
        signed = payments.headers(body)
        client.post(payments.PATH, content=body, headers=signed).expect(200)
        client.post(payments.PATH, content=body + b" ", headers=signed).expect(401)
        shop.link.cut()
        client.post("/auth/login", body={"email": email, "password": password}).expect(503)
        client.post("/auth/refresh", body={"refresh_token": second}).expect(503)
    known = {"the password": password, "the refresh token": first, "the second refresh token": second}
    known |= {
        "the access token's signature": token.rpartition(".")[2],
        "the webhook's signature": signed["webhook-signature"][3:],
    }
    known |= {name: value for name, value in secrets().items() if name != "ADMIN_EMAIL"}
    known |= {
        "the database's password": shop.database_url.split(":")[2].partition("@")[0],
        "a right password": PASSWORD,
    }
    log = shop.log.read_text(errors="replace")
    assert log, "with LOG_LEVEL=debug nothing is logged"
    for what, secret in known.items():
        assert secret not in log, f"the log holds {what}"
