<?php

declare(strict_types=1);

namespace App\Http\Middleware;

use Closure;
use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\HttpKernel\Exception\MethodNotAllowedHttpException;
use Symfony\Component\HttpKernel\Exception\NotFoundHttpException;

/**
 * Laravel's router forgives a slash at the end and the script's name in front, decodes a path before it looks for slashes
 * (HTTP-2), and answers OPTIONS by itself, past every middleware of the route (HTTP-3).
 */
final class StrictRouting
{
    public function handle(Request $request, Closure $next): Response
    {
        if ($request->getBaseUrl() !== '' || preg_match('~/\z|%2F~i', $request->getPathInfo()) === 1) {
            throw new NotFoundHttpException;
        }
        /** @var Response $response */
        $response = $next($request);
        if ($request->isMethod('OPTIONS') && $response->isSuccessful()) {
            throw new MethodNotAllowedHttpException(explode(',', (string) $response->headers->get('Allow')));
        }

        return $response;
    }
}
