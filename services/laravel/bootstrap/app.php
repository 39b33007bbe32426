<?php

declare(strict_types=1);

use App\Exceptions\Problem;
use App\Http\Middleware;
use Illuminate\Foundation\Application;
use Illuminate\Foundation\Configuration\Exceptions;
use Illuminate\Foundation\Configuration\Middleware as MiddlewareConfiguration;
use Illuminate\Support\Facades\Log;

return Application::configure(basePath: dirname(__DIR__))
    ->withRouting(api: __DIR__.'/../routes/api.php', apiPrefix: '')
    ->withMiddleware(function (MiddlewareConfiguration $middleware): void {
        // Laravel's own global ones trim strings and turn '' into null (JSON-6, JSON-7), and ask for cookies, proxies and CORS.
        $middleware->use([
            Middleware\MeasureRequests::class,
            Middleware\RefuseLateRequests::class,
            Middleware\StrictRouting::class,
            Middleware\SetCacheControl::class,
        ]);
        $middleware->alias([
            'caching' => Middleware\SetCacheControl::class,
            'consumes' => Middleware\RequireMediaType::class,
        ]);
        $middleware->group('api', []);
        $middleware->redirectGuestsTo(fn () => null); // there is no page to log in
    })
    ->withExceptions(function (Exceptions $exceptions): void {
        $exceptions->dontReport(Problem::class);
        // Laravel's text of a failed statement has its values, which are none of the log's business (OPS-7).
        $exceptions->report(function (PDOException $failure): false {
            Log::error('The database failed.', ['error' => ($failure->getPrevious() ?? $failure)->getMessage()]);

            return false;
        });
        $exceptions->render(fn (Throwable $failure) => Problem::from($failure)->toResponse());
    })
    ->create();
