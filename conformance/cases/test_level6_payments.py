"""Level 6: payment webhooks."""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from functools import partial
from typing import Any

from rosetta.kit import payments
from rosetta.kit.case import case
from rosetta.kit.client import Answer, Client
from rosetta.kit.orders import order, paid_order
from rosetta.kit.payments import PATH, deliver, event, headers, new_id, signature
from rosetta.kit.people import People, User
from rosetta.kit.products import Products
from rosetta.kit.race import later, together

LEVEL = 6
SUCCEEDED, FAILED, REFUNDED = "payment.succeeded", "payment.failed", "payment.refunded"
Order = dict[str, Any]


def result(answer: Answer) -> str:
    """The result of a good answer."""
    told: str = answer.expect(200).json["result"]
    return told


def seen(user: User, made: Order) -> tuple[str, str]:
    """status and payment_status of the order now."""
    found = user.get(f"/orders/{made['id']}").expect(200).json
    return found["status"], found["payment_status"]


def sent(event: dict[str, Any]) -> bytes:
    """The event as compact JSON."""
    return json.dumps(event, separators=(",", ":")).encode()


# What an event does


@case("PAY-001", rule="WEBHOOK-4", hint="One UPDATE sets status and payment_status.")
def test_succeeded(shop: Client, people: People, products: Products) -> None:
    """A payment makes a pending order paid

    Delivers payment.succeeded for a pending order. It is `applied`; the order is paid, payment_status succeeded, one
    version further, nothing due, and else as it was.
    """
    customer = people.customer()
    made = order(customer, products)
    assert result(deliver(shop, event(SUCCEEDED, made))) == "applied"
    after = customer.get(f"/orders/{made['id']}").expect(200)
    assert after.headers["etag"] == '"2"'
    later = {"status": "paid", "payment_status": "succeeded", "version": 2, "updated_at": after.json["updated_at"]}
    assert after.json == made | later


@case("PAY-002", rule="WEBHOOK-4", hint="A failed payment is noted; the order waits for another.")
def test_failed(shop: Client, people: People, products: Products) -> None:
    """A failed payment cancels nothing

    Delivers payment.failed, then payment.succeeded. After the first the order is still pending, with payment_status
    failed and its stock taken; after the second it is paid.
    """
    customer = people.customer()
    made = order(customer, products)
    assert result(deliver(shop, event(FAILED, made))) == "applied"
    assert seen(customer, made) == ("pending", "failed")
    assert products.stock(made["lines"][0]["sku"]) == 4
    assert result(deliver(shop, event(SUCCEEDED, made))) == "applied"
    assert seen(customer, made) == ("paid", "succeeded")


@case("PAY-003", rule="ORDER-5", hint="A refund touches no stock; refund_due is computed.")
def test_refunded(shop: Client, people: People, products: Products) -> None:
    """A refund ends any order and restocks nothing

    Refunds a pending, a paid, a shipped and a cancelled order. Each is refunded with nothing due; the stock of the
    first three stays taken.
    """
    customer, admin = people.customer(), people.admin
    for state, stock in (("pending", 4), ("paid", 4), ("shipped", 4), ("cancelled", 5)):
        made = (order if state == "pending" else paid_order)(customer, products)
        if state in ("shipped", "cancelled"):
            path = f"/admin/orders/{made['id']}/transition"
            admin.post(path, body={"to": state}, headers={"if-match": "*"}).expect(200)
        assert result(deliver(shop, event(REFUNDED, made))) == "applied"
        assert seen(customer, made) == ("refunded", "refunded")
        assert customer.get(f"/orders/{made['id']}").json["refund_due"] is False
        assert products.stock(made["lines"][0]["sku"]) == stock


@case("PAY-004", rule="ORDER-5", hint="Note the payment, leave the status.")
def test_paid_after_cancelled(shop: Client, people: People, products: Products) -> None:
    """A payment for a cancelled order

    Cancels a pending order, then delivers payment.succeeded. It is `applied`: the order stays cancelled, payment_status
    is succeeded and refund_due true. After payment.failed it is not.
    """
    customer = people.customer()
    for type, due in ((SUCCEEDED, True), (FAILED, False)):
        made = order(customer, products)
        customer.post(f"/orders/{made['id']}/cancel").expect(200)
        assert result(deliver(shop, event(type, made))) == "applied"
        after = customer.get(f"/orders/{made['id']}").expect(200).json
        assert (after["status"], after["refund_due"], after["version"]) == ("cancelled", due, 3)
        assert products.stock(made["lines"][0]["sku"]) == 5


