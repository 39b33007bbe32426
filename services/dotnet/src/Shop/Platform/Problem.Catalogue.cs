namespace Shop.Platform;

public sealed partial record Problem
{
    public static readonly Problem MalformedJson = new(400, "malformed_json", "Malformed JSON", "The body is not one strict JSON object.");
    public static readonly Problem InvalidQuery = new(400, "invalid_query", "Invalid query", "A parameter of the query is wrong.");
    public static readonly Problem InvalidCursor = new(400, "invalid_cursor", "Invalid cursor", "The cursor was not made for this list.");
    public static readonly Problem InvalidHeader = new(400, "invalid_header", "Invalid header", "A header does not have its form.");
    public static readonly Problem IdempotencyKeyMissing = new(400, "idempotency_key_missing", "Idempotency key missing", "Send an Idempotency-Key.");
    public static readonly Problem IdempotencyKeyInvalid = new(400, "idempotency_key_invalid", "Idempotency key invalid", "The Idempotency-Key does not have its form.");
    public static readonly Problem Unauthenticated = new Problem(401, "unauthenticated", "Not authenticated", "Send an access token that is good.")
        .WithHeader("WWW-Authenticate", "Bearer");
    public static readonly Problem InvalidCredentials = new Problem(401, "invalid_credentials", "Invalid credentials", "E-mail or password is wrong.")
        .WithHeader("WWW-Authenticate", "Bearer");
    public static readonly Problem InvalidRefreshToken = new Problem(401, "invalid_refresh_token", "Invalid refresh token", "The refresh token is not good, or no longer.")
        .WithHeader("WWW-Authenticate", "Bearer");
    public static readonly Problem WebhookVerificationFailed = new Problem(401, "webhook_verification_failed", "Webhook verification failed", "The signature does not fit the body.")
        .WithHeader("WWW-Authenticate", "Webhook-Signature");
    public static readonly Problem Forbidden = new(403, "forbidden", "Forbidden", "Your role may not do this.");
    public static readonly Problem NotFound = new(404, "not_found", "Not found", "There is nothing here for you.");
    public static readonly Problem CouponNotFound = new(404, "coupon_not_found", "Coupon not found", "No coupon has this code.");
    public static readonly Problem MethodNotAllowed = new(405, "method_not_allowed", "Method not allowed", "This path has other methods.");
    public static readonly Problem EmailTaken = new(409, "email_taken", "E-mail taken", "A user with this address exists.");
    public static readonly Problem SkuTaken = new(409, "sku_taken", "SKU taken", "A product with this sku exists.");
    public static readonly Problem CodeTaken = new(409, "code_taken", "Code taken", "A coupon with this code exists.");
    public static readonly Problem CartFull = new(409, "cart_full", "Cart full", "The cart has as many lines as it can hold.");
    public static readonly Problem CartEmpty = new(409, "cart_empty", "Cart empty", "There is nothing in the cart.");
    public static readonly Problem ProductUnavailable = new(409, "product_unavailable", "Product unavailable", "The cart holds products that are no longer sold.");
    public static readonly Problem InsufficientStock = new(409, "insufficient_stock", "Insufficient stock", "There is less in stock than asked for.");
    public static readonly Problem StockLimit = new(409, "stock_limit", "Stock limit", "The stock would exceed 1,000,000.");
    public static readonly Problem CouponNotApplicable = new(409, "coupon_not_applicable", "Coupon not applicable", "The coupon of the cart does not apply now.");
    public static readonly Problem TotalChanged = new(409, "total_changed", "Total changed", "The total is another one now.");
    public static readonly Problem IdempotencyInProgress = new Problem(409, "idempotency_in_progress", "Request in progress", "A request with this key is running.")
        .WithHeader("Retry-After", "1");
    public static readonly Problem InvalidTransition = new(409, "invalid_transition", "Invalid transition", "The order cannot go that way.");
    public static readonly Problem PreconditionFailed = new(412, "precondition_failed", "Precondition failed", "If-Match names another version.");
    public static readonly Problem BodyTooLarge = new(413, "body_too_large", "Body too large", "The body is longer than this operation reads.");
    public static readonly Problem UnsupportedMediaType = new(415, "unsupported_media_type", "Unsupported media type", "Content-Type or Content-Encoding is not the one of this operation.");
    public static readonly Problem ValidationFailed = new(422, "validation_failed", "Validation failed", "Members of the body are wrong.");
    public static readonly Problem IdempotencyKeyReused = new(422, "idempotency_key_reused", "Idempotency key reused", "This key was used with another body.");
    public static readonly Problem ImportFailed = new(422, "import_failed", "Import failed", "Nothing was imported, because lines are wrong.");
    public static readonly Problem WebhookRejected = new(422, "webhook_rejected", "Webhook rejected", "The event does not fit an order.");
    public static readonly Problem PreconditionRequired = new(428, "precondition_required", "Precondition required", "Send If-Match with the version that you know.");
    public static readonly Problem RateLimited = new(429, "rate_limited", "Too many requests", "Too many requests; wait as Retry-After says.");
    public static readonly Problem InternalError = new(500, "internal_error", "Internal error", "The service has a fault.");
    public static readonly Problem ServiceUnavailable = new Problem(503, "service_unavailable", "Service unavailable", "The database is away or busy; try again.")
        .WithHeader("Retry-After", "1");

    public static Problem InvalidParameter(string parameter, string code) =>
        InvalidQuery.With("errors", new[] { new ParameterError(parameter, code) });

    public static Problem Invalid(IReadOnlyList<FieldError> errors) => ValidationFailed.With("errors", errors);

    /// <summary>The problem of a status that the framework has set.</summary>
    public static Problem OfStatus(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Unauthenticated,
        StatusCodes.Status403Forbidden => Forbidden,
        StatusCodes.Status404NotFound => NotFound,
        StatusCodes.Status413PayloadTooLarge => BodyTooLarge,
        >= 500 => InternalError,
        _ => MalformedJson,
    };
}

public sealed record ParameterError(string Parameter, string Code);
