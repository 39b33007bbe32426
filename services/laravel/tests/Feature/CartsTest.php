<?php

declare(strict_types=1);

namespace Tests\Feature;

use Illuminate\Support\Facades\DB;
use Tests\ShopTestCase;

final class CartsTest extends ShopTestCase
{
    public function test_lines_and_a_coupon(): void
    {
        $ada = $this->customer();
        $this->as($ada)->get('/cart')->assertOk()->assertJsonPath('lines', [])->assertJsonPath('shipping', 0);
        $this->product('CART-1', 1000);
        $this->as($ada)->putJson('/cart/items/CART-1', ['quantity' => 3])->assertOk()->assertJsonPath('subtotal', 3000);
        DB::insert("INSERT INTO coupons (code, percent_bp) VALUES ('TEN', 1000)");
        $this->as($ada)->putJson('/cart/coupon', ['code' => 'ten'])->assertOk()
            ->assertJsonPath('coupon', ['code' => 'TEN', 'applied' => true, 'reason' => null])->assertJsonPath('discount', 300);
        $this->as($ada)->delete('/cart/items/CART-1')->assertOk()->assertJsonPath('lines', [])->assertJsonPath('coupon.code', 'TEN');
        $this->as($ada)->delete('/cart/coupon')->assertOk()->assertJsonPath('coupon', null);
    }

    public function test_what_is_refused(): void
    {
        self::assertProblem($this->get('/cart'), 401, 'unauthenticated');
        $ada = $this->customer();
        self::assertProblem($this->as($ada)->putJson('/cart/items/NO-SUCH', ['quantity' => 1]), 404, 'not_found');
        self::assertProblem($this->as($ada)->putJson('/cart/coupon', ['code' => 'NOPE']), 404, 'coupon_not_found');
        foreach (['1', true, 1.5, null, 0, 100] as $quantity) {
            self::assertProblem($this->as($ada)->putJson('/cart/items/NO-SUCH', ['quantity' => $quantity]), 422, 'validation_failed');
        }
    }

    public function test_twenty_lines_are_full(): void
    {
        $ada = $this->customer();
        for ($number = 1; $number <= 20; $number++) {
            $this->as($ada)->putJson('/cart/items/'.$this->product("FULL-{$number}"), ['quantity' => 1])->assertOk();
        }
        self::assertProblem($this->as($ada)->putJson('/cart/items/'.$this->product('FULL-21'), ['quantity' => 1]), 409, 'cart_full');
        $this->as($ada)->putJson('/cart/items/FULL-1', ['quantity' => 2])->assertOk();
    }
}
