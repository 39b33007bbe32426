-- name: Ping :one
SELECT 1 AS one;
