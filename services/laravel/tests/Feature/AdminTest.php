<?php

declare(strict_types=1);

namespace Tests\Feature;

use Tests\ShopTestCase;

final class AdminTest extends ShopTestCase
{
    private const THING = ['sku' => 'ADM-1', 'name' => 'Thing', 'category' => 'things', 'price' => 100, 'tax_rate_bp' => 0];

    public function test_the_back_office_is_closed(): void
    {
        self::assertProblem($this->postJson('/admin/products', []), 401, 'unauthenticated');
        self::assertProblem($this->as($this->customer())->postJson('/admin/products', []), 403, 'forbidden');
    }

    public function test_a_product_is_made_changed_and_archived(): void
    {
        $this->asAdmin()->postJson('/admin/products', self::THING + ['attributes' => ['a' => 1, 'b' => ['c' => 'x']]])->assertCreated()
            ->assertHeader('Location', '/products/ADM-1')->assertHeader('ETag', '"1"');
        self::assertProblem($this->asAdmin()->postJson('/admin/products', self::THING), 409, 'sku_taken');
        $this->patchProduct('{"attributes": {"a": null, "b": {"d": true}}}', '"1"')->assertOk()
            ->assertJsonPath('attributes', ['b' => ['c' => 'x', 'd' => true]])->assertJsonPath('version', 2);
        $this->patchProduct('{}', '*')->assertOk()->assertHeader('ETag', '"2"');
        self::assertProblem($this->patchProduct('{"name": null}', '*'), 422, 'validation_failed');
        $this->asAdmin()->postJson('/admin/products/ADM-1/stock', ['delta' => 5])->assertOk()->assertJsonPath('stock', 5);
        $this->asAdmin()->postJson('/admin/products/ADM-1/stock', ['delta' => -6])->assertStatus(409)
            ->assertJsonPath('lines', [['sku' => 'ADM-1', 'requested' => 6, 'available' => 5]]);
        $this->asAdmin()->delete('/admin/products/ADM-1', headers: ['If-Match' => '"3"'])->assertNoContent();
        self::assertProblem($this->get('/products/ADM-1'), 404, 'not_found');
    }

    public function test_coupons(): void
    {
        $this->asAdmin()->postJson('/admin/coupons', ['code' => 'ten', 'percent_bp' => 1000])->assertCreated()
            ->assertJsonPath('code', 'TEN')->assertJsonPath('ends_at', null);
        foreach (['2020-01-01T00:00:00.000Z' => 'out_of_range', '2026-02-30T00:00:00.000Z' => 'format'] as $ends => $code) {
            $this->asAdmin()->postJson('/admin/coupons', ['code' => 'OLD', 'percent_bp' => 1, 'ends_at' => $ends])->assertStatus(422)
                ->assertJsonPath('errors', [['pointer' => '/ends_at', 'code' => $code]]);
        }
    }

    /** @return \Illuminate\Testing\TestResponse<\Symfony\Component\HttpFoundation\Response> */
    private function patchProduct(string $patch, string $tag): \Illuminate\Testing\TestResponse
    {
        return $this->asAdmin()->call('PATCH', '/admin/products/ADM-1', content: $patch, server: [
            'CONTENT_TYPE' => 'application/merge-patch+json', 'HTTP_IF_MATCH' => $tag, ...$this->transformHeadersToServerVars($this->defaultHeaders),
        ]);
    }
}