@case("PAY-005", rule="WEBHOOK-4", hint="Rank the payment states, and only go up.")
def test_permutations(shop: Client, people: People, products: Products) -> None:
    """The order of arrival does not matter

    Delivers failed, succeeded and refunded for one order each in all six orders, and failed and succeeded in both. The
    first six end refunded, the others paid.
    """
    customer = people.customer()
    for types, expected in (
        ((FAILED, SUCCEEDED, REFUNDED), ("refunded", "refunded")),
        ((FAILED, SUCCEEDED), ("paid", "succeeded")),
    ):
        for permutation in itertools.permutations(types):
            made = order(customer, products)
            for type in permutation:
                deliver(shop, event(type, made)).expect(200)
            assert seen(customer, made) == expected, f"{permutation} ends otherwise"


@case("PAY-006", rule="WEBHOOK-4", hint="What does not raise the payment state changes nothing, not even the version.")
def test_ignored(shop: Client, people: People, products: Products) -> None:
    """What comes late is ignored

    Delivers failed and, under another id, succeeded for a paid order. Both are `ignored`, and the order is what it
    was, with its version.
    """
    customer = people.customer()
    made = paid_order(customer, products)
    for type in (FAILED, SUCCEEDED):
        assert result(deliver(shop, event(type, made))) == "ignored"
    assert customer.get(f"/orders/{made['id']}").expect(200).json == made


# Once


@case("PAY-007", rule="WEBHOOK-3", hint="Look the id up before the data; a seen id is a duplicate.")
def test_duplicate(shop: Client, people: People, products: Products) -> None:
    """An id counts once, whatever the body

    Delivers an event, then under the same id the same again, a refund, and data that is nonsense. The first is
    `applied`, all others `duplicate`, and the order stays paid.
    """
    customer, id = people.customer(), new_id()
    made = order(customer, products)
    assert result(deliver(shop, event(SUCCEEDED, made), id)) == "applied"
    for again in (event(SUCCEEDED, made), event(REFUNDED, made), {"type": SUCCEEDED, "data": 5}, {"type": "other"}):
        assert result(deliver(shop, again, id)) == "duplicate"
    assert seen(customer, made) == ("paid", "succeeded")


@case("PAY-008", rule="WEBHOOK-5", hint="INSERT … ON CONFLICT DO NOTHING in the transaction of the order.")
def test_ten_at_once(shop: Client, people: People, products: Products) -> None:
    """Ten deliveries at once

    Delivers one event ten times at the same moment under one id. One is `applied`, nine are `duplicate`, and the order
    is one version further.
    """
    customer, id = people.customer(), new_id()
    made = order(customer, products)
    told = together([partial(deliver, shop.apart(), event(SUCCEEDED, made), id) for _ in range(10)])
    assert Counter(map(result, told)) == {"applied": 1, "duplicate": 9}
    assert customer.get(f"/orders/{made['id']}").expect(200).json["version"] == 2


@case("PAY-009", rule="WEBHOOK-4", hint="Lock the order's row before you compare the payment states.")
def test_other_ids_at_once(shop: Client, people: People, products: Products) -> None:
    """Eight events under eight ids at once

    Delivers payment.succeeded eight times at the same moment under ids of their own. One is `applied`, seven are
    `ignored`, and the order is one version further.
    """
    customer = people.customer()
    made = order(customer, products)
    told = together([partial(deliver, shop.apart(), event(SUCCEEDED, made)) for _ in range(8)])
    assert Counter(map(result, told)) == {"applied": 1, "ignored": 7}
    assert customer.get(f"/orders/{made['id']}").expect(200).json["version"] == 2


@case("PAY-010", rule="WEBHOOK-4", hint="Events of one order queue at its row.")
def test_permutations_at_once(shop: Client, people: People, products: Products) -> None:
    """Failed, succeeded and refunded at once

    Delivers the three at the same moment, for four orders. None is a 5xx, and each order ends refunded.
    """
    customer = people.customer()
    made = [order(customer, products) for _ in range(4)]
    pairs = [(each, type) for each in made for type in (FAILED, SUCCEEDED, REFUNDED)]
    told = together([partial(deliver, shop.apart(), event(type, each)) for each, type in pairs])
    assert {result(answer) for answer in told} <= {"applied", "ignored"}
    assert [seen(customer, each) for each in made] == [("refunded", "refunded")] * 4


