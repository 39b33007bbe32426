<?php

declare(strict_types=1);

namespace App\Checkout;

use App\Auth\Caller;
use App\Carts\Cart;
use App\Carts\OpenCart;
use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Http\Resources\OrderResource;
use App\Models\Order;
use App\Models\OrderItem;
use App\Models\Product;
use Illuminate\Database\Query\Builder;
use Illuminate\Support\Facades\DB;

/** Makes an order of the open cart, once for each key (CHECKOUT-2 to CHECKOUT-7). */
final class PlaceOrder
{
    /** Locks in the order of DB-3: key, cart, coupon, products; at COMMIT the triggers take the lock of the events. */
    public function __invoke(Caller $caller, string $key, string $fingerprint, int $expectedTotal): Answer
    {
        return DB::transaction(function () use ($caller, $key, $fingerprint, $expectedTotal): Answer {
            $this->lockKey($caller, $key);
            $answer = $this->stored($caller, $key, $fingerprint);
            if ($answer !== null) {
                return $answer;
            }
            $order = $this->place($caller, $expectedTotal);
            $answer = new Answer("/orders/{$order->id}", OrderResource::make($order)->toJson());
            DB::table('idempotency_keys')->insert([
                'user_id' => $caller->id,
                'idem_key' => $key,
                'fingerprint' => $fingerprint,
                'response_status' => 201,
                'response_location' => $answer->location,
                'response_body' => $answer->body,
            ]);

            return $answer;
        });
    }

    private function lockKey(Caller $caller, string $key): void
    {
        if (DB::scalar("SELECT pg_try_advisory_xact_lock(hashtextextended('idem:' || ?::text || ':' || ?::text, 0))", [$caller->id, $key]) !== true) {
            throw new Problem(ProblemCode::IdempotencyInProgress);
        }
    }

    private function stored(Caller $caller, string $key, string $fingerprint): ?Answer
    {
        /** @var ?object{fingerprint: string, response_location: string, response_body: string} $stored */
        $stored = DB::table('idempotency_keys')->select(['fingerprint', 'response_location', 'response_body'])
            ->where(['user_id' => $caller->id, 'idem_key' => $key])->first();
        if ($stored !== null && $stored->fingerprint !== $fingerprint) {
            throw new Problem(ProblemCode::IdempotencyKeyReused);
        }

        return $stored === null ? null : new Answer($stored->response_location, $stored->response_body, replayed: true);
    }

    private function place(Caller $caller, int $expectedTotal): Order
    {
        $open = OpenCart::lock($caller->id) ?? throw new Problem(ProblemCode::CartEmpty);
        if ($open->couponId !== null) {
            DB::table('coupons')->select('id')->where('id', $open->couponId)->lock('for no key update')->get();
        }
        Product::query()->select('id')
            ->whereIn('id', fn (Builder $items) => $items->select('product_id')->from('cart_items')->where('cart_id', $open->id))
            ->orderBy('sku')->lock('for no key update')->get();
        // A statement after the locks, so that it sees what others committed while these waited.
        $cart = Cart::of($caller->id);
        $this->judge($cart, $expectedTotal);
        DB::update(
            'UPDATE products SET stock = stock - quantity FROM cart_items WHERE cart_id = ? AND products.id = product_id',
            [$open->id],
        );

        return $this->order($caller, $open, $cart);
    }

    /** The rest of CHECKOUT-5: the first that holds. */
    private function judge(Cart $cart, int $expectedTotal): void
    {
        $archived = array_filter($cart->products, fn (array $product): bool => ! $product['available']);
        $short = array_filter($cart->products, fn (array $product): bool => $product['stock'] < $product['quantity']);
        $fault = match (true) {
            $cart->products === [] => new Problem(ProblemCode::CartEmpty),
            $archived !== [] => new Problem(ProblemCode::ProductUnavailable, ['lines' => $this->lines($archived)]),
            $short !== [] => new Problem(ProblemCode::InsufficientStock, ['lines' => $this->lines($short)]),
            $cart->coupon !== null && ! $cart->coupon['applied'] => new Problem(ProblemCode::CouponNotApplicable),
            $cart->price['total'] !== $expectedTotal => new Problem(ProblemCode::TotalChanged, ['total' => $cart->price['total']]),
            default => null,
        };
        if ($fault !== null) {
            throw $fault;
        }
    }

    /**
     * @param  array<int, array{sku: string, quantity: int, available: bool, stock: int}>  $products
     * @return list<array{sku: string, requested: int, available: int}>
     */
    private function lines(array $products): array
    {
        return array_map(fn (array $product): array => [
            'sku' => $product['sku'],
            'requested' => $product['quantity'],
            'available' => $product['available'] ? $product['stock'] : 0,
        ], array_values($products));
    }

    private function order(Caller $caller, OpenCart $open, Cart $cart): Order
    {
        $price = $cart->price;
        $order = Order::returned(<<<'SQL'
            INSERT INTO orders (user_id, cart_id, coupon_code, subtotal, discount, tax, shipping, total)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            SQL, [
            $caller->id, $open->id, $cart->coupon['code'] ?? null,
            $price['subtotal'], $price['discount'], $price['tax'], $price['shipping'], $price['total'],
        ]);
        $order->setRelation('items', OrderItem::query()->fromQuery(<<<'SQL'
            INSERT INTO order_items (order_id, product_id, position, sku, name, unit_price, quantity, discount, tax_rate_bp, tax)
            SELECT ?, product_id, line.position, sku, name, price, quantity, line.discount, tax_rate_bp, line.tax
            FROM (
                SELECT product_id, quantity, sku, name, price, tax_rate_bp, row_number() OVER (ORDER BY sku) AS position
                FROM cart_items JOIN products ON products.id = product_id WHERE cart_id = ?
            ) AS product
            JOIN json_to_recordset(?) AS line(position bigint, discount bigint, tax bigint) USING (position)
            ORDER BY position
            SQL.' RETURNING '.implode(', ', OrderItem::COLUMNS), [$order->id, $open->id, json_encode(array_map(
            fn (int $index, array $line): array => ['position' => $index + 1, ...$line],
            array_keys($price['lines']), $price['lines'],
        ))]));
        if ($open->couponId !== null) {
            DB::update('UPDATE coupons SET redeemed = redeemed + 1 WHERE id = ?', [$open->couponId]);
            DB::table('coupon_redemptions')->insert(['coupon_id' => $open->couponId, 'user_id' => $caller->id, 'order_id' => $order->id]);
        }
        DB::update("UPDATE carts SET status = 'ordered', updated_at = now() WHERE id = ?", [$open->id]);

        return $order;
    }
}
