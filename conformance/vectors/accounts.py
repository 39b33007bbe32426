"""Vectors of accounts: e-mail addresses (rule AUTH-1) and stored passwords (rule AUTH-3)."""

from collections.abc import Iterator
from typing import Any

from argon2.low_level import Type, hash_secret

EMAILS = (
    "Addresses that register accepts. Acceptable: the whole text matches "
    r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24} and has at most 254 characters, all ASCII; nothing is "
    "trimmed. `stored` is the address with A-Z in lower case, null where `valid` is false and the answer is 422 "
    "with code format at /email. Lower-case ASCII letters only, after the check: U+212A, the Kelvin sign, becomes "
    "a `k` in many libraries and would hand over somebody's account."
)
PASSWORDS = (
    "PHC strings as in users.password_hash, and whether `password` (its UTF-8 bytes, neither trimmed nor "
    "normalised) matches. Verifying honours the parameters in the string; a new hash has m=32768, t=2, p=1, a "
    "salt of 16 bytes and a tag of 32 bytes."
)


def good_emails() -> Iterator[tuple[str, str]]:
    """Yields (name, address) of acceptable addresses."""
    yield "plain", "ada@shop.example"
    yield "upper case is lowered", "Ada.Lovelace@Shop.EXAMPLE"
    yield "every letter is lowered", "ABCDEFGHIJKLMNOPQRSTUVWXYZ@ABCDEFGHIJKLMNOPQRSTUVWXYZ.ABCDEFGHIJKLMNOPQRSTUVWX"
    yield "the shortest", "a@b.cd"
    yield "plus", "ada+cart@shop.example"
    yield "digits", "1@2.io"
    yield "quotes are plain characters", '"ada"@shop.example'
    yield "all other printable ASCII", "!#$%&'()*+,-./:;<=>?[\\]^_`{|}~@shop.example"
    yield "two dots in a row in front of the @", "ada..l@shop.example"
    yield "two dots in a row behind the @", "ada@shop..example"
    yield "a dot right behind the @", "ada@.shop.example"
    yield "hyphens", "ada@-shop-.example"
    yield "subdomains", "ada@a.b.c.d.shop.example"
    yield "64 characters in front of the @", "a" * 64 + "@shop.example"
    yield "a top-level domain of 24 letters", "ada@shop." + "x" * 24
    yield "a domain of 189 characters", "a@" + "b" * 189 + ".io"
    yield "254 characters", "a" * 64 + "@" + "b" * 164 + "." + "c" * 24
    yield "254 characters with the longest domain", "a" * 39 + "@" + "b" * 189 + "." + "c" * 24


