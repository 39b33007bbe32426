<?php

declare(strict_types=1);

namespace App\Http\Middleware;

use Closure;
use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\HttpKernel\Exception\NotFoundHttpException;

/** Laravel forgives a slash at the end and the script's name in front, and decodes a path before it looks for slashes (HTTP-2). */
final class ExactPaths
{
    public function handle(Request $request, Closure $next): Response
    {
        if ($request->getBaseUrl() !== '' || preg_match('~/\z|%2F~i', $request->getPathInfo()) === 1) {
            throw new NotFoundHttpException;
        }

        return $next($request);
    }
}
