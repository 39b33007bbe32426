-- name: CreateProduct :one
-- No row means that the sku is taken.
INSERT INTO products (sku, name, description, category, price, tax_rate_bp, attributes, stock)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (sku) DO NOTHING
RETURNING *;

-- name: LockActiveProduct :one
SELECT * FROM products WHERE sku = $1 AND active FOR NO KEY UPDATE;

-- name: UpdateProduct :one
UPDATE products
SET name = $2, description = $3, category = $4, price = $5, tax_rate_bp = $6, attributes = $7
WHERE id = $1
RETURNING *;

-- name: ArchiveProduct :exec
UPDATE products SET active = false WHERE id = $1;

-- name: AdjustStock :one
-- No row means that there is no such product, or that its stock would leave its bounds. Stock above the upper one may fall.
UPDATE products SET stock = stock + @delta
WHERE sku = @sku AND active AND stock + @delta >= 0 AND (@delta < 0 OR stock + @delta <= @max_stock::integer)
RETURNING *;

-- name: CreateCoupon :one
-- No row means that the code is taken.
INSERT INTO coupons (code, percent_bp, min_subtotal, max_redemptions, starts_at, ends_at)
VALUES (@code, @percent_bp, @min_subtotal, sqlc.narg('max_redemptions'), coalesce(sqlc.narg('starts_at')::timestamptz, now()), sqlc.narg('ends_at'))
ON CONFLICT (code) DO NOTHING
RETURNING *;
