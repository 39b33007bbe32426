-- name: ListOrders :many
SELECT * FROM orders
WHERE (created_at, id) < (@before::timestamptz, @before_id::uuid) AND (@status::text = '' OR status = @status)
ORDER BY created_at DESC, id DESC
LIMIT @row_count;

-- name: ListUserOrders :many
SELECT * FROM orders
WHERE user_id = @user_id
  AND (created_at, id) < (@before::timestamptz, @before_id::uuid) AND (@status::text = '' OR status = @status)
ORDER BY created_at DESC, id DESC
LIMIT @row_count;

-- name: ListOrderItems :many
SELECT * FROM order_items WHERE order_id = ANY(@order_ids::uuid[]) ORDER BY order_id, position;

-- name: GetOrder :one
SELECT * FROM orders WHERE id = @id AND (user_id = @user_id OR @of_anybody::boolean);

-- name: LockOrder :one
SELECT * FROM orders WHERE id = @id AND (user_id = @user_id OR @of_anybody::boolean) FOR NO KEY UPDATE;

-- name: LockOrderProducts :exec
SELECT FROM products
WHERE id IN (SELECT product_id FROM order_items WHERE order_id = $1)
ORDER BY sku FOR NO KEY UPDATE;

-- name: GiveStockBack :exec
UPDATE products SET stock = stock + order_items.quantity
FROM order_items
WHERE order_items.order_id = $1 AND products.id = order_items.product_id;

-- name: SetOrderStatus :one
UPDATE orders SET status = $2 WHERE id = $1 RETURNING *;
