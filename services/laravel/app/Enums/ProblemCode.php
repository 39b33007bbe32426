<?php

declare(strict_types=1);

namespace App\Enums;

/** The catalogue of contract/problems.yaml, and a sentence for people. */
enum ProblemCode: string
{
    case MalformedJson = 'malformed_json';
    case InvalidQuery = 'invalid_query';
    case InvalidCursor = 'invalid_cursor';
    case InvalidHeader = 'invalid_header';
    case IdempotencyKeyMissing = 'idempotency_key_missing';
    case IdempotencyKeyInvalid = 'idempotency_key_invalid';
    case Unauthenticated = 'unauthenticated';
    case InvalidCredentials = 'invalid_credentials';
    case InvalidRefreshToken = 'invalid_refresh_token';
    case WebhookVerificationFailed = 'webhook_verification_failed';
    case Forbidden = 'forbidden';
    case NotFound = 'not_found';
    case CouponNotFound = 'coupon_not_found';
    case MethodNotAllowed = 'method_not_allowed';
    case EmailTaken = 'email_taken';
    case SkuTaken = 'sku_taken';
    case CodeTaken = 'code_taken';
    case CartFull = 'cart_full';
    case CartEmpty = 'cart_empty';
    case ProductUnavailable = 'product_unavailable';
    case InsufficientStock = 'insufficient_stock';
    case StockLimit = 'stock_limit';
    case CouponNotApplicable = 'coupon_not_applicable';
    case TotalChanged = 'total_changed';
    case IdempotencyInProgress = 'idempotency_in_progress';
    case InvalidTransition = 'invalid_transition';
    case PreconditionFailed = 'precondition_failed';
    case BodyTooLarge = 'body_too_large';
    case UnsupportedMediaType = 'unsupported_media_type';
    case ValidationFailed = 'validation_failed';
    case IdempotencyKeyReused = 'idempotency_key_reused';
    case ImportFailed = 'import_failed';
    case WebhookRejected = 'webhook_rejected';
    case PreconditionRequired = 'precondition_required';
    case RateLimited = 'rate_limited';
    case InternalError = 'internal_error';
    case ServiceUnavailable = 'service_unavailable';

    private const TYPES = 'https://shop.example/problems/';

    /** @return array{type: string, title: string, status: int, detail: string} */
    public function document(): array
    {
        [$status, $title, $detail] = $this->entry();

        return ['type' => self::TYPES.$this->value, 'title' => $title, 'status' => $status, 'detail' => $detail];
    }

    public function status(): int
    {
        return $this->entry()[0];
    }

    /** @return array<string, string> what every answer of this code carries */
    public function headers(): array
    {
        return match ($this) {
            self::Unauthenticated, self::InvalidCredentials, self::InvalidRefreshToken => ['WWW-Authenticate' => 'Bearer'],
            self::WebhookVerificationFailed => ['WWW-Authenticate' => 'Webhook-Signature'],
            self::IdempotencyInProgress, self::ServiceUnavailable => ['Retry-After' => '1'],
            default => [],
        };
    }

    /** @return array{int, string, string} */
    private function entry(): array
    {
        return match ($this) {
            self::MalformedJson => [400, 'Malformed JSON', 'The body is not one strict JSON object.'],
            self::InvalidQuery => [400, 'Invalid query', 'A query parameter is unknown, repeated or wrong; errors names each.'],
            self::InvalidCursor => [400, 'Invalid cursor', 'The cursor was not made for this list, sort and filter.'],
            self::InvalidHeader => [400, 'Invalid header', 'A header does not have its form (Last-Event-ID).'],
            self::IdempotencyKeyMissing => [400, 'Idempotency key missing', 'checkout needs an Idempotency-Key.'],
            self::IdempotencyKeyInvalid => [400, 'Idempotency key invalid', 'The Idempotency-Key is empty, too long, repeated or has other characters.'],
            self::Unauthenticated => [401, 'Not authenticated', 'There is no access token, or it is not accepted.'],
            self::InvalidCredentials => [401, 'Invalid credentials', 'E-mail or password is wrong; which one is not told.'],
            self::InvalidRefreshToken => [401, 'Invalid refresh token', 'The refresh token is unknown, expired, used or revoked.'],
            self::WebhookVerificationFailed => [401, 'Webhook verification failed', 'The signature headers do not fit the body; what is wrong is not told.'],
            self::Forbidden => [403, 'Forbidden', 'The caller\'s role may not do this.'],
            self::NotFound => [404, 'Not found', 'There is no such path or resource, or the caller may not see it.'],
            self::CouponNotFound => [404, 'Coupon not found', 'No coupon has this code.'],
            self::MethodNotAllowed => [405, 'Method not allowed', 'The path has other methods; Allow names them.'],
            self::EmailTaken => [409, 'E-mail taken', 'A user with this address exists.'],
            self::SkuTaken => [409, 'SKU taken', 'A product with this sku exists, archived or not.'],
            self::CodeTaken => [409, 'Code taken', 'A coupon with this code exists.'],
            self::CartFull => [409, 'Cart full', 'The cart has 20 lines already.'],
            self::CartEmpty => [409, 'Cart empty', 'There is no open cart, or it has no lines.'],
            self::ProductUnavailable => [409, 'Product unavailable', 'The cart holds archived products; lines names them.'],
            self::InsufficientStock => [409, 'Insufficient stock', 'There is less stock than asked for; lines names each short line.'],
            self::StockLimit => [409, 'Stock limit', 'The stock would exceed 1,000,000.'],
            self::CouponNotApplicable => [409, 'Coupon not applicable', 'The attached coupon does not apply now.'],
            self::TotalChanged => [409, 'Total changed', 'The total is not the expected one; total is the new one.'],
            self::IdempotencyInProgress => [409, 'Request in progress', 'A request with this key is running.'],
            self::InvalidTransition => [409, 'Invalid transition', 'The order cannot go from this status to that one.'],
            self::PreconditionFailed => [412, 'Precondition failed', 'The resource is no longer the one that If-Match names.'],
            self::BodyTooLarge => [413, 'Body too large', 'The body has too many bytes, or the import too many lines.'],
            self::UnsupportedMediaType => [415, 'Unsupported media type', 'The Content-Type or Content-Encoding is not the one of this operation.'],
            self::ValidationFailed => [422, 'Validation failed', 'Members of the body are wrong; errors names each.'],
            self::IdempotencyKeyReused => [422, 'Idempotency key reused', 'This key was used with another body.'],
            self::ImportFailed => [422, 'Import failed', 'Lines of the import are wrong, and nothing was applied; errors has the first 100, error_count counts all.'],
            self::WebhookRejected => [422, 'Webhook rejected', 'The event is genuine, but does not fit its order.'],
            self::PreconditionRequired => [428, 'Precondition required', 'This operation needs If-Match.'],
            self::RateLimited => [429, 'Too many requests', 'The limit is used up; Retry-After says for how long.'],
            self::InternalError => [500, 'Internal error', 'A fault of the service. No input may cause it.'],
            self::ServiceUnavailable => [503, 'Service unavailable', 'The database is away or overloaded; try again after Retry-After seconds.'],
        };
    }
}
