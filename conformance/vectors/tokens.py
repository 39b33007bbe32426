"""Access token vectors (rule AUTH-7). A bad token has one fault; the signature is right unless it is that fault."""

import hmac
import json
from collections.abc import Iterator
from typing import Any

from encoding import b64url, padded

DESCRIPTION = (
    "Access tokens as they follow `Bearer `: JWTs in compact form. key = the UTF-8 bytes of `secret`, `now` = the "
    "service's clock in Unix seconds, leeway 0. Valid: three parts of unpadded base64url; a header object with "
    "alg HS256; the HMAC-SHA256 of the first two parts as they stand; a claims object with iss `shop`, sub a "
    "lower-case UUID, role customer or admin, and exp a JSON number with now < exp. All other header members and "
    "claims are ignored. For a valid token `sub` and `role` are its claims, else null, and the answer is 401. Not "
    "tested: the other spellings of a signature's last character, crit, and nbf or iat in the future."
)
SECRET = "jwt-secret-of-the-vectors-é-0123456789"
NOW = 1767603600
SUB = "b7e0d6f4-31c2-4f58-a9d7-6e01c85f2a93"
HEADER = {"alg": "HS256", "typ": "JWT"}
CLAIMS = {"iss": "shop", "sub": SUB, "role": "customer", "iat": NOW - 60, "exp": NOW + 840}
ABSENT = object()


def compact(value: Any) -> bytes:
    """Returns `value` as JSON without white space."""
    return json.dumps(value, separators=(",", ":")).encode()


def sign(signed: str, secret: str = SECRET, digest: str = "sha256") -> str:
    """Returns the signature part for the first two parts."""
    return b64url(hmac.digest(secret.encode(), signed.encode(), digest))


def seal(claims: bytes, header: bytes = compact(HEADER), secret: str = SECRET, digest: str = "sha256") -> str:
    """Returns the token of raw JSON bytes."""
    signed = f"{b64url(header)}.{b64url(claims)}"
    return f"{signed}.{sign(signed, secret, digest)}"


def with_changes(members: dict[str, Any], changes: dict[str, Any]) -> bytes:
    """Returns `members` with `changes` as JSON; the value ABSENT takes a member out."""
    return compact({name: value for name, value in {**members, **changes}.items() if value is not ABSENT})


def claiming(**changes: Any) -> str:
    """Returns a signed token with other claims."""
    return seal(with_changes(CLAIMS, changes))


def headed(digest: str = "sha256", **changes: Any) -> str:
    """Returns a token with another header, signed with HMAC over `digest`."""
    return seal(compact(CLAIMS), with_changes(HEADER, changes), digest=digest)


def good(name: str, token: str, sub: str = SUB, role: str = "customer") -> Any:
    """Returns the case of a token that is accepted."""
    return {"name": name, "token": token, "now": NOW, "valid": True, "sub": sub, "role": role}


def bad(name: str, token: str) -> Any:
    """Returns the case of a token that is refused."""
    return {"name": name, "token": token, "now": NOW, "valid": False, "sub": None, "role": None}


def good_cases() -> Iterator[Any]:
    """Yields what must be accepted."""
    yield good("customer", claiming())
    yield good("administrator", claiming(role="admin"), role="admin")
    lowest = "00000000-0000-0000-0000-000000000000"
    yield good("the lowest UUID", claiming(sub=lowest), sub=lowest)
    yield good("typ absent", headed(typ=ABSENT))
    yield good("typ in lower case", headed(typ="jwt"))
    yield good("kid", headed(kid="2026-01"))
    yield good("members in another order", seal(compact(dict(reversed(CLAIMS.items())))))
    yield good("white space in the JSON", seal(json.dumps(CLAIMS, indent=2).encode()))
    yield good("other claims", claiming(jti="1", nbf=NOW - 60, scope=["a", "b"], name="École"))
    yield good("aud", claiming(aud="another"))
    yield good("iat absent", claiming(iat=ABSENT))
    yield good("exp a second ahead", claiming(exp=NOW + 1))
    yield good("exp with a fraction", claiming(exp=NOW + 840.5))
    yield good("exp with an exponent", seal(compact(CLAIMS).replace(b"1767604440", b"1.76760444e9")))
    yield good("exp in the year 5138", claiming(exp=99999999999))


