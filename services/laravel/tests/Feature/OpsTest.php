<?php

declare(strict_types=1);

namespace Tests\Feature;

use Tests\ShopTestCase;

final class OpsTest extends ShopTestCase
{
    public function test_probes_and_the_contract(): void
    {
        $this->get('/healthz')->assertOk()->assertExactJson(['status' => 'ok']);
        $this->get('/readyz')->assertOk()->assertExactJson(['status' => 'ready']);
        self::assertStringContainsString('http_requests_total{method="GET",route="/healthz",status="200"} 1', (string) $this->get('/metrics')->assertOk()->getContent());
        self::assertSame(self::contract('openapi.yaml'), $this->get('/openapi.yaml')->assertOk()->getContent());
    }

    public function test_the_router_tells_what_there_is(): void
    {
        self::assertProblem($this->get('/nope'), 404, 'not_found');
        self::assertProblem($this->delete('/products'), 405, 'method_not_allowed');
        $this->delete('/products')->assertHeader('Allow', 'GET, HEAD');
    }
}
