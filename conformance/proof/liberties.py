"""What contract/README.md leaves free: the other legal ways, each with a switch. No case may fail for one of them.

`python -m proof --liberty NAME` switches one on. What makes it legal stands behind **Free** at its rule.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from proof.switches import Switches


@dataclass(frozen=True)
class Liberty:
    """A legal variant: the name of its switch, its rule, and who does it so.

    Of those that answer the same question only one can be on at a time; others do not meddle with each other.
    `wire`: it takes bytes that no server's library tells, so a relay in front of the shop has it.
    """

    name: str
    rule: str
    sentence: str
    question: str = ""
    wire: bool = False


LIBERTIES = [
    # The order of checks
    Liberty(
        "type_before_token",
        "HTTP-1",
        "Routing by media type comes before authentication: 415 before 401, as in ASP.NET and Spring.",
        "order",
    ),
    Liberty("syntax_before_type", "HTTP-1", "The reader asks for the type last: 413 and 400 before 415.", "order"),
    Liberty("row_before_body", "HTTP-1", "Route model binding looks for the row first: 404 before 422."),
    Liberty("if_match_before_body", "HTTP-1", "A missing If-Match is told before anything of the body: a guard."),
    Liberty("body_before_key", "HTTP-1", "The body is judged before the Idempotency-Key, as by a binder."),
    Liberty("first_bytes_awaited", "HTTP-1", "The first bytes of a body are waited for before any check: Rocket."),
    Liberty("token_before_method", "HTTP-1", "Guards stand before routing: 401 or 403 before 405.", "guard"),
    Liberty(
        "token_before_route",
        "HTTP-1",
        "A guard covers all below /admin, /cart, /orders and /me: 401 for unknown paths too.",
        "guard",
    ),
    # HTTP
    Liberty("fixed_paths_undecoded", "HTTP-2", "Routes are compared as they came: /%70roducts is 404, as in Express."),
    Liberty("options_answered", "HTTP-3", "OPTIONS is 204 with Allow, as by most routers."),
    Liberty("empty_coding_is_none", "HTTP-5", "An empty Content-Encoding is none."),
    Liberty("charset_named", "HTTP-5", "Types of answers have a charset, as in ASP.NET, Laravel and Flask."),
    Liberty("errors_without_cache_control", "HTTP-7", "Errors have no Cache-Control.", "caching"),
    Liberty("errors_not_stored", "HTTP-7", "Errors are no-store and private, whatever their path.", "caching"),
    Liberty("etag_of_every_body", "HTTP-8", "Other answers have a hash of the body as ETag, as in Express."),
    Liberty("lists_last_modified", "HTTP-8", "Other answers have a Last-Modified."),
    Liberty("escapes_refused_by_the_server", "HTTP-12", "Broken percent-escapes are the server's 400, in plain text."),
    Liberty("nul_in_paths_refused", "HTTP-12", "NUL in a path is the server's 400, in plain text: Tomcat."),
    Liberty("long_headers_taken", "HTTP-12", "A header may have 64 KiB: hyper, Go.", wire=True),
    Liberty("host_not_wanted", "HTTP-12", "A request without Host is served: hyper.", wire=True),
    Liberty("length_beside_chunks_refused", "HTTP-13", "Content-Length beside chunks is refused."),
    Liberty("half_closed_clients_cut", "HTTP-14", "A client that has said everything has left: uvicorn, Rocket."),
    Liberty("repeated_headers_are_400", "HTTP-15", "A header in two lines is a bad request for the server.", "lines"),
    Liberty("equal_lines_are_one", "HTTP-15", "Lines of one header that are equal count as one: CGI.", "lines"),
    Liberty("signature_lines_are_a_list", "HTTP-15", "The lines of webhook-signature are one list of tokens: nginx."),
    Liberty("lines_of_tags_refused", "HTTP-15", "If-Match in two lines is a bad request for the server: nginx 1.22."),
    Liberty("tab_beside_length_refused", "HTTP-15", "A tab before or behind a length makes it none: nginx.", wire=True),
    Liberty("names_without_colon", "HTTP-12", "A line without a colon is a header without a value: nginx.", wire=True),
    Liberty("trailers_dropped_as_they_come", "HTTP-16", "Trailers are dropped and not counted: nginx.", wire=True),
    Liberty(
        "tab_behind_chunked_refused", "HTTP-15", "`chunked` and a tab is a coding that nobody has: Node.", wire=True
    ),
    Liberty("only_utf_8_in_headers", "HTTP-15", "A header line that is no UTF-8 is dropped: Rocket."),
    Liberty(
        "kept_alive_to_the_end",
        "HTTP-16",
        "HTTP/1.0 is told keep-alive by an answer without a length: hyper.",
        wire=True,
    ),
    # Problems
    Liberty("problem_names_its_instance", "PROBLEM-1", "Problems have an `instance`: Spring's ProblemDetail."),
    Liberty("problem_members_sorted", "PROBLEM-1", "The members of a problem come by name."),
    Liberty("first_shape_fault_alone", "PROBLEM-2", "The first fault of shape ends the reading: serde.", "shape"),
    Liberty("shape_faults_alone", "PROBLEM-2", "Faults of shape are told before values are judged.", "shape"),
    Liberty("nulls_are_required", "PROBLEM-3", "A null is `required`: Bean Validation, validator tags.", "null"),
    Liberty("nulls_are_types", "PROBLEM-3", "A null is `type`: pydantic, zod.", "null"),
    Liberty("read_only_is_unknown", "PROBLEM-3", "What may only be read is `unknown` to the reader."),
    Liberty("lengths_are_formats", "PROBLEM-3", "Lengths are part of the pattern: `format`.", "strings"),
    Liberty("patterns_tell_lengths", "PROBLEM-3", "A field with a pattern tells lengths as well.", "strings"),
    Liberty("words_are_types", "PROBLEM-3", "An enumeration or a timestamp is a type to the reader: serde, Jackson."),
    # JSON
    Liberty("other_documents_are_422", "JSON-1", "A top level that is no object is a fault of type: pydantic, zod."),
    Liberty("depth_1000", "JSON-2", "The reader takes a thousand levels: Jackson, System.Text.Json.", "depth"),
    Liberty("depth_is_422", "JSON-2", "Depth is a fault of the value.", "depth"),
    Liberty("integers_only_as_digits", "JSON-5", "1.0 and 1e0 are no integers: Go, Rust, .NET."),
    Liberty("huge_numbers_malformed", "JSON-5", "What fits no type is malformed: Rust, Go.", "numbers"),
    Liberty("huge_numbers_are_types", "JSON-5", "What fits no type is a fault of type: encoding/json.", "numbers"),
    Liberty("unstorable_text_malformed", "JSON-6", "NUL and lone surrogates are malformed to the reader."),
    # Queries and pages
    Liberty("first_query_fault_alone", "QUERY-1", "One fault of a query is told.", "faults of a query"),
    Liberty("query_faults_are_formats", "QUERY-1", "Each fault of a query is `format`.", "codes of a query"),
    Liberty("query_faults_are_unknown", "QUERY-1", "Each fault of a query is `unknown`.", "codes of a query"),
    Liberty("cursor_before_query", "QUERY-1", "The cursor is judged with the other parameters, first."),
    Liberty("query_integers_by_int", "QUERY-2", "int() reads integers: signs, spaces, underscores, other digits."),
    Liberty("many_booleans", "QUERY-2", "1, on, yes and TRUE are booleans: pydantic, ParseBool, Spring."),
    Liberty("cursor_decoded_leniently", "QUERY-7", "The base64 decoder takes padding and loose bits."),
    # Products
    Liberty("bad_branches_judged", "PRODUCT-2", "What stands under a bad key is judged as well."),
    Liberty("patch_depth_first", "ADMIN-3", "The depth of a patch is judged before the row."),
    # Accounts
    Liberty("foreign_claims_refused", "AUTH-7", "Claims that the shop never issues are refused: aud, nbf, crit."),
    Liberty("gone_users_refused", "AUTH-8", "A token whose user is gone is 401 everywhere."),
    Liberty("spaces_after_bearer", "AUTH-8", "More than one space after Bearer is taken."),
    # Bulk
    Liberty("bad_lines_unseen", "BULK-2", "A sku counts as seen once its line is good."),
    # Events
    Liberty("no_space_after_colons", "EVENT-1", "No space after the colons: Rocket, Spring.", "colon"),
    Liberty("stream_ends_lines_with_cr", "EVENT-1", "Lines of a stream end with CR.", "line"),
    Liberty("stream_ends_lines_with_crlf", "EVENT-1", "Lines of a stream end with CR LF: sse-starlette.", "line"),
    Liberty("fields_in_another_order", "EVENT-1", "The type comes before the id.", "fields"),
    Liberty("pings_are_bare", "EVENT-1", "A ping is a colon alone: Actix, Rocket.", "ping"),
    Liberty("pings_are_long", "EVENT-1", "A ping is a comment with a time.", "ping"),
    Liberty("no_retry", "EVENT-1", "The stream begins with a comment and says no retry.", "retry"),
    Liberty("another_retry", "EVENT-1", "Clients are told to come back after another time.", "retry"),
    Liberty("topics_before_token", "EVENT-1", "A topic given twice is 400 before anybody is asked who he is."),
    Liberty("empty_last_event_id_is_none", "EVENT-3", "An empty Last-Event-ID is none."),
    # Operation
    Liberty("buckets_of_the_library", "OPS-4", "The histogram has the library's buckets."),
    Liberty("more_labels", "OPS-4", "Metrics have further labels."),
]

_SWITCHES = Switches(each.name for each in LIBERTIES)
free = _SWITCHES.on
switch_on = _SWITCHES.switch_on


def rounds() -> list[list[Liberty]]:
    """All liberties in as few lists as can be, of which each may be switched on at once."""
    found: list[list[Liberty]] = [
        [] for _ in range(max(Counter(each.question or each.name for each in LIBERTIES).values()))
    ]
    for each in LIBERTIES:
        fitting = [one for one in found if not each.question or each.question not in {other.question for other in one}]
        min(fitting, key=len).append(each)
    return found
