<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Ops\Metrics;
use App\Ops\Readiness;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Response;

final class OpsController
{
    private const CONTRACT = '../../contract/openapi.yaml';

    public function liveness(): JsonResponse
    {
        return new JsonResponse(['status' => 'ok']);
    }

    public function readiness(Readiness $isReady): JsonResponse
    {
        return $isReady() ? new JsonResponse(['status' => 'ready']) : throw new Problem(ProblemCode::ServiceUnavailable);
    }

    public function metrics(): Response
    {
        return new Response(Metrics::text(), headers: ['Content-Type' => 'text/plain; version=0.0.4']);
    }

    public function contract(): Response
    {
        return new Response((string) file_get_contents(base_path(self::CONTRACT)), headers: ['Content-Type' => 'application/yaml']);
    }
}
