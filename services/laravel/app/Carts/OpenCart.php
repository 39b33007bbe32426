<?php

declare(strict_types=1);

namespace App\Carts;

use App\Support\Database;
use Illuminate\Auth\AuthenticationException;
use Illuminate\Database\QueryException;
use Illuminate\Support\Facades\DB;

/** The open cart of a user, locked by this transaction (CART-8). */
final class OpenCart
{
    public const MAX_LINES = 20;

    private function __construct(public readonly string $id, public readonly ?string $couponId)
    {
    }

    /** Locks the open cart, if there is one. */
    public static function lock(string $userId): ?self
    {
        /** @var ?object{id: string, coupon_id: ?string} $cart */
        $cart = DB::table('carts')->select(['id', 'coupon_id'])
            ->where(['user_id' => $userId, 'status' => 'open'])->lockForUpdate()->first();

        return $cart === null ? null : new self($cart->id, $cart->coupon_id);
    }

    /** Locks the open cart, and makes it first if there is none. */
    public static function lockOrOpen(string $userId): self
    {
        // A checkout that closes the cart while this waits leaves none, so it looks again.
        while (true) {
            $cart = self::lock($userId);
            if ($cart !== null) {
                return $cart;
            }
            try {
                DB::insert("INSERT INTO carts (user_id) VALUES (?) ON CONFLICT (user_id) WHERE status = 'open' DO NOTHING", [$userId]);
            } catch (QueryException $failure) {
                // The user of the token was deleted; the statement has no other key.
                throw Database::missedReference($failure) ? new AuthenticationException : $failure;
            }
        }
    }

    /** Puts a product, unless the cart has too many others; tells whether it did. */
    public function put(string $productId, int $quantity): bool
    {
        return DB::affectingStatement(<<<'SQL'
            INSERT INTO cart_items (cart_id, product_id, quantity)
            SELECT :cart, :product, :quantity
            WHERE (SELECT count(*) FROM cart_items WHERE cart_id = :in_cart AND product_id <> :other) < :most
            ON CONFLICT ON CONSTRAINT cart_items_product_key DO UPDATE SET quantity = excluded.quantity
            SQL, [
            'cart' => $this->id, 'product' => $productId, 'quantity' => $quantity,
            'in_cart' => $this->id, 'other' => $productId, 'most' => self::MAX_LINES,
        ]) > 0;
    }

    public function remove(string $sku): void
    {
        DB::delete(
            'DELETE FROM cart_items USING products WHERE cart_id = ? AND products.id = product_id AND sku = ?',
            [$this->id, $sku],
        );
    }

    /** Tells whether there is such a coupon. */
    public function attach(string $code): bool
    {
        return DB::update(
            'UPDATE carts SET coupon_id = coupons.id, updated_at = now() FROM coupons WHERE carts.id = ? AND code = ?',
            [$this->id, $code],
        ) > 0;
    }

    public function detach(): void
    {
        DB::update('UPDATE carts SET coupon_id = NULL, updated_at = now() WHERE id = ?', [$this->id]);
    }
}
