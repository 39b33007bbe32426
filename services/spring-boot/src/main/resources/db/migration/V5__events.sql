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
