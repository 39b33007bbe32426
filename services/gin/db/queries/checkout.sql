-- name: TryIdempotencyLock :one
SELECT pg_try_advisory_xact_lock(hashtextextended('idem:' || @user_id::text || ':' || @idem_key::text, 0));

-- name: GetStoredAnswer :one
SELECT fingerprint, coalesce(response_location, '')::text AS location, response_body AS body
FROM idempotency_keys WHERE user_id = $1 AND idem_key = $2;

-- name: StoreAnswer :exec
INSERT INTO idempotency_keys (user_id, idem_key, fingerprint, response_status, response_location, response_body)
VALUES (@user_id, @idem_key, @fingerprint, 201, @location::text, @body);

-- name: LockCoupon :exec
SELECT FROM coupons WHERE id = $1 FOR NO KEY UPDATE;

-- name: LockCartProducts :exec
SELECT FROM products
WHERE id IN (SELECT product_id FROM cart_items WHERE cart_id = $1)
ORDER BY sku FOR NO KEY UPDATE;

-- name: TakeStock :exec
UPDATE products SET stock = stock - cart_items.quantity
FROM cart_items
WHERE cart_items.cart_id = $1 AND products.id = cart_items.product_id;

-- name: CreateOrder :one
INSERT INTO orders (user_id, cart_id, coupon_code, subtotal, discount, tax, shipping, total)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
RETURNING *;

-- CreateOrderItems keeps what the locked products are now; discounts and taxes stand in sku order.
-- name: CreateOrderItems :many
INSERT INTO order_items (order_id, product_id, position, sku, name, unit_price, quantity, discount, tax_rate_bp, tax)
SELECT @order_id, line.product_id, line.position, line.sku, line.name, line.price, line.quantity,
  (@discounts::bigint[])[line.position], line.tax_rate_bp, (@taxes::bigint[])[line.position]
FROM (
  SELECT cart_items.product_id, cart_items.quantity, products.sku, products.name, products.price, products.tax_rate_bp,
    row_number() OVER (ORDER BY products.sku) AS position
  FROM cart_items JOIN products ON products.id = cart_items.product_id
  WHERE cart_items.cart_id = @cart_id
) AS line
ORDER BY line.position
RETURNING *;

-- name: RedeemCoupon :exec
WITH counted AS (
  UPDATE coupons SET redeemed = redeemed + 1 WHERE id = @coupon_id
)
INSERT INTO coupon_redemptions (coupon_id, user_id, order_id) VALUES (@coupon_id, @user_id, @order_id);

-- name: CloseCart :exec
UPDATE carts SET status = 'ordered', updated_at = now() WHERE id = $1;