@case("PAY-011", rule="ORDER-2", hint="Both lock the order first; whoever comes second sees the new state.")
def test_cancel_beside_payment(shop: Client, people: People, products: Products) -> None:
    """Cancelling against payment

    Cancels a pending order, as its customer, at the moment when its payment is delivered; twelve times. Whoever won is
    begun two milliseconds later the next time, so that the two meet. Either the order is cancelled with a refund due
    and its stock back, or it is paid and cancelling was 409.
    """
    customer = people.customer()
    lead = 0.0
    for _ in range(12):
        made = order(customer, products)
        cancel = partial(customer.apart().post, f"/orders/{made['id']}/cancel")
        pay = partial(deliver, shop.apart(), event(SUCCEEDED, made))
        cancelled, paid = together([partial(later, -lead, cancel), partial(later, lead, pay)])
        assert result(paid) == "applied"
        after = customer.get(f"/orders/{made['id']}").expect(200).json
        left = products.stock(made["lines"][0]["sku"])
        assert after["payment_status"] == "succeeded"
        if cancelled.status == 200:
            assert (after["status"], after["refund_due"], left) == ("cancelled", True, 5)
            lead -= 0.002
        else:
            cancelled.problem(409, "invalid_transition")
            assert (after["status"], after["refund_due"], left) == ("paid", False, 4)
            lead += 0.002


# Rejections


@case("PAY-012", rule="WEBHOOK-3", hint="Roll the id back with everything else.")
def test_amount(shop: Client, people: People, products: Products) -> None:
    """A wrong amount keeps nothing

    Delivers an amount one too small and one too large: 422 webhook_rejected. The right amount under the same id is
    then `applied`.
    """
    customer, id = people.customer(), new_id()
    made = order(customer, products)
    for amount in (made["total"] - 1, made["total"] + 1):
        deliver(shop, event(SUCCEEDED, made, amount=amount), id).problem(422, "webhook_rejected")
    assert seen(customer, made) == ("pending", "none")
    assert result(deliver(shop, event(SUCCEEDED, made), id)) == "applied"


REJECTED: list[dict[str, Any]] = [
    {"order_id": "00000000-0000-4000-8000-000000000000"},
    {"order_id": "x"},
    {"order_id": 5},
    {"order_id": ...},
    {"payment_id": ...},
    {"payment_id": ""},
    {"payment_id": "x" * 201},
    {"payment_id": 7},
    {"amount": ...},
    {"amount": None},
    {"amount": "2499"},
    {"amount": 0.5},
    {"amount": -1},
    {"currency": ...},
    {"currency": "USD"},
    {"currency": "eur"},
    {"currency": None},
]


@case("PAY-013", rule="WEBHOOK-3", hint="Judge the data after the id is inserted, and roll both back.")
def test_bad_data(shop: Client, people: People, products: Products) -> None:
    """Data that does not fit

    Delivers under one id orders that do not exist or have no id, missing and wrong payment ids, amounts and
    currencies, and data that is no object; also for a refund. Each is 422 webhook_rejected. Then the right event under
    that id is `applied`.
    """
    customer, id = people.customer(), new_id()
    made = order(customer, products)
    upper = {"order_id": made["id"].upper()} if made["id"].upper() != made["id"] else {"order_id": ""}
    for at, changes in enumerate([*REJECTED, upper, {"order_id": f"{{{made['id']}}}"}]):
        type = (SUCCEEDED, REFUNDED, FAILED)[at % 3]
        answer = deliver(shop, event(type, made, **changes), id)
        assert answer.status == 422, f"{changes} is {answer.status}"
        answer.problem(422, "webhook_rejected")
    bodies: list[dict[str, Any]] = [{}, {"data": None}, {"data": []}, {"data": 1}]
    for body in bodies:
        deliver(shop, {"type": SUCCEEDED, **body}, id).problem(422, "webhook_rejected")
    for changes in ({"order_id": "x\0"}, {"payment_id": "a\0b"}):
        deliver(shop, event(SUCCEEDED, made, **changes), id).expect(422, 400)
    assert seen(customer, made) == ("pending", "none")
    longest = event(SUCCEEDED, made, payment_id="\U0001f600" * 200)
    assert result(deliver(shop, longest, id)) == "applied"


