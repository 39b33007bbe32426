package example.shop.platform.problem;

import java.net.URI;
import java.util.Locale;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * The contract's catalogue of problems, in the order of {@code contract/problems.yaml}.
 */
public enum Problem {

	MALFORMED_JSON(400, "Malformed JSON", "The body is not one strict JSON object."),
	INVALID_QUERY(400, "Invalid query", "Query parameters are unknown, repeated or wrong."),
	INVALID_CURSOR(400, "Invalid cursor", "The cursor was not made for this list, sort and filter."),
	INVALID_HEADER(400, "Invalid header", "A header does not have its form."),
	IDEMPOTENCY_KEY_MISSING(400, "Idempotency key missing", "Send an Idempotency-Key with each checkout."),
	IDEMPOTENCY_KEY_INVALID(400, "Idempotency key invalid",
			"The Idempotency-Key is empty, too long, repeated or has other characters."),
	UNAUTHENTICATED(401, "Not authenticated", "There is no access token, or it is not accepted.",
			HttpHeaders.WWW_AUTHENTICATE, "Bearer"),
	INVALID_CREDENTIALS(401, "Invalid credentials", "E-mail or password is wrong.", HttpHeaders.WWW_AUTHENTICATE,
			"Bearer"),
	INVALID_REFRESH_TOKEN(401, "Invalid refresh token", "The refresh token is unknown, expired, used or revoked.",
			HttpHeaders.WWW_AUTHENTICATE, "Bearer"),
	WEBHOOK_VERIFICATION_FAILED(401, "Webhook verification failed", "The signature headers do not fit the body.",
			HttpHeaders.WWW_AUTHENTICATE, "Webhook-Signature"),
	FORBIDDEN(403, "Forbidden", "The caller's role may not do this."),
	NOT_FOUND(404, "Not found", "There is no such path or resource."),
	COUPON_NOT_FOUND(404, "Coupon not found", "No coupon has this code."),
	METHOD_NOT_ALLOWED(405, "Method not allowed", "The path has other methods."),
	EMAIL_TAKEN(409, "E-mail taken", "A user with this address exists."),
	SKU_TAKEN(409, "SKU taken", "A product with this sku exists, archived or not."),
	CODE_TAKEN(409, "Code taken", "A coupon with this code exists."),
	CART_FULL(409, "Cart full", "The cart has 20 lines already."),
	CART_EMPTY(409, "Cart empty", "There is no open cart, or it has no lines."),
	PRODUCT_UNAVAILABLE(409, "Product unavailable", "The cart holds archived products."),
	INSUFFICIENT_STOCK(409, "Insufficient stock", "There is less stock than asked for."),
	STOCK_LIMIT(409, "Stock limit", "The stock would exceed 1,000,000."),
	COUPON_NOT_APPLICABLE(409, "Coupon not applicable", "The attached coupon does not apply now."),
	TOTAL_CHANGED(409, "Total changed", "The total is not the expected one."),
	IDEMPOTENCY_IN_PROGRESS(409, "Request in progress", "A request with this key is running.", HttpHeaders.RETRY_AFTER,
			"1"),
	INVALID_TRANSITION(409, "Invalid transition", "The order cannot go from this status to that one."),
	PRECONDITION_FAILED(412, "Precondition failed", "The resource is no longer the one that If-Match names."),
	BODY_TOO_LARGE(413, "Body too large", "The body has too many bytes, or the import too many lines."),
	UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type",
			"The Content-Type or Content-Encoding is not the one of this operation."),
	VALIDATION_FAILED(422, "Validation failed", "Members of the body are wrong."),
	IDEMPOTENCY_KEY_REUSED(422, "Idempotency key reused", "This key was used with another body."),
	IMPORT_FAILED(422, "Import failed", "Lines of the import are wrong, and nothing was applied."),
	WEBHOOK_REJECTED(422, "Webhook rejected", "The event is genuine, but does not fit its order."),
	PRECONDITION_REQUIRED(428, "Precondition required", "This operation needs If-Match."),
	RATE_LIMITED(429, "Too many requests", "The limit is used up; Retry-After says for how long."),
	INTERNAL_ERROR(500, "Internal error", "The service failed."), SERVICE_UNAVAILABLE(503, "Service unavailable",
			"The database is away or overloaded.", HttpHeaders.RETRY_AFTER, "1");

	final HttpStatus status;

	final String title;

	final String detail;

	final HttpHeaders headers = new HttpHeaders();

	Problem(int status, String title, String detail) {
		this.status = HttpStatus.valueOf(status);
		this.title = title;
		this.detail = detail;
	}

	Problem(int status, String title, String detail, String header, String value) {
		this(status, title, detail);
		this.headers.set(header, value);
	}

	/**
	 * The last segment of the problem's type.
	 */
	public String code() {
		return name().toLowerCase(Locale.ROOT);
	}

	public int status() {
		return this.status.value();
	}

	URI type() {
		return URI.create("https://shop.example/problems/" + code());
	}

	/**
	 * An exception to throw: {@code throw NOT_FOUND.exception();}.
	 */
	public ProblemException exception() {
		return new ProblemException(this);
	}

}
