defmodule ShopWeb.Problem do
  @moduledoc "The catalogue of contract/problems.yaml, with a sentence for people."

  @catalogue %{
    malformed_json: {400, "Malformed JSON", "The body must be one strict JSON object."},
    invalid_query: {400, "Invalid query", "Parameters of the query are wrong; see errors."},
    invalid_cursor: {400, "Invalid cursor", "The cursor was not made for this list, sort and filter."},
    invalid_header: {400, "Invalid header", "Last-Event-ID must be a number of at most 18 digits, given once."},
    idempotency_key_missing: {400, "Idempotency key missing", "A check-out needs an Idempotency-Key."},
    idempotency_key_invalid:
      {400, "Idempotency key invalid", "The Idempotency-Key must have 1 to 255 printable characters, and come once."},
    unauthenticated: {401, "Not authenticated", "An access token is needed."},
    invalid_credentials: {401, "Invalid credentials", "E-mail or password is wrong."},
    invalid_refresh_token: {401, "Invalid refresh token", "The refresh token is not accepted; log in again."},
    webhook_verification_failed: {401, "Webhook verification failed", "The signature does not fit the body."},
    forbidden: {403, "Forbidden", "Your role may not do this."},
    not_found: {404, "Not found", "There is nothing here that you may see."},
    coupon_not_found: {404, "Coupon not found", "No coupon has this code."},
    method_not_allowed: {405, "Method not allowed", "The path has other methods; see Allow."},
    email_taken: {409, "E-mail taken", "A user with this address exists."},
    sku_taken: {409, "SKU taken", "A product with this sku exists, perhaps archived."},
    code_taken: {409, "Code taken", "A coupon with this code exists."},
    cart_full: {409, "Cart full", "A cart has at most 20 lines."},
    cart_empty: {409, "Cart empty", "There is nothing to check out."},
    product_unavailable: {409, "Product unavailable", "The cart holds archived products; see lines."},
    insufficient_stock: {409, "Insufficient stock", "There is less stock than asked for; see lines."},
    stock_limit: {409, "Stock limit", "The stock would exceed 1,000,000."},
    coupon_not_applicable: {409, "Coupon not applicable", "The coupon in the cart does not apply now."},
    total_changed: {409, "Total changed", "The total is not the expected one; see total."},
    idempotency_in_progress: {409, "Request in progress", "A request with this key is running."},
    invalid_transition: {409, "Invalid transition", "The order cannot go from this state to that one."},
    precondition_failed: {412, "Precondition failed", "It has changed since you read it."},
    body_too_large: {413, "Body too large", "The body has too many bytes or lines."},
    unsupported_media_type:
      {415, "Unsupported media type", "The body must have the type of this operation, uncompressed."},
    validation_failed: {422, "Validation failed", "Members of the body are wrong; see errors."},
    idempotency_key_reused: {422, "Idempotency key reused", "This key was used with another body."},
    import_failed: {422, "Import failed", "Lines are wrong and nothing was applied; see errors."},
    webhook_rejected: {422, "Webhook rejected", "The event does not fit its order."},
    precondition_required: {428, "Precondition required", "This operation needs If-Match."},
    rate_limited: {429, "Too many requests", "Wait as long as Retry-After says."},
    internal_error: {500, "Internal error", "Something went wrong here."},
    service_unavailable: {503, "Service unavailable", "The database is away or overloaded; try again."}
  }

  @spec catalogue() :: %{atom() => {pos_integer(), String.t(), String.t()}}
  def catalogue, do: @catalogue

  @spec status(atom()) :: pos_integer()
  def status(code), do: @catalogue |> Map.fetch!(code) |> elem(0)
end
