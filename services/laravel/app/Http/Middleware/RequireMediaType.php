<?php

declare(strict_types=1);

namespace App\Http\Middleware;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Support\Header;
use Closure;
use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\Response;

/** `consumes:application/json` on a route: what its body may be (HTTP-5, HTTP-6). */
final class RequireMediaType
{
    private const MAX_BYTES = 65_536;

    public function handle(Request $request, Closure $next, string $type): Response
    {
        $given = strtolower(trim(explode(';', Header::value($request, 'Content-Type') ?? '')[0], " \t"));
        $coding = strtolower(Header::value($request, 'Content-Encoding') ?? 'identity');
        if ($given !== $type || $coding !== 'identity'
            || Header::repeated($request, 'Content-Type') || Header::repeated($request, 'Content-Encoding')) {
            throw new Problem(
                ProblemCode::UnsupportedMediaType,
                headers: $type === 'application/merge-patch+json' ? ['Accept-Patch' => $type] : [],
            );
        }
        // nginx bounds the body of an import, which is read line by line.
        if ($type !== 'application/x-ndjson' && strlen($request->getContent()) > self::MAX_BYTES) {
            throw new Problem(ProblemCode::BodyTooLarge);
        }

        return $next($request);
    }
}
