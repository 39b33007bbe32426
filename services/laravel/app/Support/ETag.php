<?php

declare(strict_types=1);

namespace App\Support;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use Illuminate\Http\Request;

/** Versions as entity tags (HTTP-8 to HTTP-10). */
final class ETag
{
    private const TAG = '(?:W\/)?"[\x21\x23-\x7E\x80-\xFF]*"';

    public static function of(int $version): string
    {
        return "\"{$version}\"";
    }

    public static function notModified(Request $request, int $version): bool
    {
        return self::names($request->headers->get('If-None-Match') ?? '', $version, weakly: true);
    }

    /** Lets a request pass whose If-Match names this version: else 428 or 412. */
    public static function require(Request $request, int $version): void
    {
        $match = $request->headers->get('If-Match') ?? throw new Problem(ProblemCode::PreconditionRequired);
        if (! self::names($match, $version, weakly: false)) {
            throw new Problem(ProblemCode::PreconditionFailed);
        }
    }

    private static function names(string $list, int $version, bool $weakly): bool
    {
        $list = trim($list, " \t");
        if ($list === '*') {
            return true;
        }
        if (preg_match('/\A[ \t,]*'.self::TAG.'(?:[ \t]*,[ \t,]*'.self::TAG.')*[ \t,]*\z/', $list) !== 1) {
            return false;
        }
        preg_match_all('/'.self::TAG.'/', $list, $tags);

        return in_array(self::of($version), $tags[0], true)
            || ($weakly && in_array('W/'.self::of($version), $tags[0], true));
    }
}
