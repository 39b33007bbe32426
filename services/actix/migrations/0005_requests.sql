CREATE TABLE idempotency_keys (
  id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id         uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  idem_key        text NOT NULL CONSTRAINT idempotency_key_ck CHECK (length(idem_key) BETWEEN 1 AND 255),
  fingerprint     text NOT NULL,                                  -- sha256 hex of METHOD \n path \n raw body bytes
  response_status integer NOT NULL,
  response_location text,
  response_body   text NOT NULL,                                  -- exact bytes sent (text, NOT jsonb: jsonb reorders keys)
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_user_key UNIQUE (user_id, idem_key)
);
CREATE TABLE webhook_events (
  id          text PRIMARY KEY CONSTRAINT webhook_events_id_ck CHECK (length(id) BETWEEN 1 AND 200),   -- webhook-id header
  type        text NOT NULL,
  result      text NOT NULL DEFAULT 'ignored' CONSTRAINT webhook_events_result_ck CHECK (result IN ('applied','ignored')),
  received_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE TABLE rate_limits (
  key text PRIMARY KEY,                                           -- 'login:<sha256(email)>'
  tat timestamptz NOT NULL                                        -- GCRA theoretical arrival time (full microseconds)
);
CREATE TABLE events (                                             -- SSE log
  id         bigint PRIMARY KEY,                                  -- assigned by the trigger in COMMIT order
  topic      text NOT NULL CONSTRAINT events_topic_ck CHECK (topic IN ('stock','orders')),
  user_id    uuid,                                                -- owner for topic 'orders'
  type       text NOT NULL,
  data       text NOT NULL,                                       -- JSON text, sent verbatim
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX events_topic_idx ON events(topic, id);
CREATE INDEX events_user_idx  ON events(user_id, id) WHERE topic = 'orders';
