"""Vectors of the strict JSON reader (rule JSON-1): bodies that parsers disagree on."""

import base64
from typing import Any

DESCRIPTION = (
    "Bodies of PUT /cart/items/{sku} for a product that exists, sent as application/json, and `statuses`, the "
    "ones that are accepted. A body is `body_base64` or, where that would exceed 4 KB, `recipe`: each `text` "
    "(ASCII) `count` times, one after the other; the other member is null. 400 is malformed_json, 413 "
    "body_too_large (over 65536 bytes), 422 validation_failed. `quantity` is that of the line if 200 is answered, "
    "null where it never is. Of several statuses a service chooses one: what rules JSON-1 to JSON-6 leave free. "
    "`rule` is the one that decides."
)
OK, BAD, INVALID, EITHER, LARGE = (200,), (400,), (422,), (400, 422), (400, 413)
WHOLE = (200, 422)
LONGEST = 4096
Recipe = list[tuple[str, int]]


def nested(depth: int) -> Recipe:
    """Returns a body with `depth` arrays inside its object."""
    return [('{"quantity":1,"x":', 1), ("[", depth), ("]", depth), ("}", 1)]


CASES: list[tuple[str, bytes | Recipe, tuple[int, ...], str]] = [
    ("01_float_1.0", b'{"quantity":1.0}', WHOLE, "1.0 is the integer 1, or of another type."),
    ("02_1e2", b'{"quantity":1e2}', INVALID, "1e2 is the integer 100, which is out of range."),
    ("03_1E0", b'{"quantity":1E0}', WHOLE, "1E0 is the integer 1, or of another type."),
    ("04_neg0", b'{"quantity":-0}', INVALID, "-0 is the integer 0, which is out of range."),
    ("04b_neg0.0", b'{"quantity":-0.0}', INVALID, "-0.0 is the integer 0, which is out of range."),
    ("05_str1", b'{"quantity":"1"}', INVALID, "A string is not a number."),
    ("06_true", b'{"quantity":true}', INVALID, "A boolean is not a number."),
    ("07_1.5", b'{"quantity":1.5}', INVALID, "1.5 is not an integer."),
    ("08_2^53+1", b'{"quantity":9007199254740993}', EITHER, "Beyond 2^53 and out of range; it must not be rounded."),
    ("09_2^63", b'{"quantity":9223372036854775808}', EITHER, "Beyond int64: a parser may refuse it."),
    (
        "09b_2^63-1",
        b'{"quantity":9223372036854775807}',
        EITHER,
        "The largest int64, out of range; a parser may refuse it.",
    ),
    ("10_1e400", b'{"quantity":1e400}', EITHER, "Beyond a double: a parser may refuse it."),
    ("11_NaN", b'{"quantity":NaN}', BAD, "NaN is not JSON."),
    ("12_lead0", b'{"quantity":01}', BAD, "A number has no leading zero."),
    ("13_dup", b'{"quantity":1,"quantity":2}', BAD, "Two members of one name."),
    ("14_Case", b'{"Quantity":3}', INVALID, "Names are case-sensitive: Quantity is unknown and quantity missing."),
    ("15_trail_garbage", b'{"quantity":1}garbage', BAD, "Text behind the object."),
    ("16_two_docs", b'{"quantity":1}{"quantity":2}', BAD, "A second document behind the first."),
    ("16b_trail_}", b'{"quantity":1}}', BAD, "A brace behind the object."),
    ("17_trail_comma", b'{"quantity":1,}', BAD, "A comma behind the last member."),
    ("18_bom", b'\xef\xbb\xbf{"quantity":1}', BAD, "A byte order mark is not part of JSON."),
    ("19_comment", b'{"quantity":1 /*c*/}', BAD, "JSON has no comments."),
    ("20_squote", b"{'quantity':1}", BAD, "Strings have double quotes."),
    ("21_lone_hi", rb'{"quantity":1,"name":"\ud800"}', EITHER, "A lone high surrogate: a parser may refuse it."),
    ("21b_lone_lo", rb'{"quantity":1,"name":"\udc00x"}', EITHER, "A lone low surrogate: a parser may refuse it."),
    (
        "22_nul",
        rb'{"quantity":1,"name":"a\u0000b"}',
        EITHER,
        "An escaped U+0000: name is unknown, or a parser may refuse it.",
    ),
    ("23_badutf8", b'{"quantity":1,"name":"\xff"}', BAD, "FF is not UTF-8."),
    ("23b_cesu", b'{"quantity":1,"name":"\xed\xa0\x80"}', BAD, "An encoded surrogate is not UTF-8."),
    ("23c_overlong", b'{"quantity":1,"name":"\xc0\xaf"}', BAD, "An overlong slash is not UTF-8."),
    ("24_rawtab", b'{"quantity":1,"name":"a\tb"}', BAD, "A control character in a string must be escaped."),
    ("25_null_body", b"null", EITHER, "The top level is null, not an object."),
    ("26_array", b"[]", EITHER, "The top level is an array, not an object."),
    ("26b_arr_obj", b'[{"quantity":1}]', EITHER, "The top level is an array, though of an object."),
    ("27_string", b'"x"', EITHER, "The top level is a string, not an object."),
    ("28_empty", b"", BAD, "There is no document."),
    ("29_ws", b"  \n ", BAD, "White space is no document."),
    ("30_qnull", b'{"quantity":null}', INVALID, "null is not a number."),
    ("31_name_num", b'{"quantity":1,"name":123}', INVALID, "name is unknown, whatever its type."),
    ("32_unknown", b'{"quantity":1,"is_admin":true}', INVALID, "is_admin is unknown."),
    ("33_proto", b'{"quantity":1,"__proto__":{"is_admin":true}}', INVALID, "__proto__ is unknown like any other name."),
    ("34_deep_100", nested(100), EITHER, "Deeper than 32: a parser may read it, and the member is unknown."),
    ("34b_deep_600", nested(600), EITHER, "Deeper than the limit of some parsers."),
    ("34c_deep_2000", nested(2000), EITHER, "Deeper than any limit, and than the stack of some parsers."),
    ("34d_deep_100k", nested(100_000), LARGE, "Over 65536 bytes, and too deep."),
    ("34e_deep_32758", nested(32_758), EITHER, "As deep as fits into 65536 bytes, less one."),
    (
        "34f_deep_33",
        nested(32),
        EITHER,
        "The object is depth 1, so 32 arrays in it make 33, the first that may be refused.",
    ),
    ("34g_deep_32", nested(31), INVALID, "Depth 32 is well-formed; x is unknown."),
    ("35_utf16le", b"\xff\xfe" + '{"quantity":1}'.encode("utf-16-le"), BAD, "UTF-16 with a byte order mark."),
    ("35b_utf16nobom", '{"quantity":1}'.encode("utf-16-le"), BAD, "UTF-16 without a byte order mark."),
    ("36_plus", b'{"quantity":+1}', BAD, "A number has no plus sign."),
    ("37_.5", b'{"quantity":.5}', BAD, "A number begins with a digit."),
    ("38_1.", b'{"quantity":1.}', BAD, "A fraction has a digit."),
    ("39_hex", b'{"quantity":0x10}', BAD, "JSON has no hexadecimal numbers."),
    ("40_bigdigits", [('{"quantity":', 1), ("9", 5000), ("}", 1)], EITHER, "Beyond a double: a parser may refuse it."),
    ("41_Infinity", b'{"quantity":Infinity}', BAD, "Infinity is not JSON."),
    ("42_escape_key", rb'{"qu\u0061ntity":7}', OK, "A name is compared after unescaping."),
    ("43_1e19_int", b'{"quantity":1e18}', EITHER, "An integer in int64, and out of range; a parser may refuse it."),
    ("44_vt", b'{"quantity":1}\x0b', BAD, "A vertical tab is not white space in JSON."),
    ("45_nbsp", b'{"quantity":1}\xc2\xa0', BAD, "A no-break space is not white space in JSON."),
    ("46_missing", b"{}", INVALID, "quantity is missing."),
    ("47_esc_slash_a", rb'{"quantity":1,"name":"\a"}', BAD, r"\a is not an escape."),
    (
        "48_del_emoji",
        '{"quantity":1,"name":"e\u0301\U0001f468\u200d\U0001f469"}'.encode(),
        INVALID,
        "Any Unicode is well-formed; name is unknown.",
    ),
    ("49_dup_escaped", rb'{"quantity":1,"qu\u0061ntity":1}', BAD, "Two members of one name after unescaping."),
    ("49b_dup_deep", b'{"quantity":1,"x":{"a":1,"a":1}}', BAD, "Two members of one name inside an unknown member."),
    ("50_pair", rb'{"quantity":1,"name":"\ud83d\ude00"}', INVALID, "An escaped surrogate pair; name is unknown."),
    ("51_10e-1", b'{"quantity":10e-1}', WHOLE, "10e-1 is the integer 1, or of another type."),
    ("52_whitespace", b' \t\r\n{ "quantity" : 99 }\n', OK, "White space around every token."),
    ("53_size_65536", [('{"quantity":1', 1), (" ", 65_522), ("}", 1)], OK, "65536 bytes are not too many."),
    ("53b_size_65537", [('{"quantity":1', 1), (" ", 65_523), ("}", 1)], (413,), "65537 bytes are too many."),
]
QUANTITIES = {"42_escape_key": 7, "52_whitespace": 99}
RULES = {  # by number; the rest is about JSON-1
    "JSON-2": "34 34b 34c 34d 34e 34f 34g",
    "JSON-3": "13 49 49b",
    "JSON-4": "14 31 32 33 48 50",
    "JSON-5": "01 02 03 04 04b 05 06 07 08 09 09b 10 40 43 51",
    "JSON-6": "21 21b 22 42",
    "JSON-7": "30 46",
    "HTTP-6": "53 53b",
}


def document() -> dict[str, Any]:
    """Returns json_bodies.json."""
    rules = {number: rule for rule, numbers in RULES.items() for number in numbers.split()}
    cases: list[dict[str, Any]] = []
    for name, body, statuses, why in CASES:
        recipe: Recipe = [] if isinstance(body, bytes) else body
        content = body if isinstance(body, bytes) else "".join(text * count for text, count in body).encode("ascii")
        encoded = base64.b64encode(content).decode()
        short = len(encoded) <= LONGEST
        cases.append(
            {
                "name": name,
                "rule": rules.get(name.split("_")[0], "JSON-1"),
                "why": why,
                "body_base64": encoded if short else None,
                "recipe": None if short else [{"text": text, "count": count} for text, count in recipe],
                "statuses": list(statuses),
                "quantity": QUANTITIES.get(name, 1) if 200 in statuses else None,
            }
        )
    return {"description": DESCRIPTION, "rule": "JSON-1", "cases": cases}