@case("PAY-014", rule="WEBHOOK-3", hint="Keep the id of an unknown type, so that it counts once too.")
def test_unknown_types(shop: Client) -> None:
    """Unknown types are ignored

    Delivers types that the shop does not know, without data and with some, of 1 and 100 characters. Each is `ignored`,
    and again under its id `duplicate`.
    """
    for type in ("payment.created", "PAYMENT.SUCCEEDED", "payment.succeeded ", "x", "\U0001f600" * 100):
        id = new_id()
        assert result(deliver(shop, {"type": type, "data": {"order_id": 5}}, id)) == "ignored"
        assert result(deliver(shop, {"type": type}, id)) == "duplicate"


@case("PAY-015", rule="WEBHOOK-3", hint="The type is judged before the id is looked up.")
def test_bad_types(shop: Client) -> None:
    """A type that is none is rejected

    Delivers without a type, with null, a number, "" and 101 characters: 422 webhook_rejected, under a new id and under
    one that was seen, and the new id is not kept; with U+0000 422 or 400.
    """
    known, fresh = new_id(), new_id()
    deliver(shop, {"type": "other"}, known).expect(200)
    types: list[Any] = [None, 5, [], "", "x" * 101]
    bodies: list[dict[str, Any]] = [{}, *({"type": type} for type in types)]
    for body in bodies:
        for id in (known, fresh):
            deliver(shop, body, id).problem(422, "webhook_rejected")
    for id in (known, fresh):
        deliver(shop, {"type": "a\0b"}, id).expect(422, 400)
    assert result(deliver(shop, {"type": "other"}, fresh)) == "ignored"


@case("PAY-016", rule="JSON-1", hint="The strict reader, without the rule about unknown members.")
def test_malformed(shop: Client) -> None:
    """Signed, but no JSON object

    Delivers, rightly signed, what is not UTF-8, not JSON, with a BOM, with a duplicate name: 400 malformed_json, not
    401 and not 500; an array, null and 2,000 levels 400 or 422. The id is not kept.
    """
    id = new_id()
    other = b'{"type":"other"}'
    for body in (
        b"",
        b"{",
        b'{"type":"a\xffb"}',
        b'{"type":"\xed\xa0\x80"}',
        b"\xef\xbb\xbf" + other,
        other + other,
        b'{"type":"other","t\\u0079pe":"other"}',
        b'{"type":"other","data":{"a":1,"a":1}}',
        b'{"type":"other","x":NaN}',
    ):
        deliver(shop, body, id).problem(400, "malformed_json")
    for body in (b"[]", b"null", b'{"type":"other","x":' + b"[" * 1999 + b"]" * 1999 + b"}"):
        deliver(shop, body, id).expect(400, 422)
    assert result(deliver(shop, other, id)) == "ignored"


@case("PAY-017", rule="WEBHOOK-3", hint="This request alone is open: providers add members.")
def test_open(shop: Client, people: People, products: Products) -> None:
    """Unknown members and the type of the body are ignored

    Delivers events with members that nobody knows, at two levels, and with other Content-Types, none, and a
    Content-Encoding; with a bearer token that is none. All are applied.
    """
    customer = people.customer()
    for given in (
        {"content-type": "text/plain"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"authorization": "Bearer nonsense"},
    ):
        made = order(customer, products)
        body = event(SUCCEEDED, made, fee=1.5, nested={"A": [None]}) | {"api": 2, "Type": 1, "timestamp": "never"}
        content = sent(body)
        signed = headers(content)
        assert result(shop.post(PATH, content=content, headers=signed | given)) == "applied"
        assert seen(customer, made) == ("paid", "succeeded")


# Signatures


