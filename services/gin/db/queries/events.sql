-- name: LastEventID :one
SELECT coalesce(max(id), 0)::bigint AS id FROM events;

-- name: TopicEvents :many
SELECT * FROM events WHERE topic = $1 AND id > $2 ORDER BY id LIMIT $3;

-- name: OwnOrderEvents :many
SELECT * FROM events WHERE topic = 'orders' AND user_id = @user_id::uuid AND id > $1 ORDER BY id LIMIT $2;
