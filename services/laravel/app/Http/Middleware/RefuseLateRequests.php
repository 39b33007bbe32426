<?php

declare(strict_types=1);

namespace App\Http\Middleware;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use Closure;
use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\Response;

/**
 * A request that has waited for a child of php-fpm for longer than this is answered with 503 before anything is done: the
 * children are the pool of connections, and an exhausted pool answers in time (DB-6).
 */
final class RefuseLateRequests
{
    private const PATIENCE = 8.0; // seconds

    public function handle(Request $request, Closure $next): Response
    {
        $queued = $request->server('QUEUED_AT'); // by nginx
        if (is_numeric($queued) && microtime(true) - (float) $queued > self::PATIENCE) {
            throw new Problem(ProblemCode::ServiceUnavailable);
        }

        return $next($request);
    }
}
