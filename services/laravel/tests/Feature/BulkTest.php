<?php

declare(strict_types=1);

namespace Tests\Feature;

use Illuminate\Testing\TestResponse;
use Symfony\Component\HttpFoundation\Response;
use Tests\ShopTestCase;

final class BulkTest extends ShopTestCase
{
    public function test_an_import_is_all_or_nothing(): void
    {
        $this->product('BULK-1', 100, 7);
        $line = fn (string $sku, int $price): string => json_encode(['sku' => $sku, 'name' => 'Thing', 'category' => 'things', 'price' => $price, 'tax_rate_bp' => 1900], JSON_THROW_ON_ERROR);
        $this->import($line('BULK-2', 1)."\n\nx\r\n".$line('BULK-2', 0))->assertStatus(422)->assertJsonPath('error_count', 3)->assertJsonPath('errors', [
            ['line' => 3, 'pointer' => '', 'code' => 'malformed'],
            ['line' => 4, 'pointer' => '/price', 'code' => 'out_of_range'],
            ['line' => 4, 'pointer' => '/sku', 'code' => 'duplicate'],
        ]);
        self::assertProblem($this->get('/products/BULK-2'), 404, 'not_found');
        $this->import($line('BULK-2', 1)."\n".$line('BULK-1', 200))->assertOk()->assertExactJson(['created' => 1, 'updated' => 1, 'unchanged' => 0]);
        $this->get('/products/BULK-1')->assertJsonPath('price', 200)->assertJsonPath('stock', 7);
    }

    /** @return TestResponse<Response> */
    private function import(string $lines): TestResponse
    {
        return $this->asAdmin()->call('POST', '/admin/products/import', content: $lines, server: [
            'CONTENT_TYPE' => 'application/x-ndjson', ...$this->transformHeadersToServerVars($this->defaultHeaders),
        ]);
    }
}
