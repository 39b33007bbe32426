-- GetOpenCart joins the attached coupon; reason is the first of CART-6 that holds, or empty. The time is
-- that of the statement: a transaction may have waited for locks since its own.
-- name: GetOpenCart :one
SELECT carts.id, carts.coupon_id, coalesce(coupons.code, '') AS code,
  coalesce(coupons.percent_bp, 0)::bigint AS percent_bp, coalesce(coupons.min_subtotal, 0)::bigint AS min_subtotal,
  (CASE
    WHEN coupons.starts_at > statement_timestamp() THEN 'not_started'
    WHEN coupons.ends_at <= statement_timestamp() THEN 'expired'
    WHEN EXISTS (SELECT FROM coupon_redemptions r WHERE r.coupon_id = coupons.id AND r.user_id = carts.user_id) THEN 'already_used'
    WHEN coupons.redeemed >= coupons.max_redemptions THEN 'exhausted'
    ELSE ''
  END)::text AS reason
FROM carts LEFT JOIN coupons ON coupons.id = carts.coupon_id
WHERE carts.user_id = $1 AND carts.status = 'open';

-- name: ListCartLines :many
SELECT products.sku, products.name, products.price, products.tax_rate_bp, products.active, products.stock, cart_items.quantity
FROM cart_items JOIN products ON products.id = cart_items.product_id
WHERE cart_items.cart_id = $1
ORDER BY products.sku;

-- name: LockOpenCart :one
SELECT * FROM carts WHERE user_id = $1 AND status = 'open' FOR UPDATE;

-- name: OpenCart :exec
INSERT INTO carts (user_id) VALUES ($1)
ON CONFLICT (user_id) WHERE status = 'open' DO NOTHING;

-- PutCartItem writes nothing if the cart has max_lines other lines.
-- name: PutCartItem :execrows
INSERT INTO cart_items (cart_id, product_id, quantity)
SELECT @cart_id, @product_id, @quantity
WHERE (SELECT count(*) FROM cart_items other WHERE other.cart_id = @cart_id AND other.product_id <> @product_id) < @max_lines::integer
ON CONFLICT ON CONSTRAINT cart_items_product_key DO UPDATE SET quantity = excluded.quantity;

-- name: DeleteCartItem :exec
DELETE FROM cart_items USING products
WHERE cart_items.cart_id = $1 AND products.id = cart_items.product_id AND products.sku = $2;

-- name: AttachCoupon :execrows
UPDATE carts SET coupon_id = coupons.id, updated_at = now()
FROM coupons
WHERE carts.id = $1 AND coupons.code = $2;

-- name: DetachCoupon :exec
UPDATE carts SET coupon_id = NULL, updated_at = now() WHERE id = $1;
