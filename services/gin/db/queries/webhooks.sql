-- name: InsertWebhookEvent :execrows
INSERT INTO webhook_events (id, type) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING;

-- name: LockOrderForPayment :one
SELECT status, payment_status, currency, total FROM orders WHERE id = $1 FOR NO KEY UPDATE;

-- name: ApplyPayment :exec
UPDATE orders SET status = $2, payment_status = $3 WHERE id = $1;

-- name: MarkWebhookApplied :exec
UPDATE webhook_events SET result = 'applied' WHERE id = $1;