@case("PAY-018", rule="WEBHOOK-1", hint="Verify the bytes that came, before any parser or filter touches them.")
def test_bytes_as_sent(shop: Client, people: People, products: Products) -> None:
    """The signature is over the bytes as they came

    Delivers an event in pretty print with doubled spaces, CRLF, needless escapes, raw UTF-8, members in another order,
    white space around and numbers written otherwise. Each is applied: who parses and prints again gets other bytes.
    """
    customer = people.customer()
    for form in range(3):
        made = order(customer, products)
        body = event(SUCCEEDED, made, payment_id="pay_é\U0001f600/")
        if form == 0:
            content = b"\r\n " + json.dumps(body, indent=4, ensure_ascii=False).replace(": ", " :  ").encode() + b"\n\n"
        elif form == 1:
            content = sent(body).replace(b"payment.succeeded", b"p\\u0061yment\\u002esucceeded").replace(b"/", b"\\/")
        else:
            content = json.dumps(body, sort_keys=True, separators=(",\t", ":\n")).encode()
        assert result(deliver(shop, content)) == "applied", f"form {form}"
        assert seen(customer, made) == ("paid", "succeeded")


@case("PAY-019", rule="WEBHOOK-1", hint="Split at single spaces; one right token is enough.")
def test_lists(shop: Client) -> None:
    """A list of signatures

    Delivers with other versions, malformed tokens and wrong signatures before and behind the right one, an empty token
    among them. Each is accepted.
    """
    body = b'{"type":"other"}'
    wrong = signature("x", "1", b"")
    for form in (
        "v1a,x v1,bad {}",
        wrong + " {}",
        "{} " + wrong,
        "v1 garbage v1, {}",
        "v2,{0} {0}",
        wrong + "  {}",
        f"v1,!!!! {'v1,x ' * 20}{{}}",
    ):
        signed = headers(body)
        signed["webhook-signature"] = form.format(signed["webhook-signature"])
        answer = shop.post(PATH, content=body, headers=signed)
        assert answer.status == 200, f"webhook-signature: {form} is {answer.status}"


@case("PAY-020", rule="WEBHOOK-2", hint="One answer for every refusal.")
def test_signatures_refused(shop: Client) -> None:
    """Wrong signatures

    Delivers signatures of another secret, body, id and time, in other alphabets, cut, with other versions, parted by
    commas, and none. Each is 401 with WWW-Authenticate: Webhook-Signature, and all have one body.
    """
    body, id, now = b'{"type":"other"}', new_id(), str(int(time.time()))
    good = signature(id, now, body)
    other = signature(id, now, body, "whsec_" + "A" * 32)
    wrong = [
        other,
        signature(id, now, body + b"\n"),
        signature(new_id(), now, body),
        signature(id, str(int(now) - 1), body),
        good.replace("v1,", "V1,"),
        good.replace("v1,", "v1a,"),
        good.replace("v1,", "v2,"),
        good.replace("v1,", "v1="),
        good.replace("v1,", ""),
        good.replace("v1,", "v1, "),
        good.removesuffix("="),
        good + "=",
        good + ",x",
        f"{other},{good}",
        f"{other}\t{good}",
        good.swapcase(),
        "v1,",
        "v1",
    ]
    given = {"webhook-id": id, "webhook-timestamp": now}
    told = []
    for each in wrong:
        answer = shop.post(PATH, content=body, headers=given | {"webhook-signature": each})
        assert answer.status == 401, f"webhook-signature: {each!r} is {answer.status}"
        assert answer.headers.get("www-authenticate") == "Webhook-Signature"
        told.append(answer.problem(401, "webhook_verification_failed"))
    assert all(each == told[0] for each in told), "refusals differ"
    shop.post(PATH, content=body, headers=given | {"webhook-signature": good}).expect(200)


@case("PAY-021", rule="WEBHOOK-2", hint="Check each of the three headers for presence, number and form.")
def test_headers_refused(shop: Client) -> None:
    """Missing, empty, repeated and malformed headers

    Delivers without each of the three headers, with each empty, each twice, and with ids and times of a wrong form,
    all rightly signed. Each is 401 with the body of a wrong signature, but equal lines may count as one.
    """
    body = b'{"type":"other"}'
    refusal = shop.post(PATH, content=body).problem(401, "webhook_verification_failed")
    good = headers(body)
    attempts: list[list[tuple[str, str]]] = []
    for name in good:
        rest = [(each, value) for each, value in good.items() if each != name]
        attempts += [rest, [*rest, (name, "")], [*good.items(), (name, "x")]]
    now = good["webhook-timestamp"]
    for time_text in (f"0{now}", f"+{now}", f"-{now}", f"{now}.0", f"{now[:-2]}e2", f"{now}abc", hex(int(now)), "0"):
        attempts.append(list(signed(body, good["webhook-id"], time_text).items()))
    for id in ("x" * 201, "msg.1", "msg 1", "msg/1", "msg+1=", "msg:1"):
        attempts.append(list(signed(body, id, now).items()))
    twice = [[*good.items(), (name, good[name])] for name in good]
    lenient = [*twice, [*good.items(), ("webhook-signature", "x")]]  # whose lines may be one, or one list
    for attempt in [*attempts, *twice]:
        answer = shop.post(PATH, content=body, headers=attempt)
        if attempt in lenient and answer.status == 200:
            continue
        assert answer.status == 401, f"{attempt} is {answer.status}"
        assert answer.headers.get("www-authenticate") == "Webhook-Signature"
        assert answer.problem(401, "webhook_verification_failed") == refusal
    shop.post(PATH, content=body, headers=good).expect(200)


