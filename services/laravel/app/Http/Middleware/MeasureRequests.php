<?php

declare(strict_types=1);

namespace App\Http\Middleware;

use App\Ops\Metrics;
use Closure;
use Illuminate\Http\Request;
use Illuminate\Routing\Route;
use Illuminate\Routing\Router;
use Symfony\Component\HttpFoundation\Response;

/** Counts what is answered, by the template of its route. */
final class MeasureRequests
{
    public function __construct(private readonly Router $router)
    {
    }

    public function handle(Request $request, Closure $next): Response
    {
        $began = microtime(true);
        /** @var Response $response */
        $response = $next($request);
        Metrics::count($request->getMethod(), $this->template($request, $response), $response->getStatusCode(), microtime(true) - $began);

        return $response;
    }

    private function template(Request $request, Response $response): string
    {
        $route = $request->route();
        if (! $route instanceof Route && $response->getStatusCode() === 405) {
            // The router found the path, and nothing to call.
            foreach ($this->router->getRoutes()->getRoutes() as $each) {
                if ($each->matches($request, includingMethod: false)) {
                    $route = $each;
                }
            }
        }

        return $route instanceof Route ? '/'.ltrim($route->uri(), '/') : 'unmatched';
    }
}
