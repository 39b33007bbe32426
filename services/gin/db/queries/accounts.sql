-- name: CreateAdmin :exec
INSERT INTO users (email, password_hash, name, role)
VALUES ($1, $2, 'Administrator', 'admin')
ON CONFLICT (email) DO NOTHING;
