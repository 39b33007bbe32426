<?php

declare(strict_types=1);

namespace App\Http\Middleware;

use App\Http\CacheControl;
use Closure;
use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\Response;

/** The Cache-Control of what is answered well (HTTP-7): `no-store`, or what a route says by `caching:no-cache`. */
final class SetCacheControl
{
    public function handle(Request $request, Closure $next, string ...$directives): Response
    {
        /** @var Response $response */
        $response = $next($request);
        if ($response->getStatusCode() < 400 && ! $response->headers instanceof CacheControl) {
            $response->headers = new CacheControl($response->headers->allPreserveCase());
            $response->headers->set('Cache-Control', $directives === [] ? 'no-store' : implode(', ', $directives));
        }

        return $response;
    }
}
