// Status, title and usual detail of each code: contract/problems.yaml, which a test compares.
export const CATALOGUE = {
  malformed_json: [400, 'Malformed JSON', 'The body is not one JSON object in UTF-8.'],
  invalid_query: [400, 'Invalid query', 'The query is wrong; see errors.'],
  invalid_cursor: [400, 'Invalid cursor', 'The cursor was not made for this list, sort and filter.'],
  invalid_header: [400, 'Invalid header', 'Last-Event-ID takes up to 18 digits.'],
  idempotency_key_missing: [400, 'Idempotency key missing', 'Send an Idempotency-Key with each checkout.'],
  idempotency_key_invalid: [400, 'Idempotency key invalid', 'The Idempotency-Key is not 1 to 255 visible characters.'],
  unauthenticated: [401, 'Not authenticated', 'Send a valid access token.'],
  invalid_credentials: [401, 'Invalid credentials', 'E-mail or password is wrong.'],
  invalid_refresh_token: [401, 'Invalid refresh token', 'Log in again.'],
  webhook_verification_failed: [401, 'Webhook verification failed', 'The signature does not fit.'],
  forbidden: [403, 'Forbidden', 'This is for administrators.'],
  not_found: [404, 'Not found', 'There is nothing here.'],
  coupon_not_found: [404, 'Coupon not found', 'No coupon has this code.'],
  method_not_allowed: [405, 'Method not allowed', 'This path has other methods; see Allow.'],
  email_taken: [409, 'E-mail taken', 'A user with this address exists.'],
  sku_taken: [409, 'SKU taken', 'A product with this sku exists.'],
  code_taken: [409, 'Code taken', 'A coupon with this code exists.'],
  cart_full: [409, 'Cart full', 'The cart has 20 lines; take one out first.'],
  cart_empty: [409, 'Cart empty', 'There is nothing to order.'],
  product_unavailable: [409, 'Product unavailable', 'Some products are no longer sold; see lines.'],
  insufficient_stock: [409, 'Insufficient stock', 'There is less stock than asked for; see lines.'],
  stock_limit: [409, 'Stock limit', 'The stock would exceed 1,000,000.'],
  coupon_not_applicable: [409, 'Coupon not applicable', 'The attached coupon does not apply now.'],
  total_changed: [409, 'Total changed', 'The total is not the expected one.'],
  idempotency_in_progress: [409, 'Request in progress', 'A request with this key is running.'],
  invalid_transition: [409, 'Invalid transition', 'The order cannot go to this status from its own.'],
  precondition_failed: [412, 'Precondition failed', 'The resource has changed; read it again.'],
  body_too_large: [413, 'Body too large', 'The body has too many bytes or lines.'],
  unsupported_media_type: [415, 'Unsupported media type', 'This operation takes another Content-Type, unencoded.'],
  validation_failed: [422, 'Validation failed', 'Members of the body are wrong; see errors.'],
  idempotency_key_reused: [422, 'Idempotency key reused', 'This key was used with another body.'],
  import_failed: [422, 'Import failed', 'Lines are wrong, and nothing was applied; see errors.'],
  webhook_rejected: [422, 'Webhook rejected', 'The event does not fit its order.'],
  precondition_required: [428, 'Precondition required', 'Send If-Match.'],
  rate_limited: [429, 'Too many requests', 'Try again later; see Retry-After.'],
  internal_error: [500, 'Internal error', 'Something went wrong here.'],
  service_unavailable: [503, 'Service unavailable', 'Try again in a second.'],
} as const satisfies Record<string, readonly [status: number, title: string, detail: string]>;

export type Code = keyof typeof CATALOGUE;

const BEARER = { 'WWW-Authenticate': 'Bearer' };
const RETRY = { 'Retry-After': '1' };
const HEADERS: Partial<Record<Code, Record<string, string>>> = {
  unauthenticated: BEARER,
  invalid_credentials: BEARER,
  invalid_refresh_token: BEARER,
  webhook_verification_failed: { 'WWW-Authenticate': 'Webhook-Signature' },
  idempotency_in_progress: RETRY,
  service_unavailable: RETRY,
};

interface Extras {
  /** What the code adds to the body. */
  members?: Record<string, unknown>;
  headers?: Record<string, string>;
  cause?: unknown;
}

/** An answer of the contract's catalogue (RFC 9457), to be thrown anywhere. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: Code;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly #members: Record<string, unknown>;

  constructor(code: Code, { members = {}, headers = {}, cause }: Extras = {}) {
    super(code, { cause });
    this.code = code;
    this.status = CATALOGUE[code][0];
    this.headers = { ...HEADERS[code], ...headers };
    this.#members = members;
  }

  toJSON(): Record<string, unknown> {
    const [status, title, detail] = CATALOGUE[this.code];
    return { type: `https://shop.example/problems/${this.code}`, title, status, detail, ...this.#members };
  }
}