def bad_claims() -> Iterator[Any]:
    """Yields signed tokens whose claims are wrong."""
    yield bad("exp a second ago", claiming(exp=NOW - 1))
    yield bad("exp now", claiming(exp=NOW))
    yield bad("exp a minute ago", claiming(exp=NOW - 60))
    yield bad("exp 299 s ago", claiming(exp=NOW - 299))
    yield bad("exp with a fraction, ago", claiming(exp=NOW - 0.5))
    yield bad("exp absent", claiming(exp=ABSENT))
    wrong: dict[str, list[Any]] = {
        "exp": [str(NOW + 840), None, True, [NOW + 840], 0, -1],
        "iss": [ABSENT, "another", "Shop", "shop ", "", None, ["shop"]],
        "role": [ABSENT, "root", "Admin", "admin ", "", None, ["admin"], True],
        "sub": [ABSENT, SUB.upper(), SUB.replace("-", ""), f"{{{SUB}}}", f"{SUB}\n", f" {SUB}", "1", 1, "", None],
    }
    for claim, values in wrong.items():
        for value in values:
            shown = "absent" if value is ABSENT else json.dumps(value)
            if (claim, shown) != ("exp", "absent"):
                yield bad(f"{claim} {shown}", claiming(**{claim: value}))
    yield bad("claims are an array", seal(b"[]"))
    yield bad("claims are a string", seal(b'"shop"'))
    yield bad("claims are null", seal(b"null"))
    yield bad("claims are not JSON", seal(b"shop"))
    yield bad("claims are empty", seal(b""))
    yield bad("claims end early", seal(compact(CLAIMS)[:-1]))


def bad_headers() -> Iterator[Any]:
    """Yields tokens whose header is wrong."""
    unsigned = claiming().rpartition(".")[0].partition(".")[2]
    for alg in ("none", "None", "NONE"):
        yield bad(f"alg {alg}, no signature", f"{b64url(compact({'alg': alg, 'typ': 'JWT'}))}.{unsigned}.")
    yield bad("alg none, signed", headed(alg="none"))
    yield bad("alg HS512, signed so", headed("sha512", alg="HS512"))
    yield bad("alg HS384, signed so", headed("sha384", alg="HS384"))
    yield bad("alg HS512, signed with SHA-256", headed(alg="HS512"))
    yield bad("alg HS256, signed with SHA-512", headed("sha512"))
    yield bad("alg RS256, signed with HMAC", headed(alg="RS256"))
    yield bad("alg hs256 in lower case", headed(alg="hs256"))
    yield bad("alg absent", headed(alg=ABSENT))
    yield bad("alg null", headed(alg=None))
    yield bad("alg in an array", headed(alg=["HS256"]))
    yield bad("header is an array", seal(compact(CLAIMS), b'["HS256"]'))
    yield bad("header is not JSON", seal(compact(CLAIMS), b"HS256"))


def bad_forms() -> Iterator[Any]:
    """Yields wrong signatures and wrong spellings."""
    token = claiming()
    header, claims, signature = token.split(".")
    other = claiming(role="admin").split(".")
    yield bad("another secret", seal(compact(CLAIMS), secret=SECRET[::-1]))
    yield bad("the empty secret", seal(compact(CLAIMS), secret=""))
    yield bad("the signature of other claims", f"{header}.{other[1]}.{signature}")
    yield bad(
        "a bit of the signature is flipped", f"{header}.{claims}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    )
    yield bad("signature empty", f"{header}.{claims}.")
    yield bad("signature over the claims only", f"{header}.{claims}.{sign(claims)}")
    digest = hmac.digest(SECRET.encode(), f"{header}.{claims}".encode(), "sha256")
    yield bad("signature in hex", f"{header}.{claims}.{digest.hex()}")
    yield bad("signature of 16 bytes", f"{header}.{claims}.{b64url(digest[:16])}")
    many = (claiming(jti=str(number)) for number in range(999))
    plain = next(text for text in many if {"-", "_"} <= set(text.rpartition(".")[2]))
    signed, _, url_safe = plain.rpartition(".")
    yield bad("signature in the alphabet of plain base64", f"{signed}.{url_safe.replace('-', '+').replace('_', '/')}")
    yield bad("signature padded", f"{header}.{claims}.{padded(signature)}")
    short = b64url(compact({**HEADER, "kid": "1"}))
    for name, signed in (
        ("header padded", f"{padded(short)}.{claims}"),
        ("claims padded", f"{header}.{padded(b64url(compact({**CLAIMS, 'x': 12})))}"),
    ):
        yield bad(name, f"{signed}.{sign(signed)}")
    yield bad("cut off in the signature", token[:-10])
    yield bad("cut off in the claims", token[: len(header) + 40])
    yield bad("no dots", token.replace(".", ""))
    yield bad("one dot", f"{header}.{claims}")
    yield bad("four parts", f"{token}.{signature}")
    yield bad("a dot behind", f"{token}.")
    yield bad("five parts", f"{header}..{claims}..{signature}")
    yield bad("empty", "")
    yield bad("two dots", "..")
    yield bad("space in front", f" {token}")
    yield bad("space behind", f"{token} ")
    yield bad("line feed behind", f"{token}\n")
    yield bad("in quotes", f'"{token}"')
    yield bad("the scheme twice", f"Bearer {token}")
    yield bad("a letter that is not ASCII", f"{header}.{claims}.é{signature[1:]}")
    yield bad("an opaque token", "x" * 43)


def document() -> dict[str, Any]:
    """Returns tokens.json."""
    return {
        "description": DESCRIPTION,
        "rule": "AUTH-7",
        "secret": SECRET,
        "cases": [*good_cases(), *bad_claims(), *bad_headers(), *bad_forms()],
    }
