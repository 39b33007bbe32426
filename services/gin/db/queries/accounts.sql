-- name: CreateAdmin :exec
INSERT INTO users (email, password_hash, name, role)
VALUES ($1, $2, 'Administrator', 'admin')
ON CONFLICT (email) DO NOTHING;

-- name: CreateUser :one
INSERT INTO users (email, password_hash, name)
VALUES ($1, $2, $3)
ON CONFLICT (email) DO NOTHING
RETURNING *;

-- name: GetUser :one
SELECT * FROM users WHERE id = $1;

-- name: GetUserByEmail :one
SELECT * FROM users WHERE email = $1;

-- name: OpenSession :exec
WITH session AS (
  INSERT INTO sessions (user_id) VALUES ($1) RETURNING id
)
INSERT INTO refresh_tokens (session_id, token_hash, expires_at)
SELECT id, $2, now() + interval '30 days' FROM session;

-- UseRefreshToken marks a good token as used, adds the next one, and tells whose it is. Of several at once one finds
-- used_at null; the others wait for its row and then find nothing.
-- name: UseRefreshToken :one
WITH used AS (
  UPDATE refresh_tokens SET used_at = now()
  FROM sessions
  WHERE refresh_tokens.token_hash = @token_hash AND refresh_tokens.used_at IS NULL AND refresh_tokens.expires_at > now()
    AND sessions.id = refresh_tokens.session_id AND sessions.revoked_at IS NULL
  RETURNING sessions.id, sessions.user_id
), next AS (
  INSERT INTO refresh_tokens (session_id, token_hash, expires_at)
  SELECT id, @next_hash, now() + interval '30 days' FROM used
)
SELECT users.id, users.role FROM used JOIN users ON users.id = used.user_id;

-- name: RevokeSessionOfUsedToken :exec
UPDATE sessions SET revoked_at = now()
FROM refresh_tokens
WHERE refresh_tokens.token_hash = $1 AND refresh_tokens.used_at IS NOT NULL
  AND sessions.id = refresh_tokens.session_id AND sessions.revoked_at IS NULL;

-- name: RevokeSession :exec
UPDATE sessions SET revoked_at = now()
FROM refresh_tokens
WHERE refresh_tokens.token_hash = $1
  AND sessions.id = refresh_tokens.session_id AND sessions.revoked_at IS NULL;
