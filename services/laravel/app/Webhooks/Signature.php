<?php

declare(strict_types=1);

namespace App\Webhooks;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Rules\Form;
use App\Support\Header;
use App\Support\Settings;
use Illuminate\Http\Request;

/** The signature of a delivery, over the bytes and texts as they came (WEBHOOK-1). */
final class Signature
{
    private const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

    private const MAX_SKEW = 300; // seconds

    /** The id of a genuine delivery. */
    public static function verify(Request $request): string
    {
        [$id, $timestamp, $signature] = array_map(fn (string $name): string => Header::value($request, $name) ?? '', self::HEADERS);
        $repeated = array_filter(self::HEADERS, fn (string $name): bool => Header::repeated($request, $name));
        if ($repeated !== [] || ! self::isGenuine(Settings::webhookKey(), $id, $timestamp, $signature, $request->getContent(), time())) {
            throw new Problem(ProblemCode::WebhookVerificationFailed);
        }

        return $id;
    }

    public static function isGenuine(string $key, string $id, string $timestamp, string $signature, string $body, int $now): bool
    {
        if (! Form::has($id, '[A-Za-z0-9_-]{1,200}') || ! Form::has($timestamp, '[1-9][0-9]{0,11}')
            || abs($now - (int) $timestamp) > self::MAX_SKEW) {
            return false;
        }
        // Texts are compared: decoded ones would let other spellings of the same bytes pass.
        $expected = 'v1,'.base64_encode(hash_hmac('sha256', "{$id}.{$timestamp}.{$body}", $key, binary: true));
        $right = array_filter(explode(' ', $signature), fn (string $token): bool => hash_equals($expected, $token));

        return $right !== [];
    }
}