def bad_emails() -> Iterator[tuple[str, str]]:
    """Yields (name, text) of texts that are refused."""
    yield "empty", ""
    yield "no @", "ada.shop.example"
    yield "nothing in front of the @", "@shop.example"
    yield "nothing behind the @", "ada@"
    yield "two @", "ada@home@shop.example"
    yield "no dot behind the @", "ada@localhost"
    yield "dot at the end", "ada@shop.example."
    yield "a top-level domain of one letter", "ada@shop.x"
    yield "a top-level domain of 25 letters", "ada@shop." + "x" * 25
    yield "a digit in the top-level domain", "ada@shop.c0m"
    yield "a hyphen in the top-level domain", "ada@shop.xn--p1ai"
    yield "an IP address", "ada@127.0.0.1"
    yield "an IP address in brackets", "ada@[127.0.0.1]"
    yield "underscore in the domain", "ada@my_shop.example"
    yield "65 characters in front of the @", "a" * 65 + "@shop.example"
    yield "a domain of 190 characters", "a@" + "b" * 190 + ".io"
    yield "255 characters", "a" * 64 + "@" + "b" * 165 + "." + "c" * 24
    yield "255 characters with the longest domain", "a" * 40 + "@" + "b" * 189 + "." + "c" * 24
    yield "space in front", " ada@shop.example"
    yield "space behind", "ada@shop.example "
    yield "space inside", "ada l@shop.example"
    yield "line feed behind", "ada@shop.example\n"
    yield "carriage return and line feed behind", "ada@shop.example\r\n"
    yield "a second line", "ada@shop.example\neve@shop.example"
    yield "tab inside", "ada\t@shop.example"
    yield "U+0000 inside", "ada\u0000@shop.example"
    yield "DEL inside", "ada\u007f@shop.example"
    yield "no-break space behind", "ada@shop.example\u00a0"
    yield "zero-width space inside", "ada\u200b@shop.example"
    yield "e acute", "ren\u00e9@shop.example"
    yield "e and a combining acute", "rene\u0301@shop.example"
    yield "Kelvin sign for k", "\u212aim@shop.example"
    yield "Kelvin sign in the domain", "ada@\u212aiosk.example"
    yield "Kelvin sign in the top-level domain", "ada@shop.u\u212a"
    yield "dotted capital I", "\u0130da@shop.example"
    yield "dotless i", "\u0131da@shop.example"
    yield "long s", "ada@\u017fhop.example"
    yield "full-width letters", "\uff41da@shop.example"
    yield "full-width @", "ada\uff20shop.example"
    yield "ideographic full stop", "ada@shop\u3002example"
    yield "emoji", "\U0001f58d@shop.example"
    yield "a name in front", "Ada <ada@shop.example>"


def emails() -> dict[str, Any]:
    """Returns emails.json."""
    lower = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
    good = [
        {"name": name, "email": text, "valid": True, "stored": text.translate(lower)} for name, text in good_emails()
    ]
    bad = [{"name": name, "email": text, "valid": False, "stored": None} for name, text in bad_emails()]
    return {"description": EMAILS, "rule": "AUTH-1", "cases": good + bad}


def phc(password: str, number: int, *, memory: int = 32768, passes: int = 2) -> str:
    """Returns the Argon2id PHC string of `password`; `memory` in KiB; `number` makes the salt, so that it is fixed."""
    salt = bytes(range(number, number + 16))
    return hash_secret(password.encode(), salt, passes, memory, 1, 32, Type.ID).decode()


def stored_passwords() -> Iterator[tuple[str, str, str, bool]]:
    """Yields (name, PHC string, password, whether it matches)."""
    plain = phc("correct horse", 1)
    yield "right", plain, "correct horse", True
    yield "wrong", plain, "correct horsf", False
    yield "wrong case", plain, "Correct horse", False
    yield "space behind", plain, "correct horse ", False
    yield "empty", plain, "", False
    other = phc("battery staple", 20, memory=8192, passes=3)
    yield "other parameters, right", other, "battery staple", True
    yield "other parameters, wrong", other, "battery stapler", False
    odd = phc("battery staple", 40, memory=19456, passes=2)
    yield "memory is not a power of two", odd, "battery staple", True
    composed, decomposed = "caf\u00e9-cr\u00e8me", "cafe\u0301-cre\u0300me"
    yield "composed for composed", phc(composed, 60), composed, True
    yield "decomposed for composed", phc(composed, 60), decomposed, False
    yield "decomposed for decomposed", phc(decomposed, 80), decomposed, True
    yield "composed for decomposed", phc(decomposed, 80), composed, False
    spaced = phc("  spaces  ", 100)
    yield "spaces are kept", spaced, "  spaces  ", True
    yield "spaces are not trimmed", spaced, "spaces", False
    long = "\U0001f58d" * 127
    yield "128 characters of four bytes", phc(long + "a", 120), long + "a", True
    yield "the last of 128 characters counts", phc(long + "a", 120), long + "b", False


def password_hashes() -> dict[str, Any]:
    """Returns password_hashes.json."""
    cases = [
        {"name": name, "hash": text, "password": password, "matches": matches}
        for name, text, password, matches in stored_passwords()
    ]
    return {"description": PASSWORDS, "rule": "AUTH-3", "cases": cases}
