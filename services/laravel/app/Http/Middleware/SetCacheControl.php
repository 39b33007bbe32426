<?php

declare(strict_types=1);

namespace App\Http\Middleware;

use Closure;
use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\HttpFoundation\ResponseHeaderBag;

/** `caching:no-store` on a route: the Cache-Control of what it answers well (HTTP-7). */
final class SetCacheControl
{
    public function handle(Request $request, Closure $next, string ...$directives): Response
    {
        /** @var Response $response */
        $response = $next($request);
        if ($response->getStatusCode() < 400) {
            // Symfony's own adds `private` to everything that is not public.
            $response->headers = new class($response->headers->allPreserveCase()) extends ResponseHeaderBag
            {
                protected function computeCacheControlValue(): string
                {
                    return $this->getCacheControlHeader();
                }
            };
            $response->headers->set('Cache-Control', implode(', ', $directives));
        }

        return $response;
    }
}
