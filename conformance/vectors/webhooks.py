"""Webhook signature vectors (rule WEBHOOK-1). A bad case has one fault: the rest of it is signed as it should be."""

import base64
import hmac
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

DESCRIPTION = (
    "Verification of a payment webhook before anything is parsed. `id`, `timestamp` and `signature` are the texts "
    "of the headers webhook-id, webhook-timestamp and webhook-signature (null = no such header), `now` the "
    "service's clock in Unix seconds, `body_base64` the raw bytes. Valid: id matches [A-Za-z0-9_-]{1,200}; "
    "timestamp matches [1-9][0-9]{0,11}, both over the whole text; |now - timestamp| <= 300; and signature, split "
    "on single spaces, holds a token that is `v1,` and the padded base64 of HMAC-SHA256(key, id `.` timestamp "
    "text `.` body), equal character by character; other tokens are skipped. key = the base64-decoded rest of "
    "`secret` after `whsec_`. A body that is not UTF-8 or not JSON has a valid signature all the same: it is "
    "refused later, with 400."
)
KEY = bytes(range(7, 39))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
NOW = 1767603600
ID = "msg_2x4Ynq0-PAYMENT"
EVENT = {
    "type": "payment.succeeded",
    "timestamp": "2026-01-05T09:00:00.000Z",
    "data": {
        "order_id": "8d4c1f0e-52b7-4a39-9e66-0c7ad1b2f385",
        "payment_id": "pay_École_1",
        "amount": 1999,
        "currency": "EUR",
    },
}
BODY = json.dumps(EVENT, separators=(",", ":")).encode()


def mac(message_id: str, timestamp: str, body: bytes, key: bytes = KEY) -> str:
    """Returns the base64 of the MAC; the header texts are signed as UTF-8."""
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


MAC = mac(ID, str(NOW), BODY)


class Delivery(NamedTuple):
    """What arrives, and when; the empty `signature` stands for the right one over the rest."""

    message_id: str | None = ID
    timestamp: str | None = str(NOW)
    body: bytes = BODY
    now: int = NOW
    key: bytes = KEY
    signature: str | None = ""


def case(name: str, valid: bool, **changes: Any) -> Any:
    """Returns the case of a delivery; `changes` are members of Delivery."""
    message_id, timestamp, body, now, key, signature = Delivery(**changes)
    if signature == "":
        signature = "v1," + mac(message_id or "", timestamp or "", body, key)
    return {
        "name": name,
        "secret": "whsec_" + base64.b64encode(key).decode(),
        "id": message_id,
        "timestamp": timestamp,
        "body_base64": base64.b64encode(body).decode(),
        "signature": signature,
        "now": now,
        "valid": valid,
    }


def bodies() -> Iterator[Any]:
    """Yields bodies that a service which parses, decodes or re-serialises first gets wrong."""
    yield case("compact body", True)
    yield case("pretty-printed body with doubled spaces", True, body=json.dumps(EVENT, indent=4).encode() + b"\r\n")
    yield case("raw UTF-8 in the body", True, body=json.dumps(EVENT, ensure_ascii=False).encode())
    yield case("needless escapes in the body", True, body=BODY.replace(b"payment", rb"pa\u0079ment"))
    yield case("body that is not UTF-8", True, body=BODY.replace(b"EUR", b"\xff\xfe"))
    yield case("body with an encoded surrogate", True, body=BODY.replace(b"EUR", b"\xed\xa0\x80"))
    yield case("body with a byte order mark", True, body=b"\xef\xbb\xbf" + BODY)
    yield case("body with U+0000", True, body=BODY + b"\x00")
    yield case("body that is not JSON", True, body=b"hello")
    yield case("empty body", True, body=b"")
    yield case("a byte of the body is another", False, body=BODY.replace(b"1999", b"1998"), signature=f"v1,{MAC}")
    yield case("a line feed behind the signed body", False, body=BODY + b"\n", signature=f"v1,{MAC}")
    pretty = json.dumps(EVENT, indent=2).encode()
    yield case("signed over the body in compact form", False, body=pretty, signature=f"v1,{MAC}")


def secrets() -> Iterator[Any]:
    """Yields secrets of other lengths and wrong readings of the secret."""
    yield case("secret of 24 bytes", True, key=bytes(range(200, 224)))
    yield case("secret of 64 bytes", True, key=bytes(range(64)))
    yield case("secret of 65 bytes, which HMAC hashes first", True, key=bytes(range(65)))
    yield case("another secret", False, signature="v1," + mac(ID, str(NOW), BODY, KEY[::-1]))
    encoded = SECRET.removeprefix("whsec_").encode()
    yield case("keyed with the secret's text", False, signature="v1," + mac(ID, str(NOW), BODY, encoded))
    yield case("keyed with whsec_ and all", False, signature="v1," + mac(ID, str(NOW), BODY, SECRET.encode()))


