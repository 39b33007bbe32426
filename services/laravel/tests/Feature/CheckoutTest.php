<?php

declare(strict_types=1);

namespace Tests\Feature;

use Illuminate\Support\Facades\DB;
use Tests\ShopTestCase;

final class CheckoutTest extends ShopTestCase
{
    public function test_an_order_is_made_once(): void
    {
        $ada = $this->customer();
        $made = $this->checkOut($ada, $this->product('CHK-1', 1000, 5), 2879)->assertCreated();
        self::assertSame('/orders/'.$made->json('id'), $made->headers->get('Location'));
        $again = $this->as($ada)->postJson('/checkout', ['expected_total' => 2879], ['Idempotency-Key' => '"key-1"']);
        $again->assertCreated()->assertHeader('Idempotent-Replayed', 'true')->assertHeader('ETag', '"1"');
        self::assertSame($made->getContent(), $again->getContent());
        self::assertSame(3, DB::scalar("SELECT stock FROM products WHERE sku = 'CHK-1'"));
        self::assertProblem($this->as($ada)->postJson('/checkout', ['expected_total' => 1], ['Idempotency-Key' => 'key-1']), 422, 'idempotency_key_reused');
    }

    public function test_what_is_refused_changes_nothing(): void
    {
        $ada = $this->customer();
        $total = $this->checkOut($ada, $this->product('CHK-2', 1000, 5), 1);
        self::assertProblem($total, 409, 'total_changed');
        $total->assertJsonPath('total', 2879);
        DB::update("UPDATE products SET stock = 1 WHERE sku = 'CHK-2'");
        $this->checkOut($ada, 'CHK-2', 2879)->assertStatus(409)->assertJsonPath('lines', [['sku' => 'CHK-2', 'requested' => 2, 'available' => 1]]);
        self::assertProblem($this->as($ada)->postJson('/checkout', ['expected_total' => 1]), 400, 'idempotency_key_missing');
        self::assertProblem($this->as($ada)->postJson('/checkout', ['expected_total' => 1], ['Idempotency-Key' => 'a b']), 400, 'idempotency_key_invalid');
        self::assertSame(0, DB::scalar('SELECT count(*) FROM orders WHERE user_id = ?', [$ada->id]));
    }
}