def signed(body: bytes, id: str, timestamp: str) -> dict[str, str]:
    """Headers with these texts and the signature that belongs to them."""
    return {"webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature(id, timestamp, body)}


@case("PAY-022", rule="WEBHOOK-1", hint="Compare whole seconds, inclusive, both ways.")
def test_times(shop: Client) -> None:
    """300 seconds to either side

    Delivers events signed 301 seconds and a day ago, and 305 seconds ahead: 401. 290 seconds ago and 300 ahead: 200,
    and an id of one and of 200 characters is good.
    """
    body, now = b'{"type":"other"}', int(time.time())
    for offset in (-301, -86_400, 305, 86_400):
        given = headers(body, timestamp=now + offset)
        shop.post(PATH, content=body, headers=given).problem(401, "webhook_verification_failed")
    for offset in (-290, 300):
        shop.post(PATH, content=body, headers=headers(body, timestamp=now + offset)).expect(200)
    for id in ("-", "_" * 160 + new_id().ljust(40, "x")):
        shop.post(PATH, content=body, headers=headers(body, id)).expect(200)


@case("PAY-023", rule="WEBHOOK-3", hint="Number of bytes, signature, syntax: in this order.")
def test_order_of_checks(shop: Client) -> None:
    """413, 401, 400, 422

    Delivers too many bytes without a signature: 413. 65,536 bytes, which is JSON and white space, rightly signed: 200.
    Malformed JSON without a signature is 401, and the query is ignored.
    """
    shop.post(PATH, content=b"{" * 65_537).problem(413, "body_too_large")
    body = b'{"type":"other"}'.ljust(65_536)
    shop.post(PATH, content=body + b" ", headers=headers(body + b" ")).problem(413, "body_too_large")
    assert result(deliver(shop, body)) == "ignored"
    shop.post(PATH, content=b"{").problem(401, "webhook_verification_failed")
    shop.post(PATH, content=b"{}").problem(401, "webhook_verification_failed")
    small = b'{"type":"other"}'
    shop.post(f"{PATH}?x=1&x=%00", content=small, headers=headers(small)).expect(200)
    shop.get(PATH).problem(405, "method_not_allowed")


@case("PAY-024", rule="DB-3", hint="webhook_events, then the order, then its products, in every operation.")
def test_everything_at_once(shop: Client, people: People, products: Products) -> None:
    """Payments, refunds, cancelling and shipping at once

    Delivers payments and refunds for three pending and three paid orders while they are cancelled and shipped, at the
    same moment; four times. No answer is a 5xx, all orders end refunded, and the stock is back where cancelling was
    200.
    """
    for _ in range(4):
        customer = people.customer()
        made = [order(customer, products) for _ in range(3)] + [paid_order(customer, products) for _ in range(3)]
        actions = []
        for each in made:
            path, tag = f"/admin/orders/{each['id']}/transition", {"if-match": "*"}
            actions += [partial(payments.deliver, shop.apart(), event(type, each)) for type in (SUCCEEDED, REFUNDED)]
            actions.append(partial(customer.apart().post, f"/orders/{each['id']}/cancel"))
            actions.append(partial(people.admin.apart().post, path, body={"to": "shipped"}, headers=tag))
        told = together(actions)
        assert {answer.status for answer in told} <= {200, 409}
        for number, each in enumerate(made):
            assert seen(customer, each) == ("refunded", "refunded")
            cancelled = told[4 * number + 2].status == 200
            assert products.stock(each["lines"][0]["sku"]) == (5 if cancelled else 4)
