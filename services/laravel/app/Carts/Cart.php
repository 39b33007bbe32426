<?php

declare(strict_types=1);

namespace App\Carts;

use Illuminate\Support\Facades\DB;

/** An open cart at today's prices (CART-5), and what its checkout needs to know. */
final class Cart
{
    /**
     * @param  list<array{sku: string, name: string, unit_price: int, quantity: int, tax_rate_bp: int, available: bool, stock: int}>  $products
     * @param  array{applied: bool, lines: list<array{line_total: int, discount: int, tax: int}>, subtotal: int, discount: int, tax: int, shipping: int, total: int}  $price
     * @param  ?array{code: string, applied: bool, reason: ?string}  $coupon
     */
    private function __construct(
        public readonly array $products,
        public readonly array $price,
        public readonly ?array $coupon,
    ) {
    }

    /** The open cart of a user, or an empty one. */
    public static function of(string $userId): self
    {
        /** @var ?object{id: string, code: ?string, percent_bp: ?int, min_subtotal: ?int, reason: ?string} $cart */
        $cart = DB::selectOne(<<<'SQL'
            SELECT carts.id, code, percent_bp, min_subtotal, CASE
                -- The time of the statement: the transaction may have waited for locks since its own.
                WHEN starts_at > statement_timestamp() THEN 'not_started'
                WHEN ends_at <= statement_timestamp() THEN 'expired'
                WHEN EXISTS (SELECT FROM coupon_redemptions WHERE coupon_id = coupons.id AND user_id = carts.user_id) THEN 'already_used'
                WHEN redeemed >= max_redemptions THEN 'exhausted'
            END AS reason
            FROM carts LEFT JOIN coupons ON coupons.id = coupon_id
            WHERE user_id = ? AND status = 'open'
            SQL, [$userId]);
        $products = $cart === null ? [] : self::products($cart->id);
        $applicable = $cart?->code !== null && $cart->reason === null;
        $price = Pricing::of($products, $applicable ? ['percent_bp' => (int) $cart->percent_bp, 'min_subtotal' => (int) $cart->min_subtotal] : null);
        $coupon = $cart?->code === null ? null : [
            'code' => $cart->code,
            'applied' => $price['applied'],
            'reason' => $price['applied'] ? null : $cart->reason ?? 'min_subtotal',
        ];

        return new self($products, $price, $coupon);
    }

    /** @return list<array{sku: string, name: string, unit_price: int, quantity: int, tax_rate_bp: int, available: bool, stock: int}> */
    private static function products(string $cartId): array
    {
        $rows = DB::select(<<<'SQL'
            SELECT sku, name, price AS unit_price, quantity, tax_rate_bp, active AS available, stock
            FROM cart_items JOIN products ON products.id = product_id
            WHERE cart_id = ? ORDER BY sku
            SQL, [$cartId]);

        /** @var list<array{sku: string, name: string, unit_price: int, quantity: int, tax_rate_bp: int, available: bool, stock: int}> */
        return array_map(get_object_vars(...), $rows);
    }
}
