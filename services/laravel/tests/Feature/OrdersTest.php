<?php

declare(strict_types=1);

namespace Tests\Feature;

use Illuminate\Support\Facades\DB;
use Tests\ShopTestCase;

final class OrdersTest extends ShopTestCase
{
    public function test_orders_are_seen_by_their_owner_and_cancelled_once(): void
    {
        $ada = $this->customer();
        $id = $this->checkOut($ada, $this->product('ORD-1'), 2879)->json('id');
        self::assertIsString($id);
        $this->as($ada)->get('/orders')->assertOk()->assertJsonPath('items.0.id', $id)->assertJsonPath('items.0.lines.0.sku', 'ORD-1');
        self::assertProblem($this->as($this->customer('bob@example.com'))->get("/orders/{$id}"), 404, 'not_found');
        for ($time = 0; $time < 2; $time++) {
            $this->as($ada)->post("/orders/{$id}/cancel")->assertOk()->assertJsonPath('status', 'cancelled')->assertHeader('ETag', '"2"');
        }
        self::assertSame(5, DB::scalar("SELECT stock FROM products WHERE sku = 'ORD-1'"));
    }

    public function test_administrators_move_orders_on(): void
    {
        $id = $this->checkOut($this->customer(), $this->product('ORD-2'), 2879)->json('id');
        self::assertIsString($id);
        DB::update("UPDATE orders SET status = 'paid' WHERE id = ?", [$id]);
        $path = "/admin/orders/{$id}/transition";
        self::assertProblem($this->asAdmin()->postJson($path, ['to' => 'shipped']), 428, 'precondition_required');
        self::assertProblem($this->asAdmin()->postJson($path, ['to' => 'shipped'], ['If-Match' => 'W/"2"']), 412, 'precondition_failed');
        $this->asAdmin()->postJson($path, ['to' => 'shipped'], ['If-Match' => '"2"'])->assertOk()->assertHeader('Content-Location', "/orders/{$id}");
        $this->asAdmin()->postJson($path, ['to' => 'pending'], ['If-Match' => '*'])->assertStatus(409)
            ->assertJsonPath('from', 'shipped')->assertJsonPath('to', 'pending');
    }
}
