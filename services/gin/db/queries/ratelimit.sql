-- RateTake is one function call that returns a row; (rate_take(…)).* would call it once for each column.
-- name: RateTake :one
SELECT allowed::boolean AS allowed, retry_after::integer AS retry_after
FROM rate_take(@key::text, @burst::integer, @interval_seconds::double precision);
