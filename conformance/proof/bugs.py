"""The catalogue: what real implementers get wrong, and the switches.

`python -m proof --bug NAME` switches one on.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from proof.switches import Switches


@dataclass(frozen=True)
class Bug:
    """A bug: the name of its switch, the rule of contract/README.md that it breaks, and what went wrong.

    `cases` are those that should catch it, where they are of another rule. `wire` is whether it is the server's own,
    below ASGI (see wire.py).
    """

    name: str
    rule: str
    sentence: str
    cases: tuple[str, ...] = ()
    wire: bool = False


BUGS = [
    # HTTP
    Bug(
        "body_before_token",
        "HTTP-1",
        "The body is bound before the caller is known, as in FastAPI: 400 or 422 before 401.",
    ),
    Bug("trailing_slash_redirected", "HTTP-2", "A trailing slash is redirected, as in FastAPI and Gin."),
    Bug("slashes_merged", "HTTP-2", "Doubled slashes are one, as in Flask."),
    Bug(
        "path_decoded_before_routing",
        "HTTP-2",
        "%2F is decoded before the route is found, so that data becomes a separator.",
    ),
    Bug(
        "malformed_sku_is_422",
        "HTTP-2",
        "A sku that is none is judged by the framework's path validation, as in FastAPI, and not as an unknown one.",
        ("CART-006",),
    ),
    Bug(
        "malformed_uuid_is_422",
        "HTTP-2",
        "An id that is none is judged by a UUID converter, as in FastAPI, and not as an unknown one.",
    ),
    Bug(
        "uuids_in_any_spelling",
        "HTTP-2",
        "The id goes to PostgreSQL as it came, which takes braces, upper case and no hyphens.",
    ),
    Bug(
        "method_404",
        "HTTP-3",
        "Other methods of a known path are 404: Express, Gin, Rocket and Phoenix do not tell them apart.",
        ("BOOT-017", "TRAN-013"),
    ),
    Bug("no_allow", "HTTP-3", "A 405 without Allow."),
    Bug(
        "head_is_405",
        "HTTP-4",
        "HEAD is not registered with GET: FastAPI, Django's require_http_methods, minimal APIs of .NET.",
    ),
    Bug(
        "missing_media_type_taken",
        "HTTP-5",
        "A body without a Content-Type is taken for JSON, as in Django, Gin and Echo.",
    ),
    Bug(
        "media_type_compared_as_text",
        "HTTP-5",
        "Content-Type is compared as text: parameters and capitals make it another type.",
    ),
    Bug("content_encoding_ignored", "HTTP-5", "A body with Content-Encoding: gzip is read as if it had none."),
    Bug("size_by_content_length", "HTTP-6", "The limit looks at Content-Length, which a chunked body does not have."),
    Bug("chunked_bodies_empty", "HTTP-6", "A chunked body is empty, as for Django behind WSGI."),
    Bug(
        "one_limit_for_all_bodies",
        "HTTP-6",
        "The import has the limit of all other bodies, as one middleware sets it.",
        ("BULK-016",),
    ),
    Bug("no_store_forgotten", "HTTP-7", "No Cache-Control on what is private: the framework sets none."),
    Bug("orders_cached_like_products", "HTTP-7", "Orders may be kept by shared caches."),
    Bug("weak_etags", "HTTP-8", "Weak tags, as Express makes them, which no If-Match can ever match."),
    Bug("304_without_etag", "HTTP-9", "A 304 without ETag."),
    Bug("if_none_match_is_one_tag", "HTTP-9", "If-None-Match is compared as one text: lists, W/ and * never match."),
    Bug(
        "if_none_match_compared_strongly",
        "HTTP-9",
        "If-None-Match is compared strongly: a proxy's W/ makes every read a 200.",
    ),
    Bug(
        "no_304_for_head", "HTTP-9", "If-None-Match is evaluated for GET alone: Gin, Echo and .NET register HEAD apart."
    ),
    Bug("if_match_compared_weakly", "HTTP-10", "One helper compares both headers weakly, so that W/ passes If-Match."),
    Bug("if_match_is_one_tag", "HTTP-10", "If-Match is compared as one text: lists and * fail."),
    Bug(
        "if_match_optional",
        "HTTP-10",
        "Without If-Match the write goes through: the lost update that the header is for.",
        ("BACK-051", "TRAN-004"),
    ),
    Bug(
        "if_match_before_the_row_lock",
        "HTTP-10",
        "The tag is compared before the row is locked: two writers pass with the same one.",
    ),
    Bug(
        "location_with_host",
        "HTTP-11",
        "Location is made absolute from the Host header, as url_for and CreatedAtAction do.",
        ("REG-001", "CHK-001", "CHK-027"),
    ),
    Bug(
        "no_content_location",
        "HTTP-11",
        "No Content-Location, so that nobody knows whose tag the ETag is.",
        ("BACK-024",),
    ),
    Bug(
        "nul_reaches_the_database",
        "HTTP-12",
        "U+0000 in a string reaches PostgreSQL, which refuses it: 500 in every framework that does not look first.",
        ("REG-009", "MAL-007", "BACK-028", "BULK-006", "PAY-015"),
    ),
    # Problems
    Bug(
        "html_404",
        "PROBLEM-1",
        "Unknown paths get the framework's own page: Flask, Django and Express.",
        ("BOOT-007", "BOOT-008", "BOOT-012", "BOOT-018"),
    ),
    Bug(
        "no_www_authenticate",
        "AUTH-8",
        "A 401 without WWW-Authenticate: the exception handler forgets the header.",
        ("BACK-017", "LOGIN-002"),
    ),
    Bug(
        "first_fault_only",
        "PROBLEM-2",
        "Validation stops at the first fault, as Echo's and Rocket's readers do.",
        ("BULK-006",),
    ),
    Bug("pointers_not_escaped", "PROBLEM-2", "Pointers are joined by / without ~1 and ~0.", ("REG-011", "BACK-004")),
    Bug(
        "dollar_ends_patterns",
        "PROBLEM-3",
        "$ ends the pattern: it lets a line feed at the end pass in Python, PHP, Perl, Ruby and .NET.",
        ("REG-005", "LIST-013", "TRAN-006"),
    ),
    Bug(
        "first_short_line_only",
        "PROBLEM-4",
        "The check-out stops at the first line that is short and tells that one alone.",
    ),
    Bug(
        "foreign_order_is_403",
        "PROBLEM-5",
        "A foreign order is 403, which tells that it exists: policies of Laravel, Django and .NET.",
        ("ORD-001",),
    ),
    # JSON
    Bug(
        "bom_accepted",
        "JSON-1",
        "A byte-order mark is skipped: Node's body-parser, Python's bytes, Jackson.",
        ("MAL-012", "BULK-008"),
    ),
    Bug("bad_utf_8_replaced", "JSON-1", "Invalid UTF-8 becomes U+FFFD, as in Node and Go."),
    Bug("utf_16_accepted", "JSON-1", "The encoding is guessed: Python's json.loads and Jackson read UTF-16."),
    Bug(
        "trailing_data_ignored",
        "JSON-1",
        "A streaming decoder stops after the first value: Go's Decoder and Jackson leave the rest.",
    ),
    Bug("nan_accepted", "JSON-1", "NaN and Infinity are numbers for Python's json."),
    Bug("empty_body_is_an_object", "JSON-1", "An empty body is {}, as in Express."),
    Bug("depth_unlimited", "JSON-2", "Nobody counts the depth: 100,000 brackets exhaust the stack, or are read."),
    Bug(
        "last_duplicate_wins", "JSON-3", "Of two members of one name the last counts: all but serde and strict readers."
    ),
    Bug(
        "unknown_members_ignored",
        "JSON-4",
        "Members that nobody asked for are ignored: the default of nearly every reader.",
        ("BACK-040", "CHK-014", "COUP-004", "LOGIN-005", "SESS-005"),
    ),
    Bug(
        "role_assigned",
        "JSON-4",
        "The body is copied into the row, its role too: mass assignment in Rails, Laravel and GORM.",
    ),
    Bug("text_is_a_number", "JSON-5", '"1" is an integer for Laravel, Jackson, FastAPI and .NET\'s web defaults.'),
    Bug("true_is_one", "JSON-5", "true is 1 for pydantic and Laravel.", ("MAL-005",)),
    Bug("fraction_truncated", "JSON-5", "1.5 becomes 1, as Jackson does it."),
    Bug(
        "strings_trimmed", "JSON-6", "Strings are trimmed: Laravel's TrimStrings, serializers of Django REST framework."
    ),
    Bug(
        "lengths_in_bytes",
        "JSON-6",
        "Lengths count bytes: Go's len, Rust's len, PHP's strlen.",
        ("BACK-015", "PAY-014", "REG-007"),
    ),
    Bug("lengths_in_utf_16", "JSON-6", "Lengths count UTF-16 units: Java, JavaScript, .NET."),
    Bug("empty_text_is_null", "JSON-7", '"" becomes null, as by Laravel\'s ConvertEmptyStringsToNull.', ("BULK-024",)),
    Bug(
        "null_is_absent",
        "JSON-7",
        "A null is an absent member: pointers of Go, Option of Rust, DTOs of Java and .NET.",
        ("BACK-028", "SESS-009"),
    ),
    Bug("any_iso_8601", "JSON-8", "Whatever a date library reads is a timestamp."),
    Bug("empty_list_is_null", "JSON-9", "An empty list is null, as a nil slice of Go."),
    Bug("empty_object_is_a_list", "JSON-9", "An empty object is [], as an empty array of PHP.", ("CAT-002",)),
    Bug("int8_as_text", "JSON-9", "A bigint is a string, as node-postgres hands it over."),
    Bug(
        "timestamp_zeros_dropped",
        "JSON-9",
        "Zeros at the end of a fraction are dropped: Go's RFC3339Nano, Java's Instant.",
        ("CAT-003",),
    ),
    # Queries and pages
    Bug(
        "unknown_parameters_ignored",
        "QUERY-1",
        "Parameters that nobody asked for are ignored: every framework's default.",
        ("LIST-006", "LIST-043"),
    ),
    Bug("last_parameter_wins", "QUERY-1", "Of a repeated parameter the last counts: Django and FastAPI."),
    Bug("limit_unbounded", "QUERY-1", "A limit is an integer of any size: ?limit=9999999999 reads the whole table."),
    Bug("plus_stays_plus", "QUERY-3", "The query is decoded like a path, so that + is no space.", ("LIST-016",)),
    Bug("nul_in_queries", "QUERY-3", "%00 in a filter reaches PostgreSQL: 500.", ("LIST-014",)),
    Bug("q_is_a_like_pattern", "QUERY-4", "% and _ of q are not escaped and match anything.", ("ATT-009",)),
    Bug("q_folds_ascii_alone", "QUERY-4", "Case is folded for ASCII alone: LC_CTYPE C, or a lower() of bytes."),
    Bug("names_sorted_without_case", "QUERY-5", "Names are sorted by a locale, which folds case."),
    Bug(
        "no_tie_breaker",
        "QUERY-5",
        "ORDER BY price without id: rows of one price are lost between pages.",
        ("LIST-027", "LIST-028", "LIST-031", "LIST-041"),
    ),
    Bug(
        "pages_by_offset",
        "QUERY-6",
        "Pages are cut by OFFSET, so that a new row repeats an old one.",
        ("LIST-029", "LIST-036", "LIST-038"),
    ),
    Bug("cursor_not_signed", "QUERY-7", "The cursor is base64 without a signature, and anybody writes into the query."),
    Bug("cursor_without_filters", "QUERY-7", "The cursor does not hold the filters, and goes on in another list."),
    Bug("link_not_encoded", "QUERY-8", "Link is put together from strings, and & in q ends the parameter."),
    # Products
    Bug(
        "archived_products_listed", "PRODUCT-1", "The list forgets WHERE active.", ("LIST-010", "LIST-021", "LIST-022")
    ),
    Bug(
        "attributes_of_any_length", "PRODUCT-2", "Attributes grow by patches until no line of an import can hold them."
    ),
    Bug("attributes_of_any_depth", "PRODUCT-2", "Attributes are any JSON, however deep."),
    # Accounts
    Bug(
        "emails_as_typed",
        "AUTH-1",
        "Addresses are compared as they were typed: A@x.io and a@x.io are two users.",
        ("REG-003",),
    ),
    Bug("email_checked_before_insert", "AUTH-2", "SELECT, then INSERT: eight registrations at once make eight users."),
    Bug(
        "passwords_normalised",
        "AUTH-3",
        "Passwords are normalised, so that no other service of the fleet can verify them.",
    ),
    Bug("no_dummy_hash", "AUTH-4", "An unknown address is refused without hashing, in a tenth of the time."),
    Bug(
        "hashing_on_the_event_loop",
        "AUTH-4",
        "Argon2 runs where requests are served: async handlers of FastAPI, Actix and Rocket, Node's sync call.",
    ),
    Bug("refresh_tokens_used_again", "AUTH-5", "A refresh token is good as often as one likes."),
    Bug(
        "revocation_rolled_back",
        "AUTH-5",
        "The 401 is raised inside the transaction and rolls the revocation back: Spring, Ecto, ATOMIC_REQUESTS.",
    ),
    Bug("refresh_read_then_written", "AUTH-5", "used_at is read, then written: eight uses at once succeed."),
    Bug("all_sessions_revoked", "AUTH-5", "A reused token ends every session of its user."),
    Bug(
        "log_out_ends_the_token_alone",
        "AUTH-6",
        "Log-out deletes the token that was sent, and the session goes on with the next.",
    ),
    Bug("alg_none_accepted", "AUTH-7", "A token of alg none is taken, as by old JWT libraries."),
    Bug(
        "algorithm_of_the_token", "AUTH-7", "The library verifies by the algorithm that the token names: HS512 passes."
    ),
    Bug("signature_not_checked", "AUTH-7", "The token is decoded and not verified."),
    Bug("leeway_of_a_minute", "AUTH-7", "The library's leeway: 60 seconds in Rust's jsonwebtoken, 300 in .NET."),
    Bug(
        "expiry_optional", "AUTH-7", "A token without exp is good for ever: the library judges exp only if it is there."
    ),
    Bug(
        "subject_not_checked", "AUTH-7", "Any text is a sub, and PostgreSQL takes it for a UUID or fails.", ("EVT-008",)
    ),
    Bug("bearer_in_one_case", "AUTH-8", "The scheme is compared with `Bearer `, case and all."),
    Bug(
        "public_operations_judge_tokens",
        "AUTH-8",
        "A middleware judges every token that comes, so that an expired one closes the catalog.",
    ),
    # Rate limits
    Bug(
        "login_limit_by_client_address",
        "RATE-1",
        "The limit counts X-Forwarded-For, which the attacker writes.",
        ("LOGIN-006", "ATT-007"),
    ),
    Bug("login_limit_of_known_addresses", "RATE-1", "Only users have a limit, which tells who is one."),
    Bug("log_in_clears_the_limit", "RATE-1", "A success clears the counter."),
    Bug("replays_are_free", "RATE-1", "A stored key answers before the limit is taken."),
    Bug("login_limit_read_then_written", "RATE-2", "The counter is read, then written: twelve log-ins at once pass."),
    Bug("no_rate_limit_headers", "RATE-3", "A 429 without RateLimit.", ("LOGIN-006",)),
    # The cart
    Bug("no_cart_is_404", "CART-1", "Who has put nothing has no cart: 404."),
    Bug("put_adds", "CART-2", "PUT adds to the quantity, so that a retry doubles it."),
    Bug("line_inserted_blindly", "CART-2", "INSERT without ON CONFLICT: the unique constraint becomes a 500."),
    Bug("twenty_one_lines", "CART-3", "The limit is compared by > before the insert: 21 lines."),
    Bug("coupon_goes_with_a_line", "CART-4", "Removing a line detaches the coupon."),
    Bug("absent_line_is_404", "CART-4", "Deleting what is not there is 404, as ORMs report it."),
    Bug("lines_as_they_were_put", "CART-5", "Lines come in the order of insertion."),
    Bug(
        "cart_refuses_short_stock",
        "CART-5",
        "The cart refuses what the stock cannot cover, and reserves nothing by it.",
    ),
    Bug("coupon_refused_by_the_cart", "CART-6", "A coupon that does not apply now is refused by the cart with 409."),
    Bug("codes_as_typed", "CART-7", "Codes are looked up as they were typed."),
    Bug(
        "cart_not_locked_by_writes",
        "CART-8",
        "A cart write does not lock the cart: a line put during a check-out is lost, and 23 fit in.",
        ("CART-011", "CHK-025"),
    ),
    # Prices
    Bug("float_money", "PRICE-1", "Money is a double and Math.round or round() does the rest."),
    Bug("half_even", "PRICE-1", "Banker's rounding: Python's round, C#'s Math.Round, Decimal's default."),
    Bug("tax_on_the_sum", "PRICE-1", "Tax is rounded once, on the sum."),
    Bug("shipping_above_threshold", "PRICE-1", "Shipping is free above 50 EUR, not from 50 EUR on.", ("PRICE-002",)),
    Bug(
        "discount_spread_by_doubles",
        "PRICE-1",
        "The share of a line is a double: amounts of ten digits lose cents, as Number does in JavaScript.",
    ),
    Bug("discount_rounded_by_line", "PRICE-1", "Each line's discount is rounded by itself, and they do not add up."),
    Bug(
        "last_cents_to_the_first_lines",
        "PRICE-1",
        "The cents that remain go to the first lines, not to the largest remainders.",
    ),
    Bug(
        "archived_lines_counted", "PRICE-2", "Lines that nobody can buy count in the figures.", ("CART-017", "CART-018")
    ),
    Bug("shipping_of_nothing", "PRICE-2", "An empty cart costs shipping."),
    Bug("min_subtotal_exclusive", "PRICE-2", "min_subtotal is compared by >."),
    Bug("coupon_twice_a_user", "PRICE-3", "Nothing keeps a user from redeeming a coupon twice.", ("COUPON-007",)),
    Bug(
        "coupon_counted_outside_the_lock",
        "PRICE-3",
        "The counter of redemptions is judged in the application, without the row's lock.",
    ),
    # The checkout
    Bug(
        "key_keeps_its_quotes",
        "CHECKOUT-1",
        "The key of the draft, a string in quotes, is another one than the bare key.",
    ),
    Bug("key_of_everybody", "CHECKOUT-1", "The key is unique for itself: one customer gets another's order."),
    Bug(
        "fingerprint_of_parsed_json",
        "CHECKOUT-2",
        "The fingerprint is of the parsed body: other bytes are the same request.",
    ),
    Bug("replay_rendered_again", "CHECKOUT-2", "A replay shows the order as it is now, not as it was answered."),
    Bug(
        "failures_stored",
        "CHECKOUT-3",
        "Refusals are stored under the key too, as Stripe once did: it can never succeed.",
    ),
    Bug(
        "key_checked_then_inserted",
        "CHECKOUT-4",
        "The key is looked up, then inserted: fifteen requests at once run side by side.",
    ),
    Bug(
        "coupon_dropped_silently",
        "CHECKOUT-5",
        "A coupon that no longer applies is dropped, and the customer pays more.",
    ),
    Bug(
        "stock_read_then_written",
        "CHECKOUT-6",
        "Stock is read, reduced in the application and written: 640 of 180 units were sold in a measurement.",
    ),
    Bug("cart_not_locked_by_checkout", "CHECKOUT-7", "The cart is read without a lock, and two keys order it twice."),
    # Orders
    Bug(
        "foreign_orders_shown",
        "ORDER-1",
        "Orders are found by id alone: the classic of broken object-level authorisation.",
    ),
    Bug("states_jump", "ORDER-2", "The states are checked by rank, so that an order may skip one."),
    Bug("customers_cancel_paid", "ORDER-3", "A customer may cancel a paid order.", ("TRAN-002",)),
    Bug("shipped_orders_cancelled", "ORDER-3", "An administrator may cancel what is under way.", ("TRAN-002",)),
    Bug("second_cancel_is_409", "ORDER-3", "Cancelling a cancelled order is refused, so that a retry fails."),
    Bug(
        "administrators_set_paid",
        "ORDER-4",
        "An administrator sets an order to paid, past the payment provider.",
        ("TRAN-002",),
    ),
    Bug("refund_due_without_payment", "ORDER-5", "Every cancelled order has a refund due."),
    Bug("refund_restocks", "ORDER-5", "A refund gives the stock back, which is still with the customer."),
    # Back office
    Bug("role_forgotten", "ADMIN-1", "The route asks for a token and forgets the role."),
    Bug(
        "sku_checked_before_insert",
        "ADMIN-2",
        "SELECT, then INSERT: two creations at once overwrite each other, or are a 500.",
    ),
    Bug("merge_is_shallow", "ADMIN-3", "The patch merges the top level alone and replaces nested objects."),
    Bug("nulls_kept_in_new_objects", "ADMIN-3", "A new nested object is taken as it is, nulls too."),
    Bug("merged_outside_the_lock", "ADMIN-3", "The merge reads before the lock: of eight patches seven are lost."),
    Bug(
        "version_bumped_by_nothing",
        "ADMIN-4",
        "Every save touches the row: Eloquent, GORM and JPA auditing set updated_at.",
    ),
    Bug("second_archive_is_204", "ADMIN-5", "Archiving finds archived products too."),
    Bug(
        "stock_added_in_the_application",
        "ADMIN-6",
        "stock = stock + delta is computed in the application and loses updates.",
    ),
    Bug("end_may_equal_start", "ADMIN-7", "ends_at is compared by <, and an empty window passes.", ("COUP-006",)),
    # Bulk
    Bug("any_line_end", "BULK-1", "splitlines() ends lines at U+2028, U+0085, VT and CR too."),
    Bug("scanner_stops_at_64_kib", "BULK-1", "The line scanner has a limit of its own, as bufio.Scanner of Go."),
    Bug(
        "empty_lines_not_counted", "BULK-1", "Empty lines are skipped and not counted, and the line numbers are wrong."
    ),
    Bug(
        "duplicate_skus_taken",
        "BULK-2",
        "A sku stands twice, and the last line wins; PostgreSQL would fail with 21000.",
    ),
    Bug("good_lines_imported", "BULK-3", "Each line is committed by itself: the good ones stay."),
    Bug("import_stops_at_the_first_error", "BULK-3", "The import tells the first error and no other."),
    Bug(
        "import_sets_the_stock",
        "BULK-4",
        "An import sets the stock back to that of the export, and sold units are there again.",
    ),
    Bug("upserts_unsorted", "BULK-5", "Rows are written in the order of the file: imports mix, or deadlock."),
    Bug(
        "export_of_active_products",
        "BULK-6",
        "The export goes through the catalog's scope and forgets archived products.",
    ),
    # Webhooks
    Bug(
        "signature_of_parsed_json",
        "WEBHOOK-1",
        "The signature is over the body as it is printed again: Express, DTOs of Spring and .NET.",
    ),
    Bug(
        "signature_of_text",
        "WEBHOOK-1",
        "The body is decoded to text before it is verified, as the JS, Python and C# libraries do.",
        ("PAY-016",),
    ),
    Bug(
        "first_signature_only",
        "WEBHOOK-1",
        "Only the first signature of the list is compared, which breaks the rotation of secrets.",
    ),
    Bug(
        "malformed_signature_refuses", "WEBHOOK-1", "A token without a comma throws, as in the C# and Python libraries."
    ),
    Bug("webhook_time_by_int", "WEBHOOK-1", "The timestamp is parsed as parseInt does: 123abc is 123.", ("PAY-021",)),
    Bug("webhook_window_exclusive", "WEBHOOK-1", "300 seconds are too many: the window is compared by <."),
    Bug("webhook_challenge_is_bearer", "WEBHOOK-2", "The 401 of the webhook is that of everything else."),
    Bug(
        "webhook_parsed_before_verified",
        "WEBHOOK-3",
        "The body is parsed first, so that whoever cannot sign can talk to the parser.",
    ),
    Bug(
        "webhook_id_kept_on_rejection",
        "WEBHOOK-3",
        "The id of a rejected event is kept, and its correction is a duplicate.",
    ),
    Bug(
        "payment_status_falls", "WEBHOOK-4", "The last event to arrive wins: a late failure makes a paid order unpaid."
    ),
    Bug(
        "payment_read_then_written", "WEBHOOK-4", "The payment state is judged without the order's lock.", ("PAY-011",)
    ),
    Bug("pending_orders_not_refunded", "WEBHOOK-4", "A refund that overtakes its payment is not applied."),
    Bug(
        "status_and_payment_in_two_updates",
        "WEBHOOK-4",
        "Two UPDATEs for one event: two versions and two events.",
        ("PAY-001",),
    ),
    Bug("webhook_looked_up_then_inserted", "WEBHOOK-5", "SELECT, then INSERT: ten deliveries at once are ten events."),
    # Events
    Bug("streams_may_be_buffered", "EVENT-1", "X-Accel-Buffering is missing, and a proxy keeps the events to itself."),
    Bug("stream_query_before_token", "EVENT-1", "The query is judged before the caller."),
    Bug(
        "topic_compared_undecoded",
        "EVENT-1",
        "The guard looks for topic=orders before decoding, the handler after: %6Frders is open to all.",
    ),
    Bug("foreign_orders_streamed", "EVENT-1", "Everybody hears of everybody's orders."),
    Bug("event_data_printed_again", "EVENT-2", "The data is parsed and printed again, with other spaces."),
    Bug(
        "event_ids_before_commit",
        "EVENT-3",
        "Ids are given out before COMMIT: who follows max(id) loses what commits late, 610 of 960 in a measurement.",
    ),
    Bug("events_twice", "EVENT-3", "The position is not moved past what was sent."),
    Bug("last_event_id_ignored", "EVENT-3", "A client that resumes hears only what is new."),
    Bug("bad_last_event_id_ignored", "EVENT-3", "A Last-Event-ID that is no number is taken for none."),
    Bug(
        "stream_position_read_late",
        "EVENT-3",
        "The position is read after the first byte: what happens in between is lost.",
    ),
    Bug("token_judged_again", "EVENT-5", "The stream ends when its token expires."),
    # Operation
    Bug("ready_says_ok", "OPS-3", "/readyz answers what /healthz does."),
    Bug(
        "metrics_by_raw_path",
        "OPS-4",
        "The route label is the path as it came: a new series for each product and each scanner.",
    ),
    Bug("contract_generated", "OPS-6", "/openapi.yaml is generated from the code, as FastAPI and springdoc do."),
    # Database
    Bug(
        "products_locked_line_by_line",
        "DB-3",
        "Products are locked in the order of the cart: 155 of 160 check-outs deadlocked in a measurement.",
    ),
    Bug(
        "order_updated_after_insert",
        "DB-4",
        "The order is inserted, then updated: its first version is 2.",
        ("CHK-001",),
    ),
    Bug(
        "expect_not_answered",
        "HTTP-14",
        "Expect: 100-continue is not answered, and the client waits until it gives up.",
    ),
    Bug("size_judged_after_reading", "HTTP-13", "A body is read before its Content-Length is looked at."),
    Bug(
        "slow_bodies_hold_up_others",
        "HTTP-14",
        "A thread of a small pool waits for each body, as in synchronous workers.",
    ),
    Bug("broken_off_bodies_taken", "HTTP-14", "What has come of a body that breaks off is taken for the whole."),
    Bug("method_overridden", "HTTP-3", "X-HTTP-Method-Override changes the method, as middleware for old forms does."),
    Bug("method_told_by_a_form", "HTTP-3", "A form's `_method` changes the method: Rocket, Laravel."),
    Bug(
        "odd_paths_are_500",
        "HTTP-2",
        "A path that is not UTF-8 is a 500: the decoder's error is nobody's.",
        ("BOOT-027",),
    ),
    Bug("paths_not_decoded", "HTTP-2", "Segments of a path are compared undecoded."),
    Bug(
        "malformed_escapes_are_500",
        "HTTP-12",
        "A percent sign that escapes nothing is a 500: decodeURIComponent throws.",
    ),
    Bug("accept_is_judged", "HTTP-5", "Accept is negotiated: what is not JSON is refused."),
    Bug(
        "types_judged_without_a_body",
        "HTTP-5",
        "Operations without a body refuse the type of one.",
        ("BACK-036", "CAT-021"),
    ),
    Bug("any_tag_matches", "HTTP-9", "If-None-Match with any tag is a 304."),
    Bug("unparsable_tags_are_400", "HTTP-9", "An If-None-Match that cannot be parsed is refused."),
    Bug(
        "other_conditions_evaluated",
        "HTTP-9",
        "If-Match and If-Modified-Since are evaluated on reads, by the framework's helper.",
    ),
    Bug(
        "queries_judged_everywhere",
        "QUERY-1",
        "Every operation refuses parameters that it does not know.",
        ("CAT-020", "BACK-044"),
    ),
    Bug(
        "headers_decoded_as_utf_8",
        "HTTP-12",
        "A header with a letter beyond ASCII is a 500: a decoder's error is nobody's.",
    ),
    Bug("errors_tell_their_source", "PROBLEM-5", "Details tell where in the source a request was refused."),
    Bug("probes_not_counted", "OPS-4", "The middleware leaves probes out."),
    Bug("alive_is_up", "OPS-3", "/healthz answers as the framework's own health endpoint does."),
    Bug("sorted_by_price", "QUERY-5", "Without a sort products come by price."),
    Bug("filters_are_alternatives", "QUERY-4", "Several filters are joined by OR."),
    Bug("category_is_a_prefix", "QUERY-4", "A category finds all that begin with it."),
    Bug("price_max_exclusive", "QUERY-4", "price_max leaves its own price out."),
    Bug("in_stock_false_is_no_filter", "QUERY-4", "in_stock=false is taken for no filter."),
    Bug("any_word", "QUERY-5", "A sort that there is none of is the default.", ("LIST-012",)),
    Bug("q_unlimited", "QUERY-1", "q may be as long as anybody likes."),
    Bug("empty_values_are_absent", "QUERY-1", "An empty parameter is taken for an absent one."),
    Bug(
        "broken_escapes_kept",
        "QUERY-3",
        "A percent sign that begins no escape is kept as it is, as Python's parse_qsl does.",
    ),
    Bug("integers_wrap", "JSON-5", "Integers are cut to 32 bits before they are compared: 4294967297 is 1."),
    Bug("limit_is_50", "QUERY-2", "Without a limit a page has the framework's fifty."),
    Bug("cursor_with_its_limit", "QUERY-7", "A cursor holds for the limit of its page alone."),
    Bug("cursor_of_any_resource", "CURSOR-1", "A cursor does not say of which list it is.", ("LIST-037",)),
    Bug("junk_cursors_are_500", "QUERY-7", "What has not the form of a cursor is a 500."),
    Bug("parameters_have_pointers", "PROBLEM-2", "Faults of a query are told with pointers, as those of a body."),
    Bug(
        "full_pool_fails",
        "HTTP-12",
        "A pool without a free connection refuses at once instead of waiting.",
        ("CAT-026",),
    ),
    Bug("expires_in_of_another_token", "AUTH-7", "expires_in is not the life of the access token.", ("LOGIN-001",)),
    Bug("limit_before_the_body", "HTTP-1", "The limit is taken before the body is judged.", ("LOGIN-009",)),
    Bug("refresh_token_stays", "AUTH-5", "Refreshing gives a new access token and the old refresh token."),
    Bug("one_cart_for_all", "PROBLEM-5", "The cart belongs to the process, not to the caller.", ("CART-020",)),
    Bug("administrators_have_no_cart", "AUTH-8", "An administrator is no customer.", ("CART-021",)),
    Bug("coupon_needs_lines", "CART-8", "An empty cart takes no coupon.", ("COUPON-009",)),
    Bug("first_coupon_stays", "CART-6", "A second coupon does not replace the first."),
    Bug("cart_shown_before_the_change", "CART-6", "The answer is the cart as it was before."),
    Bug("coupons_end_with_the_day", "PRICE-3", "A coupon holds until the day of ends_at is over."),
    Bug("small_discount_not_applied", "CART-6", "A coupon whose discount rounds to nothing does not apply."),
    Bug("stored_key_before_the_body", "CHECKOUT-2", "The key is looked up before the body is judged."),
    Bug("checkouts_unlimited", "RATE-1", "Check-outs have no limit."),
    Bug("emptied_carts_ordered", "CHECKOUT-5", "A cart whose lines were removed is ordered."),
    Bug("archived_products_sold", "CHECKOUT-5", "An archived product is ordered with the others."),
    Bug("expected_total_ignored", "CHECKOUT-5", "Nobody looks at expected_total."),
    Bug(
        "tag_before_the_owner",
        "ORDER-1",
        "The tag is compared before the owner, so that a 304 tells of a foreign order.",
        ("ATT-001",),
    ),
    Bug("administrators_see_their_own", "ORDER-1", "An administrator's list has the administrator's orders."),
    Bug("cursor_is_a_permission", "QUERY-7", "Whoever has a cursor goes on in the list that it was made for."),
    Bug("status_ignored", "QUERY-4", "The filter by status is accepted and forgotten."),
    Bug("oldest_orders_first", "ORDER-1", "Orders come in the order in which they were made."),
    Bug("cancel_compares_tags", "ORDER-3", "Cancelling evaluates If-Match."),
    Bug("restock_is_limited", "ADMIN-6", "A cancelled order brings the stock to its limit at most."),
    Bug("archived_skus_are_free", "ADMIN-2", "The sku of an archived product can be given again."),
    Bug("description_lost", "ADMIN-2", "A member of the request is not written."),
    Bug("stock_defaults_to_one", "ADMIN-2", "Without a stock there is one."),
    Bug(
        "patch_writes_the_whole_row",
        "DB-3",
        "A patch writes all columns as it read them, the stock too.",
        ("BACK-045",),
    ),
    Bug("stock_limit_both_ways", "ADMIN-6", "What is over the limit cannot be lowered by less than its excess."),
    Bug("stock_unlimited", "ADMIN-6", "Stock has no upper limit."),
    Bug("delta_is_the_stock", "ADMIN-6", "The delta replaces the stock."),
    Bug(
        "coupons_start_in_an_hour", "ADMIN-7", "Without starts_at a coupon begins at an hour of the server's time zone."
    ),
    Bug("coupons_end_in_a_year", "ADMIN-7", "Without ends_at a coupon ends in a year."),
    Bug("coupon_replaced", "ADMIN-7", "A second coupon with a code replaces the first."),
    Bug("shipped_stays_shipped", "ORDER-2", "A state is missing in the table of moves."),
    Bug(
        "order_read_then_moved",
        "HTTP-10",
        "Tag and state are judged before the order is locked.",
        ("TRAN-009", "TRAN-011"),
    ),
    Bug("moving_does_not_restock", "ORDER-4", "transitionOrder to cancelled changes the state alone."),
    Bug("lines_unlimited", "BULK-1", "An import may have as many lines as its bytes hold."),
    Bug("empty_import_refused", "BULK-1", "An import of nothing is malformed."),
    Bug("exported_members_refused", "BULK-2", "An import refuses what an export adds."),
    Bug("import_loses_stock", "BULK-2", "New rows of an import have no stock."),
    Bug("import_cannot_revive", "PRODUCT-1", "An import leaves archived products archived."),
    Bug("import_inserts_blindly", "BULK-5", "New skus are inserted without ON CONFLICT.", ("BULK-021",)),
    Bug("exports_keep_connections", "BULK-6", "An export that is given up keeps its connection."),
    Bug("every_update_is_an_event", "EVENT-2", "Repricing and archiving send events."),
    Bug("events_of_a_batch_merged", "EVENT-2", "Some changes of stock are told together with the next."),
    Bug("left_streams_counted", "EVENT-4", "Clients that have left still count against a limit of streams."),
    Bug("streams_poll_busily", "EVENT-4", "Each stream asks the table again and again."),
    Bug("failed_payment_cancels", "WEBHOOK-4", "A failed payment cancels the order."),
    Bug("ids_count_with_their_body", "WEBHOOK-3", "An id counts once for each body."),
    Bug("time_not_signed", "WEBHOOK-1", "The signature is over id and body, so that an old delivery gets a new time."),
    Bug(
        "chunks_keep_the_connection",
        "HTTP-13",
        "The connection lives on after Content-Length beside chunks, as with h11 and net/http.",
    ),
    Bug("heads_unlimited", "HTTP-12", "A head may be as large as anybody likes: uvicorn has no limit."),
    Bug("orders_show_todays_products", "CHECKOUT-6", "An order joins its products instead of keeping what they were."),
    Bug(
        "repeated_authorization_is_500",
        "AUTH-8",
        "Two Authorization headers are a list where a text was expected: 500.",
    ),
    Bug("one_request_a_connection", "HTTP-14", "Each answer ends its connection, whatever else has been sent on it."),
    Bug("coupon_stays_in_the_cart", "PRICE-3", "The new cart after an order has the old one's coupon."),
    Bug(
        "cancel_read_then_written",
        "ORDER-2",
        "Cancelling judges the state before it locks the order.",
        ("PAY-024",),
    ),
    Bug("coupon_loses_its_limit", "ADMIN-7", "max_redemptions is not written."),
    Bug("any_media_type_taken", "HTTP-5", "A body is JSON, whatever it is called.", ("REG-016", "CHK-034", "BACK-049")),
    Bug("cart_before_the_body", "HTTP-1", "The cart is looked for before the body is judged.", ("CHK-034",)),
    Bug("tag_before_the_row", "HTTP-1", "A stale tag of a product that is not there is 412.", ("BACK-049",)),
    Bug(
        "absent_is_null",
        "PROBLEM-3",
        "What is absent is told as a null: a pointer of Go, an Option of Rust.",
        ("MAL-008", "SESS-009"),
    ),
    Bug(
        "nested_patches_unjudged", "ADMIN-3", "Of a patch's attributes the first level is judged alone.", ("BACK-053",)
    ),
    Bug(
        "numbers_by_parse_int",
        "JSON-5",
        "1e2 is 1: the digits in front are taken for the number, as parseInt does.",
        ("BACK-047", "CART-024"),
    ),
    Bug("numbers_of_32_bits", "JSON-5", "Amounts are of 32 bits: ten digits are refused.", ("COUP-003",)),
    Bug("query_numbers_read_in_part", "QUERY-2", "5abc is 5: parseInt, atoi, sscanf.", ("LIST-044",)),
    Bug("other_words_are_false", "QUERY-2", "What is not `true` is false, as for Java's parseBoolean.", ("LIST-045",)),
    Bug("right_parameters_told", "QUERY-1", "Each parameter is told as wrong if one is.", ("LIST-047",)),
    Bug(
        "emails_by_nested_repetition",
        "AUTH-1",
        "The pattern of addresses has a repetition inside another: time doubles with each letter.",
        ("REG-006",),
    ),
    Bug(
        "keys_fetched_for_tokens",
        "AUTH-7",
        "A token says where its key is, and the service goes there.",
        ("TOKEN-013",),
    ),
    Bug("durations_not_measured", "OPS-4", "The histogram is declared, and nothing is observed.", ("BOOT-029",)),
    Bug("import_stock_limited", "BULK-4", "A stock over a million, as an export tells it, is refused.", ("BULK-032",)),
    Bug("webhook_closed", "WEBHOOK-3", "Members that the provider adds are refused.", ("PAY-017",)),
    # Numbers, times and positions
    Bug(
        "huge_exponents_are_500",
        "JSON-5",
        "A decimal library refuses an exponent, and nobody has asked what then.",
        ("MAL-062", "MAL-063"),
    ),
    Bug("huge_exponents_written_out", "JSON-5", "1e2147483648 is written out, digit by digit, until memory ends."),
    Bug(
        "midnight_is_24",
        "JSON-8",
        "24:00 is midnight of the next day, as Python's fromisoformat reads it from 3.14 on.",
    ),
    Bug("leap_seconds_taken", "JSON-8", "Second 60 is the end of its minute, as Java's ISO_INSTANT reads it."),
    Bug("expiry_overflows", "AUTH-7", "An exp beyond the calendar is a 500.", ("MAL-064",)),
    Bug(
        "cursor_keys_by_int",
        "QUERY-7",
        "The key of a signed cursor is read by int(), which takes signs and any length.",
    ),
    Bug("cursor_ids_unchecked", "QUERY-7", "The id of a signed cursor goes to PostgreSQL as it is."),
    Bug("cursor_names_unchecked", "QUERY-7", "The name of a signed cursor goes to PostgreSQL as it is, NUL and all."),
    Bug("long_cursor_keys_are_500", "QUERY-7", "A key of thirty digits is refused by the driver, as a 500."),
    Bug(
        "refused_cursors_spoil_connections",
        "QUERY-7",
        "A statement that the driver refused leaves its connection in the pool, in a transaction that has failed.",
        ("LIST-060",),
    ),
    # Headers, callers and bodies
    Bug(
        "first_of_repeated_headers_counts",
        "HTTP-15",
        "Of several lines of a header the first counts: identity, then gzip, is read as JSON.",
    ),
    Bug(
        "users_that_are_gone_have_carts", "AUTH-8", "Whoever has a good token has a cart, also after the user is gone."
    ),
    Bug("cached_by_the_text_of_the_path", "HTTP-7", "Cache-Control is chosen by the path before it is decoded."),
    Bug(
        "import_slots_before_bodies",
        "HTTP-14",
        "One of two slots for imports is taken before the body is read: two slow uploads stop all others.",
        ("BULK-028",),
    ),
    Bug("half_closed_clients_refused", "HTTP-14", "The end of what a client sends is taken for a body that broke off."),
    # The server's own
    Bug(
        "trailers_are_headers",
        "HTTP-16",
        "Trailers are added to the headers, as uvicorn's httptools parser does: a token behind the body logs in.",
        wire=True,
    ),
    Bug(
        "long_trailers_are_a_fault", "HTTP-16", "Trailers that fill the buffer are the service's fault: 500.", wire=True
    ),
    Bug(
        "upgrade_loses_the_body",
        "HTTP-16",
        "A request that asks for an upgrade has no body: Java's own client asks with every first request.",
        wire=True,
    ),
    Bug("codings_before_chunked_ignored", "HTTP-13", "`gzip, chunked` is read as chunked.", wire=True),
    Bug("chunks_for_http_1_0", "HTTP-16", "HTTP/1.0 is answered like HTTP/1.1.", wire=True),
    Bug("white_space_kept", "HTTP-15", "White space around a header's value is part of it.", wire=True),
    Bug(
        "pipelined_answers_out_of_order",
        "HTTP-14",
        "Pipelined requests are served at the same time, and the quickest is answered first.",
        wire=True,
    ),
    Bug(
        "pipelines_without_end", "HTTP-14", "Pipelined requests are taken, however many wait for an answer.", wire=True
    ),
    Bug(
        "bad_requests_end_good_ones",
        "HTTP-14",
        "What is no request is refused at once, before what came before it is answered.",
        wire=True,
    ),
    Bug("closed_without_a_word", "HTTP-12", "A refusal closes the connection and does not say so.", wire=True),
    Bug(
        "refusals_become_404",
        "HTTP-12",
        "What the server refused is told as an unknown path, as by an error page.",
        wire=True,
    ),
    # A fleet: what is right alone, and wrong beside another one
    Bug("member_peppers_passwords", "AUTH-3", "One member adds a secret of its own to passwords.", ("FLEET-001",)),
    Bug("member_signs_with_its_own_key", "AUTH-7", "One member signs tokens with a key of its own.", ("FLEET-002",)),
    Bug("member_keeps_addresses_as_typed", "AUTH-2", "One member compares addresses by their case.", ("FLEET-003",)),
    Bug(
        "member_salts_refresh_tokens",
        "AUTH-5",
        "One member stores another hash of refresh tokens.",
        ("FLEET-004",),
    ),
    Bug("member_logs_out_alone", "AUTH-6", "One member forgets a session for itself alone.", ("FLEET-006",)),
    Bug(
        "member_counts_for_itself",
        "RATE-2",
        "One member has limits of its own, in memory or under another key.",
        ("FLEET-007", "FLEET-008"),
    ),
    Bug("member_tags_by_content", "HTTP-8", "One member's ETag is a hash of the answer.", ("FLEET-010", "FLEET-040")),
    Bug("member_ignores_if_match", "HTTP-10", "One member writes whatever tag it is sent.", ("FLEET-013", "FLEET-041")),
    Bug("member_seals_cursors_for_itself", "CURSOR-1", "One member has another key for cursors.", ("FLEET-011",)),
    Bug("member_links_to_itself", "QUERY-8", "One member's links name its own host and port.", ("FLEET-012",)),
    Bug("member_remembers_products", "PRODUCT-1", "One member keeps products in memory for a while.", ("FLEET-015",)),
    Bug("member_exports_empty_texts", "BULK-4", "One member exports NULL as an empty text.", ("FLEET-016",)),
    Bug("member_has_a_code_of_its_own", "PROBLEM-1", "One member answers an empty cart by 422.", ("FLEET-018",)),
    Bug("member_remembers_carts", "CART-5", "One member keeps carts in the session.", ("FLEET-020",)),
    Bug("member_has_carts_of_its_own", "CART-1", "One member opens a second cart for a user.", ("FLEET-021",)),
    Bug("member_rounds_half_even", "PRICE-1", "One member rounds half to even, as its language does.", ("FLEET-023",)),
    Bug("member_has_another_clock", "CART-6", "One member judges coupons by its own clock.", ("FLEET-024",)),
    Bug("member_writes_replays_anew", "CHECKOUT-2", "One member replays from the order's rows.", ("FLEET-030",)),
    Bug("member_fingerprints_json", "CHECKOUT-2", "One member's fingerprint is of parsed JSON.", ("FLEET-031",)),
    Bug("member_revives_orders", "WEBHOOK-4", "One member makes a cancelled order paid.", ("FLEET-044",)),
    Bug("member_hears_itself_alone", "EVENT-3", "One member tells what passed through it alone.", ("FLEET-050",)),
    Bug("member_numbers_events_itself", "EVENT-3", "One member counts the events of a stream.", ("FLEET-051",)),
    Bug("member_prints_events_anew", "EVENT-2", "One member parses and prints the data again.", ("FLEET-050",)),
    Bug(
        "member_sells_in_silence", "EVENT-2", "One member writes stocks past the trigger of the events.", ("FLEET-052",)
    ),
]

_SWITCHES = Switches(each.name for each in BUGS)
bug = _SWITCHES.on
switch_on = _SWITCHES.switch_on

# Whether a request came to the second port: the other member of the fleet that the shop can be.
SECOND: ContextVar[bool] = ContextVar("second", default=False)


def one_has(name: str) -> bool:
    """Whether a bug is on that one member of a fleet has, and the request came to that one."""
    return bug(name) and SECOND.get()
