<?php

declare(strict_types=1);

namespace App\Support;

use Illuminate\Http\Request;

/** Headers that have one value (HTTP-15). */
final class Header
{
    /** The value of a header without white space around it; null if it is absent. */
    public static function value(Request $request, string $name): ?string
    {
        $value = $request->headers->get($name);

        return $value === null ? null : trim($value, " \t");
    }

    /**
     * Whether a header came in several lines that differ. An nginx before 1.23 gives PHP the last of them, and what
     * server/nginx.conf adds is the first. A newer one joins all by commas, and such a value has the form of none.
     */
    public static function repeated(Request $request, string $name): bool
    {
        $key = strtoupper(str_replace('-', '_', $name));
        $first = $request->server("FIRST_{$key}");
        $last = $request->server("HTTP_{$key}", '');

        return $first !== null && $first !== $last;
    }
}
