<?php

declare(strict_types=1);

namespace App\Auth;

use Illuminate\Support\Facades\Hash;
use SensitiveParameter;

/** Argon2id by Laravel's hasher (AUTH-3). */
final class Passwords
{
    private const DUMMY = '$argon2id$v=19$m=32768,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

    private const PHC = '/\A\$argon2id\$v=19\$(?=[^$]*m=(?<m>[1-9]\d{1,5})(?:,|\$))(?=[^$]*t=(?<t>[1-9]\d{0,2})(?:,|\$))(?=[^$]*p=(?<p>[1-9]\d?)(?:,|\$))'
        .'[mtp]=\d+,[mtp]=\d+,[mtp]=\d+\$(?<salt>[A-Za-z0-9+\/]{11,})\$(?<digest>[A-Za-z0-9+\/]{6,})\z/';

    public static function hash(#[SensitiveParameter] string $password): string
    {
        return Hash::make($password);
    }

    /** Whether the password is the one of this hash. One that is absent or cannot be read takes as long, and is false (AUTH-4). */
    public static function matches(#[SensitiveParameter] string $password, ?string $hash): bool
    {
        // libargon2 wants m, t and p in this order.
        $readable = preg_match(self::PHC, $hash ?? '', $of) === 1 && self::isExact($of['salt']) && self::isExact($of['digest']);
        $hash = $readable ? "\$argon2id\$v=19\$m={$of['m']},t={$of['t']},p={$of['p']}\${$of['salt']}\${$of['digest']}" : self::DUMMY;

        return Hash::check($password, $hash) && $readable;
    }

    /** Whether this is base64 with nothing left over: of a hash that was cut off libargon2 says no at once. */
    private static function isExact(string $text): bool
    {
        return rtrim(base64_encode((string) base64_decode($text, strict: true)), '=') === $text;
    }
}