def lists() -> Iterator[Any]:
    """Yields signature headers."""
    good = f"v1,{MAC}"
    other = "v1," + mac("msg_other", str(NOW), BODY)
    yield case("v1a and malformed tokens in front", True, signature=f"v1a,{MAC} v1,bad {good}")
    yield case("a wrong signature in front", True, signature=f"{other} {good}")
    yield case("a wrong signature behind", True, signature=f"{good} {other}")
    yield case("a token without a comma in front", True, signature=f"v1 garbage {good}")
    yield case("an empty v1 token in front", True, signature=f"v1, {good}")
    yield case("a token that is not base64 in front", True, signature=f"v1,!!!! {good}")
    yield case("a token that is not ASCII in front", True, signature=f"v1,é {good}")
    yield case("two spaces make an empty token", True, signature=f"{other}  {good}")
    yield case("twenty tokens, the last is right", True, signature=" ".join([other] * 19 + [good]))
    yield case("no signature header", False, signature=None)
    yield case("one space", False, signature=" ")
    yield case("no version", False, signature=MAC)
    yield case("empty signature", False, signature="v1,")
    yield case("v1a only", False, signature=f"v1a,{MAC}")
    yield case("v2 only", False, signature=f"v2,{MAC}")
    yield case("V1 in upper case", False, signature=f"V1,{MAC}")
    yield case("v1=", False, signature=f"v1={MAC}")
    yield case("a space behind the comma", False, signature=f"v1, {MAC}")
    yield case("tokens parted by a comma", False, signature=f"{other},{good}")
    yield case("tokens parted by a tab", False, signature=f"{other}\t{good}")
    yield case("text behind the signature", False, signature=f"{good},x")
    yield case("without padding", False, signature=f"v1,{MAC.rstrip('=')}")
    yield case("padded too much", False, signature=f"v1,{MAC}=")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    respelled = MAC[:-2] + alphabet[alphabet.index(MAC[-2]) ^ 1] + "="
    yield case("another spelling of the same bytes", False, signature=f"v1,{respelled}")
    body = next(body for body in (b"%d" % n for n in range(99)) if set("+/") <= set(mac(ID, str(NOW), body)))
    url_safe = mac(ID, str(NOW), body).replace("+", "-").replace("/", "_")
    yield case("the url-safe alphabet", False, body=body, signature=f"v1,{url_safe}")
    yield case("in hex", False, signature="v1," + base64.b64decode(MAC).hex())
    yield case(
        "the first 16 bytes only", False, signature="v1," + base64.b64encode(base64.b64decode(MAC)[:16]).decode()
    )
    yield case("a bit is flipped", False, signature="v1," + ("A" if MAC[0] != "A" else "B") + MAC[1:])


def timestamps() -> Iterator[Any]:
    """Yields timestamps; the odd spellings are signed as they stand."""
    for seconds, valid in ((300, True), (301, False), (86400, False)):
        yield case(f"{seconds} s old", valid, timestamp=str(NOW - seconds))
        yield case(f"{seconds} s ahead", valid, timestamp=str(NOW + seconds))
    yield case("twelve digits", True, timestamp="999999999999", now=999999999999)
    yield case("thirteen digits", False, timestamp="1000000000000", now=1000000000000)
    yield case("one digit", True, timestamp="7", now=0)
    yield case("timestamp 0", False, timestamp="0", now=0)
    yield case("negative timestamp", False, timestamp="-5", now=0)
    yield case("no timestamp header", False, timestamp=None)
    odd = {
        "empty timestamp": "",
        "leading zero": f"0{NOW}",
        "text behind the timestamp": f"{NOW}abc",
        "plus sign": f"+{NOW}",
        "fraction": f"{NOW}.0",
        "exponent": "17676036e2",
        "underscore": "1767_603600",
        "hexadecimal": hex(NOW),
        "space in front of the timestamp": f" {NOW}",
        "space behind the timestamp": f"{NOW} ",
        "line feed behind the timestamp": f"{NOW}\n",
        "full-width digits": "".join(chr(0xFF10 + int(digit)) for digit in str(NOW)),
        "Arabic-Indic digits": "".join(chr(0x0660 + int(digit)) for digit in str(NOW)),
        "date": "2026-01-05T09:00:00Z",
    }
    for name, timestamp in odd.items():
        yield case(name, False, timestamp=timestamp)
    yield case("leading zero, signed without it", False, timestamp=f"0{NOW}", signature=f"v1,{MAC}")
    yield case("another timestamp than the signed one", False, timestamp=str(NOW + 1), signature=f"v1,{MAC}")


def ids() -> Iterator[Any]:
    """Yields message ids; the odd ones are signed as they stand."""
    yield case("id of one character", True, message_id="-")
    yield case("id of 200 characters", True, message_id="x" * 200)
    yield case("id of 201 characters", False, message_id="x" * 201)
    yield case("empty id", False, message_id="")
    yield case("no id header", False, message_id=None)
    odd = {
        "dot": "msg.1",
        "space": "msg 1",
        "line feed at the end": "msg_1\n",
        "not ASCII": "msg_é",
        "Arabic digit": "msg_١",
    }
    for name, message_id in odd.items():
        yield case(f"id: {name}", False, message_id=message_id)
    yield case("another id than the signed one", False, message_id="msg_other", signature=f"v1,{MAC}")


def document() -> dict[str, Any]:
    """Returns webhook_signatures.json."""
    return {
        "description": DESCRIPTION,
        "rule": "WEBHOOK-1",
        "cases": [*bodies(), *secrets(), *lists(), *timestamps(), *ids()],
    }
