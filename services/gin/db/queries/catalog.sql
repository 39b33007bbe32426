-- name: GetActiveProduct :one
SELECT * FROM products WHERE sku = $1 AND active;
